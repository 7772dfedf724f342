import { createAuthMachine } from "../../../src/core/auth/auth-machine.ts";
import type { AuthEffect, AuthEvent, AuthSettings, AuthState } from "../../../src/core/auth/auth-state.ts";
import { initialAuthState } from "../../../src/core/auth/auth-state.ts";
import type { Reservation } from "../../../src/core/auth/reservation.ts";
import type { AuthorizationStatus, ProvidedIdToken, ValidationResult } from "../../../src/core/auth/tokens.ts";
import type { SessionEventName } from "../../../src/core/session/session-event.ts";

export function rfid(value: string, more: Partial<ProvidedIdToken> = {}): ProvidedIdToken {
  return { id_token: { value, type: "ISO14443" }, authorization_type: "RFID", ...more };
}

export function result(
  authorization_status: AuthorizationStatus,
  more: Partial<ValidationResult> = {},
): ValidationResult {
  return { authorization_status, tariff_messages: [], ...more };
}

export const group = (value: string): { readonly value: string; readonly type: "Central" } => ({
  value,
  type: "Central",
});

/** Wall time when the monotonic clock is 0. */
export const epochMs = Date.UTC(2026, 0, 1);

export const timeAt = (nowMs: number): string => new Date(epochMs + nowMs).toISOString();

/** For the token `R<id>`, until one in the night unless it says otherwise. */
export function reservation(id: number, more: Partial<Reservation> = {}): Reservation {
  return { reservation_id: id, id_token: `R${id}`, expiry_time: timeAt(3_600_000), ...more };
}

export interface AuthBenchOptions extends Partial<AuthSettings> {
  readonly evses?: number;
  readonly connectionTimeoutS?: number;
  readonly masterPassGroupId?: string;
}

/** One machine with its state and a clock that is moved by hand. */
export class AuthBench {
  readonly machine;
  state: AuthState;
  nowMs = 0;

  constructor({ evses = 1, connectionTimeoutS = 30, masterPassGroupId = "", ...settings }: AuthBenchOptions = {}) {
    this.machine = createAuthMachine({
      validators: 1,
      selectionAlgorithm: "FindFirst",
      prioritizeAuthorizationOverStoppingTransaction: true,
      ignoreConnectorFaults: false,
      plugInTimeoutEnabled: false,
      stopTransactionOnReswipe: true,
      hasStore: false,
      ...settings,
    });
    this.state = initialAuthState(evses, { connectionTimeoutMs: connectionTimeoutS * 1000, masterPassGroupId });
  }

  post(event: AuthEvent): readonly AuthEffect[] {
    const { state, effects } = this.machine.step(this.state, event, this.nowMs);
    this.state = state;
    return effects;
  }

  present(token: ProvidedIdToken): readonly string[] {
    return this.post({ type: "tokenProvided", token }).map(line);
  }

  answer(answer: ValidationResult, requestId = this.state.lastRequestId): readonly string[] {
    return this.post({ type: "validatorAnswered", requestId, result: answer }).map(line);
  }

  session(event: SessionEventName, evseId = 1, connectorId = 1): readonly string[] {
    return this.post({
      type: "sessionChanged",
      evseId,
      connectorId,
      event,
      ...(event === "SessionStarted" && { reason: "EVConnected" as const }),
    }).map(line);
  }

  /** Asks for a reservation on behalf of reply 1; any EVSE unless one is named. */
  reserve(id: number, more: Partial<Reservation> & { readonly inS?: number } = {}): readonly string[] {
    const { inS = 3600, ...rest } = more;
    return this.post({
      type: "reservationRequested",
      replyId: 1,
      request: reservation(id, { expiry_time: timeAt(this.nowMs + inS * 1000), ...rest }),
      wallMs: epochMs + this.nowMs,
    }).map(line);
  }

  cancelReservation(reservationId: number): readonly string[] {
    return this.post({ type: "cancellationRequested", replyId: 2, reservationId }).map(line);
  }

  /** The EVSE answers the last `reserve`. */
  evseSays(accepted: boolean, requestId = this.state.lastRequestId): readonly string[] {
    return this.post({ type: "evseAnswered", requestId, accepted }).map(line);
  }

  /** Reserved, and where it is of one EVSE agreed to. */
  reserved(id: number, more: Partial<Reservation> & { readonly inS?: number } = {}): this {
    this.reserve(id, more);
    if (more.evse_id !== undefined) this.evseSays(true);
    return this;
  }

  connectors(evseId: number, ...types: readonly string[]): this {
    const connectors = types.map((type, index) => ({ id: index + 1, type }));
    this.post({ type: "connectorsReported", evseId, connectors });
    return this;
  }

  fault(evseId = 1, action: "raise" | "clear" = "raise"): readonly string[] {
    return this.post({ type: "faultReported", evseId, action, fault: "evse_manager/Inoperative" }).map(line);
  }

  /** The reservations held: their numbers, with the EVSE where they have one. */
  get held(): readonly string[] {
    return this.state.reservations.map(({ reservation, evseId }) =>
      evseId === null ? `${reservation.reservation_id}` : `${reservation.reservation_id}@${evseId}`,
    );
  }

  at(nowMs: number): readonly string[] {
    this.nowMs = nowMs;
    return this.post(this.machine.deadlineReached).map(line);
  }

  /** A car at the EVSE that charges on the token. */
  charging(token: ProvidedIdToken, evseId = 1, answer = result("Accepted")): void {
    this.session("SessionStarted", evseId);
    this.present({ ...token, connectors: [evseId] });
    this.answer(answer);
    this.session("TransactionStarted", evseId);
  }
}

/** An effect in one line, so that a table of expectations stays readable. */
export function line(effect: AuthEffect): string {
  switch (effect.type) {
    case "publishStatus":
      return `${effect.token.id_token.value} ${effect.status}${effect.token.connectors?.map((id) => ` @${id}`) ?? ""}`;
    case "askValidator":
      return `ask ${effect.validator} about ${effect.token.id_token.value}`;
    case "tellEvse":
      return `tell ${effect.evseId} ${effect.token.id_token.value} ${effect.result.authorization_status}`;
    case "withdrawAtEvse":
      return `withdraw ${effect.evseId}`;
    case "stopTransaction":
      return `stop ${effect.evseId} ${effect.reason} ${effect.idTag?.id_token.value ?? "-"}`;
    case "answerWithdrawal":
    case "answerReservation":
    case "answerCancellation":
    case "answerCheck":
      return `answer ${effect.replyId} ${effect.result}`;
    case "reserveAtEvse":
      return `reserve ${effect.evseId} ${effect.reservationId}`;
    case "cancelAtEvse":
      return `cancel ${effect.evseId}`;
    case "reservationUpdate":
      return `reservation ${effect.reservationId} ${effect.status}`;
    case "loadReservations":
      return "load";
    case "storeReservations":
      return `store ${effect.items.map(({ evse_id, reservation }) => `${reservation.reservation_id}@${evse_id ?? "-"}`).join(" ")}`.trim();
    case "complain":
      return `complain ${effect.about}`;
  }
}
