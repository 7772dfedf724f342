/** A model as the wire sees it: which registers are read together, and what becomes of their words. */
import type { Powermeter } from "../../../src/core/powermeter.ts";
import type { RegisterKind } from "../device.ts";
import { decodeNumber, wordsOf } from "../registers.ts";
import type { MeterModel, Place, RegisterNumber } from "./model.ts";
import { placesOf } from "./model.ts";

/** Registers in a row that mean something: what lies between them may not be there, and is not asked for. */
export interface Block {
  readonly kind: RegisterKind;
  readonly address: number;
  readonly count: number;
}

const longestBlock = 80;

interface Span {
  readonly kind: RegisterKind;
  readonly address: number;
  readonly words: number;
}

export interface RegisterMap {
  readonly blocks: readonly Block[];
  /** One block for each value, for a meter that gives no more at a time. */
  readonly singleBlocks: readonly Block[];
  /** `words`: by `holding/20482`. Undefined when a value is none. */
  read(words: ReadonlyMap<string, number>): Measured | undefined;
}

export type Measured = Omit<Powermeter, "timestamp" | "meter_id">;

export const wordKey = (kind: RegisterKind, address: number): string => `${kind}/${address}`;

export function registerMap(model: MeterModel, baseAddress: number): RegisterMap {
  const wireOf = (number: RegisterNumber) =>
    number.function === 4
      ? ({ kind: "input", address: number.register - baseAddress } as const)
      : ({ kind: "holding", address: number.register } as const);
  const places = placesOf(model);
  const spans = places.flatMap(({ value }): Span[] => [
    { ...wireOf(value), words: wordsOf(value.type) },
    ...(value.exponent === undefined ? [] : [{ ...wireOf(value.exponent), words: 1 }]),
  ]);

  function valueAt({ value }: Place, words: ReadonlyMap<string, number>): number | undefined {
    const { kind, address } = wireOf(value);
    const own = Array.from({ length: wordsOf(value.type) }, (_, index) => words.get(wordKey(kind, address + index)));
    if (!own.every((word) => word !== undefined)) return undefined;
    let power = 0;
    if (value.exponent !== undefined) {
      const at = wireOf(value.exponent);
      const word = words.get(wordKey(at.kind, at.address));
      if (word === undefined) return undefined;
      power = decodeNumber([word], "int16");
    }
    const raw = decodeNumber(own, value.type, value.word_order);
    if (value.type === "float32" && !isPlausible(raw)) return undefined;
    const scaled = raw * value.multiplier * 10 ** power;
    return Number.isFinite(scaled) ? Number(scaled.toPrecision(doubleDigits)) : undefined;
  }

  return {
    blocks: blocksOf(spans, longestBlock),
    singleBlocks: blocksOf(spans, 0),
    read(words) {
      const measured: Record<string, Record<string, number>> = {};
      for (const place of places) {
        const value = valueAt(place, words);
        if (value === undefined) return undefined;
        measured[place.quantity] = { ...measured[place.quantity], [place.member]: value };
      }
      return measured as unknown as Measured;
    },
  };
}

/** Nothing that is metered is as large or as small as a number whose words have changed places. */
const isPlausible = (value: number): boolean => value === 0 || (Math.abs(value) > 1e-12 && Math.abs(value) < 1e12);

/** What a multiplication adds behind these digits was not measured. */
const doubleDigits = 12;

function blocksOf(spans: readonly Span[], longest: number): readonly Block[] {
  const sorted = spans.toSorted((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : a.address - b.address));
  const blocks: { kind: RegisterKind; address: number; count: number }[] = [];
  for (const { kind, address, words } of sorted) {
    const last = blocks.at(-1);
    const end = last === undefined ? Number.NaN : last.address + last.count;
    if (last?.kind === kind && address + words <= end) continue;
    if (last?.kind === kind && address === end && last.count + words <= longest) last.count += words;
    else blocks.push({ kind, address, count: words });
  }
  return blocks;
}
