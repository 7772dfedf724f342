import type { Files } from "../../hal/files.ts";
import { readBounded } from "./input-file.ts";

/** What the disk holds of the change in which the power went. */
export type LastChange = "missing" | "torn" | "whole";

/** The files of a simulation: they live as long as this object. The power can be cut in the middle of any change. */
export class MemoryFiles implements Files {
  readonly #files = new Map<string, Uint8Array>();
  #changesLeft = Number.POSITIVE_INFINITY;
  #lastChange: LastChange = "torn";
  #whenCut: () => void = () => {};
  #refusing = false;

  /** The nth change from now, counted from 1, is the last; it and all later ones are never told to be done. */
  cutAt(nth: number, lastChange: LastChange = "torn", whenCut: () => void = () => {}): void {
    this.#changesLeft = nth - 1;
    this.#lastChange = lastChange;
    this.#whenCut = whenCut;
  }

  /** A disk that is full, or has become read-only: no change is made any more, and whoever wants one is told. */
  refuse(value: boolean): void {
    this.#refusing = value;
  }

  /** The power is back: what the disk holds is what it held when it went. */
  restore(): void {
    this.#changesLeft = Number.POSITIVE_INFINITY;
  }

  get isCut(): boolean {
    return this.#changesLeft < 0;
  }

  /** Paths in alphabetical order. */
  list(): string[] {
    return [...this.#files.keys()].sort();
  }

  /** Puts a file there as if somebody else had. */
  put(path: string, content: string | Uint8Array): void {
    this.#files.set(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  }

  text(path: string): string | undefined {
    const content = this.#files.get(path);
    return content === undefined ? undefined : new TextDecoder().decode(content);
  }

  read(path: string): Uint8Array | undefined {
    return this.#files.get(path);
  }

  readInput(path: string): Uint8Array | undefined {
    return this.#files.get(path) ?? readBounded(path);
  }

  write(path: string, text: string, done: (error?: Error) => void): void {
    this.#change(done, () => {
      const content = new TextEncoder().encode(text);
      if (this.isCut && this.#lastChange === "missing") return;
      const isTorn = this.isCut && this.#lastChange === "torn";
      this.#files.set(path, isTorn ? content.subarray(0, content.length / 2) : content);
      if (!this.isCut) done();
    });
  }

  rename(from: string, to: string, done: (error?: Error) => void): void {
    this.#change(done, () => {
      // A file system renames or it does not.
      if (this.isCut && this.#lastChange !== "whole") return;
      const content = this.#files.get(from);
      if (content === undefined) {
        done(Object.assign(new Error(`${from}: no such file`), { code: "ENOENT" }));
        return;
      }
      this.#files.delete(from);
      this.#files.set(to, content);
      if (!this.isCut) done();
    });
  }

  #change(done: (error?: Error) => void, make: () => void): void {
    if (this.isCut) return;
    if (this.#refusing) {
      done(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }));
      return;
    }
    this.#changesLeft -= 1;
    make();
    if (this.isCut) this.#whenCut();
  }
}
