/** Isolation of the DC side against earth. Source: DC charging facts, section 4; IEC 61851-23:2023 6.3.1.112. */
import type { Timing } from "../timing.ts";
import { timing as houseTiming } from "../timing.ts";

export interface IsolationMeasurement {
  readonly resistance_F_Ohm: number;
  readonly voltage_V?: number;
  readonly voltage_to_earth_l1e_V?: number;
  readonly voltage_to_earth_l2e_V?: number;
}

/** Ohm below which a vehicle is not charged. It does not scale with the voltage. */
const leastResistanceOhm = { ccs: 100_000, mcs: 125_000 } as const;

export function isIsolated(resistanceOhm: number, isMegawatt: boolean): boolean {
  return resistanceOhm >= leastResistanceOhm[isMegawatt ? "mcs" : "ccs"];
}

/** What of the supply the voltages to earth are judged by. */
export interface EarthVoltageRating {
  readonly maxExportV: number;
  readonly minExportV: number;
}

const ratedVoltageSplitV = 500;
const mostToEarthV = 550;
const mostShareToEarth = 1.1;
/** The product of two decimal fractions may come out above the limit as it is written. */
const rounding = 1e-12;

/** Both poles together hold the voltage, so neither may be further from earth than a little more than that. */
export function isBalanced(measurement: IsolationMeasurement, { maxExportV, minExportV }: EarthVoltageRating): boolean {
  const { voltage_V: voltageV, voltage_to_earth_l1e_V: l1eV, voltage_to_earth_l2e_V: l2eV } = measurement;
  if (voltageV === undefined || l1eV === undefined || l2eV === undefined || voltageV <= minExportV) return true;
  const limitV = maxExportV > ratedVoltageSplitV ? mostShareToEarth * voltageV : mostToEarthV;
  return Math.max(Math.abs(l1eV), Math.abs(l2eV)) < limitV * (1 - rounding);
}

/** Since when the poles have been unbalanced; null while they are not. */
export interface EarthVoltageState {
  readonly since: { readonly atMs: number; readonly samples: number } | null;
}

export const balanced: EarthVoltageState = { since: null };

const leastSamples = 2;

/** One sample may be a disturbance: `fault` from the second bad one on that comes late enough. */
export function watchEarthVoltage(
  { since }: EarthVoltageState,
  isGood: boolean,
  nowMs: number,
  timing: Timing = houseTiming,
): { readonly state: EarthVoltageState; readonly fault: boolean } {
  if (isGood) return { state: balanced, fault: false };
  const { atMs, samples } = since ?? { atMs: nowMs, samples: 0 };
  const counted = samples + 1;
  return {
    state: { since: { atMs, samples: counted } },
    fault: counted >= leastSamples && nowMs - atMs >= timing.voltageToEarthMs,
  };
}
