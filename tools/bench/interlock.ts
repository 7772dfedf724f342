/**
 * How long after the circuit changes the interlock's thread has written "open": the bundled thread over a tree of files,
 * the circuit in another process. Once while the main thread stands still, once with the machine busy.
 */
import type { ChildProcess } from "node:child_process";
import { fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, writeSync } from "node:fs";
import type { AddressInfo, Server } from "node:net";
import { connect, createServer } from "node:net";
import { constants, setPriority } from "node:os";
import { createHistogram } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { InterlockGuard } from "../../boards/charge-control-c/interlock/guard.ts";
import { letterBits } from "../../boards/charge-control-c/interlock/order.ts";
import { threadLink } from "../../boards/charge-control-c/interlock/thread-link.ts";
import { interlockTiming } from "../../boards/charge-control-c/interlock/timing.ts";
import { linuxLines } from "../../boards/linux/lines.ts";
import { lineThreads } from "../../src/daemon/line-threads.ts";
import { OrderedQueue } from "../../src/runtime/ordered-queue.ts";
import { SystemClock } from "../../src/runtime/system-clock.ts";
import { sysfsTree } from "../../test/boards/linux/sysfs-tree.ts";
import { drawn } from "./histogram.ts";
import { plan } from "./interlock-plan.ts";
import type { Row } from "./row.ts";

const rounds = 1000;
/** Longer than any opening may take. */
const blockedMs = 60;
/** Counts of the pilot's converter in B, in C, and of the negative half. */
const [inB, inC, negative] = ["3233", "2838", "0569"];
const relayFile = "class/gpio/gpio76/value";
const positiveFile = "bus/iio/devices/iio:device1/in_voltage2_raw";
const circuitProgram = fileURLToPath(
  new URL("../../test/boards/charge-control-c/interlock/circuit.mjs", import.meta.url),
);
const thread = fileURLToPath(new URL("../../dist/interlock.js", import.meta.url));

interface Seen {
  readonly wasHigh: boolean;
  readonly changedMs: number;
  readonly lowMs: number | null;
}

interface Burden {
  /** What the main thread does from the order to the circuit on until it has been carried out. */
  readonly meanwhile: () => Promise<void>;
  readonly end: () => void;
}

/** The main thread stands still. */
const blocked = (): Burden => ({
  meanwhile: async () => {
    for (const endMs = performance.now() + blockedMs; performance.now() < endMs; );
  },
  end: () => {},
});

/** Two programs that never rest, a main thread that makes garbage, and a meter that never answers. */
function busy(): Burden {
  const hogs = [1, 2].map(() => spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
  // It takes what comes and leaves with its caller, so that nothing stays open behind the row.
  const mute = createServer((socket) => socket.on("error", () => {}).resume()).listen(0, "127.0.0.1");
  mute.once("listening", () => poll(mute));
  let kept: unknown[] = [];
  const garbage = setInterval(() => {
    kept = Array.from({ length: 20_000 }, (_, index) => ({ index, text: `${index}` }));
  }, 5);
  return {
    meanwhile: () => sleep(blockedMs),
    end: () => {
      clearInterval(garbage);
      kept.length = 0;
      for (const hog of hogs) hog.kill("SIGKILL");
      mute.close();
    },
  };
}

/** Asks and waits in vain, again and again, as long as there is somebody to ask. */
async function poll(mute: Server): Promise<void> {
  const { port } = mute.address() as AddressInfo;
  while (mute.listening) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(Buffer.from([0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 2]));
    await sleep(100);
    socket.destroy();
  }
}

interface Kind {
  readonly name: string;
  readonly description: string;
  readonly burden: () => Burden;
  readonly p999Ms: number;
  readonly maxMs: number;
}

/** The interlock's thread has 10. Without the right to, it measures as it is. */
function raisePriority({ pid }: ChildProcess, priority: number): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_HIGHEST);
  } catch {}
  spawnSync("chrt", ["-f", "-p", `${priority}`, `${pid}`], { stdio: "ignore" });
}

/** How late a thread of the interlock's class comes that only sleeps as it does: milliseconds in one of a thousand cycles. */
async function latenessMs(): Promise<number> {
  const sleeper = fork(fileURLToPath(new URL("sleeper.mjs", import.meta.url)), { execArgv: [] });
  raisePriority(sleeper, 10);
  sleeper.send({ cycles: 2000, sleepsMs: [interlockTiming.peakResetMs, interlockTiming.peakWaitMs] });
  const [late] = (await once(sleeper, "message")) as [number[]];
  sleeper.kill();
  return late.toSorted((a, b) => a - b)[Math.floor(late.length * 0.999)] ?? Number.NaN;
}

