import fc from "fast-check";
import t from "tap";
import type { DistributionRules, Share } from "../../../src/core/energy/distribute.ts";
import { distribute } from "../../../src/core/energy/distribute.ts";
import type { EnergyFlowRequest, LimitsReq, ScheduleReqEntry } from "../../../src/core/energy/flow.ts";
import { nodeLimits } from "../../../src/core/energy/node-limits.ts";
import type { Bounds } from "./tree.ts";
import { entry, evse, limits, node, wallMs } from "./tree.ts";

const options: DistributionRules = {
  nominalVoltageV: 230,
  sliceA: 0.5,
  sliceW: 500,
  phases: ({ maxPhases }) => maxPhases,
  mayReducePhases: () => false,
};

/** `16A 3ph 11040W`, without what is absent. */
function given(root: EnergyFlowRequest, atMs = wallMs): Record<string, string> {
  const round = (value: number): number => Math.round(value * 1e6) / 1e6;
  const shown = [...distribute(root, atMs, options)].map(([uuid, { limits: result }]: [string, Share]) => [
    uuid,
    [
      result.ac_max_current_A && `${round(result.ac_max_current_A.value)}A`,
      result.ac_max_phase_count && `${result.ac_max_phase_count.value}ph`,
      result.total_power_W && `${round(result.total_power_W.value)}W`,
    ]
      .filter((part) => part !== undefined)
      .join(" "),
  ]);
  return Object.fromEntries(shown);
}

const dc = (uuid: string, maxW: number): EnergyFlowRequest => evse(uuid, { maxW });

