import t from "tap";
import type { EnergyNodeEffect, EnergyNodeEvent, EnergyNodeState } from "../../../src/core/energy/energy-node.ts";
import { capabilities, createEnergyNodeMachine, initialEnergyNodeState } from "../../../src/core/energy/energy-node.ts";
import type { NodeRating } from "../../../src/core/energy/external-limits.ts";
import type { EnergyFlowRequest, EnforcedLimits, ExternalLimits } from "../../../src/core/energy/flow.ts";
import type { Bounds } from "./tree.ts";
import { entry, evse, limits, wallMs } from "./tree.ts";

const rating: NodeRating = {
  source: "grid/module_config",
  fuseLimitA: 16,
  phaseCount: 3,
  nominalVoltageV: 230,
  enhanceExternalSchedule: false,
};

class Bench {
  readonly machine;
  state: EnergyNodeState = initialEnergyNodeState;

  constructor(changed: Partial<NodeRating> = {}) {
    this.machine = createEnergyNodeMachine("grid", { ...rating, ...changed });
  }

  nowMs = 0;

  post(event: EnergyNodeEvent): readonly EnergyNodeEffect[] {
    const { state, effects } = this.machine.step(this.state, event, this.nowMs);
    this.state = state;
    return effects;
  }

  start(): EnergyFlowRequest {
    return this.published({ type: "started", wallMs: wallMs + 2_000_000 });
  }

  /** What it tells at the end of the instant. */
  published(...events: EnergyNodeEvent[]): EnergyFlowRequest {
    for (const event of events) if (this.post(event).length > 0) throw new Error("nothing expected before the end");
    if (this.machine.deadlineMs(this.state) !== this.nowMs) throw new Error("news expected");
    const [effect, ...more] = this.post(this.machine.deadlineReached);
    if (effect?.type !== "publishRequest" || more.length > 0) throw new Error("one request expected");
    return effect.request;
  }
}

const outside = (root: Bounds, leaves: Bounds = {}): ExternalLimits => ({
  schedule_import: [entry(limits("api", root), limits("api", leaves))],
  schedule_export: [],
  schedule_setpoints: [],
});

const own = {
  ac_max_current_A: { value: 16, source: rating.source },
  ac_max_phase_count: { value: 3, source: rating.source },
};

t.test("its own limits from the full hour on", async (t) => {
  const request = new Bench().start();
  const expected = [{ timestamp: "2026-01-01T00:00:00.000Z", limits_to_root: own, limits_to_leaves: own }];
  t.same(request.schedule_import, expected);
  t.same(request.schedule_export, expected);
  t.same(request.uuid, "grid");
  t.same(request.node_type, "Generic");
  t.same(new Bench({ phaseCount: 0 }).start().schedule_import[0]?.limits_to_root, {
    ac_max_current_A: { value: 16, source: rating.source },
  });
});

t.test("capabilities", async (t) => {
  t.same(capabilities(rating), {
    max_current_A: 16,
    max_phase_count: 3,
    nominal_voltage_V: 230,
    total_power_W: 11_040,
  });
  t.same(capabilities({ ...rating, phaseCount: 0 }), {
    max_current_A: 16,
    nominal_voltage_V: 230,
    total_power_W: 3680,
  });
});

t.test("children", async (t) => {
  const bench = new Bench();
  t.same(bench.post({ type: "childRequested", request: evse("a") }), [], "it listens before it speaks");
  t.same(
    bench.start().children.map(({ uuid }) => uuid),
    ["a"],
  );
  const both = bench.published({ type: "childRequested", request: evse("b") });
  t.same(
    both.children.map(({ uuid }) => uuid),
    ["a", "b"],
  );
  t.equal(both.priority_request, false);
  const changed = { ...evse("a"), evse_state: "Charging" as const };
  t.same(bench.published({ type: "childRequested", request: changed }).children, [changed, evse("b")], "replaced");
});

t.test("haste is passed on once", async (t) => {
  const bench = new Bench();
  bench.start();
  const nested = { ...evse("m"), node_type: "Generic" as const, children: [{ ...evse("a"), priority_request: true }] };
  t.equal(bench.published({ type: "childRequested", request: nested }).priority_request, true);
  const next = bench.published({ type: "childRequested", request: evse("b") });
  t.equal(next.priority_request, false);
  t.equal(next.children[0]?.children[0]?.priority_request, false);
});

