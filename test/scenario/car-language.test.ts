/**
 * Every command of the car language that begins with `iso_`, one by one: what a person at the station sees of it. Source:
 * simulation facts, section 2.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import t from "tap";
import type { Line } from "./station-run.ts";
import { configurationFile, runStation, script } from "./station-run.ts";

const dcStation = configurationFile("dc-station");
const acStation = configurationFile("ac-hlc");

const begun = "sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc";
const ready = `${begun};iso_wait_pwr_ready`;
const takes = `${ready};iso_dc_power_on`;
const acBegun = "sleep 1;iso_wait_slac_matched;iso_start_v2g_session ac";
const acReady = `${acBegun};iso_wait_pwr_ready`;
const enforced = ["disable_authentication", "ac_hlc_use_5percent", "ac_enforce_hlc"].map((key) => `evse.${key}=true`);
/** Vehicles that only wait keep their script. */
const stays = "sleep 36000";

/** The same station and vehicle, by ISO 15118-20. */
function d20Station(): URL {
  const text = readFileSync(dcStation, "utf8")
    .replace("module: EvseV2G", "module: Evse15118D20")
    .replace("supported_ISO15118_2", "supported_ISO15118_20_DC");
  return pathToFileURL(`${t.testdir({ "dc-station-d20.yaml": text })}/dc-station-d20.yaml`);
}

const command = (at_s: number, name: string, args: object = {}): object => ({
  at_s,
  command: { module: "evse", implementation: "evse", name, args },
});

interface Row {
  readonly command: string;
  readonly shows: string;
  readonly ac?: true;
  readonly file?: URL;
  readonly set?: readonly string[];
  readonly ev: string;
  readonly steps?: readonly object[];
  /** From this second on, to that one. */
  readonly from?: number;
  readonly until: number;
  readonly sees: readonly string[];
  /** Ampere at the end. */
  readonly draws?: object;
}

const said = new Set([
  "selected_payment_option",
  "requested_energy_transfer_mode",
  "start_cable_check",
  "current_demand_started",
  "current_demand_finished",
  "ac_close_contactor",
  "ac_open_contactor",
  "ac_eamount",
  "departure_time",
  "dc_ev_energy_request",
  "dlink_pause",
  "dlink_terminate",
  "dlink_error",
]);
const happened = new Set(["ChargingStarted", "ChargingPausedEV", "ChargingPausedEVSE", "SessionFinished"]);

/** The pilot's letter, the duty cycle, the contactor, the matching, and what the vehicle wants, each with its second. */
function seen(line: Line): string | null {
  const { kind, dir, name, value, event, to, mode, duty_percent, closed, module } = line;
  const word = (): string | null => {
    if (module !== "evse") return null;
    if (kind === "cp") return `pilot ${to}`;
    if (kind === "pwm") return mode === "pwm" ? `${Math.round(duty_percent as number)} %` : String(mode);
    if (kind === "contactor") return closed === true ? "closed" : "opened";
    if (kind === "session_event") return happened.has(event as string) ? String(event) : null;
    if (kind === "slac" && name === "state") return String(value);
    if (kind === "hlc" && dir === "var" && said.has(name as string))
      return value === null ? `${name}` : `${name} ${value}`;
    return null;
  };
  const what = word();
  return what === null ? null : `${line.t} ${what}`;
}

