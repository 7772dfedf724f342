/**
 * What the two threads share. The main thread writes orders, the worker writes what it has done; no word is written by
 * both.
 *
 * An order is several words. Its sequence is odd while they are being written, so that the worker takes a whole order or
 * keeps the one before it: with a main thread that stops in the middle the old one runs out. What takes a relay back does
 * not wait for that: the relays that may be closed are a word of their own, written first where one is taken back and
 * last where one is granted.
 */
import type { Order } from "./order.ts";
import { firstOrder } from "./order.ts";

const orderFields = [
  "epoch",
  "letters",
  "coils",
  "expiryTicks",
  "dutyHundredths",
  "driven",
  "watching",
  "pilotRevision",
] as const satisfies readonly (keyof Order)[];

const sequenceWord = 0;
const firstOrderWord = 1;
const endedWord = firstOrderWord + orderFields.length;
const permittedWord = endedWord + 1;
/** Written by the worker, in a line of the cache of their own. */
const statusWords = { cycles: 16, sampledTicks: 17, coils: 18, positiveRaw: 19, negativeRaw: 20 } as const;
/** A conversion that failed. */
const noRaw = -1;
const wordCount = 32;

export type Store = readonly [word: number, value: number];

export class InterlockMemory {
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(wordCount * Int32Array.BYTES_PER_ELEMENT)) {
    this.#words = new Int32Array(buffer);
  }

  get buffer(): SharedArrayBuffer {
    return this.#words.buffer as SharedArrayBuffer;
  }

  // -- Main thread --

  /** Every store that makes up the order, in their order. */
  storesOf(order: Order): Store[] {
    const sequence = Atomics.load(this.#words, sequenceWord);
    return [
      [permittedWord, this.permitted & order.coils],
      [sequenceWord, (sequence + 1) | 0],
      ...orderFields.map((field, index): Store => [firstOrderWord + index, order[field]]),
      [sequenceWord, (sequence + 2) | 0],
      [permittedWord, order.coils],
    ];
  }

  store([word, value]: Store): void {
    Atomics.store(this.#words, word, value);
  }

  /** Writes an order and wakes the worker. */
  write(order: Order): void {
    for (const store of this.storesOf(order)) this.store(store);
    Atomics.notify(this.#words, sequenceWord);
  }

  /** The worker opens and ends. */
  end(): void {
    Atomics.store(this.#words, endedWord, 1);
    Atomics.notify(this.#words, sequenceWord);
  }

  /** How many cycles there have been, which begins again some day; 0 before the first. */
  get cycles(): number {
    return Atomics.load(this.#words, statusWords.cycles);
  }

  get sampledTicks(): number {
    return Atomics.load(this.#words, statusWords.sampledTicks);
  }

  /** The relays the worker drives closed. */
  get coils(): number {
    return Atomics.load(this.#words, statusWords.coils);
  }

  /** The counts of the last cycle; null where a conversion failed. */
  get counts(): { readonly positive: number; readonly negative: number } | null {
    const positive = Atomics.load(this.#words, statusWords.positiveRaw);
    const negative = Atomics.load(this.#words, statusWords.negativeRaw);
    return positive === noRaw || negative === noRaw ? null : { positive, negative };
  }

  // -- Worker --

  /** Changes with every order, and while one is being written. */
  get sequence(): number {
    return Atomics.load(this.#words, sequenceWord);
  }

  /** The relays that the main thread wants closed as of now, whatever the order says that was read last. */
  get permitted(): number {
    return Atomics.load(this.#words, permittedWord);
  }

  get ended(): boolean {
    return Atomics.load(this.#words, endedWord) !== 0;
  }

  /** Takes the order as it stands; false where it was being written, and `into` then holds a mixture. */
  take(into: Order): boolean {
    const before = this.sequence;
    if (before % 2 !== 0) return false;
    for (let index = 0; index < orderFields.length; index++) {
      into[orderFields[index] as keyof Order] = Atomics.load(this.#words, firstOrderWord + index);
    }
    return this.sequence === before;
  }

  /** Waits until an order is written or the time is over. The thread sleeps meanwhile. */
  wait(sequence: number, forMs: number): void {
    Atomics.wait(this.#words, sequenceWord, sequence, forMs);
  }

  converted(positiveRaw: number, negativeRaw: number): void {
    Atomics.store(this.#words, statusWords.positiveRaw, positiveRaw);
    Atomics.store(this.#words, statusWords.negativeRaw, negativeRaw);
  }

  conversionFailed(): void {
    this.converted(noRaw, noRaw);
  }

  sampled(nowTicks: number): void {
    Atomics.store(this.#words, statusWords.sampledTicks, nowTicks);
    // Never 0 again, which would mean that there was none.
    Atomics.store(this.#words, statusWords.cycles, (this.cycles + 1) & 0x7fff_ffff || 1);
  }

  drove(coils: number): void {
    Atomics.store(this.#words, statusWords.coils, coils);
  }
}

/** The worker's view of the orders: the last whole one. */
export class OrderReader {
  readonly #memory: InterlockMemory;
  #order = firstOrder();
  #spare = firstOrder();
  #sequence = 0;

  constructor(memory: InterlockMemory) {
    this.#memory = memory;
  }

  get order(): Readonly<Order> {
    return this.#order;
  }

  /** True when there is another order than before. */
  refresh(): boolean {
    const { sequence } = this.#memory;
    if (sequence === this.#sequence || !this.#memory.take(this.#spare)) return false;
    [this.#order, this.#spare] = [this.#spare, this.#order];
    this.#sequence = sequence;
    return true;
  }
}
