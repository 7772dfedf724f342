/** What happens to reservations, and what the EVSEs, the store and the world above are told of it. Auth facts, section 6. */
import type {
  AuthEffect,
  AuthState,
  Draft,
  HeldReservation,
  ReservationRequest,
  ReservationStage,
} from "./auth-state.ts";
import { evseOf, nextRequestId } from "./auth-state.ts";
import type { Reservation, ReservationStatus, StoredReservation } from "./reservation.ts";
import {
  admit,
  canBeKept,
  check,
  globals,
  neededEvses,
  offersNow,
  reservedAt,
  typeOf,
  usableAt,
} from "./reservation-rules.ts";
import { authTiming } from "./timing.ts";

/** More than any charging station is asked in the moment its store needs; further ones are refused. */
const mostDeferred = 100;

/** Requests wait until the reservations of the last run are back. */
export function request(d: Draft, event: ReservationRequest): void {
  const { restoring } = d.state;
  if (restoring === null) {
    answerRequest(d, event);
    return;
  }
  if (restoring.deferred.length >= mostDeferred) {
    d.out.push(refusal[event.type](event.replyId));
    return;
  }
  const deferred = [...restoring.deferred, { event, atMs: d.nowMs }];
  d.state = { ...d.state, restoring: { ...restoring, deferred } };
}

type RequestHandlers = {
  readonly [T in ReservationRequest["type"]]: (d: Draft, event: Extract<ReservationRequest, { type: T }>) => void;
};

const onRequest: RequestHandlers = {
  reservationRequested: reserveNow,
  cancellationRequested: (d, { replyId, reservationId }) => {
    const held = byId(d.state, reservationId);
    if (held !== undefined) drop(d, held);
    d.out.push({ type: "answerCancellation", replyId, result: held !== undefined });
    showNeeded(d);
  },
  checkRequested: (d, { replyId, query }) => {
    d.out.push({ type: "answerCheck", replyId, result: check(d.state, query) });
  },
};

function answerRequest(d: Draft, event: ReservationRequest): void {
  (onRequest[event.type] as (d: Draft, event: ReservationRequest) => void)(d, event);
}

const refusal: { readonly [T in ReservationRequest["type"]]: (replyId: number) => AuthEffect } = {
  reservationRequested: (replyId) => ({ type: "answerReservation", replyId, result: "Rejected" }),
  cancellationRequested: (replyId) => ({ type: "answerCancellation", replyId, result: false }),
  checkRequested: (replyId) => ({ type: "answerCheck", replyId, result: "NotReserved" }),
};

function byId(state: AuthState, reservationId: number): HeldReservation | undefined {
  return state.reservations.find(({ reservation }) => reservation.reservation_id === reservationId);
}

function replace(d: Draft, held: HeldReservation, by: readonly HeldReservation[]): void {
  d.state = { ...d.state, reservations: d.state.reservations.flatMap((other) => (other === held ? by : [other])) };
}

function update(
  { reservation, evseId }: Pick<HeldReservation, "reservation" | "evseId">,
  status: ReservationStatus,
): AuthEffect {
  return {
    type: "reservationUpdate",
    reservationId: reservation.reservation_id,
    status,
    ...(evseId !== null && { evseId }),
  };
}

/** Ends a reservation. `status`: what the world above is told; one it has never been told of is refused instead. */
function drop(d: Draft, held: HeldReservation, status?: ReservationStatus, evseKnows = false): void {
  const { evseId, stage } = held;
  replace(d, held, []);
  if (evseId !== null && !evseKnows && stage.name !== "awaitingEvse") d.out.push({ type: "cancelAtEvse", evseId });
  if (stage.name === "askingEvse" && stage.replyId !== null) {
    d.out.push({ type: "answerReservation", replyId: stage.replyId, result: "Rejected" });
  } else if (status !== undefined) {
    d.out.push(update(held, status));
  }
}

/** Section 6.1. */
function reserveNow(d: Draft, event: Extract<ReservationRequest, { type: "reservationRequested" }>): void {
  const { replyId, request: reservation, wallMs } = event;
  const refuse = (result: ReturnType<typeof admit>): void => {
    d.out.push({ type: "answerReservation", replyId, result });
  };
  const remainingMs = Date.parse(reservation.expiry_time) - wallMs;
  if (!(remainingMs >= 0)) {
    refuse("Rejected");
    return;
  }

  const old = byId(d.state, reservation.reservation_id);
  if (old !== undefined) drop(d, old, undefined, true);
  const result = admit(d.state, reservation);
  const evseId = reservation.evse_id ?? null;
  const replaces = old !== undefined && old.evseId !== null && old.evseId === evseId && result === "Accepted";
  if (old !== undefined && old.evseId !== null && !replaces) d.out.push({ type: "cancelAtEvse", evseId: old.evseId });
  if (result !== "Accepted") refuse(result);
  else add(d, reservation, evseId, d.nowMs + remainingMs, replyId, replaces);
  showNeeded(d);
}

