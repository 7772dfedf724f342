/** Source: Charge Control C facts, section 10. */
import { kvs } from "../../../hal/kvs.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { system } from "../../../hal/system.ts";

export const manifest = defineManifest({
  type: "CbSystem",
  description:
    "What the machine below the station can be asked to do: another firmware by RAUC, logs, a reset, the time. For a " +
    "Charge Control C, and any Linux with these programs",
  config: {
    default_retries: {
      type: "integer",
      default: 1,
      minimum: 1,
      description: "How often a download or an upload is tried where the request does not say it.",
    },
    default_retry_interval: {
      type: "integer",
      default: 1,
      minimum: 0,
      description: "How long to wait in between where the request does not say it, in s.",
    },
    reset_delay: {
      type: "integer",
      default: 3,
      minimum: 0,
      description: "How long a reset waits, so that its answer gets out, in s.",
    },
    min_time_deviation: {
      type: "integer",
      default: 1000,
      minimum: 0,
      description: "The time is set only where it is wrong by at least this, in ms.",
    },
  },
  provides: { main: { port: system, description: "The machine." } },
  requires: { store: { port: kvs, min: 0, description: "Where the reason of a restart outlives it." } },
});
