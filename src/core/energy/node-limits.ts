/** What one node of the tree lets through at an instant. Source: energy facts, sections 4.2 and 4.3. */
import type { EnergyFlowRequest, ScheduleReqEntry, Sourced } from "./flow.ts";
import type { Target } from "./setpoint.ts";
import { measuredFrequencyHz, targetOf } from "./setpoint.ts";
import { entryInForce } from "./time-series.ts";

/** Both sides of a node folded into its root side, for one direction. An absent value is no limit. Ampere per phase. */
export interface DirectionLimits {
  readonly maxW?: Sourced<number>;
  readonly maxA?: Sourced<number>;
  readonly minA?: Sourced<number>;
  readonly maxPhases?: Sourced<number>;
  readonly minPhases?: Sourced<number>;
  /** In use right now. */
  readonly activePhases?: number;
  /** False: the phases stay as they are while a session lasts. */
  readonly switchesPhases?: boolean;
  readonly pricePerKwh?: number;
}

export interface NodeLimits {
  /** Towards the cars. */
  readonly importing: DirectionLimits;
  /** Towards the grid. */
  readonly exporting: DirectionLimits;
}

const nothing: Sourced<number> = { value: 0, source: "" };

/** A node without a schedule has nothing to give. */
const nothingAvailable: DirectionLimits = { maxW: nothing, maxA: nothing };

/** The smaller one; `first` when they are equal or `second` is absent. */
function smaller(first: Sourced<number> | undefined, second: Sourced<number> | undefined): Sourced<number> | undefined {
  if (first === undefined) return second;
  return second !== undefined && second.value < first.value ? second : first;
}

function larger(first: Sourced<number> | undefined, second: Sourced<number> | undefined): Sourced<number> | undefined {
  if (first === undefined) return second;
  return second !== undefined && second.value > first.value ? second : first;
}

const folded = new WeakMap<ScheduleReqEntry, DirectionLimits>();

/** Equal values keep the source of the root side for power and current, of the leaves side for the rest. */
function fold(entry: ScheduleReqEntry): DirectionLimits {
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
  const { ac_number_of_active_phases: activePhases, ac_supports_changing_phases_during_charging: switchesPhases } =
    root;
  const { price_per_kwh: pricePerKwh } = entry;
  const limits: DirectionLimits = {
    ...(maxW !== undefined && { maxW }),
    ...(maxA !== undefined && { maxA }),
    ...(minA !== undefined && { minA }),
    ...(maxPhases !== undefined && { maxPhases }),
    ...(minPhases !== undefined && { minPhases }),
    ...(activePhases !== undefined && { activePhases }),
    ...(switchesPhases !== undefined && { switchesPhases }),
    ...(pricePerKwh !== undefined && { pricePerKwh }),
  };
  folded.set(entry, limits);
  return limits;
}

function lowered(limit: Sourced<number> | undefined, value: number, source: string): Sourced<number> {
  return limit !== undefined && limit.value <= value ? limit : { value, source };
}

function within(limits: DirectionLimits, { unit, source }: Target, value: number): DirectionLimits {
  return unit === "A"
    ? { ...limits, maxA: lowered(limits.maxA, value, source) }
    : { ...limits, maxW: lowered(limits.maxW, value, source) };
}

/** A target in one direction is a limit there and leaves nothing for the other one. */
function towards(limits: NodeLimits, target: Target): NodeLimits {
  return {
    importing: within(limits.importing, target, Math.max(0, target.value)),
    exporting: within(limits.exporting, target, Math.max(0, -target.value)),
  };
}

/** What the node lets through at `wallMs` (milliseconds since the Unix epoch). */
export function nodeLimits(node: EnergyFlowRequest, wallMs: number): NodeLimits {
  const importing = entryInForce(node.schedule_import, wallMs);
  const exporting = entryInForce(node.schedule_export, wallMs);
  const limits: NodeLimits = {
    importing: importing === undefined ? nothingAvailable : fold(importing),
    exporting: exporting === undefined ? nothingAvailable : fold(exporting),
  };
  const setpoint = entryInForce(node.schedule_setpoints, wallMs)?.setpoint;
  const target = setpoint && targetOf(setpoint, measuredFrequencyHz(node));
  return target === undefined ? limits : towards(limits, target);
}
