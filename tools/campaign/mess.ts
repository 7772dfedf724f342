/** From a seed to the story of one session: what happens to a station, and how it is cleaned up afterwards. */
import type { ScenarioAction } from "../../src/daemon/scenario-action.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import type { Deed } from "./deeds.ts";
import { amends, cards, ev, longestRestartS, present, sim } from "./deeds.ts";
import type { Draw } from "./draw.ts";
import { drawFrom } from "./draw.ts";
import type { StationKind } from "./station-kinds.ts";

export interface StoryStep {
  readonly atMs: number;
  readonly action: ScenarioAction;
}

export interface Story {
  readonly kind: StationKind;
  readonly seed: number;
  /** May be left out, each of them, to see what it takes. */
  readonly mess: readonly StoryStep[];
  /** Everything made good again, and a vehicle that behaves. */
  readonly aftermath: readonly StoryStep[];
  readonly cleanFromMs: number;
  /** The clean vehicle charges by then. */
  readonly cleanByMs: number;
  readonly untilMs: number;
}

/** What a session is made of: so many deeds of each group, at the least and at the most. */
interface Mood {
  readonly name: string;
  readonly weight: number;
  readonly people: readonly [number, number];
  readonly vehicles: readonly [number, number];
  readonly grid: readonly [number, number];
  readonly faults: readonly [number, number];
  readonly daemon: readonly [number, number];
  readonly deaths: readonly [number, number];
}

const none = [0, 0] as const;
const moods: readonly Mood[] = [
  {
    name: "calm",
    weight: 15,
    people: [0, 2],
    vehicles: [0, 1],
    grid: [0, 1],
    faults: none,
    daemon: none,
    deaths: none,
  },
  {
    name: "people",
    weight: 25,
    people: [1, 6],
    vehicles: [0, 4],
    grid: [0, 3],
    faults: none,
    daemon: [0, 1],
    deaths: none,
  },
  {
    name: "faults",
    weight: 30,
    people: [0, 2],
    vehicles: [0, 2],
    grid: [0, 1],
    faults: [1, 4],
    daemon: [0, 1],
    deaths: none,
  },
  {
    name: "deaths",
    weight: 15,
    people: [0, 3],
    vehicles: [0, 2],
    grid: [0, 1],
    faults: none,
    daemon: [0, 1],
    deaths: [1, 3],
  },
  {
    name: "storm",
    weight: 15,
    people: [1, 5],
    vehicles: [1, 4],
    grid: [0, 2],
    faults: [1, 5],
    daemon: [0, 2],
    deaths: [0, 2],
  },
  // Only on demand: nothing but deaths, one after the other.
  {
    name: "kills",
    weight: 0,
    people: [1, 2],
    vehicles: [1, 3],
    grid: [0, 1],
    faults: none,
    daemon: none,
    deaths: [6, 9],
  },
];
export const moodNames: readonly string[] = moods.map(({ name }) => name);

/** Mostly quiet: a vehicle charges for minutes, and whatever comes then comes to a station that is in the midst of it. */
const messLastsS = [130, 290] as const;
/** The clean vehicle charges on until then. */
const cleanStayS = 75;
/** What a stop may take (20 s), and what waits for its end. */
const settleS = 35;
const cleanCard = "CLEAN";
const dayBeginMs = 1000;

const rounded = (seconds: number): number => Math.round(seconds * 1000);

export function storyOf(kind: StationKind, seed: number, moodName: string | null = null): Story {
  const draw = drawFrom(seededRandom(seed, "campaign"));
  const messS = draw.between(...messLastsS);
  const mess: StoryStep[] = [];
  const undo = new Map<string, ScenarioAction>();
  const at = (atS: number, action: ScenarioAction): void => {
    mess.push({ atMs: Math.min(rounded(atS), rounded(messS) - 1), action });
  };

  for (const { connector } of kind.points) {
    if (!draw.chance(0.95)) continue;
    const fromS = draw.between(1, 15);
    at(fromS, ev(connector, kind.script(draw)));
    if (draw.chance(0.85)) at(Math.max(1, fromS + draw.between(-5, 12)), present(draw.pick(cards)));
  }
  const drawn = draw.weighted(moods);
  const mood = moods.find(({ name }) => name === moodName) ?? drawn;
  for (const group of ["people", "vehicles", "grid", "faults", "daemon", "deaths"] as const) {
    const count = draw.integer(...(mood[group] as [number, number]));
    for (let n = 0; n < count; n++) doDeed(draw, draw.weighted(kind.company[group]), draw.between(1, messS));
  }

  function doDeed(of: Draw, { make }: Deed, atS: number): void {
    const { action, after = [], undo: undoing = [] } = make(of);
    at(atS, action);
    for (const [delayS, later] of after) at(atS + delayS, later);
    for (const step of undoing) undo.set(JSON.stringify(step), step);
  }

  const messEndMs = Math.max(dayBeginMs, rounded(messS));
  // A daemon that has just died hears what is made good when it is back.
  const overMs = messEndMs + rounded(longestRestartS);
  const cleanFromMs = overMs + rounded(settleS);
  const cleanByMs = cleanFromMs + rounded(kind.cleanPatienceS);
  const leaveMs = cleanByMs + rounded(cleanStayS);
  const aftermath: StoryStep[] = [
    { atMs: messEndMs, action: sim("evsed", "spare") },
    ...[...undo.values(), ...amends(kind.points)].map((action) => ({ atMs: overMs, action })),
    ...kind.points.map(({ connector }) => ({ atMs: overMs, action: ev(connector, "rcd_current 0.1;unplug") })),
    // A vehicle that was pulled out before its station could see it.
    ...kind.prepareClean.map((action) => ({ atMs: overMs, action })),
    ...kind.points.map(({ connector }) => ({ atMs: cleanFromMs, action: ev(connector, kind.cleanScript) })),
    ...kind.points.map(({ connector }) => ({
      atMs: cleanFromMs + 2000 + connector * 500,
      action: present(`${cleanCard}${connector}`),
    })),
    ...kind.points.map(({ connector }) => ({ atMs: leaveMs, action: ev(connector, "unplug") })),
  ];
  return {
    kind,
    seed,
    mess: mess.toSorted((a, b) => a.atMs - b.atMs),
    aftermath,
    cleanFromMs,
    cleanByMs,
    untilMs: leaveMs + 15_000,
  };
}

/** As a scenario file has it. */
export function fileStep({ atMs, action: { kind, ...rest } }: StoryStep): object {
  const { subType, ...fields } = rest as Record<string, unknown>;
  return { at_s: atMs / 1000, [kind]: { ...fields, ...(subType === undefined ? {} : { sub_type: subType }) } };
}
