import type { HardwareCapabilities } from "../board.ts";
import type { DcSessionOptions, DcSessionState } from "../dc/dc-session-state.ts";
import { dischargeWay } from "../dc/discharge.ts";
import { importRange } from "../dc/supply-control.ts";
import type {
  EnergyEvseState,
  EnergyFlowRequest,
  ScheduleReqEntry,
  ScheduleSetpointEntry,
  Sourced,
} from "../energy/flow.ts";
import { cableA } from "./charger-draft.ts";
import type { ChargerState, ChargerStateName } from "./charger-state.ts";

/** What one EVSE asks of the energy tree. Energy facts, section 5.1. */
export interface EnergyWishOptions {
  readonly moduleId: string;
  readonly maxCurrentImportA: number;
  readonly maxCurrentExportA: number;
  readonly requestZeroPowerInIdle: boolean;
}

const evseStates: Record<ChargerStateName, EnergyEvseState> = {
  Disabled: "Disabled",
  Idle: "Unplugged",
  WaitingForAuthentication: "WaitForAuth",
  PrepareCharging: "PrepareCharging",
  Charging: "Charging",
  ChargingPausedEV: "PausedEV",
  ChargingPausedEVSE: "PausedEVSE",
  StoppingCharging: "Finished",
  Finished: "Finished",
  T_step_EF: "PrepareCharging",
  T_step_X1: "PrepareCharging",
  SwitchPhases: "Charging",
};

/**
 * Whether this state needs energy at all. Unlike in the reference, a pause for want of energy and the helper states
 * go on asking: otherwise the energy that would end them never comes.
 */
const needsEnergy: Record<ChargerStateName, boolean> = {
  Disabled: false,
  Idle: false,
  WaitingForAuthentication: true,
  PrepareCharging: true,
  Charging: true,
  ChargingPausedEV: true,
  ChargingPausedEVSE: true,
  StoppingCharging: false,
  Finished: false,
  T_step_EF: true,
  T_step_X1: true,
  SwitchPhases: true,
};

/** What the supply and the vehicle at it could take, and give. DC charging facts, section 6. */
export function supplyWish(dc: DcSessionState, options: DcSessionOptions): SupplyWish {
  const { capabilities, derating, saeActive } = dc;
  const way = dischargeWay(dc, options);
  const drawnW = Math.min(importRange(capabilities).mostW, derating.max_import_power_W ?? Number.POSITIVE_INFINITY);
  // By V2H the vehicle feeds the house, and takes nothing from it.
  const feedsOnly = saeActive && options.saeMode === "V2H";
  return {
    maxW: feedsOnly
      ? 0
      : Math.min(capabilities.max_export_power_W, derating.max_export_power_W ?? Number.POSITIVE_INFINITY),
    efficiency: capabilities.conversion_efficiency_export || 1,
    dischargeW: way === null ? 0 : drawnW,
    dischargeEfficiency: capabilities.conversion_efficiency_import || 1,
  };
}

/** All that the schedules depend on. */
interface Grounds {
  readonly options: EnergyWishOptions;
  readonly capabilities: HardwareCapabilities;
  readonly activePhases: number;
  /** Null: no cable limits. */
  readonly cableA: number | null;
  /** Nobody needs energy here, and the configuration leaves it to the others. */
  readonly asleep: boolean;
  readonly pausedByEv: boolean;
  /** RFC 3339 time stamp of the current hour, which the entries count from. */
  readonly fullHour: string;
  /** Null: alternating current. */
  readonly supply: SupplyWish | null;
}

/** What a DC supply can take from the grid's side of it. */
export interface SupplyWish {
  /** Towards the vehicle, derating included. */
  readonly maxW: number;
  /** 0..1. */
  readonly efficiency: number;
  /** From the vehicle, derating included; 0: none is discharged now. */
  readonly dischargeW: number;
  readonly dischargeEfficiency: number;
}

/**
 * The schedules of one EVSE. As long as nothing changes that they depend on they are the very same arrays, so that whoever
 * reads them every second sees by identity that there is no news.
 */
export interface EnergyWish {
  readonly grounds: Grounds;
  readonly scheduleImport: readonly ScheduleReqEntry[];
  readonly scheduleExport: readonly ScheduleReqEntry[];
}

function groundsOf(s: ChargerState, options: EnergyWishOptions, fullHour: string, supply: SupplyWish | null): Grounds {
  const { capabilities, activePhases } = s;
  return {
    options,
    capabilities,
    activePhases,
    cableA: cableA(s),
    asleep: options.requestZeroPowerInIdle && (!needsEnergy[s.name] || (s.name === "ChargingPausedEVSE" && s.paused)),
    pausedByEv: s.name === "ChargingPausedEV",
    fullHour,
    supply,
  };
}

/** Boards tell their abilities again and again. */
function areSame(a: HardwareCapabilities, b: HardwareCapabilities): boolean {
  if (a === b) return true;
  const keys = Object.keys({ ...a, ...b }) as (keyof HardwareCapabilities)[];
  return keys.every((key) => a[key] === b[key]);
}

