/** What people, vehicles, the grid and bad luck do to a station: one deed, and what takes it back. */
import type { VehicleStep } from "../../boards/sim/v2g/vehicle-talk.ts";
import { vehicleSteps } from "../../boards/sim/v2g/vehicle-talk.ts";
import type { ScenarioAction } from "../../src/daemon/scenario-action.ts";
import type { Draw } from "./draw.ts";

export interface Deed {
  readonly weight: number;
  readonly make: (draw: Draw) => Done;
}

export interface Done {
  readonly action: ScenarioAction;
  /** Seconds behind the deed, by itself. */
  readonly after?: readonly (readonly [delayS: number, action: ScenarioAction])[];
  /** What makes it as if it had never been; to be done once the mess is over, whatever was done before. */
  readonly undo?: readonly ScenarioAction[];
}

/** One charging point of a station. */
export interface Point {
  readonly connector: number;
  readonly evse: string;
  readonly board: string;
  /** Implementation of the board at which errors can be raised in its name. */
  readonly boardSupport: string;
  readonly hasRcd: boolean;
}

export const sim = (module: string, name: string, args: object = {}): ScenarioAction => ({
  kind: "sim",
  module,
  name,
  args,
});
export const ev = (connector: number, script: string): ScenarioAction => ({ kind: "ev", connector, script });
export const evseCommand = (module: string, name: string, args: object = {}): ScenarioAction => ({
  kind: "command",
  module,
  implementation: "evse",
  name,
  args,
});
export const present = (value: string): ScenarioAction => ({
  kind: "publish",
  module: "token_provider",
  implementation: "main",
  variable: "provided_token",
  value: { id_token: { value, type: "ISO14443" }, authorization_type: "RFID" },
});

const deed = (weight: number, make: Deed["make"]): Deed => ({ weight, make });
const plain = (weight: number, make: (draw: Draw) => ScenarioAction): Deed =>
  deed(weight, (draw) => ({ action: make(draw) }));
/** Mostly it is over by itself after a while, sometimes only when the mess is. */
function passing(draw: Draw, action: ScenarioAction, undo: ScenarioAction): Done {
  return draw.chance(0.6)
    ? { action, after: [[draw.chance(0.4) ? draw.between(0, 2) : draw.between(0, 40), undo]], undo: [undo] }
    : { action, undo: [undo] };
}
const fault = (weight: number, module: string, name: string, on: object, off: object): Deed =>
  deed(weight, (draw) => passing(draw, sim(module, name, on), sim(module, name, off)));
const flag = (weight: number, module: string, name: string): Deed =>
  fault(weight, module, name, { value: true }, { value: false });

export const cards = ["TOKEN1", "TOKEN2", "TOKEN3"];

// -- Vehicles --

const draws = ["draw_power_regulated", "draw_power_fixed"] as const;

/** A script of basic charging: most behave, some do not. */
export function acScript(draw: Draw): string {
  const currentA = draw.pick([6, 8, 10, 16, 32]);
  const phases = draw.pick([1, 3]);
  const begin = `sleep ${draw.pick([0, 0.5, 1, 5])};iec_wait_pwr_ready;sleep ${draw.pick([0, 0.25, 1, 3])}`;
  const take = `${draw.chance(0.9) ? draws[0] : draws[1]} ${currentA},${phases}`;
  const stay = `sleep ${Math.round(draw.between(0, 150))}`;
  const end = draw.pick([
    "unplug",
    `pause;sleep ${draw.pick([0.5, 3, 20])};${take};${stay};unplug`,
    "sleep 36000",
    `unplug;sleep ${draw.pick([0.25, 1])};${begin};${take};${stay};unplug`,
    "error_e;sleep 2;unplug",
    "diode_fail;sleep 3;unplug",
    `rcd_current ${draw.pick([5.5, 30])};sleep 2;rcd_current 0.1;sleep 5;unplug`,
  ]);
  return `${begin};${take};${stay};${end}`;
}

const acGestures = [
  "unplug",
  "pause;sleep 36000",
  "draw_power_regulated 16,3;sleep 36000",
  "draw_power_fixed 32,3;sleep 36000",
  "error_e;sleep 36000",
  "error_e;sleep 0.5;iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 36000",
  "diode_fail;sleep 36000",
  "rcd_current 10;sleep 3;rcd_current 0.1;sleep 36000",
  "pause;draw_power_regulated 6,1;sleep 36000",
  "unplug;sleep 0.25;iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 36000",
  "pause;sleep 0.5;draw_power_regulated 16,3;sleep 0.5;pause;sleep 0.5;draw_power_regulated 16,3;sleep 36000",
];

