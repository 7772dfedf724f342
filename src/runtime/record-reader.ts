import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import type { Readable } from "node:stream";
import { constants, createGunzip, gunzipSync } from "node:zlib";
import { UsageError } from "../core/errors.ts";
import type {
  RecordEntry,
  RecordedGap,
  RecordedLine,
  RecordedStates,
  RecordedTurn,
  RecordHeader,
} from "./record-format.ts";
import { recordVersion } from "./record-format.ts";

export interface Place {
  readonly file: string;
  readonly line: number;
}

export type RecordItem =
  | { readonly kind: "header"; readonly at: Place; readonly header: RecordHeader }
  | { readonly kind: "entry"; readonly at: Place; readonly entry: RecordEntry }
  /** The file ends in the middle of a line, as after a crash. */
  | { readonly kind: "cut"; readonly at: Place };

const readErrors: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "is a directory, not a file",
  EACCES: "permission denied",
};

/** No line of a record is longer than this many characters. */
const longestLine = 64 * 1024 * 1024;

const damaged = ({ file, line }: Place, how: string, cause?: unknown): UsageError =>
  new UsageError("record", `${file}:${line}: ${how}`, cause);

/** Wall time and time of a run are times of day that can be written down: RFC 3339 has four digits for a year. */
const latestMs = Date.UTC(9999, 0);

/** Milliseconds since 1970 of a time in a record; NaN where it is none. */
export function recordedTimeMs(text: unknown): number {
  const ms = typeof text === "string" ? Date.parse(text) : Number.NaN;
  return Math.abs(ms) < latestMs ? ms : Number.NaN;
}

/**
 * What is made of an item of a record. @throws UsageError naming its place where it is not such as is written there: what
 * stands in the states and events of machines nobody checks beforehand.
 */
export function taken<T>(at: Place, take: () => T): T {
  try {
    return take();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw damaged(at, "damaged: nobody wrote it like that", error);
  }
}

/**
 * What stands in a record, in order: the files of the run that precede `path` first, where they are still there.
 * @throws UsageError naming file and line where it is damaged or no record.
 */
export async function* readRecord(path: string): AsyncGenerator<RecordItem> {
  let follows: RecordedTurn | undefined;
  for (const file of filesOfRun(path)) {
    for await (const item of readFile(file)) {
      if (item.kind === "entry" && isTurn(item.entry)) {
        checkOrder(item.at, follows, item.entry);
        follows = item.entry;
      } else if (item.kind === "entry" && isGap(item.entry)) follows = undefined;
      else if (item.kind === "header" && item.header.file === 0) follows = undefined;
      yield item;
    }
  }
}

export const isTurn = (entry: RecordEntry): entry is RecordedTurn => "n" in entry;
export const isLine = (entry: RecordEntry): entry is RecordedLine => "line" in entry;
export const isGap = (entry: RecordEntry): entry is RecordedGap => "lost" in entry;
export const isStates = (entry: RecordEntry): entry is RecordedStates => "states" in entry;

function checkOrder(at: Place, before: RecordedTurn | undefined, { n, t }: RecordedTurn): void {
  if (before === undefined) return;
  if (n !== before.n + 1) throw damaged(at, `damaged: event ${n} follows event ${before.n}`);
  if (t < before.t) throw damaged(at, `damaged: event ${n} happens before event ${before.n}`);
}

/** PATH.2, PATH.1, PATH for PATH; PATH.2, PATH.1 for PATH.1: as far as they are of one run. */
function filesOfRun(path: string): string[] {
  const [, base = path, number = "0"] = /^(.*)\.(\d+)$/.exec(path) ?? [];
  const start = (base === path ? [path, 0] : [base, Number(number)]) as readonly [string, number];
  const files = [path];
  let header = peekHeader(path);
  for (let place = start[1] + 1; header !== undefined && header.file > 0; place++) {
    const file = `${start[0]}.${place}`;
    const before = peekHeader(file);
    if (before === undefined || before.run !== header.run || before.file !== header.file - 1) break;
    files.unshift(file);
    header = before;
  }
  return files;
}

