import * as v from "valibot";
import { defineManifest } from "../../../hal/manifest.ts";
import { overVoltageMonitor } from "../../../hal/over-voltage-monitor.ts";
import { powerSupplyDc } from "../../../hal/power-supply-dc.ts";
import { positive } from "../../../hal/values.ts";
import { dcCircuit } from "../dc-circuit/port.ts";

const on = v.optional(v.boolean(), true);

export const manifest = defineManifest({
  type: "OVMSimulator",
  description: "A simulated over-voltage monitor that judges by itself",
  config: {},
  provides: {
    main: {
      port: overVoltageMonitor,
      description: "The monitor",
      config: {
        simulate_error_shutdown: {
          type: "boolean",
          default: false,
          description: "Ask for an error shutdown `simulate_error_delay` after each start",
        },
        simulate_emergency_shutdown: {
          type: "boolean",
          default: false,
          description: "Ask for an emergency shutdown `simulate_error_delay` after each start",
        },
        simulate_error_delay: { type: "integer", default: 5, minimum: 0, description: "Seconds" },
      },
    },
  },
  requires: {
    power_supply: { port: powerSupplyDc, min: 0, description: "Told for its voltage where it hangs on no circuit" },
    dc_circuit: { port: dcCircuit, min: 0, description: "What it measures at; made by itself where none is given" },
  },
  sim: {
    set_over_voltage_measurement_V: {
      description: "It sees `value` volts; null: what there is",
      args: v.strictObject({ value: v.nullable(positive) }),
    },
    fault: {
      description: "Raises (or with value false clears) an error of the device, which watches nothing meanwhile",
      args: v.strictObject({ type: v.picklist(["DeviceFault", "CommunicationFault", "VendorError"]), value: on }),
    },
    silence: { description: "It tells nothing, and nobody notices", args: v.strictObject({ value: on }) },
    freeze: { description: "It keeps seeing the same", args: v.strictObject({ value: on }) },
  },
});
