/** Source: energy facts, section 2.2. */
import { energy, energyPriceInformation, externalEnergyLimits } from "../../../hal/energy.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { powermeter } from "../../../hal/powermeter.ts";

export const manifest = defineManifest({
  type: "EnergyNode",
  description: "A fuse of the energy tree, and a place where limits from outside apply to everything behind it.",
  config: {
    fuse_limit_A: {
      type: "number",
      description: "Ampere per phase of the fuse, or of the wire it protects.",
      minimum: 0,
    },
    phase_count: {
      type: "integer",
      description: "Phases behind the fuse; 0: not told.",
      default: 3,
      minimum: 0,
      maximum: 3,
    },
    nominal_voltage_V: {
      type: "number",
      description: "Volt between phase and neutral.",
      default: 230,
      minimum: 1,
      maximum: 1000,
    },
    enhance_external_schedule: {
      type: "boolean",
      description: "Adds the current that follows from the power to limits from outside that only tell power.",
      default: false,
    },
  },
  provides: {
    energy_grid: { port: energy, description: "The node towards the grid." },
    external_limits: { port: externalEnergyLimits, description: "Limits from outside; the last caller counts." },
  },
  requires: {
    energy_consumer: { port: energy, min: 1, max: 128, description: "Nodes and EVSEs behind the fuse." },
    powermeter: {
      port: powermeter,
      min: 0,
      max: 1,
      description: "Measures at the fuse: the frequency that setpoints may follow.",
    },
    price_information: {
      port: energyPriceInformation,
      min: 0,
      max: 1,
      description: "Prices to carry with the limits.",
    },
  },
});
