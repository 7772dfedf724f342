/** Values of a scenario file against the schemas of the ports: what is wrong is told at the value it is wrong with. */
import type { BaseIssue, GenericSchema, IssuePathItem } from "valibot";
import { safeParse } from "valibot";
import type { Schema } from "../../hal/port.ts";
import { describe } from "../config/config-values.ts";
import type { Findings, Position } from "../config/finding.ts";
import { hint } from "../config/nearest-name.ts";
import { quote } from "../config/quote.ts";
import type { Tree } from "../config/yaml-tree.ts";

type Path = readonly (string | number)[];

/** More than is told of a file anyway; each is looked up in a map that may be as long. */
const mostIssues = 2000;

/** A longer list hides the rest of the line; the nearest name is still told. */
const mostChoices = 20;

/** A value of the file, or the lack of it. */
export interface CheckedValue {
  /** Undefined when the file gives none. */
  readonly tree: Tree | undefined;
  /** What stands for it then. */
  readonly fallback?: unknown;
  /** How the value is called in messages. */
  readonly name: string;
  /** What it belongs to, in messages. */
  readonly owner: string;
  /** Where the value would be, when the file gives none. */
  readonly at: Position;
}

/** The value as the schema makes it, defaults filled in; undefined after complaints. */
export function checkValue<T>(
  { tree, fallback, name, owner, at }: CheckedValue,
  schema: Schema<T>,
  findings: Findings,
): { readonly value: T } | undefined {
  let finite = true;
  const input = tree
    ? plain(tree, (wrong) => {
        finite = false;
        findings.complain(wrong.at, `${owner}: must be a finite number, but is ${describe(wrong)}`);
      })
    : fallback;
  if (!finite) return undefined;
  const result = safeParse(schema, input);
  if (result.success) return { value: result.output };
  const noMaps = new Set<Tree>();
  for (const issue of result.issues.slice(0, mostIssues)) {
    const { path, cause } = nearestCause(issue, []);
    const parent = path.slice(0, -1);
    const above = treeAt(tree, parent);
    if (!isKeyIssue(cause)) {
      const found = treeAt(tree, path);
      const words = found ? complaint(cause, found) : "is missing";
      findings.complain(found?.at ?? tree?.at ?? at, `${owner}: ${pathName(name, path)} ${words}`);
    } else if (above && above.kind !== "map") {
      // A list is an object too; what the schema says of its keys says nothing to a reader.
      if (!noMaps.has(above)) {
        findings.complain(above.at, `${owner}: ${pathName(name, parent)} must be a map, but is ${describe(above)}`);
      }
      noMaps.add(above);
    } else if (cause.expected !== "never") {
      findings.complain(above?.at ?? at, `${owner}: ${pathName(name, parent)} needs ${quote(String(path.at(-1)))}`);
    } else {
      // Only the first unknown key is an issue; the file is told about all of them.
      const known = keysAt(schema, parent);
      for (const entry of above?.entries ?? []) {
        if (known.includes(entry.key) && entry.key !== path.at(-1)) continue;
        const where = `${owner}: ${pathName(name, parent)}`;
        findings.complain(entry.at, `${where} has no key ${quote(entry.key)}${hint(entry.key, known)}`);
      }
    }
  }
  return undefined;
}

/** `args.limits[0].value` */
function pathName(name: string, path: Path): string {
  return name + path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
}

function plain(tree: Tree, refuse: (tree: Tree) => void): unknown {
  if (tree.kind === "list") return tree.items.map((item) => plain(item, refuse));
  if (tree.kind === "map") return Object.fromEntries(tree.entries.map(({ key, value }) => [key, plain(value, refuse)]));
  // A record is JSON, which has no word for these.
  if (typeof tree.value === "number" && !Number.isFinite(tree.value)) refuse(tree);
  return tree.value;
}

function treeAt(tree: Tree | undefined, path: Path): Tree | undefined {
  let at = tree;
  for (const key of path) {
    if (at?.kind === "map") at = at.entries.find((entry) => entry.key === key)?.value;
    else at = at?.kind === "list" && typeof key === "number" ? at.items[key] : undefined;
  }
  return at;
}

const lastItem = ({ path }: BaseIssue<unknown>): IssuePathItem | undefined => path?.at(-1);

