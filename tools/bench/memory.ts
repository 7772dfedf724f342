/** What a station with its vehicle charging holds in memory after an hour, and whether it grows. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { bundle, shippedStation } from "./bundle.ts";
import type { Progress, Row } from "./row.ts";
import { least } from "./row.ts";

const speed = 120;
const minuteMs = 60_000 / speed;
/** Each figure is the least of this many minutes: what lies there until the collector comes is no growth. */
const windowMinutes = 5;
/** What the engine compiles for the first vehicle is there by now. */
const hourMinute = 60;
const lateMinute = 180;
/** More than after the hour by this share is growth. */
const growthShare = 0.1;

interface Memory {
  /** What PSS comes to where no other program runs Node: the worst it can be, whatever else this machine does. */
  readonly rssMb: number;
  readonly pssMb: number;
  readonly privateDirtyMb: number;
}

/** What is shared with other processes counts as the kernel shares it out. Linux only. */
function memoryOf(child: ChildProcess): Memory {
  const rollup = readFileSync(`/proc/${child.pid}/smaps_rollup`, "utf8");
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(rollup)?.[1]) / 1024;
  return { rssMb: field("Rss"), pssMb: field("Pss"), privateDirtyMb: field("Private_Dirty") };
}

async function within(child: ChildProcess, startedMs: number, lastMinute: number, progress: Progress): Promise<Memory> {
  const seen: Memory[] = [];
  for (let minute = lastMinute - windowMinutes; minute <= lastMinute; minute += 0.5) {
    while (performance.now() < startedMs + minute * minuteMs) {
      progress(`minute ${Math.floor((performance.now() - startedMs) / minuteMs)} of ${lateMinute}`);
      await sleep(Math.min(500, startedMs + minute * minuteMs - performance.now()));
    }
    seen.push(memoryOf(child));
  }
  return {
    rssMb: least(seen.map((memory) => memory.rssMb)),
    pssMb: least(seen.map((memory) => memory.pssMb)),
    privateDirtyMb: least(seen.map((memory) => memory.privateDirtyMb)),
  };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

export const memory: Row = {
  name: "memory",
  description: "memory after an hour, AC station, vehicle charging",
  async measure(progress) {
    const args = [bundle, "run", shippedStation("ac-simulated.yaml"), "--simulate", "--events", "--speed", `${speed}`];
    const startedMs = performance.now();
    const station = spawn(process.execPath, args, { stdio: "ignore" });
    const idle = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    try {
      const hour = await within(station, startedMs, hourMinute, progress);
      const late = await within(station, startedMs, lateMinute, progress);
      const node = memoryOf(idle);
      const told = ({ rssMb, pssMb, privateDirtyMb }: Memory): string =>
        `RSS ${rssMb.toFixed(1)} MB, PSS ${pssMb.toFixed(1)} MB, private dirty ${privateDirtyMb.toFixed(1)} MB`;
      return {
        figures: [
          {
            what: "PSS, nothing shared",
            value: hour.rssMb,
            unit: "MB",
            target: { atMost: 70 },
            comparedTo: `node alone: ${node.rssMb.toFixed(0)} MB`,
          },
          {
            what: "private dirty",
            value: hour.privateDirtyMb,
            unit: "MB",
            target: { atMost: 25 },
            comparedTo: `node alone: ${node.privateDirtyMb.toFixed(0)} MB`,
          },
          {
            what: "180 min to 60 min",
            value: late.privateDirtyMb / hour.privateDirtyMb,
            unit: "×",
            target: { atMost: 1 + growthShare },
            comparedTo: `private dirty after 180 min: ${late.privateDirtyMb.toFixed(1)} MB`,
          },
        ],
        details: [
          `after ${hourMinute} min: ${told(hour)}`,
          `after ${lateMinute} min: ${told(late)}`,
          `node that does nothing: ${told(node)}`,
        ],
      };
    } finally {
      await Promise.all([end(station), end(idle)]);
    }
  },
};
