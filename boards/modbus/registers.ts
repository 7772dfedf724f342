/** Numbers in registers. Bytes within a word are always high first; of a value's words, the model says which comes first. */
export type NumberType = "float32" | "int16" | "int32" | "int64" | "uint16" | "uint32" | "uint64";
export type WordOrder = "high_first" | "low_first";

const wordCounts: Readonly<Record<NumberType, number>> = {
  float32: 2,
  int16: 1,
  int32: 2,
  int64: 4,
  uint16: 1,
  uint32: 2,
  uint64: 4,
};

export const wordsOf = (type: NumberType): number => wordCounts[type];

export function decodeNumber(words: readonly number[], type: NumberType, order: WordOrder = "high_first"): number {
  const bytes = Buffer.alloc(words.length * 2);
  const ordered = order === "high_first" ? words : words.toReversed();
  for (const [index, word] of ordered.entries()) bytes.writeUInt16BE(word, index * 2);
  switch (type) {
    case "float32":
      return asShown(bytes.readFloatBE());
    case "int16":
      return bytes.readInt16BE();
    case "int32":
      return bytes.readInt32BE();
    case "int64":
      return Number(bytes.readBigInt64BE());
    case "uint16":
      return bytes.readUInt16BE();
    case "uint32":
      return bytes.readUInt32BE();
    case "uint64":
      return Number(bytes.readBigUInt64BE());
  }
}

/** The shortest number that is this float32: 229.2 and not 229.1999969. */
function asShown(raw: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(raw.toPrecision(digits));
    if (Math.fround(shorter) === raw) return shorter;
  }
  return raw;
}

export function encodeNumber(value: number, type: NumberType, order: WordOrder = "high_first"): readonly number[] {
  const count = wordCounts[type];
  const bytes = Buffer.alloc(2 * count);
  switch (type) {
    case "float32":
      bytes.writeFloatBE(value);
      break;
    case "int64":
    case "uint64":
      bytes.writeBigInt64BE(BigInt(Math.round(value)));
      break;
    default: {
      const range = 2 ** (16 * count);
      bytes.writeUIntBE(((Math.round(value) % range) + range) % range, 0, 2 * count);
    }
  }
  const words = Array.from({ length: count }, (_, index) => bytes.readUInt16BE(2 * index));
  return order === "high_first" ? words : words.toReversed();
}

/** Two characters a word, high byte first; what follows a NUL is not part of it. */
export function decodeText(words: readonly number[]): string {
  const text = String.fromCharCode(...words.flatMap((word) => [word >> 8, word & 0xff]));
  return (text.split("\0", 1)[0] ?? "").trim();
}

export function encodeText(text: string, count: number): readonly number[] {
  const code = (index: number): number => text.charCodeAt(index) || 0;
  return Array.from({ length: count }, (_, index) => ((code(2 * index) & 0xff) << 8) | (code(2 * index + 1) & 0xff));
}
