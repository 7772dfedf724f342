import * as v from "valibot";
import { defineManifest } from "../../hal/manifest.ts";
import { temperatureSensor } from "../../hal/temperature-sensor.ts";
import { finite } from "../../hal/values.ts";
import { chipNames } from "./chips.ts";

const on = v.optional(v.boolean(), true);

export const manifest = defineManifest({
  type: "LM75TemperatureSensor",
  description: "A temperature sensor of the LM75 family on an I2C bus",
  config: {
    i2c_bus: { type: "integer", default: 1, minimum: 0, description: "Number of the bus: 1 is `/dev/i2c-1`" },
    i2c_address: {
      type: "integer",
      default: 72,
      minimum: 72,
      maximum: 79,
      description: "Address of the chip: 72 (0x48) and what its pins A0 to A2 add",
    },
    chip: {
      type: "string",
      enum: chipNames,
      default: "LM75",
      description: "Which one it is: steps of 0.5 K (`LM75`), 0.125 K (`LM75A`, `LM75B`) or 0.0625 K (`TMP…`)",
    },
    identification: {
      type: "string",
      default: "internal",
      minLength: 1,
      description: "Names the reading, as derating curves do",
    },
    location: { type: "string", default: "", description: "Where it is mounted; empty: not told" },
  },
  provides: { main: { port: temperatureSensor, description: "Its temperature, once a second" } },
  requires: {},
  sim: {
    set_temperature_C: {
      description: "The chip is that warm",
      args: v.strictObject({ value: v.pipe(finite, v.minValue(-128), v.maxValue(127)) }),
    },
    silence: { description: "Nobody acknowledges the address", args: v.strictObject({ value: on }) },
    freeze: { description: "It answers, and measures nothing any more", args: v.strictObject({ value: on }) },
    hang: { description: "Something holds the bus: transactions do not end", args: v.strictObject({ value: on }) },
    reset: { description: "Its supply is gone for a moment: it forgets its settings", args: v.strictObject({}) },
    sleep: { description: "It goes into shutdown by itself", args: v.strictObject({}) },
    spoil_next: {
      description: "The next temperature is read as this word",
      args: v.strictObject({ value: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff)) }),
    },
  },
});
