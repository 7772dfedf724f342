/**
 * What the station tells a stack that it is and can do just now. The stack hears of it once at the start and then of
 * every change. Source: DC charging facts, sections 1 and 9; EvseManager facts, sections 6.2 and 8.
 */
import type { HardwareCapabilities } from "../board.ts";
import type { SupplyCapabilities } from "../dc/power-supply.ts";
import type { StationCommand } from "./station-command.ts";
import type { BptSetup, EnergyTransferMode, PaymentOption, SaeMode } from "./values.ts";

export interface PlugAndCharge {
  /** `payment_enable_contract`, or what it was set to since. */
  readonly enabled: boolean;
  /** `central_contract_validation_allowed`. */
  readonly centralValidation: boolean;
  /** `contract_certificate_installation_enabled`. */
  readonly certificateInstallation: boolean;
}

export interface OfferOptions {
  readonly chargeMode: "AC" | "DC";
  readonly connectorType: string;
  readonly evseId: string;
  readonly evseIdDin: string;
  /** `payment_enable_eim`: by card or app. */
  readonly externalPayment: boolean;
  readonly receiptRequired: boolean;
  /** `disable_authentication`: nobody pays. */
  readonly freeService: boolean;
  /** `session_logging`. */
  readonly debug: boolean;
  readonly saeMode: SaeMode;
  readonly bpt: BptSetup | null;
  /** `supported_iso_ac_bpt`. */
  readonly acBpt: boolean;
  readonly nominalVoltageV: number;
  /** The user's own limit, ampere per phase. */
  readonly maxCurrentImportA: number;
}

/** What the offer depends on. */
export interface OfferGrounds {
  readonly plugAndCharge: PlugAndCharge;
  /** The user of this session has shown who pays, and it was no contract. */
  readonly paidExternally: boolean;
  /** The modes a back end leaves; null: all of them. */
  readonly allowedModes: readonly EnergyTransferMode[] | null;
  readonly board: HardwareCapabilities;
  /** Ampere per phase. */
  readonly currentA: number;
  readonly phases: number;
  /** Hz, as measured; null: not measured. */
  readonly frequencyHz: number | null;
  /** Null: alternating current. */
  readonly supply: SupplyCapabilities | null;
}

/** DIN 70121 and ISO 15118-2 want to know how much there is to have: as much as anybody takes. */
const energyToBeDeliveredWh = 10_000;
/** The most an `update_ac_max_current` says. */
const mostAcA = 400;

const within = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** What one phase, two, and three are called. */
const acCores = ["AC_single_phase_core", "AC_two_phase", "AC_three_phase_core"] as const;

export function offeredModes(options: OfferOptions, { board, supply }: OfferGrounds): EnergyTransferMode[] {
  if (options.chargeMode === "DC") {
    const isMegawatt = options.connectorType === "cMCS";
    const isBidirectional = options.bpt !== null && supply?.bidirectional === true;
    const bidirectional: EnergyTransferMode[] = isBidirectional ? [isMegawatt ? "MCS_BPT" : "DC_BPT"] : [];
    return [isMegawatt ? "MCS" : "DC_extended", ...bidirectional];
  }
  const most = within(board.max_phase_count_import, 1, 3);
  const least = within(board.min_phase_count_import, 1, most);
  return [...acCores.slice(least - 1, most), ...(options.acBpt && canExport(board) ? (["AC_BPT"] as const) : [])];
}

const canExport = (board: HardwareCapabilities): boolean =>
  board.max_current_A_export > 0 && board.max_phase_count_export >= 1;

/** A contract is no longer on offer once somebody pays by other means; then there is nothing but those. */
export function offeredPayments(
  options: OfferOptions,
  { plugAndCharge, paidExternally }: OfferGrounds,
): PaymentOption[] {
  const contract = plugAndCharge.enabled && !paidExternally;
  const external = options.externalPayment || !contract;
  return [...(contract ? (["Contract"] as const) : []), ...(external ? (["ExternalPayment"] as const) : [])];
}

