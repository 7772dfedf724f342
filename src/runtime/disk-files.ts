import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { Files } from "../../hal/files.ts";
import { readBounded } from "./input-file.ts";

/**
 * The disk. No package for atomic replacement is used here: those looked at end the process themselves when a signal
 * comes during a write, ahead of the way through the safe state, or leave the folder unsynchronised.
 */
export class DiskFiles implements Files {
  read(path: string): Uint8Array | undefined {
    return readBounded(path);
  }

  readInput(path: string): Uint8Array | undefined {
    return readBounded(path);
  }

  write(path: string, text: string, done: (error?: Error) => void): void {
    finish(writeSynchronised(path, text), done);
  }

  rename(from: string, to: string, done: (error?: Error) => void): void {
    finish(
      rename(from, to).then(() => synchroniseFolder(to)),
      done,
    );
  }
}

async function writeSynchronised(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await synchroniseFolder(path);
}

async function synchroniseFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function finish(work: Promise<void>, done: (error?: Error) => void): void {
  work.then(
    () => done(),
    (error: Error) => done(error),
  );
}
