/**
 * Who gets how much: from the wishes of a tree to the limits of its leaves. Source: energy facts, sections 4.4 to 4.8.
 *
 * Import, at one instant, with the phases as they are. Minimum currents are served first, in the order of the tree, all
 * or nothing; the rest rises at the same pace for everybody until a limit on the way to the root is reached.
 */
import type { EnergyFlowRequest, LimitsRes, Sourced } from "./flow.ts";
import type { NodeLimits } from "./node-limits.ts";
import { importLimits } from "./node-limits.ts";

export interface DistributionOptions {
  /** Volt between phase and neutral, for the step from ampere to watt. */
  readonly nominalVoltageV: number;
  /** A leaf limited in ampere and one limited in watt rise in the proportion of these two. */
  readonly sliceA: number;
  readonly sliceW: number;
}

/** Amounts below this share of a limit (or of one ampere or watt) are rounding. */
const negligible = 1e-9;

/** Phases of a leaf that tells none. Source: energy facts, section 4.6. */
const defaultPhases = 3;

/** One node with what is left of it. An absent limit is infinite. */
interface Branch {
  readonly parent: Branch | null;
  readonly limits: NodeLimits;
  leftA: number;
  leftW: number;
  /** What one step of the common rise takes. */
  riseA: number;
  riseW: number;
}

interface Leaf {
  readonly uuid: string;
  readonly branch: Branch;
  /** The lowest limits on its way; infinite where there is none. */
  readonly maxA: number;
  readonly maxW: number;
  readonly minA: number;
  readonly phases: Sourced<number>;
  /** Watt per ampere at its phases. */
  readonly wattsPerAmpere: number;
  a: number;
  w: number;
  source: string;
}

function left(limit: Sourced<number> | undefined): number {
  return limit === undefined ? Number.POSITIVE_INFINITY : limit.value;
}

function isUsedUp(amount: number, limit: number): boolean {
  return amount <= negligible * Math.max(1, limit);
}

function wayToRoot(branch: Branch): Branch[] {
  const way: Branch[] = [];
  for (let at: Branch | null = branch; at !== null; at = at.parent) way.push(at);
  return way;
}

function joined(sources: readonly string[]): string {
  return [...new Set(sources.filter((source) => source !== ""))].join(",");
}

function leafAt(uuid: string, branch: Branch, nominalVoltageV: number): Leaf {
  const way = wayToRoot(branch);
  let maxA = Number.POSITIVE_INFINITY;
  let maxW = Number.POSITIVE_INFINITY;
  let minA = 0;
  let phases = Number.POSITIVE_INFINITY;
  for (const { limits } of way) {
    maxA = Math.min(maxA, left(limits.maxA));
    maxW = Math.min(maxW, left(limits.maxW));
    minA = Math.max(minA, limits.minA?.value ?? 0);
    phases = Math.min(phases, left(limits.maxPhases));
  }
  const namedBy = way.flatMap(({ limits: { maxPhases } }) => (maxPhases?.value === phases ? [maxPhases.source] : []));
  if (phases === Number.POSITIVE_INFINITY) phases = defaultPhases;
  return {
    uuid,
    branch,
    maxA,
    maxW,
    minA,
    phases: { value: phases, source: joined(namedBy.reverse()) },
    wattsPerAmpere: phases * nominalVoltageV,
    a: 0,
    w: 0,
    source: "",
  };
}

/** Current is what such a leaf is given, power follows from it; without any limit in ampere it is given power. */
function isGivenCurrent(leaf: Leaf): boolean {
  return leaf.maxA !== Number.POSITIVE_INFINITY;
}

function wants(leaf: Leaf): boolean {
  if (leaf.maxA === 0 || leaf.maxW === 0 || leaf.phases.value === 0) return false;
  return isGivenCurrent(leaf) || leaf.maxW !== Number.POSITIVE_INFINITY;
}

function take(leaf: Leaf, a: number, w: number): void {
  leaf.a += a;
  leaf.w += w;
  for (let at: Branch | null = leaf.branch; at !== null; at = at.parent) {
    at.leftA -= a;
    at.leftW -= w;
  }
}

/** All or nothing: a vehicle that cannot have its minimum is better served with nothing. */
function takesMinimum(leaf: Leaf): boolean {
  if (!isGivenCurrent(leaf) || leaf.minA === 0) return true;
  const a = leaf.minA;
  const w = a * leaf.wattsPerAmpere;
  for (let at: Branch | null = leaf.branch; at !== null; at = at.parent) {
    if (a > at.leftA && !isUsedUp(a - at.leftA, a)) return false;
    if (w > at.leftW && !isUsedUp(w - at.leftW, w)) return false;
  }
  take(leaf, a, w);
  return true;
}

