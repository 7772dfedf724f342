import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { v4 } from "uuid";
import type { Random } from "../../hal/random.ts";

/** FNV-1a: spreads a stream's name over the 32 bits a generator is seeded with. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value | 0;
}

/** A stream of its own for each name: one module drawing more does not shift what another one draws. */
export function seededRandom(seed: number, stream: string): Random {
  const generator = xoroshiro128plus(hash(`${seed}/${stream}`));
  const bytes = (count: number): Uint8Array => {
    const drawn = new Uint8Array(count);
    for (let index = 0; index < count; index++) drawn[index] = generator.next() & 0xff;
    return drawn;
  };
  return {
    next: () => (generator.next() >>> 0) / 2 ** 32,
    integer: (low, high) => uniformInt(generator, low, high),
    uuid: () => v4({ random: bytes(16) }),
    bytes,
  };
}

/** Randomness of the operating system, for a station that is no simulation. */
export const systemRandom: Random = {
  next: () => randomInt(2 ** 32) / 2 ** 32,
  integer: (low, high) => randomInt(low, high + 1),
  uuid: () => randomUUID(),
  bytes: (count) => randomBytes(count),
};
