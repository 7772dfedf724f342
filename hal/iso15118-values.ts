/** What goes through the port of the high-level communication. Source: DC charging facts, section 11. */
import * as v from "valibot";
import { authorizationStatuses } from "../src/core/auth/tokens.ts";
import { finite, positive } from "./values.ts";

export const percent = v.pipe(positive, v.maxValue(100));
const within = (least: number, most: number) => v.pipe(finite, v.minValue(least), v.maxValue(most));
const optional = v.exactOptional(finite);

export const certificateStatuses = [
  "NoCertificateAvailable",
  "Accepted",
  "SignatureError",
  "CertificateExpired",
  "CertificateRevoked",
  "CertChainError",
  "ContractCancelled",
] as const;

export const authorizationStatus = v.picklist(authorizationStatuses);

export const paymentOption = v.picklist(["Contract", "ExternalPayment"]);
export const supportedAppProtocol = v.picklist(["DIN70121", "ISO15118D2", "ISO15118D20"]);
export const noEnergyPauseMode = v.picklist(["PauseAfterPrecharge", "PauseBeforeCableCheck", "AllowEvToIgnorePause"]);
export const isolationStatus = v.picklist(["Invalid", "Valid", "Warning", "Fault", "No_IMD"]);

export const evseError = v.picklist([
  "Error_Contactor",
  "Error_RCD",
  "Error_UtilityInterruptEvent",
  "Error_Malfunction",
  "Error_EmergencyShutdown",
]);

export const energyTransferMode = v.picklist([
  "AC_single_phase_core",
  "AC_two_phase",
  "AC_three_phase_core",
  "DC_core",
  "DC_extended",
  "DC_combo_core",
  "DC_unique",
  "DC",
  "AC_BPT",
  "AC_BPT_DER",
  "AC_DER_IEC",
  "AC_DER_SAE",
  "DC_BPT",
  "DC_ACDP",
  "DC_ACDP_BPT",
  "WPT",
  "MCS",
  "MCS_BPT",
]);

export const setupPhysicalValues = v.strictObject({
  ac_nominal_voltage: optional,
  dc_current_regulation_tolerance: optional,
  dc_peak_current_ripple: optional,
  dc_energy_to_be_delivered: optional,
});

export const bptSetup = v.strictObject({
  bpt_channel: v.picklist(["Unified", "Separated"]),
  generator_mode: v.picklist(["GridFollowing", "GridForming"]),
  grid_code_detection_method: v.exactOptional(v.picklist(["Active", "Passive"])),
});

const anyCurrent = within(-10_000, 10_000);
const anyPower = within(-1_000_000, 1_000_000);

export const dcEvseMaximumLimits = v.strictObject({
  evse_maximum_current_limit: anyCurrent,
  evse_maximum_power_limit: anyPower,
  evse_maximum_voltage_limit: within(0, 1500),
  evse_maximum_discharge_current_limit: v.exactOptional(anyCurrent),
  evse_maximum_discharge_power_limit: v.exactOptional(anyPower),
});

export const dcEvseMinimumLimits = v.strictObject({
  evse_minimum_current_limit: anyCurrent,
  evse_minimum_voltage_limit: within(0, 1500),
  evse_minimum_power_limit: anyPower,
  evse_minimum_discharge_current_limit: v.exactOptional(anyCurrent),
  evse_minimum_discharge_power_limit: v.exactOptional(anyPower),
});

export const dcEvsePresentVoltageCurrent = v.strictObject({
  evse_present_voltage: within(0, 1500),
  evse_present_current: v.exactOptional(anyCurrent),
});

export const dcEvTargetValues = v.strictObject({
  dc_ev_target_voltage: within(-2, 1500),
  dc_ev_target_current: within(-2, 10_000),
});

