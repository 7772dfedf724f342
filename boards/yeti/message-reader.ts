/** Messages out of a stream of bytes: frames first, then what they carry. */
import type { CodecError, Decoded } from "./codec.ts";
import type { FrameCounts, FrameError } from "./frame-reader.ts";
import { FrameReader } from "./frame-reader.ts";

export type DropReason = FrameError | CodecError;

export interface MessageListener<M> {
  message(message: M, offset: number): void;
  /** Offsets count the bytes of the stream; `end` lies behind the last byte. */
  dropped(reason: DropReason, offset: number, end: number): void;
}

/** `frames` are those whose message was understood. */
export interface LineCounts extends FrameCounts {
  /** Sound frames that carry no message of this direction. */
  undecodable: number;
}

export class MessageReader<M> {
  readonly #frames: FrameReader;
  #undecodable = 0;
  #undecodableBytes = 0;

  constructor(decode: (payload: Uint8Array) => Decoded<M>, listener: MessageListener<M>) {
    this.#frames = new FrameReader({
      frame: (payload, offset, end) => {
        const decoded = decode(payload);
        if (decoded.ok) {
          listener.message(decoded.message, offset);
          return;
        }
        this.#undecodable++;
        this.#undecodableBytes += end - offset;
        listener.dropped(decoded.error, offset, end);
      },
      dropped: (reason, offset, end) => listener.dropped(reason, offset, end),
    });
  }

  get counts(): LineCounts {
    const { counts } = this.#frames;
    return {
      ...counts,
      frames: counts.frames - this.#undecodable,
      undecodable: this.#undecodable,
      droppedBytes: counts.droppedBytes + this.#undecodableBytes,
    };
  }

  push(bytes: Uint8Array): void {
    this.#frames.push(bytes);
  }

  /** Nothing more comes. */
  end(): void {
    this.#frames.end();
  }
}
