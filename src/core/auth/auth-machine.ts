/**
 * Authorisation: tokens come in, validators say what they are worth, an EVSE is chosen and told.
 *
 * Several tokens may be under way at once. Each waits in a stage of its own with a deadline; an authorisation that has
 * not led to a transaction has its deadline at the EVSE. Source: auth facts, sections 2 to 6.
 */
import type { Machine } from "../machine.ts";
import type { SessionEventName, StartSessionReason } from "../session/session-event.ts";
import type {
  AuthEffect,
  AuthEvent,
  AuthSettings,
  AuthState,
  Draft,
  TokenInProcess,
  TokenStage,
} from "./auth-state.ts";
import { evseOf, evsesOf, nextRequestId, withEvse, withoutPlugIn } from "./auth-state.ts";
import type { Evse } from "./evse.ts";
import { isAvailable, isHeldBy, isUnavailable, withConnectorEvent, withConnectors, withoutIdentifier } from "./evse.ts";
import { isClosedTo, mayCharge, usableAt } from "./reservation-rules.ts";
import {
  earliestReservationDeadlineMs,
  endedByEvse,
  evseAnswered,
  evseReady,
  forgetMark,
  keep,
  load,
  recheck,
  request,
  reservationDeadlines,
  restore,
  use,
} from "./reservation-steps.ts";
import { select, selectPlugged } from "./selection.ts";
import { authTiming } from "./timing.ts";
import { sameToken, sameValue } from "./token-match.ts";
import type { IdToken, ProvidedIdToken, TariffMessage, TokenValidationStatus, ValidationResult } from "./tokens.ts";

/** The only fault that concerns authorisation; it always counts for connector 1. Source: auth facts, section 2. */
const inoperative = "evse_manager/Inoperative";

type Unstaged = Omit<TokenInProcess, "stage">;

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

/** A token that needs no validator stands for itself, its own parent included. */
function prevalidation({ parent_id_token }: ProvidedIdToken): ValidationResult {
  return {
    authorization_status: "Accepted",
    tariff_messages: [],
    ...(parent_id_token !== undefined && { parent_id_token }),
  };
}

function isMasterPass({ masterPassGroupId }: AuthState, parent: IdToken | undefined): boolean {
  return parent !== undefined && masterPassGroupId !== "" && sameValue(parent.value, masterPassGroupId);
}

interface SessionChange {
  readonly evse: Evse;
  readonly connectorId: number;
  /** Of SessionStarted. */
  readonly reason: StartSessionReason | undefined;
}

type SessionHandler = (d: Draft, change: SessionChange) => void;

type Handlers = {
  readonly [T in AuthEvent["type"]]: (d: Draft, event: Extract<AuthEvent, { type: T }>) => void;
};

type StageHandlers = {
  readonly [N in TokenStage["name"]]: {
    /** When the stage ends by itself. */
    readonly untilMs: (stage: Extract<TokenStage, { name: N }>) => number;
    readonly timedOut: (d: Draft, process: TokenInProcess, stage: Extract<TokenStage, { name: N }>) => void;
  };
};

const ignored: SessionHandler = () => {};

function setEvse(d: Draft, evse: Evse): void {
  d.state = withEvse(d.state, evse);
}

function leaveQueue(d: Draft, evseId: number): void {
  d.state = withoutPlugIn(d.state, evseId);
}

function stopProcessing(d: Draft, process: TokenInProcess): void {
  d.state = { ...d.state, inProcess: d.state.inProcess.filter((other) => other !== process) };
}

/** Takes an authorisation back before it has become a transaction. */
function expire(d: Draft, evse: Evse, value: "TimedOut" | "Withdrawn"): void {
  setEvse(d, withoutIdentifier(evse));
  d.out.push({ type: "withdrawAtEvse", evseId: evse.id });
  if (evse.identifier !== null) d.out.push(status({ ...evse.identifier.token, connectors: [evse.id] }, value));
}

function setConnector(
  d: Draft,
  evse: Evse,
  connectorId: number,
  event: Parameters<typeof withConnectorEvent>[2],
): void {
  setEvse(d, withConnectorEvent(evse, connectorId, event));
  recheck(d);
}

