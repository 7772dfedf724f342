import t from "tap";
import { mutate } from "../../tools/mutate.ts";
import { chargerTarget } from "../../tools/mutate-charger.ts";

// Some hundred changes, each against the whole table.
t.setTimeout(300_000);

t.test("no changed cell, guard, action or deadline of the charger goes unnoticed", async (t) => {
  const result = mutate(chargerTarget);
  t.strictSame(result.survivors, []);
  t.ok(result.mutants > 700, `${result.mutants} mutants, ${result.killed} killed`);
});
