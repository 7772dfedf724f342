/**
 * Measures what the daemon has to hold: `npm run bench`. Speed is shown here, as ratios against something measured in
 * the same run, and never asserted in a test.
 */
import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import stringWidth from "string-width";
import { broker } from "./broker.ts";
import { ensureBundle } from "./bundle.ts";
import { connectors } from "./connectors.ts";
import { contactorOpen } from "./contactor-open.ts";
import { dcOverVoltage } from "./dc-over-voltage.ts";
import { dcSession } from "./dc-session.ts";
import { idleCpu } from "./idle-cpu.ts";
import { interlock, interlockBusy } from "./interlock.ts";
import { memory } from "./memory.ts";
import { modbusLine } from "./modbus-line.ts";
import { recorder } from "./recorder.ts";
import type { Figure, Measurement, Row } from "./row.ts";
import { holds, worstShare } from "./row.ts";
import { startUp } from "./start-up.ts";
import { virtualTime } from "./virtual-time.ts";
import { yetiLine } from "./yeti-line.ts";

const rows: readonly Row[] = [
  contactorOpen,
  interlock,
  interlockBusy,
  startUp,
  memory,
  virtualTime,
  dcOverVoltage,
  dcSession,
  connectors,
  broker,
  recorder,
  idleCpu,
  yetiLine,
  modbusLine,
];
/**
 * Another program on the machine, or another machine on the same processors, only ever makes a figure worse: what missed is
 * measured again when all rows have had their turn, minutes later, and the best attempt counts.
 */
const attempts = 5;
const output = new URL("../../bench.json", import.meta.url);

interface Result extends Measurement {
  readonly row: Row;
  readonly attempts: number;
}

const { check, only } = new Command("npm run bench --")
  .description("measures speed and memory, prints a table and writes bench.json")
  .option("--check", "exit with 1 when a figure misses its target")
  .addOption(
    new Option("--only <row>", "measure this row (repeatable)")
      .choices(rows.map((row) => row.name))
      .argParser((name: string, before: string[] = []) => [...before, name]),
  )
  .addHelpText("after", `\nRows:\n${rows.map((row) => `  ${row.name.padEnd(16)} ${row.description}`).join("\n")}`)
  .parse()
  .opts<{ check?: boolean; only?: string[] }>();

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

async function measure(row: Row, before?: Result): Promise<Result> {
  if (!process.stderr.isTTY) process.stderr.write(`${row.name}${before === undefined ? "" : ", once more"} …\n`);
  const now = await row.measure((text) => progress(`${row.name}: ${text}`));
  const best = before === undefined || worstShare(now) < worstShare(before) ? now : before;
  return { row, attempts: (before?.attempts ?? 0) + 1, figures: best.figures, details: best.details };
}

function number(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}

function cells({ row }: Result, figure: Figure): string[] {
  const { what, value, unit, target, comparedTo } = figure;
  const bound = "atMost" in target ? `≤ ${number(target.atMost)}` : `≥ ${number(target.atLeast)}`;
  return [row.name, what, `${number(value)} ${unit}`, `${bound} ${unit}`, holds(figure) ? "ok" : "miss", comparedTo];
}

function table(results: readonly Result[]): string {
  const lines = [
    ["row", "what", "figure", "target", "", "compared to"],
    ...results.flatMap((result) => result.figures.map((figure) => cells(result, figure))),
  ];
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => stringWidth(line[column] ?? ""))));
  const padded = (text: string, width: number): string => text + " ".repeat(width - stringWidth(text));
  return lines
    .map((line) =>
      line
        .map((text, column) => padded(text, widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

progress("bundle");
if (ensureBundle()) process.stderr.write("built dist/evsed.js\n");
const results: Result[] = [];
for (const row of rows) if (only === undefined || only.includes(row.name)) results.push(await measure(row));
for (let attempt = 2; attempt <= attempts; attempt++)
  for (const [index, result] of results.entries())
    if (worstShare(result) > 1) results[index] = await measure(result.row, result);
progress("");

for (const { row, details, attempts: tried } of results) {
  process.stdout.write(`${row.name}: ${row.description}${tried > 1 ? ` (best of ${tried} attempts)` : ""}\n`);
  process.stdout.write(`${details.map((line) => `  ${line}\n`).join("")}\n`);
}
process.stdout.write(`${table(results)}\n`);
const written = results.map(({ row, attempts: tried, figures }) => ({
  row: row.name,
  description: row.description,
  attempts: tried,
  figures: figures.map((figure) => ({ ...figure, ok: holds(figure) })),
}));
writeFileSync(output, `${JSON.stringify({ node: process.version, rows: written }, null, 2)}\n`);
if (check === true && results.some(({ figures }) => !figures.every(holds))) process.exitCode = 1;
