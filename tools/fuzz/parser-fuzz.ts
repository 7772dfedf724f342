/** A parser and what must hold of it, whatever it is fed with. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { UsageError } from "../../src/core/errors.ts";

export interface ParserFuzz {
  readonly name: string;
  /** What one input is. */
  readonly about: string;
  /** So many inputs in `npm test`. */
  readonly runsInTest: number;
  /** Makes what it takes to try inputs; files go to `folder`, which is removed afterwards. */
  open(folder: string): Promise<OpenParser>;
}

export interface OpenParser {
  readonly inputs: fc.Arbitrary<unknown>;
  /** Throws where what must hold of an input does not. */
  readonly holds: (input: unknown) => void | Promise<void>;
  /** Inputs that are large or deep, each made when its turn comes. */
  readonly big: Readonly<Record<string, () => unknown>>;
  /** Lets go of what would keep the process. */
  readonly close?: () => void;
}

export function openParser<T>(
  inputs: fc.Arbitrary<T>,
  holds: (input: T) => void | Promise<void>,
  big: Readonly<Record<string, () => T>> = {},
): OpenParser {
  return { inputs, holds: holds as OpenParser["holds"], big };
}

/** A parser with several ends: each input is one of theirs. */
export function together(...parts: readonly OpenParser[]): OpenParser {
  type Of = readonly [part: number, input: unknown];
  return openParser<Of>(
    fc.oneof(...parts.map(({ inputs }, part) => inputs.map((input): Of => [part, input]))),
    ([part, input]) => parts[part]?.holds(input),
    Object.fromEntries(
      parts.flatMap(({ big }, part) => Object.entries(big).map(([what, make]) => [what, (): Of => [part, make()]])),
    ),
  );
}

/** Runs `use` with an open parser. */
export async function withParser<T>(fuzz: ParserFuzz, use: (parser: OpenParser) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "evsed-fuzz-"));
  try {
    const parser = await fuzz.open(folder);
    try {
      return await use(parser);
    } finally {
      parser.close?.();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Error with the words. */
export function demand(holds: boolean, words: string): asserts holds {
  if (!holds) throw new Error(words);
}

/** What a parser does with an input it refuses: its own error, at its place in the input. */
export function demandRefusal(error: unknown, place: RegExp): void {
  if (!(error instanceof UsageError)) throw error;
  demand(place.test(error.message), `without its place: ${error.message}`);
}

/** `undefined` where it was refused as it should be. */
export function resultOf<T>(parse: () => T, place: RegExp): T | undefined {
  try {
    return parse();
  } catch (error) {
    demandRefusal(error, place);
    return undefined;
  }
}
