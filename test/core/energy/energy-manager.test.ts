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

t.test("the slots ahead go along", async (t) => {
  const bench = new Bench(1000, { slots: { intervalMs: hourMs, totalMs: 3 * hourMs } });
  const price = { price_per_kwh: 0.25 };
  bench.request({
    ...node("n", {}, [evse("a")]),
    schedule_import: [
      { ...entry(limits("n", { maxA: 16 })), ...price },
      { ...entry(limits("n", { maxA: 10 }), {}, "2026-01-01T00:30:00Z"), ...price },
      entry(limits("n", { maxA: 3 }), {}, "2026-01-01T02:00:00Z"),
    ],
  });
  const schedule = (): unknown => {
    const [effect] = bench.post(bench.machine.deadlineReached);
    return effect?.type === "enforceLimits"
      ? effect.limits.schedule.map(
          ({ timestamp, limits_to_root, price_per_kwh = "no price" }) =>
            `${timestamp.slice(11, 19)} ${limits_to_root.ac_max_current_A?.value} ${price_per_kwh}`,
        )
      : undefined;
  };
  bench.nowMs = 60_000;
  bench.request(bench.state.tree as EnergyFlowRequest);
  t.same(schedule(), ["00:01:00 16 0.25", "00:30:00 10 0.25", "01:00:00 10 0.25", "02:00:00 0 no price"]);
  bench.nowMs = 30 * 60_000;
  bench.request(bench.state.tree as EnergyFlowRequest);
  t.same(schedule(), ["00:30:00 10 0.25", "01:00:00 10 0.25", "02:00:00 0 no price"]);
  bench.nowMs = hourMs + 1000;
  bench.request(bench.state.tree as EnergyFlowRequest);
  t.same(schedule(), ["01:00:01 10 0.25", "02:00:00 0 no price", "03:00:00 0 no price"]);
});

t.test("a plan is made anew when a wish changes, and only then", async (t) => {
  const bench = new Bench();
  const calm = node("n", { maxA: 16 }, [evse("a")]);
  bench.request(calm);
  bench.at(0);
  const { plan } = bench.state;
  const setpoint = { timestamp: "2026-01-01T00:00:00Z", setpoint: { source: "s", priority: 0, total_power_W: 1 } };
  const reading = (frequencyHz: number) => ({
    timestamp: "2026-01-01T00:00:00Z",
    energy_Wh_import: { total: 0 },
    frequency_Hz: { L1: frequencyHz },
  });
  const [child] = calm.children as [EnergyFlowRequest];
  const same: EnergyFlowRequest[] = [
    { ...calm },
    { ...calm, children: [{ ...child }] },
    { ...calm, priority_request: true, energy_usage_root: reading(49.7) },
  ];
  for (const [index, request] of same.entries()) {
    bench.request(request);
    bench.at((index + 1) * 1000);
    t.equal(bench.state.plan, plan, `the same wishes ${index}`);
  }
  const changed: EnergyFlowRequest[] = [
    { ...calm, schedule_import: [...calm.schedule_import] },
    { ...calm, schedule_export: [...calm.schedule_import] },
    { ...calm, schedule_setpoints: [setpoint] },
    { ...calm, schedule_setpoints: [setpoint], energy_usage_root: reading(49.7) },
    { ...calm, children: [] },
    { ...calm, children: [{ ...child, evse_state: "Charging" }] },
    { ...calm, children: [{ ...child, uuid: "b" }] },
    { ...calm, children: [{ ...child, schedule_import: [entry({})] }] },
  ];
  let last = plan;
  for (const [index, request] of changed.entries()) {
    bench.request(request);
    bench.at(10_000 + index * 1000);
    t.not(bench.state.plan, last, `a wish has changed ${index}`);
    last = bench.state.plan;
  }
});

t.test("the frequency of the grid is a wish where a setpoint follows it", async (t) => {
  const followed = (frequencyHz: number): EnergyFlowRequest => ({
    ...calm,
    energy_usage_root: {
      timestamp: "2026-01-01T00:00:00Z",
      energy_Wh_import: { total: 0 },
      frequency_Hz: { L1: frequencyHz },
    },
  });
  const table = [
    { frequency_Hz: 49.5, total_power_W: 4140 },
    { frequency_Hz: 50, total_power_W: 11_040 },
  ];
  const setpoint = { source: "s", priority: 0, frequency_table: table };
  const calm = {
    ...node("n", { maxA: 16 }, [evse("a")]),
    schedule_setpoints: [{ timestamp: "2026-01-01T00:00:00Z", setpoint }],
  };
  const bench = new Bench();
  bench.request(followed(50));
  t.same(bench.at(0), ["a 16", "!a"]);
  const { plan } = bench.state;
  bench.request(followed(50));
  bench.at(1000);
  t.equal(bench.state.plan, plan, "the same frequency");
  bench.request(followed(49.5));
  t.same(bench.at(2000), ["a 6", "!a"]);
  t.not(bench.state.plan, plan);
});

