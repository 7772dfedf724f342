/**
 * From the counts of the proximity input to the cable in a socket. Source: Charge Control C facts, section 4 (unlike the
 * other inputs this one is scaled by 4096).
 */
import type { Ampacity } from "../../src/core/board.ts";

/** `OutOfRange`: less than any resistor a cable may have, or more than the converter gives. */
export type ProximityReading = Ampacity | "OutOfRange";

export const proximityMillivolts = (raw: number): number => Math.trunc((raw * 3300) / 4096);

export function proximityReadingOf(millivolts: number): ProximityReading {
  if (millivolts > 3300) return "OutOfRange";
  if (millivolts >= 2459) return "None";
  if (millivolts >= 1813) return "A_13";
  if (millivolts >= 1170) return "A_20";
  if (millivolts >= 891) return "A_32";
  return millivolts >= 751 ? "A_63_3ph_70_1ph" : "OutOfRange";
}
