/** How the decoder of the Yeti board's line keeps up with it when nearly all of it is noise. */
import { performance } from "node:perf_hooks";
import { seededRandom } from "../../src/runtime/random.ts";
import { fuzzYetiLine } from "../fuzz/yeti-line.ts";
import type { Row } from "./row.ts";

const bytes = 2_000_000;
const baudRate = 115_200;
const bitsPerByte = 10;

export const yetiLine: Row = {
  name: "yeti-line",
  description: `${bytes / 1e6} million bytes of noise with frames in it, through the decoder of the Yeti board`,
  async measure() {
    const startedMs = performance.now();
    const result = fuzzYetiLine(bytes, seededRandom(1, "yeti line"));
    const tookS = (performance.now() - startedMs) / 1000;
    const lineS = (result.bytes * bitsPerByte) / baudRate;
    return {
      figures: [
        {
          what: "decoder against its line",
          value: lineS / tookS,
          unit: "times",
          target: { atLeast: 50 },
          comparedTo: `${baudRate} baud, ${lineS.toFixed(0)} s on the line`,
        },
      ],
      details: [
        `${result.sent} frames sent, ${result.lost} lost, ${result.invented} made up; noise made by the same process`,
      ],
    };
  },
};
