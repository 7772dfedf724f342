/** What a DC session wants done, by whom. Source: DC charging facts, sections 2, 5 and 11. */
import type { SupplyCommand } from "./supply-control.ts";

/** Commands of the high-level port, by their names. */
export type HlcCommand =
  | { readonly name: "cable_check_finished"; readonly args: { readonly status: boolean } }
  | {
      readonly name: "update_isolation_status";
      readonly args: { readonly isolation_status: "Valid" | "Fault" | "No_IMD" };
    }
  | {
      readonly name: "update_dc_present_values";
      readonly args: {
        readonly present_voltage_current: {
          readonly evse_present_voltage: number;
          readonly evse_present_current: number;
        };
      };
    }
  | {
      readonly name: "update_dc_maximum_limits";
      readonly args: {
        readonly maximum_limits: {
          readonly evse_maximum_current_limit: number;
          readonly evse_maximum_power_limit: number;
          readonly evse_maximum_voltage_limit: number;
          readonly evse_maximum_discharge_current_limit?: number;
          readonly evse_maximum_discharge_power_limit?: number;
        };
      };
    }
  | {
      readonly name: "update_dc_minimum_limits";
      readonly args: {
        readonly minimum_limits: {
          readonly evse_minimum_current_limit: number;
          readonly evse_minimum_voltage_limit: number;
          readonly evse_minimum_power_limit: number;
          readonly evse_minimum_discharge_current_limit?: number;
          readonly evse_minimum_discharge_power_limit?: number;
        };
      };
    };

export type DcSessionEffect =
  | { readonly kind: "supply"; readonly command: SupplyCommand }
  | { readonly kind: "isolationMonitor"; readonly order: "start" | "stop" }
  | { readonly kind: "selfTest"; readonly voltageV: number }
  | { readonly kind: "overVoltageMonitor"; readonly order: "start" | "stop" | "reset" }
  | { readonly kind: "overVoltageLimits"; readonly emergencyV: number; readonly errorV: number }
  | { readonly kind: "hlcCommand"; readonly command: HlcCommand }
  /** The high-level side permits the contactor to close. */
  | { readonly kind: "allowClose" }
  | {
      readonly kind: "raise";
      readonly type: string;
      readonly subType: string;
      readonly severity: "High" | "Medium";
      readonly message: string;
    }
  /** To be remembered across a restart. */
  | { readonly kind: "keepLatch"; readonly latched: boolean }
  /** The error is over, where it was one. */
  | { readonly kind: "clear"; readonly type: string }
  /** The vehicle asks for a voltage the supply does not have. */
  | { readonly kind: "refusedTarget"; readonly voltageV: number }
  /** The grid would take power, and no vehicle is discharged here. */
  | { readonly kind: "refusedDischarge"; readonly powerW: number };
