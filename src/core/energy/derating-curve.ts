/** How much current a temperature leaves. Source: energy facts, section 8. */

export interface DeratingPoint {
  readonly temp_C: number;
  /** Ampere per phase. */
  readonly max_current_A: number;
}

/** Points in ascending order of temperature, each temperature once; at least one. */
export type DeratingCurve = readonly DeratingPoint[];

/** Ampere per phase. Below the first point there is no limit (infinity), from the last one on it stays as it is. */
export function currentAt(curve: DeratingCurve, temperatureC: number): number {
  const low = curve.findLast(({ temp_C }) => temp_C <= temperatureC);
  if (low === undefined) return Number.POSITIVE_INFINITY;
  const high = curve.find(({ temp_C }) => temp_C > temperatureC);
  if (high === undefined) return low.max_current_A;
  const share = (temperatureC - low.temp_C) / (high.temp_C - low.temp_C);
  return low.max_current_A + share * (high.max_current_A - low.max_current_A);
}
