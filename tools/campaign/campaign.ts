/**
 * `npm run campaign -- --seeds N --minutes M`: whole stations in virtual time, each seed a session in which people,
 * vehicles, the grid and bad luck do what they like, and after which a vehicle that behaves must be able to charge.
 *
 *     [--days N: a station for N days, and what it holds in memory, instead]
 *     [--from SEED] [--only STATION] [--mood MOOD] [--workers N] [--out FOLDER] [--cells]
 *
 * What went wrong is told with its seed and written, shrunk, as a scenario that `evsed sim` runs. Exits 1 then.
 */
import { fork, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { bundled, bundledEnvironment } from "./bundle.ts";
import { allCells } from "./cells.ts";
import { moodNames } from "./mess.ts";
import { stationKinds } from "./station-kinds.ts";
import type { Found, Order, Report, Tally } from "./worker.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    minutes: { type: "string", default: "60" },
    from: { type: "string", default: "1" },
    only: { type: "string" },
    mood: { type: "string" },
    workers: { type: "string", default: String(availableParallelism()) },
    days: { type: "string" },
    cells: { type: "boolean", default: false },
    out: { type: "string", default: "campaign-findings" },
  },
});
const fromSeed = Number(values.from);
const lastSeed = fromSeed + Number(values.seeds) - 1;
const endsAtMs = performance.now() + Number(values.minutes) * 60_000;
const only = values.only ?? null;
const mood = values.mood ?? null;
if (!(lastSeed >= fromSeed) || !(Number(values.minutes) > 0) || !(Number(values.workers) >= 1)) usage("numbers");
if (only !== null && !stationKinds.some(({ name }) => name === only)) usage(`no station ${only}`);
if (mood !== null && !moodNames.includes(mood)) usage(`no mood ${mood}`);

function usage(why: string): never {
  const names = stationKinds.map(({ name }) => name).join("|");
  process.stderr.write(
    `${why}: --seeds N --minutes M [--from SEED] [--only ${names}] [--mood ${moodNames.join("|")}] [--workers N] [--out FOLDER]\n`,
  );
  process.exit(2);
}

/** Small enough that the last ones end together, large enough that nobody waits for orders. */
const seedsAtOnce = 20;
const progressMs = 2000;
/** What goes wrong time and again is shrunk this often; the rest is counted. */
const shrunkEach = 1;

const startedMs = performance.now();
if (values.days !== undefined) {
  const args = [await bundled("days"), values.days, only ?? "ac"];
  process.exit(
    spawnSync(process.execPath, args, { stdio: "inherit", env: { ...process.env, ...bundledEnvironment } }).status ?? 1,
  );
}
const worker = await bundled("worker");
const tallies = new Map<string, Tally>();
const cells = new Map<string, number>();
const wanted = allCells();
const foundBy = new Map<string, Found[]>();
const toShrink: Found[] = [];
let nextSeed = fromSeed;
let seedsDone = 0;
let busy = 0;

const signature = ({ kind, complaint }: Found): string => `${kind}: ${complaint.name}`;

function nextOrder(): Order | null {
  if (performance.now() >= endsAtMs) return null;
  const found = toShrink.shift();
  if (found !== undefined) return { type: "shrink", mood, ...found };
  if (nextSeed > lastSeed) return null;
  const from = nextSeed;
  const to = Math.min(lastSeed, from + seedsAtOnce - 1);
  nextSeed = to + 1;
  return { type: "run", from, to, only, mood };
}

