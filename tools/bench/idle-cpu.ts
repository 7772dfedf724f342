/** What a station takes of a processor while nobody is there. Linux only. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { bundle, shippedStation } from "./bundle.ts";
import type { Row } from "./row.ts";

const settleS = 5;
const measuredS = 60;
const ticksPerS = 100;

const samplerProgram = fileURLToPath(new URL("sampler-process.ts", import.meta.url));

/** User and system time of a process, all its threads, in clock ticks of 10 ms. */
function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The name, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

/** What a node process takes of a processor, from 0 to 1. */
export async function share(args: readonly string[], progress: (text: string) => void): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  try {
    await sleep(settleS * 1000);
    if (child.pid === undefined || child.exitCode !== null) throw new Error(`it ended; run: ${args.join(" ")}`);
    const before = ticks(child.pid);
    const startedMs = performance.now();
    for (let second = 0; second < measuredS; second++) {
      progress(`${second} of ${measuredS} s`);
      await sleep(1000);
    }
    const elapsedS = (performance.now() - startedMs) / 1000;
    return (ticks(child.pid) - before) / ticksPerS / elapsedS;
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
}

export const idleCpu: Row = {
  name: "idle-cpu",
  description: "processor time while nobody is there",
  async measure(progress) {
    const station = shippedStation("ac-simulated.yaml");
    const idle = await share(
      [bundle, "run", station, "--simulate", "--events", "--set", "ev_manager.auto_exec=false"],
      progress,
    );
    const sampler = await share(["--import=tsx", samplerProgram], progress);
    const node = await share(["-e", "setInterval(() => {}, 1000)"], progress);
    return {
      figures: [
        {
          what: "AC station, driven by events",
          value: idle * 100,
          unit: "%",
          target: { atMost: 0.5 },
          comparedTo: `node with a timer of 1 s: ${(node * 100).toFixed(2)} %`,
        },
        {
          what: "Charge Control C, its sampler",
          value: sampler * 100,
          unit: "%",
          target: { atMost: 8 },
          comparedTo: "over a tree of files, a cycle of 3.5 ms",
        },
      ],
      details: [`over ${measuredS} s each, from user and system time of the process`],
    };
  },
};