t.test("who gets what", async (t) => {
  const cases: { title: string; tree: EnergyFlowRequest; expected: Record<string, string> }[] = [
    { title: "an EVSE alone", tree: evse("a"), expected: { a: "32A 3ph" } },
    { title: "the fuse", tree: node("n", { maxA: 16, phases: 3 }, [evse("a")]), expected: { a: "16A 3ph" } },
    { title: "phases of the node", tree: node("n", { maxA: 16, phases: 1 }, [evse("a")]), expected: { a: "16A 1ph" } },
    {
      title: "the smallest fuse of a chain",
      tree: node("n", { maxA: 40 }, [node("m", { maxA: 10 }, [node("o", { maxA: 20 }, [evse("a")])])]),
      expected: { a: "10A 3ph" },
    },
    {
      title: "power over three phases",
      tree: node("n", { maxA: 32, maxW: 6900 }, [evse("a")]),
      expected: { a: "10A 3ph 6900W" },
    },
    {
      title: "power over one phase",
      tree: node("n", { maxA: 32, maxW: 6900, phases: 1 }, [evse("a")]),
      expected: { a: "30A 1ph 6900W" },
    },
    {
      title: "current below power",
      tree: node("n", { maxA: 10, maxW: 11_000 }, [evse("a")]),
      expected: { a: "10A 3ph 6900W" },
    },
    {
      title: "halves",
      tree: node("n", { maxA: 32 }, [evse("a"), evse("b")]),
      expected: { a: "16A 3ph", b: "16A 3ph" },
    },
    {
      title: "what a small one leaves goes to the others",
      tree: node("n", { maxA: 32 }, [evse("a", { maxA: 8, minA: 6 }), evse("b"), evse("c")]),
      expected: { a: "8A 3ph", b: "12A 3ph", c: "12A 3ph" },
    },
    {
      title: "more than the 100 slices of the reference",
      tree: node("n", { maxA: 250 }, [evse("a", { maxA: 200, minA: 6 })]),
      expected: { a: "200A 3ph" },
    },
    {
      title: "minimum exactly",
      tree: node("n", { maxA: 12 }, [evse("a"), evse("b")]),
      expected: { a: "6A 3ph", b: "6A 3ph" },
    },
    {
      title: "a tenth below both minima: the first gets all",
      tree: node("n", { maxA: 11.9 }, [evse("a"), evse("b")]),
      expected: { a: "11.9A 3ph", b: "0A" },
    },
    {
      title: "below any minimum",
      tree: node("n", { maxA: 5.9 }, [evse("a"), evse("b")]),
      expected: { a: "0A", b: "0A" },
    },
    {
      title: "who cannot have the minimum does not keep the next from it",
      tree: node("n", { maxA: 10 }, [evse("a", { maxA: 32, minA: 12 }), evse("b")]),
      expected: { a: "0A", b: "10A 3ph" },
    },
    {
      title: "minimum of power exactly",
      tree: node("n", { maxA: 32, maxW: 4140 }, [evse("a")]),
      expected: { a: "6A 3ph 4140W" },
    },
    {
      title: "a watt below the minimum",
      tree: node("n", { maxA: 32, maxW: 4139 }, [evse("a")]),
      expected: { a: "0A 0W" },
    },
    {
      title: "nested fuses",
      tree: node("n", { maxA: 40 }, [
        node("left", { maxA: 16 }, [evse("a"), evse("b")]),
        node("right", { maxA: 32 }, [evse("c")]),
      ]),
      expected: { a: "8A 3ph", b: "8A 3ph", c: "24A 3ph" },
    },
    {
      title: "nested fuses, the common one first",
      tree: node("n", { maxA: 30 }, [
        node("left", { maxA: 63 }, [evse("a"), evse("b")]),
        node("right", { maxA: 63 }, [evse("c")]),
      ]),
      expected: { a: "10A 3ph", b: "10A 3ph", c: "10A 3ph" },
    },
    {
      title: "shares above the minimum, as slices would",
      tree: node("n", { maxA: 20 }, [evse("a", { maxA: 32, minA: 6 }), evse("b", { maxA: 32 })]),
      expected: { a: "13A 3ph", b: "7A 3ph" },
    },
    {
      title: "one phase and three share the ampere of a fuse",
      tree: node("n", { maxA: 20 }, [evse("a", { maxA: 32, minA: 6, phases: 1 }), evse("b")]),
      expected: { a: "10A 1ph", b: "10A 3ph" },
    },
    {
      title: "one phase and three under a common power rise by the same ampere",
      tree: node("n", { maxA: 63, maxW: 9200 }, [evse("a", { maxA: 32, minA: 6, phases: 1 }), evse("b")]),
      expected: { a: "10A 1ph 2300W", b: "10A 3ph 6900W" },
    },
    { title: "power alone", tree: node("n", {}, [dc("a", 50_000)]), expected: { a: "50000W" } },
    {
      title: "power alone, shared",
      tree: node("n", { maxW: 60_000 }, [dc("a", 20_000), dc("b", 150_000)]),
      expected: { a: "20000W", b: "40000W" },
    },
    { title: "no limit at all is nothing to give", tree: node("n", {}, [evse("a", {})]), expected: { a: "" } },
    {
      title: "no need",
      tree: node("n", { maxA: 16 }, [evse("a", { maxA: 0, minA: 6 }), evse("b")]),
      expected: { a: "0A", b: "16A 3ph" },
    },
    { title: "no power wanted", tree: node("n", { maxA: 16 }, [dc("a", 0)]), expected: { a: "0A 0W" } },
    {
      title: "an empty schedule has nothing",
      tree: { ...node("n", {}, [evse("a")]), schedule_import: [] },
      expected: { a: "0A 0W" },
    },
    { title: "one ampere", tree: node("n", { maxA: 1 }, [evse("a", { maxA: 32 })]), expected: { a: "1A 3ph" } },
    { title: "no phases", tree: node("n", { maxA: 16, phases: 0 }, [evse("a")]), expected: { a: "0A" } },
    { title: "no EVSE", tree: node("n", { maxA: 16 }, []), expected: {} },
  ];
  for (const { title, tree, expected } of cases) t.same(given(tree), expected, title);
});

t.test("both sides of a node count", async (t) => {
  const cases: { title: string; root: Bounds; leaves: Bounds; efficiency?: number; expected: string }[] = [
    { title: "current", root: { maxA: 20 }, leaves: { maxA: 10 }, expected: "10A 3ph" },
    { title: "minimum", root: { maxA: 10, minA: 6 }, leaves: { minA: 11 }, expected: "0A" },
    { title: "phases", root: { maxA: 20, phases: 3 }, leaves: { phases: 1 }, expected: "20A 1ph" },
    { title: "losses", root: {}, leaves: { maxW: 9000 }, efficiency: 0.9, expected: "10000W" },
    {
      title: "losses below the root side",
      root: { maxW: 9500 },
      leaves: { maxW: 9000 },
      efficiency: 0.9,
      expected: "9500W",
    },
    { title: "no power, no efficiency", root: {}, leaves: { maxW: 0 }, efficiency: 0, expected: "0W" },
  ];
  for (const { title, root, leaves, efficiency, expected } of cases) {
    const tree = {
      ...evse("a"),
      schedule_import: [
        {
          ...entry(limits("r", root), limits("l", leaves)),
          ...(efficiency !== undefined && { conversion_efficiency: efficiency }),
        },
      ],
    };
    t.same(given(tree), { a: expected }, title);
  }
});

