/** Values that cross the board-support port, by their EVerest names. Source: board-support facts, sections 1 and 2. */

export type PilotLetter = "A" | "B" | "C" | "D" | "E" | "F";

/** `PowerOn`/`PowerOff` are the confirmed contactor; `Disconnected` is a pilot line that tells nothing. */
export type BspEvent = PilotLetter | "PowerOn" | "PowerOff" | "Disconnected";

export type PowerOnReason = "DCCableCheck" | "DCPreCharge" | "FullPowerCharging" | "PowerOff";

export interface PowerOnOff {
  readonly allow_power_on: boolean;
  readonly reason: PowerOnReason;
}

export type ConnectorType = "IEC62196Type2Cable" | "IEC62196Type2Socket";

/** Currents in ampere per phase. */
export interface HardwareCapabilities {
  readonly max_current_A_import: number;
  readonly min_current_A_import: number;
  readonly max_phase_count_import: number;
  readonly min_phase_count_import: number;
  readonly max_current_A_export: number;
  readonly min_current_A_export: number;
  readonly max_phase_count_export: number;
  readonly min_phase_count_export: number;
  readonly supports_changing_phases_during_charging: boolean;
  readonly supports_cp_state_E: boolean;
  readonly connector_type: ConnectorType;
  readonly max_plug_temperature_C?: number;
}

export type Ampacity = "None" | "A_13" | "A_20" | "A_32" | "A_63_3ph_70_1ph";

export interface Telemetry {
  readonly evse_temperature_C: number;
  readonly plug_temperature_C?: number;
  /** 0 = off or none. */
  readonly fan_rpm: number;
  readonly supply_voltage_12V: number;
  readonly supply_voltage_minus_12V: number;
  readonly relais_on: boolean;
}

export const stopTransactionReasons = [
  "EmergencyStop",
  "EVDisconnected",
  "HardReset",
  "Local",
  "Other",
  "PowerLoss",
  "Reboot",
  "Remote",
  "SoftReset",
  "UnlockCommand",
  "DeAuthorized",
  "EnergyLimitReached",
  "GroundFault",
  "LocalOutOfCredit",
  "MasterPass",
  "OvercurrentFault",
  "PowerQuality",
  "SOCLimitReached",
  "StoppedByEV",
  "TimeLimitReached",
  "Timeout",
  "ReqEnergyTransferRejected",
  "EVSEDisabled",
] as const;
export type StopTransactionReason = (typeof stopTransactionReasons)[number];
