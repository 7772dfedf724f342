/** The board's contactor: drives the relay, follows its mirror contact, and notices when the two disagree for long. */
import type { Clock, Timer } from "../../../hal/clock.ts";
import type { RelayFault } from "../relay.ts";
import { Relay } from "../relay.ts";

/** Longer than any healthy movement of the relay. */
const disagreementMs = 250;

export interface ContactorEvents {
  /** The mirror contact moved. */
  moved(closed: boolean): void;
  /** Coil and contact disagree (`true`) or agree again. */
  disagrees(active: boolean): void;
}

export class Contactor {
  readonly #clock: Clock;
  readonly #events: ContactorEvents;
  readonly #relay = new Relay();
  #movement: Timer | null = null;
  #disagreement: Timer | null = null;
  #disagreeing = false;

  constructor(clock: Clock, events: ContactorEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  get commandedClosed(): boolean {
    return this.#relay.commandedClosed;
  }

  /** As fed back. */
  get closed(): boolean {
    return this.#relay.contactClosed;
  }

  command(closed: boolean): void {
    if (closed === this.#relay.commandedClosed) return;
    this.#relay.command(closed, this.#clock.nowMs());
    this.#follow();
  }

  setFault(fault: RelayFault | null): void {
    this.#relay.setFault(fault, this.#clock.nowMs());
    this.#follow();
  }

  /** Milliseconds for either direction; null is healthy. */
  setSlow(delayMs: number | null): void {
    this.#relay.setSlow(delayMs);
  }

  #follow(): void {
    this.#movement?.cancel();
    const atMs = this.#relay.movesAtMs;
    this.#movement =
      atMs === null
        ? null
        : this.#clock.schedule("contactor", atMs, () => {
            const moved = this.#relay.advance(this.#clock.nowMs());
            this.#follow();
            if (moved) this.#events.moved(this.#relay.contactClosed);
          });
    this.#watch();
  }

  #watch(): void {
    if (this.#relay.commandedClosed === this.#relay.contactClosed) {
      this.#disagreement?.cancel();
      this.#disagreement = null;
      if (this.#disagreeing) {
        this.#disagreeing = false;
        this.#events.disagrees(false);
      }
    } else if (this.#disagreement === null && !this.#disagreeing) {
      this.#disagreement = this.#clock.schedule("contactor feedback", this.#clock.nowMs() + disagreementMs, () => {
        this.#disagreement = null;
        this.#disagreeing = true;
        this.#events.disagrees(true);
      });
    }
  }
}
