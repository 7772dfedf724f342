/** What a person is told who asks why a vehicle does not charge: each condition, met or not, its words, and since when. */
import type { Test } from "tap";
import t from "tap";
import type { DatedCondition } from "../../../src/console/condition-watch.ts";
import { dated } from "../../../src/console/condition-watch.ts";
import type { BspEvent } from "../../../src/core/board.ts";
import type { Condition } from "../../../src/core/condition.ts";
import type { CableCheckState } from "../../../src/core/dc/cable-check.ts";
import { type DcSessionState, initialDcSession } from "../../../src/core/dc/dc-session-state.ts";
import type { ChargerState } from "../../../src/core/session/charger-state.ts";
import { chargingConditions } from "../../../src/core/session/charging-conditions.ts";
import type { EvseEvent, EvseOptions, EvseState } from "../../../src/core/session/evse-state.ts";
import { initialEvse } from "../../../src/core/session/evse-state.ts";
import { bench, capabilities, enable, evseOptions, fault, limits, reading, token, withCharger } from "./evse-bench.ts";

/** All titles there are, in the order in which a person would look. */
const titles = [
  "station started",
  "board answers",
  "current within the offer",
  "no error",
  "enabled",
  "vehicle connected",
  "not reserved for another",
  "session open",
  "authorised",
  "cable known",
  "transaction begun",
  "not paused by the user",
  "energy",
  "no step under way",
  "matched with the vehicle",
  "vehicle spoken to",
  "power asked for in words",
  "current asked for in words",
  "vehicle asks for power",
  "offer on the pilot",
  "contactor closed",
] as const;

type Told = { readonly [T in (typeof titles)[number]]?: string };

/** What is told of a vehicle that charges with 16 A: everything is met. */
const whileCharging: Told = {
  "station started": "",
  "board answers": "",
  "current within the offer": "",
  "no error": "",
  enabled: "by Unspecified, priority 10000",
  "vehicle connected": "pilot C",
  "not reserved for another": "",
  "session open": "5a0d7c1e",
  authorised: "",
  "transaction begun": "",
  "not paused by the user": "",
  energy: "16.0 A",
  "vehicle asks for power": "pilot C",
  "offer on the pilot": "16.0 A, 26.7 % PWM",
  "contactor closed": "",
};
const whileHlcCharging: Told = {
  ...whileCharging,
  "matched with the vehicle": "",
  "vehicle spoken to": "",
  "power asked for in words": "",
  "offer on the pilot": "digital communication, 5 % PWM",
};
const whileDcCharging: Told = {
  ...whileCharging,
  "matched with the vehicle": "",
  "current asked for in words": "",
  "offer on the pilot": "digital communication, 5 % PWM",
};

interface Case {
  readonly name: string;
  readonly state?: Partial<EvseState>;
  readonly charger?: Partial<ChargerState>;
  readonly pilot?: Partial<EvseState["pilot"]>;
  readonly dc?: Partial<DcSessionState>;
  readonly options?: EvseOptions;
  /** What is not met. */
  readonly no?: Told;
  /** What is met with other words than while charging. */
  readonly yes?: Told;
}

const line = ({ isMet, title, words }: Condition): string =>
  `${isMet ? "yes" : "NO"} ${title}${words === "" ? "" : `: ${words}`}`;

function expected(base: Told, { no = {}, yes = {} }: Case): string[] {
  return titles.flatMap((title): string[] => {
    const words = no[title] ?? yes[title] ?? base[title];
    return words === undefined ? [] : [line({ isMet: no[title] === undefined, title, words })];
  });
}

const nowMs = 10_000;
const options = {
  ac: evseOptions,
  hlc: withCharger({ hlcEnabled: true }),
  dc: withCharger({ chargeMode: "DC", hlcEnabled: true }),
};

