/**
 * The errors that may be raised at will, by their names in the fault-injection list. Unlike the original, errors of the
 * residual current device, the lock and the meter are raised by their own implementation.
 *
 * Source: simulation facts, section 3.
 */
export type ErrorOrigin = "board_support" | "rcd" | "connector_lock" | "powermeter";

export interface InjectableError {
  readonly origin: ErrorOrigin;
  /** `<namespace>/<Name>`. */
  readonly type: string;
}

const boardNames = [
  "DiodeFault",
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
];
const rcdNames = ["MREC2GroundFailure", "VendorError", "Selftest", "AC", "DC"];
const lockNames = [
  "ConnectorLockCapNotCharged",
  "ConnectorLockUnexpectedOpen",
  "ConnectorLockUnexpectedClose",
  "ConnectorLockFailedLock",
  "ConnectorLockFailedUnlock",
  "MREC1ConnectorLockFailure",
  "VendorError",
];

const entries = (names: readonly string[], prefix: string, origin: ErrorOrigin, namespace: string) =>
  names.map((name) => [prefix + name, { origin, type: `${namespace}/${name}` }] as const);

/** By injection name, and by the error's full type. */
export const injectableErrors: ReadonlyMap<string, InjectableError> = new Map(
  [
    ...entries(boardNames, "", "board_support", "evse_board_support"),
    ...entries(rcdNames, "ac_rcd_", "rcd", "ac_rcd"),
    ...entries(lockNames, "lock_", "connector_lock", "connector_lock"),
    ...entries(["CommunicationFault"], "powermeter/", "powermeter", "powermeter"),
  ].flatMap(([name, error]) => [[name, error] as const, [error.type, error] as const]),
);
