/**
 * The JSON-RPC API apart from its transport: what a client is answered, what it is told unasked, and what is ordered on its
 * behalf. Source: configuration and API facts, section 7.
 */
import type { Machine, Step } from "../../core/machine.ts";
import type { ApiEffect, ApiEvent, ApiOptions, ApiState, Waiting } from "./api-state.ts";
import { withDecimalPlaces } from "./decimal-places.ts";
import type { EvseRecord } from "./evse-record.ts";
import {
  activePhases,
  afterLimits,
  afterPowermeter,
  afterSessionEvent,
  capabilitiesOf,
  infoOf,
  statusOf,
} from "./evse-record.ts";
import type { WantedLimit } from "./limits.ts";
import { externalLimits, unlimited } from "./limits.ts";
import type { Call, MethodName, ParamsOf } from "./methods.ts";
import type { EvseStatus, ResponseError } from "./objects.ts";
import { apiVersion, chargeProtocol, noData } from "./objects.ts";
import { timing } from "./timing.ts";

type Outcome = Step<ApiState, ApiEffect>;

type EventOf<T extends ApiEvent["type"]> = Extract<ApiEvent, { type: T }>;

type Table = {
  readonly [T in ApiEvent["type"]]: (state: ApiState, event: EventOf<T>, nowMs: number) => Outcome;
};

/** A call on its way to an answer. */
interface Asked {
  readonly state: ApiState;
  readonly call: number;
  readonly timestamp: string;
  readonly nowMs: number;
}

type Methods = { readonly [M in MethodName]: (asked: Asked, params: ParamsOf<M>) => Outcome };

type EvseMethod<P> = (asked: Asked, place: number, evse: EvseRecord, params: P) => Outcome;

/** Limits are compared up to this: what is in force was computed. */
const toleranceA = 0.01;
const leastPriority = 10_000;
/** Of those that are active: a message has an end. */
const mostErrorsTold = 100;

const newest = ({ errors }: ApiState): ApiState["errors"] => errors.slice(-mostErrorsTold);

const settled = (state: ApiState, ...effects: ApiEffect[]): Outcome => ({ state, effects });

const greeted = (state: ApiState): number[] =>
  [...state.clients].filter(([, helloByMs]) => helloByMs === null).map(([client]) => client);

const withEvse = (state: ApiState, place: number, change: (evse: EvseRecord) => EvseRecord): ApiState => ({
  ...state,
  evses: state.evses.map((evse, at) => (at === place ? change(evse) : evse)),
});

/** An error of the whole station is one of each EVSE. */
const hasError = ({ errors }: ApiState, { index }: EvseRecord): boolean =>
  errors.some(({ origin }) => origin.evse_index === 0 || origin.evse_index === index);

