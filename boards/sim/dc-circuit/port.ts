/**
 * `dc_circuit`: the copper between a supply and a vehicle. Only what is simulated is connected to it; which supply,
 * monitors and vehicle hang on which circuit follows from the wiring of their EVSE.
 */
import * as v from "valibot";
import type { Connection } from "../../../hal/module.ts";
import type { Schema } from "../../../hal/port.ts";
import { definePort } from "../../../hal/port.ts";
import { finite, noArgs, positive } from "../../../hal/values.ts";
import type { BatteryTerminals, DcReading, Source } from "./circuit.ts";

const source: Schema<Source> = v.strictObject({
  mode: v.picklist(["off", "export", "import"]),
  voltageV: positive,
  currentA: positive,
  powerW: positive,
  voltsPerSecond: positive,
  amperesPerSecond: positive,
  errorV: finite,
});
const battery: Schema<BatteryTerminals> = v.strictObject({ voltageV: positive, ohm: positive });
const reading: Schema<DcReading> = v.strictObject({
  supplyV: finite,
  inletV: finite,
  currentA: finite,
  exportedWh: finite,
  importedWh: finite,
  hasBattery: v.boolean(),
});

export const dcCircuit = definePort({
  name: "dc_circuit",
  commands: {
    drive: { args: v.strictObject({ source }) },
    /** The vehicle's contactor closes onto a battery, or opens (null). */
    connect_battery: { args: v.strictObject({ battery: v.nullable(battery) }) },
    read: { args: noArgs, result: reading },
  },
  vars: {
    /** Something changed; it will be at rest at `settlesAtMs`, and told again then. */
    moved: v.strictObject({ settlesAtMs: finite }),
  },
  errors: [],
});

const dead: DcReading = { supplyV: 0, inletV: 0, currentA: 0, exportedWh: 0, importedWh: 0, hasBattery: false };

/** What a meter at the circuit shows now; nothing at all where there is none. */
export function readCircuit(circuit: Connection<typeof dcCircuit> | undefined): DcReading {
  let now = dead;
  circuit?.call("read", {}, (value) => {
    now = value;
  });
  return now;
}
