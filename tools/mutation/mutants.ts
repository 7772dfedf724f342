/**
 * Every change of a source file at once: each stands beside the expression it replaces, behind its number, so that one
 * bundle holds them all and a run needs none of its own. `__mutant(n)` says whether change `n` is the one in force.
 */
import { SourceMap } from "node:module";
import type { AnyNode } from "acorn";
import { parse } from "acorn";
import { transformSync } from "esbuild";

export interface Mutant {
  /** Stays the same while the file does. */
  readonly id: string;
  /** Where it stands in what the author wrote. */
  readonly line: number;
  readonly text: string;
  readonly change: string;
}

export interface MutatedSource {
  readonly code: string;
  readonly mutants: readonly Mutant[];
}

type Child = readonly [role: string, node: AnyNode];

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

function childrenOf(node: AnyNode): Child[] {
  const children: Child[] = [];
  for (const [role, value] of Object.entries(node)) {
    if (Array.isArray(value)) children.push(...value.filter(isNode).map((child): Child => [role, child]));
    else if (isNode(value)) children.push([role, value]);
  }
  return children.sort(([, a], [, b]) => a.start - b.start);
}

const otherOperator: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "&&": "||",
  "||": "&&",
  "??": "&&",
  "+=": "-=",
  "-=": "+=",
  "++": "--",
  "--": "++",
  in: "!in",
};

const otherFunction: Readonly<Record<string, string>> = {
  min: "max",
  max: "min",
  some: "every",
  every: "some",
  floor: "ceil",
  ceil: "floor",
};

/** What is left of `list.filter(f)` is the list. */
const leavesList = new Set(["filter", "toSorted", "toReversed"]);

function isText(node: AnyNode): boolean {
  return node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string");
}

function isVocabulary(node: AnyNode): boolean {
  if (node.type !== "VariableDeclaration") return false;
  return node.declarations.every(
    ({ init }) => init?.type === "ArrayExpression" && init.elements.every((word) => word !== null && isText(word)),
  );
}

class Mutator {
  readonly mutants: { readonly start: number; readonly from: string; readonly to: string }[] = [];
  readonly #code: string;
  readonly #first: number;

  constructor(code: string, first: number) {
    this.#code = code;
    this.#first = first;
  }

