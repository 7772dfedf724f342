/** How a log line looks to whoever reads it: JSON for programs, words for people, with a priority for the journal. */
import { fstatSync } from "node:fs";
import type { ChalkInstance } from "chalk";
import type { DestinationStream } from "pino";

export const logFormats = ["json", "pretty"] as const;
export type LogFormat = (typeof logFormats)[number];

/** Priorities of syslog(3), which sd-daemon(3) reads in front of each line. */
export const journalPriority = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 } as const;

interface LevelWords {
  readonly word: string;
  readonly priority: number;
}

/** By the numbers of pino. */
const levels: Readonly<Record<number, LevelWords>> = {
  20: { word: "debug", priority: journalPriority.debug },
  30: { word: "info", priority: journalPriority.info },
  40: { word: "warn", priority: journalPriority.warning },
  50: { word: "error", priority: journalPriority.error },
  60: { word: "fatal", priority: journalPriority.error },
};
const unknownLevel: LevelWords = { word: "", priority: journalPriority.info };

/** Whether a stream leads to the journal: systemd says which one does. */
export function isJournal(fd: 1 | 2, environment: NodeJS.ProcessEnv): boolean {
  if (environment.JOURNAL_STREAM === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd);
    return environment.JOURNAL_STREAM === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/** Each line of a text with its priority. */
export const withPriority = (text: string, priority: number): string => text.replace(/^(?=.)/gm, `<${priority}>`);

export interface LogReader {
  readonly format: LogFormat;
  /** The journal keeps time and level itself. */
  readonly journal: boolean;
  readonly chalk: ChalkInstance | null;
}

/** Turns the lines pino writes into what a reader wants, and passes them on. */
export function logsFor(reader: LogReader, write: (text: string) => void): DestinationStream {
  const { format, journal } = reader;
  return {
    write(line: string): void {
      if (format === "json" && !journal) {
        write(line);
        return;
      }
      const entry = JSON.parse(line) as LogEntry;
      const { priority } = levels[entry.level] ?? unknownLevel;
      const text = format === "json" ? line : `${prettyLine(entry, reader)}\n`;
      write(journal ? withPriority(text, priority) : text);
    },
  };
}

interface LogEntry {
  readonly level: number;
  readonly time: number;
  readonly component: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

function prettyLine({ level, time, component, msg, ...fields }: LogEntry, { journal, chalk }: LogReader): string {
  const told = Object.entries(fields).map(([name, value]) => ` ${dim(chalk, `${name}=`)}${valueText(value)}`);
  const text = `${component}: ${msg}${told.join("")}`;
  if (journal) return text;
  const { word } = levels[level] ?? unknownLevel;
  const at = new Date(time).toISOString().slice(11, 23);
  return `${dim(chalk, at)} ${toned(chalk, level, word.padEnd(5))} ${text}`;
}

/** Text of several lines, as of a stack, stays readable; what has spaces is quoted. */
function valueText(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  if (value.includes("\n")) return `\n${value.replace(/^/gm, "  ")}`;
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

const dim = (chalk: ChalkInstance | null, text: string): string => (chalk === null ? text : chalk.dim(text));

function toned(chalk: ChalkInstance | null, level: number, text: string): string {
  if (chalk === null || level < 40) return text;
  return level < 50 ? chalk.yellow(text) : chalk.redBright(text);
}
