import type { CarManufacturer } from "./values.ts";

/** What is known of the vehicle that is plugged in, by the names of `evse_manager#/EVInfo`. */
export interface VehicleInfo {
  readonly soc?: number;
  readonly present_voltage?: number;
  readonly present_current?: number;
  readonly target_voltage?: number;
  readonly target_current?: number;
  readonly maximum_current_limit?: number;
  readonly minimum_current_limit?: number;
  readonly maximum_voltage_limit?: number;
  readonly maximum_power_limit?: number;
  readonly estimated_time_full?: string;
  readonly departure_time?: string;
  readonly estimated_time_bulk?: string;
  readonly evcc_id?: string;
  readonly remaining_energy_needed?: number;
  readonly battery_capacity?: number;
  readonly battery_full_soc?: number;
  readonly battery_bulk_soc?: number;
  readonly target_energy_request?: number;
  readonly max_energy_request?: number;
  readonly min_energy_request?: number;
  readonly ac_max_charge_power?: number;
  readonly ac_min_charge_power?: number;
  readonly ac_max_discharge_power?: number;
  readonly ac_min_discharge_power?: number;
  readonly ac_present_active_power?: number;
  readonly ac_present_reactive_power?: number;
  /** Not in EVerest, which knows the instant alone. */
  readonly remaining_time_to_full_s?: number;
}

/** The vehicle of this session. */
export interface KnownVehicle {
  readonly info: VehicleInfo;
  readonly manufacturer: CarManufacturer;
}

export const unknownVehicle: KnownVehicle = { info: {}, manufacturer: "Unknown" };

/** The same one when nothing is news. */
export function learned(info: VehicleInfo, news: VehicleInfo): VehicleInfo {
  const isNews = Object.entries(news).some(([key, value]) => info[key as keyof VehicleInfo] !== value);
  return isNews ? { ...info, ...news } : info;
}