  #text(node: { readonly start: number; readonly end: number }): string {
    return this.#code.slice(node.start, node.end);
  }

  /** The number of a new change, as the condition that it is in force. */
  #condition(node: AnyNode, to: string): string {
    this.mutants.push({ start: node.start, from: this.#text(node), to });
    return `__mutant(${this.#first + this.mutants.length - 1})`;
  }

  /** What may stand in place of an expression. */
  #replacements(node: AnyNode, role: string, parent: AnyNode): string[] {
    const text = (of: AnyNode): string => this.#text(of);
    switch (node.type) {
      case "BinaryExpression": {
        const { left, right, operator } = node;
        const other = otherOperator[operator];
        if (other === undefined || (operator === "+" && (isText(left) || isText(right)))) return [];
        return other === "!in" ? [`!(${text(node)})`] : [`(${text(left)}) ${other} (${text(right)})`];
      }
      case "LogicalExpression":
        return [`(${text(node.left)}) ${otherOperator[node.operator]} (${text(node.right)})`];
      case "UnaryExpression":
        return node.operator === "!" || node.operator === "-" ? [text(node.argument)] : [];
      case "AssignmentExpression": {
        const other = otherOperator[node.operator];
        return other === undefined ? [] : [`${text(node.left)} ${other} ${text(node.right)}`];
      }
      case "UpdateExpression":
        // A loop that counts the other way never ends, which anybody notices.
        return role === "update" ? [] : [text(node).replace(node.operator, otherOperator[node.operator] ?? "")];
      case "Literal":
        if (typeof node.value === "boolean") return [String(!node.value)];
        if (typeof node.value === "number") return [String(node.value + 1)];
        if (typeof node.value !== "string" || !this.#isSaid(role, parent)) return [];
        return [node.value === "" ? '"something"' : '""'];
      case "TemplateLiteral":
        return parent.type === "TaggedTemplateExpression" || !this.#isSaid(role, parent) ? [] : ['""'];
      case "ArrayExpression":
        return node.elements.length === 1 && node.elements[0]?.type !== "SpreadElement" ? ["[]"] : [];
      case "CallExpression": {
        const { callee } = node;
        if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier" || node.optional) return [];
        if (text(node).includes("?.")) return [];
        const { name } = callee.property;
        if (leavesList.has(name)) return [text(callee.object)];
        const other = otherFunction[name];
        const rest = this.#code.slice(callee.property.end, node.end);
        return other === undefined ? [] : [`${text(callee.object)}.${other}${rest}`];
      }
      default:
        return [];
    }
  }

  /** A word that means something by itself: one that is compared is changed with its comparison. */
  #isSaid(role: string, parent: AnyNode): boolean {
    if (parent.type === "BinaryExpression" && parent.operator.length === 3) return false;
    return parent.type !== "ArrayExpression" && role !== "source";
  }

  #inside(node: AnyNode, isThrown: boolean): string {
    let code = "";
    let from = node.start;
    const isPlainKey = "computed" in node && !node.computed;
    for (const [role, child] of childrenOf(node)) {
      if (isPlainKey && (role === "key" || role === "property")) continue;
      code += this.#code.slice(from, child.start) + this.#changed(child, role, node, isThrown);
      from = child.end;
    }
    return code + this.#code.slice(from, node.end);
  }

  #expression(node: AnyNode, role: string, parent: AnyNode, isThrown: boolean): string {
    let choices = "";
    if (role === "test" && (parent.type === "IfStatement" || parent.type === "ConditionalExpression")) {
      choices += `${this.#condition(node, "true")} ? true : ${this.#condition(node, "false")} ? false : `;
    } else if (role === "test" && (parent.type === "ForStatement" || parent.type === "WhileStatement")) {
      choices += `${this.#condition(node, "false")} ? false : `;
    }
    // What is undefined is written like that by now.
    const isVoid = parent.type === "UnaryExpression" && parent.operator === "void";
    for (const replacement of isVoid || (isThrown && isText(node)) ? [] : this.#replacements(node, role, parent)) {
      choices += `${this.#condition(node, replacement)} ? (${replacement}) : `;
    }
    const inside = this.#inside(node, isThrown);
    return choices === "" ? inside : `(${choices}${inside})`;
  }

  #changed(node: AnyNode, role: string, parent: AnyNode, isThrown: boolean): string {
    switch (node.type) {
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        return this.#text(node);
      case "ExportNamedDeclaration":
        // A list of words that a type is made of: a word less, and what says it is refused.
        if (!node.declaration || isVocabulary(node.declaration)) return this.#text(node);
        return this.#inside(node, isThrown);
      case "ThrowStatement":
        // A broken invariant: what it says is for nobody to read.
        return this.#inside(node, true);
      case "ExpressionStatement": {
        if (node.directive !== undefined) return this.#text(node);
        const left = this.#condition(node, "left out");
        return `{ if (!${left}) { ${this.#inside(node, isThrown)} } }`;
      }
      case "ReturnStatement": {
        if (node.argument !== null && node.argument !== undefined) return this.#inside(node, isThrown);
        return `{ if (!${this.#condition(node, "left out")}) return; }`;
      }
      case "SwitchCase": {
        if (!node.test) return this.#inside(node, isThrown);
        const never = this.#condition(node.test, "a case that never comes");
        const head = `case (${never} ? {} : ${this.#text(node.test)}):`;
        return (
          head + node.consequent.map((statement) => this.#changed(statement, "consequent", node, isThrown)).join("\n")
        );
      }
      case "Property": {
        // A state with one thing changed: that thing is left as it was.
        const isUpdate =
          parent.type === "ObjectExpression" && parent.properties.some((p) => p.type === "SpreadElement");
        const inside = node.shorthand ? this.#text(node) : this.#inside(node, isThrown);
        if (!isUpdate || node.kind !== "init") return inside;
        return `...(${this.#condition(node, "left as it was")} ? {} : { ${inside} })`;
      }
      case "SpreadElement": {
        if (parent.type !== "ArrayExpression") return this.#inside(node, isThrown);
        return `...(${this.#condition(node, "left out")} ? [] : ${this.#expression(node.argument, "argument", node, isThrown)})`;
      }
      case "CatchClause":
      case "FunctionDeclaration":
      case "ClassDeclaration":
      case "ClassBody":
      case "BlockStatement":
        return this.#inside(node, isThrown);
      default: {
        const isElement = parent.type === "ArrayExpression" && parent.elements.length > 1;
        if (!isElement) return this.#expression(node, role, parent, isThrown);
        const out = this.#condition(node, "left out");
        return `...(${out} ? [] : [${this.#expression(node, role, parent, isThrown)}])`;
      }
    }
  }

  program(root: AnyNode): string {
    return this.#code.slice(0, root.start) + this.#inside(root, false) + this.#code.slice(root.end);
  }
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 70 ? `${line.slice(0, 67)}...` : line;
}

/** `first`: the number of the file's first change. */
export function mutatedSource(source: string, first: number): MutatedSource {
  const { code, map } = transformSync(source, {
    loader: "ts",
    sourcemap: "external",
    target: "es2022",
    charset: "utf8",
  });
  const mutator = new Mutator(code, first);
  const lineStarts = [0];
  for (const { index } of code.matchAll(/\n/g)) lineStarts.push(index + 1);
  const mutated = mutator.program(parse(code, { ecmaVersion: 2022, sourceType: "module" }) as AnyNode);
  const places = new SourceMap(JSON.parse(map));
  const lines = source.split("\n");
  const mutants = mutator.mutants.map(({ start, from, to }): Mutant => {
    const row = lineStarts.findLastIndex((lineStart) => lineStart <= start);
    const entry = places.findEntry(row, start - (lineStarts[row] ?? 0));
    const [line, column] = "originalLine" in entry ? [entry.originalLine, entry.originalColumn] : [0, 0];
    const change = `${shortened(from)} -> ${shortened(to)}`;
    return {
      id: `${line + 1}:${column} ${start - (lineStarts[row] ?? 0)}+${from.length} ${change}`,
      line: line + 1,
      text: (lines[line] ?? "").trim(),
      change,
    };
  });
  return { code: mutated, mutants };
}
