/**
 * The vehicle's side of a conversation (EVCC): one step after the other in the order of DIN 70121 and ISO 15118-2, with
 * the vehicle's patience, its contactor, and what a vehicle that misbehaves does instead. Pure.
 *
 * Source: ISO 15118-2 table 109 and figure 108 ff.; DIN 70121 9.6; DC charging facts, section 2; simulation facts,
 * section 2.
 */
import type { Machine, Step } from "../../../src/core/machine.ts";
import type { DcNeeds, DischargeNeeds, PaymentOption, Protocol, Request, Response, TransferMode } from "./messages.ts";
import { isDc } from "./messages.ts";

export type VehicleStep =
  | "discovery"
  | "supportedAppProtocol"
  | "sessionSetup"
  | "serviceDiscovery"
  | "paymentServiceSelection"
  | "authorization"
  | "chargeParameterDiscovery"
  | "readying"
  | "cableCheck"
  | "preCharge"
  | "powerOn"
  | "currentDemand"
  | "chargingStatus"
  | "powerOff"
  | "weldingDetection"
  | "sessionStop";

export const vehicleSteps = [
  "discovery",
  "supportedAppProtocol",
  "sessionSetup",
  "serviceDiscovery",
  "paymentServiceSelection",
  "authorization",
  "chargeParameterDiscovery",
  "readying",
  "cableCheck",
  "preCharge",
  "powerOn",
  "currentDemand",
  "chargingStatus",
  "powerOff",
  "weldingDetection",
  "sessionStop",
] as const satisfies readonly VehicleStep[];

interface StepRow {
  /** How long a single answer may take. */
  readonly answerMs: number;
  /** How long the vehicle waits before it asks (again). */
  readonly paceMs: number;
  /** How long the step may last, however often it is asked; null where the vehicle waits for a person or charges. */
  readonly patienceMs: number | null;
}

const asked = (answerMs: number): StepRow => ({ answerMs, paceMs: 50, patienceMs: null });

export const stepTable: Readonly<Record<VehicleStep, StepRow>> = {
  /** V2G_EVCC_CommunicationSetup_Timeout. */
  discovery: { answerMs: 250, paceMs: 250, patienceMs: 20_000 },
  supportedAppProtocol: asked(2000),
  sessionSetup: asked(2000),
  serviceDiscovery: asked(2000),
  paymentServiceSelection: asked(2000),
  authorization: { answerMs: 2000, paceMs: 500, patienceMs: null },
  /** V2G_EVCC_Ongoing_Timeout. */
  chargeParameterDiscovery: { answerMs: 2000, paceMs: 250, patienceMs: 60_000 },
  /** Until the pilot is in C, [V2G2-912]. */
  readying: { answerMs: 0, paceMs: 0, patienceMs: null },
  /** V2G_EVCC_CableCheck_Timeout. */
  cableCheck: { answerMs: 2000, paceMs: 250, patienceMs: 40_000 },
  /** V2G_EVCC_PreCharge_Timeout. */
  preCharge: { answerMs: 2000, paceMs: 100, patienceMs: 7000 },
  powerOn: asked(5000),
  currentDemand: { answerMs: 250, paceMs: 250, patienceMs: null },
  chargingStatus: { answerMs: 2000, paceMs: 1000, patienceMs: null },
  powerOff: asked(5000),
  weldingDetection: { answerMs: 2000, paceMs: 250, patienceMs: 5000 },
  sessionStop: asked(2000),
};

/** The vehicle closes its contactor when its inlet is this close to the battery. IEC 61851-23. */
const preChargeToleranceV = 20;
/** Below this both contactors are open, and nothing is welded. */
const safeV = 60;

export interface Trip {
  readonly protocols: readonly Protocol[];
  readonly evccId: string;
  readonly mode: TransferMode;
  /** Of ISO 15118-20, best first; the first that the station has is chosen in the place of `mode`. */
  readonly services: readonly TransferMode[];
  readonly option: PaymentOption;
  readonly enforceOption: boolean;
  readonly departureS: number;
  readonly energyWh: number;
}

/** What this vehicle does against the rules, at a step or in its demands. */
export interface Misbehaviour {
  readonly at: VehicleStep | null;
  /** `abort`: hangs up. `silence`: says nothing more and stays. `stop`: ends in good order. `pause`: likewise. */
  readonly how: "abort" | "silence" | "stop" | "pause";
  /** Replaces what it asks for in the charge loop. */
  readonly demandV: number | null;
  readonly demandA: number | null;
  /** Closes its contactor whatever its inlet shows. */
  readonly closesEarly: boolean;
}