t.test("a slot to come keeps to the switches that the session has left", async (t) => {
  const bench = new Bench(1000, {
    slots: { intervalMs: hourMs, totalMs: 2 * hourMs },
    phases: { ...settings.phases, mode: "Both", maxSwitches: 1, timeHysteresisMs: 0 },
  });
  const planned = (nowMs: number, active: number): (number | undefined)[] => {
    const root = {
      ...limits("a", { maxA: 32, minA: 6, phases: 3 }),
      ac_min_phase_count: { value: 1, source: "a" },
      ac_number_of_active_phases: active,
    };
    bench.nowMs = nowMs;
    bench.request(
      node("n", { maxW: 6900 }, [{ ...evse("a"), evse_state: "Charging", schedule_import: [entry(root)] }]),
    );
    const [effect] = bench.post(bench.machine.deadlineReached);
    return effect?.type === "enforceLimits"
      ? effect.limits.schedule.map(({ limits_to_root }) => limits_to_root.ac_max_phase_count?.value)
      : [];
  };
  t.same(planned(0, 3), [3, 3]);
  planned(1000, 1);
  t.same(planned(2000, 1), [1, 1], "it has none");
});

t.test("each wish by itself makes a new plan", async (t) => {
  const calm = node("n", { maxA: 16 }, [evse("a")]);
  const [child] = calm.children as [EnergyFlowRequest];
  const changed: [string, EnergyFlowRequest][] = [
    ["its name", { ...calm, children: [{ ...child, uuid: "b" }] }],
    ["its kind", { ...calm, children: [{ ...child, node_type: "Generic" }] }],
    ["its state", { ...calm, children: [{ ...child, evse_state: "Charging" }] }],
    ["what it holds", { ...calm, children: [{ ...child, held_current_A: 8 }] }],
    ["what it imports", { ...calm, children: [{ ...child, schedule_import: [entry({})] }] }],
    ["what it exports", { ...calm, children: [{ ...child, schedule_export: [entry({})] }] }],
  ];
  for (const [title, request] of changed) {
    const bench = new Bench();
    bench.request(calm);
    bench.at(0);
    const { plan } = bench.state;
    bench.request(request);
    bench.at(1000);
    t.not(bench.state.plan, plan, title);
  }
});

t.test("what a round came to is told where the log wants it", async (t) => {
  for (const tellsRounds of [true, false]) {
    const bench = new Bench(1000, { tellsRounds });
    bench.request(tree(10));
    const told = bench.post(bench.machine.deadlineReached).filter(({ type }) => type === "reportRound");
    t.same(told, tellsRounds ? [{ type: "reportRound", count: 2, waiting: ["b"] }] : []);
  }
});

t.test("the slot that lasts holds what is given, not what is due", async (t) => {
  const bench = new Bench();
  const charging = (uuid: string, maxA: number) => ({
    ...evse(uuid, { maxA, minA: 6 }),
    evse_state: "Charging" as const,
  });
  bench.request(node("n", { maxA: 40 }, [charging("a", 32), charging("b", 0)]));
  bench.at(0);
  bench.nowMs = 1000;
  bench.request(node("n", { maxA: 40 }, [charging("a", 32), charging("b", 32)]));
  const told = bench
    .post(bench.machine.deadlineReached)
    .flatMap((effect) => (effect.type === "enforceLimits" ? [effect.limits] : []))
    .map(({ limits_root_side: side, schedule }) => [
      side.ac_max_current_A?.value,
      schedule[0]?.limits_to_root.ac_max_current_A?.value,
    ]);
  t.same(told, [
    [20, 20],
    [8, 8],
  ]);
});

t.test(
  "a vehicle that charges on one phase goes on so where power is short, whether phases are switched or not",
  async (t) => {
    for (const [active, expected] of [
      [1, ["a 10", "!a"]],
      [3, ["a 0", "!a"]],
    ] as const) {
      const bench = new Bench();
      const root = {
        ...limits("a", { maxA: 32, minA: 6, phases: 3 }),
        ac_min_phase_count: { value: 1, source: "a" },
        ac_number_of_active_phases: active,
      };
      bench.request(
        node("n", { maxW: 2300 }, [{ ...evse("a"), evse_state: "Charging", schedule_import: [entry(root)] }]),
      );
      t.same(bench.at(0), expected, `${active} phases`);
    }
  },
);