/** Adds what was admitted; its EVSE, where it has one, is asked first. `replyId` null: restored. */
function add(
  d: Draft,
  reservation: Reservation,
  evseId: number | null,
  expiresAtMs: number,
  replyId: number | null,
  replaces: boolean,
): void {
  const held: HeldReservation = { reservation, evseId, expiresAtMs, stage: { name: "placed" } };
  d.state = { ...d.state, reservations: [...d.state.reservations, held] };
  if (evseId !== null) askEvse(d, held, evseId, replyId, replaces);
  else if (replyId !== null) {
    d.out.push(update(held, "Placed"), { type: "answerReservation", replyId, result: "Accepted" });
  }
}

function askEvse(d: Draft, held: HeldReservation, evseId: number, replyId: number | null, replaces: boolean): void {
  if (replyId === null && evseOf(d.state, evseId)?.ready !== true) {
    replace(d, held, [{ ...held, stage: { name: "awaitingEvse" } }]);
    return;
  }
  const requestId = nextRequestId(d);
  const stage: ReservationStage = {
    name: "askingEvse",
    requestId,
    answerByMs: d.nowMs + authTiming.evseAnswerMs,
    replyId,
    showsReserved: replaces || d.state.marked.some((mark) => mark.evseId === evseId),
  };
  replace(d, held, [{ ...held, stage }]);
  // From now on it is this reservation's own: nothing to take back on behalf of the others.
  forgetMark(d, evseId);
  d.out.push({ type: "reserveAtEvse", evseId, reservationId: held.reservation.reservation_id, requestId });
}

export function evseAnswered(d: Draft, requestId: number, accepted: boolean): void {
  const held = d.state.reservations.find(({ stage }) => stage.name === "askingEvse" && stage.requestId === requestId);
  if (held === undefined || held.stage.name !== "askingEvse") {
    if (!accepted) d.state = { ...d.state, marked: d.state.marked.filter((mark) => mark.requestId !== requestId) };
    return;
  }
  const { replyId, showsReserved } = held.stage;
  if (!accepted) {
    drop(d, held, "Cancelled", !showsReserved);
    showNeeded(d);
    return;
  }
  replace(d, held, [{ ...held, stage: { name: "placed" } }]);
  if (replyId !== null) {
    d.out.push(update(held, "Placed"), { type: "answerReservation", replyId, result: "Accepted" });
  }
}

/** The EVSE says itself that it is no longer reserved. One that is only being asked says so of an older reservation. */
export function endedByEvse(d: Draft, evseId: number): void {
  const held = reservedAt(d.state, evseId);
  if (held?.stage.name === "placed") drop(d, held, "Removed", true);
  forgetMark(d, evseId);
  showNeeded(d);
}

/** A token comes with a reservation: its number, or undefined. The EVSE gets it with the authorisation. */
export function use(d: Draft, evseId: number, idToken: string, group: string | undefined): number | undefined {
  const held = usableAt(d.state, evseId, idToken, group);
  if (held === undefined) return undefined;
  const { stage } = held;
  replace(d, held, []);
  if (stage.name === "askingEvse" && stage.replyId !== null) {
    d.out.push({ type: "answerReservation", replyId: stage.replyId, result: "Accepted" });
  }
  return held.reservation.reservation_id;
}

/** Connectors came or went: what can no longer be kept goes, the newest of any EVSE first. */
export function recheck(d: Draft): void {
  if (d.state.reservations.length > 0) {
    for (const evse of d.state.evses) {
      const held = reservedAt(d.state, evse.id);
      if (held !== undefined && !offersNow(evse, typeOf(held.reservation))) drop(d, held, "Removed");
    }
    const reserved = d.state.reservations.flatMap(({ evseId }) => evseId ?? []);
    const kept: string[] = [];
    for (const held of globals(d.state)) {
      const type = typeOf(held.reservation);
      if (canBeKept(d.state, [...kept, type], reserved)) kept.push(type);
      else drop(d, held, "Removed");
    }
  }
  showNeeded(d);
}

