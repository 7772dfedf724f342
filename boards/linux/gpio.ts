/**
 * Digital lines through the kernel's GPIO files. Numbers of lines depend on what else the kernel has found, so that a
 * line is looked up by its name: a chip carries its device tree node, which lists the names of its lines in order.
 *
 * Source: Charge Control C facts, section 9.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { InputLine, Level, OutputLine } from "../../hal/digital-line.ts";
import { DeviceError } from "../../src/core/errors.ts";
import type { FileAccess } from "./attribute.ts";
import { Attribute, readOnce, writeOnce } from "./attribute.ts";

/** What a line shall be. `high` and `low` make it an output that starts at that level. */
export type LineMode = "in" | Level;

/** How a line is brought out of the chip and configured, once; levels are read and written by file descriptor. */
export type ConfigureLine = (number: number, mode: LineMode) => void;

const bytes: Readonly<Record<Level, Uint8Array>> = { high: Buffer.from("1"), low: Buffer.from("0") };

/** Lines that were brought out and configured before, in another thread: what is left to do is to drive them. */
export const broughtOut =
  (root: string, files: FileAccess): ConfigureLine =>
  (number, mode) => {
    if (mode !== "in") writeOnce(files, join(root, `class/gpio/gpio${number}/value`), mode === "high" ? "1" : "0");
  };

/** Finds the number of each named line. Reads every chip once. */
export function findGpioLines(root: string): ReadonlyMap<string, number> {
  const folder = join(root, "class/gpio");
  const found = new Map<string, number>();
  for (const entry of existsSync(folder) ? readdirSync(folder).toSorted() : []) {
    const chip = join(folder, entry);
    const namesFile = join(chip, "device/of_node/gpio-line-names");
    if (!/^gpiochip\d+$/.test(entry) || !existsSync(namesFile)) continue;
    const base = Number(readFileSync(join(chip, "base"), "latin1"));
    // One name a line, each with a NUL behind it. Lines without a name have an empty one, those at the end may lack it.
    const names = readFileSync(namesFile, "latin1").split("\0");
    for (const [offset, name] of names.entries()) if (name !== "" && !found.has(name)) found.set(name, base + offset);
  }
  return found;
}

/** Opens a line and makes sure that it is what it shall be: the library that configures it does not tell what failed. */
export function openGpio(
  options: { readonly root: string; readonly files: FileAccess; readonly configure: ConfigureLine },
  line: { readonly name: string; readonly number: number },
  mode: LineMode,
): GpioLine {
  const { root, files, configure } = options;
  const folder = join(root, `class/gpio/gpio${line.number}`);
  try {
    configure(line.number, mode);
  } catch (error) {
    const { code = "EIO" } = error as NodeJS.ErrnoException;
    throw new DeviceError(code, `GPIO line ${line.name} (${line.number}) cannot be configured: ${code}`, error);
  }
  const expect = (attribute: string, wanted: string): void => {
    const found = readOnce(files, join(folder, attribute));
    if (found === wanted) return;
    throw new DeviceError(
      "gpio_configuration",
      `GPIO line ${line.name} (${line.number}): ${attribute} is "${found}" and not "${wanted}"; something else may hold it`,
    );
  };
  expect("direction", mode === "in" ? "in" : "out");
  expect("active_low", "0");
  if (mode !== "in") expect("value", mode === "high" ? "1" : "0");
  return new GpioLine(new Attribute(files, join(folder, "value"), mode === "in" ? "r" : "r+"));
}

export class GpioLine implements OutputLine, InputLine {
  readonly #value: Attribute;

  constructor(value: Attribute) {
    this.#value = value;
  }

  set(level: Level): void {
    this.#value.write(bytes[level]);
  }

  read(): Level {
    const value = this.#value.readInteger();
    if (value !== 0 && value !== 1) throw new DeviceError("garbage", `${this.#value.path}: no level: ${value}`);
    return value === 1 ? "high" : "low";
  }
}