/** Names the limits that stop the leaf, from the root down; undefined while none does. Current counts before power. */
function stoppedBy(leaf: Leaf): string | undefined {
  const inAmpere: string[] = [];
  const inWatt: string[] = [];
  for (let at: Branch | null = leaf.branch; at !== null; at = at.parent) {
    const { maxA, maxW } = at.limits;
    if (maxA !== undefined && isUsedUp(at.leftA, maxA.value)) inAmpere.unshift(maxA.source);
    if (maxW !== undefined && isUsedUp(at.leftW, maxW.value)) inWatt.unshift(maxW.source);
  }
  if (inAmpere.length > 0) return joined(inAmpere);
  return inWatt.length > 0 ? joined(inWatt) : undefined;
}

/** Raises all at the same pace; who meets a limit stays there, the others go on. Each round uses up a limit. */
function rise(branches: readonly Branch[], leaves: readonly Leaf[], { sliceA, sliceW }: DistributionOptions): void {
  let rising = leaves;
  for (;;) {
    rising = rising.filter((leaf) => {
      const source = stoppedBy(leaf);
      if (source !== undefined) leaf.source = source;
      return source === undefined;
    });
    if (rising.length === 0) return;
    for (const branch of branches) {
      branch.riseA = 0;
      branch.riseW = 0;
    }
    for (const leaf of rising) {
      const a = isGivenCurrent(leaf) ? sliceA : 0;
      const w = isGivenCurrent(leaf) ? sliceA * leaf.wattsPerAmpere : sliceW;
      for (let at: Branch | null = leaf.branch; at !== null; at = at.parent) {
        at.riseA += a;
        at.riseW += w;
      }
    }
    let steps = Number.POSITIVE_INFINITY;
    let tightest: Branch | undefined;
    let inAmpere = false;
    for (const branch of branches) {
      const stepsA = branch.riseA > 0 ? branch.leftA / branch.riseA : Number.POSITIVE_INFINITY;
      const stepsW = branch.riseW > 0 ? branch.leftW / branch.riseW : Number.POSITIVE_INFINITY;
      if (Math.min(stepsA, stepsW) < steps) {
        steps = Math.min(stepsA, stepsW);
        tightest = branch;
        inAmpere = stepsA <= stepsW;
      }
    }
    if (tightest === undefined) return;
    for (const leaf of rising) {
      if (isGivenCurrent(leaf)) take(leaf, steps * sliceA, steps * sliceA * leaf.wattsPerAmpere);
      else take(leaf, 0, steps * sliceW);
    }
    if (inAmpere) tightest.leftA = 0;
    else tightest.leftW = 0;
  }
}

function limitsOf(leaf: Leaf): LimitsRes {
  const inAmpere = isGivenCurrent(leaf);
  const inWatt = leaf.maxW !== Number.POSITIVE_INFINITY;
  if (leaf.a === 0 && leaf.w === 0) {
    return {
      ...(inAmpere && { ac_max_current_A: { value: 0, source: "" } }),
      ...(inWatt && { total_power_W: { value: 0, source: "" } }),
    };
  }
  // A sum of shares misses the round number the limit was typed as by a last digit.
  const a = isUsedUp(Math.abs(leaf.maxA - leaf.a), leaf.maxA) ? leaf.maxA : leaf.a;
  const w = isUsedUp(Math.abs(leaf.maxW - leaf.w), leaf.maxW) ? leaf.maxW : leaf.w;
  const { source } = leaf;
  return {
    ...(inAmpere && { ac_max_current_A: { value: a, source }, ac_max_phase_count: leaf.phases }),
    ...(inWatt && { total_power_W: { value: w, source } }),
  };
}

/** The limits of every EVSE of the tree by its uuid, for the instant `atWallMs` (milliseconds since the Unix epoch). */
export function distribute(
  root: EnergyFlowRequest,
  atWallMs: number,
  options: DistributionOptions,
): Map<string, LimitsRes> {
  const branches: Branch[] = [];
  const leaves: Leaf[] = [];
  const grow = (node: EnergyFlowRequest, parent: Branch | null): void => {
    const limits = importLimits(node, atWallMs);
    const branch: Branch = { parent, limits, leftA: left(limits.maxA), leftW: left(limits.maxW), riseA: 0, riseW: 0 };
    branches.push(branch);
    if (node.node_type === "Evse") leaves.push(leafAt(node.uuid, branch, options.nominalVoltageV));
    for (const child of node.children) grow(child, branch);
  };
  grow(root, null);
  rise(
    branches,
    leaves.filter((leaf) => wants(leaf) && takesMinimum(leaf)),
    options,
  );
  return new Map(leaves.map((leaf) => [leaf.uuid, limitsOf(leaf)]));
}
