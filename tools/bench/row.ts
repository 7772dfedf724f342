/** What a row of the table of numbers measures, and what it has to hold. */

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The most it may be, or the least. */
  readonly target: { readonly atMost: number } | { readonly atLeast: number };
  /** What stood next to it in the same run. */
  readonly comparedTo: string;
}

export interface Measurement {
  readonly figures: readonly Figure[];
  /** Printed below the table: histograms, the parts of a ratio. */
  readonly details: readonly string[];
}

/** Tells how far a measurement is. */
export type Progress = (text: string) => void;

export interface Row {
  /** What `--only` calls it. */
  readonly name: string;
  readonly description: string;
  measure(progress: Progress): Promise<Measurement>;
}

export function holds({ value, target }: Figure): boolean {
  return "atMost" in target ? value <= target.atMost : value >= target.atLeast;
}

/** How much worse than its target the worst figure is; up to 1 all of them hold. */
export function worstShare({ figures }: Measurement): number {
  const shares = figures.map(({ value, target }) =>
    "atMost" in target ? value / target.atMost : target.atLeast / Math.max(value, Number.MIN_VALUE),
  );
  return Math.max(...shares);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function least(values: readonly number[]): number {
  return Math.min(...values);
}
