/**
 * Streams of bytes to a device: serial lines of the machine, or whatever a simulation puts in their place. Bytes come and go
 * in pieces of any length, late, twice or not at all; what they mean is the driver's business.
 *
 * Opening takes time and may fail: `opened` or `closed` tells, in a turn of its own. After `closed` nothing more is heard of
 * a stream, and what is written to it is lost; who wants the line again opens it anew. Writing never waits. A line that does
 * not take its bytes refuses more (`false`) instead of hoarding them.
 */
import type { DeviceError } from "../src/core/errors.ts";

export interface SerialSettings {
  readonly baudRate: number;
  readonly parity: "none" | "even" | "odd";
  /** Flow control by the lines RTS and CTS; none where absent. */
  readonly rtscts?: boolean;
}

export interface ByteStreamListener {
  opened(): void;
  /** The bytes are lent for the time of the call. */
  received(bytes: Uint8Array): void;
  /** The line could not be opened, or is gone. Not called after `close`. */
  closed(why: DeviceError): void;
}

export interface ByteStream {
  /** False: not taken. */
  write(bytes: Uint8Array): boolean;
  close(): void;
}

export interface SerialPorts {
  /** `path` as the operating system names it, e.g. `/dev/ttyUSB0`. Eight data bits, one stop bit. */
  open(path: string, settings: SerialSettings, listener: ByteStreamListener): ByteStream;
}
