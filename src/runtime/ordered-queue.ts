import type { Mailbox } from "../../hal/module.ts";
import type { Machine } from "../core/machine.ts";
import { agendaRank } from "./agenda.ts";
import type { StationClock } from "./station-clock.ts";

/** What the recorder hears: one event handled by one machine, with the effects it caused. */
export type TurnListener = (n: number, nowMs: number, to: string, event: unknown, effects: readonly unknown[]) => void;

interface Pending {
  readonly inbox: Inbox<unknown, unknown, unknown>;
  readonly event: unknown;
}

class Inbox<S, E, F> implements Mailbox<S, E> {
  readonly address: string;
  readonly machine: Machine<S, E, F>;
  readonly perform: (effect: F) => void;
  readonly #queue: OrderedQueue;
  state: S;
  /** The instant a timer stands for; a later deadline is found out when that timer fires. */
  armedMs = Number.POSITIVE_INFINITY;

  constructor(
    queue: OrderedQueue,
    address: string,
    machine: Machine<S, E, F>,
    initial: S,
    perform: (effect: F) => void,
  ) {
    this.#queue = queue;
    this.address = address;
    this.machine = machine;
    this.state = initial;
    this.perform = perform;
  }

  post(event: E): void {
    this.#queue.post(this as unknown as Inbox<unknown, unknown, unknown>, event);
  }
}

/**
 * The one ordered queue of the process. Events are addressed to a machine and numbered; a turn handles one event and
 * carries out its effects before the next event is looked at. It also arms the deadlines that stand in the states.
 */
export class OrderedQueue {
  readonly #clock: StationClock;
  readonly #inboxes = new Map<string, Inbox<unknown, unknown, unknown>>();
  #pending: Pending[] = [];
  #head = 0;
  #draining = false;
  #held = false;
  #count = 0;
  #listener: TurnListener | null = null;

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
    this.#inboxes.set(address, inbox as unknown as Inbox<unknown, unknown, unknown>);
    return inbox;
  }

  listen(listener: TurnListener): void {
    this.#listener = listener;
  }

  /** Number of events handled so far. */
  get handled(): number {
    return this.#count;
  }

  /** Events wait while held, as they would behind a blocked main loop; releasing handles them in order. */
  hold(held: boolean): void {
    this.#held = held;
  }

  post(inbox: Inbox<unknown, unknown, unknown>, event: unknown): void {
    this.#pending.push({ inbox, event });
  }

  /** Handles everything that waits, including what the handling itself posts. */
  drain(): void {
    if (this.#draining || this.#held) return;
    this.#draining = true;
    try {
      while (this.#head < this.#pending.length) {
        const next = this.#pending[this.#head++] as Pending;
        this.#handle(next.inbox, next.event);
      }
    } finally {
      this.#pending.splice(0, this.#head);
      this.#head = 0;
      this.#draining = false;
    }
  }

  /** Feeds one event to one machine and answers its effects without carrying them out: what a replay does. */
  replay(address: string, event: unknown, nowMs: number): readonly unknown[] | undefined {
    const inbox = this.#inboxes.get(address);
    if (inbox === undefined) return undefined;
    const { state, effects } = inbox.machine.step(inbox.state, event, nowMs);
    inbox.state = state;
    return effects;
  }

  #handle(inbox: Inbox<unknown, unknown, unknown>, event: unknown): void {
    const nowMs = this.#clock.nowMs();
    const { state, effects } = inbox.machine.step(inbox.state, event, nowMs);
    inbox.state = state;
    for (const effect of effects) inbox.perform(effect);
    this.#count++;
    this.#listener?.(this.#count, nowMs, inbox.address, event, effects);
    this.#arm(inbox);
  }

  #arm(inbox: Inbox<unknown, unknown, unknown>): void {
    const deadlineMs = inbox.machine.deadlineMs(inbox.state);
    if (deadlineMs === null || deadlineMs >= inbox.armedMs) return;
    inbox.armedMs = deadlineMs;
    this.#clock.scheduleRanked(inbox.address, deadlineMs, agendaRank.deadline, () => {
      if (inbox.armedMs !== deadlineMs) return;
      inbox.armedMs = Number.POSITIVE_INFINITY;
      const dueMs = inbox.machine.deadlineMs(inbox.state);
      if (dueMs !== null && dueMs <= this.#clock.nowMs()) this.post(inbox, inbox.machine.deadlineReached);
      else this.#arm(inbox);
    });
  }
}
