import t from "tap";
import type {
  EnergyManagerEffect,
  EnergyManagerEvent,
  EnergyManagerSettings,
  EnergyManagerState,
} from "../../../src/core/energy/energy-manager.ts";
import { createEnergyManagerMachine, initialEnergyManagerState } from "../../../src/core/energy/energy-manager.ts";
import type { EnergyFlowRequest } from "../../../src/core/energy/flow.ts";
import { entry, evse, limits, node, wallMs } from "./tree.ts";

const hourMs = 3_600_000;

const settings: EnergyManagerSettings = {
  nominalVoltageV: 230,
  sliceA: 0.5,
  sliceW: 500,
  updateIntervalMs: 1000,
  slots: { intervalMs: hourMs, totalMs: hourMs },
  phases: {
    mode: "Never",
    maxSwitches: 0,
    stickyness: "DontChange",
    powerHysteresisW: 200,
    timeHysteresisMs: 600_000,
  },
};

class Bench {
  readonly machine;
  state: EnergyManagerState = initialEnergyManagerState;
  nowMs = 0;

  constructor(updateIntervalMs = 1000, changed: Partial<EnergyManagerSettings> = {}) {
    this.machine = createEnergyManagerMachine({ ...settings, updateIntervalMs, ...changed });
  }

  post(event: EnergyManagerEvent): readonly EnergyManagerEffect[] {
    const { state, effects } = this.machine.step(this.state, event, this.nowMs);
    this.state = state;
    return effects;
  }

  request(request: EnergyFlowRequest): readonly EnergyManagerEffect[] {
    return this.post({ type: "requestReceived", request, wallMs: wallMs + this.nowMs });
  }

  /** `uuid ampere` of what is enforced, `!uuid` of what is reported as new. */
  at(nowMs: number): string[] {
    this.nowMs = nowMs;
    return this.post(this.machine.deadlineReached).flatMap((effect) => {
      if (effect.type === "reportSilence") return ["silence"];
      if (effect.type === "reportRound") return [];
      const { uuid, limits_root_side } = effect.limits;
      return [effect.type === "enforceLimits" ? `${uuid} ${limits_root_side.ac_max_current_A?.value}` : `!${uuid}`];
    });
  }

  get dueMs(): number | null {
    return this.machine.deadlineMs(this.state);
  }
}

const tree = (fuseA: number, urgent = false): EnergyFlowRequest => ({
  ...node("n", { maxA: fuseA, phases: 3 }, [evse("a"), evse("b")]),
  priority_request: urgent,
});

t.test("nothing to do before the first request", async (t) => {
  const bench = new Bench();
  t.equal(bench.dueMs, null);
  t.same(bench.at(5000), []);
});

t.test("a round every interval", async (t) => {
  const bench = new Bench(2000);
  bench.nowMs = 500;
  t.same(bench.request(tree(32)), []);
  t.equal(bench.dueMs, 500, "the first request has not to wait");
  t.same(bench.at(500), ["a 16", "!a", "b 16", "!b"]);
  t.equal(bench.dueMs, 2500);
  bench.nowMs = 1000;
  t.same(bench.request(tree(20)), [], "kept for the next round");
  t.same(bench.at(2499), [], "one millisecond before");
  t.same(bench.at(2500), ["a 10", "!a", "b 10", "!b"]);
  t.same(bench.at(4500), ["a 10", "b 10"], "renewed without news");
  t.same(bench.at(6600), ["a 10", "b 10"], "a late round");
  t.equal(bench.dueMs, 8600);
});

t.test("only what changed is news", async (t) => {
  const bench = new Bench();
  bench.request(node("n", { maxA: 20 }, [evse("a", { maxA: 8, minA: 6 }), evse("b")]));
  bench.at(0);
  bench.request(node("n", { maxA: 24 }, [evse("a", { maxA: 8, minA: 6 }), evse("b")]));
  t.same(bench.at(1000), ["a 8", "b 16", "!b"]);
});

t.test("an urgent request runs at once, anywhere in the tree", async (t) => {
  const deep = node("n", { maxA: 20 }, [node("m", {}, [{ ...evse("a"), priority_request: true }])]);
  for (const urgent of [tree(20, true), deep]) {
    const bench = new Bench();
    bench.request(tree(32));
    bench.at(0);
    bench.nowMs = 300;
    bench.request(urgent);
    bench.request(tree(16));
    t.equal(bench.dueMs, 300);
    t.same(bench.at(300), ["a 8", "!a", "b 8", "!b"], "one round for all requests of the instant");
    t.equal(bench.dueMs, 1300);
  }
});

t.test("what is enforced", async (t) => {
  const bench = new Bench(3000);
  bench.nowMs = 1500;
  bench.request(node("n", { maxA: 16, phases: 3 }, [evse("a")]));
  const [effect] = bench.post(bench.machine.deadlineReached);
  const side = { ac_max_current_A: { value: 16, source: "n" }, ac_max_phase_count: { value: 3, source: "n,a" } };
  t.same(effect, {
    type: "enforceLimits",
    limits: {
      uuid: "a",
      valid_for: 30,
      limits_root_side: side,
      schedule: [{ timestamp: "2026-01-01T00:00:01.500Z", limits_to_root: side }],
    },
  });
});

t.test("a schedule changes without a request", async (t) => {
  const bench = new Bench();
  bench.request({
    ...node("n", {}, [evse("a")]),
    schedule_import: [entry(limits("n", { maxA: 16 })), entry(limits("n", { maxA: 10 }), {}, "2026-01-01T00:00:02Z")],
  });
  t.same(bench.at(1999), ["a 16", "!a"]);
  t.same(bench.at(2998), [], "not due");
  t.same(bench.at(2999), ["a 10", "!a"]);

  const exact = new Bench();
  exact.request({
    ...node("n", {}, [evse("a")]),
    schedule_import: [entry(limits("n", { maxA: 16 })), entry(limits("n", { maxA: 10 }), {}, "2026-01-01T00:00:02Z")],
  });
  t.same(exact.at(2000), ["a 10", "!a"], "an entry counts from its very stamp on");
});
