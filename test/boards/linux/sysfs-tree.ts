/**
 * A tree of real files as the kernel of a Charge Control C shows its lines, and the little a kernel does when one of them
 * is written: exporting makes folders, and a value replaces the one before it.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { FileAccess } from "../../../boards/linux/attribute.ts";
import { kernelFiles } from "../../../boards/linux/attribute.ts";
import type { ConfigureLine } from "../../../boards/linux/gpio.ts";

/** Chips as they stand in the device tree: base, label, and names by offset. */
const chips: readonly (readonly [number, string, Readonly<Record<number, string>>])[] = [
  [0, "209c000.gpio", { 13: "CP_INVERT", 24: "ROTARY_SWITCH_1_8_N" }],
  [
    64,
    "20a4000.gpio",
    { 7: "MOTOR_1_DRIVER_IN1_N", 8: "MOTOR_1_DRIVER_IN2", 12: "RELAY_1_ENABLE", 13: "RELAY_2_ENABLE" },
  ],
  [96, "20a8000.gpio", { 26: "DIGITAL_IN_2" }],
  [
    128,
    "20ac000.gpio",
    { 2: "RELAY_2_SENSE", 3: "RELAY_1_SENSE", 10: "CP_POSITIVE_PEAK_RST", 11: "CP_NEGATIVE_PEAK_RST" },
  ],
];
const pwms = ["2084000.pwm", "20f8000.pwm", "20fc000.pwm"];
const adcChannels = ["voltage0", "voltage2", "voltage3", "voltage4", "voltage5"];

export interface SysfsTree {
  readonly root: string;
  readonly files: FileAccess;
  readonly configure: ConfigureLine;
  path(file: string): string;
  /** The name of a line by its number. */
  lineName(number: number): string;
  /** The platform device behind a PWM chip by its number. */
  pwmDevice(chip: number): string;
  /** What the kernel would show. */
  put(file: string, text: string): void;
  /** The first line of a file. */
  text(file: string): string;
  remove(): void;
}

/** `at`: the root of a tree that another process has made. */
export function sysfsTree(at?: string): SysfsTree {
  const root = at ?? mkdtempSync(join(tmpdir(), "sysfs-"));
  const path = (file: string): string => join(root, file);
  const put = (file: string, text: string): void => {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), text);
  };
  if (at === undefined) make(put, path);
  const files: FileAccess = {
    ...kernelFiles,
    open(file, flags) {
      // The folder is there as soon as the write to `export` returns, which is the next thing that happens.
      if (file.endsWith("/export")) exportPwm(dirname(file));
      return kernelFiles.open(file, flags);
    },
  };
  function exportPwm(chip: string): void {
    const own = join(chip, "pwm0");
    mkdirSync(own, { recursive: true });
    const values = { period: "0\n", duty_cycle: "0\n", enable: "0\n", polarity: "normal\n" };
    for (const [name, value] of Object.entries(values)) writeFileSync(join(own, name), value);
  }
  return {
    root,
    files,
    configure(number, mode) {
      const line = `class/gpio/gpio${number}`;
      const isOutput = mode !== "in";
      const before = existsSync(path(`${line}/value`)) ? readFileSync(path(`${line}/value`), "latin1") : "0\n";
      put(`${line}/direction`, isOutput ? "out\n" : "in\n");
      put(`${line}/active_low`, "0\n");
      put(`${line}/value`, isOutput ? (mode === "high" ? "1\n" : "0\n") : before);
    },
    lineName(number) {
      const [base, , names] = chips.findLast(([first]) => first <= number) ?? [0, "", {}];
      return names[number - base] ?? "";
    },
    pwmDevice: (chip) => pwms[chip / 2] ?? "",
    path,
    put,
    text: (file) => readFileSync(path(file), "latin1").split("\n", 1)[0] ?? "",
    remove: () => rmSync(root, { recursive: true }),
  };
}

function make(put: SysfsTree["put"], path: SysfsTree["path"]): void {
  for (const [base, label, names] of chips) {
    const list = Array.from({ length: 32 }, (_, offset) => names[offset] ?? "");
    const chip = `class/gpio/gpiochip${base}`;
    put(`${chip}/base`, `${base}\n`);
    put(`${chip}/label`, `${label}\n`);
    put(`${chip}/device/of_node/gpio-line-names`, `${list.join("\0")}\0`);
  }
  // Another chip that has no names, as those behind an expander may.
  put("class/gpio/gpiochip500/base", "500\n");
  for (const [index, device] of pwms.entries()) {
    put(`devices/platform/soc/${device}/modalias`, "");
    const chip = `class/pwm/pwmchip${2 * index}`;
    put(`${chip}/npwm`, "1\n");
    put(`${chip}/export`, "");
    symlinkSync(path(`devices/platform/soc/${device}`), path(`${chip}/device`));
  }
  put("bus/iio/devices/iio:device0/name", "lis331dlh\n");
  put("bus/iio/devices/iio:device1/name", "2198000.adc\n");
  for (const channel of adcChannels) put(`bus/iio/devices/iio:device1/in_${channel}_raw`, "0\n");
}