function hear(report: Extract<Report, { type: "ran" | "shrunk" }>): void {
  if (report.type === "shrunk") {
    const { found, steps, scenario } = report;
    mkdirSync(values.out, { recursive: true });
    const path = join(values.out, `${found.kind}-${found.complaint.name}-${found.seed}.yaml`);
    writeFileSync(path, scenario);
    say(`${signature(found)}, seed ${found.seed}, shrunk to ${steps} steps: ${found.complaint.detail.split("\n")[0]}`);
    say(`  npx evsed sim tools/campaign/stations/${found.kind}.yaml --scenario ${relative(".", path)}`);
    return;
  }
  for (const [kind, tally] of Object.entries(report.tallies)) {
    const sum = tallies.get(kind) ?? { seeds: 0, sessions: 0, kills: 0, latched: 0, virtualMs: 0, cpuMs: 0 };
    for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += tally[key];
    tallies.set(kind, sum);
    seedsDone += tally.seeds;
  }
  for (const [cell, count] of Object.entries(report.cells)) cells.set(cell, (cells.get(cell) ?? 0) + count);
  for (const found of report.found) {
    const known = foundBy.get(signature(found)) ?? [];
    foundBy.set(signature(found), [...known, found]);
    if (known.length < shrunkEach) toShrink.push(found);
  }
}

function say(text: string): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  process.stdout.write(`${text}\n`);
}

const reached = (): number => wanted.filter((cell) => cells.has(cell)).length;
const sum = (key: keyof Tally): number => [...tallies.values()].reduce((total, tally) => total + tally[key], 0);

function progress(): void {
  const tookS = (performance.now() - startedMs) / 1000;
  const wrong = [...foundBy.values()].reduce((total, list) => total + list.length, 0);
  const text =
    `${seedsDone} of ${lastSeed - fromSeed + 1} seeds, ${(seedsDone / tookS).toFixed(1)}/s, ` +
    `${Math.round(sum("virtualMs") / 1000 / tookS)} times real time, ${sum("kills")} kills, ` +
    `${reached()} of ${wanted.length} cells, ${wrong} wrong`;
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
}

const progressing = setInterval(progress, process.stderr.isTTY ? progressMs : 15 * progressMs);

function startWorker(): void {
  const child = fork(worker, { execArgv: ["--enable-source-maps"], env: { ...process.env, ...bundledEnvironment } });
  busy++;
  child.on("message", (report: Report) => {
    if (report.type !== "idle") {
      hear(report);
      return;
    }
    const order = nextOrder();
    if (order === null) child.disconnect();
    else child.send(order);
  });
  child.on("exit", (status) => {
    busy--;
    if (status !== 0) {
      say(`a worker ended with ${status}`);
      process.exitCode = 1;
    }
    if (busy === 0) finish();
  });
}

function finish(): void {
  clearInterval(progressing);
  progress();
  if (process.stderr.isTTY) process.stderr.write("\n");
  const tookS = (performance.now() - startedMs) / 1000;
  for (const [kind, { seeds, sessions, kills, latched, virtualMs, cpuMs }] of [...tallies].sort()) {
    const meanS = (virtualMs / 1000 / seeds).toFixed(0);
    say(
      `${kind}: ${seeds} seeds of ${meanS} s, ${(cpuMs / seeds).toFixed(0)} ms of a processor each, ${sessions} sessions, ${kills} kills, ${latched} ended with a latched error`,
    );
  }
  const cpuS = sum("cpuMs") / 1000;
  say(`${seedsDone} seeds in ${tookS.toFixed(0)} s, ${(seedsDone / cpuS).toFixed(1)} per processor second`);
  const missed = values.cells ? wanted.filter((cell) => !cells.has(cell)) : [];
  say(
    `${reached()} of ${wanted.length} cells (state x event) reached${missed.length > 0 ? `, not: ${missed.join(", ")}` : ""}`,
  );
  const wrong = [...foundBy].sort(([, a], [, b]) => b.length - a.length);
  for (const [what, list] of wrong) {
    say(
      `${list.length} times ${what}, seeds ${list
        .slice(0, 8)
        .map(({ seed }) => seed)
        .join(", ")}`,
    );
  }
  if (wrong.length > 0) process.exitCode = 1;
  else say("nothing went wrong");
}

for (let n = 0; n < Number(values.workers); n++) startWorker();