export const wellBehaved: Misbehaviour = { at: null, how: "abort", demandV: null, demandA: null, closesEarly: false };

export interface VehicleTalk {
  readonly step: VehicleStep | null;
  /** Where the step is: the time to ask has not come, an answer is out, or nothing will happen by itself. */
  readonly waits: "pace" | "answer" | "nothing";
  readonly dueMs: number;
  readonly patienceEndsMs: number | null;
  readonly trip: Trip;
  readonly needs: DcNeeds;
  readonly gives: DischargeNeeds;
  /** It speaks SAE J2847/2. */
  readonly sae: boolean;
  readonly soc: number;
  readonly wish: "go on" | "stop" | "pause";
  readonly pilotInC: boolean;
  readonly contactorClosed: boolean;
  readonly powerReady: boolean;
  /** The end that the station asked for has been told. */
  readonly stopTold: boolean;
  readonly acMaxA: number | null;
  readonly offered: Response | null;
  readonly misbehaviour: Misbehaviour;
}

/** Ohm. The battery stands below the target by what the target current costs, so that both meet. */
export const batteryOhm = 0.05;
export const batteryVoltageV = ({ targetV, targetA }: DcNeeds): number => targetV - batteryOhm * targetA;

export const parkedVehicle: VehicleTalk = {
  step: null,
  waits: "nothing",
  dueMs: 0,
  patienceEndsMs: null,
  trip: {
    protocols: [],
    evccId: "",
    mode: "DC_extended",
    services: [],
    option: "ExternalPayment",
    enforceOption: false,
    departureS: 86_400,
    energyWh: 0,
  },
  needs: { maxV: 900, maxA: 300, maxW: 150_000, capacityWh: 60_000, targetV: 200, targetA: 5, minV: 150 },
  gives: { maxA: 300, maxW: 150_000, targetA: 5, minimalSoc: 20 },
  sae: false,
  soc: 30,
  wish: "go on",
  pilotInC: false,
  contactorClosed: false,
  powerReady: false,
  stopTold: false,
  acMaxA: null,
  offered: null,
  misbehaviour: wellBehaved,
};

export type VehicleEvent =
  | { readonly type: "started"; readonly trip: Trip }
  | { readonly type: "needs"; readonly needs: DcNeeds }
  | { readonly type: "gives"; readonly gives: DischargeNeeds }
  | { readonly type: "speaksSae" }
  | { readonly type: "soc"; readonly soc: number }
  | { readonly type: "pilot"; readonly inC: boolean }
  | { readonly type: "wish"; readonly wish: "stop" | "pause" }
  /** The plug is pulled, or the driver has had enough. */
  | { readonly type: "abort" }
  | { readonly type: "connected"; readonly found: boolean }
  | { readonly type: "response"; readonly response: Response; readonly inletV: number }
  /** The station has closed the connection, or the line is dead. */
  | { readonly type: "lost" }
  | { readonly type: "misbehave"; readonly change: Partial<Misbehaviour> }
  | { readonly type: "deadlineReached" };

export type VehicleEffect =
  | { readonly type: "connect" }
  | { readonly type: "disconnect" }
  | { readonly type: "send"; readonly request: Request }
  | { readonly type: "contactor"; readonly closed: boolean }
  | { readonly type: "powerReady"; readonly ready: boolean }
  | { readonly type: "powerOn" }
  | { readonly type: "stopFromStation"; readonly pause: boolean }
  | { readonly type: "acLimit"; readonly currentA: number }
  | { readonly type: "finished" };

type Outcome = Step<VehicleTalk, VehicleEffect>;

const unchanged = (state: VehicleTalk): Outcome => ({ state, effects: [] });

/** Steps at which power may flow, and which have to be left through a request to end it. */
const isPowered = (step: VehicleStep | null): boolean =>
  step === "powerOn" || step === "currentDemand" || step === "chargingStatus";

/** Goes to a step; what it asks comes after its pace. */
function goTo(state: VehicleTalk, step: VehicleStep, nowMs: number, effects: readonly VehicleEffect[] = []): Outcome {
  const { paceMs, patienceMs } = stepTable[step];
  const patienceEndsMs = patienceMs === null ? null : nowMs + patienceMs;
  if (step === "readying") return { state: { ...state, step, waits: "nothing", dueMs: 0, patienceEndsMs }, effects };
  return { state: { ...state, step, waits: "pace", dueMs: nowMs + paceMs, patienceEndsMs }, effects };
}

const again = (state: VehicleTalk, nowMs: number): VehicleTalk =>
  state.step === null ? state : { ...state, waits: "pace", dueMs: nowMs + stepTable[state.step].paceMs };

