/** What a scenario's `sim` step can do to the daemon itself, under the module id `evsed`. */
import * as v from "valibot";
import type { SimCommand } from "../../hal/manifest.ts";

export const daemonId = "evsed";

const nth = v.pipe(v.number(), v.integer(), v.minValue(1));

export const daemonSim = {
  block_main: {
    description:
      "Blocks the main thread for `value` seconds: the event loop stands still, the interlock worker does not",
    args: v.strictObject({ value: v.pipe(v.number(), v.finite(), v.gtValue(0)) }),
  },
  kill: {
    description:
      "Kills the daemon without bringing outputs to the safe state: the run ends or, with `restart_s`, the daemon " +
      "starts anew that many seconds later in the same simulated world and with the same stored files. With " +
      "`before_effect` it dies later: before it carries out the nth effect of its machines from now on; with " +
      "`in_change` in the nth change of a file from now on, which the disk then holds as `last_change` says",
    args: v.strictObject({
      restart_s: v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(0))),
      before_effect: v.exactOptional(nth),
      in_change: v.exactOptional(nth),
      last_change: v.exactOptional(v.picklist(["missing", "torn", "whole"])),
    }),
  },
  spare: {
    description: "A death that was announced and has not come does not come any more",
    args: v.strictObject({}),
  },
  disk_full: {
    description: "No file can be changed any more, until `value` false",
    args: v.strictObject({ value: v.optional(v.boolean(), true) }),
  },
  wall_clock_jump: {
    description: "The time of day jumps by `value` seconds, back where that is negative",
    args: v.strictObject({ value: v.pipe(v.number(), v.finite()) }),
  },
} as const satisfies Readonly<Record<string, SimCommand>>;
