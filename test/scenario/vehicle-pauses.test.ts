import t from "tap";
import { runStation, untilCharging, whenUnplugged } from "./station-run.ts";

t.test("a vehicle pauses and goes on", async (t) => {
  const run = await runStation({ scenario: "vehicle-pauses" });
  t.same(run.events(), [
    ...untilCharging,
    "StoppingCharging",
    "ChargingPausedEV",
    "PrepareCharging",
    "ChargingStarted",
    ...whenUnplugged,
  ]);
  t.same(run.contactor(), ["close", "closed", "open", "opened", "close", "closed", "open", "opened"]);
  t.same(run.pwm(), ["X1", "53.33", "X1"], "the offer stands while the vehicle pauses");
  t.same(
    run.of("lock_command").map(({ locked }) => locked),
    [true, false],
    "the plug stays locked",
  );
  const left = run.one("cp", { from: "C", to: "B" });
  t.ok(run.one("contactor_command", { closed: false }).t - left.t <= 0.1);
  t.match(run.event("ChargingPausedEV"), { charging_state_changed_event: { meter_value: {} } });
  t.equal(run.energyWh(22), run.energyWh(13.5), "nothing flows meanwhile");
});