/** Opens the vehicle's contactor and lets go of the pilot, as far as that is still to be done. */
function makeSafe(state: VehicleTalk): Outcome {
  return {
    state: { ...state, contactorClosed: false, powerReady: false },
    effects: [
      ...(state.contactorClosed ? [{ type: "contactor", closed: false } as const] : []),
      ...(state.powerReady ? [{ type: "powerReady", ready: false } as const] : []),
    ],
  };
}

/** Nothing more is said. */
function hangUp(state: VehicleTalk, byStation: boolean): Outcome {
  if (state.step === null) return unchanged(state);
  const { state: safe, effects } = makeSafe(state);
  const told: VehicleEffect[] = byStation && !state.stopTold ? [{ type: "stopFromStation", pause: false }] : [];
  return {
    state: { ...safe, step: null, waits: "nothing", patienceEndsMs: null, wish: "go on" },
    effects: [...effects, { type: "disconnect" }, ...told, { type: "finished" }],
  };
}

/** The orderly way out, from wherever the conversation is. */
function wayOut(state: VehicleTalk, nowMs: number): Outcome {
  if (isPowered(state.step)) return goTo(state, "powerOff", nowMs);
  const { state: safe, effects } = makeSafe(state);
  return goTo(safe, "sessionStop", nowMs, effects);
}

const isOnWayOut = (step: VehicleStep | null): boolean =>
  step === "powerOff" || step === "weldingDetection" || step === "sessionStop";

function requestOf(state: VehicleTalk, step: Exclude<VehicleStep, "discovery" | "readying">): Request {
  const { trip, needs, soc, wish, sae } = state;
  const batteryV = batteryVoltageV(needs);
  switch (step) {
    case "supportedAppProtocol":
      return { kind: "supportedAppProtocol", protocols: trip.protocols };
    case "sessionSetup":
      return { kind: "sessionSetup", evccId: trip.evccId };
    case "paymentServiceSelection":
      return { kind: "paymentServiceSelection", option: optionOf(state) };
    case "chargeParameterDiscovery": {
      const { mode, departureS, energyWh } = trip;
      return { kind: "chargeParameterDiscovery", mode, departureS, energyWh, soc, needs, sae };
    }
    case "cableCheck":
      return { kind: "cableCheck", soc };
    case "preCharge":
      return { kind: "preCharge", targetV: batteryV, targetA: 0 };
    case "powerOn":
      return { kind: "powerDelivery", start: true };
    case "powerOff":
      return { kind: "powerDelivery", start: false };
    case "currentDemand":
      return { kind: "currentDemand", ...demandOf(state), soc, complete: wish === "stop" };
    case "sessionStop":
      return { kind: "sessionStop", pause: wish === "pause" };
    case "serviceDiscovery":
    case "authorization":
    case "chargingStatus":
    case "weldingDetection":
      return { kind: step };
  }
}

function optionOf({ trip, offered }: VehicleTalk): PaymentOption {
  const options = offered?.options ?? [];
  return options.includes(trip.option) || trip.enforceOption ? trip.option : (options[0] ?? trip.option);
}

/** As much as it wants and the station offers; what it is told to demand against the rules comes first. */
function demandOf(state: VehicleTalk): { targetV: number; targetA: number } {
  const { needs, offered, misbehaviour } = state;
  const { demandV, demandA } = misbehaviour;
  const given = givenOf(state);
  if (given !== null) return { targetV: demandV ?? given.targetV, targetA: demandA ?? given.targetA };
  const targetV = Math.min(needs.targetV, needs.maxV);
  const offeredA = Math.min(offered?.maxA ?? 0, (offered?.maxW ?? 0) / targetV);
  const targetA = Math.min(needs.targetA, needs.maxA, offeredA);
  return { targetV: demandV ?? targetV, targetA: demandA ?? Math.max(0, targetA) };
}

/** Where the station takes instead of giving: by limits of their own, or by SAE J2847/2 below 0. */
function givenOf({ needs, gives, soc, offered }: VehicleTalk): { targetV: number; targetA: number } | null {
  const takenA = Math.max(offered?.dischargeA ?? 0, -(offered?.maxA ?? 0));
  const takenW = Math.max(offered?.dischargeW ?? 0, -(offered?.maxW ?? 0));
  if (takenA <= 0 || takenW <= 0) return null;
  const byPowerA = Math.min(takenW, gives.maxW) / batteryVoltageV(needs);
  const mostA = soc > gives.minimalSoc ? Math.min(gives.targetA, gives.maxA, takenA, byPowerA) : 0;
  return { targetV: needs.minV, targetA: mostA > 0 ? -mostA : 0 };
}

