import { createHash } from "node:crypto";
import type { Files } from "../../hal/files.ts";
import type { Log } from "../../hal/log.ts";

const magic = '{"evsed":"store","version":1,';
const digest = (body: string): string => createHash("sha256").update(body).digest("hex");
const framed = (body: string): string => `${magic}"sha256":"${digest(body)}"}\n${body}\n`;

/** The body, or undefined when anything in the file is not as it was written. */
function unframed(content: Uint8Array | undefined): string | undefined {
  if (content === undefined) return undefined;
  const text = new TextDecoder().decode(content);
  const body = text.slice(text.indexOf("\n") + 1, -1);
  return text === framed(body) ? body : undefined;
}

/** Ours, whole or damaged: its beginning, or nothing at all, which is what a cut leaves on some file systems. */
function isOwn(content: Uint8Array): boolean {
  if (content.every((byte) => byte === 0)) return true;
  return new TextDecoder().decode(content.subarray(0, magic.length)) === magic;
}

/**
 * One text that survives a cut at any instant: the last one that `save` reported done, or one saved since. Three files:
 * PATH, the one before it as PATH.old, and PATH.new while it is written. A new text goes to PATH.new, then PATH becomes
 * PATH.old, then PATH.new becomes PATH, each on the disk before the next. PATH that is missing or damaged makes PATH.old
 * count; a damaged PATH is kept as PATH.damaged.
 *
 * A file at PATH that somebody else wrote (a database of another system, say) is left untouched; PATH.evsed is used
 * instead, then and at every later start.
 */
export class DurableFile {
  readonly #files: Files;
  readonly #log: Log;
  readonly #configured: string;
  #path = "";
  #kept: "good" | "damaged" | "missing" = "missing";
  #writing = false;
  #next: { readonly body: () => string; readonly done: ((error?: Error) => void)[] } | null = null;

  constructor(files: Files, path: string, log: Log) {
    this.#files = files;
    this.#configured = path;
    this.#log = log;
  }

  /** The text last saved; undefined when there is none. To be called once, before anything is saved. */
  load(): string | undefined {
    this.#path = this.#choosePath();
    const content = this.#read(this.#path);
    const body = unframed(content);
    this.#kept = content === undefined ? "missing" : body === undefined ? "damaged" : "good";
    if (body !== undefined) return body;
    const previous = unframed(this.#read(`${this.#path}.old`));
    if (this.#kept === "damaged") {
      this.#log.error("store.damaged", { path: this.#path, used: previous === undefined ? "nothing" : "previous" });
    }
    return previous;
  }

  /**
   * Texts are saved one after the other. While one is on its way the newest waits, so that no more than two are ever
   * held; `body` is asked when its turn comes. `done` is called with the error when the disk refuses; the log has it then.
   */
  save(body: () => string, done: (error?: Error) => void): void {
    this.#next = { body, done: [...(this.#next?.done ?? []), done] };
    this.#writeNext();
  }

  #writeNext(): void {
    if (this.#writing || this.#next === null) return;
    const { body, done } = this.#next;
    this.#next = null;
    this.#writing = true;
    this.#replace(framed(body()), (error) => {
      if (error !== undefined) this.#log.error("store.not_written", { path: this.#path, error: error.message });
      this.#writing = false;
      for (const tell of done) tell(error);
      this.#writeNext();
    });
  }

  #replace(text: string, done: (error?: Error) => void): void {
    const fresh = `${this.#path}.new`;
    const kept = this.#kept;
    const then = (next: () => void) => (error?: Error) => (error === undefined ? next() : done(error));
    const put = (): void =>
      this.#files.rename(
        fresh,
        this.#path,
        then(() => {
          this.#kept = "good";
          done();
        }),
      );
    const keep = (): void => {
      if (kept === "missing") {
        put();
        return;
      }
      this.#files.rename(this.#path, `${this.#path}.${kept === "good" ? "old" : "damaged"}`, (error) => {
        // Where somebody took the file away meanwhile there is nothing to keep.
        const isGone = (error as NodeJS.ErrnoException | undefined)?.code === "ENOENT";
        if (error === undefined || isGone) this.#kept = "missing";
        if (isGone) put();
        else then(put)(error);
      });
    };
    this.#files.write(fresh, text, then(keep));
  }

  #choosePath(): string {
    const content = this.#read(this.#configured);
    const isUsable =
      content === undefined || isOwn(content) || unframed(this.#read(`${this.#configured}.old`)) !== undefined;
    if (isUsable) return this.#configured;
    const used = `${this.#configured}.evsed`;
    this.#log.error("store.other_format", { path: this.#configured, used });
    return used;
  }

  /** What cannot be read (a folder, a broken sector) is nothing we wrote, unless the file before it is. */
  #read(path: string): Uint8Array | undefined {
    try {
      return this.#files.read(path);
    } catch (error) {
      this.#log.error("store.not_readable", { path, error: (error as Error).message });
      return new Uint8Array([1]);
    }
  }
}
