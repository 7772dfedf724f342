/**
 * The station's side of a conversation (SECC): answers what a vehicle asks with what the station has been told, and
 * publishes how far the conversation is. It decides nothing for the station. Pure.
 *
 * Source: DC charging facts, section 2; ISO 15118-2 tables 108 and 109 (order and time-outs).
 */
import type { iso15118Charger } from "../../../hal/iso15118-charger.ts";
import type { VarName, VarValue } from "../../../hal/port.ts";
import type { Machine, Step } from "../../../src/core/machine.ts";
import type {
  IsolationStatus,
  PaymentOption,
  Protocol,
  Request,
  RequestKind,
  Response,
  StationError,
  TransferMode,
} from "./messages.ts";
import { isDc } from "./messages.ts";

export const stationTiming = {
  /** ISO 15118-2, V2G_SECC_Sequence_Timeout: a vehicle that says nothing for this long is gone. */
  sequenceMs: 60_000,
  /** The contactor of an AC station has this long to close before the request for power fails. */
  contactorMs: 3000,
} as const;

type Charger = typeof iso15118Charger;
export type Publication = {
  readonly [V in VarName<Charger>]: { readonly name: V; readonly value: VarValue<Charger, V> };
}[VarName<Charger>];

/** What the station has said it is, does and wants. */
export interface Told {
  readonly protocols: readonly Protocol[];
  readonly options: readonly PaymentOption[];
  readonly modes: readonly TransferMode[];
  readonly linkUp: boolean;
  readonly authorization: "awaited" | "accepted" | "refused";
  readonly cableCheck: "awaited" | "passed" | "failed";
  readonly contactorClosed: boolean;
  readonly wish: Response["wish"];
  readonly error: StationError | null;
  readonly isolation: IsolationStatus;
  readonly presentV: number;
  readonly presentA: number;
  readonly maxV: number;
  readonly maxA: number;
  readonly maxW: number;
  readonly dischargeA: number;
  readonly dischargeW: number;
  readonly acMaxA: number;
  /** It goes both ways by SAE J2847/2. */
  readonly sae: boolean;
}

/** The last thing that was agreed on. */
export type Phase =
  | "closed"
  | "connected"
  | "protocol"
  | "session"
  | "services"
  | "payment"
  | "authorized"
  | "parameters"
  | "cableCheck"
  | "preCharge"
  | "power"
  | "charging"
  | "powerOff"
  | "stopped";

export interface StationTalk {
  readonly phase: Phase;
  readonly told: Told;
  readonly protocol: Protocol | null;
  readonly mode: TransferMode | null;
  readonly option: PaymentOption | null;
  /** Seconds a vehicle's customer has, by payment option; 0 is for ever. */
  readonly authorizationS: Readonly<Record<PaymentOption, number>>;
  readonly authorizationAskedAtMs: number | null;
  /** The answer to a request for AC power that waits for the contactor. */
  readonly contactorDueMs: number | null;
  readonly heardAtMs: number;
  /** `publish_telemetry_only_on_change`: off, what a vehicle asks of direct current is published with each request. */
  readonly onChangeOnly: boolean;
  /** What the vehicle's values were when they were last published. */
  readonly published: Readonly<Partial<Record<VarName<Charger>, string>>>;
}

export const nothingTold: Told = {
  protocols: ["DIN70121", "ISO15118D2"],
  options: ["ExternalPayment"],
  modes: [],
  linkUp: false,
  authorization: "awaited",
  cableCheck: "awaited",
  contactorClosed: false,
  wish: "none",
  error: null,
  isolation: "Invalid",
  presentV: 0,
  presentA: 0,
  maxV: 0,
  maxA: 0,
  maxW: 0,
  dischargeA: 0,
  dischargeW: 0,
  acMaxA: 0,
  sae: false,
};

export const silentStation: StationTalk = {
  phase: "closed",
  told: nothingTold,
  protocol: null,
  mode: null,
  option: null,
  authorizationS: { ExternalPayment: 300, Contract: 55 },
  authorizationAskedAtMs: null,
  contactorDueMs: null,
  heardAtMs: 0,
  onChangeOnly: true,
  published: {},
};

export type StationEvent =
  | { readonly type: "told"; readonly change: Partial<Told> }
  | { readonly type: "connected" }
  | { readonly type: "disconnected" }
  | { readonly type: "request"; readonly request: Request }
  | { readonly type: "deadlineReached" };