/** The time to ask has come. */
function ask(state: VehicleTalk, step: VehicleStep, nowMs: number): Outcome {
  const { at, how } = state.misbehaviour;
  if (at === step) {
    if (how === "abort") return hangUp(state, false);
    if (how === "silence") return unchanged({ ...state, waits: "nothing", dueMs: 0, patienceEndsMs: null });
    if (!isOnWayOut(step)) {
      const spent: VehicleTalk = { ...state, wish: how, misbehaviour: { ...state.misbehaviour, at: null } };
      return wayOut(spent, nowMs);
    }
  }
  const out: VehicleTalk = { ...state, waits: "answer", dueMs: nowMs + stepTable[step].answerMs };
  if (step === "discovery") return { state: out, effects: [{ type: "connect" }] };
  if (step === "readying") return unchanged(state);
  return { state: out, effects: [{ type: "send", request: requestOf(state, step) }] };
}

/** Where a step leads once the station has done its part. */
type Next = (state: VehicleTalk, response: Response, inletV: number, nowMs: number) => Outcome;

const then =
  (step: VehicleStep): Next =>
  (state, _response, _inletV, nowMs) =>
    goTo(state, step, nowMs);

const nextTable: Readonly<Record<Exclude<VehicleStep, "discovery" | "readying">, Next>> = {
  supportedAppProtocol: then("sessionSetup"),
  sessionSetup: then("serviceDiscovery"),
  serviceDiscovery(state, { modes = [] }, _inletV, nowMs) {
    const { trip, offered } = state;
    const chosen = offered?.protocol === "ISO15118D20" ? trip.services.find((mode) => modes.includes(mode)) : undefined;
    return goTo({ ...state, trip: { ...trip, mode: chosen ?? trip.mode } }, "paymentServiceSelection", nowMs);
  },
  paymentServiceSelection: then("authorization"),
  authorization: then("chargeParameterDiscovery"),
  chargeParameterDiscovery(state, _response, _inletV, nowMs) {
    const ready: VehicleTalk = { ...state, powerReady: true };
    const effects: VehicleEffect[] = [{ type: "powerReady", ready: true }];
    return goTo(ready, state.pilotInC ? firstInC(state) : "readying", nowMs, effects);
  },
  cableCheck: then("preCharge"),
  preCharge(state, _response, inletV, nowMs) {
    const isClose = Math.abs(inletV - batteryVoltageV(state.needs)) <= preChargeToleranceV;
    if (!isClose && !state.misbehaviour.closesEarly) return unchanged(again(state, nowMs));
    const closed: VehicleTalk = { ...state, contactorClosed: true };
    return goTo(closed, "powerOn", nowMs, [{ type: "contactor", closed: true }, { type: "powerOn" }]);
  },
  powerOn: (state, _response, _inletV, nowMs) =>
    goTo(state, isDc(state.trip.mode) ? "currentDemand" : "chargingStatus", nowMs),
  currentDemand: (state, _response, _inletV, nowMs) =>
    // Nobody has asked for it to stop, but there is no room left.
    state.soc >= 100 ? wayOut({ ...state, wish: "stop" }, nowMs) : unchanged(again(state, nowMs)),
  chargingStatus(state, { acMaxA }, _inletV, nowMs) {
    const asks = again({ ...state, acMaxA }, nowMs);
    return { state: asks, effects: acMaxA === state.acMaxA ? [] : [{ type: "acLimit", currentA: acMaxA }] };
  },
  powerOff(state, _response, _inletV, nowMs) {
    const { state: safe, effects } = makeSafe(state);
    return goTo(safe, isDc(state.trip.mode) ? "weldingDetection" : "sessionStop", nowMs, effects);
  },
  weldingDetection: (state, { presentV }, _inletV, nowMs) =>
    presentV < safeV ? goTo(state, "sessionStop", nowMs) : unchanged(again(state, nowMs)),
  sessionStop: (state) => hangUp(state, false),
};

const firstInC = ({ trip }: VehicleTalk): VehicleStep => (isDc(trip.mode) ? "cableCheck" : "powerOn");

function heard(before: VehicleTalk, response: Response, inletV: number, nowMs: number): Outcome {
  const { step } = before;
  if (before.waits !== "answer" || step === null || step === "discovery" || step === "readying")
    return unchanged(before);
  const offered = { ...before.offered, ...response };
  const state: VehicleTalk = { ...before, offered };
  if (isOnWayOut(step)) return response.ok ? nextTable[step](state, response, inletV, nowMs) : hangUp(state, true);
  if (!response.ok || response.error !== null || response.wish !== "none") return stopped(state, response, nowMs);
  if (state.wish !== "go on") return wayOut(state, nowMs);
  if (response.ongoing) return unchanged(again(state, nowMs));
  return nextTable[step](state, response, inletV, nowMs);
}

