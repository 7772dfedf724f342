import type { IdTokenType, ProvidedIdToken } from "../auth/tokens.ts";
import type { MeterTransactionResponse } from "../powermeter.ts";
import type { Draft } from "./charger-draft.ts";
import { arm, disarm, reading, say } from "./charger-draft.ts";
import type { StartSessionReason } from "./session-event.ts";
import type { StoredSession, TransactionFinished } from "./stored-session.ts";

/** Sessions and transactions: when they begin and end, and what they tell. EvseManager facts, sections 2.7 and 2.8. */

/** The token of a station that asks nobody. */
export const freeService: ProvidedIdToken = {
  id_token: { value: "FREESERVICE", type: "Local" },
  authorization_type: "RFID",
  prevalidated: true,
};

const ocmfIdentification: Record<IdTokenType, string> = {
  Central: "CENTRAL",
  eMAID: "EMAID",
  MacAddress: "UNDEFINED",
  ISO14443: "ISO14443",
  ISO15693: "ISO15693",
  KeyCode: "KEY_CODE",
  Local: "LOCAL",
  NoAuthorization: "NONE",
};

export function startSession(d: Draft, reason: StartSessionReason, token?: ProvidedIdToken): void {
  const reservationId = reason === "Authorized" ? takeReservation(d) : d.s.reservation;
  d.s.session = { id: d.s.nextSessionId ?? `session-${d.s.calls}`, reservationId };
  d.s.nextSessionId = null;
  d.out.push({ kind: "drawSessionId" });
  say(d, "SessionStarted", {
    session_started: {
      reason,
      ...reading(d),
      ...(token === undefined ? {} : { id_tag: token }),
      ...reservationPayload(reservationId),
    },
  });
  d.out.push({ kind: "protocol", protocol: "IEC61851-1" });
}

export function endSession(d: Draft): void {
  if (d.s.session === null) return;
  say(d, "SessionFinished", { session_finished: reading(d) });
  d.out.push({ kind: "protocol", protocol: "Unknown" });
  deauthorize(d);
  d.s.session = null;
  d.s.paused = false;
  d.s.cancelled = false;
  d.s.transactionRefused = false;
  d.s.stopReason = null;
  d.s.stopToken = null;
}

/** A token counts once a session, and neither after a stop nor on the way to being disabled. */
export function mayAuthorize(d: Draft): boolean {
  return !d.s.cancelled && !d.s.disableRequested && !d.s.authorized;
}

/** A token was accepted for this EVSE: begins a session where the vehicle is still to come. */
export function authorize(d: Draft, token: ProvidedIdToken): void {
  if (!mayAuthorize(d)) return;
  if (d.s.session === null) startSession(d, "Authorized", token);
  d.s.token = token;
  d.s.authorized = true;
  d.s.plugAndCharge = token.authorization_type === "PlugAndCharge";
  d.out.push({ kind: "setAuthorized", value: true });
  say(d, "Authorized", { authorization_event: reading(d) });
}

export function deauthorize(d: Draft): void {
  if (d.s.authorized) d.out.push({ kind: "setAuthorized", value: false });
  d.s.authorized = false;
  d.s.token = null;
  d.s.plugAndCharge = false;
}

/** Asks the meter, where there is one; the answer lets the transaction begin. */
export function beginTransaction(d: Draft): void {
  const { session, token } = d.s;
  if (session === null || token === null) return;
  if (!d.options.hasMeter) {
    storeStart(d, session.id);
    return;
  }
  d.s.calls += 1;
  d.s.meterCall = d.s.calls;
  arm(d, "meterStart", d.timing.meterTransactionMs);
  d.out.push({
    kind: "meterStart",
    call: d.s.meterCall,
    request: {
      evse_id: d.options.evseId,
      transaction_id: session.id,
      identification_status: "ASSIGNED",
      identification_flags: [],
      identification_type: ocmfIdentification[token.id_token.type],
      identification_data: token.id_token.value,
    },
  });
}

