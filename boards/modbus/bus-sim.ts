/** What a scenario can do to any simulated device on a Modbus line. */
import * as v from "valibot";

const on = v.optional(v.boolean(), true);

export const busSim = {
  silence: { description: "The device answers nothing", args: v.strictObject({ value: on }) },
  freeze: {
    description: "The device answers, and its values stay as they are",
    args: v.strictObject({ value: on }),
  },
  stuck_value: {
    description:
      "The words from `address` on (as on the wire) stay as they are, all others live; with value false they live again",
    args: v.strictObject({
      address: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff)),
      count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(125)), 2),
      value: on,
    }),
  },
  late_reply: {
    description: "The device takes `value` milliseconds longer to answer; 0 is healthy again",
    args: v.strictObject({ value: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)), 800) }),
  },
  wrong_unit: { description: "The device answers in another one's name", args: v.strictObject({ value: on }) },
  wrong_crc: { description: "Its replies have a wrong checksum", args: v.strictObject({ value: on }) },
  exception: {
    description: "The device refuses everything with this Modbus exception; null is healthy again",
    args: v.strictObject({ value: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(255))) }),
  },
  garbage: { description: "Its replies are bytes without a meaning", args: v.strictObject({ value: on }) },
  swapped_words: {
    description: "The words of its values have changed places",
    args: v.strictObject({ value: on }),
  },
} as const;