const isKeyIssue = (issue: BaseIssue<unknown>): boolean =>
  issue.kind === "schema" && (lastItem(issue) as { readonly origin?: string } | undefined)?.origin === "key";

/**
 * Of a value that fits none of several shapes: what is wrong with the shape that comes nearest. A wrong value says more
 * than a key too many, and that more than a missing one, which the other shape may not even have.
 */
function nearestCause(
  issue: BaseIssue<unknown>,
  above: Path,
): { readonly path: Path; readonly cause: BaseIssue<unknown> } {
  const path = [...above, ...(issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)))];
  const rank = (inner: BaseIssue<unknown>): number => (isKeyIssue(inner) ? (inner.expected === "never" ? 1 : 2) : 0);
  const [nearest] = (issue.issues ?? []).filter((inner) => inner.path).toSorted((a, b) => rank(a) - rank(b));
  return nearest ? nearestCause(nearest, path) : { path, cause: issue };
}

const called: Readonly<Record<string, string>> = {
  boolean: "a boolean",
  number: "a number",
  string: "a string",
  array: "a list",
  strict_object: "a map",
  loose_object: "a map",
  object: "a map",
  record: "a map",
  integer: "an integer",
  finite: "a finite number",
  iso_timestamp: "a time such as 2026-01-01T00:00:00Z",
};

const bounds: Readonly<Record<string, string>> = {
  min_value: "at least",
  max_value: "at most",
  gt_value: "greater than",
  lt_value: "less than",
};

const lengths: Readonly<Record<string, string>> = {
  min_length: "at least",
  max_length: "at most",
  length: "exactly",
};

function complaint(issue: BaseIssue<unknown>, tree: Tree): string {
  const { type, expected, message } = issue;
  const requirement = (issue as { readonly requirement?: unknown }).requirement;
  const is = `but is ${describe(tree)}`;
  const what = called[type];
  if (what) return `must be ${what}, ${is}`;
  const bound = bounds[type];
  if (bound) return `must be ${bound} ${requirement}, ${is}`;
  const length = lengths[type];
  if (length) return `must have ${length} ${requirement} ${tree.kind === "list" ? "items" : "characters"}`;
  if (type === "regex") {
    return message.startsWith("Invalid format") ? `must match ${requirement}, ${is}` : `must be ${message}, ${is}`;
  }
  if (expected) {
    const options = choices(expected);
    const near = tree.kind === "scalar" && typeof tree.value === "string" ? hint(tree.value, options) : "";
    const [only, second] = options;
    const list = options.length > mostChoices ? `${options.length} names` : options.join(", ");
    return `must be ${second === undefined ? only : `one of ${list}`}, ${is}${near}`;
  }
  return `is refused: ${message}`;
}

/** `("A" | "B")` as the names it lists. */
function choices(expected: string): readonly string[] {
  const words: Readonly<Record<string, string>> = { Object: "a map", Array: "a list" };
  return expected
    .replace(/^\((.*)\)$/s, "$1")
    .split(" | ")
    .map((choice) => words[choice] ?? choice.replace(/^"(.*)"$/s, "$1"));
}

interface SchemaShape {
  readonly type: string;
  readonly entries?: Readonly<Record<string, GenericSchema>>;
  readonly item?: GenericSchema;
  readonly value?: GenericSchema;
  readonly wrapped?: GenericSchema;
  readonly options?: readonly unknown[];
  readonly getter?: (input: unknown) => GenericSchema;
}

/** The schemas one value may be held against, without the wrappers around them. */
function shapes(schema: GenericSchema): readonly SchemaShape[] {
  const shape = schema as unknown as SchemaShape;
  if (shape.wrapped) return shapes(shape.wrapped);
  if (shape.getter) return shapes(shape.getter(undefined));
  if (shape.type === "union") return (shape.options as readonly GenericSchema[]).flatMap(shapes);
  return [shape];
}

/** The keys a map at that path may have. */
function keysAt(schema: GenericSchema, path: Path): readonly string[] {
  let level = shapes(schema);
  for (const key of path) {
    level = level.flatMap(({ entries, item, value }) => {
      const next = typeof key === "number" ? item : (entries?.[key] ?? value);
      return next ? shapes(next) : [];
    });
  }
  return [...new Set(level.flatMap(({ entries }) => Object.keys(entries ?? {})))];
}