export type StationEffect =
  | { readonly type: "publish"; readonly publication: Publication }
  | { readonly type: "respond"; readonly response: Response }
  /** The station closes the connection. */
  | { readonly type: "close" };

type Outcome = Step<StationTalk, StationEffect>;

/** When each request may come. Anything else is out of sequence, and the session fails. */
const expected: Readonly<Record<RequestKind, readonly Phase[]>> = {
  supportedAppProtocol: ["connected"],
  sessionSetup: ["protocol"],
  serviceDiscovery: ["session"],
  paymentServiceSelection: ["services"],
  authorization: ["payment"],
  chargeParameterDiscovery: ["authorized"],
  cableCheck: ["parameters", "cableCheck"],
  preCharge: ["cableCheck", "preCharge"],
  powerDelivery: ["parameters", "cableCheck", "preCharge", "power", "charging"],
  chargingStatus: ["power", "charging"],
  currentDemand: ["power", "charging"],
  weldingDetection: ["powerOff"],
  sessionStop: [
    "protocol",
    "session",
    "services",
    "payment",
    "authorized",
    "parameters",
    "cableCheck",
    "preCharge",
    "power",
    "charging",
    "powerOff",
  ],
};

/** Requests that only one kind of energy knows. */
const onlyWith: Readonly<Partial<Record<RequestKind, "AC" | "DC">>> = {
  cableCheck: "DC",
  preCharge: "DC",
  currentDemand: "DC",
  weldingDetection: "DC",
  chargingStatus: "AC",
};

function isExpected({ phase, mode }: StationTalk, kind: RequestKind): boolean {
  const energy = onlyWith[kind];
  const agreed = mode === null ? undefined : isDc(mode) ? "DC" : "AC";
  return expected[kind].includes(phase) && (energy === undefined || energy === agreed);
}

const publish = (publication: Publication): StationEffect => ({ type: "publish", publication });

function responseTo(kind: RequestKind, { told }: StationTalk, change: Partial<Response> = {}): StationEffect {
  const { wish, error, isolation, presentV, presentA, maxV, maxA, maxW, dischargeA, dischargeW, acMaxA } = told;
  return {
    type: "respond",
    response: {
      kind,
      ok: true,
      ongoing: false,
      wish,
      error,
      isolation,
      presentV,
      presentA,
      maxV,
      maxA,
      maxW,
      dischargeA,
      dischargeW,
      acMaxA,
      ...change,
    },
  };
}

const failed = (kind: RequestKind, talk: StationTalk): StationEffect => responseTo(kind, talk, { ok: false });

type FailureReason = Extract<Publication, { readonly name: "hlc_session_failed" }>["value"];
const sessionFailed = (reason: FailureReason): StationEffect => publish({ name: "hlc_session_failed", value: reason });

/** Adds those publications whose value has changed since they were last told. */
function onChange(
  talk: StationTalk,
  publications: readonly Publication[],
): { talk: StationTalk; told: StationEffect[] } {
  const isTold = (name: string): boolean => !talk.onChangeOnly && name === "dc_ev_target_voltage_current";
  const changed = publications.filter(
    ({ name, value }) => isTold(name) || talk.published[name] !== JSON.stringify(value),
  );
  const published = Object.fromEntries(changed.map(({ name, value }) => [name, JSON.stringify(value)]));
  return { talk: { ...talk, published: { ...talk.published, ...published } }, told: changed.map(publish) };
}

const status = (soc: number): Publication => ({
  name: "dc_ev_status",
  value: { dc_ev_ready: true, dc_ev_error_code: "NO_ERROR", dc_ev_ress_soc: soc },
});
const target = (voltageV: number, currentA: number): Publication => ({
  name: "dc_ev_target_voltage_current",
  value: { dc_ev_target_voltage: voltageV, dc_ev_target_current: currentA },
});

/** What stands open is ended: the station hears first that no power is wanted any more. */
function powerEnded(talk: StationTalk): StationEffect[] {
  const charged = talk.phase === "charging";
  const powered = charged || talk.phase === "power";
  if (talk.mode === null) return [];
  if (!isDc(talk.mode)) return powered ? [publish({ name: "ac_open_contactor", value: null })] : [];
  const opened = powered || talk.phase === "cableCheck" || talk.phase === "preCharge";
  return [
    ...(charged ? [publish({ name: "current_demand_finished", value: null })] : []),
    ...(opened ? [publish({ name: "dc_open_contactor", value: null })] : []),
  ];
}

