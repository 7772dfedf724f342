/** The campaign of `npm run campaign`, for a moment: it finds what is wrong, and finds nothing. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { compose } from "../../src/daemon/compose.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import { loadScenario } from "../../src/daemon/scenario.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import { ev, sim } from "../../tools/campaign/deeds.ts";
import type { Story } from "../../tools/campaign/mess.ts";
import { storyOf } from "../../tools/campaign/mess.ts";
import { scenarioText, shrink } from "../../tools/campaign/shrink.ts";
import { configurationOf, stationKinds } from "../../tools/campaign/station-kinds.ts";
import { stepsOf, tryStory } from "../../tools/campaign/trial.ts";
import { charging } from "./station-run.ts";

const complaint = { name: "trouble", module: "evsed", tMs: 1000, detail: "what is wrong" };

t.test("what happens in a session can be written down as a scenario, whatever it is", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "campaign-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const kind of stationKinds) {
    const { station, cars } = await compose(await configurationOf(kind), {
      clock: new VirtualClock(),
      log: createLogger("silent"),
      random: (stream) => seededRandom(0, stream),
      simulate: true,
      deaf: true,
    });
    const world = {
      plans: () => station.plans(),
      manifest: (id: string) => station.manifest(id),
      connectors: [...cars.keys()],
    };
    const seeds = Array.from({ length: 5 }, (_, index) => index + 1);
    const stories = seeds.map((seed) => storyOf(kind, seed));
    const path = join(folder, "story.yaml");
    const whole: Story = { ...(stories[0] as Story), mess: stories.flatMap(({ mess }) => mess), aftermath: [] };
    writeFileSync(path, scenarioText(whole, complaint));
    const loaded = loadScenario(path, world);
    t.ok(loaded.ok, `${kind.name}: ${loaded.ok ? "" : loaded.complaints.map(({ message }) => message).join("\n")}`);
    if (!loaded.ok) continue;
    const read = loaded.scenario.steps.map(({ atMs, action }) => ({ atMs, action }));
    t.same(
      read,
      stepsOf(whole).toSorted((a, b) => a.atMs - b.atMs),
      `${kind.name}: and comes back as it was`,
    );
  }
});

t.test("a story that goes wrong is cut down to what it takes", async (t) => {
  const [kind] = stationKinds;
  if (kind === undefined) throw new Error("no stations");
  const configuration = await configurationOf(kind);
  const good = storyOf(kind, 1);
  const wrong: Story = {
    ...good,
    mess: [
      { atMs: 1000, action: ev(1, charging) },
      { atMs: 2000, action: sim("evsed", "wall_clock_jump", { value: 5 }) },
      { atMs: 30_000, action: sim("evsed", "block_main", { value: 0.5 }) },
      { atMs: 40_000, action: sim("evsed", "kill", { restart_s: 3600 }) },
      { atMs: 50_000, action: ev(1, "unplug") },
    ],
  };
  const { complaints } = await tryStory(wrong, configuration);
  t.ok(complaints.some(({ name }) => name === "stays_dead"));
  const shrunk = await shrink(wrong, { ...complaint, name: "stays_dead" }, configuration);
  t.same(shrunk.story.mess, [wrong.mess[3]]);
});

t.test("sessions with all that may happen in them", async (t) => {
  const plan: readonly (readonly [name: string, seeds: number])[] = [
    ["ac", 25],
    ["ac-hlc", 3],
    ["ac-two", 3],
    ["yeti", 4],
    ["dc", 3],
    ["charge-control-c", 1],
    ["modbus", 1],
  ];
  for (const [name, seeds] of plan) {
    const kind = stationKinds.find((one) => one.name === name);
    if (kind === undefined) throw new Error(`no station ${name}`);
    const configuration = await configurationOf(kind);
    for (let seed = 1; seed <= seeds; seed++) {
      const { complaints } = await tryStory(storyOf(kind, seed), configuration);
      if (complaints.length > 0) t.same(complaints, [], `${name}, seed ${seed}`);
    }
    t.pass(`${name}: ${seeds}`);
  }
});
