/** What a scenario can do to the simulated plug lock. */
import * as v from "valibot";

const on = v.optional(v.boolean(), true);

export const lockSim = {
  lock_stuck: { description: "The lock does not move, whatever drives it", args: v.strictObject({ value: on }) },
  lock_moved: {
    description: "Somebody moves the lock by hand: `value` true locks it",
    args: v.strictObject({ value: v.boolean() }),
  },
  capacitor_flat: {
    description: "The capacitors that open the lock when the supply fails do not charge",
    args: v.strictObject({ value: on }),
  },
} as const;
