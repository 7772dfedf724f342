import t from "tap";
import type { ChargerState, ChargerStateName } from "../../../src/core/session/charger-state.ts";
import { initialCharger } from "../../../src/core/session/charger-state.ts";
import { energyRequest, energyWish, offeredBeyondLimitA } from "../../../src/core/session/energy-request.ts";
import { defaultOptions } from "../../spec/charger-check.ts";
import { capabilities } from "./evse-bench.ts";

const hour = "2026-01-01T00:00:00.000Z";
const base = { ...initialCharger(defaultOptions), capabilities, activePhases: 3 };

const options = {
  moduleId: "connector_1",
  maxCurrentImportA: 32,
  maxCurrentExportA: 32,
  requestZeroPowerInIdle: false,
};

function ask(name: ChargerStateName, zeroInIdle: boolean, more: Partial<ChargerState> = {}) {
  const state = { ...base, ...more, name };
  return energyRequest(state, energyWish(state, { ...options, requestZeroPowerInIdle: zeroInIdle }, hour, null), false);
}

/** Ampere asked for at the vehicle's side and allowed at the grid's, and the name of the state, hour by hour the same. */
const table: readonly (readonly [
  state: ChargerStateName,
  told: string,
  leaves: number,
  leavesIfZero: number,
  rootIfZero: number,
])[] = [
  ["Disabled", "Disabled", 32, 0, 32],
  ["Idle", "Unplugged", 32, 0, 32],
  ["WaitingForAuthentication", "WaitForAuth", 32, 32, 32],
  ["PrepareCharging", "PrepareCharging", 32, 32, 32],
  ["Charging", "Charging", 32, 32, 32],
  ["ChargingPausedEV", "PausedEV", 32, 32, 6],
  // Unlike in the reference these go on asking: otherwise the energy that would end them never comes.
  ["ChargingPausedEVSE", "PausedEVSE", 32, 32, 32],
  ["T_step_EF", "PrepareCharging", 32, 32, 32],
  ["T_step_X1", "PrepareCharging", 32, 32, 32],
  ["SwitchPhases", "Charging", 32, 32, 32],
  ["StoppingCharging", "Finished", 32, 0, 32],
  ["Finished", "Finished", 32, 0, 32],
];

t.test("what each state asks for", async (t) => {
  for (const [state, told, leaves, leavesIfZero, rootIfZero] of table) {
    for (const zeroInIdle of [false, true]) {
      const request = ask(state, zeroInIdle);
      const [wish] = request.schedule_import;
      const name = `${state}, ${zeroInIdle ? "zero" : "full"} in idle`;
      t.equal(request.evse_state, told, name);
      t.equal(wish?.limits_to_leaves.ac_max_current_A?.value, zeroInIdle ? leavesIfZero : leaves, name);
      t.equal(wish?.limits_to_root.ac_max_current_A?.value, zeroInIdle ? rootIfZero : 32, name);
      const isAsleep = zeroInIdle && leavesIfZero === 0;
      t.equal(wish?.limits_to_leaves.ac_max_current_A?.source, isAsleep ? "Idle" : "connector_1/module_config", name);
    }
  }
});

t.test("a pause of the user's asks for nothing where idle ones ask for nothing", async (t) => {
  const asked = (paused: boolean, zero: boolean): number | undefined =>
    ask("ChargingPausedEVSE", zero, { paused }).schedule_import[0]?.limits_to_leaves.ac_max_current_A?.value;
  t.equal(asked(true, true), 0);
  t.equal(asked(true, false), 32);
  t.equal(asked(false, true), 32);
});