const startFailed: MeterTransactionResponse = { status: "UNEXPECTED_ERROR", error: "no answer from the meter" };

export function meterStarted(d: Draft, call: number, response: MeterTransactionResponse = startFailed): void {
  if (call !== d.s.meterCall || d.s.name !== "WaitingForAuthentication") {
    // The session went on without this answer and without a transaction: what the meter has opened is closed again.
    if (response.status === "OK" && !d.s.transactionActive)
      d.out.push({ kind: "meterStop", call: 0, transactionId: d.s.session?.id ?? "" });
    return;
  }
  d.s.meterCall = null;
  disarm(d, "meterStart");
  if (response.status === "UNEXPECTED_ERROR" && d.options.failOnPowermeterErrors) {
    d.s.transactionRefused = true;
    d.out.push({
      kind: "raise",
      type: "evse_manager/PowermeterTransactionStartFailed",
      severity: "Medium",
      message: response.error ?? "the meter refused to start a transaction",
    });
    return;
  }
  d.s.startSignedValue = response.signed_meter_value ?? null;
  if (d.s.session !== null) storeStart(d, d.s.session.id);
}

function giveToStore(d: Draft, session: StoredSession | null): number {
  d.s.calls += 1;
  d.s.stored = session;
  d.s.storedAtMs = d.nowMs;
  d.out.push({ kind: "storeSession", call: d.s.calls, session });
  return d.s.calls;
}

/** Nothing is offered and nothing told before a cut of the power can no longer lose the transaction. */
function storeStart(d: Draft, id: string): void {
  if (!d.options.hasStore) {
    transactionStarted(d);
    return;
  }
  const { meter, startSignedValue } = d.s;
  d.s.storeCall = giveToStore(d, {
    id,
    ...(meter === null ? {} : { readings: { start: meter, last: meter } }),
    ...(startSignedValue === null ? {} : { start_signed_meter_value: startSignedValue }),
  });
  arm(d, "storeStart", d.timing.storeSessionMs);
}

export function startStored(d: Draft, call: number): void {
  if (call !== d.s.storeCall) return;
  d.s.storeCall = null;
  disarm(d, "storeStart");
  transactionStarted(d);
}

/** A disk that fails keeps nobody from charging; whoever looks after the station has to know. */
export function storeStartOverdue(d: Draft): void {
  overdue(d);
  transactionStarted(d);
}

function overdue(d: Draft): void {
  d.s.storeCall = null;
  d.out.push({ kind: "storeOverdue", id: d.s.stored?.id ?? "" });
}

/** The session went on without the transaction that was on its way to the store: nobody was told of it. */
export function abandonStart(d: Draft): void {
  const { storeCall, stored } = d.s;
  disarm(d, "storeStart");
  if (storeCall === null) return;
  d.s.storeCall = null;
  d.s.startSignedValue = null;
  if (d.options.hasMeter) d.out.push({ kind: "meterStop", call: 0, transactionId: stored?.id ?? "" });
  giveToStore(d, null);
}

/** Now and then the reading of a running transaction: for the bill of one that a cut ends. */
export function storeReading(d: Draft): void {
  const { meter, stored } = d.s;
  if (!d.s.transactionActive || meter === null || stored === null || stored.finished !== undefined) return;
  if (d.nowMs - d.s.storedAtMs < d.timing.storeReadingMs) return;
  const { readings } = stored;
  if (meter.energy_Wh_import.total === readings?.last.energy_Wh_import.total) return;
  giveToStore(d, { ...stored, readings: { start: readings?.start ?? meter, last: meter } });
}

function transactionStarted(d: Draft): void {
  const { session, token, startSignedValue } = d.s;
  if (session === null || token === null) return;
  const reservationId = takeReservation(d) ?? session.reservationId;
  d.s.transactionActive = true;
  say(d, "TransactionStarted", {
    transaction_started: {
      id_tag: token,
      ...reading(d),
      ...(startSignedValue === null ? {} : { signed_meter_value: startSignedValue }),
      ...reservationPayload(reservationId),
    },
  });
}

