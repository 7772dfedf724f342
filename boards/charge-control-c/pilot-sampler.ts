/**
 * The sampler: one measuring cycle after another, from counts to the state of the pilot and its errors. It touches no
 * line, no clock and, once made, no memory but its own: the same step runs inline and in a thread of its own.
 *
 * Source: Charge Control C facts, section 3.
 */
import type { PilotLetter } from "../../src/core/board.ts";
import type { PilotReading } from "./pilot-reading.ts";
import { pilotMillivolts, readingOf } from "./pilot-reading.ts";

/** What a conversion that failed counts as: above everything a pilot can show, on both halves. */
const failedMillivolts = 32767;

/** One half of the pilot: two equal samples make a reading. */
class Half {
  millivolts = 0;
  /** The sample before; null before the first one. */
  #last: PilotReading | null = null;
  #beforeLast: PilotReading | null = null;
  /** The reading of two equal samples; null until there is one. */
  detected: PilotReading | null = null;
  /** The last sample differs from the one before it. */
  #alone = true;
  /** The last sample but one stood alone between equal ones. */
  glitch = false;

  /** The last two samples agree, and there was no other reading since. */
  get settled(): boolean {
    return this.#last !== null && this.#last === this.detected && !this.#alone;
  }

  /** True when the reading is a new one. */
  sample(millivolts: number): boolean {
    this.millivolts = millivolts;
    const reading = readingOf(millivolts, this.#last);
    const changed = reading === this.#last && reading !== this.detected;
    this.#alone = reading !== this.#last;
    this.glitch = this.#alone && reading === this.#beforeLast;
    if (changed) this.detected = reading;
    this.#beforeLast = this.#last;
    this.#last = reading;
    return changed;
  }

  restart(): void {
    this.#last = null;
    this.#beforeLast = null;
    this.detected = null;
    this.glitch = false;
  }
}

export class PilotSampler {
  /** As of the last evaluation; null before the first. */
  state: PilotReading | null = null;
  diodeFault = false;
  shortFault = false;
  ventilationFault = false;
  outOfRange = false;
  /** Cycles since the samples of both halves last agreed with the ones before: a pilot that shows nothing for long. */
  unsettledCycles = 0;
  readonly #positive = new Half();
  readonly #negative = new Half();

  get positiveMillivolts(): number {
    return this.#positive.millivolts;
  }

  get negativeMillivolts(): number {
    return this.#negative.millivolts;
  }

  /** A single sample on either half differed from its neighbours and was passed over. */
  get glitch(): boolean {
    return this.#positive.glitch || this.#negative.glitch;
  }

  /** An error that an evaluation found is still there. */
  get faulty(): boolean {
    return this.diodeFault || this.shortFault || this.ventilationFault || this.outOfRange;
  }

  /** The letter to tell; null before the first evaluation and while there is none. */
  get letter(): PilotLetter | null {
    return this.state === "PilotFault" ? null : this.state;
  }

  /**
   * One measuring cycle. True when it was evaluated anew, which happens when either half has a new reading and both have
   * one; state and errors are those of that moment.
   */
  step(positiveRaw: number, negativeRaw: number, dutyPercent: number, driven: boolean): boolean {
    return this.#sample(pilotMillivolts(positiveRaw), pilotMillivolts(negativeRaw), dutyPercent, driven);
  }

  /** A cycle whose conversion failed. */
  stepFailed(dutyPercent: number, driven: boolean): boolean {
    return this.#sample(failedMillivolts, failedMillivolts, dutyPercent, driven);
  }

  /**
   * The next readings are told even where they are what they were. A vehicle that left meanwhile was not seen in A; one
   * that still has no diode is found again as soon as the PWM runs.
   */
  restart(): void {
    this.diodeFault = false;
    this.#positive.restart();
    this.#negative.restart();
    this.state = null;
    this.unsettledCycles = 0;
  }

  #sample(positiveMillivolts: number, negativeMillivolts: number, dutyPercent: number, driven: boolean): boolean {
    const positiveChanged = this.#positive.sample(positiveMillivolts);
    const negativeChanged = this.#negative.sample(negativeMillivolts);
    this.unsettledCycles = this.#positive.settled && this.#negative.settled ? 0 : this.unsettledCycles + 1;
    if (!positiveChanged && !negativeChanged) return false;
    const [positive, negative] = [this.#positive.detected, this.#negative.detected];
    if (positive === null || negative === null) return false;
    // A wire that is not driven shows nothing of the vehicle.
    this.state = driven ? combined(positive, negative) : "E";
    if (driven) this.#findErrors(dutyPercent);
    return true;
  }

  #findErrors(dutyPercent: number): void {
    const [positiveMv, negativeMv] = [this.#positive.millivolts, this.#negative.millivolts];
    const switching = dutyPercent > 0 && dutyPercent < 100;
    const mirrored = Math.abs(positiveMv + negativeMv) <= 1200;
    this.shortFault = positiveMv < 2000 && (switching ? mirrored : negativeMv > -10000);
    if (this.shortFault) this.state = "E";
    this.ventilationFault = this.state === "D" && negativeMv <= -10000;
    // Held until the vehicle is gone: without PWM nothing shows whether the diode is back.
    if (this.state === "A") this.diodeFault = false;
    else if (switching && positiveMv > 2000 && mirrored) this.diodeFault = true;
    this.outOfRange = this.state === "PilotFault" && !this.diodeFault;
  }
}

function combined(positive: PilotReading, negative: PilotReading): PilotReading {
  if (positive === "PilotFault" || negative === "PilotFault") return "PilotFault";
  return positive === "E" && negative === "F" ? "F" : positive;
}
