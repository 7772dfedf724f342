/** The interlock's thread, from its first line: an entry of its own, which loads nothing it does not need. */
import { parentPort, workerData } from "node:worker_threads";
import type { InterlockPlan } from "../../boards/charge-control-c/interlock/loop.ts";
import { runInterlock } from "../../boards/charge-control-c/interlock/loop.ts";
import { kernelFiles } from "../../boards/linux/attribute.ts";
import { broughtOut } from "../../boards/linux/gpio.ts";
import { linuxLines } from "../../boards/linux/lines.ts";
import { firstInLine } from "./first-in-line.ts";

const { root, data } = workerData as {
  readonly root: string;
  readonly data: { readonly plan: InterlockPlan; readonly buffer: SharedArrayBuffer };
};
firstInLine();
// The main thread has brought the lines out and configured them, with a package that cannot live in two threads.
const lines = linuxLines({ root, configure: broughtOut(root, kernelFiles) });
runInterlock(lines, data, (report) => parentPort?.postMessage(report));