t.test("both sides as one: values, and who is named where they are equal", async (t) => {
  const sourced = (value: number, source: string) => ({ value, source });
  const side = (source: string, changed: LimitsReq = {}): LimitsReq => ({
    ac_max_current_A: sourced(16, source),
    ac_min_current_A: sourced(6, source),
    ac_max_phase_count: sourced(3, source),
    ac_min_phase_count: sourced(1, source),
    total_power_W: sourced(5000, source),
    ...changed,
  });
  const folded = (root: LimitsReq, leaves: LimitsReq, more: Partial<ScheduleReqEntry> = {}): unknown =>
    nodeLimits({ ...evse("a"), schedule_import: [{ ...entry(root, leaves), ...more }] }, wallMs).importing;
  t.strictSame(folded(side("root"), side("leaves")), {
    maxW: sourced(5000, "root"),
    maxA: sourced(16, "root"),
    minA: sourced(6, "leaves"),
    maxPhases: sourced(3, "leaves"),
    minPhases: sourced(1, "leaves"),
  });
  t.match(
    folded(side("root", { ac_min_current_A: sourced(8, "root"), ac_min_phase_count: sourced(2, "root") }), side("l")),
    { minA: sourced(8, "root"), minPhases: sourced(2, "root") },
    "the larger minimum",
  );
  t.match(
    folded(side("root"), side("l", { ac_min_current_A: sourced(8, "l"), ac_min_phase_count: sourced(2, "l") })),
    { minA: sourced(8, "l"), minPhases: sourced(2, "l") },
    "on either side",
  );
  const half = { conversion_efficiency: 0.5 };
  t.strictSame(folded({ total_power_W: sourced(9, "root") }, {}, half), { maxW: sourced(9, "root") });
  t.strictSame(folded({}, { total_power_W: sourced(1, "leaves") }, half), { maxW: sourced(2, "leaves") }, "one watt");
  const none = { conversion_efficiency: 0 };
  t.strictSame(folded({}, { total_power_W: sourced(0, "leaves") }, none), { maxW: sourced(0, "leaves") }, "nothing");
  t.strictSame(folded({ ac_number_of_active_phases: 1, ac_supports_changing_phases_during_charging: false }, {}), {
    activePhases: 1,
    switchesPhases: false,
  });
  const target = { timestamp: "2026-01-01T00:00:00Z", setpoint: { source: "s", priority: 0, ac_current_A: 16 } };
  const equal = { ...node("n", { maxA: 16 }, []), schedule_setpoints: [target] };
  t.strictSame(nodeLimits(equal, wallMs).importing.maxA, sourced(16, "n"), "a target that changes nothing");
});

t.test("the entry that is in force", async (t) => {
  const at = (maxA: number, timestamp: string) => entry(limits("n", { maxA }), {}, timestamp);
  const tree = {
    ...node("n", {}, [evse("a")]),
    schedule_import: [at(10, "2026-01-01T01:00:00Z"), at(20, "2026-01-01T02:00:00Z"), at(0, "2026-01-01T03:00:00Z")],
  };
  const hour = 3_600_000;
  const cases: [number, string][] = [
    [0, "10A 3ph"],
    [hour, "10A 3ph"],
    [2 * hour - 1, "10A 3ph"],
    [2 * hour, "20A 3ph"],
    [3 * hour - 1, "20A 3ph"],
    [3 * hour, "0A"],
    [99 * hour, "0A"],
  ];
  for (const [afterMs, expected] of cases)
    t.same(given(tree, wallMs + afterMs), { a: expected }, `after ${afterMs} ms`);
});

t.test("setpoints are limits of import", async (t) => {
  const cases: [object | undefined, string][] = [
    [undefined, "16A 3ph"],
    [{ ac_current_A: 10 }, "10A 3ph"],
    [{ ac_current_A: 20 }, "16A 3ph"],
    [{ ac_current_A: -5 }, "0A"],
    [{ total_power_W: 6900 }, "10A 3ph 6900W"],
    [{ total_power_W: -6900 }, "0A 0W"],
    [{ frequency_table: [] }, "16A 3ph"],
  ];
  for (const [setpoint, expected] of cases) {
    const tree = {
      ...node("n", { maxA: 16 }, [evse("a")]),
      schedule_setpoints: [
        { timestamp: "2026-01-01T00:00:00Z", ...(setpoint && { setpoint: { source: "s", priority: 0, ...setpoint } }) },
      ],
    };
    t.same(given(tree), { a: expected }, JSON.stringify(setpoint));
  }
});

