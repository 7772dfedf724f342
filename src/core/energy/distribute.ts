/**
 * Who gets how much at one instant: from the wishes of a tree to the limits of its leaves. Source: energy facts,
 * sections 4.4 to 4.6.
 *
 * Everybody buys in turn, piece by piece: first the minimum current, all or nothing, then slice after slice, until a
 * limit on the way to the root stops it. Rounds in which everybody gets a whole slice are taken in one step.
 */
import type { EnergyEvseState, EnergyFlowRequest, LimitsRes, Sourced } from "./flow.ts";
import type { DirectionLimits } from "./node-limits.ts";
import { nodeLimits } from "./node-limits.ts";
import type { PhaseQuestion } from "./phase-decision.ts";

export interface DistributionOptions {
  /** Volt between phase and neutral, for the step from ampere to watt. */
  readonly nominalVoltageV: number;
  /** One piece for an EVSE limited in ampere (per phase), and for one limited in watt alone. Above 0. */
  readonly sliceA: number;
  readonly sliceW: number;
}

/** A leaf at its first purchase, about to decide how many phases to charge on. */
export interface PhaseWish extends PhaseQuestion {
  readonly uuid: string;
  readonly evseState: EnergyEvseState | undefined;
}

export interface DistributionRules extends DistributionOptions {
  /** How many phases a leaf charges on. */
  readonly phases: (wish: PhaseWish) => number;
  /** Whether a leaf that cannot have its minimum may have it on its least phases instead. */
  readonly mayReducePhases: (wish: PhaseWish) => boolean;
  /** Turns the EVSEs in the order of the tree into the uuids in the order in which they buy. */
  readonly order?: (leaves: readonly EnergyFlowRequest[]) => readonly string[];
}

/** What one leaf got. */
export interface Share {
  readonly request: EnergyFlowRequest;
  readonly limits: LimitsRes;
  /** Ampere per phase and watt booked on its way; negative towards the grid. */
  readonly a: number;
  readonly w: number;
  /** Below this it does not charge. */
  readonly minA: number;
  /** On all phases it may use. */
  readonly fullWattsPerAmpere: number;
  /** It would take its minimum if the others left it as much; they do not. */
  readonly crowdedOut: boolean;
  /** Who leaves nothing to it, whatever the others do; empty where somebody else could leave more. */
  readonly limitedBy: string;
  readonly pricePerKwh?: number;
  /** The nodes from the leaf up to the root. */
  readonly way: readonly Branch[];
}

/** Amounts below this share of a limit (or of one ampere or watt) are rounding. */
const negligible = 1e-9;

/** Phases of a leaf that tells none. Source: energy facts, section 4.6. */
const defaultPhases = 3;

/** One node with what is sold behind it: signed, negative towards the grid. */
export interface Branch {
  readonly uuid: string;
  readonly parent: Branch | null;
  readonly importing: DirectionLimits;
  readonly exporting: DirectionLimits;
  soldA: number;
  soldW: number;
}

/** What a whole round of slices adds behind a branch. */
interface Rise {
  a: number;
  w: number;
}

interface Leaf {
  readonly uuid: string;
  readonly request: EnergyFlowRequest;
  readonly way: readonly Branch[];
  readonly direction: "importing" | "exporting" | null;
  /** Limited in ampere on its way; without, it is sold power alone. */
  readonly inAmpere: boolean;
  readonly inWatt: boolean;
  readonly minA: number;
  readonly maxPhases: number;
  readonly minPhases: number;
  phases: number;
  phasesDecided: boolean;
  minimumTaken: boolean;
  /** Bought, without a sign. */
  a: number;
  w: number;
  source: string;
}

function isUsedUp(amount: number, limit: number): boolean {
  return amount <= negligible * Math.max(1, limit);
}

function joined(sources: readonly string[]): string {
  if (sources.length < 2) return sources[0] ?? "";
  return [...new Set(sources.filter((source) => source !== ""))].join(",");
}

/** What a node has left; infinite without a limit. Sales one way never add to what it can sell the other way. */
function left(limit: Sourced<number> | undefined, sold: number): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  const amount = limit.value - Math.max(0, sold);
  return isUsedUp(amount, limit.value) ? 0 : amount;
}

/** What the whole way has left in the leaf's direction, in ampere or in watt. */
function leftFor({ way, direction }: Leaf, key: "maxA" | "maxW"): number {
  let least = Number.POSITIVE_INFINITY;
  for (const branch of way) {
    const sold = key === "maxA" ? branch.soldA : branch.soldW;
    const amount = direction === "exporting" ? left(branch.exporting[key], -sold) : left(branch.importing[key], sold);
    least = Math.min(least, amount);
  }
  return least;
}

