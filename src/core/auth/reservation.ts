/** Reservations, by the names of the EVerest reservation types. Source: auth facts, sections 1.2, 1.3 and 6. */

export interface Reservation {
  readonly reservation_id: number;
  readonly id_token: string;
  readonly expiry_time: string;
  /** Absent = any EVSE. */
  readonly evse_id?: number;
  readonly parent_id_token?: string;
  /** Absent = any type. */
  readonly connector_type?: string;
}

/** As it stands in the store. */
export interface StoredReservation {
  readonly evse_id?: number;
  readonly reservation: Reservation;
}

export interface ReservationQuery {
  readonly id_token: string;
  readonly evse_id?: number;
  readonly group_id_token?: string;
}

export const reservationResults = ["Accepted", "Faulted", "Occupied", "Rejected", "Unavailable"] as const;
export type ReservationResult = (typeof reservationResults)[number];

export const reservationCheckStatuses = [
  "NotReserved",
  "ReservedForToken",
  "ReservedForOtherToken",
  "ReservedForOtherTokenAndHasParentToken",
] as const;
export type ReservationCheckStatus = (typeof reservationCheckStatuses)[number];

export const reservationStatuses = ["Expired", "Removed", "Placed", "Cancelled", "Used"] as const;
export type ReservationStatus = (typeof reservationStatuses)[number];
