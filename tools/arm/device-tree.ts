/**
 * The device tree of the emulated board: that of the evaluation board which the emulator knows, with the names that the lines of a
 * Charge Control C have. Source: Charge Control C facts, section 1.
 */
import { execFile } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const linesPerBank = 32;

const soc = "/soc";
const bus1 = `${soc}/bus@2000000`;
const bus2 = `${soc}/bus@2100000`;

/** By bank as the processor's manual counts them, and place in it. */
const lines: ReadonlyMap<string, Readonly<Record<number, string>>> = new Map([
  [
    `${bus1}/gpio@209c000`,
    {
      13: "CP_INVERT",
      19: "MOTOR_1_FAULT_N",
      22: "ROTARY_SWITCH_1_2_N",
      23: "ROTARY_SWITCH_1_4_N",
      24: "ROTARY_SWITCH_1_8_N",
    },
  ],
  [
    `${bus1}/gpio@20a4000`,
    { 7: "MOTOR_1_DRIVER_IN1_N", 8: "MOTOR_1_DRIVER_IN2", 12: "RELAY_1_ENABLE", 13: "RELAY_2_ENABLE" },
  ],
  [
    `${bus1}/gpio@20a8000`,
    {
      20: "DIGITAL_IN_5",
      23: "DIGITAL_IN_6",
      25: "DIGITAL_IN_1",
      26: "DIGITAL_IN_2",
      27: "DIGITAL_IN_4",
      28: "DIGITAL_IN_3",
    },
  ],
  [
    `${bus1}/gpio@20ac000`,
    {
      0: "ROTARY_SWITCH_1_1_N",
      2: "RELAY_2_SENSE",
      3: "RELAY_1_SENSE",
      10: "CP_POSITIVE_PEAK_RST",
      11: "CP_NEGATIVE_PEAK_RST",
    },
  ],
]);

const enabled = [
  // The processor's own counter: reading the other one, which is a device, costs the emulator a thousand times as long.
  "/timer",
  ...["pwm@2080000", "pwm@2084000", "pwm@2088000", "pwm@208c000"].map((node) => `${bus1}/${node}`),
  ...["serial@21e8000", "serial@21ec000", "serial@21f0000", "serial@21f4000"].map((node) => `${bus2}/${node}`),
];
const disabled = [
  // Not emulated: asking for them ends the kernel, or takes a long time.
  ...["pwm@20f0000", "pwm@20f4000", "pwm@20f8000", "pwm@20fc000"].map((node) => `${bus1}/${node}`),
  `${soc}/dma-controller@1804000`,
  // Has lines of the board for itself.
  "/spi-4",
];

/** From the kernel's folder of device trees to that of the bench. */
export async function deviceTree(folder: string, file: string): Promise<string> {
  copyFileSync(join(folder, "imx6ul-14x14-evk.dtb"), file);
  for (const [node, names] of lines) {
    const inOrder = Array.from({ length: linesPerBank }, (_, index) => names[index] ?? "");
    await run("fdtput", ["-t", "s", file, node, "gpio-line-names", ...inOrder]);
  }
  for (const node of enabled) await run("fdtput", ["-t", "s", file, node, "status", "okay"]);
  for (const node of disabled) await run("fdtput", ["-t", "s", file, node, "status", "disabled"]);
  return file;
}
