import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatFinding } from "../../src/config/finding.ts";
import type { LoadedScenario, Scenario } from "../../src/daemon/scenario.ts";
import { loadScenario } from "../../src/daemon/scenario.ts";
import type { ScenarioWorld } from "../../src/daemon/scenario-world.ts";
import { world } from "./scenario-world.ts";

/** What a user would read, with the folder of the test taken off. */
export function complaintsOf(loaded: LoadedScenario, folder: string): readonly string[] {
  return loaded.ok ? [] : loaded.complaints.map((finding) => formatFinding(finding).replaceAll(`${folder}/`, ""));
}

/** Writes the text into `folder` and loads it. */
export function tellScenario(
  folder: string,
  content: string | Uint8Array,
  { name = "s.yaml", station = world }: { readonly name?: string; readonly station?: ScenarioWorld } = {},
): { readonly complaints: readonly string[]; readonly scenario: Scenario | undefined } {
  writeFileSync(join(folder, name), content);
  const loaded = loadScenario(join(folder, name), station);
  return { complaints: complaintsOf(loaded, folder), scenario: loaded.ok ? loaded.scenario : undefined };
}
