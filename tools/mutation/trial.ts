/**
 * A process that runs tests against one change after the other: a file of tests and all it imports is one function, called
 * anew for each change, so that nothing of the change before is left.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";
import type { Body } from "./assertions.ts";
import { Assertions, runBody } from "./assertions.ts";

export interface Bundle {
  /** The test, as its author named it: absolute. */
  readonly source: string;
  /** The file of the bundle. */
  readonly code: string;
}

export interface TestPart {
  /** The index of the file of tests. */
  readonly file: number;
  /** The index of the test in the file. */
  readonly part: number;
}

export type Order =
  | { readonly kind: "load"; readonly bundles: readonly Bundle[]; readonly mutants: number }
  | { readonly kind: "survey"; readonly file: number }
  | { readonly kind: "try"; readonly attempts: readonly Attempt[] };

export interface Attempt {
  readonly mutant: number;
  readonly parts: readonly TestPart[];
}

export type Answer =
  | { readonly kind: "loaded" }
  /** What each test of the file took and which changes it came by; `atLoad` what the imports alone came by. */
  | { readonly kind: "surveyed"; readonly parts: readonly SurveyedPart[]; readonly atLoad: readonly number[] }
  /** The test that begins now, by its place in the attempt. */
  | { readonly kind: "trying"; readonly mutant: number; readonly place: number }
  | { readonly kind: "tried"; readonly mutant: number; readonly killedBy: string | null };

export interface SurveyedPart {
  readonly name: string;
  readonly tookMs: number;
  readonly reached: readonly number[];
}

type Load = (
  require: (name: string) => unknown,
  module: { exports: unknown },
  exports: unknown,
  url: string,
  mutant: (number: number) => boolean,
) => void;

interface Test {
  readonly name: string;
  readonly body: Body;
}

const requireHere = createRequire(join(process.cwd(), "package.json"));
let bundles: readonly Bundle[] = [];
let reached = new Uint8Array(0);
const loads = new Map<number, Load>();

/** The tests of a file, with nothing changed but what the number says. */
function testsOf(file: number, inForce: number): Test[] {
  const bundle = bundles[file];
  if (bundle === undefined) throw new Error(`no file ${file}`);
  let load = loads.get(file);
  if (load === undefined) {
    const code = `(function (require, module, exports, __url, __mutant) {${readFileSync(bundle.code, "utf8")}\n})`;
    load = new Script(code, { filename: bundle.source }).runInThisContext() as Load;
    loads.set(file, load);
  }
  const tests: Test[] = [];
  const collecting = Object.assign(new Assertions(), {
    test: async (name: string, ...given: readonly unknown[]) => {
      tests.push({ name, body: given.at(-1) as Body });
    },
  });
  const required = (name: string): unknown => (name === "tap" ? collecting : requireHere(name));
  const marks = reached;
  const isInForce = (number: number): boolean => {
    marks[number] = 1;
    return number === inForce;
  };
  const module = { exports: {} };
  load(required, module, module.exports, pathToFileURL(bundle.source).href, isInForce);
  return tests;
}

function taken(): number[] {
  const numbers: number[] = [];
  for (const [number, mark] of reached.entries()) if (mark === 1) numbers.push(number);
  reached.fill(0);
  return numbers;
}

async function survey(file: number): Promise<Answer> {
  reached.fill(0);
  const tests = testsOf(file, -1);
  const atLoad = taken();
  const parts: SurveyedPart[] = [];
  for (const { name, body } of tests) {
    // Of the processor: what else the machine does is none of the test's.
    const start = process.cpuUsage();
    try {
      await runBody(body);
    } catch (error) {
      throw new Error(`${bundles[file]?.source}, ${name}: fails without any change`, { cause: error });
    }
    parts.push({ name, tookMs: process.cpuUsage(start).user / 1000, reached: taken() });
  }
  return { kind: "surveyed", parts, atLoad };
}

async function killedBy({ mutant, parts }: Attempt): Promise<string | null> {
  for (const file of new Set(parts.map((part) => part.file))) {
    const name = (bundles[file]?.source ?? "").replace(/^.*\/test\//, "test/");
    let tests: Test[];
    try {
      tests = testsOf(file, mutant);
    } catch {
      return `${name}: does not load`;
    }
    for (const { part } of parts.filter((one) => one.file === file)) {
      const test = tests[part];
      tell({ kind: "trying", mutant, place: parts.findIndex((one) => one.file === file && one.part === part) });
      try {
        if (test === undefined) throw new Error("there are fewer tests than there were");
        await runBody(test.body);
      } catch {
        return `${name}: ${test?.name}`;
      }
    }
  }
  return null;
}

function tell(answer: Answer): void {
  process.send?.(answer);
}

async function carryOut(order: Order): Promise<void> {
  switch (order.kind) {
    case "load":
      bundles = order.bundles;
      reached = new Uint8Array(order.mutants);
      loads.clear();
      tell({ kind: "loaded" });
      break;
    case "survey":
      tell(await survey(order.file));
      break;
    case "try":
      for (const attempt of order.attempts) {
        tell({ kind: "tried", mutant: attempt.mutant, killedBy: await killedBy(attempt) });
      }
  }
}

// A change can leave a promise behind that nobody waits for any more.
process.on("unhandledRejection", () => {});
process.on("message", (order: Order) => {
  carryOut(order).catch((error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  });
});
