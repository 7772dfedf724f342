/** Runs `evsed sim` as a process of its own and tells what it took. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";

const reporter = fileURLToPath(new URL("report-cpu.mjs", import.meta.url));

export interface SimCost {
  readonly wallMs: number;
  /** User and system time of all threads. */
  readonly cpuMs: number;
}

/** `args`: what follows `sim`. Event lines go to /dev/null. */
export async function simCost(args: readonly string[]): Promise<SimCost> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [`--import=${reporter}`, bundle, "sim", ...args], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const report = text(child.stdio[3] as NodeJS.ReadableStream);
  const [status] = (await once(child, "exit")) as [number | null];
  const wallMs = performance.now() - startedMs;
  if (status !== 0) throw new Error(`evsed sim ${args.join(" ")} ended with ${status}`);
  return { wallMs, cpuMs: Number(await report) };
}
