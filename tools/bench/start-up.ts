/** How long a station takes from being started to `ready`, as a multiple of what Node takes to do nothing. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { bundle } from "./bundle.ts";
import type { Row } from "./row.ts";
import { least, median } from "./row.ts";
import { writeStation } from "./stations.ts";

const pairs = 25;

async function nothing(): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ["-e", "0"], { stdio: "ignore" });
  await once(child, "exit");
  return performance.now() - startedMs;
}

async function ready(path: string): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [bundle, "run", path, "--simulate", "--events"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    if ((JSON.parse(line) as { kind: string }).kind !== "ready") continue;
    const tookMs = performance.now() - startedMs;
    child.kill("SIGKILL");
    await ended;
    return tookMs;
  }
  throw new Error(`the station ended before it was ready; run: ${bundle} run ${path} --simulate`);
}

export const startUp: Row = {
  name: "start-up",
  description: "start → ready, one simulated AC connector",
  async measure(progress) {
    const path = writeStation("start-up", { connectors: 1, energyManagement: false });
    const nodeMs: number[] = [];
    const stationMs: number[] = [];
    // The first of each reads from the disk what all others find in memory.
    await nothing();
    await ready(path);
    for (let pair = 0; pair < pairs; pair++) {
      progress(`${pair} of ${pairs} pairs`);
      nodeMs.push(await nothing());
      stationMs.push(await ready(path));
    }
    return {
      figures: [
        {
          what: "start → ready",
          value: median(stationMs) / median(nodeMs),
          unit: "×",
          target: { atMost: 2.5 },
          comparedTo: `node -e 0: ${median(nodeMs).toFixed(0)} ms`,
        },
      ],
      details: [
        `medians of ${pairs}: station ${median(stationMs).toFixed(1)} ms, node ${median(nodeMs).toFixed(1)} ms`,
        `fastest: station ${least(stationMs).toFixed(1)} ms, node ${least(nodeMs).toFixed(1)} ms, ${(least(stationMs) / least(nodeMs)).toFixed(2)} ×`,
      ],
    };
  },
};
