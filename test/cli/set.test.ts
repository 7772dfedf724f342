import { writeFileSync } from "node:fs";
import t from "tap";
import { configurationFile, configurationOf } from "../scenario/station-run.ts";
import { evsedEach, stationFile } from "./command-line.ts";

const station = configurationFile("station");
const moduleOf = async (set: readonly string[], id: string, file = station) =>
  (await configurationOf(file, set)).modules.find((module) => module.id === id);

t.test("a key of the module, else of the one implementation that has it, else exactly said", async (t) => {
  t.equal((await moduleOf(["auth.connection_timeout=77"], "auth"))?.config.connection_timeout, 77);
  for (const address of ["token_provider.token", "token_provider:main.token"]) {
    const provider = await moduleOf([`${address}=CAFE`], "token_provider");
    t.equal(provider?.implementationConfig.main?.token, "CAFE", address);
  }
});

t.test("the longest module id that fits, and the last option for a key", async (t) => {
  const set = ["connector_1_powerpath.connector_id=3", "connector_1_powerpath.connector_id=4"];
  t.equal((await moduleOf(set, "connector_1_powerpath"))?.config.connector_id, 4);
  t.equal((await moduleOf(set, "connector_1"))?.config.connector_id, 1);
});

t.test("the value is a YAML scalar: `no` is a word, quotes make text of a number", async (t) => {
  t.equal((await moduleOf(["connector_1.evse_id=no"], "connector_1"))?.config.evse_id, "no");
  t.equal((await moduleOf(["connector_1.evse_id='12'"], "connector_1"))?.config.evse_id, "12");
  await t.rejects(moduleOf(["connector_1.evse_id=12"], "connector_1"), /must be a string/);
  t.equal((await moduleOf(["connector_1.has_ventilation=false"], "connector_1"))?.config.has_ventilation, false);
});

t.test("on the command line, and after the file", async (t) => {
  const file = `${t.testdir()}/station.yaml`;
  writeFileSync(file, "active_modules:\n  m:\n    module: EvManager\n");
  const [missing, given] = await evsedEach([
    ["check", file],
    ["sim", stationFile(), "--until", "2", "--set", "grid_connection_point.fuse_limit_A=16"],
  ]);
  t.equal(missing?.status, 2);
  t.match(missing?.stderr, /station\.yaml:2:3: .*connector_id/, "a missing key is told at its module");
  t.equal(given?.status, 0);
  t.match(given?.stdout, /"kind":"limits","max_current":16,/);
});
