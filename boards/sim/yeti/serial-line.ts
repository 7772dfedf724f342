/**
 * A serial line in virtual time: bytes take as long as they do at its baud rate, and a bad one flips, drops and doubles.
 */
import type { Clock } from "../../../hal/clock.ts";
import type { Random } from "../../../hal/random.ts";

export interface Noise {
  /** Share of bytes with one bit flipped. */
  readonly flipped: number;
  /** Shares of frames that get lost, and that come twice. */
  readonly dropped: number;
  readonly doubled: number;
}

export const cleanLine: Noise = { flipped: 0, dropped: 0, doubled: 0 };

const bitsPerByte = 10;

/** One direction of it. */
export class SerialLine {
  noise = cleanLine;
  cut = false;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #baudRate: number;
  readonly #deliver: (bytes: Uint8Array) => void;
  #busyUntilMs = 0;

  constructor(clock: Clock, random: Random, baudRate: number, deliver: (bytes: Uint8Array) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#baudRate = baudRate;
    this.#deliver = deliver;
  }

  /** Sends a frame. */
  send(frame: Uint8Array): void {
    const { dropped, doubled } = this.noise;
    if (this.#happens(dropped)) return;
    this.#transmit(frame);
    if (this.#happens(doubled)) this.#transmit(frame);
  }

  #happens(share: number): boolean {
    return share > 0 && this.#random.next() < share;
  }

  #transmit(frame: Uint8Array): void {
    const { flipped } = this.noise;
    const bytes = frame.slice();
    if (flipped > 0) {
      for (const [at, byte] of bytes.entries()) {
        if (this.#happens(flipped)) bytes[at] = byte ^ (1 << this.#random.integer(0, 7));
      }
    }
    // A line that is not clean comes in pieces too.
    const split = this.noise === cleanLine ? bytes.length : this.#random.integer(0, bytes.length);
    this.#busyUntilMs =
      Math.max(this.#clock.nowMs(), this.#busyUntilMs) + (bytes.length * bitsPerByte * 1000) / this.#baudRate;
    // Whoever reads such a line wakes up a few times a millisecond at most.
    const atMs = Math.ceil(this.#busyUntilMs);
    this.#clock.schedule("serial line", atMs, () => {
      if (this.cut) return;
      this.#deliver(bytes.subarray(0, split));
      if (split < bytes.length) this.#deliver(bytes.subarray(split));
    });
  }
}
