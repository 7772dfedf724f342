/**
 * Changes every source file of the core one expression at a time and runs the core's tests against each change: whatever
 * nobody notices is a hole in the tests. The tables of the control pilot and of the charger are changed by cells in
 * `tools/mutate.ts`.
 *
 *     npm run mutate:source [-- FILE...] [--every N] [--jobs N] [--longest S] [--again] [--types] [--page]
 *
 * FILE: a part of a path, `iec61851` or `dc/isolation`. What was found out is kept in `.mutation/` and is not asked again
 * while the source stays as it is; `--again` asks again about those that survived, after a test was added. `--page` writes
 * `docs/mutation.md`.
 */
import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Plugin } from "esbuild";
import { build } from "esbuild";
import type { Mutant } from "./mutants.ts";
import { mutatedSource } from "./mutants.ts";
import { mutationPage } from "./mutation-page.ts";
import type { Answer, Bundle, Order, SurveyedPart, TestPart } from "./trial.ts";
import { refused } from "./type-check.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const kept = join(root, ".mutation");

export interface Source {
  /** From `src/core` on. */
  readonly name: string;
  readonly code: string;
  readonly hash: string;
  /** The number of the first change. */
  readonly first: number;
  readonly mutants: readonly Mutant[];
}

export type Outcome = "killed" | "survived" | "unreached";

interface Found {
  readonly source: string;
  readonly hash: string;
  /** Of the change. */
  readonly id: string;
  readonly outcome: Outcome;
  readonly by: string | null;
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file))
    .sort();
}

function readSources(): Source[] {
  let first = 0;
  return filesBelow("src/core", ".ts").map((path): Source => {
    const text = readFileSync(join(root, path), "utf8");
    const { code, mutants } = mutatedSource(text, first);
    const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
    const source = { name: relative("src/core", path), code, hash, first, mutants };
    first += mutants.length;
    return source;
  });
}

async function bundled(sources: readonly Source[], folder: string): Promise<Bundle[]> {
  const tests = filesBelow("test/core", ".test.ts");
  const changed: Plugin = {
    name: "changed",
    setup({ onLoad }) {
      onLoad({ filter: /\/src\/core\/.*\.ts$/ }, ({ path }) => {
        const source = sources.find(({ name }) => join(root, "src/core", name) === path);
        return source === undefined ? null : { contents: source.code, loader: "js" };
      });
    },
  };
  await build({
    absWorkingDir: root,
    entryPoints: ["tools/mutation/trial.ts"],
    outfile: join(folder, "trial.cjs"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
  });
  await build({
    absWorkingDir: root,
    entryPoints: tests,
    outbase: ".",
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    define: { "import.meta.url": "__url" },
    plugins: [changed],
    logLevel: "warning",
  });
  return tests.map((test) => ({ source: join(root, test), code: join(folder, test.replace(/\.ts$/, ".cjs")) }));
}

/** A process that tries changes, replaced by a new one when a change does not let it answer. */
class Trial {
  #child: ChildProcess | null = null;
  readonly #program: string;
  readonly #load: Order;

  constructor(program: string, load: Order) {
    this.#program = program;
    this.#load = load;
  }

  async #started(): Promise<ChildProcess> {
    if (this.#child !== null) return this.#child;
    const child = fork(this.#program, {
      // A change that makes something grow for ever ends soon.
      execArgv: ["--max-old-space-size=384"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      cwd: root,
    });
    this.#child = child;
    // A change that never ends would go on when this process is gone.
    process.once("exit", () => child.kill("SIGKILL"));
    child.send(this.#load);
    await once(child, "message");
    return child;
  }

  /** Gives each answer to `onAnswer`, which says how long to wait for the next one: null = that was the last. */
  async ask(order: Order, onAnswer: (answer: Answer) => number | null, patienceMs: number): Promise<void> {
    const child = await this.#started();
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve();
      };
      const end = (): void => {
        this.#child = null;
        settle();
      };
      const giveUp = (): void => {
        child.kill("SIGKILL");
        end();
      };
      const wait = (ms: number | null): void => {
        clearTimeout(timer);
        if (ms === null) settle();
        else timer = setTimeout(giveUp, ms);
      };
      child.on("message", (answer: Answer) => wait(onAnswer(answer)));
      child.once("exit", end);
      wait(patienceMs);
      child.send(order);
    });
  }

  stop(): void {
    this.#child?.kill("SIGKILL");
  }
}

