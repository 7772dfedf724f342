import { spawnSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { constants, setPriority } from "node:os";

/** Any is before every thread that is not of the real-time kind. */
const realTimePriority = 10;
const patienceMs = 1000;

/**
 * Lets the calling thread, and no other of its process, run before whatever else wants a processor: as a real-time thread
 * (`chrt` of util-linux or BusyBox does it), or where that is missing or not permitted with the highest ordinary priority.
 * Who may not even have that runs as it is. Linux only; elsewhere nothing happens.
 */
export function firstInLine(): void {
  try {
    // Of the calling thread alone, on Linux; what is started from it begins with it too.
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch {}
  try {
    const threadId = readlinkSync("/proc/thread-self").split("/").at(-1) ?? "";
    spawnSync("chrt", ["-f", "-p", `${realTimePriority}`, threadId], { stdio: "ignore", timeout: patienceMs });
  } catch {}
}
