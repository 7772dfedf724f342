/** The proximity pin of a socket, looked at twice a second. Source: Charge Control C facts, section 4. */
import type { AdcChannel } from "../../hal/adc-channel.ts";
import type { Ampacity } from "../../src/core/board.ts";
import { DeviceError } from "../../src/core/errors.ts";
import type { ProximityReading } from "./proximity-reading.ts";
import { proximityMillivolts, proximityReadingOf } from "./proximity-reading.ts";

export class Proximity {
  readonly #adc: AdcChannel;
  /** What was told last. */
  #ampacity: Ampacity = "None";

  constructor(adc: AdcChannel) {
    this.#adc = adc;
  }

  /** A conversion that fails is out of range as well. */
  read(): ProximityReading {
    try {
      return proximityReadingOf(proximityMillivolts(this.#adc.readRaw()));
    } catch (error) {
      if (error instanceof DeviceError) return "OutOfRange";
      throw error;
    }
  }

  /** True when this is not what was told last. */
  accept(ampacity: Ampacity): boolean {
    const changed = ampacity !== this.#ampacity;
    this.#ampacity = ampacity;
    return changed;
  }
}
