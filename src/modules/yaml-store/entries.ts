import type { Scalar } from "yaml";
import { isMap, isScalar, LineCounter, parseDocument } from "yaml";

type Value = boolean | number | string | null;

export interface Entries {
  readonly values: ReadonlyMap<string, Value>;
  /** What is wrong with the file; the values that are sound count all the same. */
  readonly complaints: readonly string[];
}

const mostBytes = 1024 * 1024;

/** The scalars at the top level of a YAML file. Never throws. */
export function readEntries(content: Uint8Array): Entries {
  const none = (complaint: string): Entries => ({ values: new Map(), complaints: [complaint] });
  if (content.length > mostBytes) return none(`larger than ${mostBytes} bytes`);
  let root: unknown;
  // Junk is an error for every other byte, and where in the library each was made takes ten times longer than it.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
    const lineCounter = new LineCounter();
    // A pretty error cites its line, and a line of junk has an error for every other byte.
    // The library compares every key with every other one: a minute for fifty thousand.
    const document = parseDocument(text, { schema: "core", prettyErrors: false, uniqueKeys: false, lineCounter });
    const [error] = document.errors;
    const at = (offset: number): string => {
      const { line, col } = lineCounter.linePos(offset);
      return `at line ${line}, column ${col}`;
    };
    if (error !== undefined) return none(`${firstLine(error.message)} ${at(error.pos[0])}`);
    const second = secondOfItsName(document.contents);
    if (second !== undefined) return none(`a key is here twice ${at(second.range?.[0] ?? 0)}`);
    root = document.toJS({ mapAsMap: true });
  } catch (error) {
    return none(firstLine((error as Error).message));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  if (root === null || root === undefined) return { values: new Map(), complaints: [] };
  if (!(root instanceof Map)) return none("no map of keys and values");
  const values = new Map<string, Value>();
  const complaints: string[] = [];
  for (const [key, value] of root) {
    if (isValue(value)) values.set(String(key), value);
    else complaints.push(`${String(key)}: no text, number, boolean or null`);
  }
  return { values, complaints };
}

function secondOfItsName(contents: unknown): Scalar | undefined {
  const seen = new Set<unknown>();
  for (const { key } of isMap<Scalar>(contents) ? contents.items : []) {
    const name = isScalar(key) ? key.value : key;
    if (seen.has(name)) return key;
    seen.add(name);
  }
  return undefined;
}

function isValue(value: unknown): value is Value {
  if (typeof value === "number") return Number.isFinite(value);
  return value === null || typeof value === "boolean" || typeof value === "string";
}

const firstLine = (text: string): string => text.split("\n")[0] ?? "";
