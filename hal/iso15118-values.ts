/** What goes through the port of the high-level communication. Source: DC charging facts, section 11. */
import * as v from "valibot";
import { authorizationStatuses } from "../src/core/auth/tokens.ts";
import {
  certificateStatuses,
  energyTransferModes,
  evseErrors,
  noEnergyPauseModes,
  paymentOptions,
  sessionFailures,
} from "../src/core/hlc/values.ts";
import { finite, positive } from "./values.ts";

export const percent = v.pipe(positive, v.maxValue(100));
const within = (least: number, most: number) => v.pipe(finite, v.minValue(least), v.maxValue(most));
const optional = v.exactOptional(finite);

export const certificateStatus = v.picklist(certificateStatuses);
export const authorizationStatus = v.picklist(authorizationStatuses);
export const paymentOption = v.picklist(paymentOptions);
export const supportedAppProtocol = v.picklist(["DIN70121", "ISO15118D2", "ISO15118D20"]);
export const supportedAppProtocols = v.strictObject({ app_protocols: v.array(supportedAppProtocol) });
export const noEnergyPauseMode = v.picklist(noEnergyPauseModes);
export const isolationStatus = v.picklist(["Invalid", "Valid", "Warning", "Fault", "No_IMD"]);
export const evseError = v.picklist(evseErrors);
export const energyTransferMode = v.picklist(energyTransferModes);

export const setupPhysicalValues = v.strictObject({
  ac_nominal_voltage: optional,
  dc_current_regulation_tolerance: optional,
  dc_peak_current_ripple: optional,
  dc_energy_to_be_delivered: optional,
});

export const bptSetup = v.strictObject({
  bpt_channel: v.picklist(["Unified", "Separated"]),
  generator_mode: v.picklist(["GridFollowing", "GridForming"]),
  grid_code_detection: v.exactOptional(v.picklist(["Active", "Passive"])),
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
  /** Below 0 the vehicle gives: a stack for ISO 15118-20 says so in the scheduled mode; an addition, −2 is the least of EVerest. */
  dc_ev_target_current: within(-10_000, 10_000),
});

/** Below zero: the vehicle does not say. */
export const dcEvMaximumLimits = v.strictObject({
  dc_ev_maximum_current_limit: v.exactOptional(within(-2, 10_000)),
  dc_ev_maximum_power_limit: v.exactOptional(within(-2, 350_000)),
  dc_ev_maximum_voltage_limit: v.exactOptional(within(-2, 1500)),
});

export const dcEvStatus = v.strictObject({
  dc_ev_ready: v.boolean(),
  dc_ev_error_code: v.string(),
  dc_ev_ress_soc: percent,
  dc_ev_cabin_conditioning: v.exactOptional(v.boolean()),
  dc_ev_ress_conditioning: v.exactOptional(v.boolean()),
});

export const dcEvRemainingTime = v.strictObject({
  ev_remaining_time_to_full_soc: v.exactOptional(v.string()),
  ev_remaining_time_to_full_bulk_soc: v.exactOptional(v.string()),
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
  energy_transfer: v.picklist([
    "AC",
    "DC",
    "WPT",
    "DC_ACDP",
    "AC_BPT",
    "DC_BPT",
    "DC_ACDP_BPT",
    "MCS",
    "MCS_BPT",
    "Internet",
    "ParkingStatus",
  ]),
  connector: v.picklist([
    "SinglePhase",
    "ThreePhase",
    "Core",
    "Extended",
    "Dual2",
    "Dual4",
    "Mcs",
    "Chaoji",
    "UltraChaoji",
    "rMcs",
    "xMcs",
    "Aviation",
    "Marine",
  ]),
  control_mode: v.picklist(["ScheduledControl", "DynamicControl"]),
  mobility_needs_mode: v.picklist(["EVCC", "EVCC_SECC"]),
  pricing: v.picklist(["NoPricing", "AbsolutePricing", "PriceLevels"]),
  bpt_channel: v.exactOptional(v.picklist(["Unified", "Separated"])),
  generator_mode: v.exactOptional(v.picklist(["GridFollowing", "GridForming"])),
});

export const hlcSessionFailed = v.picklist(sessionFailures);

/** `units#/Power`, watt, and `units#/ReactivePower`, var. */
const power = v.strictObject({ total: finite, L1: optional, L2: optional, L3: optional });
const optionalPower = v.exactOptional(power);

export const acParameters = v.strictObject({
  nominal_frequency: positive,
  nominal_voltage: positive,
  connectors: v.pipe(v.array(v.picklist(["SinglePhase", "ThreePhase"])), v.minLength(1)),
  max_power_asymmetry: v.exactOptional(positive),
  /** Percent per minute. */
  power_ramp_limitation: v.exactOptional(positive),
});
export const acEvseLimits = v.strictObject({ charge_power: power, discharge_power: optionalPower });
export const acTargetValues = v.strictObject({
  target_active_power: power,
  target_reactive_power: optionalPower,
  target_frequency: v.exactOptional(positive),
});
export const acPresentPower = power;
export const acEvPowerLimits = v.strictObject({
  max_charge_power: optionalPower,
  min_charge_power: optionalPower,
  max_discharge_power: optionalPower,
  min_discharge_power: optionalPower,
});
export const acEvPresentPowers = v.strictObject({
  present_active_power: power,
  present_reactive_power: optionalPower,
});
export const acEvDynamicControlMode = v.strictObject({
  departure_time: v.exactOptional(positive),
  target_energy_request: finite,
  max_energy_request: finite,
  min_energy_request: finite,
  max_v2x_energy_request: optional,
  min_v2x_energy_request: optional,
});
export const displayParameters = v.strictObject({
  present_soc: v.exactOptional(percent),
  minimum_soc: v.exactOptional(percent),
  target_soc: v.exactOptional(percent),
  maximum_soc: v.exactOptional(percent),
  remaining_time_to_minimum_soc: v.exactOptional(positive),
  remaining_time_to_target_soc: v.exactOptional(positive),
  remaining_time_to_maximum_soc: v.exactOptional(positive),
  charging_complete: v.exactOptional(v.boolean()),
  battery_energy_capacity: v.exactOptional(positive),
  inlet_hot: v.exactOptional(v.boolean()),
});
export const evTermination = v.strictObject({
  ev_termination_code: v.exactOptional(v.string()),
  ev_termination_explanation: v.exactOptional(v.string()),
});
