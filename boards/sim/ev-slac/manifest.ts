import { evSlac } from "../../../hal/ev-slac.ts";
import { defineManifest } from "../../../hal/manifest.ts";

const unused = { notEffectiveYet: true } as const;

export const manifest = defineManifest({
  type: "EvSlac",
  description: "Matching on the power line, the vehicle's side; simulated only",
  config: {},
  provides: {
    main: {
      port: evSlac,
      description: "The vehicle's side",
      config: {
        device: { type: "string", default: "eth1", description: "Network device of the modem", ...unused },
        set_key_timeout_ms: {
          type: "integer",
          default: 500,
          description: "How long the modem has to take a key, in ms",
          ...unused,
        },
        link_status_detection: {
          type: "boolean",
          default: false,
          description: "Ask the modem whether the link is up",
          ...unused,
        },
        link_status_retry_ms: {
          type: "integer",
          default: 100,
          description: "Between two questions without an answer, in ms",
          ...unused,
        },
        link_status_poll_ms: {
          type: "integer",
          default: 250,
          description: "Between two questions while the link is up, in ms",
          ...unused,
        },
      },
    },
  },
  requires: {
    line: { port: evSlac, min: 0, description: "The power line; made by itself where none is given" },
  },
});