/** The station wants an end. After an emergency or a refusal the vehicle opens its contactor before it says anything. */
function stopped(state: VehicleTalk, { ok, error, wish }: Response, nowMs: number): Outcome {
  // Without a common language there is none to say goodbye in.
  if (state.step === "supportedAppProtocol") return hangUp(state, true);
  const pause = ok && error === null && wish === "pause";
  const told: VehicleEffect[] = state.stopTold ? [] : [{ type: "stopFromStation", pause }];
  const wished: VehicleTalk = { ...state, stopTold: true, wish: pause ? "pause" : "stop" };
  if (ok && error === null) {
    const { state: out, effects } = wayOut(wished, nowMs);
    return { state: out, effects: [...told, ...effects] };
  }
  const { state: safe, effects: safely } = makeSafe(wished);
  const { state: out, effects } = goTo(safe, ok && isPowered(state.step) ? "powerOff" : "sessionStop", nowMs);
  return { state: out, effects: [...safely, ...told, ...effects] };
}

function deadline(state: VehicleTalk, nowMs: number): Outcome {
  const { step, waits, dueMs, patienceEndsMs } = state;
  if (step === null) return unchanged(state);
  if (patienceEndsMs !== null && nowMs >= patienceEndsMs) {
    // What is still on the line after the end is the station's to find.
    return step === "weldingDetection" ? goTo(state, "sessionStop", nowMs) : hangUp(state, true);
  }
  if (waits === "nothing" || nowMs < dueMs) return unchanged(state);
  return waits === "pace" ? ask(state, step, nowMs) : hangUp(state, true);
}

function pilot(before: VehicleTalk, inC: boolean, nowMs: number): Outcome {
  const state = { ...before, pilotInC: inC };
  return inC && state.step === "readying" ? goTo(state, firstInC(state), nowMs) : unchanged(state);
}

/** A wish is heeded with the next answer; where none is awaited, at once. A vehicle that has fallen silent stays so. */
function wished(state: VehicleTalk, wish: "stop" | "pause", nowMs: number): Outcome {
  if (state.step === null || isOnWayOut(state.step)) return unchanged(state);
  if (state.waits === "nothing" && state.step !== "readying") return unchanged(state);
  const wishing = { ...state, wish };
  if (state.step === "discovery") return hangUp(wishing, false);
  return state.waits === "answer" ? unchanged(wishing) : wayOut(wishing, nowMs);
}

export const vehicleTalk: Machine<VehicleTalk, VehicleEvent, VehicleEffect> = {
  step(state, event, nowMs) {
    switch (event.type) {
      case "started": {
        const { pilotInC, needs, gives, sae, soc, misbehaviour } = state;
        const kept = { pilotInC, needs, gives, sae, soc, misbehaviour };
        const fresh: VehicleTalk = { ...parkedVehicle, ...kept, trip: event.trip };
        return state.step === null ? goTo(fresh, "discovery", nowMs) : unchanged(state);
      }
      case "needs":
        return unchanged({ ...state, needs: event.needs });
      case "gives":
        return unchanged({ ...state, gives: event.gives });
      case "speaksSae":
        return unchanged({ ...state, sae: true });
      case "soc":
        return unchanged({ ...state, soc: event.soc });
      case "pilot":
        return pilot(state, event.inC, nowMs);
      case "wish":
        return wished(state, event.wish, nowMs);
      case "abort":
        return hangUp(state, false);
      case "connected":
        if (state.step !== "discovery" || state.waits !== "answer") return unchanged(state);
        return event.found ? goTo(state, "supportedAppProtocol", nowMs) : unchanged(again(state, nowMs));
      case "response":
        return heard(state, event.response, event.inletV, nowMs);
      case "lost":
        return hangUp(state, true);
      case "misbehave":
        return unchanged({ ...state, misbehaviour: { ...state.misbehaviour, ...event.change } });
      case "deadlineReached":
        return deadline(state, nowMs);
    }
  },
  deadlineMs({ step, waits, dueMs, patienceEndsMs }) {
    if (step === null) return null;
    const atMs = Math.min(
      waits === "nothing" ? Number.POSITIVE_INFINITY : dueMs,
      patienceEndsMs ?? Number.POSITIVE_INFINITY,
    );
    return Number.isFinite(atMs) ? atMs : null;
  },
  deadlineReached: { type: "deadlineReached" },
};