t.test(
  "patience with phases ends although nobody wishes anything new; a session ends although nothing is wanted",
  async (t) => {
    const bench = new Bench(1000, { phases: { ...settings.phases, mode: "Both", maxSwitches: 3 } });
    const wish = (active: number, maxW: number, maxA = 32): EnergyFlowRequest => {
      const root = {
        ...limits("a", { maxA, minA: 6, phases: 3 }),
        ac_min_phase_count: { value: 1, source: "a" },
        ac_number_of_active_phases: active,
      };
      return node("n", { maxW }, [{ ...evse("a"), evse_state: "Charging", schedule_import: [entry(root)] }]);
    };
    const phases = (nowMs: number, request: EnergyFlowRequest): number | undefined => {
      bench.nowMs = nowMs;
      bench.request(request);
      const [effect] = bench.post(bench.machine.deadlineReached);
      return effect?.type === "enforceLimits" ? effect.limits.limits_root_side.ac_max_phase_count?.value : undefined;
    };
    const unplugged = (maxA: number): EnergyFlowRequest => ({ ...evse("a", { maxA }), evse_state: "Unplugged" });
    phases(0, unplugged(32));
    t.equal(phases(1000, wish(3, 6900)), 3);
    t.equal(phases(2000, wish(3, 3680)), 1, "a cloud");
    const sunny = wish(1, 6900);
    t.equal(phases(3000, sunny), 1);
    t.equal(phases(601_000, sunny), 1);
    t.equal(phases(602_000, sunny), 3, "ten minutes after the cloud");
    t.equal(phases(603_000, wish(3, 3680)), 1);
    t.equal(phases(604_000, wish(1, 3680)), 1, "the third switch");
    phases(605_000, wish(1, 6900, 0));
    t.equal(phases(1_500_000, wish(1, 6900)), 1, "wanting nothing is no new session");
    phases(1_501_000, { ...wish(1, 6900, 0), children: [unplugged(0)] });
    t.equal(phases(1_502_000, wish(1, 6900)), 3, "being unplugged is one, though nothing was wanted");
  },
);

t.test("a tree that has fallen silent is not renewed", async (t) => {
  const bench = new Bench();
  bench.request(tree(32));
  for (let nowMs = 0; nowMs < 10_000; nowMs += 1000) t.equal(bench.at(nowMs).includes("a 16"), true);
  t.same(bench.at(10_000), ["silence"]);
  t.equal(bench.dueMs, null);
  t.match(bench.state, { tree: null, plan: null, last: null }, "and nothing is kept of it");
  bench.nowMs = 15_000;
  bench.request(tree(32));
  t.same(bench.at(15_000), ["a 16", "b 16"], "until it speaks again");
  const slow = new Bench(3000);
  slow.request(tree(32));
  for (let nowMs = 0; nowMs < 30_000; nowMs += 3000) t.equal(slow.at(nowMs).includes("a 16"), true);
  t.same(slow.at(30_000), ["silence"]);
});

t.test("a vehicle that comes waits for the room the other one makes", async (t) => {
  const bench = new Bench();
  const charging = (uuid: string) => ({ ...evse(uuid), evse_state: "Charging" as const });
  const alone = node("n", { maxA: 32 }, [charging("a"), evse("b", { maxA: 0, minA: 6 })]);
  bench.request(alone);
  t.same(bench.at(0), ["a 32", "!a", "b 0", "!b"]);
  bench.nowMs = 1000;
  bench.request(node("n", { maxA: 32 }, [charging("a"), evse("b")]));
  t.same(bench.at(1000), ["a 16", "!a", "b 0"]);
  t.same(bench.at(6000), ["a 16", "b 0"]);
  t.same(bench.at(7000), ["a 16", "b 16", "!b"], "six seconds later");
});

t.test("who waits for its minimum has its turn a quarter of an hour later", async (t) => {
  const bench = new Bench();
  const idle = (uuid: string) => ({ ...evse(uuid), evse_state: "PrepareCharging" as const });
  const short = node("n", { maxA: 10 }, [idle("a"), idle("b")]);
  const given = (nowMs: number): string[] => {
    bench.nowMs = nowMs;
    bench.request(short);
    return bench.at(nowMs).filter((line) => !line.startsWith("!"));
  };
  t.same(given(0), ["a 10", "b 0"]);
  t.same(given(899_000), ["a 10", "b 0"]);
  t.same(given(900_000), ["a 10", "b 0"], "the round that ends the turn");
  t.same(given(901_000), ["a 0", "b 10"]);
  t.same(given(1_802_000), ["a 0", "b 10"]);
  t.same(given(1_803_000), ["a 10", "b 0"]);
});

