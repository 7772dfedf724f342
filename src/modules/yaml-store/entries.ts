import { parseDocument } from "yaml";

type Scalar = boolean | number | string | null;

export interface Entries {
  readonly values: ReadonlyMap<string, Scalar>;
  /** What is wrong with the file; the values that are sound count all the same. */
  readonly complaints: readonly string[];
}

const mostBytes = 1024 * 1024;

/** The scalars at the top level of a YAML file. Never throws. */
export function readEntries(content: Uint8Array): Entries {
  const none = (complaint: string): Entries => ({ values: new Map(), complaints: [complaint] });
  if (content.length > mostBytes) return none(`larger than ${mostBytes} bytes`);
  let root: unknown;
  try {
    const document = parseDocument(new TextDecoder("utf-8", { fatal: true }).decode(content), { schema: "core" });
    const [error] = document.errors;
    if (error !== undefined) return none(firstLine(error.message));
    root = document.toJS({ mapAsMap: true });
  } catch (error) {
    return none(firstLine((error as Error).message));
  }
  if (root === null || root === undefined) return { values: new Map(), complaints: [] };
  if (!(root instanceof Map)) return none("no map of keys and values");
  const values = new Map<string, Scalar>();
  const complaints: string[] = [];
  for (const [key, value] of root) {
    if (isScalar(value)) values.set(String(key), value);
    else complaints.push(`${String(key)}: no text, number, boolean or null`);
  }
  return { values, complaints };
}

function isScalar(value: unknown): value is Scalar {
  if (typeof value === "number") return Number.isFinite(value);
  return value === null || typeof value === "boolean" || typeof value === "string";
}

const firstLine = (text: string): string => text.split("\n")[0] ?? "";