t.test("who is asking, and the board's abilities", async (t) => {
  const state = {
    ...base,
    capabilities: { ...capabilities, supports_changing_phases_during_charging: true },
    activePhases: 1,
  };
  const request = energyRequest(state, energyWish(state, { ...options, maxCurrentImportA: 20 }, hour, null), true);
  const caps = "connector_1/evse_board_support_caps";
  t.strictSame(request, {
    uuid: "connector_1",
    node_type: "Evse",
    children: [],
    schedule_import: [
      {
        timestamp: hour,
        limits_to_root: {
          ac_max_current_A: { value: 32, source: caps },
          ac_min_current_A: { value: 6, source: caps },
          ac_max_phase_count: { value: 3, source: caps },
          ac_min_phase_count: { value: 1, source: caps },
          ac_supports_changing_phases_during_charging: true,
          ac_number_of_active_phases: 1,
        },
        limits_to_leaves: { ac_max_current_A: { value: 20, source: "connector_1/module_config" } },
      },
    ],
    schedule_export: [
      {
        timestamp: hour,
        limits_to_root: {
          ac_max_current_A: { value: 0, source: caps },
          ac_min_current_A: { value: 0, source: caps },
          ac_max_phase_count: { value: 0, source: caps },
          ac_min_phase_count: { value: 0, source: caps },
          ac_supports_changing_phases_during_charging: true,
          ac_number_of_active_phases: 1,
        },
        limits_to_leaves: {
          ac_max_current_A: { value: 0, source: "connector_1" },
          total_power_W: { value: 0, source: "connector_1" },
        },
      },
    ],
    schedule_setpoints: [],
    priority_request: true,
    evse_state: "Unplugged",
  });
  t.equal(ask("Idle", false).priority_request, false);
});

t.test("a socket asks for no more than its cable carries", async (t) => {
  const socket = { ...capabilities, connector_type: "IEC62196Type2Socket" as const };
  const root = (ampacity: ChargerState["ampacity"], max = 32) =>
    ask("Charging", false, { ampacity, capabilities: { ...socket, max_current_A_import: max } }).schedule_import[0]
      ?.limits_to_root.ac_max_current_A;
  t.strictSame(root("A_13"), { value: 13, source: "connector_1/pp_ampacity" });
  t.strictSame(root("A_20"), { value: 20, source: "connector_1/pp_ampacity" });
  t.strictSame(root("A_32"), { value: 32, source: "connector_1/evse_board_support_caps" });
  t.strictSame(root("A_63_3ph_70_1ph", 80), { value: 63, source: "connector_1/pp_ampacity" });
  t.strictSame(root("None"), { value: 32, source: "connector_1/evse_board_support_caps" });
  t.equal(
    ask("Charging", false, { ampacity: "A_13" }).schedule_import[0]?.limits_to_root.ac_max_current_A?.value,
    32,
    "an attached cable has no rating of its own to tell",
  );
});

t.test("a board that can feed back tells so, and still nothing of it is on offer", async (t) => {
  const twoWay = { ...capabilities, max_current_A_export: 40, min_current_A_export: 6, max_phase_count_export: 3 };
  const offered = (name: ChargerStateName): unknown[] => {
    const [wish] = ask(name, false, { capabilities: twoWay }).schedule_export;
    const { limits_to_root: root, limits_to_leaves: leaves } = wish ?? {};
    return [root?.ac_max_current_A?.value, leaves?.ac_max_current_A?.value, leaves?.total_power_W?.value];
  };
  t.same(offered("Charging"), [32, 0, 0], "no more than configured");
  t.same(offered("ChargingPausedEV"), [6, 0, 0], "the least while the vehicle pauses");
  const [asleep] = ask("Idle", true).schedule_export;
  t.equal(asleep?.limits_to_leaves.ac_max_current_A?.source, "Idle");
});

