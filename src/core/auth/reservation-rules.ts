/** What reservations allow: questions to the state, nothing is changed. Source: auth facts, section 6. */
import type { Place } from "./arrival.ts";
import { anyConnectorType, everyArrivalFits, typesMatch } from "./arrival.ts";
import type { AuthState, HeldReservation } from "./auth-state.ts";
import { evseOf } from "./auth-state.ts";
import type { ConnectorState } from "./connector.ts";
import type { Evse } from "./evse.ts";
import type { Reservation, ReservationCheckStatus, ReservationQuery, ReservationResult } from "./reservation.ts";
import { sameValue } from "./token-match.ts";

export function typeOf({ connector_type }: Reservation): string {
  return connector_type ?? anyConnectorType;
}

export function reservedAt(state: AuthState, evseId: number): HeldReservation | undefined {
  return state.reservations.find((held) => held.evseId === evseId);
}

export function globals(state: AuthState): HeldReservation[] {
  return state.reservations.filter(({ evseId }) => evseId === null);
}

function specificEvses(state: AuthState): number[] {
  return state.reservations.flatMap(({ evseId }) => evseId ?? []);
}

/** A car stands there, or somebody has been authorised and is on the way. */
function isTaken({ pluggedIn, identifier, connectors }: Evse): boolean {
  return (
    pluggedIn ||
    identifier !== null ||
    connectors.some((connector) => connector === "OCCUPIED" || connector === "FAULTED_OCCUPIED")
  );
}

function placeOf({ connectors, connectorTypes }: Evse): Place {
  return connectorTypes.filter((_, index) => connectors[index] === "AVAILABLE");
}

export function offersNow(evse: Evse, type: string): boolean {
  return placeOf(evse).some((offered) => typesMatch(offered, type));
}

function connectorsOf({ connectors, connectorTypes }: Evse, type: string): ConnectorState[] {
  return connectors.filter((_, index) => typesMatch(connectorTypes[index] ?? anyConnectorType, type));
}

/** Reservations of these EVSEs, and of any EVSE for cars of these types, can all be kept. */
export function canBeKept(state: AuthState, cars: readonly string[], reserved: readonly number[]): boolean {
  if (cars.length === 0) return true;
  const places = state.evses.filter((evse) => !isTaken(evse) && !reserved.includes(evse.id)).map(placeOf);
  return everyArrivalFits(cars, places);
}

/** Somebody without a reservation may charge there. */
export function mayCharge(state: AuthState, evseId: number): boolean {
  if (reservedAt(state, evseId) !== undefined) return false;
  const cars = globals(state).map(({ reservation }) => typeOf(reservation));
  return canBeKept(state, cars, [...specificEvses(state), evseId]);
}

/** Why connectors that are all not available are not. */
function excuse(states: readonly ConnectorState[]): ReservationResult | undefined {
  if (states.includes("OCCUPIED")) return "Occupied";
  if (states.some((one) => one === "FAULTED" || one === "FAULTED_OCCUPIED" || one === "UNAVAILABLE_FAULTED"))
    return "Faulted";
  return states.includes("UNAVAILABLE") ? "Unavailable" : undefined;
}

/** Section 6.3. */
function failure(state: AuthState, type: string): ReservationResult {
  if (state.reservations.length > 0) return "Occupied";
  if (state.evses.some(({ pluggedIn, identifier }) => pluggedIn || identifier !== null)) return "Occupied";
  return excuse(state.evses.flatMap((evse) => connectorsOf(evse, type))) ?? "Rejected";
}

/** Steps 3 and 4 of section 6.1: whether a reservation, new to the state, can be added. */
export function admit(state: AuthState, reservation: Reservation): ReservationResult {
  const type = typeOf(reservation);
  const cars = globals(state).map((held) => typeOf(held.reservation));
  const { evse_id: evseId } = reservation;
  if (evseId === undefined) {
    if (state.evses.every((evse) => connectorsOf(evse, type).length === 0)) return "Rejected";
    return canBeKept(state, [...cars, type], specificEvses(state)) ? "Accepted" : failure(state, type);
  }
  const evse = evseOf(state, evseId);
  if (evse === undefined) return "Rejected";
  if (reservedAt(state, evseId) !== undefined) return "Occupied";
  const connectors = connectorsOf(evse, type);
  if (connectors.length === 0) return "Rejected";
  if (evse.pluggedIn || evse.identifier !== null || evse.connectors.includes("OCCUPIED")) return "Occupied";
  if (evse.connectors.includes("FAULTED_OCCUPIED")) return "Faulted";
  if (!connectors.includes("AVAILABLE")) return excuse(connectors) ?? "Rejected";
  return canBeKept(state, cars, [...specificEvses(state), evseId]) ? "Accepted" : failure(state, type);
}

function isFor({ reservation }: HeldReservation, idToken: string, group: string | undefined): boolean {
  return (
    sameValue(reservation.id_token, idToken) ||
    (group !== undefined && reservation.parent_id_token !== undefined && sameValue(reservation.parent_id_token, group))
  );
}

/** The reservation a token may use at an EVSE: that EVSE's own, where it has one, else one of any EVSE. */
export function usableAt(
  state: AuthState,
  evseId: number,
  idToken: string,
  group: string | undefined,
): HeldReservation | undefined {
  const specific = reservedAt(state, evseId);
  const candidates = specific === undefined ? globals(state) : [specific];
  return candidates.find((held) => isFor(held, idToken, group));
}

/** No validator can make the token fit there: it is not the one reserved for, and no group could be. */
export function isClosedTo(state: AuthState, evseId: number, idToken: string): boolean {
  if (mayCharge(state, evseId) || usableAt(state, evseId, idToken, undefined) !== undefined) return false;
  const specific = reservedAt(state, evseId);
  const inTheWay = specific === undefined ? globals(state) : [specific];
  return inTheWay.every(({ reservation }) => reservation.parent_id_token === undefined);
}

export function check(state: AuthState, query: ReservationQuery): ReservationCheckStatus {
  const { id_token: idToken, evse_id: evseId, group_id_token: group } = query;
  if (evseId === undefined) {
    return globals(state).some((held) => isFor(held, idToken, group)) ? "ReservedForToken" : "NotReserved";
  }
  const held = reservedAt(state, evseId);
  if (held === undefined) return "NotReserved";
  if (isFor(held, idToken, group)) return "ReservedForToken";
  return group === undefined && held.reservation.parent_id_token !== undefined
    ? "ReservedForOtherTokenAndHasParentToken"
    : "ReservedForOtherToken";
}

/** EVSEs that reservations of any EVSE need: they show as reserved although nobody in particular is waited for. */
export function neededEvses(state: AuthState): number[] {
  const cars = globals(state).map(({ reservation }) => typeOf(reservation));
  if (cars.length === 0) return [];
  const reserved = specificEvses(state);
  const free = state.evses.filter((evse) => !isTaken(evse) && !reserved.includes(evse.id) && placeOf(evse).length > 0);
  if (free.length === cars.length) return free.map(({ id }) => id);
  const scarce = [...new Set(cars)].filter((type) => !canBeKept(state, [...cars, type], reserved));
  return free.filter((evse) => scarce.some((type) => offersNow(evse, type))).map(({ id }) => id);
}