const isSame = (a: Grounds, b: Grounds): boolean =>
  a.options === b.options &&
  areSame(a.capabilities, b.capabilities) &&
  a.activePhases === b.activePhases &&
  a.cableA === b.cableA &&
  a.asleep === b.asleep &&
  a.pausedByEv === b.pausedByEv &&
  a.fullHour === b.fullHour &&
  a.supply?.maxW === b.supply?.maxW &&
  a.supply?.efficiency === b.supply?.efficiency &&
  a.supply?.dischargeW === b.supply?.dischargeW &&
  a.supply?.dischargeEfficiency === b.supply?.dischargeEfficiency;

/** `last`: the wish before this one, which still stands when nothing has changed. */
export function energyWish(
  s: ChargerState,
  options: EnergyWishOptions,
  fullHour: string,
  last: EnergyWish | null,
  supply: SupplyWish | null = null,
): EnergyWish {
  const grounds = groundsOf(s, options, fullHour, supply);
  if (last !== null && isSame(last.grounds, grounds)) return last;
  return { grounds, scheduleImport: [importWish(grounds)], scheduleExport: [exportWish(grounds)] };
}

const noSetpoints: readonly ScheduleSetpointEntry[] = [];

/** Ampere per phase the pilot still offers although the limit is lower; undefined where it does not. */
export function offeredBeyondLimitA({ output, limitA }: ChargerState): number | undefined {
  return output.mode === "nominal" && output.currentA > limitA ? output.currentA : undefined;
}

/** `heldA`: ampere per phase that are kept for a while although less is due. */
export function energyRequest(s: ChargerState, wish: EnergyWish, priority: boolean, heldA?: number): EnergyFlowRequest {
  return {
    uuid: wish.grounds.options.moduleId,
    node_type: "Evse",
    children: [],
    schedule_import: wish.scheduleImport,
    schedule_export: wish.scheduleExport,
    schedule_setpoints: noSetpoints,
    priority_request: priority,
    evse_state: evseStates[s.name],
    ...(heldA !== undefined && { held_current_A: heldA }),
  };
}

function importWish({ options, capabilities, activePhases, cableA, asleep, pausedByEv, fullHour, supply }: Grounds) {
  const caps = `${options.moduleId}/evse_board_support_caps`;
  const hardwareA = capabilities.max_current_A_import;
  const byHardware: Sourced<number> =
    cableA !== null && cableA < hardwareA
      ? { value: cableA, source: `${options.moduleId}/pp_ampacity` }
      : { value: hardwareA, source: caps };
  const eco = options.requestZeroPowerInIdle && pausedByEv;
  return {
    timestamp: fullHour,
    limits_to_root: {
      ac_max_current_A: eco ? { value: capabilities.min_current_A_import, source: caps } : byHardware,
      ac_min_current_A: { value: capabilities.min_current_A_import, source: caps },
      ac_max_phase_count: { value: capabilities.max_phase_count_import, source: caps },
      ac_min_phase_count: { value: capabilities.min_phase_count_import, source: caps },
      ac_supports_changing_phases_during_charging: capabilities.supports_changing_phases_during_charging,
      ac_number_of_active_phases: activePhases,
    },
    ...(supply === null
      ? {
          limits_to_leaves: {
            ac_max_current_A: asleep
              ? { value: 0, source: idle }
              : { value: Math.min(hardwareA, options.maxCurrentImportA), source: `${options.moduleId}/module_config` },
          },
        }
      : {
          limits_to_leaves: {
            total_power_W: asleep
              ? { value: 0, source: idle }
              : { value: supply.maxW, source: `${options.moduleId}/powersupply_dc_caps` },
          },
          conversion_efficiency: supply.efficiency,
        }),
  };
}

const idle = "Idle";

/** What the board could feed back: nothing of it is on offer while no vehicle may be discharged. */
function exportWish(grounds: Grounds): ScheduleReqEntry {
  const { options, capabilities, activePhases, asleep, pausedByEv, fullHour, supply } = grounds;
  const offers = supply !== null && supply.dischargeW > 0 && !asleep;
  const caps = `${options.moduleId}/evse_board_support_caps`;
  const none = { value: 0, source: asleep ? idle : options.moduleId };
  return {
    timestamp: fullHour,
    limits_to_root: {
      ac_max_current_A: {
        value: pausedByEv
          ? capabilities.min_current_A_export
          : Math.min(capabilities.max_current_A_export, options.maxCurrentExportA),
        source: caps,
      },
      ac_min_current_A: { value: capabilities.min_current_A_export, source: caps },
      ac_max_phase_count: { value: capabilities.max_phase_count_export, source: caps },
      ac_min_phase_count: { value: capabilities.min_phase_count_export, source: caps },
      ac_supports_changing_phases_during_charging: capabilities.supports_changing_phases_during_charging,
      ac_number_of_active_phases: activePhases,
    },
    ...(offers
      ? {
          limits_to_leaves: {
            total_power_W: { value: supply.dischargeW, source: `${options.moduleId}/powersupply_dc_caps` },
          },
          conversion_efficiency: supply.dischargeEfficiency,
        }
      : { limits_to_leaves: { ac_max_current_A: none, total_power_W: none } }),
  };
}
