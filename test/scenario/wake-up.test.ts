import t from "tap";
import { runStation, untilCharging, whenUnplugged } from "./station-run.ts";

t.test("a vehicle that does not ask for power is woken up once through F", async (t) => {
  const run = await runStation({ ev: "sleep 1;iec_wait_pwr_ready;sleep 60;draw_power_regulated 16,3;sleep 5;unplug" });
  const offered = run.event("PrepareCharging").t;
  t.same(
    run
      .of("pwm")
      .map(({ t, mode }) => [Math.round((t - offered) * 1000), mode])
      .slice(1, 5),
    [
      [0, "pwm"],
      [30_000, "F"],
      [34_000, "X1"],
      [34_750, "pwm"],
    ],
  );
  t.equal(run.event("ChargingPausedEV").t - offered, 44.75, "then it has 10 s before it counts as pausing");
  t.same(run.events(), [
    ...untilCharging.slice(0, -1),
    "PrepareCharging",
    "ChargingPausedEV",
    "PrepareCharging",
    "ChargingStarted",
    ...whenUnplugged,
  ]);
  t.same(
    run.of("lock_command").map(({ locked }) => locked),
    [true, false],
    "4 s of F leave the plug locked",
  );
});

t.test("one that wakes up charges", async (t) => {
  const run = await runStation({ ev: "sleep 1;iec_wait_pwr_ready;sleep 37;draw_power_regulated 16,3;sleep 5;unplug" });
  t.same(run.events(), [...untilCharging.slice(0, -1), "PrepareCharging", "ChargingStarted", ...whenUnplugged]);
});

t.test("one that asks in time is left alone", async (t) => {
  const run = await runStation({ ev: "sleep 1;iec_wait_pwr_ready;sleep 29;draw_power_regulated 16,3;sleep 5;unplug" });
  t.notOk(run.states().includes("T_step_EF"));
});
