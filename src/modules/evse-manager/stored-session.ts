import * as v from "valibot";
import type { Log } from "../../../hal/log.ts";
import type { Schema } from "../../../hal/port.ts";
import { powermeterValue, signedMeterValue, stopTransactionRequest } from "../../../hal/values.ts";
import type { StoredSession, TransactionFinished } from "../../core/session/stored-session.ts";

const finished: Schema<TransactionFinished> = v.strictObject({
  ...stopTransactionRequest.entries,
  meter_value: powermeterValue,
  start_signed_meter_value: v.exactOptional(signedMeterValue),
  signed_meter_value: v.exactOptional(signedMeterValue),
});

const storedSession: Schema<StoredSession> = v.strictObject({
  id: v.pipe(v.string(), v.nonEmpty()),
  readings: v.exactOptional(v.strictObject({ start: powermeterValue, last: powermeterValue })),
  start_signed_meter_value: v.exactOptional(signedMeterValue),
  finished: v.exactOptional(finished),
  timestamp: v.exactOptional(v.string()),
});

/** What the store gave. A store that never kept any gives null; a bare id is how other systems keep a session. */
export function readStoredSession(value: unknown, log: Log): StoredSession | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "string") return { id: value };
  const parsed = v.safeParse(storedSession, value);
  // As it was stored, in its own order: a bill that is told again is to be the same to the letter.
  if (parsed.success) return value as StoredSession;
  log.error("evse.stored_session_unreadable", { why: parsed.issues[0].message });
  const { id } = value as { readonly id?: unknown };
  return typeof id === "string" && id !== "" ? { id } : null;
}
