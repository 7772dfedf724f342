/**
 * Lines that have a number and no name: `gpiochip0/27` is line 27 of the chip that the character device `/dev/gpiochip0`
 * belongs to. The older files of the kernel number all lines in one row; the chip's place in it is found by the device that
 * both of its faces have.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Level } from "../../hal/digital-line.ts";
import type { Lines } from "../../hal/lines.ts";
import { DeviceError } from "../../src/core/errors.ts";
import { kernelFiles } from "./attribute.ts";
import type { GpioLine, LineMode } from "./gpio.ts";
import { openGpio } from "./gpio.ts";
import type { LinuxLinesOptions } from "./lines.ts";
import { kernelRoot } from "./lines.ts";

const numbered = /^(gpiochip\d+)\/(\d+)$/;

/** `lines`, and beside them those that are asked for by chip and number. */
export function withNumberedLines(lines: Lines, options: LinuxLinesOptions): Lines {
  const { configure, root = kernelRoot, files = kernelFiles } = options;
  const open = (name: string, mode: LineMode): GpioLine | undefined => {
    const [, chip, offset] = numbered.exec(name) ?? [];
    if (chip === undefined) return undefined;
    return openGpio({ root, files, configure }, { name, number: baseOf(root, chip) + Number(offset) }, mode);
  };
  return {
    ...lines,
    output: (name, initial: Level) => open(name, initial) ?? lines.output(name, initial),
    input: (name) => open(name, "in") ?? lines.input(name),
  };
}

/** @throws DeviceError when there is no such chip, or it cannot be told from another one. */
function baseOf(root: string, chip: string): number {
  const device = join(root, "bus/gpio/devices", chip);
  if (!existsSync(device)) throw new DeviceError("no_such_line", `there is no GPIO chip ${chip} below ${root}`);
  const owner = dirname(realpathSync(device));
  const folder = join(root, "class/gpio");
  const entries = existsSync(folder) ? readdirSync(folder) : [];
  const bases = entries.flatMap((entry) => {
    const link = join(folder, entry, "device");
    const isSame = /^gpiochip\d+$/.test(entry) && existsSync(link) && isFaceOf(realpathSync(link), owner, chip);
    return isSame ? [Number(readFileSync(join(folder, entry, "base"), "latin1"))] : [];
  });
  const [base] = bases;
  if (base !== undefined && bases.length === 1) return base;
  throw new DeviceError(
    "no_such_line",
    base === undefined
      ? `GPIO chip ${chip} has no lines in ${folder}`
      : `several GPIO chips share the device of ${chip}`,
  );
}

/** A chip without a device of its own is its own device. */
const isFaceOf = (target: string, owner: string, chip: string): boolean =>
  target === owner || (basename(target) === chip && dirname(target) === owner);
