/** What the record of a run costs: in the turn of an event, and behind it. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHistogram } from "node:perf_hooks";
import { readConfiguration } from "../../src/cli/configuration.ts";
import { compose } from "../../src/daemon/compose.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import { BackgroundRecorder } from "../../src/runtime/background-recorder.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { recordRun } from "../../src/runtime/recorder.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import { shippedStation } from "./bundle.ts";
import { toMs } from "./histogram.ts";
import type { Row } from "./row.ts";

const virtualS = 1200;
/** A first stretch that is not measured: the engine has to see the code a few times. */
const warmUpS = 300;

interface Cost {
  /** In the turns of events: keeping a reference. */
  readonly inTurn: ReturnType<typeof createHistogram>;
  /** Of the main thread, for each second of the station. */
  readonly behindMsPerS: number;
  readonly bytesPerS: number;
  readonly lost: number;
}

/** A station with a charging vehicle in virtual time; what is recorded is written down every second of it. */
async function measure(path: string, log: ReturnType<typeof createLogger>): Promise<Cost> {
  const { configuration } = await readConfiguration(shippedStation("ac-simulated.yaml"), {});
  const clock = new VirtualClock();
  const { station } = await compose(configuration, {
    clock,
    log,
    random: (stream) => seededRandom(1, stream),
    simulate: true,
  });
  const recorder = new BackgroundRecorder({
    path,
    fileBytes: 1024 ** 3,
    files: 1,
    description: () => ({ run: "bench", startedAt: new Date(0).toISOString(), simulate: true, configuration }),
    log: log("record"),
    nowMs: () => clock.nowMs(),
    wallTimeMs: () => clock.wallTimeMs(),
    states: () => station.queue.states(),
  });
  const inTurn = createHistogram();
  const isMeasured = (): boolean => clock.nowMs() >= warmUpS * 1000;
  recordRun(station, {
    turn: (...args) => {
      const began = process.hrtime.bigint();
      recorder.turn(...args);
      if (isMeasured()) inTurn.record(Math.max(1, Number(process.hrtime.bigint() - began)));
    },
    line: (...args) => recorder.line(...args),
  });
  station.ready();
  let behindMs = 0;
  let bytesBefore = 0;
  for (let s = 1; s <= virtualS; s++) {
    clock.runUntil(s * 1000, () => true);
    const beganMs = performance.now();
    const flushed = recorder.flush();
    if (isMeasured()) behindMs += performance.now() - beganMs;
    await flushed;
    if (s === warmUpS) bytesBefore = statSync(path).size;
  }
  await recorder.close();
  const measuredS = virtualS - warmUpS;
  return {
    inTurn,
    behindMsPerS: behindMs / measuredS,
    bytesPerS: (statSync(path).size - bytesBefore) / measuredS,
    lost: recorder.lost,
  };
}

export const recorder: Row = {
  name: "recorder",
  description: "what the record of a run costs a station with a charging vehicle",
  async measure(progress) {
    const folder = mkdtempSync(join(tmpdir(), "evsed-bench-"));
    try {
      const log = createLogger("silent");
      progress("plain");
      const plain = await measure(join(folder, "record"), log);
      progress("compressed");
      const compressed = await measure(join(folder, "record.gz"), log);
      const percentile = (share: number): number => toMs(plain.inTurn.percentile(share));
      return {
        figures: [
          {
            what: "in the turn of an event, p99.9",
            value: percentile(99.9),
            unit: "ms",
            target: { atMost: 0.05 },
            comparedTo: `${plain.inTurn.count} events, p50 ${(percentile(50) * 1000).toFixed(1)} µs`,
          },
          {
            what: "behind it, of the main thread for each second",
            value: plain.behindMsPerS,
            unit: "ms",
            target: { atMost: 2 },
            comparedTo: `compressed: ${compressed.behindMsPerS.toFixed(2)} ms`,
          },
          {
            what: "compressed, on flash for each second",
            value: compressed.bytesPerS / 1024,
            unit: "KiB",
            target: { atMost: 2 },
            comparedTo: `as it is: ${(plain.bytesPerS / 1024).toFixed(1)} KiB`,
          },
        ],
        details: [`nothing was dropped: ${plain.lost + compressed.lost === 0 ? "true" : "false"}`],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
