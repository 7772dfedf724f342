/** What station and stack tell each other, by the names of the EVerest ISO 15118 types. Source: DC charging facts, 11. */

export const energyTransferModes = [
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
] as const;
export type EnergyTransferMode = (typeof energyTransferModes)[number];

export const paymentOptions = ["Contract", "ExternalPayment"] as const;
export type PaymentOption = (typeof paymentOptions)[number];

export const certificateStatuses = [
  "NoCertificateAvailable",
  "Accepted",
  "SignatureError",
  "CertificateExpired",
  "CertificateRevoked",
  "CertChainError",
  "ContractCancelled",
] as const;
export type CertificateStatus = (typeof certificateStatuses)[number];

export const isCertificateStatus = (text: string | undefined): text is CertificateStatus =>
  (certificateStatuses as readonly (string | undefined)[]).includes(text);

export const evseErrors = [
  "Error_Contactor",
  "Error_RCD",
  "Error_UtilityInterruptEvent",
  "Error_Malfunction",
  "Error_EmergencyShutdown",
] as const;
export type EvseError = (typeof evseErrors)[number];

export const noEnergyPauseModes = ["PauseAfterPrecharge", "PauseBeforeCableCheck", "AllowEvToIgnorePause"] as const;
export type NoEnergyPauseMode = (typeof noEnergyPauseModes)[number];

export const sessionFailures = [
  "ProtocolNegotiationFailed",
  "AuthorizationFailed",
  "ChargingParametersNotAccepted",
  "EnergyTransferSetupFailed",
  "ChargingInterrupted",
  "FailedTLSHandshake",
  "UnexpectedSessionEnd",
] as const;
export type SessionFailure = (typeof sessionFailures)[number];

export type SaeMode = "None" | "V2G" | "V2H";

export interface BptSetup {
  readonly bpt_channel: "Unified" | "Separated";
  readonly generator_mode: "GridFollowing" | "GridForming";
  readonly grid_code_detection?: "Active" | "Passive";
}

/** The manufacturer as far as the communication address tells it. EvseManager facts, section 8. */
export const carManufacturers = ["VolkswagenGroup", "Tesla", "Unknown"] as const;
export type CarManufacturer = (typeof carManufacturers)[number];

const addresses: readonly (readonly [prefix: string, manufacturer: CarManufacturer])[] = [
  ["00:7D:FA", "VolkswagenGroup"],
  ["0C:29:8F", "Tesla"],
  ["4C:FC:AA", "Tesla"],
  ["54:F8:F0", "Tesla"],
  ["98:ED:5C", "Tesla"],
  ["DC:44:27:1", "Tesla"],
];

export const manufacturerOf = (address: string): CarManufacturer =>
  addresses.find(([prefix]) => address.toUpperCase().startsWith(prefix))?.[1] ?? "Unknown";
