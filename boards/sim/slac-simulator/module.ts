/** Both ends of one power line. Source: simulation facts, section 4. */
import type { ModuleFactory } from "../../../hal/module.ts";
import type { Ends } from "../slac/power-line.ts";
import { powerLine } from "../slac/power-line.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const line = powerLine(context.clock, context.random, () => ends);
  const ends: Ends = {
    station: context.provide("evse", line.station),
    vehicle: context.provide("ev", line.vehicle),
  };
  return line.instance;
};
