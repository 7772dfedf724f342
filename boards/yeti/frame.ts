/** `COBS(payload, CRC) 00`, the same in both directions. Source: Yeti facts, section 2. */
import { cobsEncode } from "./cobs.ts";
import { crc32Jam } from "./crc.ts";

export const delimiter = 0;
export const crcBytes = 4;

/** The frame of a payload, delimiter included. */
export function frameOf(payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const checked = new Uint8Array(length + crcBytes);
  checked.set(payload);
  new DataView(checked.buffer).setUint32(length, crc32Jam(payload), true);
  const stuffed = cobsEncode(checked);
  const frame = new Uint8Array(stuffed.length + 1);
  frame.set(stuffed);
  return frame;
}
