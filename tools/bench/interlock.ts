/**
 * How long after the circuit changes the interlock's thread has written "open", while the main thread stands still: the
 * bundled thread over a tree of files, the circuit in another process.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, writeSync } from "node:fs";
import { createHistogram } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { InterlockGuard } from "../../boards/charge-control-c/interlock/guard.ts";
import { letterBits } from "../../boards/charge-control-c/interlock/order.ts";
import { threadLink } from "../../boards/charge-control-c/interlock/thread-link.ts";
import { linuxLines } from "../../boards/linux/lines.ts";
import { lineThreads } from "../../src/daemon/line-threads.ts";
import { OrderedQueue } from "../../src/runtime/ordered-queue.ts";
import { SystemClock } from "../../src/runtime/system-clock.ts";
import { sysfsTree } from "../../test/boards/linux/sysfs-tree.ts";
import { drawn } from "./histogram.ts";
import type { Row } from "./row.ts";

const rounds = 1000;
/** Longer than any opening may take. */
const blockedMs = 60;
/** Counts of the pilot's converter in B, in C, and of the negative half. */
const [inB, inC, negative] = ["3233", "2838", "0569"];
const relayFile = "class/gpio/gpio76/value";
const positiveFile = "bus/iio/devices/iio:device1/in_voltage2_raw";
const plan = {
  positiveReset: "CP_POSITIVE_PEAK_RST",
  negativeReset: "CP_NEGATIVE_PEAK_RST",
  positivePeak: { device: "2198000.adc", channel: "voltage2" },
  negativePeak: { device: "2198000.adc", channel: "voltage3" },
  coils: ["RELAY_1_ENABLE"],
  rcm: null,
  pwm: { device: "20fc000.pwm", channel: 0 },
};
const circuitProgram = fileURLToPath(
  new URL("../../test/boards/charge-control-c/interlock/circuit.mjs", import.meta.url),
);
const thread = fileURLToPath(new URL("../../dist/interlock.js", import.meta.url));

interface Seen {
  readonly wasHigh: boolean;
  readonly changedMs: number;
  readonly lowMs: number | null;
}

export const interlock: Row = {
  name: "interlock",
  description: "interlock worker, main thread blocked: circuit change → relay write",
  async measure(progress) {
    const tree = sysfsTree();
    const clock = new SystemClock();
    const queue = new OrderedQueue(clock);
    const circuit = fork(circuitProgram, { execArgv: [] });
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
    try {
      while (samples.length < rounds) {
        if (samples.length % 20 === 0) progress(`${samples.length} of ${rounds} openings`);
        writeSync(converter, inC, 0, "latin1");
        while (letter !== "C" || !guard.trusted) await sleep(1);
        guard.close(0);
        for (let waits = 0; waits < 50 && relay.read() === "low"; waits++) await sleep(1);
        const files = { adc: tree.path(positiveFile), relay: tree.path(relayFile) };
        // At any point of a cycle.
        circuit.send({ ...files, change: inB, afterMs: 4 + 4 * Math.random(), forMs: 1000 });
        await once(circuit, "message");
        for (const endMs = performance.now() + blockedMs; performance.now() < endMs; );
        const [{ wasHigh, changedMs, lowMs }] = (await once(circuit, "message")) as [Seen];
        if (wasHigh) samples.push(1e6 * ((lowMs ?? Number.POSITIVE_INFINITY) - changedMs));
        else if (++skipped > rounds) throw new Error("the relay does not stay closed");
        while (letter === "C") await sleep(1);
      }
    } finally {
      guard.end();
      clock.stop();
      circuit.kill();
      closeSync(converter);
      tree.remove();
    }
    const histogram = createHistogram();
    for (const ns of samples) histogram.record(Math.round(ns));
    const comparedTo = `${samples.length} openings, p50 ${(histogram.percentile(50) / 1e6).toFixed(1)} ms`;
    return {
      figures: [
        { what: "p99.9", value: histogram.percentile(99.9) / 1e6, unit: "ms", target: { atMost: 30 }, comparedTo },
        { what: "max", value: histogram.max / 1e6, unit: "ms", target: { atMost: 50 }, comparedTo },
      ],
      details: drawn("vehicle back to B", histogram, samples),
    };
  },
};
