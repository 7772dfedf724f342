/**
 * The contactors of one connector: which relays make up three phases or one, in which order they switch, and how soon
 * they may close again.
 *
 * Source: Charge Control C facts, section 5.
 */
import type { Relay, RelayTrouble } from "./relay.ts";
import { timing } from "./timing.ts";

/**
 * `none`: R1 alone. `serial` and `simultaneous`: R1 switches all phases, R2 takes L2 and L3 with it; serial ones open one
 * after the other, R2 without load. `mutual`: R1 for three phases, R2 for one, never both.
 */
export type Wiring = "none" | "serial" | "simultaneous" | "mutual";

export interface ContactorEvents {
  /** All relays are where they should be, or one closed without being told. */
  closed(): void;
  /** None is closed any more. */
  opened(): void;
  /** A relay does not do what it was told, or moved by itself. Told once: nothing closes after that. */
  failed(message: string): void;
}

const troubles: Readonly<Record<RelayTrouble, string>> = {
  failed: "did not switch within the feedback time",
  strayed: "changed its feedback without being switched",
};

export class Contactors {
  readonly #wiring: Wiring;
  readonly #primary: Relay;
  readonly #secondary: Relay | null;
  readonly #events: ContactorEvents;
  /** No relay closes before its instant. */
  readonly #mayCloseMs = new Map<Relay, number>();
  #threePhases = true;
  #wantsThreePhases = true;
  #engaged = false;
  /** A closing waits for its instant. */
  #waiting = false;
  #closing = false;
  #told = false;
  #started = false;
  #faulty = false;

  constructor(wiring: Wiring, primary: Relay, secondary: Relay | null, events: ContactorEvents, nowMs: number) {
    this.#wiring = wiring;
    this.#primary = primary;
    this.#secondary = secondary;
    this.#events = events;
    for (const relay of this.#relays()) this.#mayCloseMs.set(relay, nowMs + timing.closingIntervalMs);
  }

  /** After the start: it is known where the contacts are. */
  get started(): boolean {
    return this.#started;
  }

  /** Held until the next start. */
  get faulty(): boolean {
    return this.#faulty;
  }

  get waiting(): boolean {
    return this.#waiting;
  }

  /** How long a closing that waits still has to; 0 where none does. */
  waitsMs(nowMs: number): number {
    const leading = this.#leading();
    return this.#waiting && leading !== null ? Math.max(0, (this.#mayCloseMs.get(leading) ?? 0) - nowMs) : 0;
  }

  /** Told to close, or to close as soon as it may. */
  get engaged(): boolean {
    return this.#engaged;
  }

  /** Any of them, as fed back. */
  get closed(): boolean {
    return this.#primary.closed || this.#secondary?.closed === true;
  }

  /** Takes effect with the next closing: the relays that are closed stay those that will be opened. */
  setThreePhases(threePhases: boolean): void {
    this.#wantsThreePhases = threePhases;
  }

  /** Closes now, or as soon as the interval between two closings is over. */
  close(nowMs: number): void {
    if (this.#faulty || this.#engaged) return;
    this.#engaged = true;
    this.#waiting = true;
    this.#closeWhenDue(nowMs);
  }

  /** Opens before it returns, and takes back a closing that waits. */
  open(nowMs: number): void {
    this.#disengage();
    this.#primary.switch(false, nowMs);
    if (this.#wiring !== "serial") this.#secondary?.switch(false, nowMs);
    else this.#openSecondaryAfterPrimary(nowMs);
  }

  /** Everything off, whatever may be known of it: every line is written once more. */
  release(nowMs: number): void {
    this.#disengage();
    let failure: unknown;
    for (const relay of this.#relays()) {
      try {
        relay.release(nowMs);
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
  }

  /** A line did not take what was written: whatever else is known, nothing closes any more. */
  fail(message: string): void {
    this.#disengage();
    if (this.#faulty) return;
    this.#faulty = true;
    this.#events.failed(message);
  }

  /** Once a cycle. */
  poll(nowMs: number): void {
    this.#watch(this.#primary, nowMs);
    if (this.#secondary !== null) this.#watch(this.#secondary, nowMs);
    this.#openSecondaryAfterPrimary(nowMs);
    // An opening is told even where the next closing has been waiting for it.
    this.#tell();
    this.#closeWhenDue(nowMs);
  }

  #relays(): Relay[] {
    return this.#secondary === null ? [this.#primary] : [this.#primary, this.#secondary];
  }

  /** The one that takes the first phase. */
  #leading(): Relay | null {
    return this.#wiring === "mutual" && !this.#threePhases ? this.#secondary : this.#primary;
  }

  #watch(relay: Relay, nowMs: number): void {
    const trouble = relay.poll(nowMs);
    if (trouble === null) return;
    this.open(nowMs);
    this.fail(`Relay ${relay.name} ${troubles[trouble]}.`);
  }

  #disengage(): void {
    this.#engaged = false;
    this.#waiting = false;
    this.#closing = false;
  }

  /** One that hangs closed is not waited for longer than its time. */
  #openSecondaryAfterPrimary(nowMs: number): void {
    if (this.#secondary?.commanded !== true || this.#primary.commanded || this.#wiring !== "serial") return;
    if (!this.#primary.moving) this.#secondary.switch(false, nowMs);
  }

  #closeWhenDue(nowMs: number): void {
    if (!this.#waiting) return;
    this.#threePhases = this.#wantsThreePhases;
    const leading = this.#leading();
    if (leading === null || nowMs < (this.#mayCloseMs.get(leading) ?? 0)) return;
    // The contacts of the last closing come to rest first: only one of two that exclude each other may be closed.
    if (this.#primary.moving || this.#secondary?.moving === true) return;
    this.#waiting = false;
    this.#closing = true;
    this.#mayCloseMs.set(leading, nowMs + timing.closingIntervalMs);
    const both = this.#threePhases && (this.#wiring === "serial" || this.#wiring === "simultaneous");
    if (both) this.#secondary?.switch(true, nowMs);
    leading.switch(true, nowMs);
  }

  #tell(): void {
    const moving = this.#primary.moving || this.#secondary?.moving === true;
    this.#started ||= !moving;
    if (!this.#started || (this.#closing && moving)) return;
    this.#closing = false;
    const { closed } = this;
    if (closed === this.#told) return;
    this.#told = closed;
    if (closed) this.#events.closed();
    else this.#events.opened();
  }
}
