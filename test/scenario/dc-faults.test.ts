/**
 * A DC session in which something goes wrong: at every step of the session and of the cable check. What a person sees of
 * it is the error, how bad it is, in which order power goes away, and that the next vehicle charges again. Source: DC
 * charging facts, sections 2, 3 and 8.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import t, { type Test } from "tap";
import type { Line, StationRun } from "./station-run.ts";
import { runStation } from "./station-run.ts";

const file = new URL("configurations/dc-station.yaml", import.meta.url);
const session =
  "sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;" +
  "iso_wait_for_stop 8;iso_wait_v2g_session_stopped";

/** Where a session is: the second after its script began, and what has been seen by then, and not yet. */
interface Step {
  readonly at: number;
  readonly after: string;
  readonly before: string;
  /** What brings a session there, where it does not come by itself. */
  readonly lead?: (from: number) => object[];
}

/** An undisturbed session ends at 21.1 s. */
const steps = {
  matching: { at: 2.5, after: "slac MATCHING", before: "slac MATCHED" },
  sessionSetup: { at: 3.83, after: "> selected_protocol", before: "> evcc_id" },
  authorization: { at: 4.6, after: "> require_auth_eim", before: "> requested_energy_transfer_mode" },
  parameters: { at: 5.1, after: "< authorization_response", before: "> requested_energy_transfer_mode" },
  inC: { at: 5.3, after: "pilot C", before: "> start_cable_check" },
  noVoltage: { at: 5.6, after: "> start_cable_check", before: "close" },
  closing: { at: 5.76, after: "close", before: "closed" },
  testVoltage: { at: 6.5, after: "closed", before: "imd start_self_test" },
  selfTest: { at: 9, after: "imd start_self_test", before: "imd start" },
  measuring: { at: 10.76, after: "imd start", before: "< update_isolation_status" },
  discharge: { at: 10.9, after: "< update_isolation_status", before: "< cable_check_finished" },
  precharge: { at: 11.8, after: "> start_pre_charge", before: "> v2g_setup_finished" },
  powerOn: { at: 12.5, after: "> v2g_setup_finished", before: "> current_demand_started" },
  charging: { at: 16, after: "> current_demand_started", before: "> current_demand_finished" },
  rampDown: {
    at: 16.1,
    after: "ramp down",
    before: "> current_demand_finished",
    lead: (from) => [command(from + 16, "pause_charging")],
  },
  powerOff: { at: 20.6, after: "> current_demand_finished", before: "open" },
  weldingDetection: { at: 20.85, after: "opened", before: "> dlink_terminate" },
} as const satisfies Readonly<Record<string, Step>>;
type StepName = keyof typeof steps;
const stepNames = Object.keys(steps) as StepName[];

/** What a line shows of how far a session is. */
function wordOf({ module, kind, dir, name, to, value, closed }: Line): string | null {
  if (module !== "evse") return null;
  if (kind === "cp") return `pilot ${to}`;
  if (kind === "slac" && name === "state") return `slac ${value}`;
  if (kind === "contactor_command") return closed === true ? "close" : "open";
  if (kind === "contactor") return closed === true ? "closed" : "opened";
  if (kind === "imd" && dir === "cmd") return `imd ${name}`;
  if (kind === "hlc") return `${dir === "cmd" ? "<" : ">"} ${name}`;
  return kind === "state" && to === "StoppingCharging" ? "ramp down" : null;
}

interface Expected {
  /** Errors, in the order in which they come; those that follow from others left out. */
  readonly raised?: readonly string[];
  /** What the vehicle is told by message. */
  readonly told?: "malfunction" | "emergency" | "stop";
  /** Seconds from the fault until power is away for good; 0: in the same turn. */
  readonly within?: number;
  /** The vehicle is told that its cable check has failed. */
  readonly checkFails?: true;
  /** Seconds until all is well again; a second later the vehicle leaves, and the next one comes. */
  readonly lasts?: number;
  /** What ends the errors, where that is not what `clears` says. */
  readonly cleared?: "the vehicle";
  readonly set?: readonly string[];
}

const sim = (at_s: number, module: string, name: string, args: object = {}): object => ({
  at_s,
  sim: { module, name, args },
});
const command = (at_s: number, name: string, args: object = {}): object => ({
  at_s,
  command: { module: "evse", implementation: "evse", name, args },
});
const ev = (at_s: number, script: string): object => ({ at_s, ev: { connector: 1, script } });
const boardError = (at_s: number, until: number, type: string, severity: string): object[] => {
  const error = { module: "board", implementation: "board_support", type: `evse_board_support/${type}` };
  return [
    { at_s, raise: { ...error, severity } },
    { at_s: until, clear: error },
  ];
};
/** Something that is so from then until then. */
const lasting =
  (module: string, name: string, args: object = {}, back: object = { ...args, value: false }) =>
  (from: number, until: number): object[] => [sim(from, module, name, args), sim(until, module, name, back)];

