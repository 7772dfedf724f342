import { loadManifest, moduleTypes } from "../src/daemon/catalogue.ts";
import { configurationPage } from "./configuration-page.ts";
import { conformancePage } from "./conformance-page.ts";
import { cableCheckPage, chargerPage, controlPilotPage } from "./machine-pages.ts";

/** Every page that is made from the sources, by its place below `docs/`. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["configuration.md", configurationPage(await Promise.all(moduleTypes.map((type) => loadManifest(type))))],
    ["conformance.md", conformancePage()],
    ["machines/control-pilot.md", controlPilotPage()],
    ["machines/charger.md", chargerPage()],
    ["machines/cable-check.md", cableCheckPage()],
  ]);
}