const leftA = (leaf: Leaf): number => leftFor(leaf, "maxA");
const leftW = (leaf: Leaf): number => leftFor(leaf, "maxW");

function tightest(way: readonly Branch[], direction: "importing" | "exporting", key: "maxA" | "maxW"): number {
  let least = Number.POSITIVE_INFINITY;
  for (const branch of way) least = Math.min(least, branch[direction][key]?.value ?? Number.POSITIVE_INFINITY);
  return least;
}

function phaseBound(way: readonly Branch[], key: "maxPhases" | "minPhases"): number | undefined {
  let bound: number | undefined;
  for (const { importing } of way) {
    const count = importing[key]?.value;
    if (count === undefined) continue;
    bound = bound === undefined ? count : key === "maxPhases" ? Math.min(bound, count) : Math.max(bound, count);
  }
  return bound;
}

function directionOf(way: readonly Branch[]): "importing" | "exporting" | null {
  for (const direction of ["importing", "exporting"] as const) {
    if (tightest(way, direction, "maxA") > 0 && tightest(way, direction, "maxW") > 0) return direction;
  }
  return null;
}

function leafAt(request: EnergyFlowRequest, branch: Branch): Leaf {
  const way: Branch[] = [];
  for (let at: Branch | null = branch; at !== null; at = at.parent) way.push(at);
  const direction = directionOf(way);
  const bounds = direction ?? "importing";
  let minA = 0;
  for (const node of way) minA = Math.max(minA, node[bounds].minA?.value ?? 0);
  const maxPhases = phaseBound(way, "maxPhases") ?? defaultPhases;
  return {
    uuid: request.uuid,
    request,
    way,
    direction,
    inAmpere: tightest(way, bounds, "maxA") !== Number.POSITIVE_INFINITY,
    inWatt: tightest(way, bounds, "maxW") !== Number.POSITIVE_INFINITY,
    minA,
    maxPhases,
    minPhases: Math.min(maxPhases, phaseBound(way, "minPhases") ?? defaultPhases),
    // A leaf that exports does it on all phases. Source: energy facts, section 4.6.
    phases: maxPhases,
    phasesDecided: false,
    minimumTaken: false,
    a: 0,
    w: 0,
    source: "",
  };
}

function book(leaf: Leaf, a: number, w: number): void {
  leaf.a += a;
  leaf.w += w;
  const sign = leaf.direction === "exporting" ? -1 : 1;
  for (const branch of leaf.way) {
    branch.soldA += sign * a;
    branch.soldW += sign * w;
  }
}

function phaseWish(leaf: Leaf, voltageV: number): PhaseWish {
  const { importing } = leaf.way[0] as Branch;
  return {
    uuid: leaf.uuid,
    evseState: leaf.request.evse_state,
    powerW: leaf.inWatt ? leftW(leaf) : undefined,
    minA: leaf.minA,
    maxPhases: leaf.maxPhases,
    minPhases: leaf.minPhases,
    activePhases: importing.activePhases || defaultPhases,
    switches: importing.switchesPhases ?? true,
    voltageV,
  };
}

/** The rounding of a sum of slices does not cost a vehicle its minimum. */
function isEnough(amount: number, needed: number): boolean {
  return amount >= needed || isUsedUp(needed - amount, needed);
}

function hasMinimum(leaf: Leaf, phases: number, { nominalVoltageV }: DistributionRules): boolean {
  return isEnough(leftA(leaf), leaf.minA) && isEnough(leftW(leaf), leaf.minA * phases * nominalVoltageV);
}

function decidesPhases(leaf: Leaf, rules: DistributionRules): void {
  leaf.phasesDecided = true;
  if (leaf.direction !== "importing") return;
  const wish = phaseWish(leaf, rules.nominalVoltageV);
  leaf.phases = rules.phases(wish);
  if (leaf.minA === 0 || wish.minPhases >= leaf.phases || hasMinimum(leaf, leaf.phases, rules)) return;
  if (rules.mayReducePhases(wish)) leaf.phases = wish.minPhases;
}

type Purchase = "nothing" | "minimum" | "part" | "slice";

function buysMinimum(leaf: Leaf, rules: DistributionRules): Purchase {
  if (!leaf.phasesDecided) decidesPhases(leaf, rules);
  if (leaf.phases === 0) return "nothing";
  if (leaf.minA === 0) {
    leaf.minimumTaken = true;
    return buysSlice(leaf, rules);
  }
  if (!hasMinimum(leaf, leaf.phases, rules)) return "nothing";
  leaf.minimumTaken = true;
  book(leaf, leaf.minA, leaf.minA * leaf.phases * rules.nominalVoltageV);
  return "minimum";
}

