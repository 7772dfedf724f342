import type { IdTokenType, ProvidedIdToken } from "../auth/tokens.ts";
import type { MeterTransactionResponse } from "../powermeter.ts";
import type { Draft } from "./charger-draft.ts";
import { arm, disarm, reading, say } from "./charger-draft.ts";
import type { StartSessionReason } from "./session-event.ts";

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
    transactionStarted(d);
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
  transactionStarted(d);
}

function transactionStarted(d: Draft): void {
  const { session, token, startSignedValue } = d.s;
  if (session === null || token === null) return;
  const reservationId = takeReservation(d) ?? session.reservationId;
  d.s.transactionActive = true;
  d.out.push({ kind: "storeSession", id: session.id });
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
    transactionFinished(d);
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
  transactionFinished(d);
}

function transactionFinished(d: Draft): void {
  d.out.push({ kind: "storeSession", id: "" });
  say(d, "ChargingFinished");
  say(d, "TransactionFinished", {
    transaction_finished: {
      ...reading(d),
      reason: d.s.stopReason ?? "EVDisconnected",
      ...(d.s.stopToken === null ? {} : { id_tag: d.s.stopToken }),
      ...(d.s.startSignedValue === null ? {} : { start_signed_meter_value: d.s.startSignedValue }),
      ...(d.s.stopSignedValue === null ? {} : { signed_meter_value: d.s.stopSignedValue }),
    },
  });
  d.out.push({ kind: "protocol", protocol: "Unknown" });
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
