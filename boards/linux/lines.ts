/** The lines of a Linux machine, through the files of its kernel. */
import type { Lines } from "../../hal/lines.ts";
import { DeviceError } from "../../src/core/errors.ts";
import { openAdc } from "./adc.ts";
import type { FileAccess } from "./attribute.ts";
import { kernelFiles } from "./attribute.ts";
import type { ConfigureLine, GpioLine, LineMode } from "./gpio.ts";
import { findGpioLines, openGpio } from "./gpio.ts";
import { openPwm } from "./pwm.ts";

/** Where a Linux kernel shows its devices. */
export const kernelRoot = "/sys";

export interface LinuxLinesOptions {
  readonly configure: ConfigureLine;
  /** Where the kernel shows its devices. */
  readonly root?: string;
  readonly files?: FileAccess;
}

export function linuxLines({ configure, root = kernelRoot, files = kernelFiles }: LinuxLinesOptions): Lines {
  let numbers: ReadonlyMap<string, number> | undefined;
  const gpio = (name: string, mode: LineMode): GpioLine => {
    numbers ??= findGpioLines(root);
    const number = numbers.get(name);
    if (number === undefined) {
      throw new DeviceError("no_such_line", `no GPIO line is named "${name}" below ${root}/class/gpio`);
    }
    return openGpio({ root, files, configure }, { name, number }, mode);
  };
  return {
    output: (name, initial) => gpio(name, initial),
    input: (name) => gpio(name, "in"),
    pwm: (device, channel) => openPwm(root, files, device, channel),
    adc: (device, channel) => openAdc(root, files, device, channel),
  };
}
