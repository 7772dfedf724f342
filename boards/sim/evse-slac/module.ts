/** A power line whose vehicle end goes to the simulated vehicle of the same connector. */
import type { ModuleFactory } from "../../../hal/module.ts";
import type { Ends } from "../slac/power-line.ts";
import { powerLine } from "../slac/power-line.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const line = powerLine(context.clock, context.random, () => ends, "heard");
  const ends: Ends = {
    station: context.provide("main", line.station),
    vehicle: context.provide("vehicle", line.vehicle),
  };
  return line.instance;
};
