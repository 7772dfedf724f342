/** Schedules of the energy tree are time series. Source: energy facts, sections 1.2 and 4.1. */

interface Stamped {
  readonly timestamp: string;
}

/** Every request of every second carries the same entries again: a stamp is read once. */
const parsed = new WeakMap<Stamped, number>();

/** Milliseconds since the Unix epoch from which the entry counts. */
export function startsAtMs(entry: Stamped): number {
  const known = parsed.get(entry);
  if (known !== undefined) return known;
  const wallMs = Date.parse(entry.timestamp);
  parsed.set(entry, wallMs);
  return wallMs;
}

/**
 * The entry that counts at `wallMs` (milliseconds since the Unix epoch). The first one counts even before its time, the
 * last one for ever. Undefined only for an empty series.
 */
export function entryInForce<E extends Stamped>(series: readonly E[], wallMs: number): E | undefined {
  for (let index = series.length - 1; index > 0; index -= 1) {
    const entry = series[index];
    if (entry !== undefined && startsAtMs(entry) <= wallMs) return entry;
  }
  return series[0];
}

const hourMs = 3_600_000;

/** RFC 3339 UTC of the full hour `wallMs` lies in: the start of an entry that holds until further notice. */
export function fullHour(wallMs: number): string {
  return new Date(Math.floor(wallMs / hourMs) * hourMs).toISOString();
}
