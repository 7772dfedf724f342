import t from "tap";
import { currentAt } from "../../../src/core/energy/derating-curve.ts";
import type {
  TemperatureDeratingEffect,
  TemperatureDeratingOptions,
  TemperatureDeratingState,
} from "../../../src/core/energy/temperature-derating.ts";
import {
  createTemperatureDeratingMachine,
  initialTemperatureDeratingState,
} from "../../../src/core/energy/temperature-derating.ts";
import { isProtective } from "../../../src/core/session/random-delay.ts";

const curve = [
  { temp_C: 25, max_current_A: 32 },
  { temp_C: 40, max_current_A: 16 },
  { temp_C: 55, max_current_A: 6 },
];

t.test("a curve: no limit below it, interpolated within, held behind it", async (t) => {
  const amperes = [-40, 24.9, 25, 32.5, 40, 47.5, 55, 125].map((temperatureC) => currentAt(curve, temperatureC));
  t.strictSame(amperes, [Infinity, Infinity, 32, 24, 16, 11, 6, 6]);
  t.strictSame(
    [59, 60, 61].map((temperatureC) => currentAt([{ temp_C: 60, max_current_A: 10 }], temperatureC)),
    [Infinity, 10, 10],
  );
});

class Bench {
  readonly machine;
  state: TemperatureDeratingState = initialTemperatureDeratingState;
  nowMs = 0;

  constructor(options: Partial<TemperatureDeratingOptions> = {}) {
    this.machine = createTemperatureDeratingMachine({
      curves: new Map([["box.internal", curve]]),
      ignored: new Set(),
      fallbackA: 5,
      staleMs: 10_000,
      debounceMs: 1000,
      hysteresisK: 0,
      ...options,
    });
  }

  post(event: Parameters<typeof this.machine.step>[1]): readonly TemperatureDeratingEffect[] {
    const { state, effects } = this.machine.step(this.state, event, this.nowMs);
    this.state = state;
    return effects;
  }

  start(): this {
    this.post({ type: "started" });
    return this;
  }

  /** The limits told from one time to another, deadlines included: `ampere@ms`. */
  limits(effects: readonly TemperatureDeratingEffect[]): string[] {
    return effects.flatMap((effect) => (effect.type === "limit" ? [`${effect.limitA ?? "none"}@${this.nowMs}`] : []));
  }

  waits(untilMs: number): string[] {
    const limits: string[] = [];
    for (;;) {
      const dueMs = this.machine.deadlineMs(this.state);
      if (dueMs === null || dueMs > untilMs) break;
      this.nowMs = dueMs;
      limits.push(...this.limits(this.post(this.machine.deadlineReached)));
    }
    this.nowMs = untilMs;
    return limits;
  }

  tells(
    atMs: number,
    temperature: number,
    identification: string | undefined = "internal",
    provider = "box",
  ): string[] {
    const waited = this.waits(atMs);
    const reading = { temperature, ...(identification !== "" && { identification }) };
    return [...waited, ...this.limits(this.post({ type: "temperaturesTold", provider, temperatures: [reading] }))];
  }
}

t.test("nothing is known before the first reading: the fallback", async (t) => {
  const bench = new Bench();
  t.strictSame(bench.post({ type: "started" }), [
    { type: "limit", limitA: 5, cause: "box.internal" },
    { type: "reportUnknown", reading: "box.internal", why: "notHeardYet" },
  ]);
  t.strictSame(bench.tells(500, 40), [], "and a higher limit waits for its time");
  t.strictSame(bench.waits(2000), ["16@1000"]);
});

t.test("less current at once, more of it after the debounce, no limit below the curve", async (t) => {
  const bench = new Bench().start();
  t.strictSame(bench.tells(2000, 25), ["32@2000"]);
  t.strictSame(bench.tells(2100, 40), ["16@2100"]);
  t.strictSame(bench.tells(2200, 55), ["6@2200"]);
  t.strictSame(bench.tells(2300, 40), []);
  t.strictSame(bench.tells(3100, 32.5), []);
  t.strictSame(bench.tells(5000, 20), ["24@3200", "none@5000"]);
  t.strictSame(bench.tells(5100, 47.5), ["11@5100"]);
});

t.test("with a hysteresis a temperature must fall that far first", async (t) => {
  const bench = new Bench({ hysteresisK: 3, debounceMs: 0 }).start();
  t.strictSame(bench.tells(1000, 40), ["16@1000"]);
  t.strictSame(bench.tells(2000, 37), []);
  t.strictSame(bench.tells(3000, 39), []);
  t.strictSame(bench.tells(4000, 29.5), ["24@4000"], "counts as 32.5");
  t.strictSame(bench.tells(5000, 33), ["23.46666666666667@5000"], "rises at once");
  t.strictSame(bench.tells(6000, 21), ["none@6000"]);
});

t.test("a reading that is not renewed is none: the fallback, at that instant", async (t) => {
  const bench = new Bench().start();
  bench.tells(2000, 20);
  t.strictSame(bench.waits(60_000), ["5@12000"]);
  t.strictSame(bench.tells(61_000, 20), ["none@61000"]);
});

