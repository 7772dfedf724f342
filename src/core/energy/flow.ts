/** What flows in the energy tree, by the names of the EVerest energy types. Source: energy facts, section 1. */
import type { Powermeter } from "../powermeter.ts";

/** A number together with free text naming who caused it. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

export interface LimitsReq {
  readonly total_power_W?: Sourced<number>;
  /** Ampere per phase. */
  readonly ac_max_current_A?: Sourced<number>;
  readonly ac_min_current_A?: Sourced<number>;
  readonly ac_max_phase_count?: Sourced<number>;
  readonly ac_min_phase_count?: Sourced<number>;
  readonly ac_supports_changing_phases_during_charging?: boolean;
  readonly ac_number_of_active_phases?: number;
}

/** Signed: negative means export. */
export interface LimitsRes {
  readonly total_power_W?: Sourced<number>;
  readonly ac_max_current_A?: Sourced<number>;
  readonly ac_max_phase_count?: Sourced<number>;
}

export interface ScheduleReqEntry {
  /** RFC 3339 UTC. The first entry counts from now on even if it lies in the future, the last one for ever. */
  readonly timestamp: string;
  readonly limits_to_root: LimitsReq;
  readonly limits_to_leaves: LimitsReq;
  /** 0..1, default 1. */
  readonly conversion_efficiency?: number;
  readonly price_per_kwh?: number;
}

export interface ScheduleResEntry {
  readonly timestamp: string;
  readonly limits_to_root: LimitsRes;
  readonly price_per_kwh?: number;
}

export interface Setpoint {
  readonly source: string;
  /** 0 highest .. 1000 lowest. */
  readonly priority: number;
  readonly ac_current_A?: number;
  readonly total_power_W?: number;
  readonly frequency_table?: readonly FrequencyWattPoint[];
}

/** One row of a table that gives the power by the frequency of the grid; rows ascend by frequency. */
export interface FrequencyWattPoint {
  readonly frequency_Hz: number;
  readonly total_power_W: number;
}

export interface ScheduleSetpointEntry {
  readonly timestamp: string;
  readonly setpoint?: Setpoint;
}

export type EnergyNodeType = "Undefined" | "Evse" | "Generic";

export type EnergyEvseState =
  | "Unplugged"
  | "WaitForAuth"
  | "WaitForEnergy"
  | "PrepareCharging"
  | "PausedEV"
  | "PausedEVSE"
  | "Charging"
  | "Finished"
  | "Disabled";

export interface EnergyFlowRequest {
  /** Module id: the address enforced limits come back to. */
  readonly uuid: string;
  readonly node_type: EnergyNodeType;
  readonly children: readonly EnergyFlowRequest[];
  /** Empty = nothing available; an entry without limits = unlimited. */
  readonly schedule_import: readonly ScheduleReqEntry[];
  readonly schedule_export: readonly ScheduleReqEntry[];
  readonly schedule_setpoints: readonly ScheduleSetpointEntry[];
  /** true = optimise again at once. */
  readonly priority_request?: boolean;
  readonly evse_state?: EnergyEvseState;
  /** Carried for those who look at the tree; nobody evaluates it. */
  readonly optimizer_target?: OptimizerTarget;
  /**
   * Ampere per phase the EVSE still offers although it is given less: in a random delay, and between two changes of the
   * duty cycle. Not part of EVerest.
   */
  readonly held_current_A?: number;
  /** What is measured at the node, towards the grid and towards the cars. */
  readonly energy_usage_root?: Powermeter;
  readonly energy_usage_leaves?: Powermeter;
}

export interface OptimizerTarget {
  /** kWh. */
  readonly energy_amount_needed?: number;
  /** Percent, as the next one. */
  readonly charge_to_max_percent?: number;
  readonly car_battery_soc?: number;
  /** RFC 3339. */
  readonly leave_time?: string;
  readonly price_limit?: number;
  readonly full_autonomy?: boolean;
}

export interface PricePerKwh {
  /** RFC 3339: from then on. */
  readonly timestamp: string;
  /** `currency`: three letters, ISO 4217. */
  readonly value: { readonly value: number; readonly currency: string };
}

export interface EnergyPriceSchedule {
  readonly schedule_import: readonly PricePerKwh[];
  readonly schedule_export: readonly PricePerKwh[];
}

export interface EnforcedLimits {
  readonly uuid: string;
  /** Seconds; afterwards power must stop. */
  readonly valid_for: number;
  /** The only binding part. */
  readonly limits_root_side: LimitsRes;
  readonly schedule: readonly ScheduleResEntry[];
  /** Who leaves nothing, where the limits are nothing: their own source is empty then. Not part of EVerest. */
  readonly limited_by?: string;
}

export interface ExternalLimits {
  readonly schedule_import: readonly ScheduleReqEntry[];
  readonly schedule_export: readonly ScheduleReqEntry[];
  readonly schedule_setpoints: readonly ScheduleSetpointEntry[];
}
