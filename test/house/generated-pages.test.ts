import { readFileSync } from "node:fs";
import t from "tap";
import { generatedPages } from "../../tools/generated-pages.ts";

t.test("the pages made from the sources are those the sources make now", async (t) => {
  const pages = await generatedPages();
  t.same(
    [...pages.keys()],
    [
      "configuration.md",
      "conformance.md",
      "machines/control-pilot.md",
      "machines/charger.md",
      "machines/cable-check.md",
    ],
  );
  for (const [name, page] of pages) {
    const written = readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
    t.ok(written === page, `docs/${name} is stale: npm run docs writes it`);
  }
});

t.test("what a reader looks for stands in them", async (t) => {
  const pages = await generatedPages();
  t.match(pages.get("conformance.md"), "| `c1OpenUnderLoadMs` | 6 s | ");
  t.match(pages.get("machines/charger.md"), "Charging --> StoppingCharging: ");
  t.match(pages.get("machines/charger.md"), /PrepareCharging --> Charging: .*currentDemandStarted/);
  t.match(pages.get("machines/charger.md"), "| `pausedByEv` | ChargingPausedEV |");
  t.match(pages.get("machines/control-pilot.md"), "C --> B: powerOff");
  t.match(pages.get("machines/cable-check.md"), "isolation measurement");
});
