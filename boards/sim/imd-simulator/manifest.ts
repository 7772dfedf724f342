import * as v from "valibot";
import { isolationMonitor } from "../../../hal/isolation-monitor.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { finite, positive } from "../../../hal/values.ts";
import { dcCircuit } from "../dc-circuit/port.ts";

const on = v.optional(v.boolean(), true);

export const manifest = defineManifest({
  type: "IMDSimulator",
  description: "A simulated isolation monitor",
  config: {},
  provides: {
    main: {
      port: isolationMonitor,
      description: "The monitor",
      dc: { voltageEveryMs: "interval" },
      config: {
        resistance_F_Ohm: { type: "integer", default: 900_000, minimum: 0, description: "Isolation, ohm" },
        interval: { type: "integer", default: 1000, minimum: 1, description: "Milliseconds between two measurements" },
        selftest_success: { type: "boolean", default: true, description: "Its self test succeeds" },
      },
    },
  },
  requires: {
    dc_circuit: { port: dcCircuit, min: 0, description: "What it measures at; made by itself where none is given" },
  },
  sim: {
    set_resistance: { description: "The isolation is `value` ohm", args: v.strictObject({ value: positive }) },
    set_pole_share: {
      description: "The positive pole stands at `value` of the voltage above earth; 0.5 is balanced",
      args: v.strictObject({ value: finite }),
    },
    set_self_test: {
      description: "A self test ends that way after that many seconds; null: never",
      args: v.strictObject({
        success: v.optional(v.nullable(v.boolean()), true),
        duration_s: v.optional(positive, 3),
      }),
    },
    fault: {
      description: "Raises (or with value false clears) an error of the device, which measures nothing meanwhile",
      args: v.strictObject({ type: v.picklist(["DeviceFault", "CommunicationFault", "VendorError"]), value: on }),
    },
    silence: { description: "It tells nothing, and nobody notices", args: v.strictObject({ value: on }) },
    freeze: { description: "It keeps telling the same", args: v.strictObject({ value: on }) },
  },
});
