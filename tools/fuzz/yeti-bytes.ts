import fc from "fast-check";
import type { Decoded } from "../../boards/yeti/codec.ts";
import {
  decodeEverestToMcu,
  decodeMcuToEverest,
  encodeEverestToMcu,
  encodeMcuToEverest,
} from "../../boards/yeti/codec.ts";
import { frameOf } from "../../boards/yeti/frame.ts";
import { MessageReader } from "../../boards/yeti/message-reader.ts";
import type { McuToEverest } from "../../boards/yeti/schema.ts";
import { everestToMcu, mcuToEverest } from "../../boards/yeti/schema.ts";
import { readYetiMessage } from "../../src/cli/yeti-message.ts";
import type { Json } from "./mutations.ts";
import { mutatedBytes, mutatedJson, mutatedText, pieceLengths, pieces } from "./mutations.ts";
import type { ParserFuzz } from "./parser-fuzz.ts";
import { demand, openParser, resultOf, together } from "./parser-fuzz.ts";

const fromMcu: readonly McuToEverest[] = [
  { keep_alive: { time_stamp: 7, hw_type: 81, hw_revision: 1, sw_version_string: "2.2" } },
  { cp_state: "STATE_B" },
  { relais_state: true },
  { error_flags: { diode_fault: true, rcd_triggered: true } },
  { power_meter: { time_stamp: 9, vrmsL1: 230.5, vrmsL2: 229, wattL1: 11_000, freqL1: 50 } },
  { power_meter: { time_stamp: 0xffff_ffff, vrmsL1: Number.POSITIVE_INFINITY, wattL1: Number.NaN } },
] as readonly McuToEverest[];
const toMcu: readonly object[] = [
  { pwm_duty_cycle: 5000 },
  { connector_lock: true },
  { allow_power_on: { allow_power_on: true, reason: "FullPowerCharging" } },
  { keep_alive: { time_stamp: 3, sw_version_string: "n/a" } },
];

const directions = [
  { type: mcuToEverest, encode: encodeMcuToEverest as (m: never) => Uint8Array, decode: decodeMcuToEverest },
  { type: everestToMcu, encode: encodeEverestToMcu as (m: never) => Uint8Array, decode: decodeEverestToMcu },
] as const;

export const yetiBytes: ParserFuzz = {
  name: "yeti",
  about: "bytes from and for the controller of a Yeti board, and messages a person writes for it",
  runsInTest: 300,
  async open() {
    const texts = fromMcu.concat(toMcu as never).map((message) => JSON.stringify(message));
    const payloads = [
      ...fromMcu.map((message) => encodeMcuToEverest(message)),
      ...toMcu.map((message) => encodeEverestToMcu(message as never)),
    ];

    /** What is understood is said again in the same words. */
    const payload = openParser(fc.tuple(fc.nat(1), mutatedBytes(payloads)), ([direction, bytes]) => {
      const { encode, decode } = directions[direction] as (typeof directions)[number];
      const decoded = decode(bytes) as Decoded<object>;
      if (!decoded.ok) {
        demand(["protobuf", "unknown"].includes(decoded.error), `refused as ${String(decoded.error)}`);
        return;
      }
      demand(Object.keys(decoded.message).length === 1, "more than one member");
      const again = decode(encode(decoded.message as never)) as Decoded<object>;
      demand(again.ok && told(again.message) === told(decoded.message), `${told(decoded.message)} is said otherwise`);
    });

    /** Sound frames among others: each of them is found, in order, and nothing else that is sound in itself. */
    const frames = fromMcu.map((message) => Uint8Array.from(frameOf(encodeMcuToEverest(message))));
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ min: 1, maxLength: 300 }),
      mutatedBytes(frames),
      fc
        .tuple(fc.integer({ min: 1, max: 255 }), fc.nat(5000))
        .map(([byte, length]) => new Uint8Array(length).fill(byte)),
    );
    const stream = openParser(
      fc.record({
        parts: fc.array(fc.tuple(noise, fc.nat(0xffff)), { minLength: 1, maxLength: 8 }),
        lengths: pieceLengths,
      }),
      ({ parts, lengths }) => {
        const sent = parts.map(([, serial]) =>
          JSON.stringify({ power_meter: { time_stamp: serial + 10, vrmsL1: 231 } }),
        );
        const bytes = Buffer.concat(
          parts.flatMap(([before], index) => [
            before,
            frameOf(encodeMcuToEverest(JSON.parse(sent[index] as string) as McuToEverest)),
          ]),
        );
        const heard: string[] = [];
        let dropped = 0;
        const reader = new MessageReader(decodeMcuToEverest, {
          message: (message) => void heard.push(JSON.stringify(message)),
          dropped: (_reason, offset, end) => {
            demand(offset >= 0 && end > offset && end <= bytes.length, `dropped from ${offset} to ${end}`);
            dropped += end - offset;
          },
        });
        for (const piece of pieces(bytes, lengths)) reader.push(piece);
        reader.end();
        let next = 0;
        for (const message of heard) if (message === sent[next]) next++;
        demand(next === sent.length, `lost ${sent[next]} of ${sent.length}`);
        demand(reader.counts.droppedBytes === dropped, "does not count what it drops");
      },
      {
        "a megabyte without a zero": () => ({
          parts: [[new Uint8Array(1_000_000).fill(0x55), 1]] as [Uint8Array, number][],
          lengths: [4096],
        }),
        "a megabyte of zeros": () => ({
          parts: [[new Uint8Array(1_000_000), 1]] as [Uint8Array, number][],
          lengths: [4096],
        }),
        "a megabyte of short frames": () => ({
          parts: [[Uint8Array.from({ length: 1_000_000 }, (_, at) => (at % 8 === 7 ? 0 : 1)), 1]] as [
            Uint8Array,
            number,
          ][],
          lengths: [4096],
        }),
      },
    );

    /** What a person writes is refused by name, or says on the wire what it says on paper. */
    const written = openParser(
      fc.tuple(
        fc.nat(1),
        fc.oneof(
          mutatedText(texts, ["STATE_C", "true", "keep_alive", "1e39", '"NaN"']),
          mutatedJson(
            texts.map((text) => JSON.parse(text) as Json),
            ["NaN", "STATE_C", "cp_state", "time_stamp"],
          ).map((json) => JSON.stringify(json)),
        ),
      ),
      ([direction, text]) => {
        const { type, encode, decode } = directions[direction] as (typeof directions)[number];
        const message = resultOf(() => readYetiMessage(text, type), /./);
        if (message === undefined) return;
        const decoded = decode(encode(message as never)) as Decoded<object>;
        demand(decoded.ok, `${text} is not what the other side takes`);
      },
      { "a megabyte": () => [0, `{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`] as [number, string] },
    );
    return together(payload, stream, written);
  },
};

/** JSON has no words for numbers that are none; and fields may come in any order. */
const told = (message: object): string =>
  JSON.stringify(message, (_key, value: unknown) => {
    if (typeof value === "number") return `${value}${Object.is(value, -0)}`;
    if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
