import { readFileSync } from "node:fs";
import type { PilotConversion } from "../../boards/charge-control-c/pilot-trace.ts";
import { PilotTrace } from "../../boards/charge-control-c/pilot-trace.ts";
import { printable, quote } from "../config/quote.ts";
import { whyUnreadable } from "../config/text-file.ts";
import { UsageError } from "../core/errors.ts";

const columns = ["t_us", "pos_raw", "neg_raw", "duty_percent", "driven"] as const;
type Column = (typeof columns)[number];

const mostCounts = 4095;

/** What each column may hold, as it is told where it does not. */
const rules: Readonly<Record<Column, { readonly allows: (value: number) => boolean; readonly words: string }>> = {
  t_us: { allows: (value) => value >= 0, words: "a time in microseconds" },
  pos_raw: { allows: isCount, words: `a whole number from 0 to ${mostCounts}` },
  neg_raw: { allows: isCount, words: `a whole number from 0 to ${mostCounts}` },
  duty_percent: { allows: (value) => value >= 0 && value <= 100, words: "a number from 0 to 100" },
  driven: { allows: (value) => value === 0 || value === 1, words: "0 or 1" },
};

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= mostCounts;
}

/** Prints what the pilot sampler of the Charge Control C makes of a trace; nothing at all of a bad one. */
export function cpTrace(path: string): void {
  const trace = new PilotTrace();
  const lines = conversions(path, readTrace(path)).flatMap((conversion) => trace.next(conversion));
  process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

function readTrace(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError("trace", printable(`${path}: ${whyUnreadable(error)}`));
  }
}

/** @throws UsageError with `FILE:LINE` of the first line that is wrong. */
function conversions(path: string, text: string): PilotConversion[] {
  const refuse = (line: number, message: string): UsageError =>
    new UsageError("trace", printable(`${path}:${line}: ${message}`));
  const [header = "", ...rows] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const names = header.split(",").map((name) => name.trim());
  for (const column of columns) {
    const count = names.filter((name) => name === column).length;
    if (count !== 1) throw refuse(1, `the header has ${count === 0 ? "no" : "more than one"} column ${quote(column)}`);
  }
  const place = (column: Column): number => names.indexOf(column);
  const places: Readonly<Record<Column, number>> = {
    t_us: place("t_us"),
    pos_raw: place("pos_raw"),
    neg_raw: place("neg_raw"),
    duty_percent: place("duty_percent"),
    driven: place("driven"),
  };
  let lastUs = 0;
  return rows.flatMap((row, index) => {
    const line = index + 2;
    if (row.trim() === "") return [];
    const fields = row.split(",");
    if (fields.length !== names.length) {
      throw refuse(line, `${fields.length} fields where the header has ${names.length} columns`);
    }
    const value = (column: Column): number => {
      const field = fields[places[column]]?.trim() ?? "";
      const found = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(field) ? Number(field) : Number.NaN;
      if (Number.isFinite(found) && rules[column].allows(found)) return found;
      throw refuse(line, `${column} is ${quote(field)} and not ${rules[column].words}`);
    };
    const timeUs = value("t_us");
    if (timeUs < lastUs) throw refuse(line, `t_us goes back from ${lastUs} to ${timeUs}`);
    lastUs = timeUs;
    return {
      timeUs,
      positiveRaw: value("pos_raw"),
      negativeRaw: value("neg_raw"),
      dutyPercent: value("duty_percent"),
      driven: value("driven") === 1,
    };
  });
}