t.test("slices", async (t) => {
  const cases: [string, EnergyFlowRequest, Record<string, string>][] = [
    [
      "the last one goes to the earlier ones",
      node("n", { maxA: 32 }, [evse("a"), evse("b"), evse("c")]),
      { a: "11A 3ph", b: "10.5A 3ph", c: "10.5A 3ph" },
    ],
    ["what is left of one", node("n", { maxA: 13.3 }, [evse("a"), evse("b")]), { a: "6.8A 3ph", b: "6.5A 3ph" }],
    [
      "watt",
      node("n", { maxW: 1700 }, [dc("a", 50_000), dc("b", 50_000), dc("c", 50_000)]),
      { a: "700W", b: "500W", c: "500W" },
    ],
    [
      "watt, after many whole rounds",
      node("n", { maxW: 10_700 }, [dc("a", 50_000), dc("b", 50_000), dc("c", 50_000)]),
      { a: "3700W", b: "3500W", c: "3500W" },
    ],
    [
      "the power of a slice is short of its current",
      node("n", { maxA: 32, maxW: 4485 }, [evse("a")]),
      { a: "6.5A 3ph 4485W" },
    ],
    ["a power that is no whole slice", node("n", { maxA: 32, maxW: 4242 }, [evse("a")]), { a: "6.147826A 3ph 4242W" }],
  ];
  for (const [title, tree, expected] of cases) t.same(given(tree), expected, title);
});

/** The schedule for export holds what is told, that for import nothing; the other way round for `imports`. */
function exporting(request: EnergyFlowRequest, imports: EnergyFlowRequest["schedule_import"] = []): EnergyFlowRequest {
  return { ...request, schedule_export: request.schedule_import, schedule_import: imports };
}

t.test("export", async (t) => {
  const both = (uuid: string, bounds: Bounds, children: EnergyFlowRequest[]): EnergyFlowRequest => {
    const request = node(uuid, bounds, children);
    return { ...request, schedule_export: request.schedule_import };
  };
  const cases: [string, EnergyFlowRequest, Record<string, string>][] = [
    ["current", both("n", { maxA: 16 }, [exporting(evse("a"))]), { a: "-16A 3ph" }],
    ["power", both("n", {}, [exporting(dc("a", 7000))]), { a: "-7000W" }],
    ["below its minimum: nothing", both("n", { maxA: 5 }, [exporting(evse("a"))]), { a: "0A" }],
    [
      "import comes first, where both are possible",
      both("n", { maxA: 16 }, [exporting(evse("a"), evse("a").schedule_import)]),
      { a: "16A 3ph" },
    ],
    [
      "no import: export",
      both("n", { maxA: 16 }, [exporting(evse("a"), [entry(limits("a", { maxA: 0 }))])]),
      { a: "-16A 3ph" },
    ],
    [
      "what one gives another takes beyond the fuse",
      both("n", { maxA: 16 }, [
        evse("a"),
        exporting(evse("b", { maxA: 10, minA: 6, phases: 3 }), [entry(limits("b", { maxA: 0 }))]),
      ]),
      { a: "26A 3ph", b: "-10A 3ph" },
    ],
    [
      "no power to import: export",
      both("n", {}, [exporting(dc("a", 7000), [entry(limits("a", { maxW: 0 }))])]),
      { a: "-7000W" },
    ],
    [
      "who found no room at first has what another one gives later",
      both("n", { maxA: 16 }, [
        evse("c", { maxA: 10, minA: 10 }),
        evse("a", { maxA: 12, minA: 12 }),
        exporting(evse("b", { maxA: 10 })),
      ]),
      { c: "10A 3ph", a: "12A 3ph", b: "-10A 3ph" },
    ],
    ["nothing exported where nothing may be", node("n", { maxA: 16 }, [exporting(evse("a"))]), { a: "0A 0W" }],
  ];
  for (const [title, tree, expected] of cases) t.same(given(tree), expected, title);
});

