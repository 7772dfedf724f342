/** What authorisation knows, hears and does. */
import type { StopTransactionReason } from "../board.ts";
import type { SessionEventName, StartSessionReason } from "../session/session-event.ts";
import type { Evse } from "./evse.ts";
import { newEvse } from "./evse.ts";
import type {
  Reservation,
  ReservationCheckStatus,
  ReservationQuery,
  ReservationResult,
  ReservationStatus,
  StoredReservation,
} from "./reservation.ts";
import type { SelectionAlgorithm } from "./selection.ts";
import type { IdToken, ProvidedIdToken, TariffMessage, TokenValidationStatus, ValidationResult } from "./tokens.ts";

export interface AuthSettings {
  /** Number of validators, asked in the order of their connections. */
  readonly validators: number;
  readonly selectionAlgorithm: SelectionAlgorithm;
  readonly prioritizeAuthorizationOverStoppingTransaction: boolean;
  readonly ignoreConnectorFaults: boolean;
  readonly plugInTimeoutEnabled: boolean;
  readonly stopTransactionOnReswipe: boolean;
  /** There is a store in which reservations outlive a restart. */
  readonly hasStore: boolean;
}

/** A validator has been asked and has not answered. */
export interface ValidatingStage {
  readonly name: "validating";
  readonly requestId: number;
  /** Index of the validator asked. */
  readonly validator: number;
  readonly answerByMs: number;
}

/** Accepted, and several EVSEs could be meant: the next car that is plugged in tells. */
export interface WaitingStage {
  readonly name: "waitingForPlugIn";
  /** Index of the result that accepted. */
  readonly result: number;
  readonly untilMs: number;
}

export type TokenStage = ValidatingStage | WaitingStage;

export interface TokenInProcess {
  readonly token: ProvidedIdToken;
  /** EVSE ids the token may be for, in order. */
  readonly referenced: readonly number[];
  readonly results: readonly ValidationResult[];
  readonly stage: TokenStage;
}

export type ReservationStage =
  /** The EVSE has been asked whether it can be reserved. `replyId`: who waits for that; null after a restart. */
  | {
      readonly name: "askingEvse";
      readonly requestId: number;
      readonly answerByMs: number;
      readonly replyId: number | null;
      /** It shows as reserved already: should it refuse, that has to end. */
      readonly showsReserved: boolean;
    }
  /** Restored for an EVSE that is not ready yet. */
  | { readonly name: "awaitingEvse" }
  | { readonly name: "placed" };

export interface HeldReservation {
  readonly reservation: Reservation;
  /** Null: any EVSE. */
  readonly evseId: number | null;
  readonly expiresAtMs: number;
  readonly stage: ReservationStage;
}

/** The store has been asked for the reservations of the last run; requests wait for it. */
export interface Restoring {
  readonly requestId: number;
  readonly answerByMs: number;
  readonly deferred: readonly { readonly event: ReservationRequest; readonly atMs: number }[];
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
  /** In the order they were made; at most one for each EVSE. */
  readonly reservations: readonly HeldReservation[];
  /** EVSEs that show as reserved because reservations of any EVSE need them. */
  readonly marked: readonly { readonly evseId: number; readonly requestId: number }[];
  /** What the store holds. */
  readonly stored: readonly HeldReservation["reservation"][];
  readonly restoring: Restoring | null;
}

export interface WithdrawalRequest {
  readonly evse_id?: number;
  readonly id_token?: IdToken;
}

export type ReservationRequest =
  | {
      readonly type: "reservationRequested";
      readonly replyId: number;
      readonly request: Reservation;
      readonly wallMs: number;
    }
  | { readonly type: "cancellationRequested"; readonly replyId: number; readonly reservationId: number }
  | { readonly type: "checkRequested"; readonly replyId: number; readonly query: ReservationQuery };

export type AuthEvent =
  | { readonly type: "started" }
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
  | {
      readonly type: "connectorsReported";
      readonly evseId: number;
      readonly connectors: readonly { readonly id: number; readonly type?: string }[];
    }
  | { readonly type: "evseReady"; readonly evseId: number; readonly ready: boolean }
  | { readonly type: "evseAnswered"; readonly requestId: number; readonly accepted: boolean }
  | {
      readonly type: "reservationsLoaded";
      readonly requestId: number;
      readonly items: readonly StoredReservation[];
      readonly wallMs: number;
    }
  | ReservationRequest
  | { readonly type: "withdrawalRequested"; readonly replyId: number; readonly request: WithdrawalRequest }
  | { readonly type: "connectionTimeoutSet"; readonly seconds: number }
  | { readonly type: "masterPassGroupSet"; readonly groupId: string }
  | { readonly type: "deadlineReached" };

export type WithdrawalResult = "Accepted" | "AuthorizationNotFound" | "EvseNotFound" | "Rejected";

/** What an operator should hear of. */
export type Complaint =
  | "user_input_needed"
  | "no_authorization_to_update"
  | "connection_timeout_out_of_bounds"
  | "reservations_not_loaded";

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
  | { readonly type: "answerWithdrawal"; readonly replyId: number; readonly result: WithdrawalResult }
  /** -1: for nobody in particular. */
  | {
      readonly type: "reserveAtEvse";
      readonly evseId: number;
      readonly reservationId: number;
      readonly requestId: number;
    }
  | { readonly type: "cancelAtEvse"; readonly evseId: number }
  | {
      readonly type: "reservationUpdate";
      readonly reservationId: number;
      readonly status: ReservationStatus;
      readonly evseId?: number;
    }
  | { readonly type: "answerReservation"; readonly replyId: number; readonly result: ReservationResult }
  | { readonly type: "answerCancellation"; readonly replyId: number; readonly result: boolean }
  | { readonly type: "answerCheck"; readonly replyId: number; readonly result: ReservationCheckStatus }
  | { readonly type: "loadReservations"; readonly requestId: number }
  | { readonly type: "storeReservations"; readonly items: readonly StoredReservation[] }
  | { readonly type: "complain"; readonly about: Complaint; readonly details: object };

export function initialAuthState(
  evses: number,
  options: { readonly connectionTimeoutMs: number; readonly masterPassGroupId: string },
): AuthState {
  return {
    evses: Array.from({ length: evses }, (_, index) => newEvse(index + 1)),
    plugIns: [],
    inProcess: [],
    lastRequestId: 0,
    reservations: [],
    marked: [],
    stored: [],
    restoring: null,
    ...options,
  };
}

export function evseOf(state: AuthState, id: number): Evse | undefined {
  return state.evses[id - 1];
}

export function withEvse(state: AuthState, evse: Evse): AuthState {
  return { ...state, evses: state.evses.with(evse.id - 1, evse) };
}

export function evsesOf(state: AuthState, ids: readonly number[]): Evse[] {
  return ids.flatMap((id) => evseOf(state, id) ?? []);
}

export function withoutPlugIn(state: AuthState, evseId: number): AuthState {
  return state.plugIns.includes(evseId)
    ? { ...state, plugIns: state.plugIns.filter((other) => other !== evseId) }
    : state;
}

/** One step while it is made: the state so far, and what has to be done. */
export interface Draft {
  state: AuthState;
  readonly out: AuthEffect[];
  readonly nowMs: number;
}

export function nextRequestId(d: Draft): number {
  const requestId = d.state.lastRequestId + 1;
  d.state = { ...d.state, lastRequestId: requestId };
  return requestId;
}
