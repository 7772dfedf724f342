/** A station for days, so many vehicles a day with whatever people do there, and what it holds in memory at the end of each. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { simulate } from "../../src/daemon/simulate.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { cards, ev, present } from "./deeds.ts";
import { drawFrom } from "./draw.ts";
import type { StoryStep } from "./mess.ts";
import { configurationOf, stationKinds } from "./station-kinds.ts";

const [days = "7", name = "ac", vehicles = "24"] = process.argv.slice(2);
const dayMs = 24 * 3_600_000;
const everyMs = dayMs / Number(vehicles);
/** More than noise, less than anything that would matter in a year: what a station may have gained a day, after the first. */
const mostGrowthBytesPerDay = 200_000;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const position = { file: "", line: 1, column: 1 };

async function run(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const kind = stationKinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`no station ${name}`);
  const draw = drawFrom(seededRandom(1, "days"));
  const steps: StoryStep[] = [];
  const untilMs = Number(days) * dayMs;
  for (let atMs = 60_000; atMs < untilMs; atMs += everyMs) {
    for (const { connector } of kind.points) {
      steps.push({ atMs, action: ev(connector, kind.script(draw)) });
      steps.push({ atMs: atMs + Math.round(draw.between(2000, 20_000)), action: present(draw.pick(cards)) });
      for (const { make } of [draw.weighted(kind.company.people), draw.weighted(kind.company.grid)]) {
        const { action, undo = [] } = make(draw);
        steps.push({ atMs: atMs + Math.round(draw.between(0, 600_000)), action });
        for (const step of undo) steps.push({ atMs: atMs + 1_800_000, action: step });
      }
      steps.push({ atMs: atMs + 2_400_000, action: ev(connector, "unplug") });
    }
  }
  const heldBytes: number[] = [];
  let sessions = 0;
  const { breach } = await simulate({
    configuration: await configurationOf(kind),
    scripts: [],
    scenario: { steps: steps.toSorted((a, b) => a.atMs - b.atMs).map((step) => ({ ...step, position })) },
    untilMs,
    seed: 1,
    log: () => silent,
    hear: ({ tMs, kind: what, fields }) => {
      if (what === "session_event" && (fields as { readonly event: string }).event === "SessionFinished") sessions++;
      if (tMs < (heldBytes.length + 1) * dayMs) return;
      collect();
      heldBytes.push(process.memoryUsage().heapUsed);
      const day = heldBytes.length;
      process.stderr.write(
        `day ${day}: ${((heldBytes[day - 1] as number) / 1e6).toFixed(2)} MB held, ${sessions} sessions\n`,
      );
    },
  });
  const [first = 0, ...rest] = heldBytes;
  const growth = rest.length === 0 ? 0 : ((rest.at(-1) ?? first) - first) / rest.length;
  // Steps that are over are let go of, which makes the heap shrink: only growth is wrong.
  const isWrong = breach !== undefined || growth > mostGrowthBytesPerDay;
  const told = breach === undefined ? "no invariant broken" : `${breach.name}: ${breach.detail}`;
  process.stdout.write(
    `${days} days, ${sessions} sessions, ${Math.round(Math.abs(growth) / 1000)} kB a day ${growth < 0 ? "less" : "more"}, ${told}\n`,
  );
  process.exitCode = isWrong ? 1 : 0;
}

void run();
