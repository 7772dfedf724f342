import t from "tap";
import { decodeMcuToEverest } from "../../../boards/yeti/codec.ts";
import type { DropReason, LineCounts } from "../../../boards/yeti/message-reader.ts";
import { MessageReader } from "../../../boards/yeti/message-reader.ts";
import type { McuToEverest } from "../../../boards/yeti/schema.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import { fuzzYetiLine } from "../../../tools/fuzz/yeti-line.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text.replaceAll(" ", ""), "hex");
const [stateB, stateA] = ["08b00601ed4fbde400", "03b006057b7fba9300"];

interface Read {
  readonly told: readonly (McuToEverest | readonly [DropReason, number, number])[];
  readonly counts: LineCounts;
}

/** Messages as they come, and what was dropped with its place in the stream. */
function read(stream: Uint8Array, pieces: readonly number[] = []): Read {
  const told: (McuToEverest | readonly [DropReason, number, number])[] = [];
  const reader = new MessageReader(decodeMcuToEverest, {
    message: (message) => told.push(message),
    dropped: (reason, offset, end) => told.push([reason, offset, end]),
  });
  let at = 0;
  for (const piece of [...pieces, stream.length]) {
    reader.push(stream.subarray(at, piece));
    at = piece;
  }
  reader.end();
  return { told, counts: reader.counts };
}

const [a, b]: readonly [McuToEverest, McuToEverest] = [{ cp_state: "STATE_A" }, { cp_state: "STATE_B" }];

t.test("frames one behind the other, and an idle line between them", async (t) => {
  const { told, counts } = read(bytes(`${stateB}${stateA}000000${stateB}`));
  t.same(told, [b, a, b]);
  t.same(counts, {
    frames: 3,
    crcErrors: 0,
    cobsErrors: 0,
    shortFrames: 0,
    overruns: 0,
    droppedBytes: 0,
    undecodable: 0,
  });
});

t.test("what is dropped, where, and that it goes on behind it", async (t) => {
  const cases: readonly [what: string, stream: string, told: Read["told"], counter: keyof LineCounts][] = [
    ["a flipped bit", `08b00603ed4fbde400${stateB}`, [["crc", 0, 9], b], "crcErrors"],
    ["a block beyond the end", `0ab00601ed4fbde400${stateB}`, [["cobs", 0, 9], b], "cobsErrors"],
    ["a zero within a block", `08b006000801ed4f00${stateB}`, [["cobs", 0, 4], ["cobs", 4, 9], b], "cobsErrors"],
    ["less than a CRC", `02b000${stateB}`, [["short", 0, 3], b], "shortFrames"],
    ["not even that", `0100${stateB}`, [["short", 0, 2], b], "shortFrames"],
    ["a CRC and no payload", `05ffffffff00${stateB}`, [["unknown", 0, 6], b], "undecodable"],
    ["an end without delimiter", `${stateB}08b00601ed`, [b, ["short", 9, 14]], "shortFrames"],
    ["bytes that stuck to the next frame", `1234${stateB}${stateA}`, [["cobs", 0, 2], b, a], "cobsErrors"],
    ["a frame that lost its delimiter", `${stateA.slice(0, -2)}${stateB}`, [["crc", 0, 8], b], "crcErrors"],
    ["the same frame twice, the first half", `08b00601${stateB}`, [["cobs", 0, 4], b], "cobsErrors"],
  ];
  for (const [what, stream, told, counter] of cases) {
    const result = read(bytes(stream));
    t.same(result.told, told, what);
    t.ok(result.counts[counter] > 0, `${what} counts as ${counter}`);
    const dropped = told.reduce((sum, entry) => sum + (Array.isArray(entry) ? entry[2] - entry[1] : 0), 0);
    t.equal(result.counts.droppedBytes, dropped, `${what}: bytes`);
  }
});

t.test("more bytes without a zero than anybody holds", async (t) => {
  const noise = new Uint8Array(5000).fill(0x55);
  t.same(read(Buffer.concat([noise, bytes(stateB), bytes(stateA)])).told, [["long", 0, 5000], b, a]);
  t.same(read(Buffer.concat([noise, bytes("00"), bytes(stateB)])).told, [["long", 0, 5001], b]);
  t.same(read(noise).told, [["long", 0, 5000]]);
  t.equal(read(Buffer.concat([noise, bytes(stateB)])).counts.overruns, 1);
});

t.test("2048 bytes of payload and CRC are the most", async (t) => {
  const { frameOf } = await import("../../../boards/yeti/frame.ts");
  /** A field without a name, as long as it takes. */
  const filled = (length: number): Uint8Array =>
    Uint8Array.of(0x0a, 0x80 | ((length - 3) & 0x7f), (length - 3) >> 7, ...new Array(length - 3).fill(1));
  t.same(read(frameOf(filled(2044))).told, [["unknown", 0, 2058]]);
  t.same(read(frameOf(filled(2045))).told, [["long", 0, 2059]]);
  t.same(read(frameOf(filled(250))).told, [["unknown", 0, 256]], "one whose last block is full is not cut short");
});

t.test("it does not matter where the bytes are split", async (t) => {
  const stream = bytes(`1234${stateB}08b00603ed4fbde400${stateA}00${stateB}0ab0`);
  const whole = read(stream);
  t.equal(whole.told.length, 6);
  for (let first = 0; first <= stream.length; first++) {
    for (let second = first; second <= stream.length; second++) {
      const parts = read(stream, [first, second]);
      if (JSON.stringify(parts) !== JSON.stringify(whole)) t.same(parts, whole, `split at ${first} and ${second}`);
    }
  }
});

t.test("a line that lies: every sound frame is found, none is made up", async (t) => {
  for (const seed of [1, 2, 3]) {
    const { sent, lost, invented, counts } = fuzzYetiLine(300_000, seededRandom(seed, "yeti line"));
    t.ok(sent > 300, `${sent} frames sent`);
    t.same({ lost, invented, frames: counts.frames }, { lost: 0, invented: 0, frames: sent });
    t.ok(counts.crcErrors > 0 && counts.cobsErrors > 0 && counts.overruns > 0);
  }
});
