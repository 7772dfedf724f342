import t from "tap";
import type { PilotReading } from "../../../boards/charge-control-c/pilot-reading.ts";
import { PilotSampler } from "../../../boards/charge-control-c/pilot-sampler.ts";
import { PilotTrace } from "../../../boards/charge-control-c/pilot-trace.ts";

/** Counts as the detectors show them: 11947, 8947, 5900, 2901, 55 and -11625 mV. */
const [p12, p9, p6, p3, zero, n12] = [3621, 3233, 2838, 2450, 2082, 569];
/** The mirror images of 9, 6 and 3 V, for a vehicle without diode: -9000, -5905 and -2899 mV. */
const [n9, n6, n3] = [909, 1310, 1699];

type Cycle = readonly [positiveRaw: number, negativeRaw: number];

/** What is told in each of these cycles: the state where there was an evaluation, and a dash where there was none. */
function told(sampler: PilotSampler, cycles: readonly Cycle[], dutyPercent: number, driven = true): string {
  return cycles
    .map(([positive, negative]) => (sampler.step(positive, negative, dutyPercent, driven) ? sampler.state : "-"))
    .join(" ");
}

const twice = (...cycles: Cycle[]): Cycle[] => cycles.flatMap((cycle) => [cycle, cycle]);

/** A sampler that has seen a vehicle in this state with PWM. */
function settled(positiveRaw: number, dutyPercent = 26): PilotSampler {
  const sampler = new PilotSampler();
  told(sampler, twice([positiveRaw, dutyPercent === 100 ? zero : n12]), dutyPercent);
  return sampler;
}

const errorsOf = ({ diodeFault, outOfRange, shortFault, ventilationFault }: PilotSampler): string =>
  [diodeFault && "diode", outOfRange && "range", shortFault && "short", ventilationFault && "ventilation"]
    .filter((name) => name !== false)
    .join(" ");

t.test("two equal samples make a state, and it is told once", async (t) => {
  const sampler = new PilotSampler();
  t.equal(
    told(
      sampler,
      [
        [p12, zero],
        [p12, zero],
        [p12, zero],
      ],
      100,
    ),
    "- A -",
  );
  t.equal(
    told(
      sampler,
      [
        [p9, zero],
        [p9, zero],
        [p9, zero],
        [p9, zero],
      ],
      100,
    ),
    "- B - -",
  );
});

t.test("a single sample changes nothing, and samples in turn never do", async (t) => {
  const sampler = settled(p12);
  t.equal(
    told(
      sampler,
      [
        [p9, n12],
        [p12, n12],
        [p12, n12],
        [p12, n12],
      ],
      26,
    ),
    "- - - -",
  );
  t.equal(
    told(
      sampler,
      [
        [p9, n12],
        [p12, n12],
        [p9, n12],
        [p12, n12],
        [p9, n12],
        [p12, n12],
      ],
      26,
    ),
    "- - - - - -",
  );
  sampler.step(p12, n12, 26, true);
  sampler.step(p9, n12, 26, true);
  t.equal(sampler.glitch, false, "it may become a state yet");
  sampler.step(p12, n12, 26, true);
  t.equal(sampler.glitch, true);
  sampler.step(p12, n12, 26, true);
  t.equal(sampler.glitch, false);
});

t.test("the hysteresis looks at the sample before, not at the state", async (t) => {
  // 10500 mV (3434 counts) is A after A and B after B.
  const fromA = settled(p12);
  t.equal(told(fromA, twice([3434, n12]), 26), "- -");
  const fromB = settled(p9);
  t.equal(told(fromB, twice([3434, n12]), 26), "- -");
  t.equal(
    told(
      fromA,
      [
        [p9, n12],
        [3434, n12],
      ],
      26,
    ),
    "- B",
    "one sample of B in between",
  );
});

t.test("what both halves make together", async (t) => {
  const table: [positive: number, negative: number, state: PilotReading][] = [
    [zero, zero, "E"],
    [zero, n12, "F"],
    [p12, n12, "A"],
    [p12, zero, "A"],
    [p9, n12, "B"],
    [p6, n12, "C"],
    [p3, n12, "D"],
    [p6, n6, "PilotFault"],
    [3800, n12, "PilotFault"],
    [n12, n12, "F"],
    [zero, 2450, "E"],
  ];
  for (const [positive, negative, state] of table) {
    const sampler = new PilotSampler();
    // 0 % of duty with the negative half at -12 V has no error that would force a state.
    t.equal(told(sampler, twice([positive, negative]), negative === n12 ? 0 : 100, true).slice(2), state);
  }
});

