import t from "tap";
import { manifestFaults } from "../../src/config/load.ts";
import { loadFactories, loadManifest, loadManifests, moduleTypes } from "../../src/daemon/catalogue.ts";

t.test("every module type has a sound manifest of its own name and a factory", async (t) => {
  const factories = await loadFactories(moduleTypes);
  for (const type of moduleTypes) {
    const manifest = await loadManifest(type);
    t.equal(manifest.type, type);
    t.strictSame(manifestFaults(manifest), []);
    t.type(factories.get(type), "function");
  }
});

t.test("types that are not built are simply not there", async (t) => {
  t.strictSame([...(await loadManifests(["Auth", "OCPP"])).keys()], ["Auth"]);
  await t.rejects(loadManifest("OCPP"), { message: 'no module type "OCPP"' });
});

t.test("types are listed in alphabetical order", async (t) => {
  t.strictSame(moduleTypes, [...moduleTypes].sort());
});