const sent: Readonly<Record<string, string>> = {
  Error_Malfunction: "malfunction",
  Error_EmergencyShutdown: "emergency",
};
const argsOf = ({ args }: Line): Record<string, unknown> => args as Record<string, unknown>;
const isCommand = (line: Line, name: string): boolean =>
  line.module === "evse" && line.dir === "cmd" && line.name === name;

/** The worst that the vehicle was told; a stop in good order where it was told of no error. */
function toldOf(lines: readonly Line[]): string | undefined {
  const errors = lines
    .filter((line) => isCommand(line, "send_error"))
    .map((line) => sent[argsOf(line).error as string]);
  const stopped = lines.some((line) => isCommand(line, "stop_charging") && argsOf(line).stop === true);
  return errors.includes("emergency") ? "emergency" : (errors[0] ?? (stopped ? "stop" : undefined));
}

interface Case {
  readonly title: string;
  readonly step: StepName;
  readonly fault: Fault;
  readonly expected: Expected;
}
type Fault = (from: number, until: number, step: StepName) => object[];

/** When a case begins, is disturbed, is well again, and is over. */
interface Times {
  readonly beginS: number;
  readonly faultS: number;
  readonly wellS: number;
  readonly endS: number;
}

const toMs = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** One vehicle after the other at the same station, each with its fault; the last of them charges undisturbed. */
async function play(t: Test, cases: readonly Case[], set: readonly string[] = []): Promise<void> {
  let nextS = 2;
  const played = cases.map((row) => {
    const { at, lead }: Step = steps[row.step];
    const beginS = nextS;
    const faultS = toMs(beginS + at);
    const wellS = toMs(faultS + (row.expected.lasts ?? 6));
    nextS = Math.ceil(wellS + 4);
    const deeds = [ev(beginS, session), ...(lead?.(beginS) ?? []), ...row.fault(faultS, wellS, row.step)];
    const times: Times = { beginS, faultS, wellS, endS: nextS };
    return { row, times, deeds: [...deeds, command(wellS + 1, "resume_charging"), ev(wellS + 1, "unplug")] };
  });
  const all = [...played.flatMap(({ deeds }) => deeds), ev(nextS, session)] as { at_s: number }[];
  const inOrder = all.toSorted((a, b) => a.at_s - b.at_s);
  const run = await runStation({ file, set, steps: inOrder, until: nextS + 14, seed: 1 });
  t.equal(run.result.exit, 0, "no invariant broken");
  t.same(
    run.lines.filter(({ kind }) => kind === "inrush"),
    [],
    "nothing closes into a voltage",
  );
  for (const { row, times } of played) judge(t, run, row, times);
  t.ok(run.events("evse", nextS).includes("ChargingStarted"), "the vehicle after that charges");
}

function judge(
  t: Test,
  run: StationRun,
  { title, step, expected }: Case,
  { beginS, faultS, wellS, endS }: Times,
): void {
  const { raised = [], told, within = 0, checkFails, cleared } = expected;
  const lines = run.lines.filter(({ t: atS }) => atS >= beginS && atS < endS);
  const before = lines.filter(({ t: atS }) => atS < faultS).map(wordOf);
  const during = lines.filter(({ t: atS }) => atS >= faultS && atS < wellS);
  const errors = during.filter((line) => isError(line, "raise"));
  const awayS = lastPowerS(lines, wellS);
  const erroredS = errors[0]?.t ?? faultS;
  const pilot = run.lines.findLast(({ kind, t: atS }) => kind === "pwm" && atS <= erroredS)?.mode;
  t.same(
    {
      reached: before.includes(steps[step].after) && !before.includes(steps[step].before),
      raised: errors.map(nameOf),
      told: toldOf(during),
      checkFails: during.some((line) => isCommand(line, "cable_check_finished") && argsOf(line).status === false),
      awayInTime: awayS <= faultS + within + 1e-6 || `${toMs(awayS - faultS)} s`,
      openedUnderPower: outOfOrder(lines),
      clearedBy: clearedBy(lines, wellS),
      // An emergency ends the PWM in the turn of the error.
      ...(told === "emergency" && { pilot }),
    },
    {
      reached: true,
      raised,
      told,
      checkFails: checkFails === true,
      awayInTime: true,
      openedUnderPower: [],
      clearedBy: Object.fromEntries(raised.map((name) => [name, cleared ?? clears[name]])),
      ...(told === "emergency" && { pilot: "X1" }),
    },
    `${title}, ${step}`,
  );
}

