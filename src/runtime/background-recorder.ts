import type { Log } from "../../hal/log.ts";
import type { Fault } from "../core/faults/fault.ts";
import { RecordFiles } from "./record-files.ts";
import type { RecordedLine, RunDescription } from "./record-format.ts";
import { headerText, lineText, statesText, turnText } from "./record-format.ts";
import type { RunRecorder } from "./recorder.ts";
import { blockCharacters, isCompressed } from "./recorder.ts";
import { StandingLines } from "./standing-lines.ts";

export interface BackgroundRecorderOptions {
  /** Asked for each file: the clock on the wall may have been set meanwhile. */
  readonly description: () => RunDescription;
  readonly path: string;
  /** Size of a file, and how many are kept. */
  readonly fileBytes: number;
  readonly files: number;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly wallTimeMs: () => number;
  /** The states of all machines now. */
  readonly states: () => Iterable<readonly [address: string, state: unknown]>;
}

/** How often what has happened is written down, and so what a crash may cost; larger pieces compress better. */
const writeEveryMs = 1000;
const writeCompressedEveryMs = 5000;
/** Written down in one go, in real milliseconds; then others have their turn. */
const sliceMs = 1;
const entriesBetweenLooks = 8;
/** What waits to be written down while the disk stands still, and what waits for the disk. */
const mostEntries = 10_000;
const mostWaitingCharacters = 1024 * 1024;
/** A record can be replayed from here on. */
const statesEveryMs = 60_000;
/** After the disk has refused, how soon it is tried again. */
const retryMs = 10_000;

/** What stands in a file aside: so long before the fault, and what came of it. */
const beforeFaultMs = 180_000;
const afterFaultMs = 10_000;
const asides = 8;
/** A fault of one type that comes and goes is written aside this often. */
const asideEveryMs = 600_000;

type Entry =
  | {
      readonly n: number;
      readonly t: number;
      readonly to: string;
      readonly event: unknown;
      readonly effects: readonly unknown[];
    }
  | { readonly t: number; readonly module: string; readonly kind: string; readonly fields: object }
  | {
      readonly t: number;
      readonly lost: number;
      readonly states: readonly (readonly [string, unknown])[];
      readonly standing: readonly RecordedLine[];
    };

/**
 * The recorder of a running station. In the turn of an event it keeps a reference and does nothing else; what is kept is
 * written down later, a little at a time, and reaches the disk in the background. When that cannot keep up, entries are
 * dropped: the record says how many, and begins anew with the states of all machines.
 */
export class BackgroundRecorder implements RunRecorder {
  readonly #options: BackgroundRecorderOptions;
  readonly #files: RecordFiles;
  readonly #writeEveryMs: number;
  #entries: Entry[] = [];
  #text = "";
  #lost = 0;
  #lostInAll = 0;
  #timer: NodeJS.Timeout | null = null;
  #statesAtMs = Number.NEGATIVE_INFINITY;
  #refusedAtMs = Number.NEGATIVE_INFINITY;
  #isRefused = false;
  readonly #standing = new StandingLines();
  readonly #asideAtMs = new Map<string, number>();
  readonly #asidesDue = new Map<NodeJS.Timeout, () => void>();

  /** Begins a new file at `path`; those that are there already go one place back. @throws UsageError */
  constructor(options: BackgroundRecorderOptions) {
    this.#options = options;
    this.#writeEveryMs = isCompressed(options.path) ? writeCompressedEveryMs : writeEveryMs;
    this.#files = new RecordFiles(options.path, { fileBytes: options.fileBytes, files: options.files, asides });
    this.#begin();
  }

  /** Entries that were dropped since the start. */
  get lost(): number {
    return this.#lostInAll;
  }

