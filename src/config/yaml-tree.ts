/**
 * YAML text as a tree of values that know where they stand. Reading follows YAML 1.2 core: `true`/`false` are
 * booleans, `yes` and `on` are strings, what is quoted is a string, `<<` is an ordinary key.
 */
import type { CST, Node, ParsedNode } from "yaml";
import { Composer, isAlias, isMap, isScalar, isSeq, LineCounter, Parser } from "yaml";
import type { Finding, Position } from "./finding.ts";
import { mostTold } from "./finding.ts";
import { quote } from "./quote.ts";

export interface TreeScalar {
  readonly kind: "scalar";
  readonly at: Position;
  readonly value: string | number | boolean | null;
  /** Written as an integer; `16.0` is not. */
  readonly integer: boolean;
}

export interface TreeList {
  readonly kind: "list";
  readonly at: Position;
  readonly items: readonly Tree[];
}

export interface TreeEntry {
  readonly key: string;
  readonly at: Position;
  readonly value: Tree;
}

export interface TreeMap {
  readonly kind: "map";
  readonly at: Position;
  /** Keys are unique. */
  readonly entries: readonly TreeEntry[];
}

export type Tree = TreeScalar | TreeList | TreeMap;

export interface ParsedTree {
  /** Undefined when the text is empty or cannot be read at all. */
  readonly tree: Tree | undefined;
  readonly complaints: readonly Finding[];
}

/**
 * Deeper nesting than any configuration or scenario has. The composer recurses, and its patterns grow with the depth: some
 * hundred thousand opening braces end the process rather than throw.
 */
const deepest = 64;
/** Values after aliases have been followed; a few hundred bytes of nested aliases would be billions. */
const mostValues = 200_000;
/** What YAML calls an integer in its core schema. */
const integerText = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;

export function parseTree(file: string, text: string): ParsedTree {
  const lines = new LineCounter();
  const complaints: Finding[] = [];
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const complain = (at: Position, message: string): void => {
    complaints.push({ file: at.file, line: at.line, column: at.column, message });
  };

  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const tooDeep = offsetTooDeep(tokens);
  if (tooDeep !== undefined) {
    complain(positionOf(tooDeep), `nested more than ${deepest} levels deep`);
    return { tree: undefined, complaints };
  }
  // Unique keys are checked below: the library compares every key with every other one.
  const documents = withoutStackTraces(() => [
    ...new Composer({
      version: "1.2",
      schema: "core",
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter: lines,
    }).compose(tokens, true, text.length),
  ]);
  const problems = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  for (const [index, { pos, message }] of problems.slice(0, mostTold).entries()) {
    const untold = index === mostTold - 1 ? problems.length - mostTold : 0;
    const more = untold > 0 ? ` (and ${untold} more)` : "";
    complain(positionOf(pos[0]), message.replaceAll(/\s*\n\s*/g, " ") + more);
  }
  if (complaints.length > 0) return { tree: undefined, complaints };
  const [document, second] = documents;
  if (second) {
    complain(positionOf(second.range[0]), "a second YAML document; there can be only one");
    return { tree: undefined, complaints };
  }
  const contents = document?.contents as ParsedNode | null | undefined;
  if (!contents) return { tree: undefined, complaints };

  const anchors = new Map<string, { readonly tree: Tree; readonly size: number }>();
  let tooMany = false;

  const sized = (tree: Tree, size: number): { tree: Tree; size: number } => {
    if (size <= mostValues) return { tree, size };
    if (!tooMany) complain(tree.at, `more than ${mostValues} values when aliases are followed`);
    tooMany = true;
    return { tree: { kind: "scalar", at: tree.at, value: null, integer: false }, size: 1 };
  };

  const convert = (node: Node | null | undefined, fallback: Position): { tree: Tree; size: number } => {
    const nothing = (at: Position): { tree: Tree; size: number } => ({
      tree: { kind: "scalar", at, value: null, integer: false },
      size: 1,
    });
    if (!node) return nothing(fallback);
    const at = node.range ? positionOf(node.range[0]) : fallback;
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (!target) {
        complain(at, `alias *${node.source} refers to nothing before it`);
        return nothing(at);
      }
      return { tree: { ...target.tree, at }, size: target.size };
    }
    const converted = convertValue(node, at, fallback);
    if ("anchor" in node && typeof node.anchor === "string") anchors.set(node.anchor, converted);
    return converted;
  };

  const convertValue = (node: Node, at: Position, fallback: Position): { tree: Tree; size: number } => {
    if (isMap(node)) {
      const seen = new Map<string, Position>();
      const entries: TreeEntry[] = [];
      let size = 1;
      for (const pair of node.items) {
        const keyNode = pair.key as Node | null;
        const keyAt = keyNode?.range ? positionOf(keyNode.range[0]) : at;
        if (keyNode !== null && !isScalar(keyNode)) {
          complain(keyAt, "a key must be a plain name");
          continue;
        }
        const key = keyNode === null ? "" : String(keyNode.source ?? keyNode.value);
        const value = convert(pair.value as Node | null, keyAt);
        size += value.size;
        const first = seen.get(key);
        if (first) {
          complain(keyAt, `key ${quote(key)} is here twice; the first is on line ${first.line}`);
          continue;
        }
        seen.set(key, keyAt);
        entries.push({ key, at: keyAt, value: value.tree });
      }
      return sized({ kind: "map", at, entries }, size);
    }
    if (isSeq(node)) {
      let size = 1;
      const items: Tree[] = [];
      for (const item of node.items) {
        const { range } = (item ?? {}) as Partial<Node>;
        const value = convert(item as Node | null, range ? positionOf(range[0]) : at);
        size += value.size;
        items.push(value.tree);
      }
      return sized({ kind: "list", at, items }, size);
    }
    if (isScalar(node)) {
      const raw: unknown = node.value;
      const value = raw === null || typeof raw === "number" || typeof raw === "boolean" ? raw : String(raw);
      const source = node.source ?? "";
      return {
        tree: {
          kind: "scalar",
          // An empty value of a key has no place of its own: the key it is missing from has.
          at: value === null && source === "" ? fallback : at,
          value,
          integer: typeof value === "number" && integerText.test(source),
        },
        size: 1,
      };
    }
    complain(at, "not a value");
    return { tree: { kind: "scalar", at, value: null, integer: false }, size: 1 };
  };

  const { tree } = convert(contents, positionOf(0));
  return { tree, complaints };
}

/** A megabyte of quotes is half a million errors, and where in the library each was made takes ten times longer than it. */
function withoutStackTraces<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function offsetTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open: { token: CST.Token | null | undefined; depth: number }[] = [];
  for (const token of tokens) open.push({ token, depth: 0 });
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (!token) continue;
    if (depth > deepest) return token.offset;
    if (token.type === "document") open.push({ token: token.value, depth });
    if ("items" in token) {
      for (const item of token.items) {
        if ("key" in item) open.push({ token: item.key, depth: depth + 1 });
        open.push({ token: item.value, depth: depth + 1 });
      }
    }
  }
  return undefined;
}
