/**
 * A session and every fault on a Charge Control C: over simulated lines each error, its effect and its end, and over a
 * tree of real files, as a Linux kernel shows them, every line of it the same to the letter.
 */
import t from "tap";
import type { ComposeOptions } from "../../src/daemon/compose.ts";
import { sysfsTree } from "../boards/linux/sysfs-tree.ts";
import { throughFiles } from "../boards/linux/through-files.ts";
import type { FaultStory } from "./charge-control-c-faults.ts";
import { faultStories } from "./charge-control-c-faults.ts";
import type { StationRun } from "./station-run.ts";
import { charging, runStation, script, unplug } from "./station-run.ts";

const toleranceS = 0.15;

type Between = ComposeOptions["between"];

const run = ({ steps, set = [], until }: Pick<FaultStory, "steps" | "set" | "until">, between?: Between) =>
  runStation({
    station: "charge-control-c",
    steps: [script(0, charging), ...steps],
    set,
    until,
    ...(between === undefined ? {} : { between }),
  });

async function overFiles(story: Pick<FaultStory, "steps" | "set" | "until">): Promise<StationRun> {
  const tree = sysfsTree();
  try {
    return await run(story, throughFiles(tree));
  } finally {
    tree.remove();
  }
}

interface Told {
  readonly t: number;
  readonly told: string;
}

const errorsOf = ({ lines }: StationRun): Told[] =>
  lines
    .filter(({ kind, module }) => kind === "error" && (module === "bsp" || module === "plug_lock"))
    .map(({ t, action, type, sub_type }) => ({
      t,
      told: `${action} ${(type as string).split("/")[1]} ${sub_type}`.trimEnd(),
    }));

for (const story of faultStories) {
  t.test(story.fault, async (t) => {
    const simulated = await run(story);
    t.equal(simulated.result.exit, 0, "no safety invariant is broken");
    const errors = errorsOf(simulated);
    t.same(
      errors.map(({ told }) => told),
      story.errors.map(([, told]) => told),
      "the errors, and that they are over",
    );
    for (const [index, [atS, told]] of story.errors.entries()) {
      const atSeen = errors[index]?.t ?? Number.NaN;
      t.ok(atSeen >= atS && atSeen <= atS + toleranceS, `${told} at ${atS} s: ${atSeen}`);
    }
    t.equal(simulated.contactor().join(" "), story.contactor, "the contactor");
    t.equal(simulated.pwm().at(-1), story.pilot, "the pilot");
    t.equal(simulated.of("lock").at(-1)?.locked ?? false, story.locked, "the lock");
    const filed = await overFiles(story);
    t.equal(filed.text, simulated.text, "over files every line is the same");
  });
}

t.test("a session: over files every line is the same", async (t) => {
  const session = { steps: [unplug(14), script(16, charging), unplug(26)], until: 30 };
  const simulated = await run(session);
  t.equal(simulated.contactor().join(" "), "close closed open opened close closed open opened");
  t.equal((await overFiles(session)).text, simulated.text);
});
