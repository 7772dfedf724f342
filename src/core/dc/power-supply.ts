/** A DC supply by the names of the EVerest `power_supply_DC` interface. Source: DC charging facts, section 11. */

export type SupplyMode = "Off" | "Export" | "Import" | "Fault";

/** What the supply is used for; it may choose its ramps and its protection by it. */
export type SupplyPhase = "Other" | "CableCheck" | "PreCharge" | "Charging";

export interface VoltageCurrent {
  readonly voltage_V: number;
  /** Positive towards the vehicle. */
  readonly current_A: number;
}

export interface SupplyCapabilities {
  readonly bidirectional: boolean;
  readonly max_export_voltage_V: number;
  readonly min_export_voltage_V: number;
  readonly max_export_current_A: number;
  readonly min_export_current_A: number;
  readonly max_export_power_W: number;
  readonly current_regulation_tolerance_A: number;
  readonly peak_current_ripple_A: number;
  readonly max_import_voltage_V?: number;
  readonly min_import_voltage_V?: number;
  readonly max_import_current_A?: number;
  readonly min_import_current_A?: number;
  readonly max_import_power_W?: number;
  readonly nominal_max_export_voltage_V?: number;
  readonly nominal_min_export_voltage_V?: number;
  readonly nominal_max_export_current_A?: number;
  readonly nominal_min_export_current_A?: number;
  readonly nominal_max_export_power_W?: number;
  readonly nominal_max_import_voltage_V?: number;
  readonly nominal_min_import_voltage_V?: number;
  readonly nominal_max_import_current_A?: number;
  readonly nominal_min_import_current_A?: number;
  readonly nominal_max_import_power_W?: number;
  /** 0..1. */
  readonly conversion_efficiency_import?: number;
  readonly conversion_efficiency_export?: number;
}

/** Nothing is possible before the supply has told what it can. Source: DC charging facts, section 1. */
export const unknownSupply: SupplyCapabilities = {
  bidirectional: false,
  max_export_voltage_V: 60,
  min_export_voltage_V: 0,
  max_export_current_A: 0,
  min_export_current_A: 0,
  max_export_power_W: 0,
  current_regulation_tolerance_A: 0.5,
  peak_current_ripple_A: 0.5,
};
