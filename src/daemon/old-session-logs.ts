import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";

/** All that stands in the folder of a session; one that holds anything else is somebody's. */
const ours: ReadonlySet<string> = new Set(
  ["csv", "html", "record"].flatMap((ending) => [`eventlog.${ending}`, `incomplete-eventlog.${ending}`]),
);

/** Folders of sessions begin with the time of their start, so that their order is that of their names. */
const startTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z-/;

/** Removes the oldest session logs below `root` until `most` are left. @throws whatever the disk says. */
export async function removeOldSessionLogs(root: string, most: number, inUse: ReadonlySet<string>): Promise<void> {
  const entries = await readdir(root, { withFileTypes: true });
  const sessions = entries.filter((entry) => entry.isDirectory() && startTime.test(entry.name)).map(({ name }) => name);
  for (const name of sessions.toSorted().slice(0, Math.max(0, sessions.length - most))) {
    const folder = join(root, name);
    if (inUse.has(folder)) continue;
    const files = await readdir(folder);
    if (!files.every((file) => ours.has(file))) continue;
    for (const file of files) await rm(join(folder, file));
    await rmdir(folder);
  }
}
