import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import t from "tap";
import type { Decoded } from "../../../boards/yeti/codec.ts";
import {
  decodeEverestToMcu,
  decodeMcuToEverest,
  encodeEverestToMcu,
  encodeMcuToEverest,
} from "../../../boards/yeti/codec.ts";
import { crc32Jam } from "../../../boards/yeti/crc.ts";
import { frameOf } from "../../../boards/yeti/frame.ts";
import type { EverestToMcu, FieldType, McuToEverest, MessageType } from "../../../boards/yeti/schema.ts";
import { everestToMcu, mcuToEverest } from "../../../boards/yeti/schema.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => Buffer.from(text.replaceAll(" ", ""), "hex");

t.test("the check values of the CRC", async (t) => {
  t.equal(crc32Jam(Buffer.from("123456789")), 0x340bc6d9);
  t.equal(crc32Jam(new Uint8Array(0)), 0xffffffff);
});

const toMcu: readonly [EverestToMcu, string][] = [
  [{ pwm_duty_cycle: 500 }, "b8 06 f4 03"],
  [{ pwm_duty_cycle: 0 }, "b8 06 00"],
  [{ pwm_duty_cycle: 10001 }, "b8 06 91 4e"],
  [{ allow_power_on: true }, "c0 06 01"],
  [{ connector_lock: false }, "b0 06 00"],
  [{ reset: false }, "c8 06 00"],
  [{ set_number_of_phases: true }, "d0 06 01"],
  [{ firmware_update: { invoke_rom_bootloader: true } }, "82 01 02 08 01"],
  [{ keep_alive: { sw_version_string: "n/a" } }, "a2 06 05 32 03 6e 2f 61"],
];
const fromMcu: readonly [McuToEverest, string][] = [
  [{ cp_state: "STATE_A" }, "b0 06 00"],
  [{ cp_state: "STATE_F" }, "b0 06 05"],
  [{ reset: "WATCHDOG" }, "a8 06 01"],
  [{ relais_state: true }, "b8 06 01"],
  [{ error_flags: {} }, "c2 06 00"],
  [{ error_flags: { diode_fault: true, over_current: true } }, "c2 06 04 08 01 38 01"],
  [{ telemetry: { cp_voltage_hi: 12 } }, "ca 06 02 08 0c"],
  [{ pp_state: "STATE_70A" }, "d0 06 04"],
  [{ lock_state: "LOCKED" }, "d8 06 02"],
  [
    { power_meter: { time_stamp: 1000, vrmsL1: 230, irmsL1: 16, totalWattHr: 1234.5, phaseSeqError: true } },
    "e2 06 15 08 e8 07 15 00 00 66 43 2d 00 00 80 41 65 00 50 9a 44 b8 01 01",
  ],
  [
    {
      keep_alive: {
        time_stamp: 1000,
        protocol_version_minor: 1,
        sw_version_string: "2.0-1-g2d51638",
        hwcap_max_current: 32,
        hwcap_min_current: 6,
        hwcap_max_phase_count: 3,
        hwcap_min_phase_count: 1,
        supports_changing_phases_during_charging: true,
      },
    },
    "1a 25 08 e8 07 28 01 32 0e 32 2e 30 2d 31 2d 67 32 64 35 31 36 33 38 3d 00 00 00 42 45 00 00 c0 40 48 03 50 01 58 01",
  ],
];

t.test("bytes of every message", async (t) => {
  for (const [message, wire] of toMcu) {
    t.equal(hex(encodeEverestToMcu(message)), hex(bytes(wire)), JSON.stringify(message));
    t.same(decodeEverestToMcu(bytes(wire)), { ok: true, message });
  }
  for (const [message, wire] of fromMcu) {
    t.equal(hex(encodeMcuToEverest(message)), hex(bytes(wire)), JSON.stringify(message));
    t.same(decodeMcuToEverest(bytes(wire)), { ok: true, message });
  }
});

t.test("frames", async (t) => {
  t.equal(hex(frameOf(bytes("b8 06 f4 03"))), "09b806f403274f29eb00");
  t.equal(hex(frameOf(bytes("b0 06 00"))), "03b006057b7fba9300", "a zero within");
  const long = Uint8Array.of(0x0a, 0xf7, 0x01, ...new Array(247).fill(0x11));
  t.equal(frameOf(long).length, 256, "nothing behind a last block of 254 bytes");
  t.match(hex(frameOf(long)), /^ff0af701(11){247}e284940400$/);
  t.equal(hex(frameOf(long.subarray(0, 249))).slice(0, 4), "fe0a");
});

