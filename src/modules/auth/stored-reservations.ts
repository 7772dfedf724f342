import * as v from "valibot";
import { storedReservation } from "../../../hal/auth.ts";
import type { Log } from "../../../hal/log.ts";
import type { StoredReservation } from "../../core/auth/reservation.ts";

/** What the store gave, without what is no reservation. A store that never kept any gives null. */
export function readStored(value: unknown, log: Log): StoredReservation[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) {
    log.error("auth.reservations_unreadable", { found: typeof value });
    return [];
  }
  return value.flatMap((item: unknown, index) => {
    const parsed = v.safeParse(storedReservation, item);
    if (parsed.success) return [parsed.output];
    log.error("auth.reservation_unreadable", { index, why: parsed.issues[0].message });
    return [];
  });
}
