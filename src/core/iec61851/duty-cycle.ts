/** Ampere <-> duty cycle of the pilot. IEC 61851-1:2017 tables A.7 and A.8; EvseManager facts, section 1.7. */

/** Duty cycle of digital communication (ISO 15118), as a fraction. */
export const digitalCommunicationDuty = 0.05;

/** Below this current no power is available: there is no duty cycle for it. */
export const leastSignallableA = 5.9;

/** Whether a current can be signalled at all; exactly 5.9 A cannot. */
export function isPowerAvailable(currentA: number): boolean {
  return currentA > leastSignallableA;
}

/**
 * Duty cycle (fraction 0..1) that offers `currentA` (ampere per phase). 1 means no PWM: nothing on offer, or more than
 * a pilot can say.
 */
export function dutyForAmpere(currentA: number): number {
  if (!(currentA >= leastSignallableA) || currentA > 80.1) return 1;
  if (currentA <= 6.1) return 0.1;
  if (currentA < 52.5) return Math.min(currentA, 51) / 60;
  if (currentA <= 80) return (currentA / 2.5 + 64) / 100;
  return 0.97;
}

/** Ampere per phase a vehicle may draw at this duty cycle (fraction). 5 % says nothing by itself: 0. */
export function ampereForDuty(duty: number): number {
  const percent = duty * 100;
  if (percent < 8) return 0;
  if (percent < 10) return 6;
  if (percent <= 85) return percent * 0.6;
  if (percent <= 96) return (percent - 64) * 2.5;
  if (percent <= 97) return 80;
  return 0;
}
