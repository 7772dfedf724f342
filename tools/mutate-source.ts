/**
 * Changes the machines of direct current and of the high-level communication one expression at a time, in a copy of the
 * sources, and runs the machine's own test against each: whatever nobody notices is a hole in the test. For machines
 * that have no table to change in place; those are `mutate.ts`.
 *
 *     npm run mutate:source -- TARGET... [--every N]
 *
 * A target is the name of a source file of `targets`. Each change costs a process: minutes for a small machine.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
/** A machine that never ends its test is not the machine any more. */
const patienceMs = 60_000;

interface Target {
  readonly source: string;
  readonly test: string;
  /** Only what stands in a line like this. */
  readonly lines?: RegExp;
}

const dc = (source: string, test = source): Target => ({
  source: `src/core/dc/${source}.ts`,
  test: `test/core/dc/${test}.test.ts`,
});
const hlc = (source: string): Target => ({
  source: `src/core/hlc/${source}.ts`,
  test: "test/core/hlc/high-level.test.ts",
});

const targets: Readonly<Record<string, Target>> = {
  "over-voltage": dc("over-voltage"),
  "over-voltage-limits": dc("over-voltage-limits", "over-voltage"),
  plausibility: dc("plausibility"),
  isolation: dc("isolation"),
  precharge: dc("precharge"),
  "cable-check": dc("cable-check"),
  "test-voltage": dc("test-voltage", "cable-check"),
  "charge-target": dc("charge-target"),
  "supply-control": dc("supply-control"),
  "isolation-watch": dc("isolation-watch", "dc-session"),
  "welding-check": dc("welding-check", "dc-session"),
  "fastest-source": dc("fastest-source", "dc-session"),
  "dc-session": dc("dc-session"),
  "dc-power": dc("dc-power", "dc-session"),
  "dc-preparation": dc("dc-preparation", "dc-session"),
  "dc-supervision": dc("dc-supervision", "dc-session"),
  "dc-target": dc("dc-target", "dc-session"),
  "dc-offer": dc("dc-offer", "dc-session"),
  "high-level": hlc("high-level"),
  identification: hlc("identification"),
  offer: hlc("offer"),
  "dc-words": hlc("dc-words"),
  "deadlines of a session": {
    source: "src/core/timing.ts",
    test: "test/core/dc/dc-session.test.ts",
    lines: /^ {2}(supplySampleGap|isolationSampleGap|isolationPause|weldingCheck|vehicleSilent|prechargeUnused)Ms:/,
  },
  "deadlines of the cable check": {
    source: "src/core/timing.ts",
    test: "test/core/dc/cable-check.test.ts",
    lines: /^ {2}cableCheck\w+Ms:/,
  },
};

/** Changes nobody can see, each with the reason: the target, the change, why. */
const unseen: readonly (readonly [target: string, change: RegExp, why: string])[] = [];

interface Change {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Where one thing stands in a line, what stands there instead; the first group is what is replaced. */
const others: readonly (readonly [what: RegExp, other: (found: string) => string])[] = [
  [/ (<) /g, () => "<="],
  [/ (<=) /g, () => "<"],
  [/ (>) /g, () => ">="],
  [/ (>=) /g, () => ">"],
  [/ (===) /g, () => "!=="],
  [/ (!==) /g, () => "==="],
  [/ (&&) /g, () => "||"],
  [/ (\|\|) /g, () => "&&"],
  [/ (\+) /g, () => "-"],
  [/ (-) /g, () => "+"],
  [/(?<![\w.$])([\d_]+(?:\.\d+)?(?:e-?\d+)?)(?![\w.])/g, (found) => `${Number(found.replaceAll("_", "")) + 1}`],
  [/\b(true)\b/g, () => "false"],
  [/\b(false)\b/g, () => "true"],
  [/\bif \((.+?)\) /g, () => "false"],
  [/^ +((?!return|const|let|case|throw|export)[\w.]+\(.*\);)$/g, () => ""],
];

/** What is no expression: comments, imports, and types, which nothing runs. */
const begins = /^(export )?(type|interface) |^import /;
const ends = /[;}]$/;

/** Comparisons the other way round or one further, numbers one more, flags inverted, calls and conditions left out. */
function changesOf(text: string, { lines = /./ }: Target): Change[] {
  const changes: Change[] = [];
  let from = 0;
  let isType = false;
  for (const [index, line] of text.split("\n").entries()) {
    const isEnd = ends.test(line) && !line.startsWith(" ");
    isType = isType || begins.test(line);
    const runs = !isType && !/^ *(\/?\*|\/\/)/.test(line) && !/^ *(readonly|\|) /.test(line) && lines.test(line);
    if (runs) {
      const code = line.replaceAll(/"[^"]*"/g, (quoted) => "~".repeat(quoted.length));
      for (const [what, other] of others) {
        for (const match of code.matchAll(what)) {
          const [whole, found = ""] = match;
          const at = match.index + whole.indexOf(found);
          const replacement = other(found);
          changes.push({
            name: `${index + 1}: ${line.trim()}: ${found} -> ${replacement === "" ? "left out" : replacement}`,
            from: from + at,
            to: from + at + found.length,
            text: replacement,
          });
        }
      }
    }
    if (isType && (isEnd || (begins.test(line) && ends.test(line)))) isType = false;
    from += line.length + 1;
  }
  return changes;
}

function passes(folder: string, test: string): boolean {
  const { status } = spawnSync(process.execPath, ["--import=tsx", test], {
    cwd: folder,
    stdio: "ignore",
    timeout: patienceMs,
  });
  return status === 0;
}

/** The number of changes that nobody noticed. */
function mutate(name: string, target: Target, folder: string, every: number): number {
  const path = join(folder, target.source);
  const before = readFileSync(path, "utf8");
  if (!passes(folder, target.test)) throw new Error(`${name} fails without any change`);
  const tried = changesOf(before, target).filter((_, index) => index % every === 0);
  let survived = 0;
  let equivalent = 0;
  for (const { name: change, from, to, text } of tried) {
    writeFileSync(path, `${before.slice(0, from)}${text}${before.slice(to)}`);
    if (!passes(folder, target.test)) continue;
    if (unseen.some(([where, what]) => where === name && what.test(change))) equivalent += 1;
    else {
      survived += 1;
      process.stdout.write(`survived  ${target.source}:${change}\n`);
    }
  }
  writeFileSync(path, before);
  const killed = tried.length - survived - equivalent;
  process.stdout.write(`${name}: ${tried.length} changes, ${killed} noticed, ${equivalent} equivalent\n`);
  return survived;
}

function main(): number {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { every: { type: "string" } } });
  const unknown = positionals.filter((name) => !(name in targets));
  if (positionals.length === 0 || unknown.length > 0) {
    process.stderr.write(`which target? ${Object.keys(targets).join(", ")}\n`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), "evsed-mutate-"));
  try {
    for (const part of ["package.json", "tsconfig.json", "src", "hal", "test/core", "test/spec"]) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const every = Number(values.every ?? 1);
    return positionals.reduce((sum, name) => sum + mutate(name, targets[name] as Target, folder, every), 0) > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = main();