const vehicleAc = ({ connector }: Point): Deed[] => [
  plain(6, (draw) => ev(connector, draw.pick(acGestures))),
  plain(4, (draw) => ev(connector, acScript(draw))),
  plain(5, () => ev(connector, "unplug")),
];

export function dcScript(draw: Draw): string {
  const begin = `sleep ${draw.pick([0, 1, 4])};iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on`;
  const stay = `iso_wait_for_stop ${Math.round(draw.between(1, 140))}`;
  const end = draw.pick([
    "iso_wait_v2g_session_stopped;unplug",
    "iso_wait_v2g_session_stopped;unplug",
    "iso_wait_v2g_session_stopped;sleep 36000",
    "unplug",
    "iso_pause_charging;sleep 10;unplug",
  ]);
  return `${begin};${stay};${end}`;
}

/** Where a vehicle may misbehave: each of these has steps that the other does not come to. */
const acOnly: readonly VehicleStep[] = ["chargingStatus"];
const dcOnly: readonly VehicleStep[] = ["cableCheck", "preCharge", "currentDemand", "weldingDetection"];
const dcSteps = vehicleSteps.filter((step) => !acOnly.includes(step));
const acSteps = vehicleSteps.filter((step) => !dcOnly.includes(step));

const wellBehaved = (stack: string): ScenarioAction => sim(stack, "misbehave", { at: null, how: "abort" });

export const goodStack = (stack: string): ScenarioAction[] => [
  wellBehaved(stack),
  sim(stack, "demand", { voltage_V: null, current_A: null }),
  sim(stack, "close_early", { value: false }),
  sim(stack, "set_battery_voltage", { value: null }),
];

const misbehaves = (
  weight: number,
  stack: string,
  steps: readonly VehicleStep[],
  undo: readonly ScenarioAction[],
): Deed =>
  deed(weight, (draw) => ({
    action: sim(stack, "misbehave", {
      at: draw.pick(steps),
      how: draw.pick(["abort", "silence", "stop", "pause"]),
    }),
    undo,
  }));

const vehicleDc = ({ connector }: Point, stack: string): Deed[] => [
  plain(4, () => ev(connector, "unplug")),
  plain(3, (draw) => ev(connector, dcScript(draw))),
  plain(4, (draw) =>
    ev(
      connector,
      draw.pick([
        "iso_stop_charging;sleep 36000",
        "pause;sleep 36000",
        "error_e;sleep 36000",
        "diode_fail;sleep 36000",
        "iso_pause_charging;sleep 36000",
        "iso_start_bcb_toggle 3;sleep 36000",
        "pause;sleep 0.5;draw_power_fixed 16,3;sleep 36000",
        "draw_power_fixed 16,3;sleep 36000",
      ]),
    ),
  ),
  misbehaves(10, stack, dcSteps, goodStack(stack)),
  deed(5, (draw) => ({
    action: sim(stack, "demand", {
      voltage_V: draw.pick([null, -1, 0, 150, 399, 420, 500, 950, 1500]),
      current_A: draw.pick([null, -2, 0, 1, 20, 300, 10_000]),
    }),
    undo: goodStack(stack),
  })),
  deed(2, () => ({ action: sim(stack, "close_early", { value: true }), undo: goodStack(stack) })),
  deed(2, (draw) => ({
    action: sim(stack, "set_battery_voltage", { value: draw.pick([0, 100, 300, 380, 450, 600]) }),
    undo: goodStack(stack),
  })),
  plain(2, () => sim(stack, "open_contactor", {})),
];

const talksAc = "iso_start_v2g_session AC 86400 0;iso_wait_pwr_ready;iso_draw_power_regulated 16,3";

