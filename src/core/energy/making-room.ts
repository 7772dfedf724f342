/**
 * A limit that rises waits for those that fall. A vehicle has five seconds to follow its duty cycle, and six until the
 * contactor opens under load: until then it draws what it was given before, and the fuse carries both. An EVSE that
 * keeps a higher current for longer says so in its request. Source: IEC 61851-1:2017 table A.6, sequences 6 and 9.2.
 */
import type { Branch, Share } from "./distribute.ts";
import type { EnergyEvseState, LimitsRes } from "./flow.ts";

/** What a vehicle may still draw. Ampere per phase, watt, monotonic milliseconds. */
export interface Draw {
  readonly a: number;
  readonly w: number;
  readonly untilMs: number;
}

/** What is remembered of an EVSE between two rounds. */
export interface Given {
  readonly limits: LimitsRes;
  readonly a: number;
  readonly w: number;
  readonly evseState: EnergyEvseState | undefined;
  /** More than it is given now; for a while. */
  readonly draws: readonly Draw[];
  /** The nodes from the EVSE up to the root, by uuid. */
  readonly way: readonly string[];
}

/** `followMs`: until a vehicle has followed a limit; `validMs`: until a limit ends that is not renewed. */
export interface RoomTiming {
  readonly followMs: number;
  readonly validMs: number;
}

const source = "making room";

/** A share that is missed by less than this part of it is missed by rounding alone. */
const negligible = 1e-9;

/** With current flowing, or free to flow at the vehicle's wish. */
function mayDraw(evseState: EnergyEvseState | undefined): boolean {
  return evseState === "Charging" || evseState === "PausedEV";
}

/** What the vehicle may draw besides what it is given from now on. */
function drawsOf(before: Given | undefined, share: Share, nowMs: number, followMs: number): readonly Draw[] {
  if (before === undefined || share.request.evse_state === "Unplugged") return [];
  const draws = before.draws.filter(({ untilMs }) => untilMs > nowMs);
  const held = heldDraw(before, share, nowMs + followMs);
  if (held !== null) return [...draws, held];
  if (!mayDraw(before.evseState)) return draws;
  const falls = share.a < before.a || share.w < before.w;
  // Who stops still draws until the contactor is open, and may be lowered within that time.
  if (!falls && mayDraw(share.request.evse_state)) return draws;
  return [...draws, { a: before.a, w: before.w, untilMs: nowMs + followMs }];
}

/** An EVSE that is heard no more keeps what it was given until that ends. */
function silentDraws({ a, w, draws }: Given, nowMs: number, validMs: number): readonly Draw[] {
  const lasting = draws.filter(({ untilMs }) => untilMs > nowMs);
  return a > 0 || w > 0 ? [...lasting, { a, w, untilMs: nowMs + validMs }] : lasting;
}

/** What an EVSE keeps although it is given less; what that comes to in watt follows from what it was given. */
function heldDraw(before: Given, share: Share, untilMs: number): Draw | null {
  const { held_current_A: a } = share.request;
  if (a === undefined || a <= share.a) return null;
  const perAmpere = share.a > 0 ? share.w / share.a : before.a > 0 ? before.w / before.a : share.fullWattsPerAmpere;
  return { a, w: a * perAmpere, untilMs };
}

interface Load {
  a: number;
  w: number;
}

function most(draws: readonly Draw[], a: number, w: number): Load {
  const load = { a, w };
  for (const draw of draws) {
    load.a = Math.max(load.a, draw.a);
    load.w = Math.max(load.w, draw.w);
  }
  return load;
}

function scaled(share: Share, a: number, w: number, phases = share.limits.ac_max_phase_count): LimitsRes {
  const { total_power_W: power, ac_max_current_A: current } = share.limits;
  return {
    ...(current !== undefined && { ac_max_current_A: { value: a, source } }),
    ...(current !== undefined && a > 0 && phases !== undefined && { ac_max_phase_count: phases }),
    ...(power !== undefined && { total_power_W: { value: w, source } }),
  };
}

/** No less than before. Who is limited in ampere gets its minimum, or nothing. */
function partOf(share: Share, now: Load, part: number): Load {
  const load = { a: Math.max(now.a, part * share.a), w: Math.max(now.w, part * share.w) };
  if (share.a <= 0) return load;
  if (load.a < share.minA * (1 - negligible)) return { a: 0, w: 0 };
  return { a: Math.max(load.a, share.minA), w: load.w };
}

