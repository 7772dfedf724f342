/**
 * A serial line that lies: frames of both kinds between bytes of every sort of noise, in pieces of any length. What the
 * decoder makes of it is compared with what was really sent.
 */

import { decodeMcuToEverest, encodeMcuToEverest } from "../../boards/yeti/codec.ts";
import { frameOf } from "../../boards/yeti/frame.ts";
import type { LineCounts } from "../../boards/yeti/message-reader.ts";
import { MessageReader } from "../../boards/yeti/message-reader.ts";
import type { McuToEverest } from "../../boards/yeti/schema.ts";
import type { Random } from "../../hal/random.ts";

export interface FuzzResult {
  readonly bytes: number;
  readonly sent: number;
  /** Sound frames that were not found. */
  readonly lost: number;
  /** Messages that nobody sent. */
  readonly invented: number;
  readonly counts: LineCounts;
}

const segmentBytes = 4096;

/** The serial number tells every frame from every other. */
function frame(serial: number, random: Random): { readonly key: string; readonly bytes: Uint8Array } {
  const message: McuToEverest =
    random.integer(0, 1) === 0
      ? { keep_alive: { time_stamp: serial, sw_version_string: "2.2" } }
      : { power_meter: { time_stamp: serial, vrmsL1: 230.5, wattL1: random.integer(0, 20_000) } };
  return { key: JSON.stringify(message), bytes: frameOf(encodeMcuToEverest(message)) };
}

const nonZero = (random: Random): number => random.integer(1, 255);

/** None of them is, or ends in, a sound frame. */
const noises: readonly ((random: Random) => Uint8Array)[] = [
  (random) => random.bytes(random.integer(0, 300)),
  (random) => Uint8Array.from({ length: random.integer(0, 60) }, () => nonZero(random)),
  (random) => Uint8Array.from({ length: random.integer(2000, 6000) }, () => nonZero(random)),
  (random) => new Uint8Array(random.integer(0, 5)),
  (random) => new Uint8Array(random.integer(0, 600)).fill(nonZero(random)),
  // A frame cut off anywhere, its delimiter lost.
  (random) => {
    const { bytes } = frame(0, random);
    return bytes.subarray(0, random.integer(0, bytes.length - 2));
  },
  // A frame with one bit flipped.
  (random) => {
    const { bytes } = frame(0, random);
    const at = random.integer(0, bytes.length - 1);
    bytes[at] = (bytes[at] as number) ^ (1 << random.integer(0, 7));
    return bytes;
  },
];

export function fuzzYetiLine(mostBytes: number, random: Random): FuzzResult {
  const expected: string[] = [];
  let [sent, lost, invented, bytes] = [0, 0, 0, 0];
  const reader = new MessageReader(decodeMcuToEverest, {
    message(message) {
      const at = expected.indexOf(JSON.stringify(message));
      if (at < 0) invented++;
      else lost += expected.splice(0, at + 1).length - 1;
    },
    dropped: () => {},
  });
  let serial = 1;
  while (bytes < mostBytes) {
    const pieces: Uint8Array[] = [];
    for (let length = 0; length < segmentBytes; ) {
      const noise = (noises[random.integer(0, noises.length - 1)] as (random: Random) => Uint8Array)(random);
      const { key, bytes: sound } = frame(serial++, random);
      expected.push(key);
      sent++;
      pieces.push(noise, sound);
      length += noise.length + sound.length;
    }
    const segment = Buffer.concat(pieces);
    for (let at = 0; at < segment.length; ) {
      const end = at + random.integer(1, 300);
      reader.push(segment.subarray(at, end));
      at = end;
    }
    bytes += segment.length;
  }
  reader.end();
  return { bytes, sent, lost: lost + expected.length, invented, counts: reader.counts };
}