function evse(
  { state, charger, pilot, dc, options: given = options.ac }: Case,
  more: Partial<ChargerState>,
): EvseState {
  const initial = initialEvse(given);
  return {
    ...initial,
    startUp: { phase: "running", deadlineMs: null, session: null },
    pilot: {
      ...initial.pilot,
      pilot: "C",
      plugged: true,
      commandedClosed: true,
      relaysOn: true,
      powerAllowed: true,
      ...pilot,
    },
    dc: given.charger.chargeMode === "DC" ? { ...initialDcSession, ...dc } : null,
    ...state,
    charger: {
      ...initial.charger,
      name: "Charging",
      plugged: true,
      iecAllow: true,
      session: { id: "5a0d7c1e-90ab-cdef", reservationId: null },
      authorized: true,
      token,
      transactionActive: true,
      limitA: 16,
      capabilities,
      output: { mode: "nominal", duty: 16 / 60, currentA: 16, sinceMs: 0 },
      ...more,
      ...charger,
    },
  };
}

function check(t: Test, base: Told, more: Partial<ChargerState>, given: EvseOptions, cases: readonly Case[]): void {
  for (const one of cases) {
    const all = { options: given, ...one };
    const conditions = chargingConditions(evse(all, more), all.options, nowMs);
    t.strictSame(conditions.map(line), expected(base, one), one.name);
  }
}

const startUp = (phase: EvseState["startUp"]["phase"]): Partial<EvseState> => ({
  startUp: { phase, deadlineMs: null, session: null },
});
const faults = (...active: EvseState["faults"]): Partial<EvseState> => ({ faults: active });
const socket = { ...capabilities, connector_type: "IEC62196Type2Socket" } as const;
const entry = (enable_source: "CSMS" | "LocalAPI", enable_state: "Enable" | "Disable", enable_priority: number) =>
  ({ enable_source, enable_state, enable_priority }) as const;
const delayed = {
  maxDurationS: 600,
  vehicleCharges: true,
  freshUntilMs: null,
  validUntilMs: 99_000,
  startedAtMs: 5000,
} as const;
const waitingFor = (currentA: number) => ({ limits: {}, currentA });