export function createApiMachine(options: ApiOptions): Machine<ApiState, ApiEvent, ApiEffect> {
  const tidy = <T>(value: T): T => withDecimalPlaces(value, options.decimalPlaces);

  const answered = ({ state, call }: Asked, result: object, ...effects: ApiEffect[]): Outcome => ({
    state,
    effects: [...effects, { type: "answer", call, result: tidy(result) }],
  });

  const failed = (asked: Asked, error: ResponseError): Outcome => answered(asked, { error });

  const wait = (
    { state, call, nowMs }: Asked,
    place: number,
    what:
      | { kind: "limit"; currentA: number }
      | { kind: "allowed"; allowed: boolean }
      | { kind: "enabled"; enable: boolean },
    effect: ApiEffect,
  ): Outcome => ({
    state: { ...state, waiting: [...state.waiting, { call, place, untilMs: nowMs + timing.applyMs, ...what }] },
    effects: [effect],
  });

  function sinkOf({ index }: EvseRecord): number | null {
    const sink = options.sinkEvses.findIndex((evse) => evse !== null && evse === index);
    return sink === -1 ? null : sink;
  }

  function statusIn(evse: EvseRecord, state: ApiState): EvseStatus {
    const sink = sinkOf(evse);
    const nominalVoltageV = sink === null ? null : (state.sinkVoltagesV[sink] ?? null);
    return statusOf(evse, { errorPresent: hasError(state, evse), nominalVoltageV });
  }

  function setLimits(asked: Asked, sink: number, evse: EvseRecord, limit: WantedLimit | null): ApiEffect {
    const phases = limit?.unit === "watt" ? evse.wantedPhases : (evse.wantedPhases ?? evse.enforced?.phases ?? null);
    return { type: "setLimits", sink, limits: externalLimits(limit, phases, asked.timestamp) };
  }

  /** Nobody waits for a limit that has been replaced. */
  function withoutWaitForLimit(asked: Asked, place: number): { asked: Asked; effects: ApiEffect[] } {
    const isReplaced = (waiting: Waiting): boolean => waiting.kind === "limit" && waiting.place === place;
    const effects = asked.state.waiting
      .filter(isReplaced)
      .map(({ call }): ApiEffect => ({ type: "answer", call, result: { error: "ErrorValuesNotApplied" } }));
    const waiting = asked.state.waiting.filter((other) => !isReplaced(other));
    return { asked: { ...asked, state: { ...asked.state, waiting } }, effects };
  }

  const ofEvse =
    <P extends { readonly evse_index: number }>(empty: object, method: EvseMethod<P>) =>
    (asked: Asked, params: P): Outcome => {
      const place = asked.state.evses.findIndex(({ index }) => index === params.evse_index);
      const evse = asked.state.evses[place];
      if (evse === undefined) return answered(asked, { ...empty, error: "ErrorInvalidEVSEIndex" });
      return method(asked, place, evse, params);
    };

  const reading = <K extends keyof typeof noData>(
    key: K,
    read: (evse: EvseRecord, state: ApiState) => object | null,
  ) => {
    const empty = { [key]: noData[key] };
    return ofEvse(empty, (asked, _place, evse) => {
      const data = read(evse, asked.state);
      if (data === null) return answered(asked, { ...empty, error: "ErrorNoDataAvailable" });
      return answered(asked, { [key]: data, error: "NoError" });
    });
  };

  const methods: Methods = {
    "API.Hello": (asked) =>
      answered(asked, {
        authentication_required: false,
        api_version: apiVersion,
        everest_version: options.version,
        charger_info: asked.state.chargerInfo,
      }),
    "ChargePoint.GetEVSEInfos": (asked) => {
      const infos = asked.state.evses.map(infoOf).filter((info) => info !== null);
      return answered(asked, { infos, error: infos.length === 0 ? "ErrorNoDataAvailable" : "NoError" });
    },
    "ChargePoint.GetActiveErrors": (asked) => answered(asked, { active_errors: newest(asked.state), error: "NoError" }),
    "EVSE.GetInfo": reading("info", infoOf),
    "EVSE.GetStatus": reading("status", statusIn),
    "EVSE.GetHardwareCapabilities": reading("hardware_capabilities", capabilitiesOf),
    "EVSE.GetMeterData": reading("meter_data", ({ meter }) => meter),

    "EVSE.SetChargingAllowed": ofEvse({}, (asked, place, evse, { charging_allowed: allowed }) => {
      if (evse.chargingAllowed === allowed) return failed(asked, "NoError");
      const sink = sinkOf(evse);
      const isPaused = evse.state === "ChargingPausedEVSE";
      if (!allowed && evse.state === "Charging") {
        return wait(asked, place, { kind: "allowed", allowed }, { type: "pause", place, call: asked.call });
      }
      // What was only paused goes on without a limit to lift.
      if (sink === null && !(allowed && isPaused)) return failed(asked, "ErrorInvalidEVSEIndex");
      const limit = allowed
        ? (evse.wantedLimit ?? unlimited)
        : { unit: evse.wantedLimit?.unit ?? unlimited.unit, value: 0 };
      const limits = sink === null ? [] : [setLimits(asked, sink, evse, limit)];
      if (allowed && isPaused) {
        const resumed = wait(asked, place, { kind: "allowed", allowed }, { type: "resume", place, call: asked.call });
        return { state: resumed.state, effects: [...limits, ...resumed.effects] };
      }
      const state = withEvse(asked.state, place, (known) => ({ ...known, chargingAllowed: allowed }));
      return answered({ ...asked, state }, { error: "NoError" }, ...limits);
    }),

    "EVSE.SetACChargingCurrent": ofEvse({}, (before, place, evse, { max_current: currentA }) => {
      const sink = sinkOf(evse);
      if (sink === null) return failed(before, "ErrorInvalidEVSEIndex");
      const wantedLimit: WantedLimit = { unit: "ampere", value: currentA };
      const { asked, effects } = withoutWaitForLimit(before, place);
      const state = withEvse(asked.state, place, (known) => ({ ...known, wantedLimit }));
      if (!evse.chargingAllowed) return answered({ ...asked, state }, { error: "NoError" }, ...effects);
      const limits = setLimits(asked, sink, evse, wantedLimit);
      if (isInForce(evse, currentA)) return answered({ ...asked, state }, { error: "NoError" }, ...effects, limits);
      const waited = wait({ ...asked, state }, place, { kind: "limit", currentA }, limits);
      return { state: waited.state, effects: [...effects, ...waited.effects] };
    }),

    "EVSE.SetACChargingPhaseCount": ofEvse({}, (asked, place, evse, { phase_count: phases }) => {
      if (evse.enforced !== null && activePhases(evse) === phases) {
        const state = withEvse(asked.state, place, (known) => ({ ...known, wantedPhases: phases }));
        return answered({ ...asked, state }, { error: "NoError" });
      }
      const { capabilities } = evse;
      if (capabilities === null) return failed(asked, "ErrorNoDataAvailable");
      if (!capabilities.supports_changing_phases_during_charging) return failed(asked, "ErrorOperationNotSupported");
      const { min_phase_count_import: least, max_phase_count_import: most } = capabilities;
      if (phases < least || phases > most) return failed(asked, "ErrorOutOfRange");
      if (phases !== 1 && phases !== 3) return failed(asked, "ErrorInvalidParameter");
      const sink = sinkOf(evse);
      if (sink === null) return failed(asked, "ErrorInvalidEVSEIndex");
      const wanted: EvseRecord = { ...evse, wantedPhases: phases };
      const state = withEvse(asked.state, place, () => wanted);
      // An EVSE that may not charge is told once it may.
      const effects = evse.chargingAllowed ? [setLimits(asked, sink, wanted, evse.wantedLimit)] : [];
      return answered({ ...asked, state }, { error: "NoError" }, ...effects);
    }),

    "EVSE.SetDCChargingPower": ofEvse({}, (asked, place, evse, { max_power: value }) => {
      const sink = sinkOf(evse);
      if (sink === null) return failed(asked, "ErrorInvalidEVSEIndex");
      const wantedLimit: WantedLimit = { unit: "watt", value };
      const state = withEvse(asked.state, place, (known) => ({ ...known, wantedLimit }));
      const effects = evse.chargingAllowed ? [setLimits(asked, sink, evse, wantedLimit)] : [];
      return answered({ ...asked, state }, { error: "NoError" }, ...effects);
    }),

    "EVSE.EnableConnector": ofEvse({}, (asked, place, evse, { connector_index: connectorId, enable, priority }) => {
      const isKnown = connectorId === 0 || evse.connectors.some(({ index }) => index === connectorId);
      if (!isKnown) return failed(asked, "ErrorInvalidConnectorIndex");
      if (priority < 0 || priority > leastPriority) return failed(asked, "ErrorOutOfRange");
      return wait(
        asked,
        place,
        { kind: "enabled", enable },
        {
          type: "enable",
          place,
          call: asked.call,
          connectorId,
          source: {
            enable_source: "LocalAPI",
            enable_state: enable ? "Enable" : "Disable",
            enable_priority: priority,
          },
        },
      );
    }),
  };

  const isInForce = ({ enforced }: EvseRecord, currentA: number): boolean =>
    enforced !== null && Math.abs(enforced.currentA - currentA) <= toleranceA;

  /** What changed an EVSE, and who waited for that. */
  function changed(state: ApiState, place: number, change: (evse: EvseRecord) => EvseRecord): Outcome {
    const next = withEvse(state, place, change);
    const evse = next.evses[place];
    const isDone = (waiting: Waiting): boolean =>
      waiting.kind === "limit" && waiting.place === place && evse !== undefined && isInForce(evse, waiting.currentA);
    return {
      state: next.waiting.some(isDone) ? { ...next, waiting: next.waiting.filter((other) => !isDone(other)) } : next,
      effects: next.waiting.filter(isDone).map(({ call }) => ({ type: "answer", call, result: { error: "NoError" } })),
    };
  }

  function withErrors(state: ApiState, errors: ApiState["errors"]): Outcome {
    const next = { ...state, errors };
    const clients = greeted(state);
    if (clients.length === 0) return settled(next);
    const params = tidy({ active_errors: newest(next) });
    return settled(next, { type: "notify", clients, method: "ChargePoint.ActiveErrorsChanged", params });
  }

  function evseAnswered(state: ApiState, { call, result }: EventOf<"evseAnswered">): Outcome {
    const waiting = state.waiting.find((other) => other.call === call);
    if (waiting === undefined || waiting.kind === "limit") return settled(state);
    const rest = { ...state, waiting: state.waiting.filter((other) => other !== waiting) };
    const isDone = waiting.kind === "enabled" ? result === waiting.enable : result;
    const next =
      waiting.kind === "allowed" && isDone
        ? withEvse(rest, waiting.place, (evse) => ({ ...evse, chargingAllowed: waiting.allowed }))
        : rest;
    const error: ResponseError = isDone ? "NoError" : "ErrorValuesNotApplied";
    return settled(next, { type: "answer", call, result: { error } });
  }

  function called(state: ApiState, event: EventOf<"called">, nowMs: number): Outcome {
    const { client, call, request, timestamp } = event;
    const helloByMs = state.clients.get(client);
    if (helloByMs === undefined) return settled(state);
    if (request.method !== "API.Hello" && helloByMs !== null) return sentAway(state, client, "API.Hello comes first");
    const known = helloByMs === null ? state : { ...state, clients: new Map(state.clients).set(client, null) };
    return answerTo({ state: known, call, timestamp, nowMs }, request);
  }

  const answerTo = (asked: Asked, { method, params }: Call): Outcome =>
    (methods[method] as (asked: Asked, params: object) => Outcome)(asked, params);

  function sentAway(state: ApiState, client: number, why: string): Outcome {
    const clients = new Map(state.clients);
    clients.delete(client);
    return settled({ ...state, clients }, { type: "disconnect", client, why });
  }

  function deadlineReached(state: ApiState, _event: object, nowMs: number): Outcome {
    const isLate = (untilMs: number | null): boolean => untilMs !== null && untilMs <= nowMs;
    const late = state.waiting.filter(({ untilMs }) => isLate(untilMs));
    const silent = [...state.clients].filter(([, helloByMs]) => isLate(helloByMs)).map(([client]) => client);
    return {
      state: {
        ...state,
        waiting: state.waiting.filter((waiting) => !late.includes(waiting)),
        clients: new Map([...state.clients].filter(([client]) => !silent.includes(client))),
      },
      effects: [
        ...late.map(({ call, kind }): ApiEffect => {
          const error: ResponseError = kind === "limit" ? "ErrorValuesNotApplied" : "ErrorUnknownError";
          return { type: "answer", call, result: { error } };
        }),
        ...silent.map((client): ApiEffect => ({ type: "disconnect", client, why: "no API.Hello in time" })),
      ],
    };
  }

  const table: Table = {
    chargerTold: (state, { info }) => settled({ ...state, chargerInfo: info }),
    evseTold: (state, { place, index, connectors }) =>
      changed(state, place, (evse) => ({ ...evse, index, connectors })),
    evseIdTold: (state, { place, id }) => changed(state, place, (evse) => ({ ...evse, id })),
    modesTold: (state, { place, modes }) => changed(state, place, (evse) => ({ ...evse, modes })),
    capabilitiesTold: (state, { place, capabilities }) => changed(state, place, (evse) => ({ ...evse, capabilities })),
    protocolSelected: (state, { place, protocol }) =>
      changed(state, place, (evse) => ({ ...evse, protocol: chargeProtocol(protocol) })),
    sessionChanged: (state, { place, event }, nowMs) =>
      changed(state, place, (evse) => afterSessionEvent(evse, event, nowMs)),
    measured: (state, { place, reading: value }, nowMs) =>
      changed(state, place, (evse) => afterPowermeter(evse, value, nowMs)),
    limitsEnforced: (state, { place, limits }) => changed(state, place, (evse) => afterLimits(evse, limits)),
    vehicleTold: (state, { place, display }) => changed(state, place, (evse) => ({ ...evse, display })),
    sinkTold: (state, { sink, nominalVoltageV }) =>
      settled({ ...state, sinkVoltagesV: { ...state.sinkVoltagesV, [sink]: nominalVoltageV } }),
    errorRaised: (state, { error }) => withErrors(state, [...state.errors, error]),
    errorCleared: (state, { uuid }) =>
      withErrors(
        state,
        state.errors.filter((error) => error.uuid !== uuid),
      ),
    clientConnected: (state, { client }, nowMs) =>
      settled({ ...state, clients: new Map(state.clients).set(client, nowMs + timing.helloMs) }),
    clientDisconnected: (state, { client }) => {
      const clients = new Map(state.clients);
      clients.delete(client);
      return settled({ ...state, clients });
    },
    called,
    misspoke: (state, { client }) =>
      typeof state.clients.get(client) === "number" ? sentAway(state, client, "API.Hello comes first") : settled(state),
    evseAnswered,
    deadlineReached,
  };

  /** Everybody who said hello before hears of what is not as it was. */
  function news(before: ApiState, after: ApiState): ApiEffect[] {
    const clients = greeted(before).filter((client) => after.clients.has(client));
    if (clients.length === 0 || (before.evses === after.evses && before.errors === after.errors)) return [];
    return after.evses.flatMap((evse, place) => {
      const known = before.evses[place] as EvseRecord;
      const { index } = evse;
      if (index === null) return [];
      const notify = (method: string, params: object): ApiEffect => ({
        type: "notify",
        clients,
        method,
        params: tidy({ evse_index: index, ...params }),
      });
      const effects: ApiEffect[] = [];
      const capabilities = capabilitiesOf(evse);
      if (capabilities !== null && isNew(capabilitiesOf(known), capabilities)) {
        effects.push(notify("EVSE.HardwareCapabilitiesChanged", { hardware_capabilities: capabilities }));
      }
      if (evse.meter !== null && evse.meter !== known.meter) {
        effects.push(notify("EVSE.MeterDataChanged", { meter_data: evse.meter }));
      }
      const status = statusIn(evse, after);
      if (isNew(statusIn(known, before), status)) {
        effects.push(notify("EVSE.StatusChanged", { evse_status: status }));
      }
      return effects;
    });
  }

  const isNew = (known: object | null, value: object): boolean =>
    JSON.stringify(tidy(known)) !== JSON.stringify(tidy(value));

  return {
    step(state, event, nowMs) {
      const handle = table[event.type] as (state: ApiState, event: ApiEvent, nowMs: number) => Outcome;
      const outcome = handle(state, event, nowMs);
      const told = news(state, outcome.state);
      return told.length === 0 ? outcome : { state: outcome.state, effects: [...outcome.effects, ...told] };
    },
    deadlineMs({ clients, waiting }) {
      const deadlines = [...clients.values(), ...waiting.map(({ untilMs }) => untilMs)].filter((at) => at !== null);
      return deadlines.length === 0 ? null : Math.min(...deadlines);
    },
    deadlineReached: { type: "deadlineReached" },
  };
}
