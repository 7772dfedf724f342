/** Runs one story and says what is wrong with it. */
import type { Configuration } from "../../src/config/configuration.ts";
import type { ScenarioStep } from "../../src/daemon/scenario.ts";
import { simulate } from "../../src/daemon/simulate.ts";
import type { EventLineListener } from "../../src/runtime/event-line.ts";
import type { Complaint } from "./judge.ts";
import { Judge } from "./judge.ts";
import type { Story, StoryStep } from "./mess.ts";

export interface Outcome {
  readonly complaints: readonly Complaint[];
  readonly sessions: number;
  readonly kills: number;
  readonly latched: boolean;
  /** As long as the story is, or until something went wrong. */
  readonly virtualMs: number;
  /** Of all sessions together, from SessionStarted to SessionFinished or the end. */
  readonly sessionMs: number;
}

const position = { file: "", line: 1, column: 1 };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

export const stepsOf = ({ mess, aftermath }: Story): readonly StoryStep[] => [...mess, ...aftermath];

export async function tryStory(story: Story, configuration: Configuration, hear?: EventLineListener): Promise<Outcome> {
  const judge = new Judge(story);
  const steps = stepsOf(story).map(({ atMs, action }): ScenarioStep => ({ atMs, action, position }));
  const outcome = (complaints: readonly Complaint[], endMs: number): Outcome => ({
    complaints,
    sessions: judge.sessions,
    kills: judge.kills,
    latched: judge.latched,
    virtualMs: endMs,
    sessionMs: judge.sessionMs(endMs),
  });
  try {
    const { breach, endMs } = await simulate({
      configuration,
      scripts: [],
      scenario: { steps },
      untilMs: story.untilMs,
      seed: story.seed,
      log: () => silent,
      hear: (line) => {
        judge.hear(line);
        hear?.(line);
      },
    });
    return outcome(breach === undefined ? judge.verdict(endMs) : [breach], endMs);
  } catch (error) {
    const { stack } = error as Error;
    return outcome([{ name: "crash", module: "evsed", tMs: 0, detail: stack ?? String(error) }], 0);
  }
}
