/**
 * Runs `charger.spec-table.ts` against a machine and names every cell that does something else. Only types come from
 * `src/`, so that no expectation can follow a changed constant there.
 */
import type { ProvidedIdToken } from "../../src/core/auth/tokens.ts";
import type { HardwareCapabilities } from "../../src/core/board.ts";
import type { Machine } from "../../src/core/machine.ts";
import type { MeterTransactionResponse, Powermeter, SignedMeterValue } from "../../src/core/powermeter.ts";
import type {
  ChargerEffect,
  ChargerEvent,
  ChargerOptions,
  ChargerState,
  DeadlineName,
} from "../../src/core/session/charger-state.ts";
import type { EnableEntry } from "../../src/core/session/enable-table.ts";
import type { SessionEvent } from "../../src/core/session/session-event.ts";
import type { StoredSession } from "../../src/core/session/stored-session.ts";
import {
  chargerAnywhere,
  chargerCells,
  chargerCourses,
  chargerEvents,
  chargerExtraCells,
  eventPayloads,
  situations,
} from "./charger.spec-table.ts";

export type ChargerFactory = (options: ChargerOptions) => Machine<ChargerState, ChargerEvent, ChargerEffect>;

/** Any instant but 0, so that a deadline taken from 0 instead of now shows. */
const nowMs = 100_000;

type Facts = { -readonly [K in keyof ChargerState]: ChargerState[K] };

interface Expected {
  /** Reading and machine differ here and nothing is decided yet. */
  readonly disputed: boolean;
  readonly effects: readonly string[];
  readonly facts: string;
}

interface Cell extends Expected {
  readonly name: string;
  readonly given: string;
  readonly options: string;
  readonly event: string;
}

interface CourseStep extends Expected {
  readonly atMs: number;
  readonly event: string;
}

interface Course {
  readonly name: string;
  readonly given: string;
  readonly options: string;
  readonly steps: readonly CourseStep[];
}

function fail(message: string): never {
  throw new Error(`charger spec table: ${message}`);
}

function isDisputed(line: string): boolean {
  return line.endsWith("[?]");
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter((word) => word !== "" && word !== "-");
}

