import type { Table } from "./report-data.ts";

/** A picture shows no more than this many instants of one quantity. */
const mostRows = 12_000;

/** Rows of numbers as they come. What does not change is kept at its ends only; what is too much keeps its extremes. */
export class Sampled {
  readonly #names: readonly string[];
  readonly #rows: { readonly atMs: number; readonly values: (number | null)[] }[] = [];

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  get lastMs(): number | undefined {
    return this.#rows.at(-1)?.atMs;
  }

  add(atMs: number, values: readonly (number | null | undefined)[]): void {
    const rounded = values.map((value) =>
      value === null || value === undefined ? null : Math.round(value * 1000) / 1000,
    );
    const [before, last] = this.#rows.slice(-2);
    const isSame = (row: typeof last): boolean =>
      row?.values.every((value, index) => value === rounded[index]) ?? false;
    if (last !== undefined && isSame(before) && isSame(last)) this.#rows.pop();
    this.#rows.push({ atMs, values: rounded });
    if (this.#rows.length > 2 * mostRows) this.#thin();
  }

  /** What holds until it changes holds until the end. */
  holdUntil(atMs: number): void {
    const last = this.#rows.at(-1);
    if (last !== undefined && last.atMs < atMs) this.add(atMs, last.values);
  }

  /** What was measured before says nothing about what comes now. */
  gap(atMs: number): void {
    if (!this.isEmpty)
      this.add(
        atMs,
        this.#names.map(() => null),
      );
  }

  table(): Table {
    if (this.#rows.length > mostRows) this.#thin();
    return {
      names: this.#names,
      atMs: this.#rows.map(({ atMs }) => atMs),
      columns: this.#names.map((_, column) => this.#rows.map(({ values }) => values[column] ?? null)),
    };
  }

  /** Of each stretch of rows: first, last, and the least and the greatest of each column; gaps stay. */
  #thin(): void {
    const stretch = Math.max(2, Math.ceil((this.#rows.length * (2 + 2 * this.#names.length)) / mostRows));
    const kept = new Set<number>();
    for (let from = 0; from < this.#rows.length; from += stretch) {
      const to = Math.min(from + stretch, this.#rows.length) - 1;
      kept.add(from).add(to);
      for (let column = 0; column < this.#names.length; column++) {
        let least = from;
        let greatest = from;
        for (let index = from; index <= to; index++) {
          const value = this.#rows[index]?.values[column] ?? null;
          if (value === null) {
            kept.add(index);
            continue;
          }
          if (value < (this.#rows[least]?.values[column] ?? Number.POSITIVE_INFINITY)) least = index;
          if (value > (this.#rows[greatest]?.values[column] ?? Number.NEGATIVE_INFINITY)) greatest = index;
        }
        kept.add(least).add(greatest);
      }
    }
    const rows = this.#rows.filter((_, index) => kept.has(index));
    this.#rows.splice(0, this.#rows.length, ...rows);
  }
}
