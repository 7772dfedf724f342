/**
 * Finds replies in a stream of bytes. What is in front of a reply is noise: a driver chip that turns round leaves a byte or
 * two. Nothing here knows time; who waits is the line's business.
 */
import { hasGoodCrc, withCrc } from "../rtu.ts";
import type { Corruption } from "./line.ts";

/** What a reply to a request looks like: it begins with the unit and the function asked for. */
export interface Expected {
  readonly unit: number;
  readonly functionCode: number;
  readonly bytes: number;
}

export type Found =
  /** Checksum included. `id`: the request it names, over TCP. */
  | { readonly kind: "reply"; readonly frame: Buffer; readonly id?: number }
  | { readonly kind: "piece"; readonly why: Corruption }
  | { readonly kind: "stray"; readonly unit: number | null };

export interface Framing {
  /** Bytes for the wire. From now on a reply is looked for; what came before is dropped. */
  send(frame: Buffer, expected: Expected, id: number): Buffer;
  /** No reply is looked for any more. */
  giveUp(): void;
  /** Another connection: of what the last one brought nothing is left. */
  opened(): void;
  receive(bytes: Uint8Array): readonly Found[];
}

const exceptionBytes = 5;
/** No frame is longer. Modbus over serial line, section 2.4. */
const longestFrameBytes = 256;

export function rtuFraming(options: { readonly hasEcho: boolean }): Framing {
  let expected: Expected | null = null;
  /** Our own bytes that the line will bring back. */
  let echo: Buffer = Buffer.alloc(0);
  let buffer: Buffer = Buffer.alloc(0);

  /** Where a reply would begin. */
  function find(wanted: Expected): Found {
    let why: Corruption = buffer.length < 2 ? "short" : "unit";
    let short = false;
    for (let start = 0; start + 1 < buffer.length; start++) {
      if (buffer[start] !== wanted.unit) continue;
      const code = buffer[start + 1] as number;
      if ((code & 0x7f) !== wanted.functionCode) {
        why = "function";
        continue;
      }
      const bytes = code === wanted.functionCode ? wanted.bytes : exceptionBytes;
      const frame = buffer.subarray(start, start + bytes);
      if (frame.length < bytes) {
        // What looks like the beginning of one may be noise: behind it a shorter one, an exception say, is whole.
        short = true;
        continue;
      }
      if (hasGoodCrc(frame)) return { kind: "reply", frame: Buffer.from(frame) };
      why = "crc";
    }
    return { kind: "piece", why: short ? "short" : why };
  }

  return {
    send(frame, wanted) {
      expected = wanted;
      echo = options.hasEcho ? frame : Buffer.alloc(0);
      buffer = Buffer.alloc(0);
      return frame;
    },
    giveUp() {
      expected = null;
      buffer = Buffer.alloc(0);
    },
    opened() {
      buffer = Buffer.alloc(0);
    },
    receive(bytes) {
      buffer = Buffer.concat([buffer, bytes]).subarray(-2 * longestFrameBytes);
      if (expected === null) {
        // A late reply comes in pieces like any other; what is no frame in the end is dropped with the next request.
        const unit = hasGoodCrc(buffer) ? (buffer[0] as number) : null;
        if (unit !== null) buffer = Buffer.alloc(0);
        return [{ kind: "stray", unit }];
      }
      if (echo.length > 0) {
        const heard = buffer.subarray(0, echo.length);
        if (!heard.equals(echo.subarray(0, heard.length))) return [{ kind: "piece", why: "echo" }];
        buffer = buffer.subarray(heard.length);
        echo = echo.subarray(heard.length);
        if (buffer.length === 0) return [];
      }
      const found = find(expected);
      if (found.kind === "reply") {
        expected = null;
        buffer = Buffer.alloc(0);
      }
      return [found];
    },
  };
}

const headerBytes = 6;

/** Modbus TCP: a header with the number of the request and the length takes the place of the checksum. */
export function tcpFraming(): Framing {
  let waitedFor: number | null = null;
  let buffer: Buffer = Buffer.alloc(0);
  return {
    send(frame, _expected, id) {
      waitedFor = id & 0xffff;
      const body = frame.subarray(0, -2);
      const bytes = Buffer.alloc(headerBytes + body.length);
      bytes.writeUInt16BE(waitedFor, 0);
      bytes.writeUInt16BE(body.length, 4);
      bytes.set(body, headerBytes);
      return bytes;
    },
    giveUp() {
      waitedFor = null;
    },
    opened() {
      buffer = Buffer.alloc(0);
    },
    receive(bytes) {
      buffer = Buffer.concat([buffer, bytes]);
      const found: Found[] = [];
      while (buffer.length >= headerBytes) {
        const end = headerBytes + buffer.readUInt16BE(4);
        // There is no way back into a stream without marks between its frames.
        if (buffer.readUInt16BE(2) !== 0 || end > headerBytes + longestFrameBytes) {
          buffer = Buffer.alloc(0);
          return [...found, { kind: "piece", why: "malformed" }];
        }
        if (buffer.length < end) break;
        const id = buffer.readUInt16BE(0);
        const body = buffer.subarray(headerBytes, end);
        if (id === waitedFor) {
          waitedFor = null;
          found.push({ kind: "reply", frame: withCrc(body), id });
        } else found.push({ kind: "stray", unit: body[0] ?? null });
        buffer = Buffer.from(buffer.subarray(end));
      }
      if (buffer.length > 0 && waitedFor !== null) found.push({ kind: "piece", why: "short" });
      return found;
    },
  };
}