t.test("phases follow the power, with patience", async (t) => {
  const bench = new Bench(1000, { phases: { ...settings.phases, mode: "Both", maxSwitches: 3 } });
  let active = 3;
  const given = (nowMs: number, powerW: number): string => {
    const [wish] = [evse("a")];
    const root = {
      ...wish?.schedule_import[0]?.limits_to_root,
      ac_min_phase_count: { value: 1, source: "a" },
      ac_number_of_active_phases: active,
    };
    bench.nowMs = nowMs;
    bench.request(
      node("n", { maxA: 32, maxW: powerW }, [{ ...evse("a"), evse_state: "Charging", schedule_import: [entry(root)] }]),
    );
    const [effect] = bench.post(bench.machine.deadlineReached);
    if (effect?.type !== "enforceLimits") throw new Error("limits expected");
    const { ac_max_phase_count: phases, ac_max_current_A: current } = effect.limits.limits_root_side;
    active = phases?.value ?? active;
    return `${phases?.value}ph ${current?.value}A`;
  };
  bench.request({ ...evse("a"), evse_state: "Unplugged" });
  bench.at(0);
  t.equal(given(1000, 6900), "3ph 10A");
  t.equal(given(2000, 3680), "1ph 16A", "a cloud");
  t.equal(given(3000, 6900), "1ph 30A", "gone: but not so fast");
  t.equal(given(601_000, 6900), "1ph 30A");
  t.equal(given(602_000, 6900), "3ph 10A", "ten minutes after the cloud");
  t.equal(given(603_000, 2300), "1ph 10A");
  t.equal(given(1_300_000, 6900), "1ph 30A", "three switches are used up");
  t.equal(given(1_301_000, 6900), "1ph 30A");
  bench.nowMs = 1_302_000;
  bench.request({ ...evse("a"), evse_state: "Unplugged" });
  bench.at(1_302_000);
  t.equal(given(1_303_000, 6900), "3ph 10A", "a new session");
});

t.test("a large tree is planned over several rounds", async (t) => {
  const bench = new Bench(1000, { slots: { intervalMs: hourMs, totalMs: 4 * hourMs } });
  const uuids = Array.from({ length: 100 }, (_, index) => `e${index}`);
  const large = (maxA: number): EnergyFlowRequest =>
    node(
      "n",
      { maxA },
      uuids.map((uuid) => evse(uuid)),
    );
  /** The ampere of the slots of the last EVSE, after a round. */
  const planned = (nowMs: number, request: EnergyFlowRequest): (number | undefined)[] => {
    bench.nowMs = nowMs;
    bench.request(request);
    const last = bench.post(bench.machine.deadlineReached).findLast(({ type }) => type === "enforceLimits");
    return last?.type === "enforceLimits"
      ? last.limits.schedule.map(({ limits_to_root }) => limits_to_root.ac_max_current_A?.value)
      : [];
  };
  const request = large(1000);
  t.same(planned(0, request), [10, 10, 10], "two slots ahead in the first round");
  t.same(planned(1000, request), [10, 10, 10, 10], "the third one in the next");
  t.same(planned(2000, request), [10, 10, 10, 10]);
  const other = large(1200);
  t.same(planned(3000, other), [12, 12, 12, 10], "what is not planned again yet stands as it was");
  t.same(planned(4000, other), [12, 12, 12, 12]);
});

t.test("a change that a schedule no longer has is gone from the plan", async (t) => {
  const bench = new Bench(1000, { slots: { intervalMs: hourMs, totalMs: 2 * hourMs } });
  const planned = (nowMs: number, request: EnergyFlowRequest): string[] => {
    bench.nowMs = nowMs;
    bench.request(request);
    return bench
      .post(bench.machine.deadlineReached)
      .flatMap((effect) => (effect.type === "enforceLimits" ? effect.limits.schedule : []))
      .map(({ timestamp, limits_to_root }) => `${timestamp.slice(11, 16)} ${limits_to_root.ac_max_current_A?.value}`);
  };
  const allows = (...schedule: (readonly [time: string, maxA: number])[]): EnergyFlowRequest => ({
    ...node("n", {}, [evse("e")]),
    schedule_import: schedule.map(([time, maxA]) => entry(limits("n", { maxA }), {}, `2026-01-01T${time}:00Z`)),
  });
  t.same(planned(0, allows(["00:00", 16], ["00:20", 8])), ["00:00 16", "00:20 8", "01:00 8"]);
  t.same(planned(1000, allows(["00:00", 16])), ["00:00 16", "01:00 16"]);
});
