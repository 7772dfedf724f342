import type { AuthorizationStatus } from "../auth/tokens.ts";
import type { HlcCommand } from "../dc/dc-session-effects.ts";
import type { SupplyCapabilities } from "../dc/power-supply.ts";
import type { Powermeter } from "../powermeter.ts";
import type {
  BptSetup,
  CertificateStatus,
  EnergyTransferMode,
  EvseError,
  NoEnergyPauseMode,
  PaymentOption,
  SaeMode,
} from "./values.ts";

interface Watts {
  readonly total: number;
}

interface Arguments {
  readonly setup: {
    readonly evse_id: { readonly evse_id: string; readonly evse_id_din: string };
    readonly sae_j2847_mode: SaeMode;
    readonly debug_mode: boolean;
  };
  readonly set_charging_parameters: {
    readonly physical_values:
      | { readonly ac_nominal_voltage: number }
      | {
          readonly dc_current_regulation_tolerance: number;
          readonly dc_peak_current_ripple: number;
          readonly dc_energy_to_be_delivered: number;
        };
  };
  readonly session_setup: {
    readonly payment_options: readonly PaymentOption[];
    readonly supported_certificate_service: boolean;
    readonly central_contract_validation_allowed: boolean;
  };
  readonly bpt_setup: { readonly bpt_config: BptSetup };
  readonly set_powersupply_capabilities: { readonly capabilities: SupplyCapabilities };
  readonly update_energy_transfer_modes: { readonly supported_energy_transfer_modes: readonly EnergyTransferMode[] };
  readonly set_free_service: { readonly free_service: boolean };
  readonly receipt_is_required: { readonly receipt_required: boolean };
  readonly authorization_response: {
    readonly authorization_status: AuthorizationStatus;
    readonly certificate_status: CertificateStatus;
  };
  readonly ac_contactor_closed: { readonly status: boolean };
  readonly dlink_ready: { readonly value: boolean };
  readonly stop_charging: { readonly stop: boolean };
  readonly pause_charging: { readonly pause: boolean };
  readonly no_energy_pause_charging: { readonly mode: NoEnergyPauseMode };
  readonly send_error: { readonly error: EvseError };
  readonly reset_error: Readonly<Record<never, never>>;
  readonly update_ac_max_current: { readonly max_current: number };
  readonly update_ac_parameters: {
    readonly ac_parameters: {
      readonly nominal_frequency: number;
      readonly nominal_voltage: number;
      readonly connectors: readonly ("SinglePhase" | "ThreePhase")[];
    };
  };
  readonly update_ac_maximum_limits: {
    readonly maximum_limits: { readonly charge_power: Watts; readonly discharge_power?: Watts };
  };
  readonly update_ac_minimum_limits: {
    readonly minimum_limits: { readonly charge_power: Watts; readonly discharge_power?: Watts };
  };
  readonly update_ac_target_values: { readonly target_values: { readonly target_active_power: Watts } };
  readonly update_ac_present_power: { readonly present_power: NonNullable<Powermeter["power_W"]> };
  readonly update_meter_info: { readonly powermeter: Powermeter };
}

/** Commands of the high-level port, by their names; those that the direct-current side gives are its own. */
export type StationCommand =
  | { readonly [N in keyof Arguments]: { readonly name: N; readonly args: Arguments[N] } }[keyof Arguments]
  | HlcCommand;
