/**
 * Consistent overhead byte stuffing: a frame without a zero in it, so that a zero ends it. Classic COBS; behind a last
 * block of 254 bytes no empty one is written.
 *
 * Source: Yeti facts, section 2.
 */

/** A code that says "254 bytes, and no zero behind them". */
const fullBlock = 0xff;

/** At most what stuffing makes of so many bytes, without the delimiter. */
export const cobsLength = (length: number): number =>
  length + Math.ceil(length / (fullBlock - 1)) + (length === 0 ? 1 : 0);

/** `bytes` stuffed, without the delimiter. */
export function cobsEncode(bytes: Uint8Array): Uint8Array {
  // One more than the most, for the code of a block that turns out not to be needed.
  const encoded = new Uint8Array(cobsLength(bytes.length) + 1);
  let codeAt = 0;
  let at = 1;
  for (const [index, byte] of bytes.entries()) {
    if (byte !== 0) encoded[at++] = byte;
    const isFull = at - codeAt === fullBlock;
    if (byte !== 0 && !isFull) continue;
    if (isFull && index === bytes.length - 1 && byte !== 0) break;
    encoded[codeAt] = at - codeAt;
    codeAt = at++;
  }
  encoded[codeAt] = at - codeAt;
  return encoded.subarray(0, at);
}

/** Whether the codes from `from` on lead exactly to `end`. */
export function isCobs(encoded: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end) at += encoded[at] as number;
  return at === end && from < end;
}

/**
 * Decodes the stuffed bytes from `from` to `end`, none of them zero, into `decoded`; answers how many there are, or -1
 * where a block reaches beyond the end.
 */
export function cobsDecode(encoded: Uint8Array, from: number, end: number, decoded: Uint8Array): number {
  let at = from;
  let length = 0;
  while (at < end) {
    const code = encoded[at++] as number;
    const blockEnd = at + code - 1;
    if (blockEnd > end) return -1;
    while (at < blockEnd) decoded[length++] = encoded[at++] as number;
    if (code < fullBlock && at < end) decoded[length++] = 0;
  }
  return length;
}
