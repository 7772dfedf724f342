/**
 * The files a module keeps. Writing is told apart from knowing that it is on the disk: `done` comes in a turn of its own,
 * once contents and folder are synchronised, and nobody waits in between. `error` says why it failed; the file is then
 * as it was, or, after a cut, possibly in pieces: `src/runtime/durable-file.ts` builds on that what survives any cut.
 */
export interface Files {
  /** A file of this daemon's own; undefined when there is none. @throws when it is there and cannot be read. */
  read(path: string): Uint8Array | undefined;
  /** A file that others write and this daemon only reads; the real one in simulation too. @throws as `read`. */
  readInput(path: string): Uint8Array | undefined;
  /** Makes or overwrites a file, and the folders above it. */
  write(path: string, text: string, done: (error?: Error) => void): void;
  /** In one step; a file that is there under the new name is replaced. */
  rename(from: string, to: string, done: (error?: Error) => void): void;
}