const rows: readonly Row[] = [
  {
    command: "iso_wait_pwm_is_running",
    shows: "in B, and on as soon as there is a duty cycle, 5 % too",
    ev: "iso_wait_pwm_is_running;unplug",
    until: 4,
    sees: ["0.51 5 %", "0.76 pilot A", "0.76 UNMATCHED", "0.76 SessionFinished", "0.76 X1"],
  },
  {
    command: "iso_wait_pwm_is_running",
    shows: "none while the station keeps the pilot at X1",
    ac: true,
    ev: "iso_wait_pwm_is_running;unplug",
    until: 4,
    sees: [],
  },
  {
    command: "iso_wait_slac_matched",
    shows: "begins to match, and on once matched",
    ev: "iso_wait_slac_matched;unplug",
    until: 8,
    sees: ["0.51 5 %", "2.26 MATCHED", "2.5 UNMATCHED", "2.51 pilot A", "2.51 SessionFinished", "2.51 X1"],
  },
  {
    command: "iso_start_v2g_session dc",
    shows: "DC, paid outside; the pilot stays in B",
    ev: `${begun};${stays}`,
    until: 8,
    sees: [
      "1.01 pilot B",
      "1.01 MATCHING",
      "1.51 5 %",
      "3.26 MATCHED",
      "3.95 selected_payment_option ExternalPayment",
      "5.2 requested_energy_transfer_mode DC_extended",
      "5.2 dc_ev_energy_request 42000",
      "5.2 departure_time 2026-01-02T00:00:05.200Z",
    ],
  },
  {
    command: "iso_start_v2g_session AC,contract",
    shows: "by contract",
    ac: true,
    set: enforced.slice(1),
    ev: "iso_wait_slac_matched;iso_start_v2g_session AC,contract;sleep 36000",
    until: 8,
    sees: [
      "0.51 5 %",
      "2.26 MATCHED",
      "2.95 selected_payment_option Contract",
      "4.7 requested_energy_transfer_mode AC_three_phase_core",
      "4.7 ac_eamount 0",
      "4.7 departure_time 2026-01-02T00:00:04.700Z",
    ],
  },
  {
    command: "iso_start_v2g_session dc 3600 5000",
    shows: "an hour and 5 kWh",
    ev: "iso_wait_slac_matched;iso_start_v2g_session dc 3600 5000;sleep 36000",
    until: 8,
    sees: [
      "0.51 5 %",
      "2.26 MATCHED",
      "2.95 selected_payment_option ExternalPayment",
      "4.2 requested_energy_transfer_mode DC_extended",
      "4.2 dc_ev_energy_request 5000",
      "4.2 departure_time 2026-01-01T01:00:04.200Z",
    ],
  },
  {
    command: "iso_start_v2g_session ac externalpayment 7200 3000",
    shows: "three phases, two hours, 3 kWh",
    ac: true,
    set: enforced,
    ev: "iso_wait_slac_matched;iso_start_v2g_session ac externalpayment 7200 3000;sleep 36000",
    until: 8,
    sees: [
      "0.51 5 %",
      "2.26 MATCHED",
      "2.95 selected_payment_option ExternalPayment",
      "4.2 requested_energy_transfer_mode AC_three_phase_core",
      "4.2 ac_eamount 3000",
      "4.2 departure_time 2026-01-01T02:00:04.200Z",
    ],
  },
  {
    command: "iso_start_v2g_session ac  7200 3000",
    shows: "two spaces are an empty payment option, and one phase by the vehicle's configuration",
    ac: true,
    set: [...enforced, "vehicle.three_phases=false"],
    ev: "iso_wait_slac_matched;iso_start_v2g_session ac  7200 3000;sleep 36000",
    until: 8,
    sees: [
      "0.51 5 %",
      "2.26 MATCHED",
      "2.95 selected_payment_option ExternalPayment",
      "4.2 requested_energy_transfer_mode AC_single_phase_core",
      "4.2 ac_eamount 3000",
      "4.2 departure_time 2026-01-01T02:00:04.200Z",
    ],
  },
  {
    command: "iso_start_v2g_session mcs",
    shows: "a mode that nobody knows waits for ever",
    ev: "iso_wait_slac_matched;iso_start_v2g_session mcs;unplug",
    until: 30,
    sees: ["0.51 5 %", "2.26 MATCHED"],
  },
  {
    command: "iso_wait_pwr_ready",
    shows: "to C once parameters are agreed on; the cable check begins",
    ev: `${ready};${stays}`,
    until: 6.5,
    sees: [
      "1.01 pilot B",
      "1.01 MATCHING",
      "1.51 5 %",
      "3.26 MATCHED",
      "3.95 selected_payment_option ExternalPayment",
      "5.2 requested_energy_transfer_mode DC_extended",
      "5.2 dc_ev_energy_request 42000",
      "5.2 departure_time 2026-01-02T00:00:05.200Z",
      "5.26 pilot C",
      "5.5 start_cable_check",
      "5.78 closed",
    ],
  },
  {
    command: "iso_draw_power_regulated 10,3",
    shows: "AC flows as granted by message",
    ac: true,
    set: enforced,
    ev: `${acReady};iso_draw_power_regulated 10,3;${stays}`,
    from: 5.25,
    until: 10,
    draws: { L1: 10, L2: 10, L3: 10 },
    sees: ["5.26 pilot C", "5.3 ac_close_contactor", "5.3 ChargingStarted", "5.33 closed"],
  },
  {
    command: "iso_dc_power_on",
    shows: "on when the vehicle has closed its contactor: what follows waits for that",
    ev: `${takes};unplug`,
    from: 5.4,
    until: 16,
    sees: [
      "5.5 start_cable_check",
      "5.78 closed",
      "12.5 dlink_error",
      "12.5 UNMATCHED",
      "12.5 X1",
      "12.51 pilot A",
      "12.52 opened",
      "12.75 SessionFinished",
    ],
  },
  {
    command: "iso_stop_charging",
    shows: "power ends by message first, then the pilot goes to B and the contactor opens",
    ev: `${takes};sleep 4;iso_stop_charging;${stays}`,
    from: 12.6,
    until: 25,
    sees: [
      "12.7 current_demand_started",
      "12.7 ChargingStarted",
      "16.55 current_demand_finished",
      "16.76 pilot B",
      "16.78 opened",
      "16.78 ChargingPausedEV",
      "17.1 dlink_terminate",
      "17.1 X1",
      "17.1 UNMATCHED",
    ],
  },
  {
    command: "iso_stop_charging",
    shows: "the same with AC",
    ac: true,
    set: enforced,
    ev: `${acReady};iso_draw_power_regulated 16,3;sleep 4;iso_stop_charging;${stays}`,
    from: 5,
    until: 25,
    sees: [
      "5.2 requested_energy_transfer_mode AC_three_phase_core",
      "5.2 ac_eamount 0",
      "5.2 departure_time 2026-01-02T00:00:05.200Z",
      "5.26 pilot C",
      "5.3 ac_close_contactor",
      "5.3 ChargingStarted",
      "5.33 closed",
      "9.3 ac_open_contactor",
      "9.32 opened",
      "9.32 ChargingPausedEV",
      "9.35 dlink_terminate",
      "9.35 X1",
      "9.35 UNMATCHED",
      "9.51 pilot B",
    ],
  },
  {
    command: "iso_wait_for_stop 5",
    shows: "nobody stops the vehicle: after 5 s it does so itself",
    ev: `${takes};iso_wait_for_stop 5;${stays}`,
    from: 12.6,
    until: 25,
    sees: [
      "12.7 current_demand_started",
      "12.7 ChargingStarted",
      "17.55 current_demand_finished",
      "17.76 pilot B",
      "17.78 opened",
      "17.78 ChargingPausedEV",
      "18.1 dlink_terminate",
      "18.1 X1",
      "18.1 UNMATCHED",
    ],
  },
  {
    command: "iso_wait_for_stop 36000",
    shows: "the station stops it",
    ev: `${takes};iso_wait_for_stop 36000;${stays}`,
    steps: [command(16, "stop_transaction", { request: { reason: "Remote" } })],
    from: 12.6,
    until: 25,
    sees: [
      "12.7 current_demand_started",
      "12.7 ChargingStarted",
      "16.25 current_demand_finished",
      "16.51 pilot B",
      "16.53 opened",
      "16.8 dlink_terminate",
      "16.8 X1",
      "16.8 UNMATCHED",
    ],
  },
  {
    command: "iso_wait_v2g_session_stopped",
    shows: "on when all is said",
    ev: `${takes};iso_wait_for_stop 3;iso_wait_v2g_session_stopped;unplug`,
    from: 12.6,
    until: 25,
    sees: [
      "12.7 current_demand_started",
      "12.7 ChargingStarted",
      "15.55 current_demand_finished",
      "15.76 pilot B",
      "15.78 opened",
      "15.78 ChargingPausedEV",
      "16.1 dlink_terminate",
      "16.1 X1",
      "16.1 UNMATCHED",
      "16.26 pilot A",
      "16.26 SessionFinished",
    ],
  },
  {
    command: "iso_pause_charging, iso_start_bcb_toggle 3",
    shows: "pauses with dlink_pause at X1; three toggles wake the station up, and it goes on in the same session",
    ev: `${takes};sleep 3;iso_pause_charging;sleep 6;iso_start_bcb_toggle 3;iso_wait_pwm_is_running;iso_start_v2g_session DC 86400 0;iso_wait_pwr_ready;iso_dc_power_on;sleep 36000`,
    from: 12.6,
    until: 36,
    sees: [
      "12.7 current_demand_started",
      "12.7 ChargingStarted",
      "15.55 current_demand_finished",
      "15.76 pilot B",
      "15.78 opened",
      "15.78 ChargingPausedEV",
      "16.1 dlink_pause",
      "16.1 X1",
      "21.51 pilot C",
      "21.76 pilot B",
      "22.01 pilot C",
      "22.26 pilot B",
      "22.51 pilot C",
      "22.76 pilot B",
      "22.76 5 %",
      "23.45 selected_payment_option ExternalPayment",
      "24.7 requested_energy_transfer_mode DC_extended",
      "24.7 dc_ev_energy_request 41994.85368800433",
      "24.7 departure_time 2026-01-02T00:00:24.700Z",
      "24.76 pilot C",
      "25 start_cable_check",
      "25.28 closed",
      "32.2 current_demand_started",
      "32.2 ChargingStarted",
    ],
  },
  {
    command: "iso_start_bcb_toggle 9",
    shows: "never more than three",
    ev: `${takes};sleep 3;iso_pause_charging;sleep 6;iso_start_bcb_toggle 9;${stays}`,
    from: 20,
    until: 36,
    sees: [
      "21.51 pilot C",
      "21.76 pilot B",
      "22.01 pilot C",
      "22.26 pilot B",
      "22.51 pilot C",
      "22.76 pilot B",
      "22.76 5 %",
    ],
  },
  {
    command: "iso_wait_for_resume",
    shows: "waits until another script comes",
    ev: `${takes};sleep 3;iso_pause_charging;iso_wait_for_resume;unplug`,
    steps: [script(100, "unplug")],
    from: 17,
    until: 110,
    sees: ["100 UNMATCHED", "100.01 pilot A", "100.01 SessionFinished"],
  },
  {
    command: "iso_wait_for_stop, iso_dc_power_on",
    shows: "a pause of the station by ISO 15118-20: the vehicle comes back by itself and goes on when it may",
    file: d20Station(),
    ev: `${takes};iso_wait_for_stop 36000`,
    steps: [command(16, "pause_charging"), command(30, "resume_charging")],
    from: 12.6,
    until: 60,
    sees: [
      "12.7 current_demand_started",
      "12.7 ChargingStarted",
      "16.25 current_demand_finished",
      "16.51 pilot B",
      "16.53 opened",
      "16.53 ChargingPausedEVSE",
      "16.8 dlink_pause",
      "16.8 X1",
      "30 5 %",
      "30.45 selected_payment_option ExternalPayment",
      "31.7 requested_energy_transfer_mode DC_extended",
      "31.7 dc_ev_energy_request 41993.32430557378",
      "31.7 departure_time 2026-01-02T00:00:31.700Z",
      "31.76 pilot C",
      "32 start_cable_check",
      "32.28 closed",
      "39.2 current_demand_started",
      "39.2 ChargingStarted",
    ],
  },
];

for (const { command, shows, ac, file, set = [], ev, steps, from = 0.5, until, sees, draws } of rows) {
  t.test(`${command}: ${shows}`, async (t) => {
    const run = await runStation({
      file: file ?? pathToFileURL(ac === true ? acStation : dcStation),
      set,
      ev,
      until,
      seed: 1,
      ...(steps !== undefined && { steps }),
    });
    t.equal(run.result.exit, 0);
    t.same(
      run.lines
        .filter(({ t: atS }) => atS >= from)
        .map(seen)
        .filter((word) => word !== null),
      sees,
    );
    if (draws !== undefined) t.match(run.lines.findLast(({ kind }) => kind === "powermeter")?.current_A, draws);
  });
}