t.test("alternating current", async (t) => {
  check(t, whileCharging, {}, options.ac, [
    { name: "charging" },
    { name: "made", state: startUp("made"), no: { "station started": "the station has not been started" } },
    {
      name: "first reading",
      state: startUp("firstReading"),
      no: { "station started": "the station starts: it waits for a first reading of the meter" },
    },
    {
      name: "store",
      state: startUp("store"),
      no: { "station started": "the station starts: it waits for what the store keeps" },
    },
    {
      name: "the meter's end of the run before",
      state: startUp("meterStop"),
      no: { "station started": "the station starts: the meter ends what a run before has left" },
    },
    {
      name: "the bill of the run before",
      state: startUp("storeBill"),
      no: { "station started": "the station starts: it writes the bill of the run before" },
    },
    {
      name: "external ready",
      state: startUp("externalReady"),
      no: {
        "station started": "the station waits to be told that it may start (external_ready_to_start_charging)",
      },
    },
    { name: "stopped", state: startUp("stopped"), no: { "station started": "the station has been stopped" } },
    {
      name: "link to the board lost",
      state: faults(fault("evse_board_support/CommunicationFault", "High", { description: "not heard for 5 s" })),
      no: {
        "board answers": "the link to the board is lost: not heard for 5 s",
        "no error": "error: evse_board_support/CommunicationFault (High, bsp): not heard for 5 s",
      },
    },
    {
      name: "link to the board lost, nothing said",
      state: faults(fault("evse_board_support/CommunicationFault")),
      no: {
        "board answers": "the link to the board is lost",
        "no error": "error: evse_board_support/CommunicationFault (High, bsp)",
      },
    },
    {
      name: "link to the meter lost: the board answers",
      state: faults(fault("powermeter/CommunicationFault", "Low", { source: "powermeter", description: "no answer" })),
      no: { "no error": "error: powermeter/CommunicationFault (Low, powermeter): no answer" },
    },
    {
      name: "link to the meter lost where it does not matter",
      options: withCharger({ failOnPowermeterErrors: false }),
      state: faults(fault("powermeter/CommunicationFault", "Low", { source: "powermeter" })),
      yes: { "no error": "not in the way: powermeter/CommunicationFault" },
    },
    {
      name: "over-current",
      state: faults(
        fault("evse_manager/MREC4OverCurrentFailure", "High", {
          source: "evse_manager",
          description: "Over current event",
        }),
      ),
      no: {
        "current within the offer": "over-current: the vehicle drew more than it was offered; it has to be pulled",
        "no error": "error: evse_manager/MREC4OverCurrentFailure (High, evse_manager): Over current event",
      },
    },
    {
      name: "over-current that goes on",
      charger: { deadlines: { overCurrent: 12_040 } },
      yes: { "current within the offer": "the vehicle draws more than it was offered: it is stopped in 2.0 s" },
    },
    {
      name: "over-current until the meter tells more",
      charger: { overCurrentDue: true },
      yes: { "current within the offer": "over-current: waits for a fresh reading of the meter" },
    },
    {
      name: "error active: the contactor is welded",
      state: faults(fault("evse_board_support/MREC17EVSEContactorFault", "High", { description: "mirror contact" })),
      no: { "no error": "error: evse_board_support/MREC17EVSEContactorFault (High, bsp): mirror contact" },
    },
    {
      name: "error active: residual current",
      state: faults(fault("ac_rcd/MREC2GroundFailure", "High", { source: "ac_rcd", sub_type: "DC6mA" })),
      no: { "no error": "error: ac_rcd/MREC2GroundFailure/DC6mA (High, ac_rcd)" },
    },
    {
      name: "error active: the lock, and the pilot; that of the board first",
      state: faults(
        fault("connector_lock/ConnectorLockFailedLock", "Medium", { source: "connector_lock" }),
        fault("evse_board_support/MREC14PilotFault"),
      ),
      no: {
        "no error":
          "errors: evse_board_support/MREC14PilotFault (High, bsp); connector_lock/ConnectorLockFailedLock (Medium, connector_lock)",
      },
    },
    {
      name: "warnings",
      state: faults(
        fault("evse_board_support/VendorWarning"),
        fault("evse_board_support/MREC3HighTemperature", "Medium"),
      ),
      yes: {
        "no error": "not in the way: evse_board_support/VendorWarning, evse_board_support/MREC3HighTemperature",
      },
    },
    {
      name: "state F after an error",
      charger: { deadlines: { stateF: 12_500 } },
      no: { "no error": "an error is over; the pilot shows F for another 2.5 s" },
    },
    {
      name: "a deadline that is past: nothing less than nothing",
      charger: { deadlines: { stateF: 8000 } },
      no: { "no error": "an error is over; the pilot shows F for another 0.0 s" },
    },
    {
      name: "disabled",
      charger: {
        name: "Disabled",
        disableRequested: true,
        plugged: false,
        iecAllow: false,
        output: { mode: "F" },
        enableTable: [entry("LocalAPI", "Enable", 100), entry("CSMS", "Disable", 5)],
      },
      pilot: { pilot: "Disabled", commandedClosed: false, relaysOn: false, powerAllowed: false },
      no: {
        enabled: "disabled by CSMS, priority 5",
        "vehicle connected": "no vehicle is connected (the pilot is not looked at)",
        "vehicle asks for power": "no vehicle is connected",
        "offer on the pilot": "the pilot tells the vehicle that the station is not available: F",
        "contactor closed": "not told to close",
      },
    },
    {
      name: "disabled as a connector, enabled as a whole",
      charger: { disableRequested: true, connectorEnabled: false, enableTable: [entry("CSMS", "Enable", 5)] },
      no: { enabled: "the connector is disabled; the EVSE as a whole is enabled by CSMS, priority 5" },
    },
    {
      name: "on the way from disabled",
      charger: { name: "Disabled", enableTable: [entry("CSMS", "Enable", 5)] },
      no: { enabled: "it is being enabled" },
    },
    {
      name: "enabled",
      charger: { enableTable: [entry("CSMS", "Enable", 5)] },
      yes: { enabled: "by CSMS, priority 5" },
    },
    {
      name: "no car",
      charger: {
        name: "Idle",
        plugged: false,
        iecAllow: false,
        session: null,
        authorized: false,
        transactionActive: false,
        output: { mode: "X1" },
      },
      pilot: { pilot: "A", commandedClosed: false, relaysOn: false, powerAllowed: false },
      no: {
        "vehicle connected": "no vehicle is connected (pilot A)",
        authorised: "no token has been accepted",
        "transaction begun": "no transaction has begun",
        "vehicle asks for power": "no vehicle is connected",
        "offer on the pilot": "the pilot offers nothing: X1",
        "contactor closed": "not told to close",
      },
      yes: { "session open": "none has begun" },
    },
    {
      name: "waiting for authorisation, as after a token that was rejected",
      charger: { name: "WaitingForAuthentication", iecAllow: false, authorized: false, transactionActive: false },
      pilot: { pilot: "B", commandedClosed: false, relaysOn: false, powerAllowed: false },
      no: {
        authorised: "it waits for an authorisation",
        "transaction begun": "no transaction has begun",
        "vehicle asks for power": "the vehicle does not ask for power (pilot B)",
        "contactor closed": "not told to close",
      },
      yes: { "vehicle connected": "pilot B" },
    },
    {
      name: "nobody is asked",
      options: withCharger({ disableAuthentication: true }),
      yes: { authorised: "nobody is asked" },
    },
    {
      name: "reserved for another",
      charger: { reservation: 7, authorized: false, transactionActive: false },
      no: {
        "not reserved for another": "reserved, no. 7: only the token it is reserved for may charge",
        authorised: "it waits for an authorisation",
        "transaction begun": "no transaction has begun",
      },
    },
    {
      name: "reserved for another, by the number nought",
      charger: { reservation: 0, authorized: false },
      no: {
        "not reserved for another": "reserved, no. 0: only the token it is reserved for may charge",
        authorised: "it waits for an authorisation",
      },
    },
    {
      name: "reserved without a number",
      charger: { reservation: -1, authorized: false },
      no: {
        "not reserved for another": "reserved: only the token it is reserved for may charge",
        authorised: "it waits for an authorisation",
      },
    },
    {
      name: "reserved for the one who has come",
      charger: { reservation: 7 },
      yes: { "not reserved for another": "reserved, no. 7" },
    },
    {
      name: "the transaction was stopped from afar",
      charger: { name: "StoppingCharging", cancelled: true, stopReason: "Remote", deadlines: { stopping: 12_000 } },
      no: {
        "session open": "this session has ended (Remote): the vehicle has to be pulled and plugged in again",
        "no step under way": "charging is being stopped; at most 2.0 s to go",
      },
    },
    {
      name: "finished, nobody knows why",
      charger: { name: "Finished" },
      no: { "session open": "this session has ended: the vehicle has to be pulled and plugged in again" },
    },
    {
      name: "finished and pulled",
      charger: { name: "Finished", plugged: false, vehicleLeft: true, iecAllow: false },
      pilot: { pilot: "A" },
      no: {
        "vehicle connected": "no vehicle is connected (pilot A)",
        "session open": "the vehicle of this session has gone; the session is being closed",
        "vehicle asks for power": "no vehicle is connected",
      },
    },
    {
      name: "finished, the plug is seen no more",
      charger: { name: "Finished", plugged: false, iecAllow: false },
      pilot: { pilot: "E" },
      no: {
        "vehicle connected": "no vehicle is connected (pilot E)",
        "vehicle asks for power": "no vehicle is connected",
      },
    },
    {
      name: "the vehicle has gone, another one is there",
      charger: { vehicleLeft: true },
      no: { "session open": "the vehicle of this session has gone; the session is being closed" },
    },
    {
      name: "a socket without a cable",
      charger: { capabilities: socket, ampacity: "None" },
      no: {
        "cable known": "the proximity pin tells no cable",
        energy: "no energy: 0.0 A is left for it, and only more than 5.9 A can be offered",
      },
    },
    {
      name: "a socket with a cable for 13 A",
      charger: { capabilities: socket, ampacity: "A_13" },
      yes: { "cable known": "13.0 A", energy: "13.0 A" },
    },
    {
      name: "the meter refused",
      charger: { transactionActive: false, transactionRefused: true },
      no: { "transaction begun": "the meter refused to begin a transaction" },
    },
    {
      name: "the meter is asked",
      charger: { transactionActive: false, meterCall: 3 },
      no: { "transaction begun": "it waits for the meter to begin the transaction" },
    },
    {
      name: "the store is asked",
      charger: { transactionActive: false, storeCall: 3 },
      no: { "transaction begun": "it waits for the store to have the transaction" },
    },
    {
      name: "paused by the user",
      charger: { name: "ChargingPausedEVSE", paused: true, output: { mode: "X1" } },
      pilot: { commandedClosed: false, relaysOn: false, powerAllowed: false },
      no: {
        "not paused by the user": "paused by the user",
        "offer on the pilot": "the pilot offers nothing: X1",
        "contactor closed": "not told to close",
      },
    },
    {
      name: "no energy",
      charger: { limitA: 0 },
      no: { energy: "no energy: 0.0 A is left for it, and only more than 5.9 A can be offered" },
    },
    {
      name: "no more energy than cannot be offered",
      charger: { limitA: 5.9 },
      no: { energy: "no energy: 5.9 A is left for it, and only more than 5.9 A can be offered" },
    },
    { name: "6 A", charger: { limitA: 6 }, yes: { energy: "6.0 A" } },
    {
      name: "a random delay whose length is not known yet",
      charger: { limitA: 0 },
      state: { delay: { ...delayed, name: "drawing", inForceA: 0, waiting: waitingFor(16) } },
      no: {
        energy:
          "no energy: 0.0 A is left for it, and only more than 5.9 A can be offered; a random delay keeps it at 0.0 A",
      },
    },
    {
      name: "a random delay before the start",
      charger: { limitA: 0 },
      state: { delay: { ...delayed, name: "running", inForceA: 0, waiting: waitingFor(16), endsAtMs: 310_000 } },
      no: {
        energy:
          "no energy: 0.0 A is left for it, and only more than 5.9 A can be offered; a random delay keeps it at 0.0 A for 300.0 s, then 16.0 A",
      },
    },
    {
      name: "a random delay before the end",
      state: { delay: { ...delayed, name: "running", inForceA: 16, waiting: waitingFor(0), endsAtMs: 10_500 } },
      yes: { energy: "16.0 A; a random delay keeps it at 16.0 A for 0.5 s, then 0.0 A" },
    },
    {
      name: "random delays that delay nothing now",
      state: { delay: { ...initialEvse(evseOptions).delay, name: "idle" } },
    },
    {
      name: "phases are switched",
      charger: { name: "SwitchPhases", deadlines: { switchPhases: 13_000 } },
      no: { "no step under way": "the phases are switched; 3.0 s to go" },
    },
    {
      name: "phases are switched as soon as the contactor is open",
      charger: { name: "SwitchPhases" },
      no: { "no step under way": "the phases are switched; 0.0 s to go" },
    },
    {
      name: "a stop that has run out of time",
      charger: { name: "StoppingCharging" },
      no: { "no step under way": "charging is being stopped; at most 0.0 s to go" },
    },
    {
      name: "woken up by F",
      charger: { name: "T_step_EF" },
      no: { "no step under way": "the pilot wakes the vehicle (ISO 15118-3)" },
    },
    {
      name: "woken up by X1",
      charger: { name: "T_step_X1" },
      no: { "no step under way": "the pilot wakes the vehicle (ISO 15118-3)" },
    },
    {
      name: "paused by the car",
      charger: { name: "ChargingPausedEV", iecAllow: false },
      pilot: { pilot: "B", commandedClosed: false, relaysOn: false },
      no: {
        "vehicle asks for power": "paused by the vehicle (pilot B)",
        "contactor closed": "it closes as soon as the vehicle asks under PWM",
      },
      yes: { "vehicle connected": "pilot B" },
    },
    {
      name: "does not ask yet",
      charger: { name: "PrepareCharging", iecAllow: false },
      pilot: { pilot: "B" },
      no: { "vehicle asks for power": "the vehicle does not ask for power (pilot B)" },
      yes: { "vehicle connected": "pilot B" },
    },
    {
      name: "woken up in vain",
      charger: { name: "PrepareCharging", iecAllow: false, wokenUp: true },
      pilot: { pilot: "B" },
      no: { "vehicle asks for power": "the vehicle does not ask for power (pilot B); it has been woken up once" },
      yes: { "vehicle connected": "pilot B" },
    },
    {
      name: "nothing has been offered since the start",
      charger: { output: { mode: "unknown" } },
      no: { "offer on the pilot": "the pilot has not been set" },
    },
    {
      name: "a contactor that is told to close, as one that waits for the 10 s from one closing to the next",
      pilot: { relaysOn: false },
      no: { "contactor closed": "told to close; the board has not confirmed it" },
    },
    {
      name: "a contactor that stays closed",
      pilot: { commandedClosed: false },
      no: { "contactor closed": "commanded open, but still fed back closed" },
    },
    { name: "not spoken to where nothing speaks", charger: { hlcActive: true, slac: "UNMATCHED" } },
  ]);
});

