/**
 * The board's view of its pilot wire. It samples only while something may have changed: 5 ms after any change at the
 * circuit, and then every 5 ms until two samples agree. A wire at rest costs nothing.
 */
import type { Clock } from "../../../hal/clock.ts";
import type { Random } from "../../../hal/random.ts";
import type { PilotLetter } from "../../../src/core/board.ts";
import type { PilotSource, PilotVoltages, Vehicle } from "../pilot-circuit.ts";
import { pilotVoltages } from "../pilot-circuit.ts";
import type { PilotSample } from "../pilot-reading.ts";
import { measured, readPilot, TwoEqualSamples } from "../pilot-reading.ts";

const sampleIntervalMs = 5;

/** Gets each confirmed sample, changed or not, the letter before it, and the voltages it was read from. */
export type PilotListener = (sample: PilotSample, previous: PilotLetter | null, voltages: PilotVoltages) => void;

export class Pilot {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #onSample: PilotListener;
  readonly #debounce = new TwoEqualSamples();
  #sampling = false;
  #source: PilotSource = { mode: "X1" };
  #vehicle: Vehicle = { load: "A", diodeFailed: false };
  #forcedV: number | undefined;
  #letter: PilotLetter | null = null;
  #faulty = false;

  constructor(clock: Clock, random: Random, onSample: PilotListener) {
    this.#clock = clock;
    this.#random = random;
    this.#onSample = onSample;
  }

  get source(): PilotSource {
    return this.#source;
  }

  /** The last letter accepted; a pilot fault does not replace it. Null before the first one. */
  get letter(): PilotLetter | null {
    return this.#letter;
  }

  /** The last confirmed sample was no letter, or showed a vehicle without diode. */
  get faulty(): boolean {
    return this.#faulty;
  }

  setSource(source: PilotSource): void {
    this.#source = source;
    this.sample();
  }

  setVehicle(vehicle: Vehicle): void {
    this.#vehicle = vehicle;
    this.sample();
  }

  /** Volts put on the wire from outside; undefined takes them away. */
  force(voltageV: number | undefined): void {
    this.#forcedV = voltageV;
    this.sample();
  }

  /** Looks at the wire until two samples agree. */
  sample(): void {
    if (this.#sampling) return;
    this.#sampling = true;
    this.#debounce.restart();
    this.#schedule();
  }

  #schedule(): void {
    this.#clock.schedule("pilot sample", this.#clock.nowMs() + sampleIntervalMs, () => this.#take());
  }

  #take(): void {
    const voltages = measured(pilotVoltages(this.#source, this.#vehicle, this.#forcedV), this.#random);
    const sample = readPilot(this.#source, voltages, this.#letter);
    if (!this.#debounce.confirms(sample)) {
      this.#schedule();
      return;
    }
    this.#sampling = false;
    const previous = this.#letter;
    this.#letter = sample.letter ?? previous;
    this.#faulty = sample.letter === null || sample.diodeFault;
    this.#onSample(sample, previous, voltages);
  }
}
