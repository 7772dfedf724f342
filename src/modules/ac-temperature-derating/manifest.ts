/** Source: energy facts, section 8. */
import { externalEnergyLimits } from "../../../hal/energy.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { temperatureSensor } from "../../../hal/temperature-sensor.ts";
import { complaints } from "./complaints.ts";

export const manifest = defineManifest({
  type: "AcTemperatureDerating",
  description: "Lowers the current of everything behind a node of the energy tree while something is hot.",
  config: {
    derating_curves_json: {
      type: "string",
      description:
        'What each temperature leaves, as JSON: `{"<module id>": {"<identification>": [{"temp_C": 50, "max_current_A": 32}, …]}}`. ' +
        "In between the current is interpolated, below the first point there is no limit, above the last one it stays. " +
        "Every sensor that is connected needs a curve.",
      default: "{}",
    },
    temperature_provider_ignore_list: {
      type: "string",
      description:
        "Readings that say nothing about the current, as `<module id>.<identification>`, with commas between.",
      default: "",
    },
    fallback_max_current_A: {
      type: "number",
      description: "Ampere per phase while a temperature is not known; 0 pauses.",
      default: 0,
      minimum: 0,
    },
    temperature_stale_timeout_ms: {
      type: "integer",
      description: "A temperature that was told longer ago than this is not known, in ms.",
      default: 10_000,
      minimum: 100,
    },
    update_debounce_ms: {
      type: "integer",
      description: "Least time before a limit rises again, in ms. It falls at once.",
      default: 1000,
      minimum: 0,
    },
    hysteresis_K: {
      type: "number",
      description: "So far a temperature must fall before it counts as lower, in kelvin. Not a key of EVerest.",
      default: 0,
      minimum: 0,
      maximum: 100,
    },
  },
  complaints,
  provides: {},
  requires: {
    temperature: { port: temperatureSensor, min: 1, max: 16, description: "What is measured." },
    energy_node: {
      port: externalEnergyLimits,
      description: "A node of its own in the energy tree: limits from outside have one owner.",
    },
  },
});