const closed = (talk: StationTalk): StationTalk => ({
  ...silentStation,
  told: { ...talk.told, authorization: "awaited", cableCheck: "awaited" },
  authorizationS: talk.authorizationS,
  onChangeOnly: talk.onChangeOnly,
});

/** The connection is gone without a word. */
function broken(talk: StationTalk, effects: readonly StationEffect[]): Outcome {
  if (talk.phase === "closed") return { state: talk, effects };
  const told = talk.phase === "stopped" ? [] : [...powerEnded(talk), publish({ name: "dlink_error", value: null })];
  return { state: closed(talk), effects: [...effects, ...told] };
}

type Answers = {
  readonly [K in RequestKind]: (talk: StationTalk, request: Extract<Request, { kind: K }>, nowMs: number) => Outcome;
};

/** ISO 15118-20 has a protocol for AC and one for DC. */
function selectedProtocol(protocol: Protocol, { told: { modes } }: StationTalk): string {
  if (protocol === "DIN70121") return "DIN70121";
  if (protocol === "ISO15118D2") return "ISO15118-2-2013";
  return modes.length > 0 && !modes.some(isDc) ? "ISO15118-20:AC" : "ISO15118-20:DC";
}

const answers: Answers = {
  supportedAppProtocol(talk, { kind, protocols }) {
    const protocol = protocols.find((name) => talk.told.protocols.includes(name));
    if (protocol === undefined) {
      return { state: talk, effects: [failed(kind, talk), sessionFailed("ProtocolNegotiationFailed")] };
    }
    return {
      state: { ...talk, phase: "protocol", protocol },
      effects: [
        publish({ name: "ev_app_protocol", value: [...protocols] }),
        publish({ name: "selected_protocol", value: selectedProtocol(protocol, talk) }),
        responseTo(kind, talk, { protocol }),
      ],
    };
  },
  sessionSetup: (talk, { kind, evccId }) => ({
    state: { ...talk, phase: "session" },
    effects: [publish({ name: "evcc_id", value: evccId }), responseTo(kind, talk)],
  }),
  serviceDiscovery: (talk, { kind }) => ({
    state: { ...talk, phase: "services" },
    effects: [responseTo(kind, talk, { options: talk.told.options, modes: talk.told.modes })],
  }),
  paymentServiceSelection(talk, { kind, option }) {
    if (!talk.told.options.includes(option)) return { state: talk, effects: [failed(kind, talk)] };
    return {
      state: { ...talk, phase: "payment", option },
      effects: [publish({ name: "selected_payment_option", value: option }), responseTo(kind, talk)],
    };
  },
  authorization(talk, { kind }, nowMs) {
    const { authorization } = talk.told;
    if (authorization === "refused") {
      return { state: talk, effects: [failed(kind, talk), sessionFailed("AuthorizationFailed")] };
    }
    if (authorization === "accepted")
      return { state: { ...talk, phase: "authorized" }, effects: [responseTo(kind, talk)] };
    const isFirst = talk.authorizationAskedAtMs === null;
    return {
      state: { ...talk, authorizationAskedAtMs: talk.authorizationAskedAtMs ?? nowMs },
      effects: [...(isFirst ? [authorizationRequest(talk)] : []), responseTo(kind, talk, { ongoing: true })],
    };
  },
  chargeParameterDiscovery(talk, request) {
    const { kind, mode } = request;
    const mine: Publication = { name: "requested_energy_transfer_mode", value: mode };
    if (!talk.told.modes.includes(mode)) {
      return { state: talk, effects: [publish(mine), failed(kind, talk), sessionFailed("EnergyTransferSetupFailed")] };
    }
    const { talk: next, told } = onChange(talk, [mine, ...bothWays(talk, request), ...parametersOf(request)]);
    return { state: { ...next, phase: "parameters", mode }, effects: [...told, responseTo(kind, next)] };
  },
  cableCheck(talk, { kind, soc }) {
    const { talk: next, told } = onChange(talk, [status(soc)]);
    const begins: StationEffect[] =
      talk.phase === "parameters" ? [publish({ name: "start_cable_check", value: null })] : [];
    const state: StationTalk = { ...next, phase: "cableCheck" };
    const effects = [...told, ...begins];
    const { cableCheck } = talk.told;
    if (cableCheck === "failed") return { state, effects: [...effects, failed(kind, state)] };
    return { state, effects: [...effects, responseTo(kind, state, { ongoing: cableCheck === "awaited" })] };
  },
  preCharge(talk, { kind, targetV, targetA }) {
    if (talk.told.cableCheck !== "passed") return outOfSequence(talk, kind);
    const begins: StationEffect[] =
      talk.phase === "cableCheck" ? [publish({ name: "start_pre_charge", value: null })] : [];
    const { talk: next, told } = onChange(talk, [target(targetV, targetA)]);
    return { state: { ...next, phase: "preCharge" }, effects: [...begins, ...told, responseTo(kind, next)] };
  },
  powerDelivery(talk, { kind, start }, nowMs) {
    const dc = talk.mode !== null && isDc(talk.mode);
    if (!start) {
      const state: StationTalk = { ...talk, phase: "powerOff" };
      return { state, effects: [...powerEnded(talk), responseTo(kind, state)] };
    }
    const mayStart: Phase = dc ? "preCharge" : "parameters";
    if (talk.phase !== mayStart) return outOfSequence(talk, kind);
    const set = publish({ name: "v2g_setup_finished", value: null });
    if (dc) return { state: { ...talk, phase: "power" }, effects: [set, responseTo(kind, talk)] };
    const asked = [set, publish({ name: "ac_close_contactor", value: null })];
    const state: StationTalk = { ...talk, phase: "power" };
    if (talk.told.contactorClosed) return { state, effects: [...asked, responseTo(kind, state)] };
    return { state: { ...state, contactorDueMs: nowMs + stationTiming.contactorMs }, effects: asked };
  },
  chargingStatus: (talk, { kind }) => ({ state: { ...talk, phase: "charging" }, effects: [responseTo(kind, talk)] }),
  currentDemand(talk, { kind, targetV, targetA, soc, complete }) {
    const begins: StationEffect[] =
      talk.phase === "power" ? [publish({ name: "current_demand_started", value: null })] : [];
    const { talk: next, told } = onChange(talk, [
      target(targetV, targetA),
      status(soc),
      { name: "dc_charging_complete", value: complete },
    ]);
    return { state: { ...next, phase: "charging" }, effects: [...begins, ...told, responseTo(kind, next)] };
  },
  weldingDetection: (talk, { kind }) => ({ state: talk, effects: [responseTo(kind, talk)] }),
  sessionStop(talk, { kind, pause }) {
    const link: Publication = pause ? { name: "dlink_pause", value: null } : { name: "dlink_terminate", value: null };
    return {
      state: { ...talk, phase: "stopped" },
      effects: [...powerEnded(talk), responseTo(kind, talk), publish(link)],
    };
  },
};