/** Run and number from the beginning of a file; undefined where that is none of a record. */
function peekHeader(path: string): Pick<RecordHeader, "run" | "file"> | undefined {
  let bytes: Uint8Array;
  try {
    bytes = firstBytes(path);
  } catch {
    return undefined;
  }
  const text = new TextDecoder().decode(isGzip(bytes) ? inflatedStart(bytes) : bytes);
  const found = /^\{"evsed":"record","version":\d+,"run":("[^"\\]*"),"file":(\d+),/.exec(text);
  return found === null ? undefined : { run: JSON.parse(found[1] as string) as string, file: Number(found[2]) };
}

const peekBytes = 64 * 1024;

function firstBytes(path: string): Uint8Array {
  const bytes = new Uint8Array(peekBytes);
  const file = openSync(path, "r");
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && (bytes.length === 1 || bytes[1] === 0x8b);

function inflatedStart(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array();
  }
}

async function* readFile(file: string): AsyncGenerator<RecordItem> {
  let line = 0;
  let hasHeader = false;
  let isEmpty = true;
  for await (const { text, isWhole } of linesOf(file)) {
    line++;
    isEmpty = false;
    const at = { file, line };
    const parsed = parse(text);
    if (!isWhole && parsed === undefined) {
      if (!hasHeader && !isStartOfHeader(text)) throw damaged(at, "not a record");
      yield { kind: "cut", at };
      return;
    }
    if (parsed === undefined) {
      throw damaged(at, `not a record${hasHeader ? " any more" : ""}: a line that is no JSON`);
    }
    if (!hasHeader || isHeader(parsed)) {
      hasHeader = true;
      yield { kind: "header", at, header: asHeader(at, parsed) };
    } else yield { kind: "entry", at, entry: asEntry(at, parsed) };
  }
  if (isEmpty) throw damaged({ file, line: 1 }, "not a record: the file is empty");
}

const headerStart = '{"evsed":"record",';
const isStartOfHeader = (text: string): boolean => text.startsWith(headerStart) || headerStart.startsWith(text);

/** Lines with their ends cut off; the last one may lack its own. */
async function* linesOf(path: string): AsyncGenerator<{ readonly text: string; readonly isWhole: boolean }> {
  let rest: string[] = [];
  let restLength = 0;
  let lines = 0;
  let isCompressed = false;
  try {
    isCompressed = isGzip(firstBytes(path));
    for await (const piece of textOf(path, isCompressed)) {
      const [first = "", ...parts] = piece.split("\n");
      rest.push(first);
      restLength += first.length;
      if (restLength > longestLine) throw new RangeError("a line without end");
      for (const part of parts) {
        const text = rest.join("");
        rest = [part];
        restLength = part.length;
        lines++;
        yield { text: text.endsWith("\r") ? text.slice(0, -1) : text, isWhole: true };
      }
    }
  } catch (error) {
    throw damaged({ file: path, line: lines + 1 }, whyUnreadable(error), error);
  }
  // What a power cut leaves behind the last line on some file systems.
  const text = rest.join("").replace(/\0+$/, "");
  const isCutInHeader = isCompressed && lines === 0;
  if (text !== "" || isCutInHeader || (restLength > 0 && lines > 0)) yield { text, isWhole: false };
}

function whyUnreadable(error: unknown): string {
  if (error instanceof RangeError) return `not a record: ${error.message}`;
  const code = String((error as NodeJS.ErrnoException).code);
  if (code.startsWith("Z_")) return `damaged: cannot be decompressed (${code})`;
  return readErrors[code] ?? `cannot be read (${code})`;
}

async function* textOf(path: string, isCompressed: boolean): AsyncGenerator<string> {
  const source = createReadStream(path);
  let stream: Readable = source;
  if (isCompressed) {
    // A cut is no error: what stands before it is read.
    const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
    source.on("error", (error) => gunzip.destroy(error));
    stream = source.pipe(gunzip);
  }
  stream.setEncoding("utf8");
  try {
    for await (const piece of stream) yield piece as string;
  } finally {
    stream.destroy();
    source.destroy();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isHeader = (entry: unknown): boolean => (entry as Partial<RecordHeader> | null)?.evsed === "record";

function asHeader(at: Place, entry: unknown): RecordHeader {
  const header = entry as Partial<RecordHeader> | null;
  if (header?.evsed !== "record") throw damaged(at, "not a record");
  if (header.version !== recordVersion) {
    throw damaged(at, `record version ${Number(header.version)}, this is version ${recordVersion}`);
  }
  const isWhole =
    typeof header.run === "string" &&
    typeof header.file === "number" &&
    !Number.isNaN(recordedTimeMs(header.startedAt));
  if (!isWhole) throw damaged(at, "damaged: not the header of a record");
  return header as RecordHeader;
}

function asEntry(at: Place, parsed: unknown): RecordEntry {
  const { t, n, to, event, effects, line, daemon, lost, states, standing } = (parsed ?? {}) as Record<string, unknown>;
  const isEntry =
    isTime(t) &&
    (line !== undefined
      ? isTold(line)
      : daemon !== undefined
        ? daemon === "killed" || daemon === "restarted"
        : lost !== undefined
          ? typeof lost === "number"
          : states !== undefined
            ? isObject(states) && Array.isArray(standing) && standing.every(isStanding)
            : typeof n === "number" && typeof to === "string" && isObject(event) && Array.isArray(effects));
  if (!isEntry) throw damaged(at, "not an event of a record");
  return parsed as RecordEntry;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
const isTime = (value: unknown): boolean => typeof value === "number" && Math.abs(value) < latestMs;
const isTold = (line: unknown): boolean =>
  isObject(line) && typeof line.kind === "string" && typeof line.module === "string";
const isStanding = (entry: unknown): boolean => isObject(entry) && isTime(entry.t) && isTold(entry.line);
