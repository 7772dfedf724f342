/**
 * Which instrument the over-voltage supervision goes by where no monitor tells the voltage: the one that does so most
 * often.
 */
import type { VoltageSource } from "./plausibility.ts";

interface Pace {
  readonly lastMs: number;
  /** Between the last two samples; null before the second. */
  readonly intervalMs: number | null;
}

export type Paces = Readonly<Partial<Record<VoltageSource, Pace>>>;

export function paced(paces: Paces, source: VoltageSource, nowMs: number): Paces {
  const before = paces[source];
  return { ...paces, [source]: { lastMs: nowMs, intervalMs: before === undefined ? null : nowMs - before.lastMs } };
}

/** Of those that have told something lately; the supply where they are equal, and where nobody has. */
export function fastestSource(paces: Paces, maxAgeMs: number, nowMs: number): VoltageSource {
  const order: readonly VoltageSource[] = ["powerSupply", "isolationMonitor", "powermeter"];
  let fastest: VoltageSource = "powerSupply";
  let leastMs = Number.POSITIVE_INFINITY;
  for (const source of order) {
    const pace = paces[source];
    if (pace === undefined || pace.intervalMs === null || nowMs - pace.lastMs > maxAgeMs) continue;
    if (pace.intervalMs >= leastMs) continue;
    fastest = source;
    leastMs = pace.intervalMs;
  }
  return fastest;
}
