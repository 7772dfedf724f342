/**
 * Notices a contactor that does not do what it must. The controller has no flag for that, but it tells where the contact is.
 *
 * Source: Yeti facts, sections 3 and 6; board-support facts, section 5.
 */
import type { Clock, Timer } from "../../hal/clock.ts";
import { timing } from "./timing.ts";

export interface ContactorWatchEvents {
  /** It is still fed back closed: the line may have eaten the withdrawal. */
  stillClosed(): void;
  failed(what: "open" | "close"): void;
}

export type ContactorExpectation = "open" | "closed" | "either";

export class ContactorWatch {
  readonly #clock: Clock;
  readonly #events: ContactorWatchEvents;
  #awaited: "open" | "closed" | null = null;
  #sinceMs = 0;
  #timer: Timer | null = null;

  constructor(clock: Clock, events: ContactorWatchEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  /** It should have opened long ago, or the line has eaten that it did. */
  get isOverdue(): boolean {
    return this.#awaited === "open" && this.#clock.nowMs() - this.#sinceMs >= timing.openingMs;
  }

  /** Called whenever what is expected, or what is fed back, may have changed. */
  see(expected: ContactorExpectation, isClosed: boolean): void {
    const awaited = expected === "open" && isClosed ? "open" : expected === "closed" && !isClosed ? "closed" : null;
    if (awaited === this.#awaited) return;
    this.#awaited = awaited;
    this.#sinceMs = this.#clock.nowMs();
    this.#timer?.cancel();
    this.#timer = null;
    if (awaited === "open") this.#wait(timing.repeatMs, () => this.#repeat());
    else if (awaited === "closed") this.#wait(timing.closingMs, () => this.#events.failed("close"));
  }

  #repeat(): void {
    this.#events.stillClosed();
    if (this.isOverdue) this.#events.failed("open");
    else this.#wait(timing.repeatMs, () => this.#repeat());
  }

  #wait(delayMs: number, run: () => void): void {
    this.#timer = this.#clock.schedule("contactor", this.#clock.nowMs() + delayMs, run);
  }
}
