/**
 * Authorisation: tokens come in, validators say what they are worth, an EVSE is chosen and told.
 *
 * Several tokens may be under way at once. Each waits in a stage of its own with a correlation id and a deadline; an
 * authorisation that has not led to a transaction has its deadline at the EVSE. Source: auth facts, sections 2 to 5.
 */
import type { StopTransactionReason } from "../board.ts";
import type { Machine, Step } from "../machine.ts";
import type { SessionEventName, StartSessionReason } from "../session/session-event.ts";
import type { Evse } from "./evse.ts";
import { isAvailable, isHeldBy, isUnavailable, newEvse, withConnectorEvent, withoutIdentifier } from "./evse.ts";
import { findFirst } from "./selection.ts";
import { authTiming } from "./timing.ts";
import { sameToken, sameValue } from "./token-match.ts";
import type { IdToken, ProvidedIdToken, TariffMessage, TokenValidationStatus, ValidationResult } from "./tokens.ts";

export interface AuthSettings {
  /** Number of validators, asked in the order of their connections. */
  readonly validators: number;
  readonly prioritizeAuthorizationOverStoppingTransaction: boolean;
  readonly ignoreConnectorFaults: boolean;
  readonly stopTransactionOnReswipe: boolean;
}

/** A validator has been asked and has not answered. */
export interface ValidatingStage {
  readonly name: "validating";
  readonly requestId: number;
  /** Index of the validator asked. */
  readonly validator: number;
  readonly answerByMs: number;
}

export type TokenStage = ValidatingStage;

export interface TokenInProcess {
  readonly token: ProvidedIdToken;
  /** EVSE ids the token may be for, in order. */
  readonly referenced: readonly number[];
  readonly results: readonly ValidationResult[];
  readonly stage: TokenStage;
}

export interface AuthState {
  readonly evses: readonly Evse[];
  /** EVSEs with a car that waits for its authorisation, oldest first. */
  readonly plugIns: readonly number[];
  readonly inProcess: readonly TokenInProcess[];
  readonly lastRequestId: number;
  /** How long an authorisation waits for its transaction. */
  readonly connectionTimeoutMs: number;
  /** Empty = no master pass. */
  readonly masterPassGroupId: string;
}

export interface WithdrawalRequest {
  readonly evse_id?: number;
  readonly id_token?: IdToken;
}

export type AuthEvent =
  | { readonly type: "tokenProvided"; readonly token: ProvidedIdToken }
  | { readonly type: "validatorAnswered"; readonly requestId: number; readonly result: ValidationResult }
  | { readonly type: "validationUpdated"; readonly evseId: number; readonly result: ValidationResult }
  | {
      readonly type: "sessionChanged";
      readonly evseId: number;
      /** Absent = 1. */
      readonly connectorId?: number;
      readonly event: SessionEventName;
      /** Of SessionStarted. */
      readonly reason?: StartSessionReason;
    }
  | {
      readonly type: "faultReported";
      readonly evseId: number;
      readonly action: "raise" | "clear";
      readonly fault: string;
    }
  | { readonly type: "withdrawalRequested"; readonly replyId: number; readonly request: WithdrawalRequest }
  | { readonly type: "connectionTimeoutSet"; readonly seconds: number }
  | { readonly type: "masterPassGroupSet"; readonly groupId: string }
  | { readonly type: "deadlineReached" };

export type WithdrawalResult = "Accepted" | "AuthorizationNotFound" | "EvseNotFound" | "Rejected";

export type AuthEffect =
  | {
      readonly type: "publishStatus";
      readonly token: ProvidedIdToken;
      readonly status: TokenValidationStatus;
      readonly messages?: readonly TariffMessage[];
    }
  | {
      readonly type: "askValidator";
      readonly validator: number;
      readonly requestId: number;
      readonly token: ProvidedIdToken;
    }
  | {
      readonly type: "tellEvse";
      readonly evseId: number;
      readonly token: ProvidedIdToken;
      readonly result: ValidationResult;
    }
  | { readonly type: "withdrawAtEvse"; readonly evseId: number }
  | {
      readonly type: "stopTransaction";
      readonly evseId: number;
      readonly reason: StopTransactionReason;
      readonly idTag?: ProvidedIdToken;
    }
  | { readonly type: "answerWithdrawal"; readonly replyId: number; readonly result: WithdrawalResult };

