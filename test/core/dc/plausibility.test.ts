import t from "tap";
import type { Paces } from "../../../src/core/dc/fastest-source.ts";
import { fastestSource } from "../../../src/core/dc/fastest-source.ts";
import type {
  PlausibilityEffect,
  PlausibilityEvent,
  PlausibilityState,
  VoltageSource,
} from "../../../src/core/dc/plausibility.ts";
import { createPlausibilityMachine, initialPlausibility } from "../../../src/core/dc/plausibility.ts";

/** 50 V apart for 30 s. */
class Bench {
  readonly machine;
  state: PlausibilityState = initialPlausibility;
  readonly told: string[] = [];
  #nowMs = 0;

  constructor(durationMs = 30_000) {
    this.machine = createPlausibilityMachine({ maxSpreadV: 50, durationMs });
  }

  post(event: PlausibilityEvent): this {
    const { state, effects } = this.machine.step(this.state, event, this.#nowMs);
    this.state = state;
    for (const effect of effects as readonly PlausibilityEffect[]) {
      this.told.push(`${this.#nowMs} ${effect.spreadV} ${Object.keys(effect.voltagesV).join()}`);
    }
    return this;
  }

  to(nowMs: number): this {
    const dueMs = this.machine.deadlineMs(this.state);
    if (dueMs !== null && dueMs <= nowMs) {
      this.#nowMs = dueMs;
      this.post(this.machine.deadlineReached);
    }
    this.#nowMs = nowMs;
    return this;
  }

  volts(nowMs: number, source: VoltageSource, voltageV: number, takenAtMs = nowMs): this {
    return this.to(nowMs).post({ type: "sampled", source, voltageV, takenAtMs });
  }

  /** All of them again every second, up to and including `toMs`. */
  lasting(fromMs: number, toMs: number, volts: Partial<Record<VoltageSource, number>>): this {
    for (let nowMs = fromMs; nowMs <= toMs; nowMs += 1000) {
      for (const [source, voltageV] of Object.entries(volts)) this.volts(nowMs, source as VoltageSource, voltageV);
    }
    return this;
  }
}

const started = (durationMs?: number): Bench => new Bench(durationMs).post({ type: "started" });

t.test("how far apart, at the threshold and 0.1 V to each side", async (t) => {
  const cases: [voltageV: number, told: string[]][] = [
    [449.9, []],
    [450, []],
    [450.1, ["30000 50.1 powerSupply,powermeter"]],
    [349.9, ["30000 50.1 powerSupply,powermeter"]],
  ];
  for (const [voltageV, told] of cases) {
    const bench = started().lasting(0, 29_000, { powerSupply: 400, powermeter: voltageV }).to(30_000);
    t.same(
      bench.told.map((line) => line.replace(/50\.1\d*/, "50.1")),
      told,
      `400 V and ${voltageV} V`,
    );
  }
});

t.test("for how long", async (t) => {
  const apart = { powerSupply: 400, powermeter: 500 };
  t.same(started().lasting(0, 29_000, apart).to(29_999).told, []);
  t.same(started().lasting(0, 29_000, apart).to(30_000).told, ["30000 100 powerSupply,powermeter"]);
  t.same(
    started().lasting(0, 29_000, apart).volts(29_999, "powermeter", 450).to(60_000).told,
    [],
    "it ends a millisecond before",
  );
  t.same(
    started().lasting(0, 20_000, apart).volts(20_500, "powermeter", 450).lasting(21_000, 50_000, apart).to(50_999).told,
    [],
    "one good sample begins it anew",
  );
  t.same(started(0).lasting(0, 0, apart).told, ["0 100 powerSupply,powermeter"], "no duration: at once");
});

t.test("three instruments, and the two that differ most", async (t) => {
  const bench = started(0).volts(0, "powerSupply", 400).volts(0, "isolationMonitor", 430);
  t.same(bench.volts(0, "overVoltageMonitor", 455).told, ["0 55 powerSupply,isolationMonitor,overVoltageMonitor"]);
});

t.test("one alone says nothing, and an old value is no witness", async (t) => {
  t.same(started(0).volts(0, "powerSupply", 400).volts(1, "powerSupply", 900).told, []);
  t.same(started(0).volts(0, "powermeter", 400).volts(3000, "powerSupply", 500).told, [
    "3000 100 powermeter,powerSupply",
  ]);
  t.same(started(0).volts(0, "powermeter", 400).volts(3001, "powerSupply", 500).told, []);
  t.same(
    started().lasting(0, 5000, { powerSupply: 400, powermeter: 500 }).lasting(6000, 60_000, { powerSupply: 400 }).told,
    [],
    "it falls silent",
  );
  t.same(started(0).volts(0, "powermeter", 400).volts(10, "powerSupply", 500, 11).told, [], "measured in the future");
  t.same(started(0).volts(5, "powermeter", 400).volts(5, "powermeter", 500, 4).volts(5, "powerSupply", 401).told, []);
  t.same(started(0).volts(0, "powermeter", 400).volts(0, "powerSupply", Number.NaN).told, []);
});

t.test("told once, until the next start", async (t) => {
  const bench = started(0).volts(0, "powermeter", 400).volts(0, "powerSupply", 500);
  t.same(bench.state, { name: "off", latched: true });
  t.equal(bench.volts(1, "powerSupply", 600).told.length, 1);
  t.same(bench.post({ type: "stopped" }).state, { name: "off", latched: true });
  t.same(bench.post({ type: "reset" }).state, { name: "off", latched: false });
  t.same(bench.post({ type: "started" }).volts(2, "powerSupply", 600).told.length, 1, "and nothing is remembered");
  t.same(started().volts(0, "powermeter", 1).post({ type: "stopped" }).state, { name: "off", latched: false });
  t.same(
    started().lasting(0, 0, { powerSupply: 400, powermeter: 500 }).post({ type: "stopped" }).to(60_000).told,
    [],
    "stopped while it counts",
  );
});

t.test("the source that tells most often, of those that have told something lately", async (t) => {
  const pace = (lastMs: number, intervalMs: number | null) => ({ lastMs, intervalMs });
  const cases: [title: string, paces: Paces, source: string][] = [
    ["nobody", {}, "powerSupply"],
    ["the fastest", { powerSupply: pace(900, 200), isolationMonitor: pace(900, 100) }, "isolationMonitor"],
    ["equals: the supply", { powerSupply: pace(900, 100), isolationMonitor: pace(900, 100) }, "powerSupply"],
    ["told once", { powerSupply: pace(900, 200), isolationMonitor: pace(900, null) }, "powerSupply"],
    ["as old as may be", { powerSupply: pace(900, 200), powermeter: pace(500, 100) }, "powermeter"],
    ["too old", { powerSupply: pace(900, 200), powermeter: pace(499, 100) }, "powerSupply"],
  ];
  for (const [title, paces, source] of cases) t.equal(fastestSource(paces, 500, 1000), source, title);
});
