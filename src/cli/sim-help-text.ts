import { loadManifests, moduleTypes } from "../daemon/catalogue.ts";
import { simHelp } from "../daemon/sim-help.ts";

/** The names that `sim` steps may use, for every module type. */
export async function simHelpText(): Promise<string> {
  const manifests = await loadManifests(moduleTypes);
  return `\n${simHelp([...manifests.values()])}`;
}
