import type { Ampacity } from "../board.ts";

/** Cable rating in ampere; 70 A of the largest cable only where one phase is all there is. EvseManager facts, section 1.6. */
export function cableRatingA(ampacity: Ampacity, maxPhases: number): number | null {
  switch (ampacity) {
    case "None":
      return null;
    case "A_13":
      return 13;
    case "A_20":
      return 20;
    case "A_32":
      return 32;
    case "A_63_3ph_70_1ph":
      return maxPhases === 1 ? 70 : 63;
  }
}
