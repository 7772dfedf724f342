import { closeSync, openSync, readSync } from "node:fs";

/** More than any file a station is configured with or keeps. */
export const largestFileBytes = 16 * 1024 * 1024;

/** Undefined when there is no such file. @throws when it cannot be read, is no file, or is larger than the bound. */
export function readBounded(path: string): Uint8Array | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const chunk = new Uint8Array(64 * 1024);
      const read = readSync(file, chunk);
      if (read === 0) return Buffer.concat(chunks, length);
      length += read;
      if (length > largestFileBytes) throw new RangeError(`${path}: larger than ${largestFileBytes} bytes`);
      chunks.push(chunk.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}
