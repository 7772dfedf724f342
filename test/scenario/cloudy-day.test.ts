import t from "tap";
import type { Line, StationRun } from "./station-run.ts";
import { charging, runStation, script } from "./station-run.ts";

/** Watt the sun leaves from minute to minute: 4140 W carry three phases at 6 A, 1380 W carry one. */
const sun = [
  7000, 7000, 3000, 2500, 7000, 7000, 7000, 7000, 2000, 3800, 4200, 4300, 4400, 6000, 6000, 6000, 1500, 9000, 9000,
  9000, 9000, 3000, 3000, 9000, 1000, 1000, 5000, 5000, 5000, 5000, 4000, 5000, 5000, 5000, 5000, 2000, 8000, 8000,
  8000, 8000,
];
const minuteS = 60;

const schedule = sun.map((powerW, minute) => ({
  timestamp: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  limits_to_root: { total_power_W: { value: powerW, source: "sun" } },
  limits_to_leaves: {},
}));

const steps = [
  script(0, charging),
  {
    at_s: 1,
    command: {
      module: "grid_connection_point",
      implementation: "external_limits",
      name: "set_external_limits",
      args: { value: { schedule_import: schedule, schedule_export: [], schedule_setpoints: [] } },
    },
  },
];

interface Switch {
  readonly t: number;
  readonly phases: number;
}

/** Changes of the phases while the vehicle is there. */
function switches(run: StationRun): Switch[] {
  const told = run
    .of("limits")
    .map(({ t: at, nr_of_phases_available: phases }) => ({ t: at, phases: phases as number }));
  return told.filter(({ t: at, phases }, index) => at > 2 && phases !== told[index - 1]?.phases);
}

function isClosedAt(run: StationRun, at: number): boolean {
  return run.of("contactor").findLast((line) => line.t <= at)?.closed === true;
}

function currentsOf({ current_A }: Line): number[] {
  const { L1 = 0, L2 = 0, L3 = 0 } = current_A as Record<string, number>;
  return [L1, L2, L3];
}

async function cloudyDay(...set: string[]): Promise<StationRun> {
  return runStation({
    steps,
    until: sun.length * minuteS,
    set: set.map((assignment) => `energy_manager.switch_3ph1ph_${assignment}`),
  });
}

t.test("phases follow the clouds, with no more switches than configured and never under current", async (t) => {
  const both = "while_charging_mode=Both";
  const patience = "time_hysteresis_s=120";
  const cases: [title: string, set: string[], made: number, ends: number][] = [
    ["never", ["while_charging_mode=Never"], 0, 3],
    ["down only", ["while_charging_mode=Oneway"], 1, 1],
    ["as often as the clouds want", [both, patience], 12, 3],
    ["two", [both, patience, "max_nr_of_switches_per_session=2"], 2, 3],
    [
      "three, to end on three phases",
      [both, patience, "max_nr_of_switches_per_session=3", "switch_limit_stickyness=ThreePhase"],
      2,
      3,
    ],
    [
      "two, one of them kept to end on one phase",
      [both, patience, "max_nr_of_switches_per_session=2", "switch_limit_stickyness=SinglePhase"],
      1,
      1,
    ],
    ["with the ten minutes of the default", [both], 1, 1],
  ];
  for (const [title, set, expected, ends] of cases) {
    const run = await cloudyDay(...set);
    const made = switches(run);
    t.equal(made.length, expected, `${title}: switches`);
    t.equal(made.at(-1)?.phases ?? 3, ends, `${title}: on ${ends} in the end`);
    for (const { t: at } of made) t.notOk(isClosedAt(run, at), `${title}: the contactor is open at ${at} s`);

    // Ten seconds after a change everybody has followed it: the sun is never overdrawn.
    const overdrawn = run.of("powermeter").filter((line) => {
      const drawnW = currentsOf(line).reduce((sum, a) => sum + a * 230, 0);
      const least = Math.max(...[0, 10].map((back) => sun[Math.floor((line.t - back) / minuteS)] ?? 99_999));
      return line.t > 20 && drawnW > least + 1;
    });
    t.same(
      overdrawn.map(({ t: at }) => at),
      [],
      `${title}: never more than the sun leaves`,
    );

    // What flows on L2 flows on three phases: it only begins and ends with an open contactor in between.
    let on = 0;
    let opened = true;
    for (const line of run.lines.filter(({ module }) => module === "connector_1")) {
      if (line.kind === "contactor" && line.closed === false) opened = true;
      if (line.kind !== "powermeter") continue;
      const now = currentsOf(line).filter((a) => a > 0).length;
      if (now > 0 && now !== on) {
        t.ok(opened || on === 0, `${title}: from ${on} to ${now} phases through an open contactor`);
        on = now;
      }
      if (now > 0) opened = false;
    }
  }
});

t.test("between two switches up lies the time that is configured", async (t) => {
  const run = await cloudyDay("while_charging_mode=Both", "time_hysteresis_s=120");
  const made = switches(run);
  for (const [index, { t: at, phases }] of made.entries()) {
    const before = made[index - 1];
    if (phases !== 3 || before === undefined) continue;
    t.ok(at - before.t >= 110, `${before.t} s down, ${at} s up`);
  }
});