t.test("fewer phases where power is short", async (t) => {
  const switching = (minPhases: number): EnergyFlowRequest => {
    const wish = evse("a");
    const [first] = wish.schedule_import;
    const root = { ...first?.limits_to_root, ac_min_phase_count: { value: minPhases, source: "a" } };
    return { ...wish, schedule_import: [entry(root)] };
  };
  const phases = (powerW: number, rules: Partial<DistributionRules>, minPhases = 1): unknown => {
    const tree = node("n", { maxA: 32, maxW: powerW }, [switching(minPhases)]);
    const share = distribute(tree, wallMs, { ...options, ...rules }).get("a");
    return [share?.limits.ac_max_phase_count, share?.limits.ac_max_current_A?.value];
  };
  const one = { value: 1, source: "a" };
  const three = { value: 3, source: "a" };
  t.same(phases(2300, {}), [undefined, 0], "not allowed");
  t.same(phases(2300, { mayReducePhases: () => true }), [one, 10], "for the minimum");
  t.same(phases(2300, { mayReducePhases: () => true }, 3), [undefined, 0], "no fewer than it can");
  t.same(phases(6900, { mayReducePhases: () => true }), [three, 10], "not needed");
  t.same(phases(6900, { phases: ({ minPhases }) => minPhases }), [one, 30], "decided before");
  t.same(phases(1379, { mayReducePhases: () => true }), [undefined, 0], "not even one phase");
  t.same(phases(300, { mayReducePhases: () => true, phases: () => 3 }), [undefined, 0], "6 A of one phase are 1380 W");
  const three1A = node("n", { maxA: 32, maxW: 300 }, [
    { ...switching(1), schedule_import: [entry({ ...limits("a", { maxA: 32, minA: 1 }), ac_min_phase_count: one })] },
  ]);
  const least = distribute(three1A, wallMs, { ...options, mayReducePhases: () => true }).get("a")?.limits;
  t.equal(least?.ac_max_phase_count?.value, 1, "a minimum of 1 A too");
  const threeAbove = {
    ...node("n", {}, [switching(1)]),
    schedule_import: [entry({ ...limits("n", { maxA: 32, maxW: 2300 }), ac_min_phase_count: three })],
  };
  const kept = distribute(threeAbove, wallMs, { ...options, mayReducePhases: () => true }).get("a")?.limits;
  t.equal(kept?.ac_max_current_A?.value, 0, "a node above does not allow one");
  const exports = { ...node("n", {}, [exporting(switching(1))]), schedule_export: [entry({})] };
  const shared = distribute(exports, wallMs, { ...options, phases: () => 1 }).get("a")?.limits;
  t.equal(shared?.ac_max_phase_count?.value, 3, "export is on all of them");

  const questions: string[] = [];
  const waits = node("n", { maxA: 32 }, [node("m", { maxW: 1000 }, [switching(1)]), evse("b")]);
  distribute(waits, wallMs, {
    ...options,
    phases: ({ uuid, powerW }) => {
      questions.push(`${uuid} ${powerW ?? "no limit"}`);
      return 3;
    },
  });
  t.same(questions, ["a 1000", "b no limit"], "each is asked once");
  questions.length = 0;
  const sharing = node("n", { maxA: 32 }, [node("m", { maxW: 1000 }, [switching(1)]), exporting(evse("c"))]);
  distribute({ ...sharing, schedule_export: [entry(limits("n", { maxA: 16 }))] }, wallMs, {
    ...options,
    phases: ({ uuid, powerW }) => {
      questions.push(`${uuid} ${powerW ?? "no limit"}`);
      return 3;
    },
  });
  t.same(questions, ["a 1000"], "and who waits for what another one gives is not asked again");
  const asked: unknown[] = [];
  phases(5000, {
    phases: (wish) => {
      asked.push(wish);
      return 3;
    },
  });
  t.same(asked, [
    {
      uuid: "a",
      evseState: undefined,
      powerW: 5000,
      minA: 6,
      maxPhases: 3,
      minPhases: 1,
      activePhases: 3,
      switches: true,
      voltageV: 230,
    },
  ]);
});

t.test("who is crowded out", async (t) => {
  const crowded = (tree: EnergyFlowRequest): string[] =>
    [...distribute(tree, wallMs, options)].flatMap(([uuid, share]) => (share.crowdedOut ? [uuid] : []));
  t.same(crowded(node("n", { maxA: 16 }, [evse("a"), evse("b"), evse("c")])), ["c"]);
  t.same(crowded(node("n", { maxA: 5 }, [evse("a")])), [], "nobody else to blame");
  t.same(crowded(node("n", { maxW: 4000 }, [evse("a")])), [], "nobody else to blame, in watt");
  t.same(crowded(node("n", { maxA: 16, phases: 0 }, [evse("a")])), [], "no phases");
  t.same(crowded(node("n", { maxA: 10, phases: 1 }, [evse("a"), evse("b")])), ["b"], "on one phase");
  t.same(crowded(node("n", { maxA: 16 }, [evse("a"), evse("b", { maxA: 0, minA: 6 })])), [], "wants nothing");
  t.same(crowded(node("n", { maxA: 16 }, [evse("a", { maxA: 16 }), evse("b", { maxA: 16 })])), [], "no minimum");
});