export function createAuthMachine(settings: AuthSettings): Machine<AuthState, AuthEvent, AuthEffect> {
  const onSession: { readonly [E in SessionEventName]: SessionHandler } = {
    SessionStarted: (d, { evse, reason }) => {
      if (reason !== "EVConnected") return;
      // Authorised while it was plugged in: this car waits for nothing.
      if (evse.identifier !== null) {
        setEvse(d, { ...evse, pluggedIn: true });
        return;
      }
      const timed = settings.plugInTimeoutEnabled && d.state.evses.length > 1;
      setEvse(d, {
        ...evse,
        pluggedIn: true,
        plugInUntilMs: timed ? d.nowMs + d.state.connectionTimeoutMs : null,
      });
      if (!d.state.plugIns.includes(evse.id)) d.state = { ...d.state, plugIns: [...d.state.plugIns, evse.id] };
    },
    TransactionStarted: (d, { evse, connectorId }) => {
      const charging = {
        ...evse,
        pluggedIn: true,
        transactionActive: true,
        authorizedUntilMs: null,
        plugInUntilMs: null,
      };
      setConnector(d, charging, connectorId, "TRANSACTION_STARTED");
    },
    TransactionFinished: (d, { evse }) => setEvse(d, { ...withoutIdentifier(evse), transactionActive: false }),
    SessionFinished: (d, { evse, connectorId }) => {
      leaveQueue(d, evse.id);
      const gone = { ...withoutIdentifier(evse), pluggedIn: false, plugInTimedOut: false, plugInUntilMs: null };
      setConnector(d, gone, connectorId, "SESSION_FINISHED");
    },
    Enabled: (d, { evse, connectorId }) => setConnector(d, evse, connectorId, "ENABLE"),
    Disabled: (d, { evse, connectorId }) => setConnector(d, evse, connectorId, "DISABLE"),
    Deauthorized: (d, { evse }) => setEvse(d, { ...withoutIdentifier(evse), plugInUntilMs: null }),
    ReservationEnd: (d, { evse }) => endedByEvse(d, evse.id),
    Authorized: ignored,
    AuthRequired: ignored,
    PrepareCharging: ignored,
    ChargingStarted: ignored,
    ChargingPausedEV: ignored,
    ChargingPausedEVSE: ignored,
    StoppingCharging: ignored,
    ChargingFinished: ignored,
    ReservationStart: ignored,
    PluginTimeout: ignored,
    SwitchingPhases: ignored,
    SessionResumed: ignored,
  };

  /** Step 6: the next validator, or the conclusion when all have been asked. */
  function validate(d: Draft, token: Unstaged, validator: number): void {
    if (validator >= settings.validators) {
      conclude(d, token);
      return;
    }
    const requestId = nextRequestId(d);
    const answerByMs = d.nowMs + authTiming.validatorAnswerMs;
    const process: TokenInProcess = { ...token, stage: { name: "validating", requestId, validator, answerByMs } };
    d.state = { ...d.state, inProcess: [...d.state.inProcess, process] };
    d.out.push({ type: "askValidator", validator, requestId, token: token.token });
  }

  function answered(d: Draft, process: TokenInProcess, validator: number, result: ValidationResult): void {
    const { token, referenced, results } = process;
    stopProcessing(d, process);
    validate(d, { token, referenced, results: [...results, result] }, validator + 1);
  }

  const onStage: StageHandlers = {
    validating: {
      untilMs: ({ answerByMs }) => answerByMs,
      timedOut: (d, process, { validator }) =>
        answered(d, process, validator, { authorization_status: "Timeout", tariff_messages: [] }),
    },
    waitingForPlugIn: {
      untilMs: ({ untilMs }) => untilMs,
      timedOut: (d, process, { result }) => {
        stopProcessing(d, process);
        d.out.push(status(withParent(process.token, process.results[result]?.parent_id_token), "TimedOut"));
      },
    },
  };

  function stageUntilMs({ stage }: TokenInProcess): number {
    return (onStage[stage.name].untilMs as (stage: TokenStage) => number)(stage);
  }

  /** Ends the transaction of an EVSE whose token, or whose token's parent, is presented again. */
  function presentedAgain(d: Draft, evse: Evse, token: ProvidedIdToken): void {
    // Nothing to stop yet: the authorisation is on its way to become a transaction.
    if (!evse.transactionActive) return;
    const reported = { ...withParent(token, evse.identifier?.parent), connectors: [evse.id] };
    if (!settings.stopTransactionOnReswipe) {
      d.out.push(status(reported, "UsedToReauthorize"));
      return;
    }
    d.out.push(
      { type: "stopTransaction", evseId: evse.id, reason: "Local", idTag: token },
      status(reported, "UsedToStop"),
    );
  }

  /** Step 7: the master pass, or a token of the group that charges. False when no result stops anything. */
  function stopByGroup(d: Draft, { token, results }: Unstaged, referenced: readonly Evse[]): boolean {
    for (const { authorization_status, parent_id_token: parent } of results) {
      if (authorization_status !== "Accepted" || parent === undefined) continue;
      if (isMasterPass(d.state, parent)) {
        const stopped = referenced.filter((evse) => evse.transactionActive);
        for (const { id } of stopped) {
          d.out.push({ type: "stopTransaction", evseId: id, reason: "MasterPass", idTag: token });
        }
        d.out.push(status({ ...withParent(token, parent), connectors: stopped.map(({ id }) => id) }, "UsedToStop"));
        return true;
      }
      const holder = referenced.find((evse) => isHeldBy(evse, parent.value));
      if (holder === undefined) continue;
      presentedAgain(d, holder, token);
      return true;
    }
    return false;
  }

  /** Steps 7 and 8, when all validators have answered or ran out of time. */
  function conclude(d: Draft, token: Unstaged): void {
    const referenced = evsesOf(d.state, token.referenced);
    const candidates = referenced.filter(isAvailable);
    if (!settings.prioritizeAuthorizationOverStoppingTransaction || candidates.length === 0) {
      if (stopByGroup(d, token, referenced)) return;
    }
    if (candidates.length === 0) d.out.push(status(token.token, "Rejected"));
    else authorize(d, token, 0);
  }

  /** Steps 9 to 11, from the result with that index on. */
  function authorize(d: Draft, process: Unstaged, from: number): void {
    const { token, referenced, results } = process;
    let last: ValidationResult | undefined;
    for (const [index, result] of results.entries()) {
      if (index < from) continue;
      last = result;
      if (result.authorization_status !== "Accepted") continue;
      const granted = withParent(token, result.parent_id_token);
      if (isMasterPass(d.state, result.parent_id_token)) {
        d.out.push(status(granted, "Rejected"));
        return;
      }
      d.out.push(status(granted, "Accepted", result.tariff_messages));
      const candidates = evsesOf(d.state, referenced).filter(isAvailable);
      const selection = select(settings.selectionAlgorithm, candidates, d.state.plugIns);
      switch (selection) {
        case "waitForPlugIn": {
          const untilMs = d.nowMs + d.state.connectionTimeoutMs;
          const waiting: TokenInProcess = { ...process, stage: { name: "waitingForPlugIn", result: index, untilMs } };
          d.state = { ...d.state, inProcess: [...d.state.inProcess, waiting] };
          return;
        }
        case "none":
          d.out.push(status(granted, "TimedOut"));
          return;
        case "undecidable":
          d.out.push(
            { type: "complain", about: "user_input_needed", details: { evse_ids: candidates.map(({ id }) => id) } },
            status(granted, "Rejected"),
          );
          return;
        default:
          last = decide(d, granted, referenced, result, selection);
          if (last === undefined) return;
      }
    }
    refuse(d, process, last);
  }

  /** Whether the token may charge at the EVSE chosen for it; tells the EVSE. Undefined when it may. */
  function decide(
    d: Draft,
    token: ProvidedIdToken,
    referenced: readonly number[],
    result: ValidationResult,
    evse: Evse,
  ): ValidationResult | undefined {
    const idToken = token.id_token.value;
    const group = result.parent_id_token?.value;
    const elsewhere = result.evse_ids !== undefined && !result.evse_ids.some((id) => referenced.includes(id));
    const hasReservation = usableAt(d.state, evse.id, idToken, group) !== undefined;
    if (elsewhere || (!hasReservation && !mayCharge(d.state, evse.id))) {
      const refused: ValidationResult = {
        ...result,
        authorization_status: elsewhere ? "NotAtThisLocation" : "NotAtThisTime",
      };
      d.out.push({ type: "tellEvse", evseId: evse.id, token, result: refused });
      return refused;
    }
    const reservationId = use(d, evse.id, idToken, group);
    const accepted = reservationId === undefined ? result : { ...result, reservation_id: reservationId };
    setEvse(d, {
      ...evse,
      identifier: { token, status: result.authorization_status, parent: result.parent_id_token },
      authorizedUntilMs: d.nowMs + d.state.connectionTimeoutMs,
      plugInUntilMs: null,
    });
    leaveQueue(d, evse.id);
    // The EVSE forgets what it showed once it is authorised.
    forgetMark(d, evse.id);
    d.out.push(
      { type: "tellEvse", evseId: evse.id, token, result: accepted },
      status({ ...token, connectors: [evse.id] }, "UsedToStart"),
    );
    return undefined;
  }

  /** Step 11. EVSEs the token names hear of it: a vehicle that waits for its own token leaves the authorisation loop. */
  function refuse(d: Draft, { token, referenced, results }: Unstaged, last: ValidationResult | undefined): void {
    if (last !== undefined && token.connectors !== undefined) {
      for (const evseId of referenced) d.out.push({ type: "tellEvse", evseId, token, result: last });
    }
    const said = results.map(({ authorization_status }) => authorization_status);
    d.out.push(status(token, said.includes("Timeout") && !said.includes("Accepted") ? "TimedOut" : "Rejected"));
  }

  /** Gives cars that wait for a token to tokens that wait for a car; who has waited longest comes first. */
  function joinWaiting(d: Draft): void {
    if (d.state.plugIns.length === 0) return;
    for (const process of d.state.inProcess) {
      const { stage, ...unstaged } = process;
      if (stage.name !== "waitingForPlugIn") continue;
      const candidates = evsesOf(d.state, process.referenced).filter(isAvailable);
      const evse = selectPlugged(settings.selectionAlgorithm, candidates, d.state.plugIns);
      const result = process.results[stage.result];
      if (evse === undefined || result === undefined) continue;
      stopProcessing(d, process);
      const granted = withParent(process.token, result.parent_id_token);
      const refused = decide(d, granted, process.referenced, result, evse);
      if (refused === undefined) continue;
      if (stage.result + 1 < process.results.length) authorize(d, unstaged, stage.result + 1);
      else refuse(d, unstaged, refused);
    }
  }

  const on: Handlers = {
    started: (d) => {
      if (settings.hasStore) load(d);
    },

    tokenProvided: (d, { token }) => {
      const { state } = d;
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
      if (underWay) return;

      d.out.push(status(token, "Processing"));
      if (token.authorization_type === "RFID") {
        const holder = evses.find((evse) => isHeldBy(evse, token.id_token.value));
        if (holder !== undefined) {
          presentedAgain(d, holder, token);
          return;
        }
      }
      const validationIsOfUse =
        evses.some(isAvailable) ||
        (evses.length > 0 &&
          (state.masterPassGroupId !== "" || evses.some(({ identifier }) => identifier?.parent !== undefined)));
      const closed = evses.every(({ id }) => isClosedTo(state, id, token.id_token.value));
      if (!validationIsOfUse || closed) {
        d.out.push(status(token, "Rejected"));
        return;
      }
      if (token.prevalidated === true) conclude(d, { token, referenced, results: [prevalidation(token)] });
      else validate(d, { token, referenced, results: [] }, 0);
    },

    validatorAnswered: (d, { requestId, result }) => {
      for (const process of d.state.inProcess) {
        const { stage } = process;
        if (stage.name !== "validating" || stage.requestId !== requestId) continue;
        answered(d, process, stage.validator, result);
        return;
      }
    },

    validationUpdated: (d, { evseId, result }) => {
      const evse = evseOf(d.state, evseId);
      if (evse === undefined || evse.identifier === null) {
        d.out.push({ type: "complain", about: "no_authorization_to_update", details: { evse_id: evseId } });
        return;
      }
      const parent = result.parent_id_token;
      const token = withParent(evse.identifier.token, parent);
      setEvse(d, { ...evse, identifier: { token, status: result.authorization_status, parent } });
      d.out.push(status(token, "Accepted", result.tariff_messages));
    },

    sessionChanged: (d, { evseId, connectorId, event, reason }) => {
      const evse = evseOf(d.state, evseId);
      if (evse !== undefined) onSession[event](d, { evse, connectorId: connectorId ?? 1, reason });
    },

    faultReported: (d, { evseId, action, fault }) => {
      const evse = evseOf(d.state, evseId);
      if (evse === undefined || fault !== inoperative || settings.ignoreConnectorFaults) return;
      setConnector(d, evse, 1, action === "raise" ? "FAULTED" : "ERROR_CLEARED");
    },

    connectorsReported: (d, { evseId, connectors }) => {
      const evse = evseOf(d.state, evseId);
      if (evse !== undefined) setEvse(d, withConnectors(evse, connectors));
    },

    evseReady: (d, { evseId, ready }) => {
      const evse = evseOf(d.state, evseId);
      if (evse === undefined) return;
      setEvse(d, { ...evse, ready });
      if (ready) evseReady(d, evseId);
    },

    evseAnswered: (d, { requestId, accepted }) => evseAnswered(d, requestId, accepted),

    reservationsLoaded: (d, { requestId, items, wallMs }) => {
      if (d.state.restoring?.requestId === requestId) restore(d, items, wallMs);
    },

    reservationRequested: request,
    cancellationRequested: request,
    checkRequested: request,

    withdrawalRequested: (d, { replyId, request: { evse_id: evseId, id_token: idToken } }) => {
      if (evseId !== undefined && evseOf(d.state, evseId) === undefined) {
        d.out.push({ type: "answerWithdrawal", replyId, result: "EvseNotFound" });
        return;
      }
      const before = d.out.length;
      for (const process of d.state.inProcess) {
        if (idToken !== undefined && !sameToken(process.token.id_token, idToken)) continue;
        if (evseId !== undefined && !process.referenced.includes(evseId)) continue;
        stopProcessing(d, process);
        d.out.push(status(process.token, "Withdrawn"));
      }
      for (const evse of d.state.evses) {
        if (evse.identifier === null || (evseId !== undefined && evse.id !== evseId)) continue;
        if (idToken !== undefined && !sameToken(evse.identifier.token.id_token, idToken)) continue;
        if (evse.transactionActive) d.out.push({ type: "stopTransaction", evseId: evse.id, reason: "DeAuthorized" });
        else expire(d, evse, "Withdrawn");
      }
      const result = d.out.length > before ? "Accepted" : "AuthorizationNotFound";
      d.out.push({ type: "answerWithdrawal", replyId, result });
    },

    connectionTimeoutSet: (d, { seconds }) => {
      const { least, most } = authTiming.connectionTimeoutS;
      if (seconds >= least && seconds <= most) d.state = { ...d.state, connectionTimeoutMs: seconds * 1000 };
      else d.out.push({ type: "complain", about: "connection_timeout_out_of_bounds", details: { seconds } });
    },

    masterPassGroupSet: (d, { groupId }) => {
      d.state = { ...d.state, masterPassGroupId: groupId };
    },

    deadlineReached: (d) => {
      reservationDeadlines(d);
      for (const evse of d.state.evses) {
        if (evse.authorizedUntilMs !== null && d.nowMs >= evse.authorizedUntilMs) expire(d, evse, "TimedOut");
        if (evse.plugInUntilMs !== null && d.nowMs >= evse.plugInUntilMs) {
          leaveQueue(d, evse.id);
          setEvse(d, { ...evse, plugInTimedOut: true, plugInUntilMs: null });
          d.out.push({ type: "withdrawAtEvse", evseId: evse.id });
        }
      }
      for (const process of d.state.inProcess) {
        if (d.nowMs < stageUntilMs(process)) continue;
        const { timedOut } = onStage[process.stage.name];
        (timedOut as (d: Draft, process: TokenInProcess, stage: TokenStage) => void)(d, process, process.stage);
      }
    },
  };

  return {
    step: (state, event, nowMs) => {
      const d: Draft = { state, out: [], nowMs };
      (on[event.type] as (d: Draft, event: AuthEvent) => void)(d, event);
      joinWaiting(d);
      // Stores come after everything else.
      if (settings.hasStore) keep(d);
      return { state: d.state, effects: d.out };
    },
    deadlineMs: (state) => {
      let earliest = earliestReservationDeadlineMs(state);
      for (const { authorizedUntilMs, plugInUntilMs } of state.evses) {
        if (authorizedUntilMs !== null && authorizedUntilMs < earliest) earliest = authorizedUntilMs;
        if (plugInUntilMs !== null && plugInUntilMs < earliest) earliest = plugInUntilMs;
      }
      for (const process of state.inProcess) earliest = Math.min(earliest, stageUntilMs(process));
      return earliest === Number.POSITIVE_INFINITY ? null : earliest;
    },
    deadlineReached: { type: "deadlineReached" },
  };
}
