import type { EnergyFlowRequest, LimitsReq, ScheduleReqEntry } from "../../../src/core/energy/flow.ts";

export const wallMs = Date.UTC(2026, 0, 1);

export interface Bounds {
  /** Ampere per phase, watt. */
  readonly maxA?: number;
  readonly minA?: number;
  readonly maxW?: number;
  readonly phases?: number;
}

export function limits(source: string, { maxA, minA, maxW, phases }: Bounds): LimitsReq {
  return {
    ...(maxA !== undefined && { ac_max_current_A: { value: maxA, source } }),
    ...(minA !== undefined && { ac_min_current_A: { value: minA, source } }),
    ...(maxW !== undefined && { total_power_W: { value: maxW, source } }),
    ...(phases !== undefined && { ac_max_phase_count: { value: phases, source } }),
  };
}

export function entry(root: LimitsReq, leaves: LimitsReq = {}, timestamp = "2026-01-01T00:00:00Z"): ScheduleReqEntry {
  return { timestamp, limits_to_root: root, limits_to_leaves: leaves };
}

export function node(uuid: string, bounds: Bounds, children: readonly EnergyFlowRequest[]): EnergyFlowRequest {
  const own = limits(uuid, bounds);
  return {
    uuid,
    node_type: "Generic",
    children,
    schedule_import: [entry(own, own)],
    schedule_export: [],
    schedule_setpoints: [],
  };
}

export function evse(uuid: string, bounds: Bounds = { maxA: 32, minA: 6, phases: 3 }): EnergyFlowRequest {
  return { ...node(uuid, {}, []), node_type: "Evse", schedule_import: [entry(limits(uuid, bounds))] };
}
