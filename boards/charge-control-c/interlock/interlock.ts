/**
 * The rule that closes and opens: pure, and the same wherever it runs. A relay is closed only while a grant for it is
 * valid; it opens by itself, and every opening of its own makes all grants before it worthless. Design, section 2.1.
 */
import type { PilotLetter } from "../../../src/core/board.ts";
import type { Grant } from "./order.ts";
import { allows, firstEpoch, nextEpoch, ticksBetween } from "./order.ts";

export type OpeningReason = "interlock:rcm" | "interlock:pilot_fault" | "interlock:left_c" | "interlock:grant_expired";

/** What the sampler made of the pilot, as of the last sample. */
export interface PilotView {
  /** Null while the pilot shows no state. */
  readonly letter: PilotLetter | null;
  readonly faulty: boolean;
  /** A duty cycle is on offer. */
  readonly switching: boolean;
  /** The residual current monitor has tripped, or cannot be heard. */
  readonly tripped: boolean;
}

export interface OpeningRule {
  readonly reason: OpeningReason;
  /** `closes`: the grant would close a relay that is open. */
  applies(grant: Grant, view: PilotView, nowTicks: number, closes: boolean): boolean;
}

/** In this order; the first that applies is the reason that is told. */
export const openingRules: readonly OpeningRule[] = [
  { reason: "interlock:rcm", applies: (_grant, { tripped }) => tripped },
  { reason: "interlock:pilot_fault", applies: (_grant, { letter, faulty }) => faulty || letter === null },
  { reason: "interlock:left_c", applies: ({ letters }, { letter }) => !allows(letters, letter) },
  // Once closed it stays so while the PWM pauses; the station says how long.
  { reason: "interlock:left_c", applies: (_grant, { switching }, _nowTicks, closes) => closes && !switching },
  {
    reason: "interlock:grant_expired",
    applies: ({ expiryTicks }, _view, nowTicks) => ticksBetween(nowTicks, expiryTicks) <= 0,
  },
];

export class Interlock {
  /** Raised by every opening of its own. */
  epoch = firstEpoch;
  /** The relays that are to be closed now, one bit each. */
  coils = 0;

  /**
   * Looks at a grant, after every sample and whenever it changes. The reason when it opened by itself, or refused what it
   * would have had to open at once; null otherwise. `permitted`: the relays that have not been taken back since.
   */
  step(grant: Grant, permitted: number, view: PilotView, nowTicks: number): OpeningReason | null {
    const coils = grant.coils & permitted;
    if (coils === 0 || grant.epoch !== this.epoch) {
      this.coils = 0;
      return null;
    }
    const closes = (coils & ~this.coils) !== 0;
    for (const { reason, applies } of openingRules) {
      if (!applies(grant, view, nowTicks, closes)) continue;
      this.open();
      return reason;
    }
    this.coils = coils;
    return null;
  }

  open(): void {
    this.coils = 0;
    this.epoch = nextEpoch(this.epoch);
  }
}
