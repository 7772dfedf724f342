/**
 * CRC-32/JAMCRC: reflected 0x04C11DB7, all ones at the start, nothing inverted at the end. Over a payload and its own CRC
 * in little-endian order the result is 0.
 *
 * Source: Yeti facts, section 2.
 */
const reflectedPolynomial = 0xedb88320;

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let remainder = index;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? reflectedPolynomial : 0);
  return remainder;
});

/** Of the first `length` bytes. */
export function crc32Jam(bytes: Uint8Array, length: number = bytes.length): number {
  let crc = 0xffff_ffff;
  for (let at = 0; at < length; at++) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] as number)) & 0xff] as number);
  }
  return crc >>> 0;
}