function authorizationRequest({ option }: StationTalk): StationEffect {
  if (option !== "Contract") return publish({ name: "require_auth_eim", value: null });
  const value = { id_token: { value: "UKSWI123456791A", type: "eMAID" }, authorization_type: "PlugAndCharge" } as const;
  return publish({ name: "require_auth_pnc", value });
}

/** Which service of ISO 15118-20 was chosen, and that SAE J2847/2 is spoken by both. */
function bothWays(
  { protocol, told }: StationTalk,
  { mode, sae }: Extract<Request, { kind: "chargeParameterDiscovery" }>,
): Publication[] {
  if (!isDc(mode)) return [];
  if (protocol !== "ISO15118D20") return told.sae && sae ? [{ name: "sae_bidi_mode_active", value: null }] : [];
  const isMegawatt = mode.startsWith("MCS");
  const service = isMegawatt ? "MCS" : "DC";
  return [
    {
      name: "selected_service_parameters",
      value: {
        energy_transfer: mode.endsWith("BPT") ? `${service}_BPT` : service,
        connector: isMegawatt ? "Mcs" : "Extended",
        control_mode: "ScheduledControl",
        mobility_needs_mode: "EVCC",
        pricing: "NoPricing",
      },
    },
  ];
}

function parametersOf({
  mode,
  departureS,
  energyWh,
  soc,
  needs,
}: Extract<Request, { kind: "chargeParameterDiscovery" }>): Publication[] {
  if (!isDc(mode)) {
    return [
      { name: "ac_eamount", value: energyWh },
      { name: "ac_ev_max_voltage", value: 400 },
      { name: "ac_ev_max_current", value: needs.maxA },
      { name: "ac_ev_min_current", value: 6 },
      departure(departureS),
    ];
  }
  return [
    status(soc),
    {
      name: "dc_ev_maximum_limits",
      value: {
        dc_ev_maximum_current_limit: needs.maxA,
        dc_ev_maximum_power_limit: needs.maxW,
        dc_ev_maximum_voltage_limit: needs.maxV,
      },
    },
    { name: "dc_ev_energy_capacity", value: needs.capacityWh },
    { name: "dc_ev_energy_request", value: energyWh > 0 ? energyWh : (needs.capacityWh * (100 - soc)) / 100 },
    { name: "dc_full_soc", value: 100 },
    { name: "dc_bulk_soc", value: 80 },
    departure(departureS),
  ];
}