t.test("limits from outside", async (t) => {
  const fuse = { value: 16, source: rating.source };
  const phases = { value: 3, source: rating.source };
  const api = (value: number) => ({ value, source: "api" });
  const cases: { title: string; changed?: Partial<NodeRating>; root: Bounds; leaves?: Bounds; expected: object }[] = [
    {
      title: "within",
      root: { maxA: 10, phases: 1 },
      expected: { ac_max_current_A: api(10), ac_max_phase_count: api(1) },
    },
    {
      title: "at the fuse",
      root: { maxA: 16, phases: 3 },
      expected: { ac_max_current_A: api(16), ac_max_phase_count: api(3) },
    },
    { title: "above the fuse", root: { maxA: 16.1 }, expected: { ac_max_current_A: fuse, ac_max_phase_count: phases } },
    {
      title: "more phases than there are",
      changed: { phaseCount: 1 },
      root: { maxA: 10, phases: 3 },
      expected: { ac_max_current_A: api(10), ac_max_phase_count: { value: 1, source: rating.source } },
    },
    {
      title: "phases not told",
      changed: { phaseCount: 0 },
      root: { phases: 3 },
      expected: { ac_max_current_A: fuse, ac_max_phase_count: api(3) },
    },
    { title: "none", root: {}, expected: own },
    {
      title: "power keeps the fuse",
      root: { maxW: 6900 },
      expected: { total_power_W: api(6900), ac_max_current_A: fuse, ac_max_phase_count: phases },
    },
    {
      title: "power enhanced with the node's phases",
      changed: { enhanceExternalSchedule: true },
      root: { maxW: 6900 },
      expected: { total_power_W: api(6900), ac_max_current_A: api(10), ac_max_phase_count: phases },
    },
    {
      title: "power enhanced with the phases of the root side",
      changed: { enhanceExternalSchedule: true },
      root: { maxW: 2300, phases: 1 },
      leaves: { phases: 2 },
      expected: { total_power_W: api(2300), ac_max_current_A: api(10), ac_max_phase_count: api(1) },
    },
    {
      title: "power enhanced with the phases of the leaves side",
      changed: { enhanceExternalSchedule: true },
      root: { maxW: 4600 },
      leaves: { phases: 2 },
      expected: { total_power_W: api(4600), ac_max_current_A: api(10), ac_max_phase_count: phases },
    },
    {
      title: "power enhanced without any phases",
      changed: { enhanceExternalSchedule: true, phaseCount: 0 },
      root: { maxW: 2300 },
      expected: { total_power_W: api(2300), ac_max_current_A: api(10) },
    },
    {
      title: "hardly any power is enhanced too",
      changed: { enhanceExternalSchedule: true },
      root: { maxW: 1, phases: 1 },
      expected: { total_power_W: api(1), ac_max_current_A: api(1 / 230), ac_max_phase_count: api(1) },
    },
    {
      title: "enhanced, then within the fuse",
      changed: { enhanceExternalSchedule: true },
      root: { maxW: 22_000 },
      expected: { total_power_W: api(22_000), ac_max_current_A: fuse, ac_max_phase_count: phases },
    },
    {
      title: "a current is kept",
      changed: { enhanceExternalSchedule: true },
      root: { maxW: 6900, maxA: 12 },
      expected: { total_power_W: api(6900), ac_max_current_A: api(12), ac_max_phase_count: phases },
    },
    {
      title: "no power is not enhanced",
      changed: { enhanceExternalSchedule: true },
      root: { maxW: 0 },
      expected: { total_power_W: api(0), ac_max_current_A: fuse, ac_max_phase_count: phases },
    },
  ];
  for (const { title, changed, root, leaves, expected } of cases) {
    const bench = new Bench(changed);
    bench.start();
    const request = bench.published({ type: "externalLimitsSet", limits: outside(root, leaves) });
    t.same(request.schedule_import[0]?.limits_to_root, expected, title);
    t.same(
      request.schedule_import[0]?.limits_to_leaves,
      limits("api", leaves ?? {}),
      `${title}: leaves side untouched`,
    );
    t.match(request.schedule_export, [{ limits_to_root: { ac_max_current_A: fuse } }], `${title}: export stays own`);
  }
});

t.test("limits from outside hold until they are replaced", async (t) => {
  const bench = new Bench();
  bench.post({ type: "externalLimitsSet", limits: outside({ maxA: 8 }) });
  t.equal(bench.start().schedule_import[0]?.limits_to_root.ac_max_current_A?.value, 8, "told before the start");
  const later = bench.published({ type: "childRequested", request: evse("a") });
  t.equal(later.schedule_import[0]?.limits_to_root.ac_max_current_A?.value, 8);
  const setpoints = [{ timestamp: "2026-01-01T00:00:00Z", setpoint: { source: "api", priority: 1, ac_current_A: 7 } }];
  const request = bench.published({
    type: "externalLimitsSet",
    limits: { schedule_import: [], schedule_export: [], schedule_setpoints: setpoints },
  });
  t.same(request.schedule_import[0]?.limits_to_root, own, "empty: its own again");
  t.same(request.schedule_setpoints, setpoints);
});

