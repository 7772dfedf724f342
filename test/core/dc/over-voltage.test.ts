import t from "tap";
import type { OverVoltageEffect, OverVoltageEvent, OverVoltageState } from "../../../src/core/dc/over-voltage.ts";
import { createOverVoltageMachine, initialOverVoltage } from "../../../src/core/dc/over-voltage.ts";
import { overVoltageLimits } from "../../../src/core/dc/over-voltage-limits.ts";

/** A vehicle for 400 V: error from there on, emergency from 550 V on; the error limit may be reached for 400 ms. */
class Bench {
  readonly machine;
  state: OverVoltageState = initialOverVoltage;
  readonly told: string[] = [];
  #nowMs = 0;

  constructor(durationMs = 400) {
    this.machine = createOverVoltageMachine({ durationMs });
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  #step(event: OverVoltageEvent): void {
    const { state, effects } = this.machine.step(this.state, event, this.#nowMs);
    this.state = state;
    for (const effect of effects) this.told.push(`${this.#nowMs} ${words(effect)}`);
  }

  /** Deadlines on the way are reached in time. */
  to(nowMs: number): this {
    for (;;) {
      const dueMs = this.machine.deadlineMs(this.state);
      if (dueMs === null || dueMs > nowMs) break;
      this.#nowMs = Math.max(this.#nowMs, dueMs);
      this.#step(this.machine.deadlineReached);
    }
    this.#nowMs = nowMs;
    return this;
  }

  post(event: OverVoltageEvent): this {
    this.#step(event);
    return this;
  }

  started(): this {
    return this.post({ type: "limitsSet", emergencyV: 550, errorV: 400 }).post({ type: "started" });
  }

  volts(nowMs: number, voltageV: number, takenAtMs = nowMs): this {
    return this.to(nowMs).post({ type: "sampled", voltageV, takenAtMs });
  }
}

function words(effect: OverVoltageEffect): string {
  return effect.type === "blind"
    ? `blind ${effect.cause}`
    : `${effect.severity} ${effect.voltageV} of ${effect.limitV}`;
}

t.test("limits by vehicle and supply", async (t) => {
  const cases: [vehicleMaxV: number | null, supplyMaxV: number, emergencyV: number, errorV: number][] = [
    [400, 1000, 550, 400],
    [500, 1000, 550, 500],
    [500.1, 1000, 825, 500.1],
    [750, 1000, 825, 750],
    [750.1, 1000, 935, 750.1],
    [850, 1000, 935, 850],
    [850.1, 1000, 1100, 850.1],
    [1000, 1000, 1100, 1000],
    [1000.1, 1500, 1375, 1000.1],
    [1250, 1500, 1375, 1250],
    // The supply cannot exceed what it is built for, but the vehicle's limit stays the vehicle's.
    [920, 500, 550, 920],
    [920, 1000, 1100, 920],
    [null, 1000, 550, 500],
    [null, 400, 550, 500],
  ];
  for (const [vehicleMaxV, supplyMaxV, emergencyV, errorV] of cases) {
    t.same(overVoltageLimits(vehicleMaxV, supplyMaxV), { emergencyV, errorV }, `${vehicleMaxV} V of ${supplyMaxV} V`);
  }
});

t.test("one sample at a limit and 0.1 V to each side", async (t) => {
  const cases: [voltageV: number, told: string[]][] = [
    [399.9, []],
    [400, ["500 Medium 400 of 400"]],
    [400.1, ["500 Medium 400.1 of 400"]],
    [549.9, ["500 Medium 549.9 of 400"]],
    [550, ["100 High 550 of 550"]],
    [550.1, ["100 High 550.1 of 550"]],
  ];
  for (const [voltageV, told] of cases) {
    t.same(new Bench().started().volts(100, voltageV).to(1400).told, told, `${voltageV} V, and nothing more is heard`);
  }
});

t.test("duration above the error limit", async (t) => {
  const cases: [endsAfterMs: number, told: string[]][] = [
    [1, []],
    [399, []],
    // At the very millisecond the deadline comes first.
    [400, ["500 Medium 410 of 400"]],
    [401, ["500 Medium 410 of 400"]],
  ];
  for (const [endsAfterMs, told] of cases) {
    const bench = new Bench()
      .started()
      .volts(100, 410)
      .volts(100 + endsAfterMs, 399.9);
    t.same(bench.told, told, `${endsAfterMs} ms`);
  }
  t.same(new Bench(0).started().volts(100, 400).told, ["100 Medium 400 of 400"], "no duration: at once");
  t.same(new Bench(1).started().volts(100, 400).to(101).told, ["101 Medium 400 of 400"]);
});

t.test("the highest voltage is told, and each fall below begins anew", async (t) => {
  t.same(new Bench().started().volts(0, 401).volts(200, 430).volts(399, 405).to(400).told, ["400 Medium 430 of 400"]);
  t.same(new Bench().started().volts(0, 430).volts(399, 399).volts(400, 405).volts(799, 404).to(800).told, [
    "800 Medium 405 of 400",
  ]);
  t.same(new Bench().started().volts(0, 430).volts(200, 560).told, ["200 High 560 of 550"], "a jump while it counts");
});

t.test("samples that come late, stale ones, and such that are none", async (t) => {
  t.same(new Bench().started().volts(500, 410, 100).told, ["500 Medium 410 of 400"], "it has lasted long enough");
  t.same(
    new Bench().started().volts(500, 410, 101).to(501).told,
    ["501 Medium 410 of 400"],
    "counted from when it was",
  );
  t.same(
    new Bench().started().volts(300, 390, 300).volts(310, 560, 200).told,
    [],
    "older than the last one: that was before",
  );
  t.same(new Bench().started().volts(100, 560, 101).told, [], "measured in the future");
  t.same(new Bench().started().volts(100, Number.NaN).told, []);
  t.same(new Bench().started().volts(100, Number.POSITIVE_INFINITY).told, []);
  t.same(
    new Bench().started().volts(100, Number.NaN).to(1500).told,
    ["1500 blind noSamples"],
    "and none of them keeps it awake",
  );
});

t.test("a source that falls silent is no supervision", async (t) => {
  t.same(new Bench().started().to(1499).told, []);
  t.same(new Bench().started().to(1500).told, ["1500 blind noSamples"]);
  t.same(new Bench().started().volts(1000, 390).to(2499).told, []);
  t.same(new Bench().started().volts(1000, 390).to(2500).told, ["2500 blind noSamples"]);
  t.same(new Bench(5000).started().volts(1000, 410).to(2500).told, ["2500 blind noSamples"], "while it counts too");
  t.same(new Bench().post({ type: "started" }).told, ["0 blind noLimits"], "nobody has told what the vehicle stands");
});

t.test("an error shutdown that does not work becomes an emergency", async (t) => {
  const tripped = (): Bench => new Bench().started().volts(0, 410).to(400);
  t.same(tripped().volts(1000, 410).to(2899).told.slice(1), []);
  t.same(tripped().volts(1000, 410).to(2900).told.slice(1), ["2900 High 400 of 400"]);
  t.same(tripped().volts(2899, 399.9).to(9000).told.slice(1), [], "it has worked");
  t.same(tripped().volts(500, 550).to(9000).told.slice(1), ["500 High 550 of 550"], "it gets worse");
  t.same(tripped().to(450).post({ type: "stopped" }).to(9000).told.slice(1), [], "the supply is off");
  t.same(
    new Bench().started().to(1500).volts(1600, 560).told.slice(1),
    ["1600 High 560 of 550"],
    "blind, then the source comes back with the worst",
  );
});

t.test("gaps, jumps and stale samples, at their edges", async (t) => {
  const cases: [title: string, run: (bench: Bench) => Bench, told: string[]][] = [
    ["a gap of 1499 ms", (b) => b.volts(100, 390).volts(1599, 390).to(3098), []],
    ["a gap of 1500 ms", (b) => b.volts(100, 390).volts(1600, 390).to(3000), ["1600 blind noSamples"]],
    ["above, and nobody tells more: it trips in time", (b) => b.volts(100, 400.1).to(499), []],
    ["above, and nobody tells more, 1 ms later", (b) => b.volts(100, 400.1).to(500), ["500 Medium 400.1 of 400"]],
    [
      "a jump to 0.1 V below the emergency limit and back",
      (b) => b.volts(0, 390).volts(5, 549.9).volts(10, 390).to(1509),
      [],
    ],
    [
      "a jump to the emergency limit and back",
      (b) => b.volts(0, 390).volts(5, 550).volts(10, 390),
      ["5 High 550 of 550"],
    ],
    ["a jump while it counts", (b) => b.volts(0, 400).volts(399, 550), ["399 High 550 of 550"]],
    [
      "0.1 V below in between: it counts from the next",
      (b) => b.volts(0, 400).volts(200, 399.9).volts(201, 400).to(600),
      [],
    ],
    [
      "0.1 V below in between, 1 ms later",
      (b) => b.volts(0, 400).volts(200, 399.9).volts(201, 400).to(601),
      ["601 Medium 400 of 400"],
    ],
    [
      "a stale sample keeps nobody awake",
      (b) => b.volts(1000, 390).volts(2400, 390, 999).to(2500),
      ["2500 blind noSamples"],
    ],
    ["a stale sample above counts from when it was taken", (b) => b.volts(0, 390).volts(300, 400, 1).to(400), []],
    ["a stale sample above, 1 ms later", (b) => b.volts(0, 390).volts(300, 400, 1).to(401), ["401 Medium 400 of 400"]],
    [
      "a stale sample below does not end what came after it",
      (b) => b.volts(0, 400).volts(10, 390, -1).to(400),
      ["400 Medium 400 of 400"],
    ],
    [
      "limits lowered below the voltage count with the next sample",
      (b) => b.volts(0, 390).post({ type: "limitsSet", emergencyV: 550, errorV: 380 }).volts(50, 390).to(450),
      ["450 Medium 390 of 380"],
    ],
  ];
  for (const [title, run, told] of cases) t.same(run(new Bench().started()).told, told, title);
});

t.test("the latch", async (t) => {
  const latched = ({ state }: Bench): unknown => (state.name === "off" ? state.latched : state.name);
  const tripped = (): Bench => new Bench().started().volts(0, 550);
  t.equal(latched(tripped().post({ type: "stopped" })), true, "stays when the supply is off");
  t.equal(latched(tripped().post({ type: "stopped" }).post({ type: "stopped" })), true);
  t.equal(latched(tripped().post({ type: "stopped" }).post({ type: "reset" })), false, "goes with the vehicle");
  t.equal(latched(tripped().post({ type: "reset" })), false);
  t.equal(latched(tripped().post({ type: "started" })), "watching", "goes with a new start");
  t.equal(latched(new Bench().started().post({ type: "stopped" })), false);
  t.equal(latched(new Bench().started().to(1500).post({ type: "stopped" })), false, "blind is no over-voltage");
  t.same(tripped().volts(10, 600).volts(20, 700).told, ["0 High 550 of 550"], "told once");
});

t.test("only while the supply may be on", async (t) => {
  const off = new Bench().post({ type: "limitsSet", emergencyV: 550, errorV: 400 });
  t.same(off.volts(100, 900).to(9000).told, []);
  t.same(off.post({ type: "started" }).volts(9100, 390).post({ type: "stopped" }).volts(9200, 900).to(20_000).told, []);
  t.same(
    off.post({ type: "started" }).volts(20_100, 390).told,
    [],
    "limits stand from session to session, until others come",
  );
  off.post({ type: "limitsSet", emergencyV: 1100, errorV: 900 });
  t.same(off.volts(20_200, 800).volts(20_700, 800).told, [], "limits of the moment");
});

t.test("no event in no state goes wrong", async (t) => {
  const events: OverVoltageEvent[] = [
    { type: "limitsSet", emergencyV: 550, errorV: 400 },
    { type: "started" },
    { type: "stopped" },
    { type: "reset" },
    { type: "sampled", voltageV: 390, takenAtMs: 0 },
    { type: "deadlineReached" },
  ];
  const states = [
    new Bench(),
    new Bench().started(),
    new Bench().started().volts(0, 410),
    new Bench().started().volts(0, 560),
    new Bench().post({ type: "started" }),
  ].map(({ state }) => state);
  const names = states.map((state) =>
    events.map((event) => createOverVoltageMachine({ durationMs: 400 }).step(state, event, 0).state.name).join(" "),
  );
  t.same(names, [
    "off tripped off off off off",
    "watching watching off off watching watching",
    "above above off off watching above",
    "tripped watching off off tripped tripped",
    "tripped tripped off off tripped tripped",
  ]);
});
