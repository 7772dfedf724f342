import t from "tap";
import { charging, present, runStation, script, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

t.test("two vehicles share a fuse of 20 A", async (t) => {
  const run = await runStation({
    station: "two-connectors",
    set: ["connector_1.request_zero_power_in_idle=true", "connector_2.request_zero_power_in_idle=true"],
    scenario: "two-connectors",
  });
  t.same(run.events("connector_1"), [...untilCharging, ...whenUnplugged]);
  t.same(run.events("connector_2"), [...untilCharging, ...whenUnplugged]);
  t.same(run.pwm("connector_1"), ["X1", "33.33", "16.67", "X1"]);
  t.same(run.pwm("connector_2"), ["X1", "16.67", "33.33", "X1"]);
  t.equal(run.currentA(9, "connector_1"), 16);
  t.equal(Math.round(1000 * (run.currentA(29, "connector_1") + run.currentA(29, "connector_2"))), 20_000);
  t.equal(run.currentA(45, "connector_2"), 16);
});

t.test("an error at one connector leaves the other one alone", async (t) => {
  const run = await runStation({
    station: "two-connectors",
    steps: [
      script(0, charging),
      script(0, charging, 2),
      present(2, "ONE", { connectors: [1] }),
      present(3, "TWO", { connectors: [2] }),
      { at_s: 20, sim: { module: "connector_1_powerpath", name: "error", args: { type: "MREC8EmergencyStop" } } },
      unplug(30),
      unplug(30, 2),
    ],
  });
  t.same(run.events("connector_1", 20, 30), ["StoppingCharging", "ChargingPausedEVSE"]);
  t.same(run.events("connector_2", 20, 30), []);
});

t.test("a card for any connector goes to the vehicle that waits longest", async (t) => {
  const run = await runStation({
    station: "two-connectors",
    steps: [script(2, charging), script(0, charging, 2), present(5, "CARD"), unplug(10), unplug(10, 2)],
  });
  t.notOk(run.events("connector_1").includes("Authorized"));
  t.ok(run.events("connector_2").includes("Authorized"));
});
