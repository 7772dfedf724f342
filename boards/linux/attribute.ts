/** One attribute of the kernel's file system: a file kept open, read and written as a whole, from its beginning. */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { DeviceError } from "../../src/core/errors.ts";

/** Longer than any number the kernel gives. */
const longestBytes = 64;
const [zero, nine, minus, newline] = [0x30, 0x39, 0x2d, 0x0a];

/** Everything that touches a line goes through these four calls, so that a test can stand in for the kernel. */
export interface FileAccess {
  open(path: string, flags: "r" | "w" | "r+"): number;
  /** From the beginning of the file; answers how many bytes it read. */
  read(fd: number, into: Uint8Array): number;
  /** At the beginning of the file; answers how many bytes were taken. */
  write(fd: number, bytes: Uint8Array): number;
  close(fd: number): void;
}

export const kernelFiles: FileAccess = {
  open: (path, flags) => openSync(path, flags),
  read: (fd, into) => readSync(fd, into, 0, into.length, 0),
  write: (fd, bytes) => writeSync(fd, bytes, 0, bytes.length, 0),
  close: (fd) => closeSync(fd),
};

export class Attribute {
  readonly path: string;
  readonly #files: FileAccess;
  readonly #fd: number;
  readonly #buffer = Buffer.alloc(longestBytes);

  constructor(files: FileAccess, path: string, flags: "r" | "w" | "r+") {
    this.path = path;
    this.#files = files;
    this.#fd = attempt(path, "open", () => files.open(path, flags));
  }

  /** @throws DeviceError when what stands there is no whole number. */
  readInteger(): number {
    const length = this.#read();
    let at = this.#buffer[0] === minus ? 1 : 0;
    const first = at;
    let value = 0;
    for (; at < length; at++) {
      const byte = this.#buffer[at] as number;
      if (byte < zero || byte > nine) break;
      value = value * 10 + (byte - zero);
    }
    const ended = at === length || this.#buffer[at] === newline;
    if (at === first || !ended) throw this.#garbage(length);
    return first === 1 ? -value : value;
  }

  readText(): string {
    return firstLine(this.#buffer.toString("latin1", 0, this.#read()));
  }

  write(bytes: Uint8Array): void {
    let taken: number;
    try {
      taken = this.#files.write(this.#fd, bytes);
    } catch (error) {
      throw failure(this.path, "write", error);
    }
    if (taken !== bytes.length) throw new DeviceError("short_write", `${this.path}: ${taken} of ${bytes.length} bytes`);
  }

  /** A line of its own, so that in a plain file it ends before what an earlier and longer one left there. */
  writeText(text: string): void {
    this.write(Buffer.from(`${text}\n`, "latin1"));
  }

  close(): void {
    this.#files.close(this.#fd);
  }

  #read(): number {
    try {
      return this.#files.read(this.#fd, this.#buffer);
    } catch (error) {
      throw failure(this.path, "read", error);
    }
  }

  #garbage(length: number): DeviceError {
    const text = JSON.stringify(this.#buffer.toString("latin1", 0, length));
    return new DeviceError("garbage", `${this.path}: no number: ${text}`);
  }
}

/** Writes an attribute once. */
export function writeOnce(files: FileAccess, path: string, text: string): void {
  const attribute = new Attribute(files, path, "w");
  try {
    attribute.writeText(text);
  } finally {
    attribute.close();
  }
}

/** Reads an attribute once. */
export function readOnce(files: FileAccess, path: string): string {
  const attribute = new Attribute(files, path, "r");
  try {
    return attribute.readText();
  } finally {
    attribute.close();
  }
}

const firstLine = (text: string): string => text.split("\n", 1)[0]?.trim() ?? "";

function attempt<T>(path: string, what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw failure(path, what, error);
  }
}

function failure(path: string, what: string, error: unknown): DeviceError {
  const { code = "EIO" } = error as NodeJS.ErrnoException;
  return new DeviceError(code, `${path}: ${what} failed: ${code}`, error);
}
