import t from "tap";
import { mutate } from "../../tools/mutate.ts";
import { chargerTarget } from "../../tools/mutate-charger.ts";

// Each change is tried against the whole table, which takes its time.
t.setTimeout(300_000);

t.test("no changed cell, guard, action or deadline of the charger goes unnoticed: an eighth of them", async (t) => {
  const result = mutate(chargerTarget, 8);
  t.strictSame(result.survivors, [], "npm run mutate tries all of them");
  t.ok(result.mutants > 90, `${result.mutants} mutants, ${result.killed} killed`);
});
