/** Random choices of one seeded session. */
import type { Random } from "../../hal/random.ts";

export interface Draw {
  /** From `low` up to, but not including, `high`. */
  between(low: number, high: number): number;
  integer(low: number, high: number): number;
  chance(share: number): boolean;
  pick<T>(values: readonly T[]): T;
  weighted<T extends { readonly weight: number }>(values: readonly T[]): T;
}

export function drawFrom(random: Random): Draw {
  const between = (low: number, high: number): number => low + random.next() * (high - low);
  const at = <T>(values: readonly T[], index: number): T => {
    const value = values[index];
    if (value === undefined) throw new Error("nothing to choose from");
    return value;
  };
  return {
    between,
    integer: (low, high) => random.integer(low, high),
    chance: (share) => random.next() < share,
    pick: (values) => at(values, random.integer(0, values.length - 1)),
    weighted: (values) => {
      let left = between(
        0,
        values.reduce((sum, { weight }) => sum + weight, 0),
      );
      const index = values.findIndex(({ weight }) => {
        left -= weight;
        return left < 0;
      });
      return at(values, Math.max(0, index));
    },
  };
}