t.test("the same bytes mean something else in the other direction", async (t) => {
  t.same(decodeEverestToMcu(bytes("b0 06 00")), { ok: true, message: { connector_lock: false } });
  t.same(decodeMcuToEverest(bytes("b0 06 00")), { ok: true, message: { cp_state: "STATE_A" } });
});

t.test("what is no message", async (t) => {
  const refused: readonly [string, string, string][] = [
    ["", "unknown", "nothing at all"],
    ["f0 06 01", "unknown", "a number without a name"],
    ["0a 02 11 11", "unknown", "one of an older protocol"],
    ["b0 06 06", "protobuf", "a pilot state without a name"],
    ["a8 06 02", "protobuf", "a reason without a name"],
    ["b0 06", "protobuf", "no value"],
    ["b2 06 01 01", "protobuf", "a pilot state of the wrong wire type"],
    ["c2 06 02 08", "protobuf", "flags that are cut off"],
    ["c2 06 01 08 01", "protobuf", "flags longer than they say"],
    ["c2 06 02 0d 01", "protobuf", "a flag of the wrong wire type"],
    ["b0 86 80 80 80 80 80 80 80 80 80 01", "protobuf", "a tag that does not end"],
    [`1a 36 32 33 ${"41".repeat(51)} 08`, "protobuf", "51 bytes of version"],
    ["1a 03 32 01 ff", "protobuf", "a version that is no text"],
    ["07 00", "protobuf", "a wire type that there is not"],
    ["00 00", "protobuf", "field number 0"],
  ];
  for (const [wire, error, what] of refused) t.same(decodeMcuToEverest(bytes(wire)), { ok: false, error }, what);
});

t.test("what is tolerated", async (t) => {
  const told = (wire: string): unknown => {
    const decoded = decodeMcuToEverest(bytes(wire));
    return decoded.ok ? decoded.message : decoded.error;
  };
  t.same(told("b0 06 01 b0 06 02"), { cp_state: "STATE_C" }, "of two members the last");
  t.same(told("b0 06 01 f0 06 01"), { cp_state: "STATE_B" }, "a field from the future behind it");
  t.same(told("c2 06 06 08 01 50 01 18 01"), { error_flags: { diode_fault: true, rcd_triggered: true } }, "and within");
  t.same(told("c2 06 04 08 00 18 01"), { error_flags: { rcd_triggered: true } }, "a zero that need not be there");
  t.same(told(`1a 34 32 32 ${"41".repeat(50)}`), { keep_alive: { sw_version_string: "A".repeat(50) } });
});

// Canonical ones: no zero members in sub-messages.
function anyValue(type: FieldType): fc.Arbitrary<unknown> {
  if (type === "bool") return fc.boolean();
  if (type === "uint32") return fc.nat(0xffff_ffff);
  if (type === "float") return fc.float();
  if (type === "version") {
    return fc.string({ unit: "grapheme", maxLength: 50 }).filter((text) => Buffer.byteLength(text) <= 50);
  }
  if ("names" in type) return fc.constantFrom(...type.names);
  const members = Object.entries(type.fields).map(([name, field]) => {
    const isZero = (value: unknown): boolean => value === false || value === "" || Object.is(value, 0);
    return [name, anyValue(field.type).filter((value) => !isZero(value))] as const;
  });
  return fc.record(Object.fromEntries(members), { requiredKeys: [], noNullPrototype: true });
}

const anyMessage = ({ fields }: MessageType): fc.Arbitrary<object> =>
  fc.oneof(...Object.entries(fields).map(([name, { type }]) => anyValue(type).map((value) => ({ [name]: value }))));

t.test("decode(encode(x)) is x, and no message is longer than the other side takes", async (t) => {
  const directions: readonly [MessageType, (m: never) => Uint8Array, (b: Uint8Array) => Decoded<object>, number][] = [
    [everestToMcu, encodeEverestToMcu, decodeEverestToMcu, 73],
    [mcuToEverest, encodeMcuToEverest, decodeMcuToEverest, 124],
  ];
  for (const [schema, encode, decode, most] of directions) {
    fc.assert(
      fc.property(anyMessage(schema), (message) => {
        const wire = encode(message as never);
        const decoded = decode(wire);
        return decoded.ok && wire.length <= most && isDeepStrictEqual(decoded.message, message);
      }),
      { numRuns: 300 },
    );
  }
  t.pass();
});

t.test("random bytes are a message or none, and nothing else happens", async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 150 }), (wire) => {
      const decoded = decodeMcuToEverest(wire);
      return decoded.ok ? Object.keys(decoded.message).length === 1 : ["protobuf", "unknown"].includes(decoded.error);
    }),
  );
  t.pass();
});