t.test("alternating current by high-level communication", async (t) => {
  const spoken: Partial<ChargerState> = {
    hlcActive: true,
    use5Percent: true,
    slac: "MATCHED",
    v2gSetupFinished: true,
    hlcAllow: true,
    output: { mode: "fivePercent" },
  };
  check(t, whileHlcCharging, spoken, options.hlc, [
    { name: "charging" },
    {
      name: "matching",
      charger: { slac: "MATCHING", v2gSetupFinished: false, hlcAllow: false, iecAllow: false },
      no: {
        "matched with the vehicle": "matching on the power line: MATCHING",
        "vehicle spoken to": "the vehicle and the station have not agreed on how to charge",
        "power asked for in words": "the vehicle has not asked for power in words",
        "vehicle asks for power": "the vehicle does not ask for power (pilot C)",
      },
    },
    {
      name: "nobody answers on the power line",
      charger: { slac: "UNMATCHED" },
      no: { "matched with the vehicle": "matching on the power line: UNMATCHED" },
    },
    {
      name: "matched, nothing agreed on",
      charger: { v2gSetupFinished: false },
      no: { "vehicle spoken to": "the vehicle and the station have not agreed on how to charge" },
    },
    {
      name: "no power asked for",
      charger: { hlcAllow: false },
      no: { "power asked for in words": "the vehicle has not asked for power in words" },
    },
    {
      name: "paused by the user",
      charger: { paused: true },
      no: { "not paused by the user": "paused by the user" },
    },
    {
      name: "no energy",
      charger: { limitA: 5 },
      no: { energy: "no energy: 5.0 A is left for it, and only more than 5.9 A can be offered" },
    },
  ]);
  const basic: Partial<ChargerState> = { hlcActive: false };
  check(t, whileCharging, basic, options.hlc, [{ name: "a vehicle that does not speak" }]);
});

