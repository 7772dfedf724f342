/**
 * The two peak detectors of the pilot: each keeps the furthest voltage since its last reset, the one above 0 V, the other
 * below. Scaled and converted as on the board. Source: Charge Control C facts, section 3.
 */
import type { PilotVoltages } from "../pilot-circuit.ts";

const mostCounts = 4095;

/** The counts whose reading is nearest: the way back of `pilotMillivolts`. */
function countsOf(volts: number): number {
  const raw = ((volts * 1000 + 16013) * 476 * 4095) / (4561 * 3300);
  return Math.min(mostCounts, Math.max(0, Math.round(raw)));
}

export class PeakDetectors {
  #voltages: PilotVoltages = { highV: 0, lowV: 0 };
  #highV = 0;
  #lowV = 0;
  #positiveHeld = false;
  #negativeHeld = false;

  /** While its reset line is high a detector is held at 0 V. */
  hold(positive: boolean, negative: boolean): void {
    this.#positiveHeld = positive;
    this.#negativeHeld = negative;
    if (positive) this.#highV = 0;
    if (negative) this.#lowV = 0;
    this.see(this.#voltages);
  }

  /** The wire has these voltages from now on. */
  see(voltages: PilotVoltages): void {
    this.#voltages = voltages;
    if (!this.#positiveHeld) this.#highV = Math.max(this.#highV, voltages.highV);
    if (!this.#negativeHeld) this.#lowV = Math.min(this.#lowV, voltages.lowV);
  }

  get positiveRaw(): number {
    return countsOf(this.#highV);
  }

  get negativeRaw(): number {
    return countsOf(this.#lowV);
  }
}