export const dcEvMaximumLimits = v.strictObject({
  dc_ev_maximum_current_limit: v.exactOptional(within(0, 10_000)),
  dc_ev_maximum_power_limit: v.exactOptional(within(0, 350_000)),
  dc_ev_maximum_voltage_limit: v.exactOptional(within(0, 1500)),
});

export const dcEvStatus = v.strictObject({
  dc_ev_ready: v.boolean(),
  dc_ev_error_code: v.string(),
  dc_ev_ress_soc: percent,
  dc_ev_cabin_conditioning: v.exactOptional(v.boolean()),
  dc_ev_ress_conditioning: v.exactOptional(v.boolean()),
});

export const dcEvRemainingTime = v.strictObject({
  dc_ev_remaining_time_to_full_soc: v.exactOptional(v.string()),
  dc_ev_remaining_time_to_full_bulk_soc: v.exactOptional(v.string()),
});

export const dcChargeDynamicModeValues = v.strictObject({
  target_energy_request: finite,
  max_energy_request: finite,
  min_energy_request: finite,
  max_charge_power: finite,
  min_charge_power: finite,
  max_charge_current: finite,
  max_voltage: finite,
  min_voltage: finite,
  max_discharge_power: optional,
  min_discharge_power: optional,
  max_discharge_current: optional,
  max_v2x_energy_request: optional,
  min_v2x_energy_request: optional,
  departure_time: optional,
});

export const selectedServiceParameters = v.strictObject({
  energy_transfer: energyTransferMode,
  connector: v.string(),
  control_mode: v.picklist(["ScheduledControl", "DynamicControl"]),
  mobility_needs_mode: v.picklist(["EVCC", "EVCC_SECC"]),
  pricing: v.string(),
  bpt_channel: v.exactOptional(v.picklist(["Unified", "Separated"])),
  generator_mode: v.exactOptional(v.picklist(["GridFollowing", "GridForming"])),
});

export const hlcSessionFailed = v.strictObject({
  reason: v.picklist([
    "ProtocolNegotiationFailed",
    "AuthorizationFailed",
    "ChargingParametersNotAccepted",
    "EnergyTransferSetupFailed",
    "ChargingInterrupted",
    "FailedTLSHandshake",
    "UnexpectedSessionEnd",
  ]),
  details: v.exactOptional(v.string()),
});

/** Per phase where a phase is named; watt, volt, ampere. The facts name these structs, not their members. */
const perPhase = v.strictObject({ total: optional, L1: optional, L2: optional, L3: optional });
export const acParameters = v.strictObject({ nominal_voltage: optional, nominal_frequency: optional });
export const acLimits = v.strictObject({ power: v.exactOptional(perPhase), current: v.exactOptional(perPhase) });
export const acEvPowerLimits = v.strictObject({
  max_charge_power: v.exactOptional(perPhase),
  min_charge_power: v.exactOptional(perPhase),
  max_discharge_power: v.exactOptional(perPhase),
  min_discharge_power: v.exactOptional(perPhase),
});
export const acEvPresentPowers = v.strictObject({
  active_power: v.exactOptional(perPhase),
  reactive_power: v.exactOptional(perPhase),
});
export const acEvDynamicControlMode = v.strictObject({
  departure_time: optional,
  target_energy_request: optional,
  max_energy_request: optional,
  min_energy_request: optional,
});
export const displayParameters = v.strictObject({
  start_soc: v.exactOptional(percent),
  present_soc: v.exactOptional(percent),
  min_soc: v.exactOptional(percent),
  target_soc: v.exactOptional(percent),
  max_soc: v.exactOptional(percent),
  remaining_time_to_min_soc: optional,
  remaining_time_to_target_soc: optional,
  remaining_time_to_max_soc: optional,
  charging_complete: v.exactOptional(v.boolean()),
  battery_energy_capacity: optional,
  inlet_hot: v.exactOptional(v.boolean()),
});
export const evTermination = v.strictObject({
  termination_code: v.string(),
  termination_explanation: v.string(),
});