export function initialAuthState(
  evses: number,
  options: { readonly connectionTimeoutMs: number; readonly masterPassGroupId: string },
): AuthState {
  return {
    evses: Array.from({ length: evses }, (_, index) => newEvse(index + 1)),
    plugIns: [],
    inProcess: [],
    lastRequestId: 0,
    ...options,
  };
}

/** The only fault that concerns authorisation; it always counts for connector 1. Source: auth facts, section 2. */
const inoperative = "evse_manager/Inoperative";

function evseOf(state: AuthState, id: number): Evse | undefined {
  return state.evses[id - 1];
}

function withEvse(state: AuthState, evse: Evse): AuthState {
  return { ...state, evses: state.evses.with(evse.id - 1, evse) };
}

function evsesOf(state: AuthState, ids: readonly number[]): Evse[] {
  return ids.flatMap((id) => evseOf(state, id) ?? []);
}

function withoutPlugIn(state: AuthState, evseId: number): AuthState {
  return state.plugIns.includes(evseId)
    ? { ...state, plugIns: state.plugIns.filter((other) => other !== evseId) }
    : state;
}

function withParent(token: ProvidedIdToken, parent: IdToken | undefined): ProvidedIdToken {
  return parent === undefined ? token : { ...token, parent_id_token: parent };
}

function status(
  token: ProvidedIdToken,
  value: TokenValidationStatus,
  messages: readonly TariffMessage[] = [],
): AuthEffect {
  return { type: "publishStatus", token, status: value, ...(messages.length > 0 && { messages }) };
}

type SessionHandler = (state: AuthState, evse: Evse, connectorId: number, reason?: StartSessionReason) => AuthState;

const unchanged: SessionHandler = (state) => state;

const onSession: { readonly [E in SessionEventName]: SessionHandler } = {
  SessionStarted: (state, evse, _connectorId, reason) => {
    if (reason !== "EVConnected") return state;
    const plugged = withEvse(state, { ...evse, pluggedIn: true });
    return state.plugIns.includes(evse.id) ? plugged : { ...plugged, plugIns: [...state.plugIns, evse.id] };
  },
  TransactionStarted: (state, evse, connectorId) =>
    withEvse(state, {
      ...withConnectorEvent(evse, connectorId, "TRANSACTION_STARTED"),
      pluggedIn: true,
      transactionActive: true,
      authorizedUntilMs: null,
    }),
  TransactionFinished: (state, evse) => withEvse(state, { ...withoutIdentifier(evse), transactionActive: false }),
  SessionFinished: (state, evse, connectorId) =>
    withoutPlugIn(
      withEvse(state, {
        ...withoutIdentifier(withConnectorEvent(evse, connectorId, "SESSION_FINISHED")),
        pluggedIn: false,
      }),
      evse.id,
    ),
  Enabled: (state, evse, connectorId) => withEvse(state, withConnectorEvent(evse, connectorId, "ENABLE")),
  Disabled: (state, evse, connectorId) => withEvse(state, withConnectorEvent(evse, connectorId, "DISABLE")),
  Deauthorized: (state, evse) => withEvse(state, withoutIdentifier(evse)),
  Authorized: unchanged,
  AuthRequired: unchanged,
  PrepareCharging: unchanged,
  ChargingStarted: unchanged,
  ChargingPausedEV: unchanged,
  ChargingPausedEVSE: unchanged,
  StoppingCharging: unchanged,
  ChargingFinished: unchanged,
  ReservationStart: unchanged,
  ReservationEnd: unchanged,
  PluginTimeout: unchanged,
  SwitchingPhases: unchanged,
  SessionResumed: unchanged,
};

type Handlers = {
  readonly [T in AuthEvent["type"]]: (
    state: AuthState,
    event: Extract<AuthEvent, { type: T }>,
    nowMs: number,
  ) => Step<AuthState, AuthEffect>;
};

type StageHandlers = {
  readonly [N in TokenStage["name"]]: {
    /** When the stage ends by itself. */
    readonly untilMs: (stage: Extract<TokenStage, { name: N }>) => number;
    readonly timedOut: (
      state: AuthState,
      token: TokenInProcess,
      stage: Extract<TokenStage, { name: N }>,
      nowMs: number,
    ) => Step<AuthState, AuthEffect>;
  };
};