/**
 * What is told until there is room for all. Power that is too little on more phases than before would end charging as
 * long as the others take: who changes to them stays on those it has.
 */
function meanwhile(
  share: Share,
  now: Load,
  part: number,
  before: Given | undefined,
): Pick<Given, "a" | "w" | "limits"> {
  const { a, w } = partOf(share, now, part);
  const phases = before?.limits.ac_max_phase_count;
  const moreOf = phases !== undefined && phases.value < (share.limits.ac_max_phase_count?.value ?? 0);
  const leastW = (share.minA * share.w) / share.a;
  if (moreOf && w < leastW * (1 - negligible)) return { ...now, limits: scaled(share, now.a, now.w, phases) };
  return { a, w, limits: scaled(share, a, w) };
}

/**
 * What everybody is given now, towards what is due to everybody, with what is remembered of those heard no more.
 * Nobody gets less than before for the sake of this rule, and nobody less than its minimum: rather nothing yet.
 */
export function makeRoom(
  due: ReadonlyMap<string, Share>,
  before: ReadonlyMap<string, Given>,
  nowMs: number,
  { followMs, validMs }: RoomTiming,
): Map<string, Given> {
  const given = new Map<string, Given>();
  let crowded = false;
  for (const [uuid, share] of due) {
    const draws = drawsOf(before.get(uuid), share, nowMs, followMs);
    crowded ||= draws.length > 0;
    given.set(uuid, {
      limits: share.limits,
      a: share.a,
      w: share.w,
      evseState: share.request.evse_state,
      draws,
      way: share.way.map((branch) => branch.uuid),
    });
  }
  for (const [uuid, last] of before) {
    if (due.has(uuid)) continue;
    const draws = silentDraws(last, nowMs, validMs);
    if (draws.length === 0) continue;
    crowded = true;
    given.set(uuid, { ...last, a: 0, w: 0, draws });
  }
  if (!crowded) return given;

  const loads = new Map<string, Load>();
  const add = (way: readonly string[], { a, w }: Load): void => {
    for (const uuid of way) {
      const load = loads.get(uuid) ?? { a: 0, w: 0 };
      loads.set(uuid, { a: load.a + a, w: load.w + w });
    }
  };
  for (const [uuid, { draws, way }] of given) if (!due.has(uuid)) add(way, most(draws, 0, 0));
  const rising: { uuid: string; share: Share; now: Load; load: Load }[] = [];
  for (const [uuid, share] of due) {
    const last = before.get(uuid);
    const now = { a: Math.min(share.a, Math.max(0, last?.a ?? 0)), w: Math.min(share.w, Math.max(0, last?.w ?? 0)) };
    const rises = share.a > now.a || share.w > now.w;
    const { draws, way } = given.get(uuid) as Given;
    const load = most(draws, Math.max(0, now.a), Math.max(0, now.w));
    add(way, load);
    if (rises) rising.push({ uuid, share, now, load });
  }
  for (const { uuid, share, now, load } of rising) {
    const entry = given.get(uuid) as Given;
    const room = roomFor(share.way, loads, load);
    const part = Math.min(1, share.a > 0 ? room.a / share.a : 1, room.w / share.w);
    const isWhole = part >= 1 - negligible;
    const told = isWhole ? share : meanwhile(share, now, part, before.get(uuid));
    if (!isWhole) given.set(uuid, { ...entry, ...told });
    add(entry.way, { a: Math.max(0, told.a - load.a), w: Math.max(0, told.w - load.w) });
  }
  return given;
}

/** What the way has room for, with what the EVSE itself already weighs. */
function roomFor(way: readonly Branch[], loads: ReadonlyMap<string, Load>, own: Load): Load {
  const room = { a: Number.POSITIVE_INFINITY, w: Number.POSITIVE_INFINITY };
  for (const { uuid, importing } of way) {
    const load = loads.get(uuid) as Load;
    if (importing.maxA !== undefined) room.a = Math.min(room.a, importing.maxA.value - load.a + own.a);
    if (importing.maxW !== undefined) room.w = Math.min(room.w, importing.maxW.value - load.w + own.w);
  }
  return { a: Math.max(0, room.a), w: Math.max(0, room.w) };
}