t.test("who leaves nothing", async (t) => {
  const cases: [string, EnergyFlowRequest, string][] = [
    ["somebody at zero", node("api", { maxA: 0 }, [evse("a")]), "api"],
    ["below the minimum", node("api", { maxA: 5.9 }, [evse("a")]), "api"],
    ["in watt", node("api", { maxW: 4139 }, [evse("a")]), "api"],
    ["two of them", node("grid", { maxA: 3 }, [node("api", { maxA: 0 }, [evse("a")])]), "grid,api"],
    ["no minimum, no power", node("api", { maxW: 0 }, [dc("a", 5000)]), "api"],
    ["no minimum, little power", node("api", { maxW: 1 }, [dc("a", 5000)]), ""],
    ["enough", node("api", { maxA: 6 }, [evse("a")]), ""],
    ["the EVSE itself", node("api", { maxA: 16 }, [evse("a", { maxA: 0, minA: 6 })]), "a"],
    ["a minimum of 1 A", node("api", { maxA: 0.5 }, [evse("a", { maxA: 32, minA: 1 })]), "api"],
    ["power without its current", node("api", { maxW: 1000 }, [evse("a", { maxW: 5000, minA: 6 })]), ""],
    ["the others, of very little", node("api", { maxW: 1 }, [dc("b", 5000), dc("a", 5000)]), ""],
    [
      "somebody without a name",
      node("api", { maxA: 0 }, [{ ...node("m", {}, [evse("a")]), schedule_import: [] }]),
      "api",
    ],
    ["the others", node("api", { maxA: 6 }, [evse("b"), evse("a")]), ""],
  ];
  for (const [title, tree, expected] of cases) {
    t.equal(distribute(tree, wallMs, options).get("a")?.limitedBy, expected, title);
  }
});

t.test("the order to buy in", async (t) => {
  const tree = node("n", { maxA: 11 }, [evse("a"), evse("b")]);
  const reversed = distribute(tree, wallMs, {
    ...options,
    order: (leaves) => leaves.map(({ uuid }) => uuid).reverse(),
  });
  t.same(
    [...reversed].map(([uuid, { a }]) => [uuid, a]),
    [
      ["a", 0],
      ["b", 11],
    ],
  );
});

t.test("any order to buy in", async (t) => {
  const tree = node("n", { maxA: 11 }, [evse("a"), evse("b"), evse("c")]);
  for (const order of ["abc", "acb", "bac", "bca", "cab", "cba"]) {
    const shares = distribute(tree, wallMs, { ...options, order: () => order.split("") });
    const served = [...shares].flatMap(([uuid, { a }]) => (a > 0 ? [`${uuid} ${a}`] : []));
    t.same(served, [`${order[0]} 11`], order);
  }
});

t.test("any order, down to who gets the last of it", async (t) => {
  const tree = node("n", { maxA: 17.25 }, [evse("a"), evse("b"), evse("c")]);
  for (const order of ["abc", "acb", "bac", "bca", "cab", "cba"]) {
    const shares = distribute(tree, wallMs, { ...options, order: () => order.split("") });
    const given = order.split("").map((uuid) => shares.get(uuid)?.a);
    t.same(given, [8.75, 8.5, 0], order);
  }
});

t.test("what is booked", async (t) => {
  const booked = (tree: EnergyFlowRequest): unknown => {
    const share = distribute(tree, wallMs, options).get("a");
    return [share?.a, share?.w];
  };
  t.same(booked(node("n", { maxA: 16 }, [evse("a")])), [16, 11_040]);
  t.same(booked(node("n", {}, [dc("a", 50_000)])), [0, 50_000], "power alone has no current");
  t.same(booked(node("n", {}, [dc("a", 700)])), [0, 700], "nor a part of a slice");
  const exports = { ...node("n", {}, [exporting(evse("a"))]), schedule_export: [entry(limits("n", { maxA: 16 }))] };
  t.same(booked(exports), [-16, -11_040], "towards the grid");
});