t.test("nothing is told before both halves have a reading", async (t) => {
  const sampler = new PilotSampler();
  t.equal(
    told(
      sampler,
      [
        [p9, zero],
        [p9, n12],
        [p9, n12],
      ],
      26,
    ),
    "- - B",
  );
});

t.test("a negative half that changes tells the same letter again", async (t) => {
  const sampler = settled(p9, 100);
  t.equal(told(sampler, twice([p9, n12]), 26), "- B", "the PWM began");
});

t.test("a pin that is not driven reads E, whatever hangs on it, and errors stay as they are", async (t) => {
  const sampler = settled(p6);
  told(sampler, twice([p6, n6]), 26);
  t.equal(errorsOf(sampler), "diode");
  t.equal(told(sampler, twice([p12, zero]), 0, false), "- E");
  t.equal(errorsOf(sampler), "diode");
});

t.test("short: the pin is near 0 V whatever drives it", async (t) => {
  const table: [name: string, duty: number, cycle: Cycle, errors: string, state: PilotReading][] = [
    ["X1 into a short", 100, [zero, zero], "short", "E"],
    ["F into a short", 0, [zero, zero], "short", "E"],
    ["F as it should be", 0, [zero, n12], "", "F"],
    ["PWM into a short", 26, [zero, zero], "short", "E"],
    ["X1, 1991 mV", 100, [2332, zero], "short", "E"],
    ["X1, 2001 mV", 100, [2333, zero], "", "D"],
    ["F, -9996 mV", 0, [zero, 780], "short", "E"],
    ["PWM, positive half shorted: the halves are not alike", 26, [2332, 1738], "short", "E"],
    ["PWM, the negative half alone", 26, [zero, n12], "", "F"],
  ];
  for (const [name, duty, cycle, errors, state] of table) {
    const sampler = settled(p12);
    told(sampler, twice(cycle), duty);
    t.equal(errorsOf(sampler), errors, name);
    t.equal(sampler.state, state, name);
  }
  const sampler = settled(p12);
  told(sampler, twice([zero, zero]), 26);
  t.equal(told(sampler, twice([p9, n12]), 26), "- B", "and it is over with the next state");
  t.equal(errorsOf(sampler), "");
});

t.test("short while switching: up to 1200 mV between the halves, one count more is none", async (t) => {
  // 1991 mV against -797 (sum 1194) and -788 mV (sum 1203).
  const at = (negative: number): string => {
    const sampler = settled(p12);
    told(sampler, twice([2332, negative]), 26);
    return errorsOf(sampler);
  };
  t.equal(at(1971), "short");
  t.equal(at(1972), "");
});

t.test("ventilation: D is told, with an error where the vehicle can see the PWM or F", async (t) => {
  const sampler = settled(p6);
  t.equal(told(sampler, twice([p3, n12]), 26), "- D");
  t.equal(errorsOf(sampler), "ventilation");
  t.equal(told(sampler, twice([p3, zero]), 100), "- D");
  t.equal(errorsOf(sampler), "", "X1 offers nothing");
  told(sampler, twice([p3, n12]), 26);
  t.equal(errorsOf(sampler), "ventilation");
  told(sampler, twice([p6, n12]), 26);
  t.equal(errorsOf(sampler), "");
});

t.test("diode: both halves alike, held until the vehicle is gone", async (t) => {
  for (const [positive, negative] of [
    [p9, n9],
    [p6, n6],
    [p3, n3],
  ] as const) {
    const sampler = settled(positive);
    t.equal(told(sampler, twice([positive, negative]), 26), "- PilotFault");
    t.equal(errorsOf(sampler), "diode", "one error, not two");
    told(sampler, twice([positive, n12]), 26);
    t.equal(errorsOf(sampler), positive === p3 ? "diode ventilation" : "diode", "back in its window, it is held");
    told(sampler, twice([p12, n12]), 26);
    t.equal(errorsOf(sampler), "");
  }
  const withoutVehicle = new PilotSampler();
  told(withoutVehicle, twice([p12, n12]), 26);
  t.equal(errorsOf(withoutVehicle), "", "12 V on both sides is no vehicle at all");
});

