import type { ConfigKey, ConfigScalar, ConfigSchema } from "../../hal/manifest.ts";
import type { ConfigValues } from "./configuration.ts";
import type { Findings, Position } from "./finding.ts";
import { hint } from "./nearest-name.ts";
import { quote } from "./quote.ts";
import type { Tree, TreeEntry } from "./yaml-tree.ts";

const article = { boolean: "a boolean", integer: "an integer", number: "a number", string: "a string" } as const;
const smallestInteger = -(2 ** 31);
const largestInteger = 2 ** 31 - 1;

/** What a value is, in words: `the string "16"`. */
export function describe(tree: Tree): string {
  if (tree.kind === "map") return "a map";
  if (tree.kind === "list") return "a list";
  if (tree.value === null) return "empty";
  if (typeof tree.value === "string") return `the string ${quote(tree.value)}`;
  if (typeof tree.value === "boolean") return `the boolean ${tree.value}`;
  return tree.integer ? `the integer ${tree.value}` : `the number ${tree.value}`;
}

/** Why a value of the right type is not allowed, or undefined. */
export function outOfBounds(key: ConfigKey, value: ConfigScalar): string | undefined {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return "must be a finite number";
    if (key.minimum !== undefined && value < key.minimum) return `must be at least ${key.minimum}, not ${value}`;
    if (key.maximum !== undefined && value > key.maximum) return `must be at most ${key.maximum}, not ${value}`;
  }
  if (typeof value === "string") {
    if (key.enum && !key.enum.includes(value)) {
      return `must be one of ${key.enum.join(", ")}, not ${quote(value)}${hint(value, key.enum)}`;
    }
    if (key.minLength !== undefined && value.length < key.minLength) {
      return `must have at least ${key.minLength} characters, not ${value.length}`;
    }
    if (key.maxLength !== undefined && value.length > key.maxLength) {
      return `must have at most ${key.maxLength} characters, not ${value.length}`;
    }
  }
  return undefined;
}

/** The value as the schema's type, or why it is none. An integer is fine where a number is declared. */
export function typedValue(
  key: ConfigKey,
  tree: Tree,
): { readonly value: ConfigScalar } | { readonly complaint: string } {
  if (tree.kind !== "scalar" || tree.value === null) {
    return { complaint: `must be ${article[key.type]}, but is ${describe(tree)}` };
  }
  const { value } = tree;
  if (typeof value === "number" && tree.integer && (value < smallestInteger || value > largestInteger)) {
    return { complaint: `must fit in 32 bits, ${value} does not` };
  }
  const fits = key.type === "integer" ? typeof value === "number" && tree.integer : typeof value === key.type;
  if (!fits) {
    const quoted = key.type === "string" ? "; put it in quotes" : "";
    return { complaint: `must be ${article[key.type]}, not ${describe(tree)}${quoted}` };
  }
  const complaint = outOfBounds(key, value);
  return complaint === undefined ? { value } : { complaint };
}

/** One set of keys of the file against one schema of a manifest. */
export interface ConfigSection {
  /** How a key is called in messages: `connector_1.` or `token_provider:main.`. */
  readonly prefix: string;
  /** Of what type, for messages: `EvseManager`. */
  readonly owner: string;
  readonly schema: ConfigSchema;
  readonly entries: readonly TreeEntry[];
  /** Where a missing key is reported. */
  readonly at: Position;
  readonly ignoreUnsupported: boolean;
}

/** Types, bounds and defaults. What is wrong becomes a finding and is left out of the result. */
export function readConfigValues(
  section: ConfigSection,
  findings: Findings,
): { readonly values: ConfigValues; readonly positions: Readonly<Record<string, Position>> } {
  const { prefix, owner, schema, entries, at } = section;
  const values: Record<string, ConfigScalar> = {};
  const positions: Record<string, Position> = {};
  for (const { key, at: keyAt } of entries) {
    if (!Object.hasOwn(schema, key)) {
      const message = `${owner} has no key ${quote(key)}${hint(key, Object.keys(schema))}`;
      if (section.ignoreUnsupported) findings.warn(keyAt, `${message} (ignored)`);
      else findings.complain(keyAt, message);
    }
  }
  for (const [name, key] of Object.entries(schema)) {
    const entry = entries.find((candidate) => candidate.key === name);
    if (!entry) {
      if (key.default === undefined) findings.complain(at, `${prefix}${name} is missing; ${owner} needs it`);
      else values[name] = key.default;
      continue;
    }
    const typed = typedValue(key, entry.value);
    if ("complaint" in typed) {
      findings.complain(entry.value.at, `${prefix}${name} ${typed.complaint}`);
      continue;
    }
    values[name] = typed.value;
    positions[name] = entry.value.at;
    if (key.notEffectiveYet) findings.note(entry.at, `${prefix}${name} is not effective yet`);
  }
  return { values, positions };
}
