/** What a vehicle's on-board charger takes. Source: simulation facts, section 3. */

/** Ampere a vehicle reads from a duty cycle in percent; 0 where none may be drawn. */
export function currentOfDuty(dutyPercent: number): number {
  if (dutyPercent < 8) return 0;
  if (dutyPercent < 85) return dutyPercent * 0.6;
  if (dutyPercent < 96) return (dutyPercent - 64) * 2.5;
  return dutyPercent < 97 ? 80 : 0;
}

/**
 * Ampere per phase at a duty cycle in percent, where 100 and 0 stand for a pilot that does not switch. A regulated
 * charger takes what it wants up to what the pilot grants; between 3 and 7 percent the limit comes by other means
 * than the pilot. A fixed one breaks the rules and takes what it wants.
 */
export function drawnCurrentA(dutyPercent: number, wantedA: number, fixed: boolean): number {
  if (fixed || (dutyPercent >= 3 && dutyPercent <= 7)) return wantedA;
  return Math.min(wantedA, currentOfDuty(dutyPercent));
}