t.test("direct current", async (t) => {
  const spoken: Partial<ChargerState> = { hlcActive: true, slac: "MATCHED", output: { mode: "fivePercent" } };
  const demanding = { demandActive: true };
  const running: Omit<Extract<CableCheckState, { name: "checking" }>, "name"> = {
    step: "isolation",
    supply: { minExportV: 150, maxExportV: 1000 },
    endsAtMs: 20_000,
    stepEndsAtMs: 20_000,
    sampleDueMs: null,
    relaysClosed: true,
    vehicleMaxV: null,
    voltageV: null,
    selfTest: "notStarted",
    measured: 0,
    setV: 0,
  };
  check(t, whileDcCharging, spoken, options.dc, [
    { name: "charging", dc: demanding },
    { name: "a little energy is energy", dc: demanding, charger: { limitA: 0.5 }, yes: { energy: "0.5 A" } },
    {
      name: "no energy",
      dc: demanding,
      charger: { limitA: 0 },
      no: { energy: "no energy: 0.0 A is left for it" },
    },
    {
      name: "discharging",
      dc: demanding,
      charger: { limitA: 0, dischargeA: 20 },
      yes: { energy: "20.0 A towards the grid" },
    },
    {
      name: "discharging a little",
      dc: demanding,
      charger: { limitA: 0, dischargeA: 0.5 },
      yes: { energy: "0.5 A towards the grid" },
    },
    {
      name: "matching",
      charger: { slac: "MATCHING", iecAllow: false },
      pilot: { pilot: "B" },
      no: {
        "matched with the vehicle": "matching on the power line: MATCHING",
        "current asked for in words": "the vehicle has not asked for current in words",
        "vehicle asks for power": "the vehicle does not ask for power (pilot B)",
      },
      yes: { "vehicle connected": "pilot B" },
    },
    {
      name: "cable check",
      dc: { cableCheck: { ...running, name: "checking" } },
      no: { "current asked for in words": "the cable is being checked" },
    },
    {
      name: "a cable check that has failed",
      dc: { cableCheck: { ...running, name: "failing", cause: "notIsolated" } },
      no: { "current asked for in words": "the cable check has failed; its voltage is taken away" },
    },
    {
      name: "precharge",
      dc: { precharge: { name: "raising", targetV: 400, presentV: 20, endsAtMs: 20_000, unusedAtMs: 30_000 } },
      no: { "current asked for in words": "the voltage of the battery is being reached (precharge)" },
    },
    {
      name: "precharge is done",
      dc: { precharge: { name: "reached", endsAtMs: 30_000 } },
      no: { "current asked for in words": "the vehicle has not asked for current in words" },
    },
    {
      name: "waiting for authorisation",
      charger: { authorized: false, transactionActive: false, iecAllow: false },
      pilot: { pilot: "B", commandedClosed: false, relaysOn: false, powerAllowed: false },
      no: {
        authorised: "it waits for an authorisation",
        "transaction begun": "no transaction has begun",
        "current asked for in words": "the vehicle has not asked for current in words",
        "vehicle asks for power": "the vehicle does not ask for power (pilot B)",
        "contactor closed": "not told to close",
      },
      yes: { "vehicle connected": "pilot B" },
    },
  ]);
});

