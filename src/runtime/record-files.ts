import { closeSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { cannotBeWritten, isCompressed } from "./recorder.ts";

export interface RecordFilesOptions {
  /** A file that has grown to this is followed by another. */
  readonly fileBytes: number;
  /** So many files are kept, the one being written included; of this run and of those before it. */
  readonly files: number;
  /** So many copies are kept aside. */
  readonly asides: number;
}

/** An instant from which a record can be replayed, and where it stands. */
interface Mark {
  readonly tMs: number;
  readonly file: number;
  readonly offset: number;
}

/** Marks older than what anybody asks for are forgotten; this many cover it. */
const mostMarks = 64;
const copyBytes = 64 * 1024;
/** What the kernel holds back is on the disk this much later, at most. */
const synchroniseEveryMs = 10_000;

const compress = promisify(gzip);

/**
 * The files of a record: PATH is being written, PATH.1 came before it, and so on. All work is done one after the other
 * in the background; the disk may stand still without anybody waiting for it.
 */
export class RecordFiles {
  readonly #path: string;
  readonly #options: RecordFilesOptions;
  readonly #compressed: boolean;
  #handle: FileHandle | null = null;
  #file = -1;
  #bytes = 0;
  /** A piece of text may stand at the end of the file: nothing is added behind it. */
  #isBroken = false;
  #isBeginning = false;
  #synchronisedAtMs = 0;
  #work: Promise<void> = Promise.resolve();
  #waitingCharacters = 0;
  readonly #marks: Mark[] = [];

  /** Puts what is there already one place back. @throws UsageError when nothing can be written there. */
  constructor(path: string, options: RecordFilesOptions) {
    this.#path = path;
    this.#options = options;
    this.#compressed = isCompressed(path);
    try {
      const there = statSync(path, { throwIfNoEntry: false });
      // A folder or a device would be moved away as well.
      if (there !== undefined && !there.isFile()) throw Object.assign(new Error("no file"), { code: "no plain file" });
      for (const [from, to] of this.#moves()) moveNow(from, to);
      closeSync(openSync(path, "w"));
    } catch (error) {
      throw cannotBeWritten(path, error);
    }
  }

  /** Text that has been given and is not written yet. */
  get waitingCharacters(): number {
    return this.#waitingCharacters;
  }

  get isFull(): boolean {
    return !this.#isBeginning && this.#bytes >= this.#options.fileBytes;
  }

  /** Begins a file; `head` is what stands first in it, by its number. */
  begin(head: (file: number) => string, tMs: number): Promise<void> {
    this.#isBeginning = true;
    return this.#then(async () => {
      await this.#finish();
      // A disk that refuses again and again shall not cost what it holds already.
      if (this.#bytes > 0) for (const [from, to] of this.#moves()) await moved(from, to);
      if (this.#bytes > 0 || this.#file < 0) this.#file++;
      this.#bytes = 0;
      this.#isBeginning = false;
      this.#handle = await open(this.#path, "w");
      this.#isBroken = false;
      await this.#write(head(this.#file), tMs);
    });
  }

  /** `markMs`: a record can be replayed from the beginning of this text. */
  append(text: string, markMs?: number): Promise<void> {
    this.#waitingCharacters += text.length;
    return this.#then(async () => {
      try {
        await this.#write(text, markMs);
      } finally {
        this.#waitingCharacters -= text.length;
      }
    });
  }

  /** Copies what was recorded since `sinceMs`, or a little more, to PATH.NAME; `head` as for `begin`. */
  aside(name: string, sinceMs: number, head: (file: number) => string): Promise<string> {
    const ending = this.#compressed ? ".gz" : "";
    const to = `${this.#path.slice(0, this.#path.length - ending.length)}.${name}${ending}`;
    return this.#then(async () => {
      const mark = this.#marks.findLast(({ tMs }) => tMs <= sinceMs) ?? this.#marks[0];
      if (mark === undefined) throw new Error("nothing is recorded yet");
      const unfinished = `${to}.part`;
      const target = await open(unfinished, "w");
      try {
        if (mark.offset > 0) await target.write(await this.#bytesOf(head(mark.file)));
        for (let file = mark.file; file <= this.#file; file++) {
          await copyFrom(this.#pathOf(file), file === mark.file ? mark.offset : 0, target);
        }
        await target.datasync();
      } finally {
        await target.close();
      }
      await rename(unfinished, to);
      await this.#dropOldAsides(to);
      return to;
    });
  }

  /** Resolves once all that was asked for has been done or has failed. */
  settled(): Promise<void> {
    return this.#work;
  }

  close(): Promise<void> {
    return this.#then(() => this.#finish());
  }

  #pathOf(file: number): string {
    return file === this.#file ? this.#path : `${this.#path}.${this.#file - file}`;
  }

  /** From the oldest on, each to the place of the one before it; the oldest goes. */
  #moves(): (readonly [from: string, to: string | null])[] {
    const last = this.#options.files - 1;
    const at = (place: number): string => (place === 0 ? this.#path : `${this.#path}.${place}`);
    return Array.from({ length: this.#options.files }, (_, index) => {
      const place = last - index;
      return [at(place), place === last ? null : at(place + 1)] as const;
    });
  }

  async #write(text: string, markMs: number | undefined): Promise<void> {
    const handle = this.#handle;
    if (handle === null || this.#isBroken) throw new Error("nothing can be added to the file");
    const bytes = await this.#bytesOf(text);
    const offset = this.#bytes;
    this.#isBroken = true;
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, written);
      written += bytesWritten;
      this.#bytes += bytesWritten;
    }
    this.#isBroken = false;
    if (markMs !== undefined) {
      this.#marks.push({ tMs: markMs, file: this.#file, offset });
      if (this.#marks.length > mostMarks) this.#marks.shift();
    }
    if (performance.now() - this.#synchronisedAtMs < synchroniseEveryMs) return;
    await handle.datasync();
    this.#synchronisedAtMs = performance.now();
  }

  async #bytesOf(text: string): Promise<Uint8Array> {
    return this.#compressed ? compress(text) : Buffer.from(text);
  }

  async #finish(): Promise<void> {
    const handle = this.#handle;
    if (handle === null) return;
    this.#handle = null;
    try {
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  async #dropOldAsides(like: string): Promise<void> {
    const start = `${basename(this.#path.replace(/\.gz$/, ""))}.fault-`;
    const names = await readdir(dirname(like));
    const asides = names.filter((name) => name.startsWith(start) && !name.endsWith(".part")).sort();
    for (const name of asides.slice(0, -this.#options.asides)) await rm(join(dirname(like), name), { force: true });
  }

  #then<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#work.then(run);
    // Whoever asked hears of a failure; those behind go on.
    this.#work = done.then(
      () => {},
      () => {},
    );
    return done;
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

function moveNow(from: string, to: string | null): void {
  try {
    if (to === null) rmSync(from, { force: true });
    else renameSync(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

async function moved(from: string, to: string | null): Promise<void> {
  try {
    if (to === null) await rm(from, { force: true });
    else await rename(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

async function copyFrom(path: string, offset: number, target: FileHandle): Promise<void> {
  let source: FileHandle;
  try {
    source = await open(path, "r");
  } catch (error) {
    // It has been let go meanwhile.
    if (isMissing(error)) return;
    throw error;
  }
  try {
    const buffer = new Uint8Array(copyBytes);
    for (let from = offset; ; ) {
      const { bytesRead } = await source.read(buffer, 0, buffer.length, from);
      if (bytesRead === 0) return;
      await target.write(buffer, 0, bytesRead);
      from += bytesRead;
    }
  } finally {
    await source.close();
  }
}