t.test("large slices stay below the power", async (t) => {
  const tree = node("n", { maxA: 63, maxW: 20_000 }, [evse("a"), evse("b")]);
  const shares = distribute(tree, wallMs, { ...options, sliceA: 2 });
  const powers = [...shares].map(([, { w }]) => Math.round(w * 1e6) / 1e6);
  t.same(powers, [10_340, 9660], "twice 6 A, four times twice 2 A, and the rest for the first one");
});

t.test("rounding costs nobody its minimum, and no limit its round number or its name", async (t) => {
  const minimum = (uuid: string): EnergyFlowRequest => evse(uuid, { maxA: 32, minA: 6.3 });
  t.same(given(node("n", { maxA: 18.9 }, [minimum("a"), minimum("b"), minimum("c")])), {
    a: "6.3A 3ph",
    b: "6.3A 3ph",
    c: "6.3A 3ph",
  });
  for (const maxW of [4242, 4300.1, 5555.5, 7777.7]) {
    const limit = distribute(node("n", { maxW }, [evse("a")]), wallMs, options).get("a")?.limits.total_power_W;
    t.strictSame(limit, { value: maxW, source: "n" });
  }
  for (const maxA of [13.3, 16.1, 17.7, 20.3]) {
    const limit = distribute(node("n", { maxA }, [evse("a")]), wallMs, options).get("a")?.limits.ac_max_current_A;
    t.strictSame(limit, { value: maxA, source: "n" });
  }
  // Sums of tenths: 14 of them above 6 A are a last digit short of 7.4 A, 132 a last digit above 19.2 A.
  for (const maxA of [7.4, 19.2]) {
    const tenths = { ...options, sliceA: 0.1 };
    const limit = distribute(node("n", { maxA }, [evse("a")]), wallMs, tenths).get("a")?.limits.ac_max_current_A;
    t.strictSame(limit, { value: maxA, source: "n" }, "tenths of an ampere");
    const exports = { ...node("n", {}, [exporting(evse("a"))]), schedule_export: [entry(limits("n", { maxA }))] };
    const given = distribute(exports, wallMs, tenths).get("a")?.limits.ac_max_current_A;
    t.strictSame(given, { value: -maxA, source: "n" }, "towards the grid");
  }
});

t.test("sources name what limits", async (t) => {
  const sources = (tree: EnergyFlowRequest): unknown => {
    const result = distribute(tree, wallMs, options).get("a")?.limits;
    return [result?.ac_max_current_A?.source, result?.total_power_W?.source, result?.ac_max_phase_count?.source];
  };
  t.same(sources(node("n", { maxA: 16, phases: 1 }, [evse("a")])), ["n", undefined, "n"]);
  t.same(sources(node("n", { maxA: 32, phases: 3 }, [evse("a")])), ["n,a", undefined, "n,a"], "equal values");
  t.same(sources(node("n", { maxA: 32, maxW: 6900 }, [evse("a")])), ["n", "n", "a"]);
  t.same(sources(node("n", { maxA: 6, maxW: 4140 }, [evse("a")])), ["n", "n", "a"]);
  t.same(sources(node("n", { maxA: 3 }, [evse("a")])), ["", undefined, undefined], "nothing has no source");
  t.same(sources(node("n", { maxW: 100 }, [evse("a")])), ["", "", undefined], "nor in watt");
  t.same(
    sources(node("n", { maxA: 20 }, [node("m", { maxA: 12 }, [evse("a")])])),
    ["m", undefined, "a"],
    "not half of n",
  );
  t.same(sources(node("n", { maxW: 50_000 }, [node("m", { maxW: 9000 }, [dc("a", 22_000)])])), [
    undefined,
    "m",
    undefined,
  ]);
  const exports = { ...node("n", {}, [exporting(evse("a"))]), schedule_export: [entry(limits("n", { maxA: 16 }))] };
  t.same(sources(exports), ["n", undefined, ""], "towards the grid, on all phases whoever says how many");
  t.same(sources(node("n", { maxA: 40 }, [node("m", { maxA: 12 }, [evse("a"), evse("b")]), evse("c")])), [
    "m",
    undefined,
    "a",
  ]);
});

/* ---- what must hold for any tree ---- */

const boundsArb: fc.Arbitrary<Bounds> = fc.record(
  {
    maxA: fc.oneof(fc.integer({ min: 0, max: 80 }), fc.double({ min: 0, max: 80, noNaN: true })),
    maxW: fc.oneof(fc.integer({ min: 0, max: 50_000 }), fc.double({ min: 0, max: 50_000, noNaN: true })),
    minA: fc.integer({ min: 0, max: 16 }),
    phases: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: [] },
);