const isError = ({ kind, action, type }: Line, what: "raise" | "clear"): boolean =>
  kind === "error" && action === what && type !== "evse_manager/Inoperative";
const nameOf = ({ type, sub_type }: Line): string => (sub_type ? `${type}/${sub_type}` : (type as string));

/** Whether an error ended with its cause, or with the vehicle that left. */
function clearedBy(lines: readonly Line[], wellS: number): Record<string, string> {
  const found = lines
    .filter((line) => isError(line, "raise"))
    .map((raised) => {
      const name = nameOf(raised);
      const atS = lines.find((line) => line.t >= raised.t && isError(line, "clear") && nameOf(line) === name)?.t;
      return [name, atS === undefined ? "nobody" : atS < wellS + 1 ? "its cause" : "the vehicle"];
    });
  return Object.fromEntries(found);
}

/** What clears which error. Source: DC charging facts, section 8. */
const clears: Readonly<Record<string, "its cause" | "the vehicle">> = {
  "evse_board_support/MREC8EmergencyStop": "its cause",
  "evse_board_support/EnclosureOpen": "its cause",
  "evse_board_support/MREC17EVSEContactorFault": "its cause",
  "isolation_monitor/DeviceFault": "its cause",
  "power_supply_DC/HardwareFault": "its cause",
  "power_supply_DC/CommunicationFault": "its cause",
  "over_voltage_monitor/DeviceFault": "its cause",
  "over_voltage_monitor/MREC5OverVoltage": "the vehicle",
  "evse_manager/MREC5OverVoltage": "the vehicle",
  "evse_manager/MREC5OverVoltage/NotMonitored": "the vehicle",
  "evse_manager/MREC11CableCheckFault/Self test failed": "the vehicle",
  "evse_manager/MREC22ResistanceFault/Resistance": "the vehicle",
  "evse_manager/MREC22ResistanceFault/VoltageToEarth": "the vehicle",
  "evse_manager/MREC22ResistanceFault/NotMonitored": "the vehicle",
  "evse_manager/VoltagePlausibilityFault": "the vehicle",
  "evse_manager/Internal/ContactorOpened": "the vehicle",
  "evse_manager/Internal/Precharge": "the vehicle",
  "evse_manager/Internal/SupplySilent": "the vehicle",
  "evse_manager/Internal/VehicleSilent": "the vehicle",
  "evse_manager/Internal/Welded": "the vehicle",
};

/** When the supply went off and stayed so; 0 where it was never on. */
function lastPowerS(lines: readonly Line[], untilS: number): number {
  const modes = lines.filter((line) => line.t < untilS && isCommand(line, "setMode"));
  const on = modes.findLastIndex((line) => argsOf(line).mode === "Export");
  return on < 0 ? 0 : (modes[on + 1]?.t ?? Number.POSITIVE_INFINITY);
}

/** Openings that came while the supply was on. */
function outOfOrder(lines: readonly Line[]): string[] {
  let on = false;
  const wrong: string[] = [];
  for (const line of lines) {
    if (isCommand(line, "setMode")) on = argsOf(line).mode !== "Off";
    if (line.kind === "contactor_command" && line.closed === false && on) wrong.push(`${line.t} s`);
  }
  return wrong;
}

type Row = readonly [title: string, step: StepName, fault: Fault, expected: Expected];

/** Those with a configuration of their own have a station of their own. */
async function table(t: Test, rows: readonly Row[]): Promise<void> {
  const cases = rows.map(([title, step, fault, expected]) => ({ title, step, fault, expected }));
  await play(
    t,
    cases.filter(({ expected }) => expected.set === undefined),
  );
  for (const row of cases) if (row.expected.set !== undefined) await play(t, [row], row.expected.set);
}

function stillActive(run: StationRun): string[] {
  const active = new Set<string>();
  for (const { kind, action, module, type, sub_type } of run.lines) {
    if (kind !== "error") continue;
    const key = `${module} ${type} ${sub_type}`;
    if (action === "raise") active.add(key);
    else active.delete(key);
  }
  return [...active];
}