t.test("limits go down, but for its own", async (t) => {
  const enforced = (uuid: string): EnforcedLimits => ({ uuid, valid_for: 10, limits_root_side: {}, schedule: [] });
  const bench = new Bench();
  for (const when of ["before", "after"]) {
    t.same(bench.post({ type: "limitsEnforced", limits: enforced("grid") }), [], `${when} the start`);
    t.same(bench.post({ type: "limitsEnforced", limits: enforced("a") }), [
      { type: "forwardLimits", limits: enforced("a") },
    ]);
    if (when === "before") bench.start();
  }
  t.same(bench.post({ type: "started", wallMs: 0 }), [], "it starts once");
});

t.test("before its start it listens only", async (t) => {
  const bench = new Bench();
  t.same(bench.post(bench.machine.deadlineReached), []);
  t.equal(bench.machine.deadlineMs(bench.state), null);
});

t.test("the news of an instant are told once", async (t) => {
  const bench = new Bench();
  bench.start();
  bench.nowMs = 300;
  const all = ["a", "b", "c"].map((uuid) => ({ type: "childRequested" as const, request: evse(uuid) }));
  t.same(
    bench.published(...all).children.map(({ uuid }) => uuid),
    ["a", "b", "c"],
  );
  t.same(bench.post(bench.machine.deadlineReached), [], "and then no more");
  t.equal(bench.machine.deadlineMs(bench.state), 10_300, "nothing to do but to look who is silent");
});

t.test("who is silent for ten seconds leaves its share to others", async (t) => {
  const bench = new Bench();
  bench.start();
  bench.published({ type: "childRequested", request: evse("a") }, { type: "childRequested", request: evse("b") });
  bench.nowMs = 4000;
  bench.published({ type: "childRequested", request: evse("b") });
  bench.nowMs = 9999;
  t.same(bench.post(bench.machine.deadlineReached), [], "a millisecond before");
  bench.nowMs = 10_000;
  const [told, published] = bench.post(bench.machine.deadlineReached);
  t.same(told, { type: "reportSilence", child: "a" });
  t.match(published, { type: "publishRequest", request: { children: [{ uuid: "b" }], priority_request: true } });
  t.equal(bench.machine.deadlineMs(bench.state), 14_000);
  bench.nowMs = 14_000;
  bench.post(bench.machine.deadlineReached);
  t.equal(bench.machine.deadlineMs(bench.state), null, "nobody left to look for");
  t.same(
    bench.published({ type: "childRequested", request: evse("a") }).children.map(({ uuid }) => uuid),
    ["a"],
    "it comes back",
  );
});

t.test("a look that finds everybody", async (t) => {
  const bench = new Bench();
  bench.start();
  bench.published({ type: "childRequested", request: evse("a") });
  bench.nowMs = 7000;
  bench.published({ type: "childRequested", request: evse("a") });
  bench.nowMs = 10_000;
  t.same(bench.post(bench.machine.deadlineReached), []);
  t.equal(bench.machine.deadlineMs(bench.state), 17_000);
});

t.test("what is measured and what it costs goes along", async (t) => {
  const usage = { timestamp: "2026-01-01T00:00:00Z", energy_Wh_import: { total: 1 }, frequency_Hz: { L1: 49.9 } };
  const price = (timestamp: string, value: number) => ({ timestamp, value: { value, currency: "EUR" } });
  const prices = {
    schedule_import: [price("2026-01-01T00:00:00Z", 0.3), price("2026-01-01T06:00:00Z", 0.2)],
    schedule_export: [price("2026-01-01T00:00:00Z", 0.1)],
  };
  for (const when of ["before the start", "after it"]) {
    const bench = new Bench();
    const events: EnergyNodeEvent[] = [
      { type: "usageMeasured", usage },
      { type: "pricesTold", prices },
    ];
    if (when === "after it") bench.start();
    else for (const event of events) t.same(bench.post(event), []);
    const request = when === "after it" ? bench.published(...events) : bench.start();
    t.same(request.energy_usage_root, usage, when);
    t.match(request.schedule_import, [
      { timestamp: "2026-01-01T00:00:00.000Z", price_per_kwh: 0.3, limits_to_root: own },
      { timestamp: "2026-01-01T06:00:00Z", price_per_kwh: 0.2, limits_to_root: own },
    ]);
    t.match(request.schedule_export, [{ price_per_kwh: 0.1 }]);
    const next = bench.published({ type: "childRequested", request: evse("a") });
    t.equal(next.schedule_import, request.schedule_import, "the very same: nobody needs to read it again");
    const limited = bench.published({ type: "externalLimitsSet", limits: outside({ maxA: 8 }) });
    t.match(limited.schedule_import, [
      { price_per_kwh: 0.3, limits_to_root: { ac_max_current_A: { value: 8 } } },
      { price_per_kwh: 0.2, limits_to_root: { ac_max_current_A: { value: 8 } } },
    ]);
  }
});
