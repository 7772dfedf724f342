import t from "tap";
import type { Powermeter } from "../../../src/core/powermeter.ts";
import type { Plans } from "./v2g-bench.ts";
import { v2gBench } from "./v2g-bench.ts";

const started = "sleep 1;iso_wait_slac_matched;iso_start_v2g_session";
const unplugged = "iso_wait_v2g_session_stopped;unplug";
const dc = `${started} DC 86400 0;iso_wait_pwr_ready;iso_dc_power_on;iso_wait_for_stop 30;${unplugged}`;
const ac = `${started} AC 86400 0;iso_wait_pwr_ready;iso_draw_power_regulated 16,3;iso_wait_for_stop 20;${unplugged}`;

/** The journal of a session, each line with its instant in ms. */
function journalOf(plans: Plans, script: string, untilMs: number): readonly string[] {
  const world = v2gBench(plans);
  world.script(script);
  world.until(untilMs);
  return world.journal;
}

const untilAuthorized = [
  "10 A",
  "1010 B",
  '3800 selected_protocol "ISO15118-2-2013"',
  '3950 selected_payment_option "ExternalPayment"',
  "4450 require_auth_eim",
];
const untilCableCheck = [
  ...untilAuthorized,
  '5200 requested_energy_transfer_mode "DC_extended"',
  '5200 dc_ev_maximum_limits {"dc_ev_maximum_current_limit":300,"dc_ev_maximum_power_limit":150000,"dc_ev_maximum_voltage_limit":900}',
  "5260 C",
  "5500 start_cable_check",
  "5530 PowerOn",
];
const untilPreCharge = [...untilCableCheck, "7250 cable_check_finished", "7350 start_pre_charge", "7350 target 399 0"];
const untilCharging = [
  ...untilPreCharge,
  "8200 v2g_setup_finished",
  "8450 current_demand_started",
  "8450 target 400 20",
];

t.test("a DC session by ISO 15118-2, from the plug to the plug", async (t) => {
  const world = v2gBench();
  const power = world.heard<null>("stack/ev", "dc_power_on");
  const stopped = world.heard<null>("stack/ev", "stop_from_charger");
  world.script(dc);
  world.until(30_000);
  t.match(world.read(), { supplyV: 400, inletV: 400, currentA: 20 });
  world.until(60_000);
  t.same(world.journal, [
    ...untilCharging,
    "38300 current_demand_finished",
    "38300 dc_open_contactor",
    "38510 B",
    "38530 PowerOff",
    "38850 dlink_terminate",
    "39010 A",
  ]);
  t.same(power, [[8150, null]]);
  t.same(stopped, [], "nobody but the vehicle ended it");
  t.same(
    world.lines.filter(({ kind }) => kind === "inrush"),
    [],
    "neither contactor closed into a difference",
  );
});

t.test("a vehicle of DIN 70121 alone, and a station that ends the session", async (t) => {
  const world = v2gBench({ stack: { supported_ISO15118_2: false } });
  const stopped = world.heard<null>("stack/ev", "stop_from_charger");
  world.script(dc);
  world.until(20_000);
  t.ok(world.names().includes('selected_protocol "DIN70121"'));
  world.hlc("stop_charging", { stop: true });
  world.until(60_000);
  t.same(stopped, [[20_200, null]]);
  t.same(world.journal.slice(untilCharging.length), [
    "20250 current_demand_finished",
    "20250 dc_open_contactor",
    "20510 B",
    "20530 PowerOff",
    "20800 dlink_terminate",
    "21010 A",
  ]);
});

t.test("an emergency of the station: the vehicle lets go of its pilot with the next tick", async (t) => {
  const world = v2gBench();
  world.script(dc);
  world.until(20_000);
  world.hlc("send_error", { error: "Error_EmergencyShutdown" });
  world.until(20_300);
  t.same(world.journal.slice(untilCharging.length), [
    "20250 current_demand_finished",
    "20250 dc_open_contactor",
    "20260 B",
    "20280 PowerOff",
  ]);
  t.equal(world.read().currentA, 0);
});

t.test("an AC session draws what the station grants by message, at 5 % of duty", async (t) => {
  const world = v2gBench({ dc: false });
  const meter = world.heard<Powermeter>("board/powermeter", "powermeter");
  world.script(ac);
  world.until(15_000);
  t.match(meter.at(-1)?.[1].current_A, { L1: 10, L2: 10, L3: 10 }, "the vehicle wants 16, the station grants 10");
  world.until(60_000);
  t.same(world.journal.slice(untilAuthorized.length), [
    '5200 requested_energy_transfer_mode "AC_three_phase_core"',
    "5260 C",
    "5300 v2g_setup_finished",
    "5300 ac_close_contactor",
    "5330 PowerOn",
    "25300 ac_open_contactor",
    "25320 PowerOff",
    "25350 dlink_terminate",
    "25510 A",
  ]);
});

