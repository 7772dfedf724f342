/** The worker's cycle over simulated lines: from counts of the converter to the level of a relay's line. */
import t from "tap";
import type { InterlockBoard } from "../../../../boards/charge-control-c/interlock/cycle.ts";
import { MeasuringCycle } from "../../../../boards/charge-control-c/interlock/cycle.ts";
import { InterlockMemory } from "../../../../boards/charge-control-c/interlock/memory.ts";
import type { Order } from "../../../../boards/charge-control-c/interlock/order.ts";
import { firstOrder } from "../../../../boards/charge-control-c/interlock/order.ts";
import type { Report } from "../../../../boards/charge-control-c/interlock/report.ts";
import { SimulatedLine } from "../../../../boards/sim/lines/lines.ts";
import type { OutputLine } from "../../../../hal/digital-line.ts";
import { DeviceError } from "../../../../src/core/errors.ts";

/** Counts as the detectors show them: 11947, 8947, 5900, 2901, 55 and -11625 mV. */
const [p12, p9, p6, p3, zero, n12] = [3621, 3233, 2838, 2450, 2082, 569];
const cycleMs = 4;
const ioError = (): never => {
  throw new DeviceError("EIO", "converter: read failed: EIO");
};

/** A board with two relays and a residual current monitor (active high), and the worker at work on it. */
class Bench {
  nowMs = 5000;
  positive: () => number = () => p12;
  negative: () => number = () => zero;
  readonly reports: Report[] = [];
  readonly rcm = new SimulatedLine();
  readonly relays: readonly OutputLine[];
  readonly memory = new InterlockMemory();
  readonly order: Order = firstOrder();
  readonly cycle: MeasuringCycle;
  driveX1: () => void = () => this.told.push("X1");
  /** What was written to lines and told, in order. */
  readonly told: string[] = [];

  constructor(board: Partial<InterlockBoard> = {}) {
    const line = (name: string): OutputLine => {
      const relay = new SimulatedLine(() => this.told.push(`${name} ${relay.read()}`));
      return relay;
    };
    this.relays = board.coils ?? [line("R1"), line("R2")];
    this.cycle = new MeasuringCycle(
      {
        positiveReset: new SimulatedLine(),
        negativeReset: new SimulatedLine(),
        positivePeak: { readRaw: () => this.positive() },
        negativePeak: { readRaw: () => this.negative() },
        rcm: { line: this.rcm, trippedLevel: "high" },
        driveX1: () => this.driveX1(),
        ...board,
        coils: this.relays,
      },
      this.memory,
      () => this.nowMs,
      (report) => {
        this.reports.push(report);
        this.told.push(report.kind === "opened" ? report.reason : report.kind);
      },
    );
  }

  write(change: Partial<Order>): void {
    this.memory.write(Object.assign(this.order, change));
  }

  cycles(count: number): void {
    for (let done = 0; done < count; done++) {
      this.cycle.begin();
      this.cycle.release();
      this.nowMs += cycleMs;
      this.cycle.sample();
    }
  }

  volts(positive: number, negative = n12): void {
    this.positive = () => positive;
    this.negative = () => negative;
  }

  get levels(): string {
    return this.relays.map((relay) => relay.read()).join(" ");
  }

  /** A vehicle charges: PWM, C, and a grant for R1. */
  static charging(board: Partial<InterlockBoard> = {}): Bench {
    const bench = new Bench(board);
    bench.cycles(300);
    bench.volts(p6);
    bench.write({ watching: 1, driven: 1, dutyHundredths: 2667, pilotRevision: 2 });
    bench.cycles(3);
    bench.write({ letters: 1, coils: 1, expiryTicks: bench.nowMs + 1500 });
    bench.cycle.look();
    bench.told.length = 0;
    return bench;
  }
}

t.test("a grant closes at once, between two samples, and its withdrawal opens at once", async (t) => {
  const bench = Bench.charging();
  t.equal(bench.levels, "high low");
  t.equal(bench.memory.coils, 1);
  bench.write({ coils: 0 });
  bench.cycle.look();
  t.equal(bench.levels, "low low");
  t.equal(bench.memory.coils, 0);
});

t.test("taken back while its line was being written, a relay does not stay closed", async (t) => {
  let takenBack = (): void => {};
  const bench = Bench.charging({ coils: [new SimulatedLine(() => takenBack())] });
  bench.write({ coils: 0 });
  bench.cycle.look();
  takenBack = () => {
    // Between the decision and the end of the write; the main thread stops behind its first store.
    for (const store of bench.memory.storesOf({ ...bench.order, coils: 0 }).slice(0, 1)) bench.memory.store(store);
  };
  bench.write({ coils: 1 });
  bench.cycle.look();
  t.equal(bench.levels, "low");
});

