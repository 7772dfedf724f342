/** A chip of the LM75 family as it is seen from the bus: registers, and what can be wrong with it. */
import type { Chip } from "../../lm75/chips.ts";
import { encodeTemperature, register, shutdownBit } from "../../lm75/chips.ts";

/** What a settable chip has after power-up: 9 bits. */
const lowestBits = 9;

export class SimulatedChip {
  isSilent = false;
  isFrozen = false;
  isHeld = false;
  /** Of the next read of the temperature, once. */
  spoiltWord: number | null = null;
  readonly #chip: Chip;
  readonly #written = new Map<number, readonly number[]>();
  #configuration = 0;
  #temperatureC = 25;
  #convertedC = 25;

  constructor(chip: Chip) {
    this.#chip = chip;
  }

  set temperatureC(value: number) {
    this.#temperatureC = value;
    this.#convert();
  }

  reset(): void {
    this.#configuration = 0;
    this.#convert();
  }

  sleep(): void {
    this.#configuration |= shutdownBit;
  }

  thaw(isFrozen: boolean): void {
    this.isFrozen = isFrozen;
    this.#convert();
  }

  /** `count` bytes from a register on; a chip goes on with ones behind the end. */
  read(address: number, count: number): Uint8Array {
    const bytes = address === register.temperature ? this.#temperature() : this.#register(address);
    return Uint8Array.from({ length: count }, (_, index) => bytes[index] ?? 0xff);
  }

  write(address: number, bytes: Uint8Array): void {
    const [byte = 0] = bytes;
    // What a chip does not have stays 0.
    if (address === register.configuration) this.#configuration = byte & (this.#chip.ours | 0x1e);
    else if (address !== register.temperature) this.#written.set(address, [...bytes]);
    this.#convert();
  }

  #register(address: number): readonly number[] {
    return address === register.configuration ? [this.#configuration] : (this.#written.get(address) ?? [0, 0]);
  }

  #temperature(): readonly number[] {
    const word = this.spoiltWord;
    this.spoiltWord = null;
    if (word !== null) return [word >> 8, word & 0xff];
    const bits = (this.#configuration & this.#chip.ours) === this.#chip.wanted ? this.#chip.bits : lowestBits;
    return encodeTemperature(this.#convertedC, bits);
  }

  #convert(): void {
    const isAsleep = (this.#configuration & shutdownBit) !== 0;
    if (!isAsleep && !this.isFrozen) this.#convertedC = this.#temperatureC;
  }
}
