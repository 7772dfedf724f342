/**
 * From the counts of a peak detector to a pilot state. Both detectors, of the positive and of the negative half, are
 * scaled and read alike. Integer arithmetic as in the board's facts: each division drops what is behind the point.
 *
 * Source: Charge Control C facts, section 3; IEC 61851-1 Annex A, table A.2.
 */
import type { PilotLetter } from "../../src/core/board.ts";

/** What one half of the pilot shows. `PilotFault`: a voltage that belongs to no state. */
export type PilotReading = PilotLetter | "PilotFault";

export function pilotMillivolts(raw: number): number {
  const adcMillivolts = Math.trunc((raw * 3300) / 4095);
  return Math.trunc((adcMillivolts * 4561) / 476) - 16013;
}

/** Between two windows the reading depends on the one before, so that noise on a threshold changes nothing. */
export function readingOf(millivolts: number, previous: PilotReading | null): PilotReading {
  if (millivolts > 13000) return "PilotFault";
  if (millivolts >= 11000) return "A";
  if (millivolts >= 10000) return previous === "A" ? "A" : "B";
  if (millivolts >= 8000) return "B";
  if (millivolts >= 7000) return previous === "A" || previous === "B" ? "B" : "C";
  if (millivolts >= 5000) return "C";
  if (millivolts >= 4000) return previous === "A" || previous === "B" || previous === "C" ? "C" : "D";
  if (millivolts >= 2000) return "D";
  if (millivolts >= -1000) return "E";
  if (millivolts >= -2000) return isAboveF(previous) ? "E" : "PilotFault";
  if (millivolts >= -10000) return "PilotFault";
  if (millivolts >= -11000) return previous === "F" ? "F" : "PilotFault";
  return millivolts >= -13000 ? "F" : "PilotFault";
}

function isAboveF(reading: PilotReading | null): boolean {
  return reading !== null && reading !== "F" && reading !== "PilotFault";
}
