import t from "tap";
import type { PilotReading } from "../../../boards/charge-control-c/pilot-reading.ts";
import { pilotMillivolts, readingOf } from "../../../boards/charge-control-c/pilot-reading.ts";
import { proximityMillivolts, proximityReadingOf } from "../../../boards/charge-control-c/proximity-reading.ts";

t.test("counts to millivolts: every division drops what is behind the point", async (t) => {
  const table: [raw: number, millivolts: number][] = [
    [0, -16013],
    [390, -13005],
    [391, -12995],
    [650, -11002],
    [651, -10993],
    [779, -10006],
    [780, -9996],
    [1815, -2005],
    [1816, -1995],
    [1944, -1008],
    [1945, -999],
    [2332, 1991],
    [2333, 2001],
    [2592, 3994],
    [2593, 4003],
    [2721, 4990],
    [2722, 5000],
    [2980, 6993],
    [2981, 7002],
    [3110, 7999],
    [3111, 8008],
    [3369, 9992],
    [3370, 10001],
    [3499, 10998],
    [3500, 11008],
    [3757, 12991],
    [3758, 13001],
    [4095, 15607],
  ];
  for (const [raw, millivolts] of table) t.equal(pilotMillivolts(raw), millivolts, `${raw} counts`);
});

const everyReading: (PilotReading | null)[] = [null, "A", "B", "C", "D", "E", "F", "PilotFault"];
const x = "PilotFault";

/** For each millivolt value what it reads after nothing, A, B, C, D, E, F and a pilot fault. */
const thresholds: [millivolts: number, readings: PilotReading[]][] = [
  [13002, [x, x, x, x, x, x, x, x]],
  [13001, [x, x, x, x, x, x, x, x]],
  [13000, ["A", "A", "A", "A", "A", "A", "A", "A"]],
  [12999, ["A", "A", "A", "A", "A", "A", "A", "A"]],
  [11001, ["A", "A", "A", "A", "A", "A", "A", "A"]],
  [11000, ["A", "A", "A", "A", "A", "A", "A", "A"]],
  [10999, ["B", "A", "B", "B", "B", "B", "B", "B"]],
  [10001, ["B", "A", "B", "B", "B", "B", "B", "B"]],
  [10000, ["B", "A", "B", "B", "B", "B", "B", "B"]],
  [9999, ["B", "B", "B", "B", "B", "B", "B", "B"]],
  [8001, ["B", "B", "B", "B", "B", "B", "B", "B"]],
  [8000, ["B", "B", "B", "B", "B", "B", "B", "B"]],
  [7999, ["C", "B", "B", "C", "C", "C", "C", "C"]],
  [7001, ["C", "B", "B", "C", "C", "C", "C", "C"]],
  [7000, ["C", "B", "B", "C", "C", "C", "C", "C"]],
  [6999, ["C", "C", "C", "C", "C", "C", "C", "C"]],
  [5001, ["C", "C", "C", "C", "C", "C", "C", "C"]],
  [5000, ["C", "C", "C", "C", "C", "C", "C", "C"]],
  [4999, ["D", "C", "C", "C", "D", "D", "D", "D"]],
  [4001, ["D", "C", "C", "C", "D", "D", "D", "D"]],
  [4000, ["D", "C", "C", "C", "D", "D", "D", "D"]],
  [3999, ["D", "D", "D", "D", "D", "D", "D", "D"]],
  [2001, ["D", "D", "D", "D", "D", "D", "D", "D"]],
  [2000, ["D", "D", "D", "D", "D", "D", "D", "D"]],
  [1999, ["E", "E", "E", "E", "E", "E", "E", "E"]],
  [0, ["E", "E", "E", "E", "E", "E", "E", "E"]],
  [-999, ["E", "E", "E", "E", "E", "E", "E", "E"]],
  [-1000, ["E", "E", "E", "E", "E", "E", "E", "E"]],
  [-1001, [x, "E", "E", "E", "E", "E", x, x]],
  [-1999, [x, "E", "E", "E", "E", "E", x, x]],
  [-2000, [x, "E", "E", "E", "E", "E", x, x]],
  [-2001, [x, x, x, x, x, x, x, x]],
  [-9999, [x, x, x, x, x, x, x, x]],
  [-10000, [x, x, x, x, x, x, x, x]],
  [-10001, [x, x, x, x, x, x, "F", x]],
  [-10999, [x, x, x, x, x, x, "F", x]],
  [-11000, [x, x, x, x, x, x, "F", x]],
  [-11001, ["F", "F", "F", "F", "F", "F", "F", "F"]],
  [-12999, ["F", "F", "F", "F", "F", "F", "F", "F"]],
  [-13000, ["F", "F", "F", "F", "F", "F", "F", "F"]],
  [-13001, [x, x, x, x, x, x, x, x]],
];

t.test("every threshold, and one millivolt to each side, after every reading", async (t) => {
  for (const [millivolts, readings] of thresholds) {
    t.same(
      everyReading.map((previous) => readingOf(millivolts, previous)),
      readings,
      `${millivolts} mV`,
    );
  }
});

t.test("every threshold in counts, and one count to each side", async (t) => {
  /** Rising: the reading of the count before the threshold, at it and after it, coming from `previous`. */
  const table: [threshold: number, previous: PilotReading | null, readings: PilotReading[]][] = [
    [391, null, [x, "F", "F"]],
    [651, "F", ["F", "F", "F"]],
    [651, "E", ["F", x, x]],
    [780, "F", ["F", x, x]],
    [1816, "E", [x, "E", "E"]],
    [1945, "F", [x, "E", "E"]],
    [2333, null, ["E", "D", "D"]],
    [2593, "C", ["D", "C", "C"]],
    [2593, "D", ["D", "D", "D"]],
    [2722, "D", ["D", "C", "C"]],
    [2981, "B", ["C", "B", "B"]],
    [2981, "C", ["C", "C", "C"]],
    [3111, "C", ["C", "B", "B"]],
    [3370, "A", ["B", "A", "A"]],
    [3370, "B", ["B", "B", "B"]],
    [3500, "B", ["B", "A", "A"]],
    [3758, "A", ["A", x, x]],
  ];
  for (const [threshold, previous, readings] of table) {
    t.same(
      [threshold - 1, threshold, threshold + 1].map((raw) => readingOf(pilotMillivolts(raw), previous)),
      readings,
      `${threshold} counts after ${previous}`,
    );
  }
});

t.test("the cable in a socket, at every threshold and one count to each side", async (t) => {
  const table: [raw: number, millivolts: number, reading: string][] = [
    [4095, 3299, "None"],
    [3054, 2460, "None"],
    [3053, 2459, "None"],
    [3052, 2458, "A_13"],
    [2252, 1814, "A_13"],
    [2251, 1813, "A_13"],
    [2250, 1812, "A_20"],
    [1454, 1171, "A_20"],
    [1453, 1170, "A_20"],
    [1452, 1169, "A_32"],
    [1107, 891, "A_32"],
    [1106, 891, "A_32"],
    [1105, 890, "A_63_3ph_70_1ph"],
    [934, 752, "A_63_3ph_70_1ph"],
    [933, 751, "A_63_3ph_70_1ph"],
    [932, 750, "OutOfRange"],
    [0, 0, "OutOfRange"],
  ];
  for (const [raw, millivolts, reading] of table) {
    t.equal(proximityMillivolts(raw), millivolts, `${raw} counts`);
    t.equal(proximityReadingOf(millivolts), reading, `${millivolts} mV`);
  }
});
