import { closeSync, openSync, writeSync } from "node:fs";
import { UsageError } from "../core/errors.ts";

/**
 * A record of a run: a header with the configuration, then a line for every event a machine handled, with its number,
 * its time and the effects it caused. It is written behind the effects, never before them. Where the daemon died and
 * started anew there is a line as well. Files are not recorded: what was read from them stands in the events.
 */
export const recordVersion = 1;

export interface RecordHeader {
  readonly evsed: "record";
  readonly version: number;
  readonly configuration: unknown;
  readonly simulate: boolean;
}

export interface RecordedTurn {
  readonly n: number;
  readonly t: number;
  readonly to: string;
  readonly event: unknown;
  readonly effects: readonly unknown[];
}

export interface RecordedFate {
  readonly t: number;
  readonly daemon: "killed" | "restarted";
}

const flushAtCharacters = 64 * 1024;

export class Recorder {
  readonly #file: number;
  #buffer = "";

  /** Begins a new record at `path`. @throws UsageError when it cannot be written there. */
  constructor(path: string, header: Omit<RecordHeader, "evsed" | "version">) {
    try {
      this.#file = openSync(path, "w");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new UsageError("record", `--record ${path}: cannot be written (${code})`, error);
    }
    this.#add({ evsed: "record", version: recordVersion, ...header });
    this.flush();
  }

  turn(n: number, nowMs: number, to: string, event: unknown, effects: readonly unknown[]): void {
    this.#add({ n, t: nowMs, to, event, effects } satisfies RecordedTurn);
  }

  fate(nowMs: number, daemon: RecordedFate["daemon"]): void {
    this.#add({ t: nowMs, daemon } satisfies RecordedFate);
  }

  flush(): void {
    if (this.#buffer === "") return;
    writeSync(this.#file, this.#buffer);
    this.#buffer = "";
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }

  #add(line: object): void {
    this.#buffer += `${JSON.stringify(line)}\n`;
    if (this.#buffer.length >= flushAtCharacters) this.flush();
  }
}