/** The EVSE no longer shows what it was told for reservations of any EVSE. */
export function forgetMark(d: Draft, evseId: number): void {
  if (d.state.marked.some((mark) => mark.evseId === evseId)) {
    d.state = { ...d.state, marked: d.state.marked.filter((mark) => mark.evseId !== evseId) };
  }
}

/** Tells the EVSEs which of them reservations of any EVSE need; only what has changed. Section 6.4. */
function showNeeded(d: Draft): void {
  const needed = neededEvses(d.state);
  for (const { evseId } of d.state.marked) {
    if (needed.includes(evseId)) continue;
    forgetMark(d, evseId);
    d.out.push({ type: "cancelAtEvse", evseId });
  }
  for (const evseId of needed) {
    if (d.state.marked.some((mark) => mark.evseId === evseId)) continue;
    const requestId = nextRequestId(d);
    d.state = { ...d.state, marked: [...d.state.marked, { evseId, requestId }] };
    d.out.push({ type: "reserveAtEvse", evseId, reservationId: -1, requestId });
  }
}

export function load(d: Draft): void {
  const requestId = nextRequestId(d);
  const answerByMs = d.nowMs + authTiming.storeAnswerMs;
  d.state = { ...d.state, restoring: { requestId, answerByMs, deferred: [] } };
  d.out.push({ type: "loadReservations", requestId });
}

/** Takes up the reservations of the last run; one that cannot be kept any more is told as cancelled. */
export function restore(d: Draft, items: readonly StoredReservation[], wallMs: number): void {
  d.state = { ...d.state, stored: items.map(({ reservation }) => reservation) };
  for (const { evse_id, reservation } of items) {
    const asked: Reservation = evse_id === undefined ? reservation : { ...reservation, evse_id };
    const remainingMs = Date.parse(asked.expiry_time) - wallMs;
    const evseId = asked.evse_id ?? null;
    const known = byId(d.state, asked.reservation_id) !== undefined;
    if (!known && remainingMs >= 0 && admit(d.state, asked) === "Accepted") {
      add(d, reservation, evseId, d.nowMs + remainingMs, null, false);
    } else if (!known) {
      d.out.push(update({ reservation, evseId }, "Cancelled"));
    }
  }
  resume(d);
}

/** Answers what was asked meanwhile. */
function resume(d: Draft): void {
  const deferred = d.state.restoring?.deferred ?? [];
  d.state = { ...d.state, restoring: null };
  for (const { event, atMs } of deferred) {
    const waitedMs = d.nowMs - atMs;
    answerRequest(d, event.type === "reservationRequested" ? { ...event, wallMs: event.wallMs + waitedMs } : event);
  }
  showNeeded(d);
}

/** From now on it can be asked, and whatever it was told before may not have reached it. */
export function evseReady(d: Draft, evseId: number): void {
  forgetMark(d, evseId);
  const held = reservedAt(d.state, evseId);
  if (held?.stage.name === "awaitingEvse") askEvse(d, held, evseId, null, false);
  showNeeded(d);
}

export function reservationDeadlines(d: Draft): void {
  const { restoring } = d.state;
  if (restoring !== null && d.nowMs >= restoring.answerByMs) {
    d.out.push({ type: "complain", about: "reservations_not_loaded", details: { waitedMs: authTiming.storeAnswerMs } });
    resume(d);
  }
  let ended = false;
  for (const held of d.state.reservations) {
    const expired = d.nowMs >= held.expiresAtMs;
    if (!expired && !(held.stage.name === "askingEvse" && d.nowMs >= held.stage.answerByMs)) continue;
    drop(d, held, expired ? "Expired" : "Cancelled");
    ended = true;
  }
  if (ended) showNeeded(d);
}

export function earliestReservationDeadlineMs({ reservations, restoring }: AuthState): number {
  let earliest = restoring?.answerByMs ?? Number.POSITIVE_INFINITY;
  for (const { expiresAtMs, stage } of reservations) {
    earliest = Math.min(earliest, expiresAtMs, stage.name === "askingEvse" ? stage.answerByMs : expiresAtMs);
  }
  return earliest;
}

/** Keeps the store as it is here. A reservation counts once its EVSE has agreed. */
export function keep(d: Draft): void {
  const items = d.state.reservations.filter(({ stage }) => stage.name !== "askingEvse" || stage.replyId === null);
  const { stored } = d.state;
  if (items.length === stored.length && items.every(({ reservation }, index) => reservation === stored[index])) return;
  d.state = { ...d.state, stored: items.map(({ reservation }) => reservation) };
  d.out.push({
    type: "storeReservations",
    items: items.map(({ evseId, reservation }) => ({ ...(evseId !== null && { evse_id: evseId }), reservation })),
  });
}
