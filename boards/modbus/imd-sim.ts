/** What a scenario can do to a simulated isolation monitor on a Modbus line. */
import * as v from "valibot";
import { busSim } from "./bus-sim.ts";

const on = v.optional(v.boolean(), true);

export const imdSim = {
  ...busSim,
  set_resistance: {
    description: "The resistance against earth, in ohms",
    args: v.strictObject({ value: v.pipe(v.number(), v.finite(), v.minValue(0)) }),
  },
  set_voltage_V: {
    description: "The DC voltage the monitor measures",
    args: v.strictObject({ value: v.pipe(v.number(), v.finite()) }),
  },
  invalid: { description: "The monitor calls its resistance invalid", args: v.strictObject({ value: on }) },
  device_error: { description: "The monitor has found an error of its own", args: v.strictObject({ value: on }) },
  self_test_fails: { description: "Self tests end with an error", args: v.strictObject({ value: on }) },
} as const;
