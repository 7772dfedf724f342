/**
 * `npm run fuzz [-- --minutes M] [--only PARSER] [--seed N]`: every parser in turn, fed with what is almost right, for M
 * minutes each (1 by default). Exit 1 when something that must hold did not: the smallest input that shows it is printed,
 * with the seed that finds it again.
 */
import { performance } from "node:perf_hooks";
import { inspect, parseArgs } from "node:util";
import fc from "fast-check";
import type { OpenParser, ParserFuzz } from "./parser-fuzz.ts";
import { withParser } from "./parser-fuzz.ts";
import { parsers } from "./parsers.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    only: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
const minutes = Number(values.minutes);
const firstSeed = Number(values.seed);
const chosen = parsers.filter(({ name }) => values.only === undefined || values.only.split(",").includes(name));
if (!(minutes >= 0) || !Number.isInteger(firstSeed) || chosen.length === 0) {
  process.stderr.write(`--minutes M, --seed N, --only ${parsers.map(({ name }) => name).join(",")}\n`);
  process.exit(2);
}

/** What one input may take of a processor; the largest ones take a tenth of it. */
const mostCpuMs = 5000;
const mostGrownMb = 200;
const runsAtOnce = 200;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const heapMb = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

async function runParser({ name, about }: ParserFuzz, parser: OpenParser): Promise<boolean> {
  const failures: string[] = [];
  let inputs = 0;
  let slowestMs = 0;
  const startedMs = performance.now();
  const timed = async (input: unknown): Promise<void> => {
    const beforeMs = cpuMs();
    inputs++;
    await parser.holds(input);
    const tookMs = cpuMs() - beforeMs;
    slowestMs = Math.max(slowestMs, tookMs);
    if (tookMs > mostCpuMs) throw new Error(`takes ${Math.round(tookMs)} ms`);
  };
  for (const [what, make] of Object.entries(parser.big)) {
    try {
      await timed(make());
    } catch (error) {
      failures.push(`${what}: ${inspect(error)}`);
    }
  }
  let beforeMb = heapMb();
  const endMs = performance.now() + minutes * 60_000;
  for (let seed = firstSeed; performance.now() < endMs && failures.length < 5; seed++) {
    const property = fc.asyncProperty(parser.inputs, timed);
    const result = await fc.check(property, {
      seed,
      numRuns: runsAtOnce,
      interruptAfterTimeLimit: endMs - performance.now() + 60_000,
    });
    if (seed === firstSeed) beforeMb = heapMb();
    if (!result.failed || result.counterexample === null) continue;
    const cause = inspect(result.errorInstance);
    const input = inspect(result.counterexample[0], { depth: 8, maxStringLength: 4000 });
    failures.push(`--only ${name} --seed ${seed}: ${cause}\n${input}`);
  }
  const grownMb = heapMb() - beforeMb;
  if (grownMb > mostGrownMb) failures.push(`memory grew by ${grownMb.toFixed(0)} MB`);
  const tookS = (performance.now() - startedMs) / 1000;
  process.stdout.write(
    `${name.padEnd(14)} ${String(inputs).padStart(8)} inputs in ${tookS.toFixed(0)} s, slowest ${slowestMs.toFixed(0)} ms, ` +
      `heap ${grownMb >= 0 ? "+" : ""}${grownMb.toFixed(0)} MB, ${failures.length === 0 ? "sound" : `${failures.length} FAILURES`}   (${about})\n`,
  );
  for (const failure of failures) process.stdout.write(`${failure}\n\n`);
  return failures.length === 0;
}

let isSound = true;
for (const fuzz of chosen) {
  if (!(await withParser(fuzz, (parser) => runParser(fuzz, parser)))) isSound = false;
}
// Stations in virtual time may have timers of their own.
process.exit(isSound ? 0 : 1);
