/** Source: simulation facts, section 4. */
import * as v from "valibot";
import { defineManifest } from "../../../hal/manifest.ts";
import { temperatureSensor } from "../../../hal/temperature-sensor.ts";
import { finite } from "../../../hal/values.ts";

const on = v.optional(v.boolean(), true);

export const manifest = defineManifest({
  type: "TemperatureSensorSimulator",
  description: "A simulated temperature sensor",
  config: {},
  provides: {
    temperature_sensor: {
      port: temperatureSensor,
      description: "The sensor",
      config: {
        temperature_C: { type: "number", default: 25, description: "Degrees Celsius at the start" },
        identification: {
          type: "string",
          default: "internal",
          description: "Names the reading, as derating curves do",
        },
        location: { type: "string", default: "", description: "Where it is mounted; empty: not told" },
        publish_interval_ms: {
          type: "integer",
          default: 1000,
          minimum: 20,
          description: "Milliseconds between two readings",
        },
      },
    },
  },
  requires: {},
  sim: {
    set_temperature_C: { description: "It is `value` degrees warm", args: v.strictObject({ value: finite }) },
    set_identification: {
      description: "Its readings go by another name; empty: by none",
      args: v.strictObject({ value: v.string() }),
    },
    silence: { description: "It tells nothing, and nobody notices", args: v.strictObject({ value: on }) },
    freeze: { description: "It keeps telling the same", args: v.strictObject({ value: on }) },
  },
});
