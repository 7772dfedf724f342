/** How long this thread has waited for a processor that another program had. Linux only. */
import { openSync, readSync } from "node:fs";

const file = openSync(`/proc/self/task/${process.pid}/schedstat`, "r");
const buffer = Buffer.alloc(64);

/** Nanoseconds since the process began; the second of the numbers the scheduler keeps. */
export function processorWaitNs(): number {
  const length = readSync(file, buffer, 0, buffer.length, 0);
  return Number(buffer.toString("latin1", 0, length).split(" ")[1]);
}
