/** What a scenario can do to the simulated world below the board. */
import * as v from "valibot";

const on = v.optional(v.boolean(), true);
const relay = v.optional(v.picklist([1, 2]), 1);

export const boardSim = {
  relay_welded: {
    description: "The contact of the relay is closed and stays so",
    args: v.strictObject({ relay, value: on }),
  },
  relay_stuck_open: {
    description: "The contact of the relay is open and stays so",
    args: v.strictObject({ relay, value: on }),
  },
  relay_slow: {
    description: "The contact of the relay takes `value` milliseconds to move; 0 is healthy again",
    args: v.strictObject({ relay, value: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)), 500) }),
  },
  pp_removed: { description: "The proximity pin is open", args: v.strictObject({ value: on }) },
  pp_voltage: {
    description: "Holds the proximity pin at `value` volts; null lets go",
    args: v.strictObject({ value: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(3.3))) }),
  },
  cp_voltage: {
    description: "Holds the pilot at `value` volts; null lets go. Above 0 V the low half stays as it is",
    args: v.strictObject({ value: v.nullable(v.pipe(v.number(), v.minValue(-15), v.maxValue(15))) }),
  },
  rcm: { description: "Trips the residual current monitor, or releases it", args: v.strictObject({ value: on }) },
  grid_phases: {
    description: "Phases that the line for them tells; it is read once, at the start",
    args: v.strictObject({ value: v.picklist([1, 3]) }),
  },
  adc_silent: {
    description: "Conversions of the pilot and of the proximity pin time out",
    args: v.strictObject({ value: on }),
  },
  thread_delay: {
    description:
      "The interlock and the rest of the program hear of each other up to `value` milliseconds late, 50 at the start",
    args: v.strictObject({ value: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(50)) }),
  },
} as const;
