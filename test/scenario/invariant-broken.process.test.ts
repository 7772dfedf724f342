import t from "tap";
import { evsed } from "../cli/command-line.ts";
import { configurationFile, scenarioFile } from "./station-run.ts";

t.test("a meter that runs backwards within a transaction: exit 3, and the name of what was broken", async (t) => {
  const { status, stdout, stderr } = await evsed([
    "sim",
    configurationFile("station"),
    "--scenario",
    scenarioFile("meter-runs-backwards"),
  ]);
  t.equal(status, 3);
  t.match(stderr, /^evsed: invariant billed_energy_fell broken by connector_1 at 10\.1 s: from \d+ Wh to 3 Wh\n$/);
  t.equal(
    stdout.trimEnd().split("\n").at(-1),
    '{"t":10.1,"module":"evsed","kind":"end","reason":"invariant","exit":3}',
  );
});
