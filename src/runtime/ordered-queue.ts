import type { Mailbox } from "../../hal/module.ts";
import type { Machine } from "../core/machine.ts";
import { agendaRank } from "./agenda.ts";
import type { StationClock } from "./station-clock.ts";

/** What the recorder hears: one event handled by one machine, with the effects it caused. */
export type TurnListener = (n: number, nowMs: number, to: string, event: unknown, effects: readonly unknown[]) => void;

/** A machine at its address, as the queue sees it: whatever its types, it takes an event and acts. */
interface Addressee {
  readonly address: string;
  state: unknown;
  /** The instant a timer stands for; a later deadline is found out when that timer fires. */
  armedMs: number;
  /** Its module is dead: nothing reaches it and nothing comes from it any more. */
  forgotten: boolean;
  step(event: unknown, nowMs: number): readonly unknown[];
  perform(effects: readonly unknown[]): void;
  deadlineMs(): number | null;
  readonly deadlineReached: unknown;
}

/** An event for a machine, or something that waits for its turn among them. */
type Pending = { readonly to: Addressee; readonly event: unknown } | { readonly run: () => void };

class Inbox<S, E, F> implements Mailbox<S, E>, Addressee {
  readonly address: string;
  readonly deadlineReached: E;
  armedMs = Number.POSITIVE_INFINITY;
  forgotten = false;
  state: S;
  readonly #queue: OrderedQueue;
  readonly #machine: Machine<S, E, F>;
  readonly #perform: (effect: F) => void;

  constructor(
    queue: OrderedQueue,
    address: string,
    machine: Machine<S, E, F>,
    initial: S,
    perform: (effect: F) => void,
  ) {
    this.#queue = queue;
    this.address = address;
    this.deadlineReached = machine.deadlineReached;
    this.state = initial;
    this.#machine = machine;
    this.#perform = perform;
  }

  post(event: E): void {
    this.#queue.post(this, event);
  }

  step(event: E, nowMs: number): readonly F[] {
    const { state, effects } = this.#machine.step(this.state, event, nowMs);
    this.state = state;
    return effects;
  }

  perform(effects: readonly F[]): void {
    for (const effect of effects) {
      this.#queue.aboutToPerform();
      if (this.forgotten) return;
      this.#perform(effect);
    }
  }

  deadlineMs(): number | null {
    return this.#machine.deadlineMs(this.state);
  }
}

/**
 * The one ordered queue of the process. Events are addressed to a machine and numbered; a turn handles one event and
 * carries out its effects before the next event is looked at. It also arms the deadlines that stand in the states.
 */
export class OrderedQueue {
  readonly #clock: StationClock;
  readonly #addressees = new Map<string, Addressee>();
  #pending: Pending[] = [];
  #head = 0;
  #draining = false;
  #held = false;
  #count = 0;
  #listener: TurnListener | null = null;
  #interruption: { effectsLeft: number; readonly run: () => void } | null = null;

  constructor(clock: StationClock) {
    this.#clock = clock;
    clock.onTurnEnd(() => this.drain());
  }

  /** `address` is `<module id>/<machine name>`. */
  register<S, E, F>(
    address: string,
    machine: Machine<S, E, F>,
    initial: S,
    perform: (effect: F) => void,
  ): Mailbox<S, E> {
    const inbox = new Inbox(this, address, machine, initial, perform);
    this.#addressees.set(address, inbox);
    return inbox;
  }

  /** The machines of a module are gone, with everything that waits for them. */
  forget(moduleId: string): void {
    for (const [address, to] of this.#addressees) {
      if (!address.startsWith(`${moduleId}/`)) continue;
      to.forgotten = true;
      this.#addressees.delete(address);
    }
  }

  listen(listener: TurnListener): void {
    this.#listener = listener;
  }

  /** Runs `run` before the nth effect from now on is carried out, counted from 1: where a process may die. 0: never. */
  interruptBefore(nth: number, run: () => void): void {
    this.#interruption = nth === 0 ? null : { effectsLeft: nth, run };
  }

  aboutToPerform(): void {
    const interruption = this.#interruption;
    if (interruption === null) return;
    interruption.effectsLeft -= 1;
    if (interruption.effectsLeft > 0) return;
    this.#interruption = null;
    interruption.run();
  }

  /** Number of events handled so far. */
  get handled(): number {
    return this.#count;
  }

  /** Events wait while held, as they would behind a blocked main loop; releasing handles them in order. */
  hold(held: boolean): void {
    this.#held = held;
  }

  get isHeld(): boolean {
    return this.#held;
  }

  post(to: Addressee, event: unknown): void {
    this.#pending.push({ to, event });
  }

  /** Runs `run` behind everything that waits now. It is no event: nothing of it is counted or recorded. */
  after(run: () => void): void {
    this.#pending.push({ run });
  }

  /** Handles everything that waits, including what the handling itself posts. */
  drain(): void {
    if (this.#draining || this.#held) return;
    this.#draining = true;
    try {
      while (this.#head < this.#pending.length) {
        const next = this.#pending[this.#head++] as Pending;
        if ("run" in next) next.run();
        else this.#handle(next.to, next.event);
      }
    } finally {
      this.#pending.splice(0, this.#head);
      this.#head = 0;
      this.#draining = false;
    }
  }

  /** The state of every machine, by address. */
  *states(): Generator<readonly [address: string, state: unknown]> {
    for (const { address, state } of this.#addressees.values()) yield [address, state];
  }

  stateOf(address: string): unknown {
    return this.#addressees.get(address)?.state;
  }

  /** Puts a machine into a state it was in before: what a replay does that begins in the middle. */
  putState(address: string, state: unknown): void {
    const to = this.#addressees.get(address);
    if (to !== undefined) to.state = state;
  }

  /** Feeds one event to one machine and answers its effects without carrying them out: what a replay does. */
  replay(address: string, event: unknown, nowMs: number): readonly unknown[] | undefined {
    return this.#addressees.get(address)?.step(event, nowMs);
  }

  #handle(to: Addressee, event: unknown): void {
    if (to.forgotten) return;
    const nowMs = this.#clock.nowMs();
    const effects = to.step(event, nowMs);
    to.perform(effects);
    // Who dies in a turn has not told of it.
    if (to.forgotten) return;
    this.#count++;
    this.#listener?.(this.#count, nowMs, to.address, event, effects);
    this.#arm(to);
  }

  #arm(to: Addressee): void {
    const deadlineMs = to.deadlineMs();
    if (deadlineMs === null || deadlineMs >= to.armedMs) return;
    to.armedMs = deadlineMs;
    this.#clock.scheduleRanked(to.address, deadlineMs, agendaRank.deadline, () => {
      if (to.armedMs !== deadlineMs || to.forgotten) return;
      to.armedMs = Number.POSITIVE_INFINITY;
      const dueMs = to.deadlineMs();
      if (dueMs !== null && dueMs <= this.#clock.nowMs()) this.post(to, to.deadlineReached);
      else this.#arm(to);
    });
  }
}
