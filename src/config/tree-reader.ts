import { describe } from "./config-values.ts";
import type { Findings, Position } from "./finding.ts";
import { hint } from "./nearest-name.ts";
import { quote } from "./quote.ts";
import type { Tree, TreeEntry, TreeMap } from "./yaml-tree.ts";

/** Ids of modules, implementations, requirements and configuration keys. */
const idPattern = /^[a-zA-Z_][a-zA-Z0-9_.-]*$/;

/** Reads the structure around the configuration values; each complaint stands at the value that is wrong. */
export interface TreeReader {
  /** Undefined, after a complaint, when it is no map. */
  map(tree: Tree, name: string): TreeMap | undefined;
  list(tree: Tree, name: string): readonly Tree[];
  string(tree: Tree, name: string): string | undefined;
  boolean(tree: Tree, name: string): boolean | undefined;
  integer(tree: Tree, name: string): number | undefined;
  /** A finite one within the bounds, both included. */
  number(tree: Tree, name: string, minimum: number, maximum: number): number | undefined;
  /** The entries of a map whose keys are ids; others are complained about and left out. */
  ids(tree: Tree, name: string, what: string): readonly TreeEntry[];
  id(text: string, at: Position, what: string): boolean;
  /** The entries of a map with these keys only, by key. */
  fields(tree: Tree, name: string, known: readonly string[]): ReadonlyMap<string, TreeEntry> | undefined;
}

export function createTreeReader(findings: Findings): TreeReader {
  const mustBe = (tree: Tree, name: string, what: string): undefined => {
    findings.complain(tree.at, `${name} must be ${what}, but is ${describe(tree)}`);
  };
  const reader: TreeReader = {
    map: (tree, name) => (tree.kind === "map" ? tree : mustBe(tree, name, "a map")),
    list: (tree, name) => (tree.kind === "list" ? tree.items : (mustBe(tree, name, "a list") ?? [])),
    string: (tree, name) =>
      tree.kind === "scalar" && typeof tree.value === "string" ? tree.value : mustBe(tree, name, "a string"),
    boolean: (tree, name) =>
      tree.kind === "scalar" && typeof tree.value === "boolean" ? tree.value : mustBe(tree, name, "a boolean"),
    integer: (tree, name) =>
      tree.kind === "scalar" && typeof tree.value === "number" && tree.integer && Number.isSafeInteger(tree.value)
        ? tree.value
        : mustBe(tree, name, "an integer"),
    number(tree, name, minimum, maximum) {
      const value = tree.kind === "scalar" ? tree.value : undefined;
      if (typeof value !== "number" || Number.isNaN(value)) return mustBe(tree, name, "a number");
      if (value >= minimum && value <= maximum) return value;
      const bound = value < minimum ? `at least ${minimum}` : `at most ${maximum}`;
      findings.complain(tree.at, `${name} must be ${bound}, not ${value}`);
      return undefined;
    },
    id(text, at, what) {
      if (idPattern.test(text)) return true;
      findings.complain(
        at,
        `${what} ${quote(text)} must begin with a letter or _ and go on with letters, digits, _ . -`,
      );
      return false;
    },
    ids(tree, name, what) {
      return reader.map(tree, name)?.entries.filter(({ key, at }) => reader.id(key, at, what)) ?? [];
    },
    fields(tree, name, known) {
      const map = reader.map(tree, name);
      if (!map) return undefined;
      const fields = new Map<string, TreeEntry>();
      for (const entry of map.entries) {
        if (known.includes(entry.key)) fields.set(entry.key, entry);
        else findings.complain(entry.at, `${name} has no key ${quote(entry.key)}${hint(entry.key, known)}`);
      }
      return fields;
    },
  };
  return reader;
}
