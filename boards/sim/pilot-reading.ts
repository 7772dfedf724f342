/**
 * From voltages on the pilot wire to a letter. A voltage between two windows keeps the letter of either neighbour
 * (hysteresis); coming from anywhere else it is a pilot fault. A change counts after two equal samples.
 *
 * Source: simulation facts, section 3 (windows of ±1.1 V around 12, 9, 6, 3, 0 and -12 V).
 */
import type { Random } from "../../hal/random.ts";
import type { PilotLetter } from "../../src/core/board.ts";
import type { PilotSource, PilotVoltages } from "./pilot-circuit.ts";

export interface PilotSample {
  /** Null: the voltages belong to no state, a pilot fault. */
  readonly letter: PilotLetter | null;
  /** The low half mirrors the high half: there is no diode in the vehicle. */
  readonly diodeFault: boolean;
}

const toleranceV = 1.1;
/** A 12-bit reading through a divider is no better than one percent. */
const noiseShare = 0.01;

/** Highest first: a gap lies between an entry and the next one. */
const windows: readonly { readonly letter: PilotLetter; readonly nominalV: number }[] = [
  { letter: "A", nominalV: 12 },
  { letter: "B", nominalV: 9 },
  { letter: "C", nominalV: 6 },
  { letter: "D", nominalV: 3 },
  { letter: "E", nominalV: 0 },
  { letter: "F", nominalV: -12 },
];

const near = (voltageV: number, nominalV: number): boolean => Math.abs(voltageV - nominalV) <= toleranceV + 1e-9;

/** The letter of a single voltage, or null where it lies in a gap that does not border on `previous`. */
export function letterOf(voltageV: number, previous: PilotLetter | null): PilotLetter | null {
  const inside = windows.find((window) => near(voltageV, window.nominalV));
  if (inside) return inside.letter;
  const below = windows.findIndex((window) => voltageV > window.nominalV);
  const lower = below < 0 ? windows.length : below;
  const neighbours = [windows[lower - 1], windows[lower]];
  return neighbours.some((window) => window?.letter === previous) ? previous : null;
}

/** What a board that knows its own output makes of one pair of voltages. */
export function readPilot(source: PilotSource, voltages: PilotVoltages, previous: PilotLetter | null): PilotSample {
  const { highV, lowV } = voltages;
  if (source.mode !== "pwm") {
    // A vehicle without diode loads the -12 V too, and pulls them up to the mirror image of its own window.
    const mirrored = source.mode === "F" && [9, 6, 3].some((nominalV) => near(highV, -nominalV));
    return mirrored ? { letter: "F", diodeFault: true } : { letter: letterOf(highV, previous), diodeFault: false };
  }
  const letter = letterOf(highV, previous);
  if (letter === null) return { letter, diodeFault: false };
  if (letter === "E") return { letter: near(lowV, 0) ? "E" : null, diodeFault: false };
  if (near(lowV, -12)) return { letter, diodeFault: false };
  return near(lowV, -highV) ? { letter, diodeFault: true } : { letter: null, diodeFault: false };
}

/** The voltages as an analogue input reads them, uniformly off by up to one percent. */
export function measured(voltages: PilotVoltages, random: Random): PilotVoltages {
  const noise = () => 1 + noiseShare * (2 * random.next() - 1);
  return { highV: voltages.highV * noise(), lowV: voltages.lowV * noise() };
}

/** Accepts a sample when it equals the one before it. */
export class TwoEqualSamples {
  #last: PilotSample | undefined;

  /** The next sample counts as the first of its kind. */
  restart(): void {
    this.#last = undefined;
  }

  /** True when `sample` confirms its predecessor. */
  confirms(sample: PilotSample): boolean {
    const last = this.#last;
    this.#last = sample;
    return last !== undefined && last.letter === sample.letter && last.diodeFault === sample.diodeFault;
  }
}
