/**
 * `npm run campaign -- --seeds N --minutes M`: whole stations in virtual time, each seed a story in which people,
 * vehicles, the grid and bad luck do what they like, and after which a vehicle that behaves must be able to charge.
 *
 *     [--sessions N: until so many sessions have been begun, in as many seeds as it takes]
 *     [--days N: a station for N days, --vehicles-a-day N of them an EVSE, and what it holds in memory, instead]
 *     [--only STATION: that one for every seed; with --drawn: for those seeds that have it in the mix]
 *     [--from SEED] [--mood MOOD] [--workers N] [--out FOLDER] [--cells]
 *
 * What went wrong is told with its seed and written, shrunk, as a scenario that `evsed sim` runs. Exits 1 then.
 */
import type { ChildProcess } from "node:child_process";
import { fork, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { bundled } from "../bundled.ts";
import { allCells } from "./cells.ts";
import { moodNames } from "./mess.ts";
import { bundledEnvironment, stationKinds } from "./station-kinds.ts";
import type { Tally } from "./tally.ts";
import { emptyTally } from "./tally.ts";
import type { Found, Order, Report } from "./worker.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    sessions: { type: "string" },
    minutes: { type: "string", default: "60" },
    from: { type: "string", default: "1" },
    only: { type: "string" },
    drawn: { type: "boolean", default: false },
    mood: { type: "string" },
    workers: { type: "string", default: String(availableParallelism()) },
    days: { type: "string" },
    "vehicles-a-day": { type: "string", default: "24" },
    cells: { type: "boolean", default: false },
    out: { type: "string", default: "campaign-findings" },
  },
});
const fromSeed = Number(values.from);
const wantedSessions = Number(values.sessions ?? Number.POSITIVE_INFINITY);
const wantedSeeds = Number(values.seeds ?? (values.sessions === undefined ? 1000 : Number.POSITIVE_INFINITY));
const lastSeed = fromSeed + wantedSeeds - 1;
let endsAtMs = performance.now() + Number(values.minutes) * 60_000;
const only = values.only ?? null;
const { drawn } = values;
const mood = values.mood ?? null;
const numbers = [wantedSeeds, wantedSessions, Number(values.minutes), Number(values.workers)];
if (!numbers.every((number) => number > 0) || !Number.isSafeInteger(fromSeed)) usage("numbers");
if (only !== null && !stationKinds.some(({ name }) => name === only)) usage(`no station ${only}`);
if (drawn && only === null) usage("--drawn goes with --only");
if (mood !== null && !moodNames.includes(mood)) usage(`no mood ${mood}`);

function usage(why: string): never {
  const names = stationKinds.map(({ name }) => name).join("|");
  process.stderr.write(
    `${why}: --seeds N | --sessions N --minutes M [--from SEED] [--only ${names} [--drawn]] [--mood ${moodNames.join("|")}] [--workers N] [--out FOLDER]\n`,
  );
  process.exit(2);
}

/** Small enough that the last ones end together, large enough that nobody waits for orders. */
const seedsAtOnce = 20;
const progressMs = 2000;
/** What goes wrong time and again is shrunk this often; the rest is counted. */
const shrunkEach = 1;
/** A process that has not come back by then does not: a seed takes a second at most, or ten on a busy machine. */
const patienceMs = { seed: 120_000, shrink: 1_200_000 };
/** Whatever ends so many processes is no matter of seeds. */
const mostEnded = 50;

const startedMs = performance.now();
if (values.days !== undefined) {
  const args = [
    await bundled(new URL("days.ts", import.meta.url)),
    values.days,
    only ?? "ac",
    values["vehicles-a-day"],
  ];
  process.exit(
    spawnSync(process.execPath, args, { stdio: "inherit", env: { ...process.env, ...bundledEnvironment } }).status ?? 1,
  );
}
const worker = await bundled(new URL("worker.ts", import.meta.url));
const tallies = new Map<string, Tally>();
const cells = new Map<string, number>();
const wanted = allCells();
const foundBy = new Map<string, Found[]>();
const toShrink: Found[] = [];
/** Seeds of orders that ended their process, to be tried one by one. */
const suspects: number[] = [];
let nextSeed = fromSeed;
let seedsDone = 0;
let busy = 0;
let ended = 0;
let residentMb = { first: 0, most: 0 };

interface Busy {
  readonly child: ChildProcess;
  order: Order | null;
  sinceMs: number;
}
const workers = new Set<Busy>();

const signature = ({ kind, complaint }: Found): string => `${kind}: ${complaint.name}`;

function nextOrder(): Order | null {
  if (performance.now() >= endsAtMs) return null;
  const found = toShrink.shift();
  if (found !== undefined) return { type: "shrink", mood, ...found };
  const suspect = suspects.shift();
  if (suspect !== undefined) return { type: "run", from: suspect, to: suspect, only, drawn, mood };
  if (nextSeed > lastSeed || sum("sessions") >= wantedSessions) return null;
  const from = nextSeed;
  const to = Math.min(lastSeed, from + seedsAtOnce - 1);
  nextSeed = to + 1;
  return { type: "run", from, to, only, drawn, mood };
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
    const sum = tallies.get(kind) ?? emptyTally();
    for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += tally[key];
    tallies.set(kind, sum);
    seedsDone += tally.seeds;
  }
  const { first, most } = residentMb;
  residentMb = { first: first === 0 ? report.residentMb : first, most: Math.max(most, report.residentMb) };
  for (const [cell, count] of Object.entries(report.cells)) cells.set(cell, (cells.get(cell) ?? 0) + count);
  for (const found of report.found) if (note(found) <= shrunkEach) toShrink.push(found);
}