/** A vehicle acts every 250 ms. */
const aTick = 0.26;
const unplugged = (from: number): object[] => [ev(from, "unplug")];
const emergencyStop = (from: number, until: number): object[] => boardError(from, until, "MREC8EmergencyStop", "High");
const enclosureOpen = (from: number, until: number): object[] => boardError(from, until, "EnclosureOpen", "Medium");

const checkFault = ["evse_manager/MREC11CableCheckFault/Self test failed"];
const resistance = ["evse_manager/MREC22ResistanceFault/Resistance"];
const imdFault = lasting("imd", "fault", { type: "DeviceFault" });

const hardwareFault = lasting("supply", "fault", { type: "HardwareFault" });
const supplyLost = lasting("supply", "fault", { type: "CommunicationFault" });
const supplySilent = lasting("supply", "silence");
const notMonitored = ["evse_manager/MREC5OverVoltage/NotMonitored"];

const overVoltage = ["over_voltage_monitor/MREC5OverVoltage", "evse_manager/MREC5OverVoltage"];
/** Nothing that ends a session. */
const goesOn: Expected = { within: Number.POSITIVE_INFINITY, lasts: 3 };
const seen = (value: number) => lasting("ovm", "set_over_voltage_measurement_V", { value }, { value: null });

const stops =
  (reason: string) =>
  (from: number): object[] => [command(from, "stop_transaction", { request: { reason } })];
const disabled = (from: number, until: number): object[] =>
  (["Disable", "Enable"] as const).map((enable_state, index) =>
    command(index === 0 ? from : until, "enable_disable", {
      connector_id: 0,
      cmd_source: { enable_source: "LocalAPI", enable_state, enable_priority: 10 },
    }),
  );
const noEnergy = (from: number, until: number): object[] =>
  [0, 63].map((value, index) => ({
    at_s: index === 0 ? from : until,
    command: {
      module: "grid",
      implementation: "external_limits",
      name: "set_external_limits",
      args: {
        value: {
          schedule_import: [
            {
              timestamp: "2026-01-01T00:00:00Z",
              limits_to_root: { ac_max_current_A: { value, source: "test" } },
              limits_to_leaves: {},
            },
          ],
          schedule_export: [],
          schedule_setpoints: [],
        },
      },
    },
  }));

const misbehaves =
  (at: string, how: string) =>
  (from: number, until: number): object[] => [
    sim(from, "hlc_of_vehicle", "misbehave", { at, how }),
    sim(until, "hlc_of_vehicle", "misbehave", { at: null }),
  ];
const vehicleSilent = ["evse_manager/Internal/VehicleSilent"];
const linkLost = (from: number): object[] => [sim(from, "slac", "lose_link")];

/** What a vehicle says next at each step, for those that misbehave there. */
const saysNext: Readonly<Record<StepName, string>> = {
  matching: "discovery",
  sessionSetup: "sessionSetup",
  authorization: "authorization",
  parameters: "chargeParameterDiscovery",
  inC: "cableCheck",
  noVoltage: "cableCheck",
  closing: "cableCheck",
  testVoltage: "cableCheck",
  selfTest: "cableCheck",
  measuring: "cableCheck",
  discharge: "cableCheck",
  precharge: "preCharge",
  powerOn: "currentDemand",
  charging: "currentDemand",
  rampDown: "currentDemand",
  powerOff: "weldingDetection",
  weldingDetection: "weldingDetection",
};
const doesThere =
  (how: string): Fault =>
  (from, until, step) =>
    misbehaves(saysNext[step], how)(from, until);

/**
 * Every fault at every step. A letter for each step, in the order of `steps`: what the vehicle is told then.
 *   .  nothing      s  to stop      m  Error_Malfunction      e  Error_EmergencyShutdown
 *   c  that its cable check has failed; S, M, E: that and the other
 * m, M, e, E come with the error of the fault; so does f, a failed cable check with its error.
 */
interface Product {
  readonly fault: Fault;
  //           matching, sessionSetup, authorization, parameters, inC · noVoltage, closing, testVoltage, selfTest,
  //           measuring, discharge · precharge, powerOn, charging, rampDown, powerOff, weldingDetection
  readonly told: string;
  readonly error?: string | readonly string[];
  /** Where it is another one. */
  readonly errors?: Readonly<Partial<Record<StepName, string>>>;
  /** Seconds until power is away, where that is not at once. */
  readonly within?: Readonly<Partial<Record<StepName | "else", number>>>;
  readonly lasts?: number;
  readonly cleared?: Expected["cleared"];
}