const shapeArb = fc.letrec<{ tree: Shape }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.record({ bounds: boundsArb, children: fc.constant<Shape[]>([]) }),
    fc.record({ bounds: boundsArb, children: fc.array(tie("tree"), { minLength: 1, maxLength: 4 }) }),
  ),
})).tree;

interface Shape {
  bounds: Bounds;
  children: Shape[];
}

function grown({ bounds, children }: Shape, path = "r"): EnergyFlowRequest {
  if (children.length === 0) return evse(path, bounds);
  return node(
    path,
    bounds,
    children.map((child, index) => grown(child, `${path}.${index}`)),
  );
}

interface Leaf {
  uuid: string;
  way: Bounds[];
}

function leavesOf({ bounds, children }: Shape, above: Bounds[] = [], path = "r"): Leaf[] {
  const way = [...above, bounds];
  if (children.length === 0) return [{ uuid: path, way }];
  return children.flatMap((child, index) => leavesOf(child, way, `${path}.${index}`));
}

const least = (way: Bounds[], key: keyof Bounds): number =>
  Math.min(...way.map((b) => b[key] ?? Number.POSITIVE_INFINITY));

t.test("no limit is exceeded, and none is left unused while somebody wants more", async () => {
  fc.assert(
    fc.property(shapeArb, (shape) => {
      const result = distribute(grown(shape), wallMs, options);
      const leaves = leavesOf(shape).map(({ uuid, way }) => {
        const phases = Math.min(least(way, "phases"), 3);
        const a = result.get(uuid)?.limits.ac_max_current_A?.value ?? 0;
        const w = result.get(uuid)?.limits.total_power_W?.value;
        const minA = Math.max(0, ...way.map((b) => b.minA ?? 0));
        return { way, phases, a, w: w ?? a * phases * 230, minA };
      });
      const used = (bounds: Bounds, key: "a" | "w"): number =>
        leaves.reduce((sum, leaf) => sum + (leaf.way.includes(bounds) ? leaf[key] : 0), 0);
      const slack = (limit: number): number => 1e-6 * Math.max(1, limit);
      const all = new Set(leaves.flatMap(({ way }) => way));
      for (const bounds of all) {
        const { maxA, maxW } = bounds;
        if (maxA !== undefined && used(bounds, "a") > maxA + slack(maxA)) return false;
        if (maxW !== undefined && used(bounds, "w") > maxW + slack(maxW)) return false;
      }
      return leaves.every(({ way, a, w, minA, phases }) => {
        const inAmpere = least(way, "maxA") !== Number.POSITIVE_INFINITY;
        if (!inAmpere && least(way, "maxW") === Number.POSITIVE_INFINITY) return true;
        const freeA = Math.min(...way.map((b) => (b.maxA ?? Number.POSITIVE_INFINITY) - used(b, "a")));
        const freeW = Math.min(...way.map((b) => (b.maxW ?? Number.POSITIVE_INFINITY) - used(b, "w")));
        if (inAmpere && a === 0 && minA > 0) return freeA < minA + 1e-6 || freeW < minA * phases * 230 + 1e-3;
        if (inAmpere && a > 0 && a < minA - 1e-9) return false;
        if (!inAmpere && w === 0 && freeW > 1e-3) return false;
        return freeA < 1e-6 * 100 || freeW < 1e-6 * 100_000;
      });
    }),
    { numRuns: 2000, seed: 7 },
  );
});

t.test("equals are treated equally, but for the last slice: it goes to the earlier one", async () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.double({ min: 6 * 20, max: 500, noNaN: true }), (count, fuseA) => {
      const uuids = Array.from({ length: count }, (_, index) => `e${index}`);
      const result = distribute(
        node(
          "n",
          { maxA: fuseA },
          uuids.map((uuid) => evse(uuid)),
        ),
        wallMs,
        options,
      );
      const given = uuids.map((uuid) => result.get(uuid)?.limits.ac_max_current_A?.value ?? 0);
      const all = given.reduce((sum, a) => sum + a, 0);
      return (
        Math.max(...given) - Math.min(...given) <= options.sliceA + 1e-9 &&
        Math.abs(all - Math.min(32 * count, fuseA)) < 1e-6 &&
        given.every((a, index) => index === 0 || a <= (given[index - 1] ?? 0) + 1e-9)
      );
    }),
    { seed: 7 },
  );
});
