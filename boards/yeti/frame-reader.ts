/**
 * Finds frames in a stream of bytes that may be anything. It needs a fixed amount of memory, never throws, and a zero
 * puts it back in step.
 *
 * Bytes in front of a frame whose own delimiter was lost do not cost that frame: where the bytes up to a zero are no frame,
 * each shorter end of them is tried, as far as a frame can be long. States come on change only and are not repeated, so that
 * every frame that came through counts; a false one would have to guess 32 bits of CRC.
 *
 * Source: Yeti facts, sections 2 and 3.
 */
import { cobsDecode, cobsLength, isCobs } from "./cobs.ts";
import { crc32Jam } from "./crc.ts";
import { crcBytes, delimiter } from "./frame.ts";

export type FrameError = "crc" | "cobs" | "short" | "long";

/** Offsets count the bytes of the stream; `end` lies behind the last byte, delimiter included. */
export interface FrameListener {
  /** The payload is lent for the time of the call. */
  frame(payload: Uint8Array, offset: number, end: number): void;
  dropped(error: FrameError, offset: number, end: number): void;
}

/** What a line did since it was opened. */
export interface FrameCounts {
  frames: number;
  crcErrors: number;
  cobsErrors: number;
  shortFrames: number;
  /** More bytes without a zero than the receiver holds. */
  overruns: number;
  droppedBytes: number;
}

/** Payload and CRC, as many as the other implementations of this link hold. */
const mostDecodedBytes = 2048;
const mostEncodedBytes = cobsLength(mostDecodedBytes);
/** The longest frame that either side sends is 130 bytes, its delimiter included. */
const longestFrameBytes = 129;
/** The shortest: one tag, an empty message, CRC and one code. */
const shortestFrameBytes = 2 + crcBytes + 1;

const counterOf = {
  crc: "crcErrors",
  cobs: "cobsErrors",
  short: "shortFrames",
  long: "overruns",
} as const satisfies Record<FrameError, keyof FrameCounts>;

export class FrameReader {
  readonly counts: FrameCounts = {
    frames: 0,
    crcErrors: 0,
    cobsErrors: 0,
    shortFrames: 0,
    overruns: 0,
    droppedBytes: 0,
  };
  readonly #listener: FrameListener;
  /** What came since the last zero; of too much, the end. */
  readonly #held = new Uint8Array(mostEncodedBytes);
  readonly #decoded = new Uint8Array(mostEncodedBytes);
  #heldLength = 0;
  #overlong = false;
  #offset = 0;
  #startOffset = 0;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.#offset++;
      if (byte === delimiter) this.#close();
      else this.#hold(byte);
    }
  }

  /** Nothing more comes: what has no delimiter yet is no frame. */
  end(): void {
    if (this.#offset > this.#startOffset) this.#drop(this.#overlong ? "long" : "short", this.#offset);
    this.#restart();
  }

  #hold(byte: number): void {
    if (this.#heldLength === mostEncodedBytes) {
      this.#overlong = true;
      this.#held.copyWithin(0, mostEncodedBytes - longestFrameBytes);
      this.#heldLength = longestFrameBytes;
    }
    this.#held[this.#heldLength++] = byte;
  }

  #close(): void {
    // A zero behind a zero is an idle line.
    if (this.#heldLength > 0) this.#take();
    this.#restart();
  }

  #take(): void {
    const length = this.#heldLength;
    const decodedLength = this.#overlong ? -1 : cobsDecode(this.#held, 0, length, this.#decoded);
    const error = this.#errorOf(decodedLength);
    if (error === null) {
      this.#deliver(decodedLength, this.#startOffset);
      return;
    }
    for (let from = Math.max(1, length - longestFrameBytes); from <= length - shortestFrameBytes; from++) {
      if (!isCobs(this.#held, from, length)) continue;
      const shorter = cobsDecode(this.#held, from, length, this.#decoded);
      if (shorter < shortestFrameBytes - 1 || crc32Jam(this.#decoded, shorter) !== 0) continue;
      const frameOffset = this.#offset - 1 - (length - from);
      this.#drop(error, frameOffset);
      this.#deliver(shorter, frameOffset);
      return;
    }
    this.#drop(error, this.#offset);
  }

  #errorOf(decodedLength: number): FrameError | null {
    if (this.#overlong || decodedLength > mostDecodedBytes) return "long";
    if (decodedLength < 0) return "cobs";
    if (decodedLength < crcBytes) return "short";
    return crc32Jam(this.#decoded, decodedLength) === 0 ? null : "crc";
  }

  #deliver(decodedLength: number, offset: number): void {
    this.counts.frames++;
    this.#listener.frame(this.#decoded.subarray(0, decodedLength - crcBytes), offset, this.#offset);
  }

  #drop(error: FrameError, end: number): void {
    this.counts[counterOf[error]]++;
    this.counts.droppedBytes += end - this.#startOffset;
    this.#listener.dropped(error, this.#startOffset, end);
  }

  #restart(): void {
    this.#heldLength = 0;
    this.#overlong = false;
    this.#startOffset = this.#offset;
  }
}