interface Survey {
  readonly part: TestPart;
  readonly name: string;
  readonly tookMs: number;
}

/** Which tests come by a change, those of the same folder first, and the quick before the slow. */
class Coverage {
  readonly #tests: readonly Bundle[];
  readonly #byMutant = new Map<number, Survey[]>();

  constructor(tests: readonly Bundle[]) {
    this.#tests = tests;
  }

  add(file: number, parts: readonly SurveyedPart[], atLoad: readonly number[]): void {
    const always = new Set(atLoad);
    for (const [part, { name, tookMs, reached }] of parts.entries()) {
      const survey: Survey = { part: { file, part }, name, tookMs };
      for (const mutant of new Set([...always, ...reached])) {
        const surveys = this.#byMutant.get(mutant) ?? [];
        surveys.push(survey);
        this.#byMutant.set(mutant, surveys);
      }
    }
  }

  of(mutant: number, source: Source, longestMs: number): Survey[] {
    const folder = `/test/core/${source.name.replace(/[^/]*$/, "")}`;
    const name = `${folder}${source.name.replace(/^.*\//, "").replace(/\.ts$/, ".test.ts")}`;
    const distance = ({ part }: Survey): number => {
      const test = this.#tests[part.file]?.source ?? "";
      return test.endsWith(name) ? 0 : test.includes(folder) ? 1 : 2;
    };
    const surveys = (this.#byMutant.get(mutant) ?? []).filter(({ tookMs }) => tookMs <= longestMs);
    const fileMs = new Map<number, number>();
    for (const { part, tookMs } of surveys) fileMs.set(part.file, (fileMs.get(part.file) ?? 0) + tookMs);
    const cost = ({ part }: Survey): number => fileMs.get(part.file) ?? 0;
    return surveys.sort(
      (a, b) => distance(a) - distance(b) || cost(a) - cost(b) || a.part.file - b.part.file || a.tookMs - b.tookMs,
    );
  }
}

const keyOf = ({ source, hash, id }: Pick<Found, "source" | "hash" | "id">): string => `${source} ${hash} ${id}`;

const keyAt = ({ name, hash, mutants }: Source, index: number): string =>
  keyOf({ source: name, hash, id: mutants[index]?.id ?? "" });

/** What is known already; of two words on the same change the later one counts. */
function readFound(): Map<string, Found> {
  const path = join(kept, "found.jsonl");
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  const all = lines.filter((line) => line.endsWith("}")).map((line): Found => JSON.parse(line));
  return new Map(all.map((found) => [keyOf(found), found]));
}

function record(found: Map<string, Found>, result: Found): void {
  found.set(keyOf(result), result);
  appendFileSync(join(kept, "found.jsonl"), `${JSON.stringify(result)}\n`);
}

interface Options {
  readonly wanted: readonly string[];
  readonly every: number;
  readonly jobs: number;
  readonly longestMs: number;
  readonly again: boolean;
}

interface Place {
  readonly source: Source;
  readonly index: number;
}

const numberOf = ({ source, index }: Place): number => source.first + index;

/** What noticed a change that does not let the test end; a busy machine looks like that, so that it is asked again. */
const noEnd = "no end";

/** Changes tried in one go. */
const batch = 40;
/** A file of tests is there within this time, unless a change keeps it. */
const loadingMs = 10_000;

async function surveyed(trial: Trial, bundles: readonly Bundle[]): Promise<Coverage> {
  const coverage = new Coverage(bundles);
  for (const [file, { source }] of bundles.entries()) {
    let isGood = false;
    const add = (answer: Answer): null => {
      if (answer.kind !== "surveyed") return null;
      isGood = true;
      coverage.add(file, answer.parts, answer.atLoad);
      for (const { name, tookMs } of answer.parts) {
        if (tookMs > 1000) print(`${relative(root, source)}: ${name} takes ${(tookMs / 1000).toFixed(1)} s`);
      }
      return null;
    };
    await trial.ask({ kind: "survey", file }, add, 600_000);
    if (!isGood) throw new Error(`${relative(root, source)} fails without any change`);
  }
  return coverage;
}

async function tryAll(
  sources: readonly Source[],
  bundles: readonly Bundle[],
  folder: string,
  found: Map<string, Found>,
  { wanted, every, jobs, longestMs, again }: Options,
): Promise<void> {
  const mutants = sources.reduce((sum, source) => sum + source.mutants.length, 0);
  const trials = Array.from(
    { length: jobs },
    () => new Trial(join(folder, "trial.cjs"), { kind: "load", bundles, mutants }),
  );
  const [firstTrial] = trials;
  if (firstTrial === undefined) throw new Error("no jobs");
  const queue = sources
    .filter(({ name }) => wanted.length === 0 || wanted.some((part) => `src/core/${name}`.includes(part)))
    .flatMap((source) => source.mutants.map((_, index) => ({ source, index })))
    .filter(({ source, index }) => {
      const known = found.get(keyAt(source, index));
      return (
        (source.first + index) % every === 0 &&
        (known === undefined || (again && (known.outcome !== "killed" || known.by === noEnd)))
      );
    });
  const coverage = queue.length === 0 ? new Coverage(bundles) : await surveyed(firstTrial, bundles);
  let done = 0;
  const startMs = performance.now();
  const note = ({ source, index }: Place, outcome: Outcome, by: string | null): void => {
    const id = source.mutants[index]?.id ?? "";
    record(found, { source: source.name, hash: source.hash, id, outcome, by });
    done += 1;
    if (done % 250 > 0) return;
    const rate = done / ((performance.now() - startMs) / 1000);
    print(`${done} tried, ${queue.length} to go, ${rate.toFixed(1)}/s, at ${source.name}`);
  };
  const work = async (trial: Trial): Promise<void> => {
    for (let places = queue.splice(0, batch); places.length > 0; places = queue.splice(0, batch)) {
      const tests = new Map(
        places.map((place) => [numberOf(place), coverage.of(numberOf(place), place.source, longestMs)]),
      );
      const testsOf = (place: Place | undefined): Survey[] => (place && tests.get(numberOf(place))) ?? [];
      for (const place of places) if (testsOf(place).length === 0) note(place, "unreached", null);
      const left = places.filter((place) => testsOf(place).length > 0);
      while (left.length > 0) {
        const attempts = left.map((place) => ({
          mutant: numberOf(place),
          parts: testsOf(place).map(({ part }) => part),
        }));
        const next = (answer: Answer): number | null => {
          if (answer.kind === "trying") return 3000 + 40 * (testsOf(left[0])[answer.place]?.tookMs ?? 0);
          const place = left.shift();
          if (answer.kind !== "tried" || place === undefined || answer.mutant !== numberOf(place)) {
            throw new Error("answers out of order");
          }
          note(place, answer.killedBy === null ? "survived" : "killed", answer.killedBy);
          return left.length === 0 ? null : loadingMs;
        };
        await trial.ask({ kind: "try", attempts }, next, loadingMs);
        const endless = left.shift();
        if (endless !== undefined) note(endless, "killed", noEnd);
      }
    }
  };
  await Promise.all(trials.map(work));
  for (const trial of trials) trial.stop();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      every: { type: "string", default: "1" },
      jobs: { type: "string", default: "1" },
      longest: { type: "string", default: "30" },
      again: { type: "boolean", default: false },
      types: { type: "boolean", default: false },
      page: { type: "boolean", default: false },
    },
  });
  mkdirSync(kept, { recursive: true });
  process.setMaxListeners(0);
  const sources = readSources();
  const found = readFound();
  const folder = mkdtempSync(join(tmpdir(), "evsed-mutation-"));
  try {
    const bundles = await bundled(sources, folder);
    await tryAll(sources, bundles, folder, found, {
      wanted: positionals,
      every: Number(values.every),
      jobs: Number(values.jobs),
      longestMs: Number(values.longest) * 1000,
      again: values.again,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (values.types) {
    const suspects = sources.flatMap((source) =>
      source.mutants.flatMap((mutant, index) => {
        const outcome = found.get(keyAt(source, index))?.outcome;
        return outcome === undefined || outcome === "killed" ? [] : [{ source, mutant }];
      }),
    );
    const noticed = refused(root, suspects);
    print(`${noticed.length} of ${suspects.length} refused by the type checker`);
    for (const { source, mutant } of noticed) {
      const { name, hash } = source;
      record(found, { source: name, hash, id: mutant.id, outcome: "killed", by: "the type checker" });
    }
  }
  const outcomeOf = (source: Source, index: number): Outcome | null => found.get(keyAt(source, index))?.outcome ?? null;
  const { summary, page, unexplained } = mutationPage(sources, outcomeOf);
  print(summary);
  if (values.page) writeFileSync(join(root, "docs/mutation.md"), page);
  return unexplained > 0 ? 1 : 0;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main();