/** Mostly a vehicle that speaks; else one that never does, or that is matched and then says nothing. */
export function acHlcScript(draw: Draw): string {
  if (draw.chance(0.2)) return acScript(draw);
  const begin = `sleep ${draw.pick([0, 1, 4])};iso_wait_slac_matched`;
  if (draw.chance(0.1)) return `${begin};iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 36000`;
  const stay = `iso_wait_for_stop ${Math.round(draw.between(1, 140))}`;
  const end = draw.pick([
    "iso_stop_charging;iso_wait_v2g_session_stopped;unplug",
    "iso_stop_charging;iso_wait_v2g_session_stopped;unplug",
    "iso_wait_v2g_session_stopped;sleep 36000",
    `iso_wait_v2g_session_stopped;iso_wait_slac_matched;${talksAc};iso_wait_for_stop 36000`,
    "unplug",
    `iso_pause_charging;iso_wait_for_resume;iso_start_bcb_toggle 3;iso_wait_pwm_is_running;${talksAc};iso_wait_for_stop 36000`,
    "iso_pause_charging;sleep 10;unplug",
  ]);
  return `${begin};${talksAc};${stay};${end}`;
}

export const cleanAcHlc = `sleep 0.5;iso_wait_slac_matched;${talksAc};iso_wait_for_stop 36000`;

const vehicleAcHlc = ({ connector }: Point, stack: string): Deed[] => [
  plain(4, () => ev(connector, "unplug")),
  plain(3, (draw) => ev(connector, acHlcScript(draw))),
  plain(5, (draw) =>
    ev(
      connector,
      draw.pick([
        "iso_stop_charging;sleep 36000",
        "iso_pause_charging;sleep 36000",
        "iso_pause_charging;iso_wait_for_resume",
        `iso_start_bcb_toggle 3;iso_wait_pwm_is_running;${talksAc};iso_wait_for_stop 36000`,
        `iso_wait_slac_matched;${talksAc};iso_wait_for_stop 36000`,
        "pause;sleep 36000",
        "error_e;sleep 36000",
        "diode_fail;sleep 36000",
        "rcd_current 10;sleep 3;rcd_current 0.1;sleep 36000",
        "draw_power_fixed 16,3;sleep 36000",
      ]),
    ),
  ),
  misbehaves(10, stack, acSteps, goodTalk(stack)),
];

export const goodTalk = (stack: string): ScenarioAction[] => [wellBehaved(stack)];

const powerLine = (slac: string): Deed[] => [
  flag(2, slac, "fail_matching"),
  plain(2, () => sim(slac, "lose_link", {})),
];

// -- People --

const priorities = [0, 100, 5000];
const sources = ["LocalAPI", "LocalKeyLock", "ServiceTechnician", "MobileApp", "CSMS"];
const enable = (evse: string, source: string, state: "Enable" | "Disable", priority: number): ScenarioAction =>
  evseCommand(evse, "enable_disable", {
    connector_id: 1,
    cmd_source: { enable_source: source, enable_state: state, enable_priority: priority },
  });
const stopReasons = ["Local", "Remote", "EmergencyStop", "PowerLoss", "DeAuthorized", "Other"];

function reserveNow(draw: Draw, points: readonly Point[]): Done {
  const id = draw.integer(1, 3);
  const at = draw.pick(points);
  const atS = Math.round(draw.between(20, 240));
  const reservation = {
    reservation_id: id,
    id_token: draw.pick(cards),
    expiry_time: new Date(Date.UTC(2026, 0, 1) + atS * 1000).toISOString(),
    ...(draw.chance(0.7) ? { evse_id: at.connector } : {}),
  };
  const command = (name: string, args: object): ScenarioAction => ({
    kind: "command",
    module: "auth",
    implementation: "reservation",
    name,
    args,
  });
  return {
    action: command("reserve_now", { request: reservation }),
    undo: [command("cancel_reservation", { reservation_id: id })],
  };
}

const people = (points: readonly Point[]): Deed[] => [
  plain(8, (draw) => present(draw.pick(cards))),
  deed(3, (draw) => reserveNow(draw, points)),
  plain(1, (draw) => ({
    kind: "command",
    module: "auth",
    implementation: "main",
    name: "withdraw_authorization",
    args: { request: draw.chance(0.5) ? {} : { evse_id: draw.pick(points).connector } },
  })),
  ...points.flatMap(({ evse }): Deed[] => [
    plain(3, () => evseCommand(evse, "pause_charging")),
    plain(3, () => evseCommand(evse, "resume_charging")),
    plain(3, (draw) => evseCommand(evse, "stop_transaction", { request: { reason: draw.pick(stopReasons) } })),
    plain(2, () => evseCommand(evse, "force_unlock", { connector_id: 1 })),
    plain(1, () => evseCommand(evse, "withdraw_authorization")),
    plain(1, (draw) => evseCommand(evse, "reserve", { reservation_id: draw.integer(-1, 2) })),
    plain(1, () => evseCommand(evse, "cancel_reservation")),
    deed(3, (draw) => {
      const source = draw.pick(sources);
      const priority = draw.pick(priorities);
      return passing(draw, enable(evse, source, "Disable", priority), enable(evse, source, "Enable", priority));
    }),
  ]),
];

