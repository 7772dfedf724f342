/** The objects of the JSON-RPC API, by its own names. Source: configuration and API facts, section 7. */
import type { SessionEventName } from "../../core/session/session-event.ts";

export const apiVersion = "1.0.0";

export type ResponseError =
  | "NoError"
  | "ErrorInvalidParameter"
  | "ErrorOutOfRange"
  | "ErrorValuesNotApplied"
  | "ErrorInvalidEVSEIndex"
  | "ErrorInvalidConnectorIndex"
  | "ErrorNoDataAvailable"
  | "ErrorOperationNotSupported"
  | "ErrorUnknownError";

export type EvseState =
  | "Unknown"
  | "Unplugged"
  | "Disabled"
  | "Preparing"
  | "Reserved"
  | "AuthRequired"
  | "ChargingPausedEV"
  | "ChargingPausedEVSE"
  | "Charging"
  | "AuthTimeout"
  | "Finished"
  | "FinishedEVSE"
  | "FinishedEV"
  | "SwitchingPhases";

/** Which state a session event leads to; null where it says nothing of it. */
export const stateAfter: Readonly<Record<SessionEventName, EvseState | null>> = {
  Authorized: null,
  Deauthorized: null,
  Enabled: "Unplugged",
  Disabled: "Disabled",
  SessionStarted: "Preparing",
  AuthRequired: "AuthRequired",
  TransactionStarted: "Preparing",
  PrepareCharging: "Preparing",
  ChargingStarted: "Charging",
  ChargingPausedEV: "ChargingPausedEV",
  ChargingPausedEVSE: "ChargingPausedEVSE",
  StoppingCharging: "FinishedEV",
  ChargingFinished: "Finished",
  TransactionFinished: "Finished",
  SessionFinished: "Unplugged",
  ReservationStart: "Reserved",
  ReservationEnd: "Unplugged",
  PluginTimeout: "AuthTimeout",
  SwitchingPhases: "SwitchingPhases",
  SessionResumed: "Preparing",
};

export type ChargeProtocol = "Unknown" | "IEC61851" | "DIN70121" | "ISO15118" | "ISO15118_20";

export function chargeProtocol(selected: string): ChargeProtocol {
  if (selected.startsWith("IEC61851")) return "IEC61851";
  if (selected.startsWith("DIN70121")) return "DIN70121";
  if (selected.startsWith("ISO15118-20")) return "ISO15118_20";
  return selected.startsWith("ISO15118-2") ? "ISO15118" : "Unknown";
}

export interface ChargerInfo {
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly firmware_version: string;
  readonly friendly_name?: string;
  readonly manufacturer?: string;
  readonly manufacturer_url?: string;
  readonly model_url?: string;
  readonly model_no?: string;
  readonly revision?: string;
  readonly board_revision?: string;
}

export interface ConnectorInfo {
  readonly index: number;
  readonly type: string;
}

export interface EvseInfo {
  readonly index: number;
  readonly id: string;
  readonly available_connectors: readonly ConnectorInfo[];
  readonly supported_energy_transfer_modes: readonly string[];
}

export interface AcChargeParameters {
  readonly evse_nominal_voltage?: number;
  readonly evse_max_current: number;
  readonly evse_max_phase_count: number;
  readonly evse_maximum_charge_power: number;
  readonly evse_minimum_charge_power: number;
  readonly evse_nominal_frequency: number;
}

export interface DisplayParameters {
  readonly present_soc?: number;
  readonly battery_energy_capacity?: number;
  readonly remaining_time_to_maximum_soc?: number;
}

export interface EvseStatus {
  readonly charged_energy_wh: number;
  readonly discharged_energy_wh: number;
  readonly charging_duration_s: number;
  readonly charging_allowed: boolean;
  readonly available: boolean;
  readonly active_connector_index: number;
  readonly error_present: boolean;
  readonly charge_protocol: ChargeProtocol;
  readonly ac_charge_param?: AcChargeParameters;
  readonly ac_charge_status?: { readonly evse_active_phase_count: number };
  readonly display_parameters?: DisplayParameters;
  readonly state: EvseState;
}

export interface HardwareCapabilitiesObject {
  readonly max_current_A_export: number;
  readonly max_current_A_import: number;
  readonly max_phase_count_export: number;
  readonly max_phase_count_import: number;
  readonly min_current_A_export: number;
  readonly min_current_A_import: number;
  readonly min_phase_count_export: number;
  readonly min_phase_count_import: number;
  readonly phase_switch_during_charging: boolean;
}

interface PhasesAndTotal {
  readonly total: number;
  readonly L1?: number;
  readonly L2?: number;
  readonly L3?: number;
}

interface Phases {
  readonly L1?: number;
  readonly L2?: number;
  readonly L3?: number;
}

export interface MeterData {
  /** RFC 3339. */
  readonly timestamp: string;
  readonly energy_Wh_import: PhasesAndTotal;
  readonly energy_Wh_export?: PhasesAndTotal;
  readonly power_W?: PhasesAndTotal;
  readonly current_A?: Phases & { readonly N?: number };
  readonly voltage_V?: Phases;
  readonly frequency_Hz?: { readonly L1: number; readonly L2?: number; readonly L3?: number };
  readonly meter_id?: string;
  readonly phase_seq_error?: boolean;
}

export interface ErrorObject {
  readonly type: string;
  readonly sub_type?: string;
  readonly description: string;
  readonly message: string;
  readonly severity: "Low" | "Medium" | "High";
  readonly origin: {
    readonly module_id: string;
    readonly implementation_id: string;
    /** 0 = the station. */
    readonly evse_index: number;
    /** 0 = none. */
    readonly connector_index: number;
  };
  readonly timestamp: string;
  readonly uuid: string;
}

/** What stands in a result that has no data: a client that reads it by the letter of the API finds every member. */
export const noData = {
  info: { index: 0, id: "", available_connectors: [], supported_energy_transfer_modes: [] } satisfies EvseInfo,
  status: {
    charged_energy_wh: 0,
    discharged_energy_wh: 0,
    charging_duration_s: 0,
    charging_allowed: false,
    available: false,
    active_connector_index: 0,
    error_present: false,
    charge_protocol: "Unknown",
    state: "Unknown",
  } satisfies EvseStatus,
  hardware_capabilities: {
    max_current_A_export: 0,
    max_current_A_import: 0,
    max_phase_count_export: 0,
    max_phase_count_import: 0,
    min_current_A_export: 0,
    min_current_A_import: 0,
    min_phase_count_export: 0,
    min_phase_count_import: 0,
    phase_switch_during_charging: false,
  } satisfies HardwareCapabilitiesObject,
  meter_data: { energy_Wh_import: { total: 0 }, timestamp: "" } satisfies MeterData,
} as const;