t.test("the least of all readings counts", async (t) => {
  const bench = new Bench({
    curves: new Map([
      ["box.internal", curve],
      ["plug.contact", [{ temp_C: 60, max_current_A: 10 }]],
    ]),
  }).start();
  bench.tells(1000, 40);
  t.strictSame(bench.tells(1000, 59, "contact", "plug"), ["16@1000"]);
  t.strictSame(bench.tells(2000, 60, "contact", "plug"), ["10@2000"]);
  bench.tells(9000, 40);
  t.strictSame(bench.waits(18_000), ["5@12000"], "one of them is silent");
});

t.test("a reading without a curve or without a name counts as unknown; a slip is forgotten", async (t) => {
  const bench = new Bench({ ignored: new Set(["box.spare"]) }).start();
  bench.tells(2000, 25);
  t.strictSame(bench.tells(3000, 90, "spare"), [], "ignored");
  t.strictSame(bench.tells(4000, 20, ""), ["5@4000"]);
  for (const atMs of [8000, 12_000, 16_000]) bench.tells(atMs, 25);
  t.match(bench.state, { limitA: 32 });
  t.strictSame(bench.tells(17_000, 20, "other"), ["5@17000"]);
  t.match(bench.state, { unknown: new Map([["box.other", "noCurve"]]) });
  t.strictSame(bench.tells(17_500, Number.NaN), [], "what is no number is not heard");
});

t.test("what is told at the start, and whose doing it is", async (t) => {
  const told = (options: Partial<TemperatureDeratingOptions>, temperature?: number): unknown => {
    const bench = new Bench(options);
    if (temperature !== undefined) bench.tells(0, temperature);
    return bench.post({ type: "started" });
  };
  const noLimit = [{ type: "limit", limitA: null, cause: "" }];
  t.strictSame(told({}, 20), noLimit, "cool: that there is no limit is told as well");
  t.strictSame(told({ curves: new Map() }), noLimit, "nothing to look at");
  const two = new Map([
    ["box.internal", curve],
    ["box.lid", curve],
  ]);
  t.match(told({ curves: two }), [{ limitA: 5, cause: "box.internal" }], "of two that allow the same the first");
});

t.test("the least change, and no wait for less", async (t) => {
  const cooling = new Bench().start();
  cooling.tells(1000, 40);
  cooling.tells(1500, 39.995);
  t.equal(cooling.machine.deadlineMs(cooling.state), 11_500, "half a hundredth more waits for nothing");
  const least = new Bench({ fallbackA: 0.01, curves: new Map([["box.internal", [{ temp_C: 40, max_current_A: 0 }]]]) });
  t.strictSame(least.limits(least.post({ type: "started" })), ["0.01@0"]);
  t.strictSame(least.tells(1000, 40), ["0@1000"], "a whole hundredth is told");
});

t.test("what is told of readings", async (t) => {
  const bench = new Bench({ debounceMs: 0 });
  const told = (atMs: number, temperature: number, identification?: string): unknown[] => {
    bench.nowMs = atMs;
    const reading = { temperature, ...(identification !== undefined && { identification }) };
    return [...bench.post({ type: "temperaturesTold", provider: "box", temperatures: [reading] })];
  };
  t.same(told(0, 40, "internal"), [], "nothing before everybody is ready");
  t.equal(bench.machine.deadlineMs(bench.state), null);
  t.same(bench.post({ type: "started" }), [{ type: "limit", limitA: 16, cause: "box.internal" }]);
  t.equal(bench.machine.deadlineMs(bench.state), 10_000);
  t.same(told(1000, 40, "internal"), [], "the same again");
  t.same(told(2000, 39.99, "internal"), [{ type: "limit", limitA: 16.010666666666665, cause: "box.internal" }]);
  t.same(told(3000, 39.985, "internal"), [], "half a hundredth more is none");
  t.same(told(4000, 20), [
    { type: "limit", limitA: 5, cause: "box." },
    { type: "reportUnknown", reading: "box.", why: "noIdentification" },
  ]);
  t.same(told(5000, 40, "internal"), [], "no news of what is unknown already");
  t.same(told(7000, 40, "internal"), [], "nor before a slip is old");
  bench.nowMs = 14_000;
  t.same(
    bench.post(bench.machine.deadlineReached),
    [
      { type: "limit", limitA: 16, cause: "box.internal" },
      { type: "reportKnown", reading: "box." },
    ],
    "a slip is forgotten at its very age, and the other one is known all the time",
  );
  t.same(
    [...(bench.state.readings ?? [])].map(([name]) => name),
    ["box.internal"],
  );
  bench.nowMs = 17_000;
  t.same(bench.post(bench.machine.deadlineReached), [
    { type: "limit", limitA: 5, cause: "box.internal" },
    { type: "reportUnknown", reading: "box.internal", why: "stale" },
  ]);
  t.equal(bench.machine.deadlineMs(bench.state), null, "nothing to wait for but a reading");
});

t.test("no random delay keeps the current up while something is hot", async (t) => {
  t.equal(isProtective("AcTemperatureDerating"), true);
  t.equal(isProtective("grid,AcTemperatureDerating"), true);
  t.equal(isProtective("tariff"), false);
});
