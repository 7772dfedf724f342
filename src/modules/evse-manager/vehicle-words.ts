/** What a vehicle says of itself, as `evse_manager` tells it to those above. Source: DC charging facts, section 11. */
import type { iso15118Charger } from "../../../hal/iso15118-charger.ts";
import type { VarName, VarValue } from "../../../hal/port.ts";
import type { VehicleInfo } from "../../core/hlc/vehicle-info.ts";

type Hlc = typeof iso15118Charger;

type Words = { readonly [V in VarName<Hlc>]?: (value: VarValue<Hlc, V>) => VehicleInfo };

/** What a vehicle does not say (ISO 15118-2 has negative numbers for that) is not known. */
const said = <K extends keyof VehicleInfo>(key: K, value: number | undefined): VehicleInfo =>
  value === undefined || value < 0 ? {} : { [key]: value };

const time = <K extends keyof VehicleInfo>(key: K, value: string | undefined): VehicleInfo =>
  value === undefined ? {} : { [key]: value };

export const vehicleWords: Words = {
  dc_ev_maximum_limits: (limits) => ({
    ...said("maximum_current_limit", limits.dc_ev_maximum_current_limit),
    ...said("maximum_power_limit", limits.dc_ev_maximum_power_limit),
    ...said("maximum_voltage_limit", limits.dc_ev_maximum_voltage_limit),
  }),
  dc_ev_target_voltage_current: ({ dc_ev_target_voltage, dc_ev_target_current }) => ({
    target_voltage: dc_ev_target_voltage,
    target_current: dc_ev_target_current,
  }),
  dc_ev_status: ({ dc_ev_ress_soc }) => ({ soc: dc_ev_ress_soc }),
  dc_ev_remaining_time: ({ ev_remaining_time_to_full_soc, ev_remaining_time_to_full_bulk_soc }) => ({
    ...time("estimated_time_full", ev_remaining_time_to_full_soc),
    ...time("estimated_time_bulk", ev_remaining_time_to_full_bulk_soc),
  }),
  dc_ev_energy_capacity: (battery_capacity) => ({ battery_capacity }),
  dc_ev_energy_request: (remaining_energy_needed) => ({ remaining_energy_needed }),
  dc_full_soc: (battery_full_soc) => ({ battery_full_soc }),
  dc_bulk_soc: (battery_bulk_soc) => ({ battery_bulk_soc }),
  dc_ev_present_voltage: (present_voltage) => ({ present_voltage }),
  ac_eamount: (remaining_energy_needed) => ({ remaining_energy_needed }),
  ac_ev_max_voltage: (maximum_voltage_limit) => ({ maximum_voltage_limit }),
  ac_ev_max_current: (maximum_current_limit) => ({ maximum_current_limit }),
  ac_ev_min_current: (minimum_current_limit) => ({ minimum_current_limit }),
  ac_ev_power_limits: (limits) => ({
    ...said("ac_max_charge_power", limits.max_charge_power?.total),
    ...said("ac_min_charge_power", limits.min_charge_power?.total),
    ...said("ac_max_discharge_power", limits.max_discharge_power?.total),
    ...said("ac_min_discharge_power", limits.min_discharge_power?.total),
  }),
  ac_ev_present_powers: ({ present_active_power, present_reactive_power }) => ({
    ac_present_active_power: present_active_power.total,
    ...(present_reactive_power !== undefined && { ac_present_reactive_power: present_reactive_power.total }),
  }),
  ac_ev_dynamic_control_mode: ({ target_energy_request, max_energy_request, min_energy_request }) => ({
    target_energy_request,
    max_energy_request,
    min_energy_request,
  }),
  d20_dc_dynamic_charge_mode: ({ target_energy_request, max_energy_request, min_energy_request }) => ({
    target_energy_request,
    max_energy_request,
    min_energy_request,
  }),
  display_parameters: ({ present_soc, battery_energy_capacity, remaining_time_to_maximum_soc }) => ({
    ...said("soc", present_soc),
    ...said("remaining_time_to_full_s", remaining_time_to_maximum_soc),
    ...said("battery_capacity", battery_energy_capacity),
  }),
  departure_time: (departure_time) => ({ departure_time }),
};
