/** What a scenario can do to a simulated meter on a Modbus line. */
import * as v from "valibot";
import { busSim } from "./bus-sim.ts";

export const meterSim = {
  ...busSim,
  set_current_A: {
    description: "The meter measures this current on every phase it has",
    args: v.strictObject({ value: v.pipe(v.number(), v.finite()) }),
  },
} as const;
