import type { EnergyEvseState, EnergyFlowRequest, LimitsReq, ScheduleReqEntry } from "../energy/flow.ts";
import { cableRatingA } from "../iec61851/proximity.ts";
import type { ChargerState, ChargerStateName } from "./charger-state.ts";

/** What one EVSE asks of the energy tree. Energy facts, section 5.1. */
export interface EnergyWishOptions {
  readonly moduleId: string;
  readonly maxCurrentImportA: number;
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

/** `fullHour`: RFC 3339 time stamp of the current hour, which the entries count from. */
export function energyRequest(
  s: ChargerState,
  options: EnergyWishOptions,
  fullHour: string,
  priority: boolean,
): EnergyFlowRequest {
  return {
    uuid: options.moduleId,
    node_type: "Evse",
    children: [],
    schedule_import: [wish(s, options, fullHour)],
    schedule_export: [nothing(options, fullHour)],
    schedule_setpoints: [],
    priority_request: priority,
    evse_state: evseStates[s.name],
  };
}

function wish(s: ChargerState, options: EnergyWishOptions, timestamp: string): ScheduleReqEntry {
  const { capabilities } = s;
  const caps = `${options.moduleId}/evse_board_support_caps`;
  const isSocket = capabilities.connector_type === "IEC62196Type2Socket";
  const cableA = isSocket ? cableRatingA(s.ampacity, capabilities.max_phase_count_import) : null;
  const hardwareA = capabilities.max_current_A_import;
  const limited = cableA !== null && cableA < hardwareA;
  const asleep =
    options.requestZeroPowerInIdle && (!needsEnergy[s.name] || (s.name === "ChargingPausedEVSE" && s.paused));
  const eco = options.requestZeroPowerInIdle && s.name === "ChargingPausedEV";
  const root: LimitsReq = {
    ac_max_current_A: eco
      ? { value: capabilities.min_current_A_import, source: caps }
      : limited
        ? { value: cableA, source: `${options.moduleId}/pp_ampacity` }
        : { value: hardwareA, source: caps },
    ac_min_current_A: { value: capabilities.min_current_A_import, source: caps },
    ac_max_phase_count: { value: capabilities.max_phase_count_import, source: caps },
    ac_min_phase_count: { value: capabilities.min_phase_count_import, source: caps },
    ac_supports_changing_phases_during_charging: capabilities.supports_changing_phases_during_charging,
    ac_number_of_active_phases: s.activePhases,
  };
  const leaves: LimitsReq = asleep
    ? { ac_max_current_A: { value: 0, source: "Idle" } }
    : {
        ac_max_current_A: {
          value: Math.min(hardwareA, options.maxCurrentImportA),
          source: `${options.moduleId}/module_config`,
        },
      };
  return { timestamp, limits_to_root: root, limits_to_leaves: leaves };
}

/** No vehicle is discharged yet: nothing on offer in the other direction. */
function nothing(options: EnergyWishOptions, timestamp: string): ScheduleReqEntry {
  const none = { value: 0, source: options.moduleId };
  return {
    timestamp,
    limits_to_root: { ac_max_current_A: none },
    limits_to_leaves: { ac_max_current_A: none, total_power_W: none },
  };
}