/** A slice, or what is left of one. */
function buysSlice(leaf: Leaf, rules: DistributionRules): Purchase {
  const availableW = leftW(leaf);
  if (!leaf.inAmpere) {
    const w = Math.min(rules.sliceW, availableW);
    if (w <= 0) return "nothing";
    book(leaf, 0, w);
    return w === rules.sliceW ? "slice" : "part";
  }
  const perAmpere = leaf.phases * rules.nominalVoltageV;
  const a = Math.min(rules.sliceA, leftA(leaf), availableW / perAmpere);
  if (a <= 0) return "nothing";
  book(leaf, a, a * perAmpere);
  return a === rules.sliceA ? "slice" : "part";
}

function buys(leaf: Leaf, rules: DistributionRules): Purchase {
  // Power alone has no minimum.
  if (!leaf.inAmpere) leaf.minimumTaken = true;
  return leaf.minimumTaken ? buysSlice(leaf, rules) : buysMinimum(leaf, rules);
}

/** Names the limits that stop the leaf, from the root down. Current counts before power. */
function stoppedBy({ way, direction }: Leaf): string {
  const inAmpere: string[] = [];
  const inWatt: string[] = [];
  const sign = direction === "exporting" ? -1 : 1;
  for (let index = way.length - 1; index >= 0; index -= 1) {
    const branch = way[index] as Branch;
    const { maxA, maxW } = branch[direction ?? "importing"];
    if (maxA !== undefined && left(maxA, sign * branch.soldA) === 0) inAmpere.push(maxA.source);
    if (maxW !== undefined && left(maxW, sign * branch.soldW) === 0) inWatt.push(maxW.source);
  }
  return joined(inAmpere.length > 0 ? inAmpere : inWatt);
}

/** How many whole rounds fit before any branch has less left than one round takes. */
function wholeRounds(leaves: readonly Leaf[], rules: DistributionRules): number {
  const rises = new Map<Branch, Rise>();
  for (const leaf of leaves) {
    const a = leaf.inAmpere ? rules.sliceA : 0;
    const w = leaf.inAmpere ? a * leaf.phases * rules.nominalVoltageV : rules.sliceW;
    for (const branch of leaf.way) {
      const rise = rises.get(branch);
      if (rise === undefined) rises.set(branch, { a, w });
      else {
        rise.a += a;
        rise.w += w;
      }
    }
  }
  let rounds = Number.POSITIVE_INFINITY;
  for (const [{ importing, soldA, soldW }, { a, w }] of rises) {
    if (a > 0) rounds = Math.min(rounds, left(importing.maxA, soldA) / a);
    if (w > 0) rounds = Math.min(rounds, left(importing.maxW, soldW) / w);
  }
  return Number.isFinite(rounds) ? Math.floor(rounds) : 0;
}

function trade(leaves: readonly Leaf[], rules: DistributionRules): void {
  // An exporting leaf gives others something to buy: nobody is out before a round without a purchase.
  const mixed = leaves.some(({ direction }) => direction === "exporting");
  let trading = leaves;
  for (;;) {
    const bought = trading.map((leaf) => {
      const purchase = buys(leaf, rules);
      const stopped = purchase === "part" || (purchase === "nothing" && leaf.minimumTaken);
      if (stopped) leaf.source = stoppedBy(leaf);
      return purchase;
    });
    if (bought.every((purchase) => purchase === "nothing")) return;
    if (mixed) continue;
    trading = trading.filter((_, index) => bought[index] !== "nothing");
    if (!bought.every((purchase) => purchase === "slice")) continue;
    const rounds = wholeRounds(trading, rules);
    for (const leaf of rounds > 0 ? trading : []) {
      const a = leaf.inAmpere ? rounds * rules.sliceA : 0;
      book(leaf, a, leaf.inAmpere ? a * leaf.phases * rules.nominalVoltageV : rounds * rules.sliceW);
    }
  }
}

function phaseCount({ way, phases, maxPhases }: Leaf): Sourced<number> {
  const key = phases === maxPhases ? "maxPhases" : "minPhases";
  const sources: string[] = [];
  for (let index = way.length - 1; index >= 0; index -= 1) {
    const bound = way[index]?.importing[key];
    if (bound?.value === phases) sources.push(bound.source);
  }
  return { value: phases, source: joined(sources) };
}

