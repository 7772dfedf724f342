import type { Powermeter, SignedMeterValue } from "../powermeter.ts";
import type { SessionEvent } from "./session-event.ts";

export type TransactionFinished = NonNullable<SessionEvent["transaction_finished"]>;

/**
 * What outlives a power cut of a transaction that is begun and not yet closed, told and forgotten. It is on the disk
 * before TransactionStarted is told; the bill is on the disk before TransactionFinished is.
 */
export interface StoredSession {
  readonly id: string;
  /** Where there is a meter: what it read at the beginning, and what it read when this was last stored. */
  readonly readings?: { readonly start: Powermeter; readonly last: Powermeter };
  readonly start_signed_meter_value?: SignedMeterValue;
  /** The bill, from the moment it is written. Told or not: whoever finds it here tells it word for word. */
  readonly finished?: TransactionFinished;
  /** Wall time at which it was stored, which is the time of the bill. */
  readonly timestamp?: string;
}

/**
 * The reading a transaction ends with that was open when the power went. A meter that went on counting is right; one
 * that begins anew, or is another one, knows nothing of this transaction: what was stored last counts.
 */
export function closingReading({ readings }: StoredSession, now: Powermeter | null): Powermeter | null {
  if (readings === undefined || now === null) return readings?.last ?? now;
  const { last } = readings;
  const isAnother = last.meter_id !== undefined && now.meter_id !== undefined && last.meter_id !== now.meter_id;
  return isAnother || now.energy_Wh_import.total < last.energy_Wh_import.total ? last : now;
}