function columns(line: string): string[] {
  return line
    .replace(/(\s+\[(\d+|\?)\])+$/, "")
    .split("|")
    .map((column) => column.trim());
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** A block names every event of its kind; what its first line calls `basic` or `high-level` says which these are. */
function readCells(): Cell[] {
  const cells: Cell[] = [];
  const seen = new Set<string>();
  let block: { title: string; given: string; options: string } | undefined;
  let missing: string[] = [];
  const endBlock = (): void => {
    if (block && missing.length > 0) fail(`${block.title} lacks ${missing.join(", ")}`);
  };
  for (const line of lines(chargerCells)) {
    if (line.startsWith("=")) {
      endBlock();
      const [state = "", kind = "", situation = "", given = "", options = "-"] = columns(line.slice(1));
      block = { title: `${state} "${kind}: ${situation}"`, given: `@${state} ${given}`, options };
      if (seen.has(block.title)) fail(`twice: ${block.title}`);
      seen.add(block.title);
      missing = [...(chargerEvents[kind] ?? fail(`no such kind of block: ${line}`))];
      continue;
    }
    if (!block) fail(`no block for ${line}`);
    const [events = "", effects = "", facts = ""] = columns(line);
    for (const event of events.split(";").map((name) => name.trim())) {
      const word = event.split(/[: ]/)[0] ?? "";
      const named = missing.includes(event) ? event : word;
      if (!missing.includes(named)) fail(`${block.title} has ${event} twice, or it is no event`);
      missing = missing.filter((name) => name !== named);
      const { title, given, options } = block;
      const name = `${title} x ${event}`;
      cells.push({ name, given, options, event, effects: words(effects), facts, disputed: isDisputed(line) });
    }
  }
  endBlock();
  for (const line of lines(chargerAnywhere)) {
    const [states = "", more = "", options = "", event = "", effects = "", facts = ""] = columns(line);
    for (const state of words(states)) {
      const given = `@${state} ${situations[state] ?? fail(`no such state: ${line}`)} ${more}`;
      const name = `${given} (${options}) x ${event}`;
      cells.push({ name, given, options, event, effects: words(effects), facts, disputed: isDisputed(line) });
    }
  }
  for (const line of lines(chargerExtraCells)) {
    const [given = "", options = "", event = "", effects = "", facts = ""] = columns(line);
    const name = `${given} (${options}) x ${event}`;
    cells.push({ name, given, options, event, effects: words(effects), facts, disputed: isDisputed(line) });
  }
  return cells;
}

function readCourses(): Course[] {
  const courses: (Course & { steps: CourseStep[] })[] = [];
  for (const line of lines(chargerCourses)) {
    if (line.startsWith("=")) {
      const [name = "", given = "", options = "-"] = columns(line.slice(1));
      courses.push({ name, given, options, steps: [] });
      continue;
    }
    const [at = "", event = "", effects = "", facts = ""] = columns(line);
    if (!/^\d+$/.test(at)) fail(`no time: ${line}`);
    const step = { atMs: nowMs + Number(at), event, effects: words(effects), facts, disputed: isDisputed(line) };
    courses.at(-1)?.steps.push(step);
  }
  return courses;
}

/** A station for basic charging without a meter. */
export const defaultOptions: ChargerOptions = {
  chargeMode: "AC",
  connectorId: 1,
  evseId: "DE*PNX*E1234567*1",
  hlcEnabled: false,
  use5Percent: true,
  enforceHlc: false,
  acNominalVoltageV: 230,
  disableAuthentication: false,
  overCurrentTolerancePercent: 10,
  overCurrentNoiseA: 0.5,
  overCurrentTimeoutMs: 7000,
  stateFAfterFaultMs: 300,
  switchPhasesDelayMs: 10_000,
  switchPhasesPilot: "X1",
  failOnPowermeterErrors: true,
  raiseMrec9: false,
  sleepBefore5PercentMs: 500,
  noEnergyTimeoutMs: 5000,
  hasMeter: false,
  hasStore: false,
  hasLock: true,
  maxCurrentImportA: 32,
  maxCurrentExportA: 32,
};

const optionWords: Record<string, Partial<ChargerOptions>> = {
  hlc: { hlcEnabled: true },
  hlcX1: { hlcEnabled: true, use5Percent: false },
  enforce: { enforceHlc: true },
  DC: { chargeMode: "DC", hlcEnabled: true },
  meter: { hasMeter: true },
  store: { hasStore: true },
  meterErrorsAreHarmless: { failOnPowermeterErrors: false },
  noLock: { hasLock: false },
  noF: { stateFAfterFaultMs: 0 },
  longF: { stateFAfterFaultMs: 1000 },
  switchF: { switchPhasesPilot: "F" },
  switch3s: { switchPhasesDelayMs: 3000 },
  mrec9: { raiseMrec9: true },
  free: { disableAuthentication: true },
  noSleep: { sleepBefore5PercentMs: 0 },
  noEnergyAtOnce: { noEnergyTimeoutMs: 0 },
  max13: { maxCurrentImportA: 13 },
  "110V": { acNominalVoltageV: 110 },
  overCurrent10s: { overCurrentTimeoutMs: 10_000 },
  tolerance0: { overCurrentTolerancePercent: 0 },
  noise2: { overCurrentNoiseA: 2 },
};

function optionsOf(text: string): ChargerOptions {
  const given = words(text).map((word) => optionWords[word] ?? fail(`no such option: ${word}`));
  return Object.assign({ ...defaultOptions }, ...given);
}

function token(value: string): ProvidedIdToken {
  return value === "PNC"
    ? { id_token: { value, type: "eMAID" }, authorization_type: "PlugAndCharge" }
    : { id_token: { value, type: "ISO14443" }, authorization_type: "RFID" };
}

const signed = (data: string): SignedMeterValue => ({
  signed_meter_data: data,
  signing_method: "none",
  encoding_method: "OCMF",
});

function readingOf(currents: string, energyWh: number): Powermeter {
  const [first = "0", second = first, third = second] = currents === "" ? [] : currents.split(",");
  const current = [first, second, third].map((word) => (word === "?" ? undefined : Number(word)));
  return {
    timestamp: "2026-01-01T00:00:00Z",
    energy_Wh_import: { total: energyWh },
    current_A: {
      ...(current[0] === undefined ? {} : { L1: current[0] }),
      ...(current[1] === undefined ? {} : { L2: current[1] }),
      ...(current[2] === undefined ? {} : { L3: current[2] }),
    },
  };
}

const board: HardwareCapabilities = {
  max_current_A_import: 32,
  min_current_A_import: 6,
  max_phase_count_import: 3,
  min_phase_count_import: 1,
  max_current_A_export: 0,
  min_current_A_export: 0,
  max_phase_count_export: 0,
  min_phase_count_export: 0,
  supports_changing_phases_during_charging: false,
  supports_cp_state_E: false,
  connector_type: "IEC62196Type2Cable",
};

function capabilitiesOf(argument: string): HardwareCapabilities {
  const capabilities: { -readonly [K in keyof HardwareCapabilities]: HardwareCapabilities[K] } = { ...board };
  for (const word of argument.split(",").filter((part) => part !== "")) {
    if (word === "switch") capabilities.supports_changing_phases_during_charging = true;
    else if (word === "socket") capabilities.connector_type = "IEC62196Type2Socket";
    else if (word.endsWith("ph")) capabilities.max_phase_count_import = Number.parseInt(word, 10);
    else capabilities.max_current_A_import = Number(word);
  }
  return capabilities;
}

function enableCommand(state: "Enable" | "Disable", argument: string): ChargerEvent {
  const [source = "LocalAPI", priority = "100", connector = "c1"] = argument === "" ? [] : argument.split(",");
  return {
    kind: "enableDisable",
    call: 5,
    connectorId: Number(connector.slice(1)),
    source: {
      enable_source: source as EnableEntry["enable_source"],
      enable_state: state,
      enable_priority: Number(priority),
    },
  };
}

function limitsOf(argument: string): ChargerEvent {
  const limits: { ac_max_current_A?: object; total_power_W?: object; ac_max_phase_count?: object } = {};
  let validForMs = 10_000;
  for (const word of argument.split(",").filter((part) => part !== "")) {
    const value = Number.parseFloat(word);
    if (word.endsWith("ph")) limits.ac_max_phase_count = { value, source: "test" };
    else if (word.endsWith("W")) limits.total_power_W = { value, source: "test" };
    else if (word.endsWith("ms")) validForMs = value;
    else limits.ac_max_current_A = { value, source: "test" };
  }
  return { kind: "enforceLimits", limits, validForMs } as ChargerEvent;
}

function meterAnswer(argument: string): MeterTransactionResponse {
  switch (argument) {
    case "signed":
      return { status: "OK", start_signed_meter_value: signed("begin"), signed_meter_value: signed("end") };
    case "refused":
      return { status: "UNEXPECTED_ERROR" };
    case "unsupported":
      return { status: "NOT_SUPPORTED" };
    case "":
    case "late":
      return { status: "OK" };
  }
  return fail(`no such answer of a meter: ${argument}`);
}

/** `state` lends the number of the meter call that is waited for. */
function eventOf(name: string, state: ChargerState): ChargerEvent {
  const [word = "", argument = ""] = name.split(":");
  const isLate = argument === "late";
  const meterCall = isLate ? 999 : (state.meterCall ?? 1);
  switch (word) {
    case "CarPluggedIn":
    case "CarRequestedPower":
    case "CarRequestedStopPower":
    case "CarUnplugged":
    case "EFtoBCD":
    case "BCDtoEF":
    case "BCDtoE":
    case "PilotStopped":
    case "ContactorEngaged":
    case "ContactorReleased":
    case "start":
    case "cancelReservation":
    case "v2gSetupFinished":
    case "currentDemandStarted":
    case "requestErrorRoutine":
    case "dlinkPause":
    case "dlinkTerminate":
    case "dlinkError":
      return { kind: word };
    case "authorize": {
      const [value = "", reservation] = argument.split("#");
      const by = token(value === "" ? "TAG" : value);
      return reservation === undefined
        ? { kind: word, token: by }
        : { kind: word, token: by, reservationId: Number(reservation) };
    }
    case "withdraw":
      return { kind: "withdrawAuthorization" };
    case "stopTx": {
      const [reason = "", idTag] = argument.split(",");
      const why = (reason === "" ? "Remote" : reason) as "Remote";
      return idTag === undefined
        ? { kind: "stopTransaction", call: 5, reason: why }
        : { kind: "stopTransaction", call: 5, reason: why, idTag: token(idTag) };
    }
    case "pause":
    case "resume":
    case "forceUnlock":
      return { kind: word, call: 5 };
    case "reserve":
      return { kind: word, call: 5, id: argument === "" ? 7 : Number(argument) };
    case "enable":
      return enableCommand("Enable", argument);
    case "disable":
      return enableCommand("Disable", argument);
    case "limits":
      return limitsOf(argument);
    case "capabilities":
      return { kind: word, capabilities: capabilitiesOf(argument) };
    case "proximity":
      return { kind: word, ampacity: (argument === "" ? "A_20" : argument) as "A_20" };
    case "phases":
      return { kind: "phasesAvailable", count: Number(argument) };
    case "meter":
      return { kind: "powermeter", value: readingOf(argument, 2000) };
    case "fault":
      return { kind: "shutdown", shutdown: argument as "None" | "Error" | "Emergency" };
    case "meterStarted":
    case "meterStopped":
      return { kind: word, call: meterCall, response: meterAnswer(argument) };
    case "stored":
      return { kind: "sessionStored", call: isLate ? 999 : (state.storeCall ?? 1), timestamp: "noon" };
    case "sessionIdDrawn":
      return { kind: word, id: "s2" };
    case "slacState":
      return { kind: word, state: argument as "MATCHED" };
    case "hlcAllow":
      return { kind: "hlcAllowPower", value: true };
    case "hlcDeny":
      return { kind: "hlcAllowPower", value: false };
    case "deadline":
      return { kind: "deadlineReached" };
  }
  return fail(`no such event: ${name}`);
}

/** A started station with 16 A on three phases for a minute, nobody there: what every situation starts from. */
const atRest: ChargerState = {
  name: "Idle",
  requestedState: null,
  started: true,
  session: null,
  nextSessionId: "s1",
  transactionActive: false,
  transactionRefused: false,
  startSignedValue: null,
  stopSignedValue: null,
  meterCall: null,
  storeCall: null,
  stored: null,
  storedAtMs: 0,
  calls: 0,
  authorized: false,
  token: null,
  plugAndCharge: false,
  paused: false,
  cancelled: false,
  stopReason: null,
  stopToken: null,
  publishedPause: [],
  enableTable: [{ enable_source: "Unspecified", enable_state: "Enable", enable_priority: 10_000 }],
  connectorEnabled: true,
  disableRequested: false,
  lastSource: { enable_source: "Unspecified", enable_state: "Unassigned", enable_priority: 10_000 },
  lastConnectorId: 0,
  reservation: null,
  shutdown: "None",
  plugged: false,
  vehicleLeft: false,
  iecAllow: false,
  pilotInEOrF: false,
  hlcAllow: false,
  contactorReleased: true,
  releasedAtMs: 0,
  stopForced: false,
  output: { mode: "X1" },
  wokenUp: false,
  stepReturn: null,
  stepReturnOutput: "X1",
  pendingPhases: null,
  activePhases: 3,
  phasesAvailable: 3,
  limitA: 16,
  dischargeA: 0,
  publishedLimit: { maxCurrentA: 16, phases: 3 },
  sentOverCurrentLimitA: 16,
  capabilities: board,
  ampacity: "None",
  meter: readingOf("0", 1000),
  meterAtMs: nowMs - 500,
  overCurrentDue: false,
  hlcActive: false,
  use5Percent: false,
  slac: "UNMATCHED",
  v2gSetupFinished: false,
  dlinkEnded: null,
  bcb: { startedMs: null, pulseMs: null, valid: 0 },
  bcbDetected: false,
  deadlines: { limits: nowMs + 60_000 },
};

const localDisable: EnableEntry = { enable_source: "LocalAPI", enable_state: "Disable", enable_priority: 100 };

const factWords: Record<string, Partial<Facts>> = {
  session: { session: { id: "s0", reservationId: null } },
  drawnSession: { session: { id: "s1", reservationId: null } },
  noSession: { session: null },
  tx: { transactionActive: true },
  noTx: { transactionActive: false },
  refused: { transactionRefused: true },
  auth: { authorized: true, token: token("TAG") },
  pnc: { authorized: true, token: token("PNC"), plugAndCharge: true },
  noAuth: { authorized: false },
  plugged: { plugged: true },
  unplugged: { plugged: false },
  left: { vehicleLeft: true },
  notLeft: { vehicleLeft: false },
  asks: { iecAllow: true },
  asksNot: { iecAllow: false },
  eOrF: { pilotInEOrF: true },
  notEOrF: { pilotInEOrF: false },
  hlcAllowed: { hlcAllow: true },
  hlcDenied: { hlcAllow: false },
  engaged: { contactorReleased: false },
  released: { contactorReleased: true },
  forced: { stopForced: true },
  paused: { paused: true },
  notPaused: { paused: false },
  cancelled: { cancelled: true },
  notCancelled: { cancelled: false },
  disabling: {
    disableRequested: true,
    connectorEnabled: false,
    lastSource: localDisable,
    lastConnectorId: 1,
    enableTable: [{ enable_source: "Unspecified", enable_state: "Enable", enable_priority: 10_000 }, localDisable],
  },
  disabled0: {
    disableRequested: true,
    lastSource: localDisable,
    enableTable: [{ enable_source: "Unspecified", enable_state: "Enable", enable_priority: 10_000 }, localDisable],
  },
  enabled: { disableRequested: false, connectorEnabled: true },
  noResv: { reservation: null },
  hlcActive: { hlcActive: true },
  basic: { hlcActive: false },
  fivePercent: { use5Percent: true },
  no5Percent: { use5Percent: false },
  v2g: { v2gSetupFinished: true },
  noV2g: { v2gSetupFinished: false },
  woken: { wokenUp: true },
  notWoken: { wokenUp: false },
  noDlink: { dlinkEnded: null },
  noPending: { pendingPhases: null },
  notStarted: { started: false, output: { mode: "unknown" } },
  noNextId: { nextSessionId: null },
  nextId: { nextSessionId: "s2" },
  read: { meter: readingOf("0", 2000) },
  noMeter: { meter: null },
  keptBare: { stored: { id: "s0" }, storedAtMs: nowMs - 30_000 },
  // What Idle forgets on entry, whatever was before.
  fresh: {
    name: "Idle",
    session: null,
    transactionActive: false,
    authorized: false,
    paused: false,
    cancelled: false,
    plugged: false,
    vehicleLeft: false,
    iecAllow: false,
    pilotInEOrF: false,
    hlcAllow: false,
    hlcActive: false,
    v2gSetupFinished: false,
    dlinkEnded: null,
    wokenUp: false,
    ampacity: "None",
    pendingPhases: null,
    output: { mode: "X1" },
  },
  limits16: { limitA: 16, publishedLimit: { maxCurrentA: 16, phases: 3 }, sentOverCurrentLimitA: 16 },
  noPower: { limitA: 0, publishedLimit: { maxCurrentA: 0, phases: 3 }, sentOverCurrentLimitA: 0 },
};

function outputFact(argument: string): ChargerState["output"] {
  switch (argument) {
    case "X1":
    case "F":
    case "unknown":
      return { mode: argument };
    case "5%":
      return { mode: "fivePercent" };
  }
  const [ampere = "", ago = "10000"] = argument.split("A-");
  const currentA = Number.parseFloat(ampere);
  // 6 A up to 51 A: the only duties this table needs.
  return { mode: "nominal", duty: currentA / 60, currentA, sinceMs: nowMs - Number.parseInt(ago || "10000", 10) };
}

function keyedFact(key: string, argument: string): Partial<Facts> {
  switch (key) {
    case "out":
      return { output: outputFact(argument) };
    case "fault":
      return { shutdown: argument as ChargerState["shutdown"] };
    case "resv":
      return { reservation: Number(argument) };
    case "limit":
      return {
        limitA: Number(argument),
        publishedLimit: { maxCurrentA: Number(argument), phases: 3 },
        sentOverCurrentLimitA: Number(argument),
      };
    case "slac":
      return { slac: argument as ChargerState["slac"] };
    case "dlink":
      return { dlinkEnded: argument as ChargerState["dlinkEnded"] };
    case "cable":
      return { ampacity: argument as ChargerState["ampacity"] };
    case "capabilities":
      return { capabilities: capabilitiesOf(argument) };
    case "pending":
      return { pendingPhases: Number(argument) as 1 | 3 };
    case "active":
      return { activePhases: Number(argument) };
    case "available":
      return { phasesAvailable: Number(argument) };
    case "reasons":
      return { publishedPause: argument.split("+") as ChargerState["publishedPause"] };
    case "why":
      return { stopReason: argument as ChargerState["stopReason"] };
    case "by":
      return { stopToken: token(argument) };
    case "call":
      return { meterCall: Number(argument), calls: Number(argument) };
    case "meter":
      return { meter: readingOf(argument, 1000) };
    case "storing":
      return { storeCall: Number(argument), calls: Number(argument) };
    case "kept": {
      const [start = 0, last = 0, ago = 0] = argument.split("-").map(Number);
      const readings = { start: readingOf("0", start), last: readingOf("0", last) };
      return { stored: { id: "s0", readings }, storedAtMs: nowMs - ago };
    }
    case "bill":
      return {
        stored: { id: "s0", finished: { meter_value: readingOf("0", 1500), reason: argument as "Remote" } },
        storedAtMs: nowMs,
      };
    case "return": {
      const [to = "", output = ""] = argument.split("/");
      return {
        stepReturn: to as ChargerState["stepReturn"],
        stepReturnOutput: output as ChargerState["stepReturnOutput"],
      };
    }
  }
  return fail(`no such fact: ${key}:${argument}`);
}

function withFacts(state: ChargerState, text: string, atMs: number): { facts: Facts; open: Set<string> } {
  const facts: Facts = { ...state };
  const open = new Set<string>();
  for (const word of words(text)) {
    const [, timer = "", ms = ""] = /^([a-zA-Z]\w*)([+-]\d+)$/.exec(word) ?? [];
    const colon = word.indexOf(":");
    if (word.startsWith("@")) facts.name = word.slice(1) as ChargerState["name"];
    else if (word.startsWith("?")) open.add(word.slice(1));
    else if (word.startsWith("~"))
      facts.deadlines = Object.fromEntries(Object.entries(facts.deadlines).filter(([name]) => name !== word.slice(1)));
    else if (timer !== "") facts.deadlines = { ...facts.deadlines, [timer as DeadlineName]: atMs + Number(ms) };
    else if (colon > 0) Object.assign(facts, keyedFact(word.slice(0, colon), word.slice(colon + 1)));
    else Object.assign(facts, factWords[word] ?? fail(`no such fact: ${word}`));
    if (word === "fresh") facts.deadlines = facts.deadlines.limits ? { limits: facts.deadlines.limits } : {};
  }
  return { facts, open };
}

/** What a cell compares in any case; the rest of the state is the machine's own way to remember. */
const compared = [
  "name",
  "requestedState",
  "transactionActive",
  "authorized",
  "paused",
  "cancelled",
  "disableRequested",
  "connectorEnabled",
  "reservation",
  "shutdown",
  "plugged",
  "vehicleLeft",
  "pilotInEOrF",
  "iecAllow",
  "hlcAllow",
  "contactorReleased",
  "limitA",
  "dischargeA",
  "hlcActive",
  "use5Percent",
  "slac",
  "v2gSetupFinished",
  "dlinkEnded",
  "wokenUp",
  "pendingPhases",
  "activePhases",
  "phasesAvailable",
  "ampacity",
  "nextSessionId",
] as const satisfies readonly (keyof ChargerState)[];

const round = (value: number): number => Math.round(value * 100) / 100;

function idTag(value: ProvidedIdToken | undefined): string[] {
  return value === undefined ? [] : [value.id_token.value];
}

function sessionDetails(event: SessionEvent): string[] {
  const started = event.session_started;
  if (started) return [started.reason, ...idTag(started.id_tag), ...reservationDetail(started.reservation_id)];
  const begun = event.transaction_started;
  if (begun) {
    const by = begun.signed_meter_value?.signed_meter_data;
    return [
      ...idTag(begun.id_tag),
      ...reservationDetail(begun.reservation_id),
      ...(by === undefined ? [] : [`signed=${by}`]),
    ];
  }
  const finished = event.transaction_finished;
  if (finished) {
    const start = finished.start_signed_meter_value?.signed_meter_data;
    const end = finished.signed_meter_value?.signed_meter_data;
    return [
      finished.reason,
      ...idTag(finished.id_tag),
      ...(start === undefined ? [] : [`start=${start}`]),
      ...(end === undefined ? [] : [`signed=${end}`]),
      ...(event.timestamp === undefined ? [] : [`at=${event.timestamp}`]),
    ];
  }
  if (event.charging_paused_evse) return [event.charging_paused_evse.reasons.join("+")];
  const source = event.source;
  if (source) {
    const by = [source.enable_source, source.enable_state, String(source.enable_priority)];
    return event.connector_id === undefined ? by : [...by, `c${event.connector_id}`];
  }
  return [];
}

function reservationDetail(id: number | undefined): string[] {
  return id === undefined ? [] : [`#${id}`];
}

function effectWord(effect: ChargerEffect): string {
  switch (effect.kind) {
    case "setX1":
      return "X1";
    case "setF":
      return "F";
    case "setPwm":
      return `pwm:${round(effect.duty * 100)}`;
    case "allowPower":
      return effect.value ? `allow:${effect.reason}` : effect.reason === "PowerOff" ? "deny" : `deny:${effect.reason}`;
    case "enableBoard":
      return effect.value ? "boardOn" : "boardOff";
    case "setAuthorized":
      return effect.value ? "authOn" : "authOff";
    case "forceUnlock":
      return "unlock";
    case "supplyOff":
      return "supplyOff";
    case "state":
      return `>${effect.to}`;
    case "session": {
      const details = sessionDetails(effect.event);
      return details.length === 0 ? effect.event.event : `${effect.event.event}(${details.join(",")})`;
    }
    case "limits":
      return `limits:${round(effect.maxCurrentA)}/${effect.phases}`;
    case "overCurrentLimit":
      return `oc:${round(effect.currentA)}`;
    case "switchPhases":
      return effect.threePhases ? "threePhases" : "onePhase";
    case "protocol":
      return effect.protocol;
    case "raise":
      return `raise:${effect.type.replace("evse_manager/", "")}:${effect.severity}`;
    case "clear":
      return `clear:${effect.type.replace("evse_manager/", "")}`;
    case "meterStart":
      return "meterStart";
    case "meterStop":
      return `meterStop:${effect.transactionId}`;
    case "storeSession":
      return storeWord(effect.session);
    case "storeOverdue":
      return `overdue:${effect.id}`;
    case "drawSessionId":
      return "draw";
    case "energyRequest":
      return "energy";
    case "reply":
      return `reply:${effect.result}`;
    case "hlc":
      return `hlc:${effect.name}`;
    case "slac":
      return `slac:${effect.name}`;
  }
}

function storeWord(session: StoredSession | null): string {
  if (session === null) return "forget";
  const energyWh = (reading: Powermeter | undefined): number | undefined => reading?.energy_Wh_import.total;
  const signed =
    session.start_signed_meter_value === undefined ? "" : `,${session.start_signed_meter_value.signed_meter_data}`;
  if (session.finished !== undefined) return `bill:${session.id},${energyWh(session.finished.meter_value)}`;
  const { start, last } = session.readings ?? {};
  return start === undefined
    ? `keep:${session.id}${signed}`
    : `keep:${session.id},${energyWh(start)}-${energyWh(last)}${signed}`;
}

/** What Idle clears of its own errors. */
const ownErrors = [
  "MREC4OverCurrentFailure",
  "Internal",
  "PowermeterTransactionStartFailed",
  "MREC9AuthorizationTimeout",
  "MREC22ResistanceFault",
  "MREC11CableCheckFault",
  "MREC5OverVoltage",
  "VoltagePlausibilityFault",
].map((name) => `clear:${name}`);

const shorthands: Record<string, readonly string[]> = {
  clearOwn: ownErrors,
  clearOthers: ownErrors.filter((word) => word !== "clear:Internal"),
};

/**
 * Pilot outputs keep their order among themselves, and so do states, and so do session events; where the groups meet
 * there is none: the outer machine carries out what takes power away before anything else.
 */
function normalized(effects: readonly string[], before: ChargerState): string {
  const spread = effects.flatMap((word) => shorthands[word] ?? [word]);
  const isPilot = (word: string): boolean => /^(X1|F|pwm:.*)$/.test(word);
  const isState = (word: string): boolean => word.startsWith(">");
  const isSaid = (word: string): boolean =>
    /^[A-Z]/.test(word) && !isPilot(word) && word !== "IEC61851-1" && word !== "Unknown";
  const rest = spread.filter(
    (word) => !isPilot(word) && !isState(word) && !isSaid(word) && !(word === "authOff" && !before.authorized),
  );
  const pilot = [before.output.mode, ...spread.filter(isPilot)];
  return [
    // An output that is there already need not be told again, and may be.
    pilot.filter((word, at) => at > 0 && word !== pilot[at - 1]).join(" "),
    spread.filter(isState).join(" "),
    spread.filter(isSaid).join(" "),
    [...new Set(rest)].sort().join(" "),
  ].join(" / ");
}

function outputWord(output: ChargerState["output"]): string {
  return output.mode === "nominal" ? `${round(output.currentA)}A` : output.mode;
}

function deadlineWords(state: ChargerState, atMs: number, open: ReadonlySet<string>): string {
  return Object.entries(state.deadlines)
    .filter(([name, ms]) => ms !== undefined && !open.has(name))
    .map(([name, ms]) => `${name}+${ms - atMs}`)
    .sort()
    .join(" ");
}

/** The words of a session event: its session, its reading, its objects. */
function wordingComplaints(effects: readonly ChargerEffect[], before: ChargerState, after: ChargerState): string[] {
  const complaints: string[] = [];
  const ids = [before.session?.id, after.session?.id].filter((id) => id !== undefined);
  for (const effect of effects) {
    if (effect.kind !== "session") continue;
    const { event, uuid, connector_id: _, timestamp, ...objects } = effect.event;
    if (timestamp !== undefined && event !== "TransactionFinished")
      complaints.push(`${event} carries a time of its own`);
    const isReservation = event === "ReservationStart" || event === "ReservationEnd";
    if (isReservation && uuid !== "") complaints.push(`${event} carries uuid ${uuid}`);
    if (!isReservation && ids.length > 0 && !ids.includes(uuid) && event !== "Enabled" && event !== "Disabled")
      complaints.push(`${event} carries uuid ${uuid}, not ${ids.join(" or ")}`);
    const names = Object.keys(objects).sort().join(" ");
    const expected = words(eventPayloads[event] ?? fail(`no payload for ${event}`))
      .sort()
      .join(" ");
    if (names !== expected) complaints.push(`${event} carries [${names}], not [${expected}]`);
    const bill = before.stored?.finished;
    if (event === "TransactionFinished" && bill !== undefined) {
      if (effect.event.transaction_finished !== bill) complaints.push("tells another bill than it has stored");
      continue;
    }
    for (const object of Object.values(objects)) {
      if (!(object !== null && typeof object === "object" && "meter_value" in object)) continue;
      if (after.meter !== null && object.meter_value !== after.meter) complaints.push(`${event} has an old reading`);
    }
  }
  return complaints;
}

function chainComplaint(effects: readonly ChargerEffect[], before: ChargerState, after: ChargerState): string[] {
  let name: string | null = before.started ? before.name : null;
  const complaints: string[] = [];
  for (const effect of effects) {
    if (effect.kind !== "state") continue;
    if (effect.from !== name) complaints.push(`tells a way from ${effect.from}, being in ${name}`);
    name = effect.to;
  }
  if (name !== null && name !== after.name) complaints.push(`is in ${after.name} without telling`);
  return complaints;
}

interface Wanted {
  readonly before: ChargerState;
  readonly effects: string;
  readonly facts: Facts;
  readonly open: ReadonlySet<string>;
  readonly deadlines: string;
}

/** The last reading of each expectation: cells are read again and again against the same state. */
const wantedAlready = new WeakMap<Expected, Wanted>();

function wantedOf(expected: Expected, before: ChargerState, atMs: number): Wanted {
  const known = wantedAlready.get(expected);
  if (known?.before === before) return known;
  const last = expected.effects.findLast((word) => word.startsWith(">"));
  const drawn = expected.effects.includes("draw") ? "noNextId" : "";
  const { facts, open } = withFacts(
    before,
    `${last === undefined ? "" : `@${last.slice(1)}`} ${drawn} ${expected.facts}`,
    atMs,
  );
  const deadlines = deadlineWords(facts, atMs, open);
  const wanted = { before, effects: normalized(expected.effects, before), facts, open, deadlines };
  wantedAlready.set(expected, wanted);
  return wanted;
}

function complaintsOf(
  expected: Expected,
  before: ChargerState,
  machine: Machine<ChargerState, ChargerEvent, ChargerEffect>,
  got: { state: ChargerState; effects: readonly ChargerEffect[] },
  atMs: number,
): string[] {
  const complaints: string[] = [];
  const wanted = wantedOf(expected, before, atMs);
  const { facts, open } = wanted;
  const effects = normalized(got.effects.map(effectWord), before);
  if (effects !== wanted.effects) complaints.push(`does [${effects}], not [${wanted.effects}]`);
  for (const key of compared) {
    if (open.has(key) || facts[key] === got.state[key]) continue;
    complaints.push(`${key} is ${got.state[key]}, not ${facts[key]}`);
  }
  const session = facts.session?.id;
  if (!open.has("session") && got.state.session?.id !== session) {
    complaints.push(`session is ${got.state.session?.id}, not ${session}`);
  }
  if (!open.has("out") && outputWord(got.state.output) !== outputWord(facts.output)) {
    complaints.push(`output is ${outputWord(got.state.output)}, not ${outputWord(facts.output)}`);
  }
  const energyWh = got.state.meter?.energy_Wh_import.total;
  if (energyWh !== facts.meter?.energy_Wh_import.total) complaints.push(`has read ${energyWh} Wh`);
  const deadlines = deadlineWords(got.state, atMs, open);
  if (deadlines !== wanted.deadlines) complaints.push(`waits for [${deadlines}], not [${wanted.deadlines}]`);
  complaints.push(...wordingComplaints(got.effects, before, got.state));
  complaints.push(...chainComplaint(got.effects, before, got.state));
  const pending = Object.values(got.state.deadlines).filter((ms) => ms !== undefined);
  const earliest = pending.length === 0 ? null : Math.min(...pending);
  if (machine.deadlineMs(got.state) !== earliest)
    complaints.push(`asks for ${machine.deadlineMs(got.state)}, not ${earliest}`);
  return complaints;
}

const cells = readCells();
const courses = readCourses();

/** How much the table says: for reports. */
export const chargerSpecSize = {
  cells: cells.length,
  disputed: cells.filter((cell) => cell.disputed).length,
  courses: courses.length,
  courseSteps: courses.reduce((sum, course) => sum + course.steps.length, 0),
};

/** Situations by state name and event, for those who want to see that none is missing. */
export const chargerSpecCells = cells.map(({ given, event, effects }) => ({
  state: /@(\w+)/.exec(given)?.[1] ?? "",
  event: event.split(":")[0] ?? "",
  leads: effects.some((word) => word.startsWith(">")),
}));

/** Read once: the mutation run goes over the table some hundred times. */
const readAlready = new Map<Cell, { options: ChargerOptions; given: ChargerState; event: ChargerEvent }>();

function reading(cell: Cell): { options: ChargerOptions; given: ChargerState; event: ChargerEvent } {
  let read = readAlready.get(cell);
  if (read === undefined) {
    const given = Object.freeze(withFacts(atRest, cell.given, nowMs).facts);
    read = { options: optionsOf(cell.options), given, event: eventOf(cell.event, given) };
    readAlready.set(cell, read);
  }
  return read;
}

function cellFailure(factory: ChargerFactory, cell: Cell): string | null {
  const { options, given, event } = reading(cell);
  const machine = factory(options);
  const got = machine.step(given, event, nowMs);
  const complaints = complaintsOf(cell, given, machine, got, nowMs);
  return complaints.length === 0 ? null : `${cell.name}: ${complaints.join("; ")}`;
}

function courseFailure(factory: ChargerFactory, course: Course): string | null {
  const machine = factory(optionsOf(course.options));
  let state: ChargerState = withFacts(atRest, course.given, nowMs).facts;
  for (const step of course.steps) {
    const got = machine.step(state, eventOf(step.event, state), step.atMs);
    const complaints = complaintsOf(step, state, machine, got, step.atMs);
    if (complaints.length > 0)
      return `${course.name}, ${step.atMs - nowMs} ms, ${step.event}: ${complaints.join("; ")}`;
    state = got.state;
  }
  return null;
}

/** Every cell and course in which the machine does not do what the table says; with `firstOnly`, the first of them. */
export function chargerFailures(factory: ChargerFactory, firstOnly = false): string[] {
  const failures: string[] = [];
  const note = (failure: string | null): boolean => {
    if (failure !== null) failures.push(failure);
    return firstOnly && failure !== null;
  };
  for (const cell of cells) if (!cell.disputed && note(cellFailure(factory, cell))) return failures;
  for (const course of courses) if (note(courseFailure(factory, course))) return failures;
  return failures;
}

/** The cells that wait for a decision, as far as the machine differs from the table. */
export function chargerDisputes(factory: ChargerFactory): string[] {
  return cells
    .filter((cell) => cell.disputed)
    .map((cell) => cellFailure(factory, cell))
    .filter((failure) => failure !== null);
}
