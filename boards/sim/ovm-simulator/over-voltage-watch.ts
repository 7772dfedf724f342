/**
 * How an over-voltage monitor judges its samples. Pure.
 *
 * Source: DC charging facts, section 7 (IEC 61851-23:2023, 6.3.1.106: emergency 9 ms above table 103, error shutdown
 * after 400 ms above the negotiated maximum, emergency where that did not help within 2.5 s).
 */
export const watchTiming = { emergencyMs: 9, errorMs: 400, escalationMs: 2500 } as const;

export interface Limits {
  readonly emergencyV: number;
  readonly errorV: number;
}

export type Verdict = "fine" | "error" | "emergency";

export interface Watch {
  readonly aboveErrorSinceMs: number | null;
  readonly aboveEmergencySinceMs: number | null;
  /** It does not get better by itself. */
  readonly verdict: Verdict;
  readonly verdictAtMs: number;
}

export const watching: Watch = {
  aboveErrorSinceMs: null,
  aboveEmergencySinceMs: null,
  verdict: "fine",
  verdictAtMs: 0,
};

/** A limit counts as reached when it is met. */
export function judge(watch: Watch, { emergencyV, errorV }: Limits, voltageV: number, nowMs: number): Watch {
  const aboveErrorSinceMs = voltageV >= errorV ? (watch.aboveErrorSinceMs ?? nowMs) : null;
  const aboveEmergencySinceMs = voltageV >= emergencyV ? (watch.aboveEmergencySinceMs ?? nowMs) : null;
  const lasted = (sinceMs: number | null, ms: number): boolean => sinceMs !== null && nowMs - sinceMs >= ms;
  const isStubborn =
    watch.verdict === "error" && aboveErrorSinceMs !== null && nowMs - watch.verdictAtMs >= watchTiming.escalationMs;
  const verdict =
    watch.verdict === "emergency" || isStubborn || lasted(aboveEmergencySinceMs, watchTiming.emergencyMs)
      ? "emergency"
      : watch.verdict === "error" || lasted(aboveErrorSinceMs, watchTiming.errorMs)
        ? "error"
        : "fine";
  const verdictAtMs = verdict === watch.verdict ? watch.verdictAtMs : nowMs;
  return { aboveErrorSinceMs, aboveEmergencySinceMs, verdict, verdictAtMs };
}

/** When the same voltage will have lasted long enough for the next verdict; null while it never will. */
export function judgeAgainAtMs(watch: Watch): number | null {
  const { verdict, verdictAtMs, aboveErrorSinceMs, aboveEmergencySinceMs } = watch;
  if (verdict === "emergency") return null;
  const dueMs = [
    ...(aboveEmergencySinceMs === null ? [] : [aboveEmergencySinceMs + watchTiming.emergencyMs]),
    ...(aboveErrorSinceMs === null
      ? []
      : [verdict === "error" ? verdictAtMs + watchTiming.escalationMs : aboveErrorSinceMs + watchTiming.errorMs]),
  ];
  return dueMs.length === 0 ? null : Math.min(...dueMs);
}
