import { closeSync, openSync, writeSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { UsageError } from "../core/errors.ts";
import type { RecordedFate, RunDescription } from "./record-format.ts";
import { headerText, lineText, turnText } from "./record-format.ts";
import type { Station } from "./station.ts";

/** What hears a run. Both recorders write the same format. */
export interface RunRecorder {
  turn(n: number, nowMs: number, to: string, event: unknown, effects: readonly unknown[]): void;
  line(atMs: number, module: string, kind: string, fields: object): void;
}

export function recordRun(station: Station, recorder: RunRecorder): void {
  station.queue.listen((n, nowMs, to, event, effects) => recorder.turn(n, nowMs, to, event, effects));
  station.onLine(({ tMs, module, kind, fields }) => recorder.line(tMs, module, kind, fields));
}

/** Written in one piece, and compressed in one piece where the name of the record ends in `.gz`. */
export const blockCharacters = 64 * 1024;

export const isCompressed = (path: string): boolean => path.endsWith(".gz");

export const cannotBeWritten = (path: string, error: unknown): UsageError =>
  new UsageError("record", `--record ${path}: cannot be written (${(error as NodeJS.ErrnoException).code})`, error);

/** The recorder of a simulation: one file with everything in it, written at once, since nothing waits for virtual time. */
export class Recorder implements RunRecorder {
  readonly #file: number;
  readonly #compressed: boolean;
  #text = "";

  /** Begins a new record at `path`. @throws UsageError when it cannot be written there. */
  constructor(path: string, run: RunDescription) {
    this.#compressed = isCompressed(path);
    try {
      this.#file = openSync(path, "w");
    } catch (error) {
      throw cannotBeWritten(path, error);
    }
    this.#add(headerText(run, 0));
    this.flush();
  }

  turn(n: number, nowMs: number, to: string, event: unknown, effects: readonly unknown[]): void {
    this.#add(turnText(n, nowMs, to, event, effects));
  }

  line(atMs: number, module: string, kind: string, fields: object): void {
    this.#add(lineText(atMs, module, kind, fields));
  }

  fate(nowMs: number, daemon: RecordedFate["daemon"]): void {
    this.#add(`${JSON.stringify({ t: nowMs, daemon } satisfies RecordedFate)}\n`);
  }

  flush(): void {
    if (this.#text === "") return;
    const bytes = this.#compressed ? gzipSync(this.#text) : Buffer.from(this.#text);
    this.#text = "";
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }

  #add(text: string): void {
    this.#text += text;
    if (this.#text.length >= blockCharacters) this.flush();
  }
}