/** Filled in by who knows the wall clock: a duration is all that is said. */
const departure = (departureS: number): Publication => ({ name: "departure_time", value: String(departureS) });

function outOfSequence(talk: StationTalk, kind: RequestKind): Outcome {
  return { state: talk, effects: [failed(kind, talk), sessionFailed("UnexpectedSessionEnd")] };
}

function answer(talk: StationTalk, request: Request, nowMs: number): Outcome {
  if (talk.phase === "closed" || talk.phase === "stopped" || !talk.told.linkUp) return { state: talk, effects: [] };
  const heard = { ...talk, heardAtMs: nowMs };
  if (!isExpected(talk, request.kind)) return outOfSequence(heard, request.kind);
  const respond = answers[request.kind] as (talk: StationTalk, request: Request, nowMs: number) => Outcome;
  return respond(heard, request, nowMs);
}

function hears(talk: StationTalk, change: Partial<Told>): Outcome {
  const state = { ...talk, told: { ...talk.told, ...change } };
  if (talk.told.linkUp && change.linkUp === false) {
    if (talk.phase === "closed") return { state, effects: [] };
    const { state: over, effects } = broken(state, []);
    return { state: over, effects: [...effects, { type: "close" }] };
  }
  if (talk.contactorDueMs === null || !state.told.contactorClosed) return { state, effects: [] };
  const ready = { ...state, contactorDueMs: null };
  return { state: ready, effects: [responseTo("powerDelivery", ready)] };
}

function deadline(talk: StationTalk, nowMs: number): Outcome {
  if (talk.contactorDueMs !== null && nowMs >= talk.contactorDueMs) {
    const state = { ...talk, contactorDueMs: null };
    return { state, effects: [failed("powerDelivery", state), sessionFailed("ChargingInterrupted")] };
  }
  if (nowMs >= (authorizationEndsMs(talk) ?? Number.POSITIVE_INFINITY)) {
    return hears(talk, { authorization: "refused" });
  }
  if (talk.phase === "closed" || nowMs < talk.heardAtMs + stationTiming.sequenceMs) return { state: talk, effects: [] };
  return broken(talk, [sessionFailed("UnexpectedSessionEnd"), { type: "close" }]);
}

function authorizationEndsMs(talk: StationTalk): number | null {
  const { phase, option, authorizationAskedAtMs, told } = talk;
  if (phase !== "payment" || option === null || authorizationAskedAtMs === null) return null;
  const seconds = talk.authorizationS[option];
  return told.authorization !== "awaited" || seconds === 0 ? null : authorizationAskedAtMs + seconds * 1000;
}

export const stationTalk: Machine<StationTalk, StationEvent, StationEffect> = {
  step(talk, event, nowMs) {
    switch (event.type) {
      case "told":
        return hears(talk, event.change);
      case "connected":
        if (!talk.told.linkUp) return { state: talk, effects: [] };
        // A vehicle that begins anew has forgotten what it was about.
        return {
          state: { ...closed(talk), phase: "connected", heardAtMs: nowMs },
          effects: talk.phase === "stopped" ? [] : powerEnded(talk),
        };
      case "disconnected":
        return broken(talk, []);
      case "request":
        return answer(talk, event.request, nowMs);
      case "deadlineReached":
        return deadline(talk, nowMs);
    }
  },
  deadlineMs(talk) {
    if (talk.phase === "closed") return null;
    const dueMs = [talk.contactorDueMs, authorizationEndsMs(talk), talk.heardAtMs + stationTiming.sequenceMs];
    return Math.min(...dueMs.filter((atMs) => atMs !== null));
  },
  deadlineReached: { type: "deadlineReached" },
};