/** A sum of slices misses the round number the limit was typed as by a last digit. */
function rounded(amount: number, leaf: Leaf, key: "maxA" | "maxW"): number {
  const limit = tightest(leaf.way, leaf.direction ?? "importing", key);
  return isUsedUp(Math.abs(limit - amount), limit) ? limit : amount;
}

function limitsOf(leaf: Leaf): LimitsRes {
  const { inAmpere, inWatt, source } = leaf;
  if (leaf.a === 0 && leaf.w === 0) {
    return {
      ...(inAmpere && { ac_max_current_A: { value: 0, source: "" } }),
      ...(inWatt && { total_power_W: { value: 0, source: "" } }),
    };
  }
  const sign = leaf.direction === "exporting" ? -1 : 1;
  return {
    ...(inAmpere && {
      ac_max_current_A: { value: sign * rounded(leaf.a, leaf, "maxA"), source },
      ac_max_phase_count: phaseCount(leaf),
    }),
    ...(inWatt && { total_power_W: { value: sign * rounded(leaf.w, leaf, "maxW"), source } }),
  };
}

function isCrowdedOut(leaf: Leaf, rules: DistributionRules): boolean {
  if (leaf.direction !== "importing" || leaf.minimumTaken) return false;
  const needW = leaf.minA * leaf.phases * rules.nominalVoltageV;
  return (
    leaf.phases > 0 &&
    isEnough(tightest(leaf.way, "importing", "maxA"), leaf.minA) &&
    isEnough(tightest(leaf.way, "importing", "maxW"), needW)
  );
}

/** The limits that are too tight by themselves, from the root down. */
function limitedBy(leaf: Leaf, { nominalVoltageV }: DistributionRules): string {
  if (leaf.a > 0 || leaf.w > 0) return "";
  const direction = leaf.direction ?? "importing";
  const isTooTight = (limit: number, needed: number): boolean => (needed > 0 ? !isEnough(limit, needed) : limit <= 0);
  const neededW = leaf.minA * leaf.minPhases * nominalVoltageV;
  const sources: string[] = [];
  for (let index = leaf.way.length - 1; index >= 0; index -= 1) {
    const { maxA, maxW } = (leaf.way[index] as Branch)[direction];
    if (maxA !== undefined && isTooTight(maxA.value, leaf.minA)) sources.push(maxA.source);
    else if (maxW !== undefined && isTooTight(maxW.value, neededW)) sources.push(maxW.source);
  }
  return joined(sources);
}

function shareOf(leaf: Leaf, rules: DistributionRules): Share {
  const bounds = leaf.direction ?? "importing";
  const pricePerKwh = leaf.way.find((branch) => branch[bounds].pricePerKwh !== undefined)?.[bounds].pricePerKwh;
  const sign = leaf.direction === "exporting" ? -1 : 1;
  return {
    request: leaf.request,
    limits: limitsOf(leaf),
    a: sign * leaf.a,
    w: sign * leaf.w,
    minA: leaf.minA,
    fullWattsPerAmpere: leaf.maxPhases * rules.nominalVoltageV,
    crowdedOut: isCrowdedOut(leaf, rules),
    limitedBy: limitedBy(leaf, rules),
    ...(pricePerKwh !== undefined && { pricePerKwh }),
    way: leaf.way,
  };
}

/** The share of every EVSE of the tree by its uuid, at `atWallMs` (milliseconds since the Unix epoch). */
export function distribute(root: EnergyFlowRequest, atWallMs: number, rules: DistributionRules): Map<string, Share> {
  const leaves: Leaf[] = [];
  const grow = (node: EnergyFlowRequest, parent: Branch | null): void => {
    const branch: Branch = { uuid: node.uuid, parent, ...nodeLimits(node, atWallMs), soldA: 0, soldW: 0 };
    if (node.node_type === "Evse") leaves.push(leafAt(node, branch));
    for (const child of node.children) grow(child, branch);
  };
  grow(root, null);
  trade(inOrder(leaves, rules).filter(wants), rules);
  return new Map(leaves.map((leaf) => [leaf.uuid, shareOf(leaf, rules)]));
}

/** Without any limit there is no telling how much to give. */
function wants(leaf: Leaf): boolean {
  return leaf.direction !== null && (leaf.inAmpere || leaf.inWatt);
}

function inOrder(leaves: readonly Leaf[], { order }: DistributionRules): readonly Leaf[] {
  if (order === undefined) return leaves;
  const rank = new Map(order(leaves.map(({ request }) => request)).map((uuid, index) => [uuid, index]));
  return leaves.toSorted((a, b) => (rank.get(a.uuid) ?? 0) - (rank.get(b.uuid) ?? 0));
}