t.test("the schedules are the same objects as long as nothing changes that they depend on", async (t) => {
  const charging: ChargerState = { ...base, name: "Charging" };
  const first = energyWish(charging, options, hour, null);
  const before = energyRequest(charging, first, false);
  const next = (state: Partial<ChargerState>, fullHour = hour, zero = options) => {
    const changed = { ...charging, ...state };
    return energyRequest(changed, energyWish(changed, zero, fullHour, first), true);
  };
  const unchanged: [Partial<ChargerState>, string][] = [
    [{}, "nothing new"],
    [{ limitA: 7, meterAtMs: 4000 }, "limits and readings"],
    [{ name: "PrepareCharging" }, "another state that asks for the same"],
    [{ capabilities: { ...capabilities } }, "the board says the same again"],
    [{ ampacity: "A_13" }, "an attached cable has no rating of its own to tell"],
  ];
  for (const [state, why] of unchanged) {
    const again = next(state);
    t.equal(again.schedule_import, before.schedule_import, why);
    t.equal(again.schedule_export, before.schedule_export, why);
    t.equal(again.schedule_setpoints, before.schedule_setpoints, why);
  }
  const changed: [Partial<ChargerState>, string][] = [
    [{ activePhases: 1 }, "phases"],
    [{ capabilities: { ...capabilities, max_current_A_import: 16 } }, "the board derates"],
    [{ capabilities: { ...capabilities, max_plug_temperature_C: 80 } }, "the board tells more"],
    [{ capabilities: { ...capabilities, connector_type: "IEC62196Type2Socket" }, ampacity: "A_13" }, "a cable"],
    [{ name: "ChargingPausedEV" }, "a pausing vehicle"],
  ];
  for (const [state, why] of changed) t.not(next(state).schedule_import, before.schedule_import, why);
  t.not(next({}, "2026-01-01T01:00:00.000Z").schedule_import, before.schedule_import, "another hour");
  t.not(next({}, hour, { ...options }).schedule_import, before.schedule_import, "other options");
});

t.test("a DC supply asks in watt, at the vehicle's side of its losses", async (t) => {
  const supply = { maxW: 50_000, efficiency: 0.95, dischargeW: 0, dischargeEfficiency: 0.9 };
  const wish = energyWish({ ...base, name: "Charging" }, options, hour, null, supply);
  t.match(wish.scheduleImport, [
    {
      limits_to_root: { ac_max_current_A: { value: 32 } },
      limits_to_leaves: { total_power_W: { value: 50_000, source: "connector_1/powersupply_dc_caps" } },
      conversion_efficiency: 0.95,
    },
  ]);
  t.equal(wish.scheduleImport[0]?.limits_to_leaves.ac_max_current_A, undefined);
  t.match(wish.scheduleExport, [{ limits_to_leaves: { ac_max_current_A: { value: 0 }, total_power_W: { value: 0 } } }]);
  const back = energyWish({ ...base, name: "Charging" }, options, hour, wish, { ...supply, dischargeW: 30_000 });
  t.match(back.scheduleExport, [
    {
      limits_to_leaves: { total_power_W: { value: 30_000, source: "connector_1/powersupply_dc_caps" } },
      conversion_efficiency: 0.9,
    },
  ]);
  t.equal(back.scheduleExport[0]?.limits_to_leaves.ac_max_current_A, undefined);
  t.equal(energyWish({ ...base, name: "Charging" }, options, hour, wish, { ...supply }), wish, "the very same");
  t.not(energyWish({ ...base, name: "Charging" }, options, hour, wish, { ...supply, maxW: 40_000 }), wish);
  const idle = { ...options, requestZeroPowerInIdle: true };
  t.match(energyWish({ ...base, name: "Idle" }, idle, hour, null, supply).scheduleImport, [
    { limits_to_leaves: { total_power_W: { value: 0, source: "Idle" } } },
  ]);
});

t.test("what the pilot still offers beyond the limit", async (t) => {
  const offered = (output: ChargerState["output"], limitA: number): number | undefined =>
    offeredBeyondLimitA({ ...base, output, limitA });
  const nominal = { mode: "nominal", duty: 0.2667, currentA: 16, sinceMs: 0 } as const;
  t.equal(offered(nominal, 10), 16, "between two changes of the duty cycle");
  t.equal(offered(nominal, 16), undefined);
  t.equal(offered(nominal, 20), undefined);
  t.equal(offered({ mode: "X1" }, 0), undefined);
  t.equal(offered({ mode: "fivePercent" }, 0), undefined);
});