export const amends = (points: readonly Point[]): ScenarioAction[] =>
  points.map(({ evse }) => evseCommand(evse, "cancel_reservation"));

// -- The grid --

const externalLimits = (entries: readonly object[]): ScenarioAction => ({
  kind: "command",
  module: "grid_connection_point",
  implementation: "external_limits",
  name: "set_external_limits",
  args: { value: { schedule_import: entries, schedule_export: [], schedule_setpoints: [] } },
});

const limitOf = (limits: object): object => ({
  timestamp: "2026-01-01T00:00:00.000Z",
  limits_to_root: limits,
  limits_to_leaves: {},
});

const grid = (points: readonly Point[]): Deed[] => [
  // The contactors stand open for some seconds while phases are switched, and that is when somebody comes.
  deed(2, (draw) => {
    const { connector, evse } = draw.pick(points);
    const limit = limitOf({ ac_max_phase_count: { value: draw.pick([1, 1, 3]), source: "campaign" } });
    const comes = draw.pick<ScenarioAction>([
      ev(connector, "unplug"),
      ev(connector, "error_e;sleep 36000"),
      ev(connector, "pause;sleep 0.5;draw_power_regulated 16,3;sleep 36000"),
      evseCommand(evse, "pause_charging"),
      evseCommand(evse, "force_unlock", { connector_id: 1 }),
      evseCommand(evse, "stop_transaction", { request: { reason: "Local" } }),
      externalLimits([limitOf({ ac_max_phase_count: { value: 3, source: "campaign" } })]),
    ]);
    return {
      action: externalLimits([limit]),
      after: [[draw.between(0, 8), comes]],
      undo: [externalLimits([])],
    };
  }),
  deed(5, (draw) => {
    const limit = limitOf({
      ac_max_current_A: { value: draw.pick([0, 3, 6, 7.5, 10, 16, 25]), source: "campaign" },
      ...(draw.chance(0.3) ? { ac_max_phase_count: { value: draw.pick([1, 3]), source: "campaign" } } : {}),
    });
    return passing(draw, externalLimits([limit]), externalLimits([]));
  }),
];

// -- Bad luck --

/** Errors that any board may have; it is the one that says when they are over. */
const boardErrors = [
  "BrownOut",
  "EnergyManagement",
  "PermanentFault",
  "MREC2GroundFailure",
  "MREC3HighTemperature",
  "MREC4OverCurrentFailure",
  "MREC8EmergencyStop",
  "MREC18CableOverTempDerate",
  "MREC19CableOverTempStop",
  "MREC26CutCable",
  "TiltDetected",
  "EnclosureOpen",
  "VendorWarning",
  "VendorError",
];

const board = ({ board: module, boardSupport: implementation }: Point): Deed[] => [
  fault(2, module, "relay_welded", { relay: 1, value: true }, { relay: 1, value: false }),
  fault(2, module, "relay_stuck_open", { relay: 1, value: true }, { relay: 1, value: false }),
  deed(2, (draw) =>
    passing(
      draw,
      sim(module, "relay_slow", { relay: 1, value: draw.pick([50, 300, 1500, 8000]) }),
      sim(module, "relay_slow", { relay: 1, value: 0 }),
    ),
  ),
  flag(2, module, "pp_removed"),
  deed(3, (draw) =>
    passing(
      draw,
      sim(module, "cp_voltage", { value: draw.pick([-12, -3, 0, 1, 3, 4.5, 6, 7.5, 9, 10.5, 12, 14]) }),
      sim(module, "cp_voltage", { value: null }),
    ),
  ),
  flag(3, module, "rcm"),
  deed(4, (draw) => {
    const type = `evse_board_support/${draw.pick(boardErrors)}`;
    const severity = draw.pick(["Low", "Medium", "High"] as const);
    return passing(
      draw,
      { kind: "raise", module, implementation, type, subType: "", severity, message: "by the campaign" },
      { kind: "clear", module, implementation, type, subType: "" },
    );
  }),
];

