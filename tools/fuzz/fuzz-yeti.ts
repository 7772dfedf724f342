/** `npm run fuzz:yeti [-- BYTES [SEED]]`: ten million bytes by default. Exit 1 when a frame was lost or one was made up. */
import { performance } from "node:perf_hooks";
import { seededRandom } from "../../src/runtime/random.ts";
import { fuzzYetiLine } from "./yeti-line.ts";

const [mostBytes = 10_000_000, seed = 1] = process.argv.slice(2).map(Number);
const byteS = 115_200 / 10;

const rssBefore = process.memoryUsage().rss;
const startedMs = performance.now();
const { bytes, sent, lost, invented, counts } = fuzzYetiLine(mostBytes, seededRandom(seed, "yeti line"));
const tookS = (performance.now() - startedMs) / 1000;
const grownMb = (process.memoryUsage().rss - rssBefore) / 2 ** 20;
process.stdout.write(
  [
    `${bytes} bytes in ${tookS.toFixed(1)} s, ${Math.round(bytes / tookS / byteS)} times the rate of the line (115200 baud)`,
    `${sent} frames sent, ${lost} lost, ${invented} made up`,
    `counts ${JSON.stringify(counts)}`,
    `memory grew by ${grownMb.toFixed(0)} MB`,
    "",
  ].join("\n"),
);
if (lost > 0 || invented > 0) process.exitCode = 1;
