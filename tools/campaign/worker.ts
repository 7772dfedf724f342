/** One process of the campaign: runs the seeds it is given, and shrinks what went wrong when it is asked to. */
import type { Configuration } from "../../src/config/configuration.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import type { CellCounts } from "./cells.ts";
import { CellCounter } from "./cells.ts";
import { drawFrom } from "./draw.ts";
import type { Complaint } from "./judge.ts";
import { storyOf } from "./mess.ts";
import { scenarioText, shrink } from "./shrink.ts";
import type { StationKind } from "./station-kinds.ts";
import { configurationOf, stationKinds } from "./station-kinds.ts";
import type { Tally } from "./tally.ts";
import { emptyTally } from "./tally.ts";
import { tryStory } from "./trial.ts";

export type Order =
  | {
      readonly type: "run";
      readonly from: number;
      readonly to: number;
      readonly only: string | null;
      /** Only the seeds whose station in the mix it is. */
      readonly drawn: boolean;
      readonly mood: string | null;
    }
  | {
      readonly type: "shrink";
      readonly seed: number;
      readonly kind: string;
      readonly mood: string | null;
      readonly complaint: Complaint;
    };

export interface Found {
  readonly seed: number;
  readonly kind: string;
  readonly complaint: Complaint;
}

export type Report =
  | { readonly type: "idle" }
  | {
      readonly type: "ran";
      /** What the process holds, garbage included. */
      readonly residentMb: number;
      readonly tallies: Readonly<Record<string, Tally>>;
      readonly found: readonly Found[];
      readonly cells: CellCounts;
    }
  | { readonly type: "shrunk"; readonly found: Found; readonly steps: number; readonly scenario: string };

const tell = (report: Report): void => {
  process.send?.(report);
};

const cells = new CellCounter();
const configurations = new Map<string, Promise<Configuration>>();

function configuration(kind: StationKind): Promise<Configuration> {
  const known = configurations.get(kind.name) ?? configurationOf(kind);
  configurations.set(kind.name, known);
  return known;
}

const kindOf = (seed: number, only: string | null): StationKind =>
  kindNamed(only) ?? drawFrom(seededRandom(seed, "kind of station")).weighted(stationKinds);

const kindNamed = (name: string | null): StationKind | undefined => stationKinds.find((kind) => kind.name === name);

/** A stack is made of each error of a device, and nobody reads it: what crashes is run again to be shrunk. */
const [noStack, wholeStack] = [0, 20];

async function run({ from, to, only, drawn, mood }: Extract<Order, { type: "run" }>): Promise<void> {
  Error.stackTraceLimit = noStack;
  const tallies: Record<string, Tally> = {};
  const found: Found[] = [];
  for (let seed = from; seed <= to; seed++) {
    const kind = kindOf(seed, drawn ? null : only);
    if (drawn && kind.name !== only) continue;
    const story = storyOf(kind, seed, mood);
    const before = process.cpuUsage();
    const outcome = await tryStory(story, await configuration(kind), (line) => cells.hear(line));
    tallies[kind.name] ??= emptyTally();
    const tally = tallies[kind.name] as Tally;
    tally.seeds++;
    tally.sessions += outcome.sessions;
    tally.kills += outcome.kills;
    tally.latched += outcome.latched ? 1 : 0;
    tally.virtualMs += outcome.virtualMs;
    tally.pointMs += outcome.virtualMs * kind.points.length;
    tally.sessionMs += outcome.sessionMs;
    const { user, system } = process.cpuUsage(before);
    tally.cpuMs += (user + system) / 1000;
    for (const complaint of outcome.complaints) found.push({ seed, kind: kind.name, complaint });
  }
  const residentMb = process.memoryUsage().rss / 1e6;
  tell({ type: "ran", residentMb, tallies, found, cells: cells.take() });
}

async function shrinkFound({ seed, kind: name, mood, complaint }: Extract<Order, { type: "shrink" }>): Promise<void> {
  Error.stackTraceLimit = wholeStack;
  const kind = kindNamed(name) as StationKind;
  const { story, complaint: same } = await shrink(storyOf(kind, seed, mood), complaint, await configuration(kind));
  cells.take();
  tell({
    type: "shrunk",
    found: { seed, kind: name, complaint: same },
    steps: story.mess.length,
    scenario: scenarioText(story, same),
  });
}

process.on("message", (order: Order) => {
  const done = order.type === "run" ? run(order) : shrinkFound(order);
  done.then(
    () => tell({ type: "idle" }),
    (error: unknown) => {
      process.stderr.write(`${(error as Error).stack}\n`);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
tell({ type: "idle" });