const yetiLine = ({ board: module }: Point): Deed[] => [
  flag(2, module, "lock_stuck"),
  deed(3, (draw) => ({ action: sim(module, "mcu_reset", { reason: draw.pick(["USER", "WATCHDOG"]) }) })),
  flag(2, module, "freeze"),
  flag(3, module, "silence"),
  flag(2, module, "silence_to_host"),
  flag(2, module, "port_gone"),
  flag(1, module, "echo"),
  deed(4, (draw) => {
    const share = draw.pick([0.0005, 0.01, 0.1, 0.5]);
    return passing(
      draw,
      sim(module, "noise", { flipped: share / 10, dropped: share, doubled: share }),
      sim(module, "noise", { flipped: 0, dropped: 0, doubled: 0 }),
    );
  }),
  deed(3, (draw) =>
    passing(
      draw,
      sim(module, "meter", { value: draw.pick(["nan", "absurd", "frozen", "silent"]) }),
      sim(module, "meter", { value: "sound" }),
    ),
  ),
  deed(3, (draw) => {
    const name = draw.pick([
      "diode_fault",
      "rcd_selftest_failed",
      "rcd_triggered",
      "ventilation_not_available",
      "connector_lock_failed",
      "cp_signal_fault",
      "over_current",
    ]);
    return passing(
      draw,
      sim(module, "error_flag", { flag: name, value: true }),
      sim(module, "error_flag", { flag: name, value: false }),
    );
  }),
  fault(1, module, "reset_line", { value: false }, { value: true }),
];

const cccLines = ({ board: module }: Point, lock: string): Deed[] => [
  flag(3, module, "adc_silent"),
  deed(2, (draw) => ({
    action: sim(module, "thread_delay", { value: draw.integer(0, 50) }),
    undo: [sim(module, "thread_delay", { value: 50 })],
  })),
  flag(2, lock, "lock_stuck"),
  plain(2, (draw) => sim(lock, "lock_moved", { value: draw.chance(0.5) })),
  flag(1, lock, "capacitor_flat"),
];

const modbusDevice = (module: string): Deed[] => [
  flag(3, module, "silence"),
  flag(2, module, "freeze"),
  fault(2, module, "late_reply", { value: 800 }, { value: 0 }),
  flag(1, module, "wrong_unit"),
  flag(1, module, "wrong_crc"),
  fault(1, module, "exception", { value: 4 }, { value: null }),
  flag(1, module, "garbage"),
];

const supplyFaults = ["CommunicationFault", "HardwareFault", "OverTemperature", "OverVoltageDC", "OverCurrentDC"];
const monitorFaults = ["DeviceFault", "CommunicationFault", "VendorError"];

const dcDevices = ({ supply, imd, ovm, slac }: DcDevices): Deed[] => [
  deed(2, (draw) =>
    passing(
      draw,
      sim(supply, "set_voltage_error", { value: draw.pick([-100, -20, 5, 30, 200, 600]) }),
      sim(supply, "set_voltage_error", { value: 0 }),
    ),
  ),
  deed(1, (draw) =>
    passing(
      draw,
      sim(supply, "set_ramp", { value: draw.pick([10, 60, 5000]) }),
      sim(supply, "set_ramp", { value: 500 }),
    ),
  ),
  deed(1, (draw) =>
    passing(
      draw,
      sim(supply, "set_measurement_error", { value: draw.pick([-60, -15, 15, 60]) }),
      sim(supply, "set_measurement_error", { value: 0 }),
    ),
  ),
  deed(3, (draw) => {
    const type = draw.pick([...supplyFaults, "VendorWarning"]);
    return passing(draw, sim(supply, "fault", { type, value: true }), sim(supply, "fault", { type, value: false }));
  }),
  deed(2, (draw) =>
    passing(
      draw,
      sim(supply, "set_capabilities", { max_current_A: draw.pick([0, 5, 15]), max_power_W: draw.pick([null, 1000]) }),
      sim(supply, "set_capabilities", { max_current_A: null, max_power_W: null }),
    ),
  ),
  flag(2, supply, "silence"),
  flag(2, supply, "freeze"),
  deed(3, (draw) =>
    passing(
      draw,
      sim(imd, "set_resistance", { value: draw.pick([0, 1000, 90_000, 400_000]) }),
      sim(imd, "set_resistance", { value: 900_000 }),
    ),
  ),
  fault(1, imd, "set_pole_share", { value: 0.95 }, { value: 0.5 }),
  deed(1, (draw) =>
    passing(
      draw,
      sim(imd, "set_self_test", { success: draw.pick([false, null]), duration_s: draw.pick([1, 3, 40]) }),
      sim(imd, "set_self_test", { success: true, duration_s: 3 }),
    ),
  ),
  deed(1, (draw) => {
    const type = draw.pick(monitorFaults);
    return passing(draw, sim(imd, "fault", { type, value: true }), sim(imd, "fault", { type, value: false }));
  }),
  flag(2, imd, "silence"),
  flag(1, imd, "freeze"),
  deed(2, (draw) =>
    passing(
      draw,
      sim(ovm, "set_over_voltage_measurement_V", { value: draw.pick([0, 450, 600, 1200]) }),
      sim(ovm, "set_over_voltage_measurement_V", { value: null }),
    ),
  ),
  deed(1, (draw) => {
    const type = draw.pick(monitorFaults);
    return passing(draw, sim(ovm, "fault", { type, value: true }), sim(ovm, "fault", { type, value: false }));
  }),
  flag(2, ovm, "silence"),
  flag(1, ovm, "freeze"),
  ...powerLine(slac),
];

