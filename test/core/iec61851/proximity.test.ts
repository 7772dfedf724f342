import t from "tap";
import type { Ampacity } from "../../../src/core/board.ts";
import { cableRatingA } from "../../../src/core/iec61851/proximity.ts";

t.test("cable rating by the proximity pin", async (t) => {
  const rows: [Ampacity, oneTwoThree: [number | null, number | null, number | null]][] = [
    ["None", [null, null, null]],
    ["A_13", [13, 13, 13]],
    ["A_20", [20, 20, 20]],
    ["A_32", [32, 32, 32]],
    ["A_63_3ph_70_1ph", [70, 63, 63]],
  ];
  for (const [ampacity, ratings] of rows) {
    for (const [index, rating] of ratings.entries()) {
      t.equal(cableRatingA(ampacity, index + 1), rating, `${ampacity} with ${index + 1} phases`);
    }
  }
});
