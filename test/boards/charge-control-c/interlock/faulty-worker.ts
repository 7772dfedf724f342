/** The interlock's thread as it is, over converters that hang or break once a file says so. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { InterlockPlan } from "../../../../boards/charge-control-c/interlock/loop.ts";
import { runInterlock } from "../../../../boards/charge-control-c/interlock/loop.ts";
import { kernelFiles } from "../../../../boards/linux/attribute.ts";
import { broughtOut } from "../../../../boards/linux/gpio.ts";
import { linuxLines } from "../../../../boards/linux/lines.ts";

const { root, data } = workerData as {
  readonly root: string;
  readonly data: { readonly plan: InterlockPlan; readonly buffer: SharedArrayBuffer };
};
const lines = linuxLines({ root, configure: broughtOut(root, kernelFiles) });
const faulty = {
  ...lines,
  adc: (device: string, channel: string) => {
    const adc = lines.adc(device, channel);
    return {
      readRaw(): number {
        if (existsSync(join(root, "hang"))) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
        if (existsSync(join(root, "throw"))) throw new TypeError("a defect of the program");
        return adc.readRaw();
      },
    };
  },
};
runInterlock(faulty, data, (report) => parentPort?.postMessage(report));
