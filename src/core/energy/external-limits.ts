/** What the world above may ask of a node, within what the node itself can. Source: energy facts, section 3.4. */
import type { LimitsReq, ScheduleReqEntry } from "./flow.ts";

export interface NodeRating {
  /** Names the node as the cause of a limit. */
  readonly source: string;
  /** Ampere per phase. */
  readonly fuseLimitA: number;
  /** 0 = not told. */
  readonly phaseCount: number;
  readonly nominalVoltageV: number;
  /** Adds a current to a schedule that only tells power. */
  readonly enhanceExternalSchedule: boolean;
}

/** The node's own limits: its fuse and its phases, on both sides. */
export function ownLimits({ source, fuseLimitA, phaseCount }: NodeRating): LimitsReq {
  return {
    ac_max_current_A: { value: fuseLimitA, source },
    ...(phaseCount > 0 && { ac_max_phase_count: { value: phaseCount, source } }),
  };
}

function enhanced(root: LimitsReq, leaves: LimitsReq, rating: NodeRating): LimitsReq {
  const { total_power_W: power } = root;
  if (power === undefined || power.value <= 0 || root.ac_max_current_A !== undefined) return root;
  const phases =
    [root.ac_max_phase_count?.value, leaves.ac_max_phase_count?.value, rating.phaseCount].find(
      (count) => count !== undefined && count > 0,
    ) ?? 1;
  return {
    ...root,
    ac_max_current_A: { value: power.value / (rating.nominalVoltageV * phases), source: power.source },
  };
}

/** The root side never allows more than the fuse and the phases; the leaves side stays as it came. */
export function withinRating(entry: ScheduleReqEntry, rating: NodeRating): ScheduleReqEntry {
  const asked = rating.enhanceExternalSchedule
    ? enhanced(entry.limits_to_root, entry.limits_to_leaves, rating)
    : entry.limits_to_root;
  const { ac_max_current_A: current, ac_max_phase_count: phases } = asked;
  const own = ownLimits(rating);
  return {
    ...entry,
    limits_to_root: {
      ...asked,
      ...((current === undefined || current.value > rating.fuseLimitA) && {
        ac_max_current_A: { value: rating.fuseLimitA, source: rating.source },
      }),
      ...(own.ac_max_phase_count !== undefined &&
        (phases === undefined || phases.value > rating.phaseCount) && { ac_max_phase_count: own.ac_max_phase_count }),
    },
  };
}
