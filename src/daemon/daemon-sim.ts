/** What a scenario's `sim` step can do to the daemon itself, under the module id `evsed`. */
import * as v from "valibot";
import type { SimCommand } from "../../hal/manifest.ts";

export const daemonId = "evsed";

export const daemonSim = {
  block_main: {
    description:
      "Blocks the main thread for `value` seconds: the event loop stands still, the interlock worker does not",
    args: v.strictObject({ value: v.pipe(v.number(), v.finite(), v.gtValue(0)) }),
  },
  kill: {
    description:
      "Kills the daemon without bringing outputs to the safe state: the run ends or, with `restart_s`, the daemon " +
      "starts anew that many seconds later in the same simulated world and with the same stored files",
    args: v.strictObject({ restart_s: v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(0))) }),
  },
} as const satisfies Readonly<Record<string, SimCommand>>;