/** Each thing that happens, or how long nothing does, in milliseconds. */
type Happening = EvseEvent | BspEvent | number;

/** What is not met at the end, and since which second. */
function unmetAfter(options: EvseOptions, happenings: readonly Happening[]): string[] {
  const b = bench(options).post(
    { kind: "capabilities", capabilities },
    { kind: "phasesAvailable", count: 3 },
    limits(16),
    { kind: "ready" },
    "A",
  );
  let known: readonly DatedCondition[] = [];
  for (const happening of [0, ...happenings]) {
    if (typeof happening === "number") b.wait(happening);
    else b.post(happening);
    known = dated(known, chargingConditions(b.state, options, b.nowMs()), b.nowMs());
  }
  return known.flatMap((one) => (one.isMet ? [] : [`${one.sinceMs / 1000} s ${one.title}: ${one.words}`]));
}

t.test("since when: from what happens to an EVSE", async (t) => {
  const authorize: EvseEvent = { kind: "authorize", token };
  const comes: Happening[] = [1000, "B"];
  const charges: Happening[] = [...comes, 1000, authorize, 1000, "C", 17_000];
  const raised = (type: string, more: object = {}): EvseEvent => ({
    kind: "faultRaised",
    fault: fault(type, "High", more),
  });
  const noVehicle = "0 s vehicle connected: no vehicle is connected (pilot A)";
  const open = "20 s contactor closed: not told to close";
  /** A vehicle that goes on drawing is switched off after 6 s. IEC 61851-1 table A.6 sequence 9. */
  const forcedOpen = "26 s contactor closed: not told to close";
  const x1 = "20 s offer on the pilot: the pilot offers nothing: X1";
  const cases: [name: string, happenings: Happening[], told: string[]][] = [
    ["charging", charges, []],
    [
      "no car",
      [30_000],
      [
        noVehicle,
        "0 s authorised: no token has been accepted",
        "0 s transaction begun: no transaction has begun",
        "0 s vehicle asks for power: no vehicle is connected",
        "0 s offer on the pilot: the pilot offers nothing: X1",
        "0 s contactor closed: not told to close",
      ],
    ],
    [
      "waiting for authorisation",
      [...comes, 30_000],
      [
        "0 s authorised: it waits for an authorisation",
        "0 s transaction begun: no transaction has begun",
        "0 s vehicle asks for power: the vehicle does not ask for power (pilot B)",
        "0 s offer on the pilot: the pilot offers nothing: X1",
        "0 s contactor closed: not told to close",
      ],
    ],
    [
      "no energy",
      [...charges, limits(0), 6000, limits(5), 10_000],
      ["20 s energy: no energy: 5.0 A is left for it, and only more than 5.9 A can be offered", x1, forcedOpen],
    ],
    ["energy again", [...charges, limits(0), 10_000, limits(16), 1000, "B", "C", 10_000], []],
    [
      "paused by the user",
      [...charges, { kind: "pause", call: 1 }, 6000, 10_000],
      ["20 s not paused by the user: paused by the user", x1, forcedOpen],
    ],
    [
      "paused by the car",
      [...charges, "B", 10_000],
      ["20 s vehicle asks for power: paused by the vehicle (pilot B)", open],
    ],
    [
      "error active",
      [...charges, raised("ac_rcd/MREC2GroundFailure", { source: "ac_rcd" }), 10_000],
      ["20 s no error: error: ac_rcd/MREC2GroundFailure (High, ac_rcd)", x1, open],
    ],
    [
      "link to the board lost",
      [...charges, raised("evse_board_support/CommunicationFault"), 10_000],
      [
        "20 s board answers: the link to the board is lost",
        "20 s no error: error: evse_board_support/CommunicationFault (High, bsp)",
        x1,
        open,
      ],
    ],
    [
      "reserved for another",
      [500, { kind: "reserve", id: 7 }, 500, "B", 30_000],
      [
        "0.5 s not reserved for another: reserved, no. 7: only the token it is reserved for may charge",
        "0 s authorised: it waits for an authorisation",
        "0 s transaction begun: no transaction has begun",
        "0 s vehicle asks for power: the vehicle does not ask for power (pilot B)",
        "0 s offer on the pilot: the pilot offers nothing: X1",
        "0 s contactor closed: not told to close",
      ],
    ],
    [
      "over-current",
      [...charges, limits(8), 5000, reading(1000, 16), 1000, reading(1001, 16), 8000, reading(1002, 16), 1000],
      [
        "34 s current within the offer: over-current: the vehicle drew more than it was offered; it has to be pulled",
        "34 s no error: error: evse_manager/MREC4OverCurrentFailure (High, evse_manager): the vehicle draws more than it was offered",
        "34 s offer on the pilot: the pilot offers nothing: X1",
        "34 s contactor closed: not told to close",
      ],
    ],
    [
      "disabled",
      [...charges, enable("Disable"), 6000, 10_000],
      [
        "20 s enabled: disabled by LocalAPI, priority 100",
        "26 s vehicle connected: no vehicle is connected (the pilot is not looked at)",
        "26 s authorised: no token has been accepted",
        "26 s transaction begun: no transaction has begun",
        "26 s vehicle asks for power: no vehicle is connected",
        "20 s offer on the pilot: the pilot tells the vehicle that the station is not available: F",
        forcedOpen,
      ],
    ],
    [
      "the connector stays disabled",
      [
        5000,
        enable("Disable", 1),
        5000,
        {
          kind: "enableDisable",
          connectorId: 0,
          source: { enable_source: "CSMS", enable_state: "Enable", enable_priority: 1 },
        },
        5000,
      ],
      [
        "5 s enabled: the connector is disabled; the EVSE as a whole is enabled by CSMS, priority 1",
        "0 s vehicle connected: no vehicle is connected (the pilot is not looked at)",
        "0 s authorised: no token has been accepted",
        "0 s transaction begun: no transaction has begun",
        "0 s vehicle asks for power: no vehicle is connected",
        "0 s offer on the pilot: the pilot tells the vehicle that the station is not available: F",
        "0 s contactor closed: not told to close",
      ],
    ],
  ];
  for (const [name, happenings, told] of cases) t.strictSame(unmetAfter(evseOptions, happenings), told, name);
});

t.test("a random delay is the reason that is told before charging begins", async (t) => {
  const delays: EvseOptions = { ...evseOptions, randomDelay: { enabled: true, maxDurationS: 600, atAnyChange: true } };
  const far = 1_000_000;
  const [first] = unmetAfter(delays, [
    limits(0, far),
    1000,
    "B",
    1000,
    { kind: "authorize", token },
    1000,
    limits(16, far),
    { kind: "randomDelay", order: { kind: "drawn", durationS: 300 } },
    100_000,
  ]);
  t.equal(
    first,
    "0 s energy: no energy: 0.0 A is left for it, and only more than 5.9 A can be offered; a random delay keeps it at 0.0 A for 200.0 s, then 16.0 A",
  );
});
