/**
 * Steps that a driver takes one after the other, each waiting for an answer or for time to pass. A procedure waits for one
 * thing at a time and holds nothing that a machine would have to know.
 */
import type { Clock, Timer } from "../../hal/clock.ts";

/** Starts something that answers later, with a result or with what went wrong. */
export interface Call {
  start(done: (result: unknown) => void, fail: (error: Error) => void): void;
}

export interface Pause {
  readonly untilMs: number;
}

export type Procedure<T = void> = Generator<Call | Pause, T, unknown>;

/** Runs until it returns or is cancelled; what it throws and does not catch goes to whoever answered last. */
export function runProcedure(clock: Clock, name: string, procedure: Procedure): { cancel(): void } {
  let cancelled = false;
  let timer: Timer | null = null;

  function go(resume: () => IteratorResult<Call | Pause, void>): void {
    if (cancelled) return;
    const { value, done } = resume();
    if (done === true) return;
    if ("untilMs" in value) timer = clock.schedule(name, value.untilMs, () => go(() => procedure.next()));
    else
      value.start(
        (result) => go(() => procedure.next(result)),
        (error) => go(() => procedure.throw(error)),
      );
  }

  go(() => procedure.next());
  return {
    cancel() {
      cancelled = true;
      timer?.cancel();
    },
  };
}

/** Waits until a time, or until somebody wants something. */
export class Waker {
  readonly #clock: Clock;
  readonly #name: string;
  #go: (() => void) | null = null;
  #isDue = false;

  constructor(clock: Clock, name: string) {
    this.#clock = clock;
    this.#name = name;
  }

  wake(): void {
    if (this.#go === null) this.#isDue = true;
    else this.#clock.schedule(this.#name, this.#clock.nowMs(), this.#go);
    this.#go = null;
  }

  until(atMs: number): Call {
    return {
      start: (done) => {
        const due = this.#isDue ? this.#clock.nowMs() : atMs;
        this.#isDue = false;
        let isOver = false;
        const go = (): void => {
          if (isOver) return;
          isOver = true;
          timer.cancel();
          this.#go = null;
          done(undefined);
        };
        const timer = this.#clock.schedule(this.#name, due, go);
        this.#go = go;
      },
    };
  }
}