  turn(n: number, t: number, to: string, event: unknown, effects: readonly unknown[]): void {
    if (this.#hasRoom(t)) this.#entries.push({ n, t, to, event, effects });
  }

  line(t: number, module: string, kind: string, fields: object): void {
    this.#standing.hear(t, module, kind, fields);
    if (this.#hasRoom(t)) this.#entries.push({ t, module, kind, fields });
  }

  /** What led to this fault, and what comes of it, is kept in a file of its own. */
  fault({ type, sub_type, severity, origin }: Fault): void {
    if (severity === "Low") return;
    const key = `${origin.module_id} ${type} ${sub_type}`;
    const nowMs = this.#options.nowMs();
    if (nowMs - (this.#asideAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < asideEveryMs) return;
    this.#asideAtMs.set(key, nowMs);
    const stamp = new Date(this.#options.wallTimeMs()).toISOString().replace(/[-:]|\.\d+/g, "");
    const name = `fault-${stamp}-${plain(origin.module_id)}-${plain(type)}`;
    const write = (): void => {
      this.#asidesDue.delete(timer);
      this.#writeAll();
      this.#keepAside(name, nowMs - beforeFaultMs);
    };
    const timer = setTimeout(write, afterFaultMs).unref();
    this.#asidesDue.set(timer, write);
  }

  /** Resolves when everything that has happened so far is in the files, or the disk has refused it. */
  async flush(): Promise<void> {
    if (!this.#isRefused) {
      this.#writeAll();
      this.#between();
    }
    await this.#files.settled();
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writeAll();
    for (const [timer, write] of this.#asidesDue) {
      clearTimeout(timer);
      write();
    }
    await this.#files.close().catch((error: unknown) => this.#refused(error));
    if (this.#lostInAll > 0) this.#options.log.warn("record.incomplete", { lost: this.#lostInAll });
  }

  #hasRoom(t: number): boolean {
    if (this.#timer === null) this.#writeLater(this.#writeEveryMs);
    if (this.#entries.length >= mostEntries) {
      this.#lost++;
      this.#lostInAll++;
      return false;
    }
    if (this.#lost === 0) return true;
    // This event has left its trace in the states already: it is the last one that is missing.
    this.#lost++;
    this.#lostInAll++;
    this.#entries.push({ t, lost: this.#lost, states: [...this.#options.states()], standing: [...this.#standing] });
    this.#options.log.warn("record.dropped", { entries: this.#lost });
    this.#lost = 0;
    return false;
  }

  #writeLater(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#writeSome();
    }, delayMs);
    this.#timer.unref();
  }

  #writeSome(): void {
    if (this.#files.waitingCharacters > mostWaitingCharacters) {
      this.#writeLater(this.#writeEveryMs);
      return;
    }
    if (this.#isRefused && !this.#tryAgain()) return;
    const endMs = performance.now() + sliceMs;
    let written = 0;
    for (const entry of this.#entries) {
      this.#write(entry);
      written++;
      if (written % entriesBetweenLooks === 0 && performance.now() >= endMs) break;
    }
    this.#entries = written === this.#entries.length ? [] : this.#entries.slice(written);
    if (this.#entries.length > 0) {
      this.#writeLater(0);
      return;
    }
    this.#between();
  }

  #writeAll(): void {
    if (this.#isRefused) return;
    for (const entry of this.#entries) this.#write(entry);
    this.#entries = [];
    this.#give();
  }

  /** Everything that has happened is written down: the states of the machines are those after the last entry. */
  #between(): void {
    this.#give();
    if (this.#files.isFull) {
      this.#begin();
      return;
    }
    const nowMs = this.#options.nowMs();
    if (nowMs - this.#statesAtMs < statesEveryMs) return;
    this.#statesAtMs = nowMs;
    this.#text = statesText(nowMs, this.#options.states(), this.#standing);
    this.#give(nowMs);
  }

  #begin(): void {
    const nowMs = this.#options.nowMs();
    this.#statesAtMs = nowMs;
    const states = statesText(nowMs, this.#options.states(), this.#standing);
    this.#files
      .begin((file) => headerText(this.#options.description(), file) + states, nowMs)
      .catch((error: unknown) => this.#refused(error));
  }

  #write(entry: Entry): void {
    if ("lost" in entry) {
      const { t, lost, states, standing } = entry;
      this.#text += `${JSON.stringify({ t, lost })}\n${statesText(t, states, standing)}`;
    } else if ("n" in entry) this.#text += turnText(entry.n, entry.t, entry.to, entry.event, entry.effects);
    else this.#text += lineText(entry.t, entry.module, entry.kind, entry.fields);
    if (this.#text.length >= blockCharacters) this.#give();
  }

  #give(markMs?: number): void {
    if (this.#text === "") return;
    const text = this.#text;
    this.#text = "";
    this.#files.append(text, markMs).catch((error: unknown) => this.#refused(error));
  }

  #keepAside(name: string, sinceMs: number): void {
    const { log } = this.#options;
    this.#files
      .aside(name, sinceMs, (file) => headerText(this.#options.description(), file))
      .then(
        (path) => log.warn("record.fault_kept", { path }),
        (error: Error) => log.error("record.fault_not_kept", { name, error: error.message }),
      );
  }

  /** The file may end anywhere now: nothing is added to it any more. */
  #refused(error: unknown): void {
    if (this.#isRefused) return;
    this.#isRefused = true;
    this.#refusedAtMs = performance.now();
    this.#options.log.error("record.not_written", { path: this.#options.path, error: (error as Error).message });
  }

  /** A new file, which also lets the oldest one go: on a full disk that may help. */
  #tryAgain(): boolean {
    const leftMs = this.#refusedAtMs + retryMs - performance.now();
    if (leftMs > 0) {
      this.#writeLater(leftMs);
      return false;
    }
    const lost = this.#entries.length + this.#lost;
    this.#lostInAll += this.#entries.length;
    this.#entries = [];
    this.#lost = 0;
    this.#text = "";
    this.#isRefused = false;
    this.#options.log.warn("record.dropped", { entries: lost });
    this.#begin();
    return true;
  }
}

const plain = (text: string): string => text.replace(/[^A-Za-z0-9_]+/g, "_");
