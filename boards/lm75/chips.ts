/**
 * The family of the LM75: two registers of interest, a temperature of two bytes whose highest bits count, and one byte of
 * settings. What the chips differ in is how many bits there are, and whether that can be set.
 */

export const register = { temperature: 0, configuration: 1 } as const;

/** In the configuration: the chip measures nothing, and goes on telling what it measured last. */
export const shutdownBit = 0x01;
/** In the configuration of those that have them: both set for the most bits. */
const resolutionBits = 0x60;

export interface Chip {
  /** Of the temperature, sign included; the rest of the two bytes means nothing. */
  readonly bits: number;
  /** The bits of the configuration that are ours, and what they shall be. */
  readonly ours: number;
  readonly wanted: number;
}

const fixed = (bits: number): Chip => ({ bits, ours: shutdownBit, wanted: 0 });
const settable: Chip = { bits: 12, ours: shutdownBit | resolutionBits, wanted: resolutionBits };

export const chips = {
  LM75: fixed(9),
  LM75A: fixed(11),
  LM75B: fixed(11),
  TMP75: settable,
  TMP105: settable,
  TMP175: settable,
} as const satisfies Record<string, Chip>;

export type ChipName = keyof typeof chips;

export const chipNames = Object.keys(chips) as [ChipName, ...ChipName[]];

/** What any of them can measure, in degrees Celsius. What is beyond is no temperature. */
export const leastC = -55;
export const mostC = 125;

/** Degrees Celsius: two's complement from the highest bit on, whose weight is 128. */
export function decodeTemperature([high = 0, low = 0]: Uint8Array | readonly number[], bits: number): number {
  const signed = (((high << 8) | low) << 16) >> 16;
  return (signed >> (16 - bits)) * 2 ** (8 - bits);
}

export function encodeTemperature(temperatureC: number, bits: number): readonly [number, number] {
  const steps = Math.floor(temperatureC / 2 ** (8 - bits));
  const word = (steps << (16 - bits)) & 0xffff;
  return [word >> 8, word & 0xff];
}