// -- The daemon --

export const longestRestartS = 10.5;
const restarts = [0, 0.02, 0.5, 3, 10];
const daemon: Deed[] = [
  plain(2, (draw) => sim("evsed", "block_main", { value: draw.pick([0.05, 0.5, 2, 6]) })),
  deed(2, (draw) =>
    passing(draw, sim("evsed", "disk_full", { value: true }), sim("evsed", "disk_full", { value: false })),
  ),
  plain(2, (draw) => sim("evsed", "wall_clock_jump", { value: draw.pick([-86_400, -60, -1, 1, 60, 3600, 86_400]) })),
];
const deaths: Deed[] = [
  plain(1, (draw) => sim("evsed", "kill", { restart_s: draw.pick(restarts) })),
  plain(2, (draw) => sim("evsed", "kill", { restart_s: draw.pick(restarts), before_effect: draw.integer(1, 60) })),
  plain(2, (draw) =>
    sim("evsed", "kill", {
      restart_s: draw.pick(restarts),
      in_change: draw.integer(1, 6),
      last_change: draw.pick(["missing", "torn", "whole"]),
    }),
  ),
];

export interface DcDevices {
  readonly supply: string;
  readonly imd: string;
  readonly ovm: string;
  readonly slac: string;
  readonly stack: string;
}

/** Deeds by what they are about; a session mixes some of these. */
export interface Company {
  readonly people: readonly Deed[];
  readonly vehicles: readonly Deed[];
  readonly grid: readonly Deed[];
  readonly faults: readonly Deed[];
  readonly daemon: readonly Deed[];
  readonly deaths: readonly Deed[];
}

export interface Equipment {
  readonly points: readonly Point[];
  readonly dc?: DcDevices;
  readonly hlc?: { readonly slac: string; readonly stack: string };
  readonly yeti?: true;
  readonly cccLock?: string;
  readonly modbus?: readonly string[];
}

function vehiclesOf(point: Point, { dc, hlc }: Equipment): Deed[] {
  if (dc !== undefined) return vehicleDc(point, dc.stack);
  return hlc !== undefined ? vehicleAcHlc(point, hlc.stack) : vehicleAc(point);
}

export function companyOf(equipment: Equipment): Company {
  const { points, dc, hlc, yeti, cccLock, modbus } = equipment;
  return {
    people: people(points),
    vehicles: points.flatMap((point) => vehiclesOf(point, equipment)),
    grid: grid(points),
    faults: [
      ...points.flatMap(board),
      ...(yeti ? points.flatMap(yetiLine) : []),
      ...(cccLock === undefined ? [] : points.flatMap((point) => cccLines(point, cccLock))),
      ...(modbus ?? []).flatMap(modbusDevice),
      ...(dc === undefined ? [] : dcDevices(dc)),
      ...(hlc === undefined ? [] : powerLine(hlc.slac)),
    ],
    daemon,
    deaths,
  };
}
