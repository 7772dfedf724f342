/** The error types each namespace declares. Source: configuration and API facts, section 2.3. */
const vendor = ["VendorError", "VendorWarning"] as const;

export const faultCatalogue: Readonly<Record<string, readonly string[]>> = {
  ac_rcd: ["Selftest", "DC", "AC", "MREC2GroundFailure", ...vendor],
  connector_lock: [
    "ConnectorLockCapNotCharged",
    "ConnectorLockUnexpectedOpen",
    "ConnectorLockUnexpectedClose",
    "ConnectorLockFailedLock",
    "ConnectorLockFailedUnlock",
    "MREC1ConnectorLockFailure",
    ...vendor,
  ],
  evse_board_support: [
    "DiodeFault",
    "VentilationNotAvailable",
    "BrownOut",
    "EnergyManagement",
    "PermanentFault",
    "MREC2GroundFailure",
    "MREC3HighTemperature",
    "MREC4OverCurrentFailure",
    "MREC5OverVoltage",
    "MREC6UnderVoltage",
    "MREC8EmergencyStop",
    "MREC10InvalidVehicleMode",
    "MREC14PilotFault",
    "MREC15PowerLoss",
    "MREC17EVSEContactorFault",
    "MREC18CableOverTempDerate",
    "MREC19CableOverTempStop",
    "MREC20PartialInsertion",
    "MREC23ProximityFault",
    "MREC24ConnectorVoltageHigh",
    "MREC25BrokenLatch",
    "MREC26CutCable",
    "TiltDetected",
    "WaterIngressDetected",
    "EnclosureOpen",
    ...vendor,
    "CommunicationFault",
  ],
  evse_manager: [
    "Internal",
    "MREC4OverCurrentFailure",
    "MREC5OverVoltage",
    "MREC9AuthorizationTimeout",
    "PowermeterTransactionStartFailed",
    "Inoperative",
    "MREC22ResistanceFault",
    "MREC11CableCheckFault",
    "VoltagePlausibilityFault",
  ],
  generic: ["CommunicationFault", ...vendor],
  isolation_monitor: ["DeviceFault", "CommunicationFault", ...vendor],
  over_voltage_monitor: ["MREC5OverVoltage", "DeviceFault", "CommunicationFault", ...vendor],
  payment_terminal: ["TerminalIdNotSet", "IncorrectDeviceId", "GenericPaymentTerminalError"],
  power_supply_DC: [
    "CommunicationFault",
    "HardwareFault",
    "OverTemperature",
    "UnderTemperature",
    "UnderVoltageAC",
    "OverVoltageAC",
    "UnderVoltageDC",
    "OverVoltageDC",
    "OverCurrentAC",
    "OverCurrentDC",
    ...vendor,
  ],
  powermeter: ["CommunicationFault", ...vendor],
  system: ["CommunicationFault"],
};

/** Whether `type` (`<namespace>/<Name>`) is declared by one of the namespaces a port may raise. */
export function isDeclaredFault(type: string, namespaces: readonly string[]): boolean {
  const [namespace, name, ...rest] = type.split("/");
  if (namespace === undefined || name === undefined || rest.length > 0) return false;
  return namespaces.includes(namespace) && (faultCatalogue[namespace]?.includes(name) ?? false);
}
