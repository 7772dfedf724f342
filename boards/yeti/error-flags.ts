/** Which error each flag of the controller is, and when it is over. Source: Yeti facts, section 7. */
import type { ErrorFlags } from "./schema.ts";

export type FlagName = keyof ErrorFlags;

export interface FlagError {
  readonly implementation: "board_support" | "rcd" | "connector_lock";
  /** `<namespace>/<Name>`. */
  readonly type: string;
  readonly message: string;
  /** It stands until the vehicle has left, and the flag is down. */
  readonly untilUnplugged: boolean;
}

export const flagErrors: Readonly<Record<FlagName, FlagError>> = {
  diode_fault: {
    implementation: "board_support",
    type: "evse_board_support/DiodeFault",
    message: "vehicle without diode",
    untilUnplugged: false,
  },
  rcd_selftest_failed: {
    implementation: "rcd",
    type: "ac_rcd/Selftest",
    message: "self test of the residual current device failed",
    untilUnplugged: false,
  },
  rcd_triggered: {
    implementation: "board_support",
    type: "evse_board_support/MREC2GroundFailure",
    message: "onboard residual current device tripped",
    untilUnplugged: true,
  },
  ventilation_not_available: {
    implementation: "board_support",
    type: "evse_board_support/VentilationNotAvailable",
    message: "vehicle asks for ventilation",
    untilUnplugged: false,
  },
  connector_lock_failed: {
    implementation: "connector_lock",
    type: "connector_lock/MREC1ConnectorLockFailure",
    message: "motor of the connector lock failed",
    untilUnplugged: true,
  },
  cp_signal_fault: {
    implementation: "board_support",
    type: "evse_board_support/MREC14PilotFault",
    message: "pilot in no valid state",
    untilUnplugged: false,
  },
  // Once the contactor is open the current is gone: without a latch the same vehicle would be tried again at once.
  over_current: {
    implementation: "board_support",
    type: "evse_board_support/MREC4OverCurrentFailure",
    message: "over-current seen by the controller",
    untilUnplugged: true,
  },
};

export const flagNames = Object.keys(flagErrors) as readonly FlagName[];