const openings = ({ name, description, burden, p999Ms, maxMs }: Kind): Row => ({
  name,
  description,
  async measure(progress) {
    const load = burden();
    const tree = sysfsTree();
    const clock = new SystemClock();
    const queue = new OrderedQueue(clock);
    const circuit = fork(circuitProgram, { execArgv: [] });
    // What measures must not wait for a processor itself, nor what is measured for it.
    raisePriority(circuit, 9);
    const lines = linuxLines(tree);
    const relay = lines.output("RELAY_1_ENABLE", "low");
    for (const name of [plan.positiveReset, plan.negativeReset]) lines.output(name, "low");
    const pwm = lines.pwm("20fc000.pwm", 0);
    pwm.setPeriodNs(1_000_000);
    tree.put(positiveFile, `${inC}\n`);
    tree.put("bus/iio/devices/iio:device1/in_voltage3_raw", `${negative}\n`);
    const converter = openSync(tree.path(positiveFile), "r+");
    let letter: string | null = null;
    const guard = new InterlockGuard({
      clock,
      afterQueue: (run) => queue.after(run),
      start: threadLink(lineThreads(tree.root, { interlock: thread }), plan, (run) => clock.turn(run)),
      release: [() => relay.set("low")],
      letters: letterBits.C,
      lifetimeMs: 3000,
      pilot: () => ({ dutyPercent: 26.67, driven: true }),
      events: {
        pilot: ({ state }) => {
          letter = state;
        },
        rcm: () => {},
        opened: () => {},
        failure: () => {},
        lost: () => {},
        back: () => {},
      },
    });
    guard.watch(true);
    guard.changePilot(() => pwm.setDutyNs(266_700));
    const samples: number[] = [];
    let skipped = 0;
    let bareMs = Number.NaN;
    try {
      progress("a thread that only sleeps");
      bareMs = await latenessMs();
      while (samples.length < rounds) {
        if (samples.length % 20 === 0) progress(`${samples.length} of ${rounds} openings`);
        writeSync(converter, inC, 0, "latin1");
        while (letter !== "C" || !guard.trusted) await sleep(1);
        guard.close(0);
        for (let waits = 0; waits < 50 && relay.read() === "low"; waits++) await sleep(1);
        const files = { adc: tree.path(positiveFile), relay: tree.path(relayFile) };
        // At any point of a cycle.
        circuit.send({ ...files, change: inB, afterMs: 4 + 4 * Math.random(), forMs: 1000, restMs: 0 });
        await once(circuit, "message");
        const seen = once(circuit, "message").then(([message]) => message as Seen);
        await load.meanwhile();
        const { wasHigh, changedMs, lowMs } = await seen;
        if (wasHigh) samples.push(1e6 * ((lowMs ?? Number.POSITIVE_INFINITY) - changedMs));
        else if (++skipped > rounds) throw new Error("the relay does not stay closed");
        while (letter === "C") await sleep(1);
      }
    } finally {
      load.end();
      guard.end();
      clock.stop();
      circuit.kill();
      closeSync(converter);
      tree.remove();
    }
    const histogram = createHistogram();
    for (const ns of samples) histogram.record(Math.round(ns));
    const comparedTo = `${samples.length} openings, p50 ${(histogram.percentile(50) / 1e6).toFixed(1)} ms; a thread that only sleeps: ${bareMs.toFixed(1)} ms late`;
    return {
      figures: [
        { what: "p99.9", value: histogram.percentile(99.9) / 1e6, unit: "ms", target: { atMost: p999Ms }, comparedTo },
        { what: "max", value: histogram.max / 1e6, unit: "ms", target: { atMost: maxMs }, comparedTo },
      ],
      details: drawn("vehicle back to B", histogram, samples),
    };
  },
});

export const interlock = openings({
  name: "interlock",
  description: "interlock worker, main thread blocked: circuit change → relay write",
  burden: blocked,
  p999Ms: 30,
  maxMs: 50,
});

export const interlockBusy = openings({
  name: "interlock-busy",
  description: "two CPU hogs, allocation, a dead meter: circuit change → relay write",
  burden: busy,
  p999Ms: 10,
  maxMs: 50,
});