const [checkFaultName = ""] = checkFault;
const [resistanceName = ""] = resistance;
const [notMonitoredName = ""] = notMonitored;
const [vehicleSilentName = ""] = vehicleSilent;
const neverCloses = "evse_board_support/MREC17EVSEContactorFault";

const product: Readonly<Record<string, Product>> = {
  "the plug is pulled": {
    fault: unplugged,
    told: "....c cccccc ......",
    within: { else: aTick },
    lasts: 2,
  },
  "an emergency stop": {
    fault: emergencyStop,
    told: "eeeee EEEEEE eeeeee",
    error: "evse_board_support/MREC8EmergencyStop",
    lasts: 2,
  },
  "an open enclosure": {
    fault: enclosureOpen,
    told: "mmmmm MMMMMM mmmmmm",
    error: "evse_board_support/EnclosureOpen",
    lasts: 2,
  },
  "a faulty supply": {
    fault: hardwareFault,
    told: "eeeee EEEEEE eeeeee",
    error: "power_supply_DC/HardwareFault",
    lasts: 2,
  },
  "a faulty isolation monitor": {
    fault: imdFault,
    told: "eeeee EEEEEE eeeeee",
    error: "isolation_monitor/DeviceFault",
    lasts: 2,
  },
  "a supply that tells nothing": {
    fault: supplySilent,
    told: "fffff fMMMff mmm.s.",
    error: checkFaultName,
    errors: {
      closing: notMonitoredName,
      testVoltage: notMonitoredName,
      selfTest: notMonitoredName,
      precharge: "evse_manager/Internal/SupplySilent",
      powerOn: "evse_manager/Internal/SupplySilent",
      charging: "evse_manager/Internal/SupplySilent",
    },
    within: { closing: 1.6, testVoltage: 1.3, selfTest: 1.3, precharge: 2, powerOn: 2, charging: 2, else: 5 },
    lasts: 15.5,
  },
  "a low isolation": {
    fault: lasting("imd", "set_resistance", { value: 99_999 }, { value: 900_000 }),
    told: "MMMMM MMMMMm mmm.s.",
    error: resistanceName,
    within: { matching: 8.3, else: 7 },
    lasts: 8.6,
  },
  "an over-voltage": {
    fault: seen(1200),
    told: "eeeee eeeeee eeees.",
    error: overVoltage.toReversed(),
    within: { charging: 0, rampDown: 0, powerOff: 0, else: 10.3 },
    lasts: 12,
  },
  "a contactor that is stuck open": {
    fault: lasting("board", "relay_stuck_open"),
    told: "EEEEE EEEEEE eeeee.",
    error: "evse_manager/Internal/ContactorOpened",
    errors: {
      matching: neverCloses,
      sessionSetup: neverCloses,
      authorization: neverCloses,
      parameters: neverCloses,
      inC: neverCloses,
      noVoltage: neverCloses,
      closing: neverCloses,
    },
    // Whether a board closes again, it sees when it closes the next time.
    cleared: "the vehicle",
    within: {
      matching: 3.6,
      sessionSetup: 2.3,
      authorization: 1.5,
      parameters: 1,
      inC: 0.8,
      noVoltage: 0.5,
      closing: 0.3,
    },
  },
  "a welded contactor": {
    fault: lasting("board", "relay_welded"),
    told: "eeeeE eeeeee eeeeee",
    error: "evse_board_support/MREC17EVSEContactorFault",
    within: { else: 16 },
    lasts: 18,
  },
  "a user at the station who stops": {
    fault: stops("Local"),
    told: "sssss SSSSSS sss.ss",
    within: { precharge: 0.1, powerOn: 0.3, charging: 0.3, rampDown: 0.3 },
    lasts: 2,
  },
  "a vehicle that stops": {
    fault: doesThere("stop"),
    told: "..... cccccc ..s.s.",
    within: { else: 0.3 },
    lasts: 2,
  },
  "a vehicle that hangs up": {
    fault: doesThere("abort"),
    told: "..... cccccc ....s.",
    within: { else: 0.3 },
    lasts: 9,
  },
  // ISO 15118-2, V2G_SECC_Sequence_Timeout: a station waits 60 s for the next request.
  "a vehicle that falls silent": {
    fault: doesThere("silence"),
    told: "..... ...... mm..s.",
    error: vehicleSilentName,
    within: { precharge: 20, powerOn: 19.2, charging: 60, else: 61 },
    lasts: 65,
  },
  "a dead line": {
    fault: linkLost,
    told: "..... cccccc ......",
    lasts: 9,
  },
  "energy that is gone": {
    fault: noEnergy,
    told: "sssss ssssss sss.s.",
    within: { else: 15.3 },
    lasts: 16,
  },
};

