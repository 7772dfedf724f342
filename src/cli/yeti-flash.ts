/** Brings another firmware into a Yeti board, with the help of stm32flash. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout } from "node:timers/promises";
import { loadSerialPorts } from "../../boards/linux/serial-ports.ts";
import { updateFirmware } from "../../boards/yeti/firmware-update.ts";
import { printable } from "../config/quote.ts";
import { DeviceError, UsageError } from "../core/errors.ts";
import { exitStatus } from "./exit-status.ts";

const barLength = 40;

/** Exit 1 when the controller has no other firmware afterwards. */
export async function yetiFlash(port: string, file: string, { force }: { readonly force?: boolean }): Promise<void> {
  if (!existsSync(file)) throw new UsageError("firmware", printable(`${file}: no such file`));
  const updated = await updateFirmware(
    { port, file, fileName: basename(file), force: force === true },
    {
      ports: await loadSerialPorts(),
      sleep: (ms) => setTimeout(ms),
      flash: stm32flash,
      say: (text) => void process.stdout.write(`${text}\n`),
      progress: showProgress(),
    },
  );
  if (!updated) process.exitCode = exitStatus.failed;
}

/** A bar on a terminal, a line every ten percent elsewhere. */
function showProgress(): (percent: number) => void {
  let told = -1;
  return (percent) => {
    if (process.stdout.isTTY) {
      const full = Math.round((percent / 100) * barLength);
      const bar = "█".repeat(full) + "░".repeat(barLength - full);
      process.stdout.write(`\r${bar} ${percent.toFixed(0).padStart(3)} %${percent >= 100 ? "\n" : ""}`);
      return;
    }
    const tens = Math.floor(percent / 10);
    if (tens === told) return;
    told = tens;
    process.stdout.write(`${tens * 10} %\n`);
  };
}

function stm32flash(port: string, file: string, progress: (percent: number) => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn("stm32flash", ["-b", "115200", port, "-v", "-w", file, "-R"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.on("error", () =>
      reject(new DeviceError("stm32flash_missing", "stm32flash (0.6 or later) is not installed")),
    );
    child.stdout.setEncoding("latin1").on("data", (text: string) => {
      const percent = [...text.matchAll(/\((\d+(?:\.\d+)?)%\)/g)].at(-1)?.[1];
      if (percent !== undefined) progress(Number(percent));
    });
    child.on("close", (status) => resolve(status === 0));
  });
}
