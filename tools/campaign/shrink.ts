/** From a story that goes wrong to the least of it that still goes wrong the same way. */
import { stringify } from "yaml";
import type { Configuration } from "../../src/config/configuration.ts";
import type { Complaint } from "./judge.ts";
import type { Story, StoryStep } from "./mess.ts";
import { fileStep } from "./mess.ts";
import { stepsOf, tryStory } from "./trial.ts";

export interface Shrunk {
  readonly story: Story;
  readonly complaint: Complaint;
  readonly runs: number;
}

/** A story of a few steps takes some dozens; whoever waits for more has something else to look at. */
const mostRuns = 400;

/** Delta debugging (Zeller) over the steps of the mess; then the aftermath goes too, where it has no part in it. */
export async function shrink(story: Story, complaint: Complaint, configuration: Configuration): Promise<Shrunk> {
  let runs = 0;
  let found = complaint;
  async function stillWrong(candidate: Story): Promise<boolean> {
    if (runs >= mostRuns) return false;
    runs++;
    const { complaints } = await tryStory(candidate, configuration);
    const same = complaints.find(({ name }) => name === complaint.name);
    if (same !== undefined) found = same;
    return same !== undefined;
  }

  let mess = story.mess;
  let parts = 2;
  while (mess.length > 1) {
    const size = Math.ceil(mess.length / parts);
    let less: readonly StoryStep[] | undefined;
    for (let from = 0; from < mess.length && less === undefined; from += size) {
      const without = [...mess.slice(0, from), ...mess.slice(from + size)];
      if (await stillWrong({ ...story, mess: without })) less = without;
    }
    if (less !== undefined) {
      mess = less;
      parts = Math.max(2, parts - 1);
    } else {
      if (size === 1) break;
      parts = Math.min(mess.length, parts * 2);
    }
  }
  if (mess.length === 1 && (await stillWrong({ ...story, mess: [] }))) mess = [];
  const shorter = { ...story, mess };
  const atOnce = { ...shorter, aftermath: [], untilMs: found.tMs + 1000 };
  const isEarly = found.tMs > 0 && found.tMs < story.cleanFromMs && (await stillWrong(atOnce));
  return { story: isEarly ? atOnce : shorter, complaint: found, runs };
}

/** A scenario that `evsed sim` runs. */
export function scenarioText(story: Story, { name, module, tMs, detail }: Complaint): string {
  const told = `${name} by ${module} at ${tMs / 1000} s: ${detail}`.split("\n").slice(0, 12);
  const head = [`Station ${story.kind.name}, seed ${story.seed}: ${told[0]}`, ...told.slice(1)];
  const steps = stepsOf(story).map(
    (step) => `  - ${stringify(fileStep(step), { collectionStyle: "flow", lineWidth: 0 })}`,
  );
  const frame = `seed: ${story.seed}\nuntil_s: ${story.untilMs / 1000}\nsteps:\n`;
  return `${head.map((line) => `# ${line}\n`).join("")}${frame}${steps.join("")}`;
}