const letters: Readonly<Record<string, Pick<Expected, "told" | "checkFails">>> = {
  ".": {},
  s: { told: "stop" },
  m: { told: "malfunction" },
  e: { told: "emergency" },
  c: { checkFails: true },
  f: { checkFails: true },
  S: { told: "stop", checkFails: true },
  M: { told: "malfunction", checkFails: true },
  E: { told: "emergency", checkFails: true },
};

for (const [title, { fault, told, error, errors, within, lasts, cleared }] of Object.entries(product)) {
  t.test(`${title}, at every step`, (t) => {
    const said = told.replaceAll(" ", "");
    t.equal(said.length, stepNames.length);
    const cases = stepNames.map((step, index): Case => {
      const letter = said[index] as string;
      const names = "mMeEf".includes(letter) ? (errors?.[step] ?? error ?? []) : [];
      const expected: Expected = {
        ...letters[letter],
        raised: [names].flat(),
        within: within?.[step] ?? within?.else ?? 0,
        ...(lasts !== undefined && { lasts }),
        ...(cleared !== undefined && { cleared }),
      };
      return { title, step, fault, expected };
    });
    return play(t, cases);
  });
}

t.test("the isolation monitor", (t) =>
  table(t, [
    [
      "tells nothing any more",
      "precharge",
      lasting("imd", "silence"),
      { raised: ["evse_manager/MREC22ResistanceFault/NotMonitored"], told: "malfunction", within: 6, lasts: 8 },
    ],
    [
      "self test fails",
      "testVoltage",
      lasting("imd", "set_self_test", { success: false }, {}),
      { raised: checkFault, within: 4.5, checkFails: true },
    ],
    [
      "self test never ends",
      "testVoltage",
      lasting("imd", "set_self_test", { success: null }, {}),
      { raised: checkFault, within: 31.5, checkFails: true, lasts: 34 },
    ],
    [
      "tells nothing",
      "selfTest",
      (from, until) => [sim(from + 1.76, "imd", "silence"), sim(until, "imd", "silence", { value: false })],
      { raised: checkFault, within: 6.8, checkFails: true, lasts: 9 },
    ],
    [
      "a pole near earth",
      "charging",
      lasting("imd", "set_pole_share", { value: 1.2 }, { value: 0.5 }),
      { raised: ["evse_manager/MREC22ResistanceFault/VoltageToEarth"], told: "malfunction", within: 3 },
    ],
  ]),
);

t.test("the supply", (t) =>
  table(t, [
    ["lost", "charging", supplyLost, { raised: ["power_supply_DC/CommunicationFault"], told: "emergency" }],
    [
      "test voltage not reached",
      "closing",
      lasting("supply", "set_ramp", { value: 10 }, { value: 500 }),
      { raised: checkFault, within: 10.1, checkFails: true, lasts: 13 },
    ],
    [
      "precharge voltage not reached",
      "discharge",
      (from, until) => [
        sim(from + 0.65, "supply", "set_ramp", { value: 1 }),
        sim(until, "supply", "set_ramp", { value: 500 }),
      ],
      { raised: ["evse_manager/Internal/Precharge"], told: "malfunction", within: 7.3, lasts: 10 },
    ],
  ]),
);

t.test("the contactor", (t) =>
  table(t, [
    [
      "open by its feedback, and the voltage stays",
      "charging",
      (from, until) => [
        sim(from + 4.7, "supply", "set_measurement_error", { value: 300 }),
        sim(until, "supply", "set_measurement_error", { value: 0 }),
      ],
      { raised: ["evse_manager/Internal/Welded"], told: "emergency", within: 4.8, lasts: 11 },
    ],
  ]),
);

t.test("over-voltage: the vehicle stands 900 V, nobody 1100 V", (t) =>
  table(t, [
    ["899.9 V", "charging", seen(899.9), goesOn],
    ["900 V", "charging", seen(900), { raised: overVoltage, told: "malfunction", within: 0.4 }],
    ["1099.9 V", "charging", seen(1099.9), { raised: overVoltage, told: "malfunction", within: 0.4 }],
    ["1100 V", "charging", seen(1100), { raised: overVoltage.toReversed(), told: "emergency" }],
    [
      "monitor lost",
      "charging",
      lasting("ovm", "fault", { type: "DeviceFault" }),
      { raised: ["over_voltage_monitor/DeviceFault"], told: "emergency" },
    ],
    [
      "monitor silent",
      "charging",
      lasting("ovm", "silence"),
      { raised: notMonitored, told: "malfunction", within: 1.5 },
    ],
    [
      "supply and monitor 60 V apart",
      "charging",
      lasting("supply", "set_measurement_error", { value: 60 }, { value: 0 }),
      {
        raised: ["evse_manager/VoltagePlausibilityFault"],
        told: "emergency",
        within: 3.3,
        set: ["evse.voltage_plausibility_fault_duration_ms=3000"],
      },
    ],
  ]),
);

