/** What one node of the tree lets through at an instant. Source: energy facts, sections 4.2 and 4.3. */
import type { EnergyFlowRequest, ScheduleReqEntry, Sourced } from "./flow.ts";
import { entryInForce } from "./time-series.ts";

/** Both sides of a node folded into its root side. An absent value is no limit. Ampere per phase. */
export interface NodeLimits {
  readonly maxW?: Sourced<number>;
  readonly maxA?: Sourced<number>;
  readonly minA?: Sourced<number>;
  readonly maxPhases?: Sourced<number>;
  readonly minPhases?: Sourced<number>;
}

const nothing: Sourced<number> = { value: 0, source: "" };

/** A node without a schedule has nothing to give. */
const nothingAvailable: NodeLimits = { maxW: nothing, maxA: nothing };

/** The smaller one; `first` when they are equal or `second` is absent. */
function smaller(first: Sourced<number> | undefined, second: Sourced<number> | undefined): Sourced<number> | undefined {
  if (first === undefined) return second;
  return second !== undefined && second.value < first.value ? second : first;
}

function larger(first: Sourced<number> | undefined, second: Sourced<number> | undefined): Sourced<number> | undefined {
  if (first === undefined) return second;
  return second !== undefined && second.value > first.value ? second : first;
}

const folded = new WeakMap<ScheduleReqEntry, NodeLimits>();

/** Equal values keep the source of the root side for power and current, of the leaves side for the rest. */
function fold(entry: ScheduleReqEntry): NodeLimits {
  const known = folded.get(entry);
  if (known !== undefined) return known;
  const { limits_to_root: root, limits_to_leaves: leaves, conversion_efficiency: efficiency = 1 } = entry;
  const leavesW = leaves.total_power_W;
  const maxW = smaller(
    root.total_power_W,
    leavesW === undefined || efficiency === 1
      ? leavesW
      : { value: leavesW.value === 0 ? 0 : leavesW.value / efficiency, source: leavesW.source },
  );
  const maxA = smaller(root.ac_max_current_A, leaves.ac_max_current_A);
  const minA = larger(leaves.ac_min_current_A, root.ac_min_current_A);
  const maxPhases = smaller(leaves.ac_max_phase_count, root.ac_max_phase_count);
  const minPhases = larger(leaves.ac_min_phase_count, root.ac_min_phase_count);
  const limits: NodeLimits = {
    ...(maxW !== undefined && { maxW }),
    ...(maxA !== undefined && { maxA }),
    ...(minA !== undefined && { minA }),
    ...(maxPhases !== undefined && { maxPhases }),
    ...(minPhases !== undefined && { minPhases }),
  };
  folded.set(entry, limits);
  return limits;
}

/** A target of zero or more is a limit of import; one below zero means export, which leaves nothing to import. */
function lowered(limit: Sourced<number> | undefined, target: number, source: string): Sourced<number> {
  const wanted = { value: Math.max(0, target), source };
  return limit !== undefined && limit.value <= wanted.value ? limit : wanted;
}

/** What the node lets through towards the car at `wallMs`. Frequency tables wait for a frequency to be measured. */
export function importLimits(node: EnergyFlowRequest, wallMs: number): NodeLimits {
  const entry = entryInForce(node.schedule_import, wallMs);
  const limits = entry === undefined ? nothingAvailable : fold(entry);
  const setpoint = entryInForce(node.schedule_setpoints, wallMs)?.setpoint;
  if (setpoint === undefined) return limits;
  const { ac_current_A: targetA, total_power_W: targetW, source } = setpoint;
  if (targetA !== undefined) return { ...limits, maxA: lowered(limits.maxA, targetA, source) };
  if (targetW !== undefined) return { ...limits, maxW: lowered(limits.maxW, targetW, source) };
  return limits;
}