t.test("diode: only while the PWM switches", async (t) => {
  const sampler = settled(p6, 100);
  told(sampler, twice([p6, n6]), 100);
  t.equal(errorsOf(sampler), "range");
});

t.test("diode: up to 1200 mV between the halves, one count more is none", async (t) => {
  // 5920 mV against -7112 (sum -1192) and -7121 mV (sum -1201).
  for (const [negative, errors] of [
    [1153, "diode"],
    [1152, "range"],
  ] as const) {
    const sampler = settled(2841);
    told(sampler, twice([2841, negative]), 26);
    t.equal(errorsOf(sampler), errors);
  }
});

t.test("out of range: told as an error, without a letter, and over with the next state", async (t) => {
  const sampler = settled(p6);
  t.equal(told(sampler, twice([3758, n12]), 26), "- PilotFault");
  t.equal(errorsOf(sampler), "range");
  t.equal(sampler.letter, null);
  t.equal(told(sampler, twice([p6, n12]), 26), "- C");
  t.equal(errorsOf(sampler), "");
});

t.test("a pin that is out of range from the start is told too", async (t) => {
  const sampler = new PilotSampler();
  t.equal(told(sampler, twice([3758, zero]), 100), "- PilotFault");
  t.equal(errorsOf(sampler), "range");
});

t.test("a failed conversion counts as a sample out of range", async (t) => {
  const sampler = settled(p6);
  t.equal(sampler.stepFailed(26, true), false, "one alone");
  t.equal(told(sampler, twice([p6, n12]), 26), "- -");
  t.equal(sampler.stepFailed(26, true), false);
  t.equal(sampler.stepFailed(26, true), true);
  t.equal(errorsOf(sampler), "range");
  t.equal(told(sampler, twice([p6, n12]), 26), "- C");
});

t.test("a restarted sampler tells the same state again", async (t) => {
  const sampler = settled(p9);
  sampler.restart();
  t.equal(sampler.letter, null);
  t.equal(
    told(
      sampler,
      [
        [p9, n12],
        [p9, n12],
        [p9, n12],
      ],
      26,
    ),
    "- B -",
  );
});

t.test("a trace: letters on change, errors on their own", async (t) => {
  const trace = new PilotTrace();
  let timeUs = 0;
  const feed = (cycles: readonly Cycle[], dutyPercent: number, driven = true) =>
    cycles.flatMap(([positiveRaw, negativeRaw]) => {
      timeUs += 3500;
      return trace.next({ timeUs, positiveRaw, negativeRaw, dutyPercent, driven });
    });
  t.same(feed(twice([p12, zero], [p9, zero]), 100), [
    { t: 0.007, kind: "cp", from: null, to: "A", pos_mv: 11947, neg_mv: 55 },
    { t: 0.014, kind: "cp", from: "A", to: "B", pos_mv: 8947, neg_mv: 55 },
  ]);
  t.same(feed(twice([p9, n12]), 26), [], "the same letter again");
  t.same(feed(twice([p9, n9]), 26), [
    {
      t: 0.028,
      kind: "error",
      implementation: "evse_board_support",
      action: "raise",
      type: "evse_board_support/DiodeFault",
      sub_type: "",
      severity: "High",
      message: "Diode fault detected.",
    },
  ]);
  t.match(feed(twice([p12, n12]), 26), [
    { t: 0.035, kind: "cp", from: "B", to: "A" },
    { t: 0.035, kind: "error", action: "clear", type: "evse_board_support/DiodeFault" },
  ]);
  t.match(feed(twice([zero, zero]), 26), [
    { kind: "error", action: "raise", type: "evse_board_support/MREC14PilotFault", sub_type: "CPShortFault" },
    { kind: "cp", from: "A", to: "E" },
  ]);
  t.match(feed(twice([p12, 700]), 26), [
    { kind: "error", action: "raise", sub_type: "CPOutOfRange", message: "CP voltage is out of range." },
    { kind: "error", action: "clear", sub_type: "CPShortFault", message: "CP short fault detected." },
  ]);
});
