/**
 * `power_supply_DC`: the rectifier between the grid and the vehicle.
 *
 * `setMode {Off}` returns once the current is low enough for contactors to open without an arc, and must not take long:
 * what takes power away never waits. A setpoint counts from the next `setMode {Export}` on, and at once while the supply
 * is on. A driver whose device falls silent keeps the last mode and setpoint, sets them again when it is back, and only
 * then clears its `CommunicationFault`. Changed capabilities count at once for current and power; a voltage range is not
 * changed under a session.
 *
 * `voltage_current` comes at least once a second, four times a second is better: supervision is fed by it.
 */
import * as v from "valibot";
import type { SupplyCapabilities, SupplyMode, SupplyPhase, VoltageCurrent } from "../src/core/dc/power-supply.ts";
import type { Schema } from "./port.ts";
import { definePort } from "./port.ts";
import { finite, positive } from "./values.ts";

const mode: Schema<SupplyMode> = v.picklist(["Off", "Export", "Import", "Fault"]);
const phase: Schema<SupplyPhase> = v.picklist(["Other", "CableCheck", "PreCharge", "Charging"]);
const setpoint = { args: v.strictObject({ voltage: positive, current: positive }) };
const voltageCurrent: Schema<VoltageCurrent> = v.strictObject({ voltage_V: finite, current_A: finite });
const optional = v.exactOptional(positive);
const efficiency = v.exactOptional(v.pipe(positive, v.maxValue(1)));

export const supplyCapabilities: Schema<SupplyCapabilities> = v.strictObject({
  bidirectional: v.boolean(),
  max_export_voltage_V: positive,
  min_export_voltage_V: positive,
  max_export_current_A: positive,
  min_export_current_A: positive,
  max_export_power_W: positive,
  current_regulation_tolerance_A: positive,
  peak_current_ripple_A: positive,
  max_import_voltage_V: optional,
  min_import_voltage_V: optional,
  max_import_current_A: optional,
  min_import_current_A: optional,
  max_import_power_W: optional,
  nominal_max_export_voltage_V: optional,
  nominal_min_export_voltage_V: optional,
  nominal_max_export_current_A: optional,
  nominal_min_export_current_A: optional,
  nominal_max_export_power_W: optional,
  nominal_max_import_voltage_V: optional,
  nominal_min_import_voltage_V: optional,
  nominal_max_import_current_A: optional,
  nominal_min_import_current_A: optional,
  nominal_max_import_power_W: optional,
  conversion_efficiency_import: efficiency,
  conversion_efficiency_export: efficiency,
});

export const powerSupplyDc = definePort({
  name: "power_supply_DC",
  commands: {
    setMode: { args: v.strictObject({ mode, phase }) },
    setExportVoltageCurrent: setpoint,
    /** Draws from the vehicle while its voltage is above `voltage`. */
    setImportVoltageCurrent: setpoint,
  },
  vars: { voltage_current: voltageCurrent, mode, capabilities: supplyCapabilities },
  errors: ["power_supply_DC"],
});