t.test("the station wants to stop", (t) =>
  table(t, [
    ["stopped", "charging", stops("Remote"), { told: "stop", within: 0.3 }],
    ["deauthorised", "charging", stops("DeAuthorized"), { told: "stop", within: 0.3 }],
    ["stopped for an emergency", "charging", stops("EmergencyStop"), { told: "emergency" }],
    ["disabled", "testVoltage", disabled, { told: "stop", checkFails: true }],
    ["disabled", "charging", disabled, { told: "stop", within: 0.3 }],
    ["no energy", "charging", noEnergy, { told: "stop", within: 6.3, lasts: 9 }],
  ]),
);

/** What the vehicle does next is up to it; the pilot brings it to look for the station again. */
const searching = { lasts: 9 };

t.test("the vehicle hangs up, or falls silent, later than that", (t) =>
  table(t, [
    ["hangs up at powerOn", "precharge", misbehaves("powerOn", "abort"), { within: 0.8, ...searching }],
    ["hangs up at powerOff", "charging", misbehaves("powerOff", "abort"), { within: 4.7, ...searching }],
    [
      "hangs up at weldingDetection",
      "charging",
      misbehaves("weldingDetection", "abort"),
      { told: "stop", within: 4.7, ...searching },
    ],
    [
      "hangs up at sessionStop",
      "charging",
      misbehaves("sessionStop", "abort"),
      { told: "stop", within: 4.7, lasts: 14 },
    ],
    ["stops at preCharge", "precharge", misbehaves("preCharge", "stop"), { within: 0.2 }],
    ["stops at powerOn", "precharge", misbehaves("powerOn", "stop"), { within: 0.8 }],
    [
      "silent, and each request was told",
      "charging",
      misbehaves("currentDemand", "silence"),
      {
        raised: vehicleSilent,
        told: "malfunction",
        within: 5,
        lasts: 8,
        set: ["hlc.publish_telemetry_only_on_change=false"],
      },
    ],
    [
      "asks for more than it stands",
      "charging",
      (from, until) => [
        sim(from, "hlc_of_vehicle", "demand", { voltage_V: 1000, current_A: 500 }),
        sim(until, "hlc_of_vehicle", "demand"),
      ],
      goesOn,
    ],
    ["opens under load", "charging", (from) => [sim(from, "hlc_of_vehicle", "open_contactor")], goesOn],
  ]),
);

t.test("an over-voltage outlives a restart, and goes with the vehicle", async (t) => {
  const kill = (at_s: number): object => sim(at_s, "evsed", "kill", { restart_s: 5 });
  const over = seen(1200)(steps.charging.at, 17);
  const replug = [ev(40, "unplug"), ev(41, session)];
  const raised = (run: StationRun, fromS: number, untilS: number): unknown[] =>
    run.lines
      .filter(
        ({ t, kind, module, action }) =>
          t >= fromS && t < untilS && kind === "error" && module === "evse" && action === "raise",
      )
      .map(({ type }) => type);

  const stays = await runStation({ file, ev: session, steps: [...over, kill(20), ...replug], until: 55, seed: 1 });
  t.ok(raised(stays, 20, 40).includes("evse_manager/MREC5OverVoltage"), "the vehicle is still there");
  t.notOk(stays.events("evse", 20, 40).includes("TransactionStarted"), "nobody charges");
  t.same(stillActive(stays), [], "once the plug was pulled");
  t.ok(stays.events("evse", 41).includes("ChargingStarted"), "the next vehicle charges");

  const leaves = await runStation({
    file,
    ev: session,
    steps: [...over, kill(20), ev(22, "unplug"), ev(30, session)],
    until: 45,
    seed: 1,
  });
  t.notOk(raised(leaves, 20, 45).includes("evse_manager/MREC5OverVoltage"), "it left while the power was away");
  t.ok(leaves.events("evse", 30).includes("ChargingStarted"));

  const never = await runStation({
    file,
    ev: session,
    steps: [kill(steps.charging.at), ...replug],
    until: 55,
    seed: 1,
  });
  t.same(raised(never, 16, 40), [], "there was none");
});

