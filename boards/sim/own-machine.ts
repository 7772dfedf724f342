/**
 * Runs a machine of the simulated world. It is part of no record: the world is what a record is made against. Events
 * that an effect causes come after the effects that are under way.
 */
import type { Clock, Timer } from "../../hal/clock.ts";
import type { Machine } from "../../src/core/machine.ts";

export class OwnMachine<S, E, F> {
  readonly #machine: Machine<S, E, F>;
  readonly #clock: Clock;
  readonly #name: string;
  readonly #perform: (effect: F) => void;
  readonly #waiting: E[] = [];
  #state: S;
  #running = false;
  #timer: Timer | null = null;

  constructor(name: string, clock: Clock, machine: Machine<S, E, F>, initial: S, perform: (effect: F) => void) {
    this.#name = name;
    this.#clock = clock;
    this.#machine = machine;
    this.#state = initial;
    this.#perform = perform;
  }

  get state(): S {
    return this.#state;
  }

  post(event: E): void {
    this.#waiting.push(event);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        const { state, effects } = this.#machine.step(this.#state, next, this.#clock.nowMs());
        this.#state = state;
        for (const effect of effects) this.#perform(effect);
      }
    } finally {
      this.#running = false;
    }
    this.#arm();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #arm(): void {
    this.#timer?.cancel();
    const atMs = this.#machine.deadlineMs(this.#state);
    this.#timer =
      atMs === null ? null : this.#clock.schedule(this.#name, atMs, () => this.post(this.#machine.deadlineReached));
  }
}
