import t from "tap";
import { charging, runStation, script, sim, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

const set = ["connector_1_powerpath.connector_type=IEC62196Type2Socket"];
const cable = (at_s: number, ampacity: string): object => ({
  at_s,
  publish: {
    module: "connector_1_powerpath",
    implementation: "board_support",
    variable: "ac_pp_ampacity",
    value: { ampacity },
  },
});

t.test("a vehicle with its own cable", async (t) => {
  const run = await runStation({ set, steps: [script(0, charging), unplug(10)] });
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  t.same(
    run.of("lock_command").map(({ locked }) => locked),
    [true, false],
  );
});

t.test("a 13 A cable limits what is offered", async (t) => {
  const run = await runStation({ set, steps: [script(0, charging), cable(1.1, "A_13"), unplug(10)] });
  t.same(run.pwm(), ["X1", "21.67", "X1"]);
  t.equal(run.one("limits", { max_current: 13 }).t, 1.1);
  t.equal(run.currentA(9), 13);
});

t.test("the plug is not quite in: nothing is promised until the cable is known", async (t) => {
  const run = await runStation({
    set,
    steps: [sim(0, "pp_removed"), script(0, charging), sim(8, "pp_removed", { value: false }), unplug(20)],
  });
  t.same(run.events("connector_1", 0, 8), ["Enabled", "SessionStarted", "AuthRequired", "Authorized"]);
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  t.same(run.pwm("connector_1", 7.9), ["53.33", "X1"]);
});

t.test("the proximity contact is lost while current flows: open, and the plug stays locked", async (t) => {
  const run = await runStation({
    set,
    steps: [script(0, charging), sim(10, "pp_removed"), sim(20, "pp_removed", { value: false }), unplug(30)],
  });
  t.same(run.events(), [
    ...untilCharging,
    "StoppingCharging",
    "ChargingPausedEVSE",
    "PrepareCharging",
    "ChargingStarted",
    ...whenUnplugged,
  ]);
  t.equal(run.one("pwm", { mode: "X1" }, 1).t, 10);
  t.equal(run.one("limits", { max_current: 0 }, -1).t, 30);
  t.notOk(run.of("lock_command", { locked: false }).some((line) => line.t < 30));
});
