import { evSlac } from "../../../hal/ev-slac.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { slac } from "../../../hal/slac.ts";
import { powerLineSim } from "../slac/power-line.ts";

export const manifest = defineManifest({
  type: "SlacSimulator",
  description: "Simulated matching of a vehicle and a station on the power line, both sides",
  config: {},
  provides: {
    evse: { port: slac, description: "The station's side" },
    ev: { port: evSlac, description: "The vehicle's side" },
  },
  requires: {},
  sim: powerLineSim,
});
