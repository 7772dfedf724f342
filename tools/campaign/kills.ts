/**
 * `npm run campaign:kills -- [--kills N] [--chains N]`: a station whose files are on a real disk is killed by SIGKILL in
 * the middle of what it does, and started again, time and again over the same files. What was begun is billed once, in the
 * same words however often it is told, and with the energy that was read.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { seededRandom } from "../../src/runtime/random.ts";
import { bundled } from "../bundled.ts";
import { drawFrom } from "./draw.ts";
import { bundledEnvironment } from "./station-kinds.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    chains: { type: "string", default: "2" },
  },
});
const wanted = Number(values.kills);
/** Deaths over the same files before these are looked at. */
const deathsEach = 10;
/** The reading of a running transaction is on the disk this often. */
const storedEveryMs = 31_000;

interface Told {
  readonly tMs: number;
  readonly kind: string;
  readonly event?: string;
  readonly uuid?: string;
  readonly energy_Wh_import?: { readonly total: number };
  readonly transaction_started?: { readonly meter_value?: { readonly energy_Wh_import: { readonly total: number } } };
  readonly transaction_finished?: { readonly meter_value?: { readonly energy_Wh_import: { readonly total: number } } };
}

interface Life {
  readonly lines: readonly Told[];
  readonly killed: boolean;
}

const station = await bundled(new URL("killed-station.ts", import.meta.url));
let kills = 0;
let transactions = 0;
let toldAgain = 0;
let wrong = 0;
const startedMs = performance.now();

async function live(folder: string, seed: number, life: number, how: readonly [string, number]): Promise<Life> {
  const child = spawn(process.execPath, [station, String(seed), String(life), how[0], String(how[1])], {
    cwd: folder,
    env: { ...process.env, ...bundledEnvironment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const timer = how[0] === "time" ? setTimeout(() => child.kill("SIGKILL"), how[1]) : undefined;
  const [out, [status, signal]] = await Promise.all([
    text(child.stdout),
    once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  clearTimeout(timer);
  if (signal === null && status !== 0) throw new Error(`seed ${seed}, life ${life}: ended with ${status}`);
  // The last line may be cut off in its middle.
  const lines = out.split("\n").slice(0, -1);
  return { lines: lines.map((line) => JSON.parse(line) as Told), killed: signal === "SIGKILL" };
}

async function chain(seed: number): Promise<void> {
  const draw = drawFrom(seededRandom(seed, "deaths"));
  const folder = mkdtempSync(join(tmpdir(), "kills-"));
  try {
    const lives: Life[] = [];
    for (let life = 1; life <= deathsEach; life++) {
      const how = draw.pick([
        ["effect", draw.integer(1, 900)],
        ["change", draw.integer(1, 14)],
        ["time", draw.integer(200, 2500)],
      ] as const);
      lives.push(await live(folder, seed, life, how));
    }
    lives.push(await live(folder, seed, deathsEach + 1, ["none", 0]));
    // One that was killed before it could tell anything proves nothing.
    kills += lives.filter(({ killed, lines }) => killed && lines.length > 0).length;
    judge(seed, lives);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function complain(seed: number, what: string): void {
  wrong++;
  process.stdout.write(`seed ${seed}: ${what}\n`);
}

const totalOf = (value: { readonly energy_Wh_import: { readonly total: number } } | undefined): number | undefined =>
  value?.energy_Wh_import.total;

function judge(seed: number, lives: readonly Life[]): void {
  const begun = new Map<string, { readonly life: number; readonly startWh: number }>();
  const bills = new Map<string, string[]>();
  for (const [life, { lines }] of lives.entries()) {
    for (const { tMs: _, ...line } of lines) {
      const { event, uuid = "" } = line;
      if (event === "TransactionStarted") {
        if (begun.has(uuid)) complain(seed, `${uuid} begun twice`);
        begun.set(uuid, { life, startWh: totalOf(line.transaction_started?.meter_value) ?? 0 });
      }
      if (event === "TransactionFinished") bills.set(uuid, [...(bills.get(uuid) ?? []), JSON.stringify(line)]);
    }
  }
  for (const [uuid, { life, startWh }] of begun) {
    transactions++;
    const told = bills.get(uuid) ?? [];
    if (told.length === 0) complain(seed, `${uuid}, begun in life ${life + 1}, was never billed`);
    if (new Set(told).size > 1) complain(seed, `${uuid} was billed differently: ${told.join(" and ")}`);
    toldAgain += Math.max(0, told.length - 1);
    const [bill] = told;
    const endWh =
      bill === undefined ? undefined : totalOf((JSON.parse(bill) as Told).transaction_finished?.meter_value);
    if (endWh === undefined) continue;
    const { lines } = lives[life] as Life;
    const from = lines.findIndex((line) => line.uuid === uuid && line.event === "TransactionStarted");
    const end = lines.findIndex(
      (line, index) => index > from && line.uuid === uuid && line.event === "TransactionFinished",
    );
    const during = lines.slice(from, end < 0 ? undefined : end).filter(({ kind }) => kind === "powermeter");
    const readings = during.map(({ tMs, energy_Wh_import }) => ({ tMs, Wh: energy_Wh_import?.total ?? 0 }));
    const lastMs = lines.at(-1)?.tMs ?? 0;
    const surelyStored = readings.filter(({ tMs }) => tMs < lastMs - storedEveryMs);
    const leastWh =
      end < 0
        ? Math.max(startWh, ...surelyStored.map(({ Wh }) => Wh))
        : Math.max(startWh, ...readings.map(({ Wh }) => Wh));
    const mostWh = Math.max(startWh, ...readings.map(({ Wh }) => Wh));
    if (endWh < leastWh - 1 || endWh > mostWh + 4) {
      complain(seed, `${uuid}: billed ${endWh} Wh, read ${leastWh} to ${mostWh} Wh`);
    }
  }
}

let next = Number(values.seed);
async function chains(): Promise<void> {
  while (kills < wanted) {
    await chain(next++);
    const tookS = (performance.now() - startedMs) / 1000;
    process.stderr.write(`${kills} of ${wanted} kills, ${(kills / tookS).toFixed(1)}/s, ${wrong} wrong\n`);
  }
}
await Promise.all(Array.from({ length: Number(values.chains) }, chains));
process.stdout.write(
  `${kills} processes killed, ${transactions} transactions begun, ${toldAgain} bills told once more in the same words, ` +
    `${wrong} wrong\n`,
);
process.exitCode = wrong === 0 ? 0 : 1;