const allowed = (modes: EnergyTransferMode[], { allowedModes }: OfferGrounds): EnergyTransferMode[] =>
  allowedModes === null ? modes : modes.filter((mode) => allowedModes.includes(mode));

/** Everything there is to tell, in the order in which a stack hears it first. */
export function offer(options: OfferOptions, grounds: OfferGrounds): StationCommand[] {
  const { plugAndCharge } = grounds;
  return [
    {
      name: "session_setup",
      args: {
        payment_options: offeredPayments(options, grounds),
        supported_certificate_service: plugAndCharge.certificateInstallation,
        central_contract_validation_allowed: plugAndCharge.centralValidation,
      },
    },
    ...(options.chargeMode === "DC" ? dcOffer(grounds) : acOffer(options, grounds)),
    { name: "receipt_is_required", args: { receipt_required: options.receiptRequired } },
    ...(options.freeService ? [{ name: "set_free_service", args: { free_service: true } } as const] : []),
    {
      name: "setup",
      args: {
        evse_id: { evse_id: options.evseId, evse_id_din: options.evseIdDin },
        sae_j2847_mode: options.saeMode,
        debug_mode: options.debug,
      },
    },
    {
      name: "update_energy_transfer_modes",
      args: { supported_energy_transfer_modes: allowed(offeredModes(options, grounds), grounds) },
    },
    ...(options.bpt === null ? [] : [{ name: "bpt_setup", args: { bpt_config: options.bpt } } as const]),
  ];
}

function dcOffer({ supply }: OfferGrounds): StationCommand[] {
  if (supply === null) return [];
  return [
    { name: "set_powersupply_capabilities", args: { capabilities: supply } },
    {
      name: "set_charging_parameters",
      args: {
        physical_values: {
          dc_current_regulation_tolerance: supply.current_regulation_tolerance_A,
          dc_peak_current_ripple: supply.peak_current_ripple_A,
          dc_energy_to_be_delivered: energyToBeDeliveredWh,
        },
      },
    },
  ];
}

/** The current is for ISO 15118-2, the power for ISO 15118-20: the stack knows which of them it speaks. */
function acOffer(options: OfferOptions, { board, currentA, phases, frequencyHz }: OfferGrounds): StationCommand[] {
  const { nominalVoltageV } = options;
  const watts = (ampere: number, count: number): { total: number } => ({ total: ampere * nominalVoltageV * count });
  const mostPhases = within(board.max_phase_count_import, 1, 3);
  const leastPhases = within(board.min_phase_count_import, 1, mostPhases);
  const mostA = Math.min(board.max_current_A_import, options.maxCurrentImportA);
  const discharges = options.acBpt && canExport(board);
  const discharge = (ampere: number) =>
    discharges ? { discharge_power: watts(ampere, within(board.max_phase_count_export, 1, 3)) } : {};
  return [
    { name: "set_charging_parameters", args: { physical_values: { ac_nominal_voltage: nominalVoltageV } } },
    {
      name: "update_ac_parameters",
      args: {
        ac_parameters: {
          nominal_frequency: frequencyHz !== null && frequencyHz > 55 ? 60 : 50,
          nominal_voltage: nominalVoltageV,
          connectors: [
            ...(leastPhases === 1 ? (["SinglePhase"] as const) : []),
            ...(mostPhases > 1 ? (["ThreePhase"] as const) : []),
          ],
        },
      },
    },
    {
      name: "update_ac_maximum_limits",
      args: {
        maximum_limits: { charge_power: watts(mostA, mostPhases), ...discharge(board.max_current_A_export) },
      },
    },
    {
      name: "update_ac_minimum_limits",
      args: {
        minimum_limits: {
          charge_power: watts(board.min_current_A_import, leastPhases),
          ...discharge(board.min_current_A_export),
        },
      },
    },
    { name: "update_ac_max_current", args: { max_current: within(currentA, 0, mostAcA) } },
    {
      name: "update_ac_target_values",
      args: { target_values: { target_active_power: watts(currentA, Math.max(1, phases)) } },
    },
  ];
}
