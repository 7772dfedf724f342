/**
 * Reads a device over and over, one cycle a second. A cycle is all or nothing: what was read before is not handed on with what
 * is new, and the first failure ends it.
 */
import type { Clock } from "../../hal/clock.ts";
import type { Reading } from "../../hal/module.ts";
import type { Communication } from "./communication.ts";
import { LinkFailure } from "./device.ts";
import type { Procedure } from "./procedure.ts";

/** A reading older than this says nothing about what is measured now. */
const staleMs = 3000;

export interface Cycle<T> {
  readonly value: T;
  /** When the first of it was read; monotonic. */
  readonly atMs: number;
  readonly raw: object;
}

/** The last reading and whether it still counts. */
export class Latest<T extends object> {
  readonly #clock: Clock;
  #cycle: Cycle<T> | null = null;
  #failed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  succeeded(cycle: Cycle<T>): void {
    this.#cycle = cycle;
    this.#failed = false;
  }

  failed(): void {
    this.#failed = true;
  }

  reading(): Reading {
    if (this.#cycle === null) return { quality: "bad", value: null };
    const { value, atMs, raw } = this.#cycle;
    const isStale = this.#failed || this.#clock.nowMs() - atMs > staleMs;
    return { quality: isStale ? "stale" : "good", value, raw };
  }
}

/** Repeats `cycle` for ever, in a fixed grid; a cycle that took longer is followed by the next at once. */
export function* everyCycle(
  clock: Clock,
  intervalMs: () => number,
  communication: Communication,
  cycle: () => Procedure,
  failed: (failure: LinkFailure) => void,
): Procedure {
  for (;;) {
    const startedMs = clock.nowMs();
    try {
      yield* cycle();
      communication.succeeded();
    } catch (error) {
      if (!(error instanceof LinkFailure)) throw error;
      communication.failed(error.message);
      failed(error);
    }
    // What answers at once, because the device is left alone, must not be asked again in the same instant.
    yield { untilMs: Math.max(startedMs + intervalMs(), clock.nowMs() + leastPauseMs) };
  }
}

const leastPauseMs = 50;