/**
 * Closes the bill in two steps: a reading taken after the contactor opened (or its absence for too long), then the
 * meter's own end of the transaction.
 */
export function finishTransaction(d: Draft): void {
  if (!d.s.transactionActive) return;
  if (d.options.hasMeter && d.s.meter !== null && d.s.meterAtMs < d.s.releasedAtMs) {
    arm(d, "finalReading", d.timing.finalReadingMs);
    return;
  }
  stopMeter(d);
}

export function stopMeter(d: Draft): void {
  disarm(d, "finalReading");
  if (!d.options.hasMeter || d.s.session === null) {
    storeFinish(d);
    return;
  }
  d.s.calls += 1;
  d.s.meterCall = d.s.calls;
  arm(d, "meterStop", d.timing.meterTransactionMs);
  d.out.push({ kind: "meterStop", call: d.s.meterCall, transactionId: d.s.session.id });
}

export function meterStopped(d: Draft, call: number, response?: MeterTransactionResponse): void {
  if (call !== d.s.meterCall || d.s.name !== "Finished") return;
  d.s.meterCall = null;
  disarm(d, "meterStop");
  // A meter that fails to sign the end does not keep the session open: the bill goes by its readings.
  d.s.stopSignedValue = response?.signed_meter_value ?? null;
  if (response?.start_signed_meter_value !== undefined) d.s.startSignedValue = response.start_signed_meter_value;
  storeFinish(d);
}

/** The bill is written before it is told: a cut in between tells it at the next start, and never writes another one. */
function storeFinish(d: Draft): void {
  const finished: TransactionFinished = {
    ...reading(d),
    reason: d.s.stopReason ?? "EVDisconnected",
    ...(d.s.stopToken === null ? {} : { id_tag: d.s.stopToken }),
    ...(d.s.startSignedValue === null ? {} : { start_signed_meter_value: d.s.startSignedValue }),
    ...(d.s.stopSignedValue === null ? {} : { signed_meter_value: d.s.stopSignedValue }),
  };
  if (!d.options.hasStore || d.s.session === null) {
    transactionFinished(d, finished);
    return;
  }
  d.s.storeCall = giveToStore(d, { id: d.s.session.id, finished });
  arm(d, "storeFinish", d.timing.storeSessionMs);
}

export function finishStored(d: Draft, call: number, timestamp: string): void {
  const finished = d.s.stored?.finished;
  if (call !== d.s.storeCall || finished === undefined) return;
  d.s.storeCall = null;
  disarm(d, "storeFinish");
  transactionFinished(d, finished, timestamp);
}

export function storeFinishOverdue(d: Draft): void {
  const finished = d.s.stored?.finished;
  overdue(d);
  if (finished !== undefined) transactionFinished(d, finished);
}

function transactionFinished(d: Draft, finished: TransactionFinished, timestamp?: string): void {
  say(d, "ChargingFinished");
  say(d, "TransactionFinished", {
    ...(timestamp === undefined ? {} : { timestamp }),
    transaction_finished: finished,
  });
  d.out.push({ kind: "protocol", protocol: "Unknown" });
  if (d.options.hasStore) giveToStore(d, null);
  d.s.transactionActive = false;
  d.s.startSignedValue = null;
  d.s.stopSignedValue = null;
}

/** Ends a reservation aloud. */
export function cancelReservation(d: Draft): void {
  if (d.s.reservation === null) return;
  d.s.reservation = null;
  d.out.push({ kind: "session", event: { uuid: "", event: "ReservationEnd" } });
}

/** Ends a reservation silently, because it was used; its id goes into the payload. */
function takeReservation(d: Draft): number | null {
  const { reservation } = d.s;
  d.s.reservation = null;
  return reservation;
}

function reservationPayload(id: number | null): { reservation_id?: number } {
  return id === null || id < 0 ? {} : { reservation_id: id };
}