t.test("what the vehicle does not wait for, and what it is told no", async (t) => {
  const cases: { name: string; plans: Plans; script: string; before: string[]; after: string[] }[] = [
    {
      name: "40 s for a cable check",
      plans: { cableCheck: "never ends" },
      script: dc,
      before: untilCableCheck,
      after: ["45250 dc_open_contactor", "45250 dlink_error", "45260 B", "45280 PowerOff"],
    },
    {
      name: "a cable check that has failed",
      plans: { cableCheck: "fails" },
      script: dc,
      before: untilCableCheck,
      after: ["6760 B", "6780 PowerOff", "6800 dc_open_contactor", "6800 dlink_terminate"],
    },
    {
      name: "7 s for a pre-charge",
      plans: { preCharge: "stays off" },
      script: dc,
      before: untilPreCharge,
      after: ["14250 dc_open_contactor", "14250 dlink_error", "14260 B", "14280 PowerOff"],
    },
    {
      name: "a card that is refused",
      plans: { refuses: true },
      script: dc,
      before: untilAuthorized,
      after: ['4950 hlc_session_failed "AuthorizationFailed"', "5000 dlink_terminate"],
    },
    {
      name: "a contactor of AC that does not close",
      plans: { dc: false, closesContactor: false },
      script: ac,
      before: [
        ...untilAuthorized,
        '5200 requested_energy_transfer_mode "AC_three_phase_core"',
        "5260 C",
        "5300 v2g_setup_finished",
        "5300 ac_close_contactor",
      ],
      after: [
        '8300 hlc_session_failed "ChargingInterrupted"',
        "8350 ac_open_contactor",
        "8350 dlink_terminate",
        "8510 A",
      ],
    },
  ];
  for (const { name, plans, script, before, after } of cases) {
    t.same(journalOf(plans, script, 60_000), [...before, ...after], name);
  }
});

t.test("a pause, and the vehicle comes back by toggling", async (t) => {
  const world = v2gBench();
  world.script(`${started} DC;iso_wait_pwr_ready;iso_dc_power_on;sleep 10;iso_pause_charging;iso_wait_for_resume`);
  world.until(30_000);
  t.same(world.journal.slice(untilCharging.length), [
    "18300 current_demand_finished",
    "18300 dc_open_contactor",
    "18510 B",
    "18530 PowerOff",
    "18850 dlink_pause",
  ]);
  world.script("iso_start_bcb_toggle 9;iso_wait_pwm_is_running;iso_start_v2g_session DC 86400 0;iso_wait_pwr_ready");
  world.until(40_000);
  t.same(
    world.journal.slice(untilCharging.length + 5, untilCharging.length + 12),
    ["30010 C", "30260 B", "30510 C", "30760 B", "31010 C", "31260 B", '31800 selected_protocol "ISO15118-2-2013"'],
    "three times, however often it is told to",
  );
  t.ok(world.journal.includes("36450 current_demand_started"), "it charges again");
});

t.test("a pause that the station asks for", async (t) => {
  const world = v2gBench();
  world.script(`${started} DC;iso_wait_pwr_ready;iso_dc_power_on;iso_wait_for_stop 3600`);
  world.until(20_000);
  world.hlc("pause_charging", { pause: true });
  world.until(21_500);
  t.same(world.journal.slice(untilCharging.length), [
    "20250 current_demand_finished",
    "20250 dc_open_contactor",
    "20510 B",
    "20530 PowerOff",
    "20800 dlink_pause",
  ]);
  world.hlc("pause_charging", { pause: false });
  world.until(40_000);
  t.equal(world.names().filter((name) => name === "current_demand_started").length, 2, "it came back by itself");
});

t.test("a plug pulled under load", async (t) => {
  const world = v2gBench();
  world.script(`${started} DC;iso_wait_pwr_ready;iso_dc_power_on;sleep 10;unplug`);
  world.until(18_250);
  t.equal(world.read().currentA, 0);
  world.until(19_300);
  t.same(world.journal.slice(untilCharging.length), [
    "18250 current_demand_finished",
    "18250 dc_open_contactor",
    "18250 dlink_error",
    "18260 A",
    "18280 PowerOff",
  ]);
  t.ok(world.read().inletV < 60);
});

t.test("a vehicle that misbehaves", async (t) => {
  const silent = v2gBench();
  silent.sim("stack", "misbehave", { at: "currentDemand", how: "silence" });
  silent.script(dc);
  silent.until(100_000);
  t.same(
    silent.journal.slice(untilCharging.length - 2, untilCharging.length + 1),
    ['68200 hlc_session_failed "UnexpectedSessionEnd"', "68200 dc_open_contactor", "68200 dlink_error"],
    "60 s after its last word",
  );
  const greedy = v2gBench();
  greedy.sim("stack", "demand", { voltage_V: 950, current_A: 500 });
  greedy.script(dc);
  greedy.until(20_000);
  t.ok(greedy.names().includes("target 950 500"), "over every limit it told and was told");
  greedy.sim("stack", "demand", { voltage_V: 0 });
  greedy.until(21_000);
  t.equal(greedy.names().at(-1), "target 0 20");
  const hasty = v2gBench({ preCharge: "stays off" });
  hasty.sim("stack", "close_early");
  hasty.script(dc);
  hasty.until(10_000);
  t.ok(hasty.lines.some(({ kind, contactor }) => kind === "inrush" && contactor === "vehicle"));
});

t.test("a full battery ends the session, and the car's state of charge follows what flows", async (t) => {
  const world = v2gBench({ car: { soc: 99, dc_energy_capacity: 10_000 } });
  const info = world.heard<{ soc: number }>("car/ev_manager", "ev_info");
  world.script(`${started} DC;iso_wait_pwr_ready;iso_dc_power_on;iso_wait_for_stop 3600`);
  world.until(100_000);
  t.equal(info.at(-1)?.[1].soc, 100);
  t.ok(world.at("current_demand_finished") > 53_000, "100 Wh at 8 kW take 45 s");
  t.ok(world.at("current_demand_finished") < 55_000);
});

t.test("a vehicle and a station without a common language", async (t) => {
  const plans = { stack: { supported_DIN70121: false, supported_ISO15118_2: false, supported_ISO15118_20_DC: true } };
  t.same(journalOf(plans, dc, 60_000), [
    "10 A",
    "1010 B",
    '3800 hlc_session_failed "ProtocolNegotiationFailed"',
    "3800 dlink_error",
  ]);
});