/** How often it has been found by now. */
function note(found: Found): number {
  const known = foundBy.get(signature(found)) ?? [];
  known.push(found);
  foundBy.set(signature(found), known);
  return known.length;
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
  const [done, wantedNumber, what] = Number.isFinite(wantedSessions)
    ? [sum("sessions"), wantedSessions, "sessions"]
    : [seedsDone, wantedSeeds, "seeds"];
  const text =
    `${done} of ${wantedNumber} ${what}, ${(done / tookS).toFixed(1)}/s, ` +
    `${Math.round(sum("virtualMs") / 1000 / tookS)} times real time, ${sum("kills")} kills, ` +
    `${reached()} of ${wanted.length} cells, ${wrong} wrong`;
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
}

const progressing = setInterval(progress, process.stderr.isTTY ? progressMs : 15 * progressMs);

function startWorker(): void {
  const child = fork(worker, { execArgv: ["--enable-source-maps"], env: { ...process.env, ...bundledEnvironment } });
  const one: Busy = { child, order: null, sinceMs: performance.now() };
  workers.add(one);
  busy++;
  child.on("message", (report: Report) => {
    if (report.type !== "idle") {
      // Of what is done nothing is tried again.
      one.order = null;
      hear(report);
      return;
    }
    one.order = nextOrder();
    one.sinceMs = performance.now();
    if (one.order === null) child.disconnect();
    else child.send(one.order);
  });
  child.on("exit", (status, signal) => {
    busy--;
    workers.delete(one);
    if (status !== 0 || one.order !== null) lost(one.order, `${status ?? signal}`);
    if (busy === 0) finish();
  });
}

/** A process that crashed or hung takes nothing with it but the seed that did it, which is found one by one. */
function lost(order: Order | null, how: string): void {
  ended++;
  process.exitCode = 1;
  const what = order === null ? "nothing" : order.type === "run" ? `seeds ${order.from} to ${order.to}` : "shrinking";
  say(`a worker ended with ${how} at ${what}`);
  if (order?.type === "run" && order.from < order.to) {
    for (let seed = order.from; seed <= order.to; seed++) suspects.push(seed);
  } else if (order?.type === "run") {
    const complaint = { name: "worker_ended", module: "evsed", tMs: 0, detail: how };
    note({ seed: order.from, kind: only ?? "station", complaint });
  }
  if (ended < mostEnded && performance.now() < endsAtMs) startWorker();
}

function watchWorkers(): void {
  for (const { child, order, sinceMs } of workers) {
    if (order === null) continue;
    const seeds = order.type === "run" ? order.to - order.from + 1 : 0;
    const mostMs = order.type === "run" ? seeds * patienceMs.seed : patienceMs.shrink;
    if (performance.now() - sinceMs > mostMs) child.kill("SIGKILL");
  }
}

const watching = setInterval(watchWorkers, 5000);
// What runs is finished, and the summary is told.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => (endsAtMs = performance.now()));

function finish(): void {
  clearInterval(progressing);
  clearInterval(watching);
  progress();
  if (process.stderr.isTTY) process.stderr.write("\n");
  const tookS = (performance.now() - startedMs) / 1000;
  for (const [kind, { seeds, sessions, kills, latched, virtualMs, cpuMs }] of [...tallies].sort()) {
    const meanS = (virtualMs / 1000 / seeds).toFixed(0);
    const rate = ((sessions / cpuMs) * 1000).toFixed(1);
    say(
      `${kind}: ${seeds} seeds of ${meanS} s, ${(cpuMs / seeds).toFixed(0)} ms of a processor each, ${sessions} sessions, ${rate} a second of a processor, ${kills} kills, ${latched} ended with a latched error`,
    );
  }
  const cpuS = sum("cpuMs") / 1000;
  const sessions = sum("sessions");
  const virtualS = sum("virtualMs") / 1000;
  say(
    `${sessions} sessions in ${seedsDone} seeds from ${fromSeed} on, ${sum("kills")} deaths, ${(virtualS / 3600).toFixed(0)} virtual hours; ${tookS.toFixed(0)} s with ${values.workers} processes, ${(sessions / tookS).toFixed(1)} sessions a second, ${(virtualS / cpuS).toFixed(0)} times real time on a processor`,
  );
  say(
    `a session has ${(sum("pointMs") / 1000 / sessions).toFixed(0)} virtual seconds of its charging point, for ${(sum("sessionMs") / 1000 / sessions).toFixed(0)} of which it is open`,
  );
  say(
    `a process held ${residentMb.first.toFixed(0)} MB after its first seeds, and ${residentMb.most.toFixed(0)} MB at most`,
  );
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
  else say(ended > 0 ? `nothing went wrong but ${ended} processes` : "nothing went wrong");
}

for (let n = 0; n < Number(values.workers); n++) startWorker();
