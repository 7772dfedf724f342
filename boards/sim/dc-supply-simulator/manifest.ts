import * as v from "valibot";
import type { ConfigKey } from "../../../hal/manifest.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { powerSupplyDc } from "../../../hal/power-supply-dc.ts";
import { powermeter } from "../../../hal/powermeter.ts";
import { finite, positive } from "../../../hal/values.ts";
import { dcCircuit } from "../dc-circuit/port.ts";
import { supplyFaults } from "./faults.ts";

const on = v.optional(v.boolean(), true);
const figure = (defaultValue: number, description: string) =>
  ({ type: "number", default: defaultValue, minimum: 0, description }) as const satisfies ConfigKey;

export const manifest = defineManifest({
  type: "DCSupplySimulator",
  description: "A simulated DC supply with its meter",
  config: {},
  provides: {
    main: {
      port: powerSupplyDc,
      description: "The supply",
      dc: { communicationTimeoutMs: 1000, voltageEveryMs: 250 },
      config: {
        bidirectional: { type: "boolean", default: true, description: "It can also feed back into the grid" },
        max_power: figure(150_000, "Highest power, watt; of both directions, as all limits"),
        nominal_max_export_power: figure(150_000, "Rated power towards the vehicle, watt"),
        nominal_max_import_power: figure(150_000, "Rated power towards the grid, watt"),
        min_voltage: figure(200, "Lowest voltage, volts: it cannot put out less"),
        nominal_min_voltage: figure(200, "Rated lowest voltage, volts"),
        max_voltage: figure(900, "Highest voltage, volts"),
        nominal_max_voltage: figure(900, "Rated highest voltage, volts"),
        min_current: figure(1, "Lowest current, ampere: it cannot be set to less"),
        nominal_min_current: figure(1, "Rated lowest current, ampere"),
        max_current: figure(200, "Highest current, ampere"),
        nominal_max_current: figure(200, "Rated highest current, ampere"),
      },
    },
    powermeter: { port: powermeter, description: "DC meter at the output", dc: { voltageEveryMs: 250 } },
  },
  requires: {
    dc_circuit: { port: dcCircuit, min: 0, description: "What it feeds; made by itself where none is given" },
  },
  sim: {
    set_voltage_error: {
      description: "The output is `value` volts above its setpoint while it is on, whatever hangs on it",
      args: v.strictObject({ value: finite }),
    },
    set_ramp: {
      description: "The output moves by `value` volts per second",
      args: v.strictObject({ value: v.pipe(finite, v.gtValue(0)) }),
    },
    set_measurement_error: {
      description: "It tells `value` volts more than there are",
      args: v.strictObject({ value: finite }),
    },
    fault: {
      description: `Raises (or with value false clears) power_supply_DC/… of ${supplyFaults.join(", ")}. The output goes off, except on VendorWarning; on CommunicationFault after a second, and it is silent`,
      args: v.strictObject({ type: v.picklist(supplyFaults), value: on }),
    },
    set_capabilities: {
      description: "It can deliver less, or as much as configured again (null)",
      args: v.strictObject({
        max_current_A: v.optional(v.nullable(positive), null),
        max_power_W: v.optional(v.nullable(positive), null),
      }),
    },
    silence: {
      description: "Neither supply nor meter tell anything, and nobody notices",
      args: v.strictObject({ value: on }),
    },
    freeze: { description: "Supply and meter keep telling the same", args: v.strictObject({ value: on }) },
  },
});
