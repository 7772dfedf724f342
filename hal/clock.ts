/**
 * The one clock of the process, injected. Monotonic time rules behaviour; wall time is for records shown to people.
 *
 * Equal instants run in a fixed order: scenario steps in file order, then machine deadlines, then the rest in the
 * order they were scheduled.
 */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Monotonic milliseconds since initialisation began. Follows no wall clock and never steps. */
  nowMs(): number;
  /** Milliseconds since the Unix epoch for the instant `atMs` of the monotonic clock. */
  wallTimeMs(atMs?: number): number;
  /** Runs `run` once at `atMs` (or as soon as possible after), in a turn of its own. The name shows in diagnostics. */
  schedule(name: string, atMs: number, run: () => void): Timer;
}
