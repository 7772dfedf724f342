/**
 * The control pilot as a circuit: the station's ±12 V source behind 1 kΩ, and on the other end of the wire the
 * vehicle's diode with its resistors. Letters, thresholds and hysteresis are what a reader makes of these voltages.
 *
 * Source: IEC 61851-1 Annex A, tables A.2 and A.3 (component values); simulation facts, section 3.
 */

/** What the station drives. `E` is a source that is off; a duty cycle stands strictly between 0 and 100 percent. */
export type PilotSource = { readonly mode: "X1" | "F" | "E" } | { readonly mode: "pwm"; readonly dutyPercent: number };

/** What hangs on the wire: A nothing, B 2.74 kΩ, C and D with a second resistor switched in, E a short to PE. */
export type VehicleLoad = "A" | "B" | "C" | "D" | "E";

export interface Vehicle {
  readonly load: VehicleLoad;
  /** A diode that conducts both ways. */
  readonly diodeFailed: boolean;
}

/** Volts against PE while the source is high and while it is low; the same for a source that does not switch. */
export interface PilotVoltages {
  readonly highV: number;
  readonly lowV: number;
}

const sourceVoltageV = 12;
const sourceOhm = 1000;
/** With 0.7 V the nominal loads read 8.98, 5.99 and 2.93 V. */
const diodeDropV = 0.7;

const parallelOhm = (a: number, b: number): number => (a * b) / (a + b);

const loadOhm: Readonly<Record<"B" | "C" | "D", number>> = {
  B: 2740,
  C: parallelOhm(2740, 1300),
  D: parallelOhm(2740, 270),
};

function wireVoltage(drivenV: number, vehicle: Vehicle): number {
  if (vehicle.load === "A") return drivenV;
  if (vehicle.load === "E") return 0;
  const dropV = vehicle.diodeFailed ? 0 : diodeDropV;
  if (!vehicle.diodeFailed && drivenV < dropV) return drivenV;
  const ohm = loadOhm[vehicle.load];
  return dropV + ((drivenV - dropV) * ohm) / (sourceOhm + ohm);
}

/**
 * The voltages on the wire. `forcedV` is a fault injected from outside: above 0 V it replaces the high half only, as
 * any vehicle behind a diode would; at or below 0 V it holds both halves.
 */
export function pilotVoltages(source: PilotSource, vehicle: Vehicle, forcedV?: number): PilotVoltages {
  const highV = wireVoltage(source.mode === "F" ? -sourceVoltageV : source.mode === "E" ? 0 : sourceVoltageV, vehicle);
  const lowV = source.mode === "pwm" ? wireVoltage(-sourceVoltageV, vehicle) : highV;
  if (forcedV === undefined) return { highV, lowV };
  return { highV: forcedV, lowV: source.mode === "pwm" && forcedV > 0 ? lowV : forcedV };
}