const openings: readonly [what: string, happen: (bench: Bench) => void, cycles: number, told: string[]][] = [
  ["the vehicle goes back to B", (b) => b.volts(p9), 2, ["R1 low", "interlock:left_c", "pilot"]],
  ["the plug is pulled", (b) => b.volts(p12), 2, ["R1 low", "interlock:left_c", "pilot"]],
  ["D", (b) => b.volts(p3), 2, ["R1 low", "interlock:pilot_fault", "pilot"]],
  [
    "the pilot is short-circuited to earth",
    (b) => b.volts(zero, zero),
    2,
    ["R1 low", "interlock:pilot_fault", "pilot"],
  ],
  ["the diode fails", (b) => b.volts(p6, 1310), 2, ["R1 low", "interlock:pilot_fault", "pilot"]],
  [
    "the converter does not answer",
    (b) => {
      b.positive = ioError;
    },
    2,
    ["failure", "R1 low", "interlock:pilot_fault", "pilot"],
  ],
  [
    "the converter answers late",
    (b) => {
      b.negative = () => {
        b.nowMs += 21;
        return n12;
      };
    },
    2,
    ["R1 low", "interlock:pilot_fault", "pilot"],
  ],
  [
    "no two samples agree",
    (b) => {
      let count = 0;
      b.positive = () => (count++ % 2 === 0 ? p9 : p6);
    },
    4,
    ["R1 low", "interlock:pilot_fault"],
  ],
  ["residual current", (b) => b.rcm.put("high"), 1, ["R1 low", "interlock:rcm", "rcm"]],
  ["the main thread stands still", (b) => (b.nowMs += 1500 - cycleMs), 1, ["R1 low", "X1", "interlock:grant_expired"]],
];

for (const [what, happen, cycles, told] of openings) {
  t.test(`opens when ${what}`, async (t) => {
    const bench = Bench.charging();
    bench.cycles(3);
    t.same([bench.levels, bench.told], ["high low", []], "nothing happens while nothing happens");
    happen(bench);
    bench.cycles(cycles - 1);
    t.equal(bench.levels, "high low", "a sample earlier it was closed");
    bench.cycles(1);
    t.equal(bench.levels, "low low");
    t.same(bench.told, told, "the line is written first");
    bench.cycles(5);
    bench.volts(p6);
    bench.rcm.put("low");
    bench.cycles(10);
    t.equal(bench.levels, "low low", "all is well again, and nobody has granted anything anew");
    bench.write({ expiryTicks: bench.nowMs + 1500 });
    bench.cycles(1);
    t.equal(bench.levels, "low low", "the old grant is renewed");
  });
}

t.test("one failed conversion alone changes nothing", async (t) => {
  const bench = Bench.charging();
  bench.positive = ioError;
  bench.cycles(1);
  bench.volts(p6);
  bench.cycles(5);
  t.equal(bench.levels, "high low");
  t.same(bench.told, ["failure"]);
});

t.test("a cycle in which the output changed does not count, but not for long", async (t) => {
  const bench = Bench.charging();
  // The station has begun to change the duty and the detectors show the pilot between the two: B.
  bench.write({ pilotRevision: 3 });
  bench.volts(p9);
  bench.cycles(5);
  t.equal(bench.levels, "high low", "16 ms of cycles that do not count");
  bench.cycles(3);
  t.equal(bench.levels, "low low", "whoever stops while changing it blinds nobody");
});

t.test("a changed output counts from the first cycle it lasted for", async (t) => {
  const bench = Bench.charging();
  bench.cycle.begin();
  bench.write({ pilotRevision: 3 });
  bench.write({ pilotRevision: 4, dutyHundredths: 5000 });
  bench.volts(p9);
  bench.cycle.release();
  bench.cycle.sample();
  bench.volts(p6);
  bench.cycles(4);
  t.same([bench.levels, bench.told], ["high low", []]);
});

t.test("an offer that ended with its grant closes nothing before it is made anew", async (t) => {
  const bench = Bench.charging();
  bench.nowMs += 1500;
  bench.cycles(1);
  bench.volts(p6, zero);
  bench.cycles(5);
  bench.told.length = 0;
  bench.write({ epoch: 2, expiryTicks: bench.nowMs + 1500 });
  bench.cycles(1);
  t.same([bench.levels, bench.told], ["low low", ["interlock:left_c"]], "there is no PWM on the wire");
  bench.volts(p6);
  bench.write({ epoch: 3, pilotRevision: 4 });
  bench.cycles(1);
  t.equal(bench.levels, "high low");
});

t.test("a monitor that cannot be heard protects nobody; in its first second it is not listened to", async (t) => {
  let answers = true;
  const rcm = {
    line: { read: (): "low" => (answers ? "low" : ioError()) },
    trippedLevel: "high",
  } as const;
  const bench = Bench.charging({ rcm });
  answers = false;
  bench.cycles(1);
  t.same([bench.levels, bench.told], ["low low", ["failure", "R1 low", "interlock:rcm"]]);
  const starting = new Bench({ rcm });
  starting.cycles(249);
  t.same(starting.told, []);
  starting.cycles(1);
  t.same(starting.told, ["failure"]);
});

t.test("a relay that cannot be closed: all open, and again until their lines take it", async (t) => {
  const first = new SimulatedLine();
  let refused = false;
  const written: string[] = [];
  const second: OutputLine = {
    set(level) {
      written.push(level);
      if (refused) throw new DeviceError("EIO", "R2: write failed: EIO");
    },
    read: () => "low",
  };
  const bench = Bench.charging({ coils: [first, second] });
  written.length = 0;
  refused = true;
  bench.write({ coils: 3 });
  bench.cycle.look();
  t.equal(first.read(), "low");
  t.same(written.splice(0), ["high", "low"]);
  t.same(bench.told, ["failure", "failed"]);
  bench.cycles(2);
  t.same(written.splice(0), ["low", "low"]);
  t.same(bench.told, ["failure", "failed"], "told once");
  refused = false;
  bench.cycles(2);
  t.same(written, ["low"], "taken");
});

t.test("whoever ends it, everything is off", async (t) => {
  const bench = Bench.charging();
  bench.cycle.open();
  t.equal(bench.levels, "low low");
  bench.cycle.look();
  t.equal(bench.levels, "low low");
});