export function createAuthMachine(settings: AuthSettings): Machine<AuthState, AuthEvent, AuthEffect> {
  /** Step 6: the next validator, or the conclusion when all have been asked. */
  function validate(
    state: AuthState,
    token: Omit<TokenInProcess, "stage">,
    validator: number,
    nowMs: number,
  ): Step<AuthState, AuthEffect> {
    if (validator >= settings.validators) return conclude(state, token, nowMs);
    const requestId = state.lastRequestId + 1;
    const stage: ValidatingStage = {
      name: "validating",
      requestId,
      validator,
      answerByMs: nowMs + authTiming.validatorAnswerMs,
    };
    return {
      state: { ...state, lastRequestId: requestId, inProcess: [...state.inProcess, { ...token, stage }] },
      effects: [{ type: "askValidator", validator, requestId, token: token.token }],
    };
  }

  function answered(
    state: AuthState,
    process: TokenInProcess,
    result: ValidationResult,
    nowMs: number,
  ): Step<AuthState, AuthEffect> {
    const { stage, ...token } = process;
    const others = { ...state, inProcess: state.inProcess.filter((other) => other !== process) };
    return validate(others, { ...token, results: [...token.results, result] }, stage.validator + 1, nowMs);
  }

  const onStage: StageHandlers = {
    validating: {
      untilMs: (stage) => stage.answerByMs,
      timedOut: (state, token, _stage, nowMs) =>
        answered(state, token, { authorization_status: "Timeout", tariff_messages: [] }, nowMs),
    },
  };

  /** Ends the transaction of an EVSE whose token, or whose token's parent, is presented again. */
  function presentedAgain(evse: Evse, token: ProvidedIdToken): AuthEffect[] {
    // Nothing to stop yet: the authorisation is on its way to become a transaction.
    if (!evse.transactionActive) return [];
    const reported = { ...withParent(token, evse.identifier?.parent), connectors: [evse.id] };
    if (!settings.stopTransactionOnReswipe) return [status(reported, "UsedToReauthorize")];
    return [
      { type: "stopTransaction", evseId: evse.id, reason: "Local", idTag: token },
      status(reported, "UsedToStop"),
    ];
  }

  /** Step 7: the master pass, or a token of the group that charges. Undefined when no result stops anything. */
  function stopByGroup(
    state: AuthState,
    token: ProvidedIdToken,
    results: readonly ValidationResult[],
    referenced: readonly Evse[],
  ): AuthEffect[] | undefined {
    for (const { authorization_status, parent_id_token: parent } of results) {
      if (authorization_status !== "Accepted" || parent === undefined) continue;
      if (isMasterPass(state, parent)) {
        const stopped = referenced.filter((evse) => evse.transactionActive);
        return [
          ...stopped.map(
            ({ id }): AuthEffect => ({ type: "stopTransaction", evseId: id, reason: "MasterPass", idTag: token }),
          ),
          status({ ...withParent(token, parent), connectors: stopped.map(({ id }) => id) }, "UsedToStop"),
        ];
      }
      const holder = referenced.find((evse) => isHeldBy(evse, parent.value));
      if (holder !== undefined) return presentedAgain(holder, token);
    }
    return undefined;
  }

  function isMasterPass(state: AuthState, parent: IdToken | undefined): boolean {
    return parent !== undefined && state.masterPassGroupId !== "" && sameValue(parent.value, state.masterPassGroupId);
  }

  /** Steps 7 to 11, when all validators have answered or ran out of time. */
  function conclude(
    state: AuthState,
    { token, referenced: ids, results }: Omit<TokenInProcess, "stage">,
    nowMs: number,
  ): Step<AuthState, AuthEffect> {
    const referenced = evsesOf(state, ids);
    const candidates = referenced.filter(isAvailable);
    if (!settings.prioritizeAuthorizationOverStoppingTransaction || candidates.length === 0) {
      const stopping = stopByGroup(state, token, results, referenced);
      if (stopping !== undefined) return { state, effects: stopping };
    }
    if (candidates.length === 0) return { state, effects: [status(token, "Rejected")] };

    const effects: AuthEffect[] = [];
    let last: ValidationResult | undefined;
    for (const result of results) {
      last = result;
      if (result.authorization_status !== "Accepted") continue;
      const granted = withParent(token, result.parent_id_token);
      if (isMasterPass(state, result.parent_id_token)) {
        return { state, effects: [...effects, status(granted, "Rejected")] };
      }
      effects.push(status(granted, "Accepted", result.tariff_messages));
      const evse = findFirst(candidates, state.plugIns);
      if (evse === undefined) return { state, effects: [...effects, status(granted, "TimedOut")] };
      if (result.evse_ids !== undefined && !result.evse_ids.some((id) => ids.includes(id))) {
        last = { ...result, authorization_status: "NotAtThisLocation" };
        effects.push({ type: "tellEvse", evseId: evse.id, token: granted, result: last });
        continue;
      }
      effects.push(
        { type: "tellEvse", evseId: evse.id, token: granted, result },
        status({ ...granted, connectors: [evse.id] }, "UsedToStart"),
      );
      const authorized: Evse = {
        ...evse,
        identifier: { token: granted, status: result.authorization_status, parent: result.parent_id_token },
        authorizedUntilMs: nowMs + state.connectionTimeoutMs,
      };
      return { state: withoutPlugIn(withEvse(state, authorized), evse.id), effects };
    }

    // Lets a vehicle that waits for its own token leave the authorisation loop.
    if (last !== undefined && token.connectors !== undefined) {
      for (const evseId of ids) effects.push({ type: "tellEvse", evseId, token, result: last });
    }
    const late =
      results.some(({ authorization_status }) => authorization_status === "Timeout") &&
      !results.some(({ authorization_status }) => authorization_status === "Accepted");
    effects.push(status(token, late ? "TimedOut" : "Rejected"));
    return { state, effects };
  }

  /** Takes an authorisation back before it has become a transaction. */
  function expire(state: AuthState, evse: Evse, value: "TimedOut" | "Withdrawn"): Step<AuthState, AuthEffect> {
    return {
      state: withEvse(state, withoutIdentifier(evse)),
      effects: [
        { type: "withdrawAtEvse", evseId: evse.id },
        ...(evse.identifier === null ? [] : [status({ ...evse.identifier.token, connectors: [evse.id] }, value)]),
      ],
    };
  }

  const on: Handlers = {
    tokenProvided: (state, { token }, nowMs) => {
      const referenced = (token.connectors ?? state.evses.map(({ id }) => id)).filter((id) => {
        const evse = evseOf(state, id);
        return evse !== undefined && !isUnavailable(evse);
      });
      const evses = evsesOf(state, referenced);
      const underWay =
        state.inProcess.some((other) => sameToken(other.token.id_token, token.id_token)) ||
        evses.some(
          ({ identifier, transactionActive }) =>
            identifier !== null && !transactionActive && sameToken(identifier.token.id_token, token.id_token),
        );
      if (underWay) return { state, effects: [] };

      const processing = status(token, "Processing");
      if (token.authorization_type === "RFID") {
        const holder = evses.find((evse) => isHeldBy(evse, token.id_token.value));
        if (holder !== undefined) return { state, effects: [processing, ...presentedAgain(holder, token)] };
      }
      const validationIsOfUse =
        evses.some(isAvailable) ||
        (evses.length > 0 &&
          (state.masterPassGroupId !== "" || evses.some(({ identifier }) => identifier?.parent !== undefined)));
      if (!validationIsOfUse) return { state, effects: [processing, status(token, "Rejected")] };

      const validated =
        token.prevalidated === true
          ? conclude(state, { token, referenced, results: [prevalidation(token)] }, nowMs)
          : validate(state, { token, referenced, results: [] }, 0, nowMs);
      return { state: validated.state, effects: [processing, ...validated.effects] };
    },

    validatorAnswered: (state, { requestId, result }, nowMs) => {
      const process = state.inProcess.find(({ stage }) => stage.requestId === requestId);
      return process === undefined ? { state, effects: [] } : answered(state, process, result, nowMs);
    },

    validationUpdated: (state, { evseId, result }) => {
      const evse = evseOf(state, evseId);
      if (evse === undefined || evse.identifier === null) return { state, effects: [] };
      const parent = result.parent_id_token;
      const token = withParent(evse.identifier.token, parent);
      return {
        state: withEvse(state, { ...evse, identifier: { token, status: result.authorization_status, parent } }),
        effects: [status(token, "Accepted", result.tariff_messages)],
      };
    },

    sessionChanged: (state, { evseId, connectorId, event, reason }) => {
      const evse = evseOf(state, evseId);
      if (evse === undefined) return { state, effects: [] };
      return { state: onSession[event](state, evse, connectorId ?? 1, reason), effects: [] };
    },

    faultReported: (state, { evseId, action, fault }) => {
      const evse = evseOf(state, evseId);
      if (evse === undefined || fault !== inoperative || settings.ignoreConnectorFaults) return { state, effects: [] };
      return {
        state: withEvse(state, withConnectorEvent(evse, 1, action === "raise" ? "FAULTED" : "ERROR_CLEARED")),
        effects: [],
      };
    },

    withdrawalRequested: (state, { replyId, request }) => {
      const { evse_id: evseId, id_token: idToken } = request;
      if (evseId !== undefined && evseOf(state, evseId) === undefined) {
        return { state, effects: [{ type: "answerWithdrawal", replyId, result: "EvseNotFound" }] };
      }
      const effects: AuthEffect[] = [];
      const [interrupted, others] = split(
        state.inProcess,
        ({ token, referenced }) =>
          (idToken === undefined || sameToken(token.id_token, idToken)) &&
          (evseId === undefined || referenced.includes(evseId)),
      );
      for (const { token } of interrupted) effects.push(status(token, "Withdrawn"));
      let next: AuthState = { ...state, inProcess: others };
      for (const evse of state.evses) {
        if (evse.identifier === null || (evseId !== undefined && evse.id !== evseId)) continue;
        if (idToken !== undefined && !sameToken(evse.identifier.token.id_token, idToken)) continue;
        if (evse.transactionActive) {
          effects.push({ type: "stopTransaction", evseId: evse.id, reason: "DeAuthorized" });
          continue;
        }
        const withdrawn = expire(next, evse, "Withdrawn");
        next = withdrawn.state;
        effects.push(...withdrawn.effects);
      }
      const result = effects.length > 0 ? "Accepted" : "AuthorizationNotFound";
      return { state: next, effects: [...effects, { type: "answerWithdrawal", replyId, result }] };
    },

    connectionTimeoutSet: (state, { seconds }) => ({
      state: { ...state, connectionTimeoutMs: seconds * 1000 },
      effects: [],
    }),

    masterPassGroupSet: (state, { groupId }) => ({ state: { ...state, masterPassGroupId: groupId }, effects: [] }),

    deadlineReached: (state, _event, nowMs) => {
      let step: Step<AuthState, AuthEffect> = { state, effects: [] };
      const then = (next: Step<AuthState, AuthEffect>): void => {
        step = { state: next.state, effects: [...step.effects, ...next.effects] };
      };
      for (const evse of state.evses) {
        if (evse.authorizedUntilMs !== null && nowMs >= evse.authorizedUntilMs) {
          then(expire(step.state, evse, "TimedOut"));
        }
      }
      for (const process of state.inProcess) {
        const stages = onStage[process.stage.name];
        if (nowMs >= stages.untilMs(process.stage)) then(stages.timedOut(step.state, process, process.stage, nowMs));
      }
      return step;
    },
  };

  return {
    step: (state, event, nowMs) =>
      (on[event.type] as (state: AuthState, event: AuthEvent, nowMs: number) => Step<AuthState, AuthEffect>)(
        state,
        event,
        nowMs,
      ),
    deadlineMs: (state) => {
      let earliest = Number.POSITIVE_INFINITY;
      for (const { authorizedUntilMs } of state.evses) {
        if (authorizedUntilMs !== null && authorizedUntilMs < earliest) earliest = authorizedUntilMs;
      }
      for (const { stage } of state.inProcess) earliest = Math.min(earliest, onStage[stage.name].untilMs(stage));
      return earliest === Number.POSITIVE_INFINITY ? null : earliest;
    },
    deadlineReached: { type: "deadlineReached" },
  };
}

/** A token that needs no validator stands for itself, its own parent included. */
function prevalidation({ parent_id_token }: ProvidedIdToken): ValidationResult {
  return {
    authorization_status: "Accepted",
    tariff_messages: [],
    ...(parent_id_token !== undefined && { parent_id_token }),
  };
}

function split<T>(all: readonly T[], belongs: (item: T) => boolean): [T[], T[]] {
  return [all.filter(belongs), all.filter((item) => !belongs(item))];
}
