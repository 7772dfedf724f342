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

/** Seconds at which an undisturbed session is in the middle of something. It ends at 21.1 s. */
const at = {
  matching: 2.5,
  conversation: 4.2,
  inC: 5.3,
  closing: 5.7,
  testVoltage: 6.5,
  selfTest: 9,
  discharge: 10.9,
  precharge: 11.9,
  charging: 16,
} as const;
type Step = keyof typeof at;

interface Expected {
  /** Errors, in the order in which they come; those that follow from others left out. */
  readonly raised?: readonly string[];
  /** What the vehicle is told by message. */
  readonly told?: "malfunction" | "emergency" | "stop";
  /** Seconds from the fault until power is away for good; 0: in the same turn. */
  readonly within?: number;
  /** The vehicle is told that its cable check has failed. */
  readonly checkFails?: true;
  /** Seconds until all is well again, and the next vehicle comes. */
  readonly lasts?: number;
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

const isDerived = ({ type }: Line): boolean => type === "evse_manager/Inoperative";

async function shows(
  t: Test,
  title: string,
  fromS: number,
  fault: (from: number, until: number) => object[],
  { raised = [], told, within = 0, checkFails, lasts = 6, set = [] }: Expected,
): Promise<StationRun> {
  const endS = fromS + lasts;
  const steps = [...fault(fromS, endS), ev(endS, "unplug"), ev(endS + 1, session)].toSorted(
    (a, b) => (a as { at_s: number }).at_s - (b as { at_s: number }).at_s,
  );
  const run = await runStation({ file, set, ev: session, steps, until: endS + 14.5, seed: 1 });
  const during = run.lines.filter(({ t: atS }) => atS >= fromS && atS < endS);
  const errors = during.filter(({ kind, action }) => kind === "error" && action === "raise");
  const names = errors
    .filter((line) => !isDerived(line))
    .map(({ type, sub_type }) => (sub_type ? `${type}/${sub_type}` : type));

  const awayS = lastPowerS(run, endS);
  const erroredS = errors[0]?.t ?? fromS;
  const pilot = run.lines.findLast(({ kind, t: atS }) => kind === "pwm" && atS <= erroredS)?.mode;
  t.same(
    {
      exit: run.result.exit,
      raised: names,
      told: toldOf(during),
      checkFails: during.some((line) => isCommand(line, "cable_check_finished") && argsOf(line).status === false),
      awayInTime: awayS <= fromS + within + 1e-6 || `${awayS} s`,
      openedUnderPower: outOfOrder(run),
      left: stillActive(run),
      nextCharges: run.events("evse", endS).includes("ChargingStarted"),
      // An emergency ends the PWM in the turn of the error.
      ...(told === "emergency" && { pilot }),
    },
    {
      exit: 0,
      raised,
      told,
      checkFails: checkFails === true,
      awayInTime: true,
      openedUnderPower: [],
      left: [],
      nextCharges: true,
      ...(told === "emergency" && { pilot: "X1" }),
    },
    title,
  );
  return run;
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

/** When the supply went off and stayed so; 0 where it was never on. */
function lastPowerS(run: StationRun, untilS: number): number {
  const modes = run.lines.filter((line) => line.t < untilS && isCommand(line, "setMode"));
  const on = modes.findLastIndex((line) => argsOf(line).mode === "Export");
  return on < 0 ? 0 : (modes[on + 1]?.t ?? Number.POSITIVE_INFINITY);
}

/** Openings that came while the supply was on. */
function outOfOrder(run: StationRun): string[] {
  let on = false;
  const wrong: string[] = [];
  for (const line of run.lines) {
    if (isCommand(line, "setMode")) on = argsOf(line).mode !== "Off";
    if (line.kind === "contactor_command" && line.closed === false && on) wrong.push(`${line.t} s`);
  }
  return wrong;
}

type Row = readonly [title: string, step: Step, fault: (from: number, until: number) => object[], expected: Expected];

async function table(t: Test, rows: readonly Row[]): Promise<void> {
  for (const [title, step, fault, expected] of rows) await shows(t, `${title}, ${step}`, at[step], fault, expected);
}

/** A vehicle acts every 250 ms. */
const aTick = 0.26;
const unplugged = (from: number): object[] => [ev(from, "unplug")];
const emergencyStop = (from: number, until: number): object[] => boardError(from, until, "MREC8EmergencyStop", "High");
const enclosureOpen = (from: number, until: number): object[] => boardError(from, until, "EnclosureOpen", "Medium");
const mrec8 = ["evse_board_support/MREC8EmergencyStop"];
const open = ["evse_board_support/EnclosureOpen"];

t.test("the plug is pulled", (t) =>
  table(t, [
    ["unplugged", "matching", unplugged, { within: aTick }],
    ["unplugged", "conversation", unplugged, { within: aTick }],
    ["unplugged", "closing", unplugged, { within: aTick, checkFails: true }],
    ["unplugged", "testVoltage", unplugged, { within: aTick, checkFails: true }],
    ["unplugged", "selfTest", unplugged, { within: aTick, checkFails: true }],
    ["unplugged", "discharge", unplugged, { within: aTick, checkFails: true }],
    ["unplugged", "precharge", unplugged, { within: aTick }],
    ["unplugged", "charging", unplugged, { within: aTick }],
  ]),
);

t.test("an emergency and an error are told apart, and both take power away at once", (t) =>
  table(t, [
    ["emergency stop", "conversation", emergencyStop, { raised: mrec8, told: "emergency" }],
    ["emergency stop", "closing", emergencyStop, { raised: mrec8, told: "emergency", checkFails: true }],
    ["emergency stop", "testVoltage", emergencyStop, { raised: mrec8, told: "emergency", checkFails: true }],
    ["emergency stop", "selfTest", emergencyStop, { raised: mrec8, told: "emergency", checkFails: true }],
    ["emergency stop", "discharge", emergencyStop, { raised: mrec8, told: "emergency", checkFails: true }],
    ["emergency stop", "precharge", emergencyStop, { raised: mrec8, told: "emergency" }],
    ["emergency stop", "charging", emergencyStop, { raised: mrec8, told: "emergency" }],
    ["enclosure open", "conversation", enclosureOpen, { raised: open, told: "malfunction" }],
    ["enclosure open", "testVoltage", enclosureOpen, { raised: open, told: "malfunction", checkFails: true }],
    ["enclosure open", "precharge", enclosureOpen, { raised: open, told: "malfunction" }],
    ["enclosure open", "charging", enclosureOpen, { raised: open, told: "malfunction" }],
  ]),
);

const checkFault = ["evse_manager/MREC11CableCheckFault/Self test failed"];
const resistance = ["evse_manager/MREC22ResistanceFault/Resistance"];
const imdFault = lasting("imd", "fault", { type: "DeviceFault" });

t.test("the isolation monitor", (t) =>
  table(t, [
    [
      "fault",
      "testVoltage",
      imdFault,
      { raised: ["isolation_monitor/DeviceFault"], told: "emergency", checkFails: true },
    ],
    ["fault", "charging", imdFault, { raised: ["isolation_monitor/DeviceFault"], told: "emergency" }],
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
      "low resistance",
      "testVoltage",
      lasting("imd", "set_resistance", { value: 99_999 }, { value: 900_000 }),
      {
        raised: resistance,
        told: "malfunction",
        within: 4.3,
        checkFails: true,
      },
    ],
    [
      "low resistance",
      "charging",
      lasting("imd", "set_resistance", { value: 99_999 }, { value: 900_000 }),
      { raised: resistance, told: "malfunction", within: 1 },
    ],
    [
      "a pole near earth",
      "charging",
      lasting("imd", "set_pole_share", { value: 1.2 }, { value: 0.5 }),
      { raised: ["evse_manager/MREC22ResistanceFault/VoltageToEarth"], told: "malfunction", within: 3 },
    ],
  ]),
);

const hardwareFault = lasting("supply", "fault", { type: "HardwareFault" });
const supplyLost = lasting("supply", "fault", { type: "CommunicationFault" });
const supplySilent = lasting("supply", "silence");
const notMonitored = ["evse_manager/MREC5OverVoltage/NotMonitored"];

t.test("the supply", (t) =>
  table(t, [
    [
      "fault",
      "testVoltage",
      hardwareFault,
      { raised: ["power_supply_DC/HardwareFault"], told: "emergency", checkFails: true },
    ],
    ["fault", "precharge", hardwareFault, { raised: ["power_supply_DC/HardwareFault"], told: "emergency" }],
    ["fault", "charging", hardwareFault, { raised: ["power_supply_DC/HardwareFault"], told: "emergency" }],
    ["lost", "charging", supplyLost, { raised: ["power_supply_DC/CommunicationFault"], told: "emergency" }],
    [
      "silent",
      "charging",
      supplySilent,
      { raised: ["evse_manager/Internal/SupplySilent"], told: "malfunction", within: 2 },
    ],
    ["silent", "inC", supplySilent, { raised: checkFault, checkFails: true, lasts: 14 }],
    [
      "silent",
      "testVoltage",
      supplySilent,
      { raised: notMonitored, told: "malfunction", within: 1.5, checkFails: true },
    ],
    ["silent", "discharge", supplySilent, { raised: checkFault, checkFails: true, lasts: 14 }],
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
      "stuck open",
      "inC",
      lasting("board", "relay_stuck_open"),
      { raised: ["evse_board_support/MREC17EVSEContactorFault"], told: "emergency", within: 1, checkFails: true },
    ],
    [
      "opens by itself",
      "testVoltage",
      lasting("board", "relay_stuck_open"),
      { raised: ["evse_manager/Internal/ContactorOpened"], told: "emergency", checkFails: true },
    ],
    [
      // The station commands what it sees, and the board has nothing to complain about.
      "opens by itself",
      "charging",
      lasting("board", "relay_stuck_open"),
      { raised: ["evse_manager/Internal/ContactorOpened"], told: "emergency" },
    ],
    [
      "welded",
      "charging",
      lasting("board", "relay_welded"),
      { raised: ["evse_board_support/MREC17EVSEContactorFault"], told: "emergency", within: 4.8, lasts: 9 },
    ],
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

const overVoltage = ["over_voltage_monitor/MREC5OverVoltage", "evse_manager/MREC5OverVoltage"];
/** Nothing that ends a session. */
const goesOn: Expected = { within: Number.POSITIVE_INFINITY, lasts: 3 };
const seen = (value: number) => lasting("ovm", "set_over_voltage_measurement_V", { value }, { value: null });

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

t.test("the station wants to stop", (t) =>
  table(t, [
    ["stopped", "conversation", stops("Local"), { told: "stop" }],
    ["stopped", "testVoltage", stops("Local"), { told: "stop", checkFails: true }],
    ["stopped", "precharge", stops("Local"), { told: "stop", within: 0.1 }],
    ["stopped", "charging", stops("Remote"), { told: "stop", within: 0.3 }],
    ["deauthorised", "charging", stops("DeAuthorized"), { told: "stop", within: 0.3 }],
    ["stopped for an emergency", "charging", stops("EmergencyStop"), { told: "emergency" }],
    ["disabled", "testVoltage", disabled, { told: "stop", checkFails: true }],
    ["disabled", "charging", disabled, { told: "stop", within: 0.3 }],
    ["no energy", "charging", noEnergy, { told: "stop", within: 6.3, lasts: 9 }],
  ]),
);

const misbehaves =
  (at: string, how: string) =>
  (from: number, until: number): object[] => [
    sim(from, "hlc_of_vehicle", "misbehave", { at, how }),
    sim(until, "hlc_of_vehicle", "misbehave", { at: null }),
  ];
const vehicleSilent = ["evse_manager/Internal/VehicleSilent"];
const linkLost = (from: number): object[] => [sim(from, "slac", "lose_link")];
/** What the vehicle does next is up to it; the pilot brings it to look for the station again. */
const searching = { lasts: 9 };

t.test("the vehicle hangs up, falls silent, or the line is dead", (t) =>
  table(t, [
    ["hangs up at authorization", "matching", misbehaves("authorization", "abort"), searching],
    ["hangs up at cableCheck", "inC", misbehaves("cableCheck", "abort"), searching],
    [
      "hangs up during the check",
      "selfTest",
      misbehaves("cableCheck", "abort"),
      { checkFails: true, within: 0.3, ...searching },
    ],
    ["hangs up at preCharge", "precharge", misbehaves("preCharge", "abort"), { within: 0.2, ...searching }],
    ["hangs up at powerOn", "precharge", misbehaves("powerOn", "abort"), { within: 0.8, ...searching }],
    ["hangs up at currentDemand", "charging", misbehaves("currentDemand", "abort"), { within: 0.3, ...searching }],
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
    ["stops", "charging", misbehaves("currentDemand", "stop"), { told: "stop", within: 0.8 }],
    // ISO 15118-2, V2G_SECC_Sequence_Timeout: a station waits 60 s for the next request.
    ["silent at cableCheck", "selfTest", misbehaves("cableCheck", "silence"), { within: 61, lasts: 65 }],
    [
      "silent at preCharge",
      "precharge",
      misbehaves("preCharge", "silence"),
      { raised: vehicleSilent, told: "malfunction", within: 20, lasts: 23 },
    ],
    // A stack that tells changes only: nobody else can tell a vehicle that says nothing from one that wants nothing new.
    ["silent", "charging", misbehaves("currentDemand", "silence"), { within: 61, lasts: 65 }],
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
    ["line dead", "conversation", linkLost, searching],
    ["line dead", "testVoltage", linkLost, { checkFails: true, ...searching }],
    ["line dead", "precharge", linkLost, searching],
    ["line dead", "charging", linkLost, searching],
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
  const over = seen(1200)(at.charging, 17);
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

  const never = await runStation({ file, ev: session, steps: [kill(at.charging), ...replug], until: 55, seed: 1 });
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
    steps: [enforce(0.5, 60), enforce(at.charging, 5)],
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
  t.ok(lastPowerS(run, 40) < 27);
  t.same(outOfOrder(run), []);
});

t.test("a session that the station paused goes on, and the vehicle is told that it may", async (t) => {
  const again = "iso_wait_pwm_is_running;sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready";
  const stays = `${session.replace("iso_wait_for_stop 8", "iso_wait_for_stop 60")};${again};iso_dc_power_on`;
  const steps: [title: string, steps: object[]][] = [
    ["its user", [command(at.charging, "pause_charging"), command(22, "resume_charging")]],
    ["an error", enclosureOpen(at.charging, 22)],
    ["no energy", noEnergy(at.charging, 28)],
  ];
  for (const [title, held] of steps) {
    const run = await runStation({ file, ev: stays, steps: held, until: 45, seed: 1 });
    t.same(
      run.events("evse", at.charging),
      ["StoppingCharging", "ChargingPausedEVSE", "PrepareCharging", "ChargingStarted"],
      title,
    );
    const wishes = run.lines.filter((line) => isCommand(line, "stop_charging") && line.t >= at.charging);
    t.same(
      wishes.map((line) => argsOf(line).stop),
      [true, false],
      `${title}: the stop is taken back`,
    );
    t.same(outOfOrder(run), [], title);
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