t.test("energy that nobody renews ends when its validity does", async (t) => {
  const [alone = ""] = readFileSync(file, "utf8").split("  energy_manager:");
  const config = `${t.testdir({ "no-energy-manager.yaml": alone })}/no-energy-manager.yaml`;
  const enforce = (at_s: number, valid_for: number): object => ({
    at_s,
    command: {
      module: "evse",
      implementation: "energy_grid",
      name: "enforce_limits",
      args: {
        value: {
          uuid: "evse",
          valid_for,
          limits_root_side: {
            total_power_W: { value: 11_000, source: "test" },
            ac_max_current_A: { value: 16, source: "test" },
          },
          schedule: [],
        },
      },
    },
  });
  const run = await runStation({
    file: pathToFileURL(config),
    ev: session.replace("iso_wait_for_stop 8", "iso_wait_for_stop 60"),
    steps: [enforce(0.5, 60), enforce(steps.charging.at, 5)],
    until: 40,
    seed: 1,
  });
  const setpoints = run.lines.filter((line) => line.t > 20 && isCommand(line, "setExportVoltageCurrent"));
  t.same(
    setpoints.map((line) => [line.t, argsOf(line).current]),
    [[21, 0]],
    "nothing flows any more, to the millisecond",
  );
  const told = run.lines.filter((line) => line.t > 20 && isCommand(line, "update_dc_maximum_limits"));
  t.match(argsOf(told[0] as Line), { maximum_limits: { evse_maximum_current_limit: 0, evse_maximum_power_limit: 0 } });
  t.same(run.events("evse", 20), ["StoppingCharging", "ChargingPausedEVSE"], "and 5 s later the vehicle is stopped");
  t.ok(lastPowerS(run.lines, 40) < 27);
  t.same(outOfOrder(run.lines), []);
});

t.test("a session that the station paused goes on, and the vehicle is told that it may", async (t) => {
  const again = "iso_wait_pwm_is_running;sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready";
  const stays = `${session.replace("iso_wait_for_stop 8", "iso_wait_for_stop 60")};${again};iso_dc_power_on`;
  const pauses: [title: string, steps: object[]][] = [
    ["its user", [command(steps.charging.at, "pause_charging"), command(22, "resume_charging")]],
    ["an error", enclosureOpen(steps.charging.at, 22)],
    ["no energy", noEnergy(steps.charging.at, 28)],
  ];
  for (const [title, held] of pauses) {
    const run = await runStation({ file, ev: stays, steps: held, until: 45, seed: 1 });
    t.same(
      run.events("evse", steps.charging.at),
      ["StoppingCharging", "ChargingPausedEVSE", "PrepareCharging", "ChargingStarted"],
      title,
    );
    const wishes = run.lines.filter((line) => isCommand(line, "stop_charging") && line.t >= steps.charging.at);
    t.same(
      wishes.map((line) => argsOf(line).stop),
      [true, false],
      `${title}: the stop is taken back`,
    );
    t.same(outOfOrder(run.lines), [], title);
    t.same(stillActive(run), [], title);
  }
});

t.test("a vehicle whose cable check failed may try again", async (t) => {
  const again =
    "sleep 2;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;iso_wait_for_stop 8";
  const ev = session.replace("iso_dc_power_on;iso_wait_for_stop 8;", "").concat(";", again);
  const steps = lasting("imd", "set_self_test", { success: false }, {})(1, 12);
  const run = await runStation({ file, ev, steps, until: 32, seed: 1 });
  t.same(run.events("evse", 2), ["ChargingStarted"], "in the same session");
  t.same(stillActive(run), [], "the error ends when the vehicle tries again");
});

t.test("a vehicle that asks for its cable check while the station still waits for energy has it then", async (t) => {
  const run = await runStation({ file, ev: session, steps: noEnergy(0.1, 8), until: 20, seed: 1 });
  const asked = run.one("hlc", { name: "start_cable_check" }, 0, "evse");
  const prepares = run.event("PrepareCharging", 0, "evse");
  t.ok(asked.t < prepares.t, `asked at ${asked.t} s, heard at ${prepares.t} s`);
  t.ok(run.one("contactor_command", { closed: true }, 0, "evse").t < prepares.t + 0.5);
  t.ok(run.events("evse").includes("ChargingStarted"));
  t.same(stillActive(run), []);
});
