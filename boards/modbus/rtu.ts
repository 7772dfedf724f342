/** Frames on a serial line: unit, function, data, checksum. Modbus over serial line, section 2.5. */

/** CRC-16 with the polynomial 0xA001, as it stands in the last two bytes, low byte first. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

export function withCrc(body: Uint8Array): Buffer {
  const frame = Buffer.alloc(body.length + 2);
  frame.set(body);
  frame.writeUInt16LE(crc16(body), body.length);
  return frame;
}

/** A frame whose checksum is right leaves a remainder of zero. */
export const hasGoodCrc = (frame: Uint8Array): boolean => frame.length >= 4 && crc16(frame) === 0;
