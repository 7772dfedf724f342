/** What a client sets as the limit of an EVSE, in the shape of the energy tree. Source: API facts, section 7. */
import type { ExternalLimits, LimitsReq, ScheduleReqEntry } from "../../core/energy/flow.ts";

const source = "RpcApi_module";

/** Positive: import. Zero or negative: export of that much, and no import. */
export interface WantedLimit {
  readonly unit: "ampere" | "watt";
  readonly value: number;
}

/** More than any EVSE can: the limit of one that has none. */
export const unlimited: WantedLimit = { unit: "ampere", value: 999.9 };

/** @param phases how many may be used, and must: pins them; null leaves them open. */
export function externalLimits(limit: WantedLimit | null, phases: number | null, timestamp: string): ExternalLimits {
  const entry = (limits: LimitsReq): ScheduleReqEntry[] => [
    { timestamp, limits_to_root: {}, limits_to_leaves: limits },
  ];
  const pinned: LimitsReq =
    phases === null
      ? {}
      : { ac_max_phase_count: { value: phases, source }, ac_min_phase_count: { value: phases, source } };
  const amount = (value: number): LimitsReq =>
    limit?.unit === "watt" ? { total_power_W: { value, source } } : { ac_max_current_A: { value, source } };
  const some: LimitsReq = limit === null ? pinned : { ...amount(Math.abs(limit.value)), ...pinned };
  const none: LimitsReq = phases === null ? { total_power_W: { value: 0, source } } : amount(0);
  const imports = limit === null || limit.value > 0;
  return {
    schedule_import: entry(imports ? some : none),
    schedule_export: entry(imports ? none : some),
    schedule_setpoints: [],
  };
}
