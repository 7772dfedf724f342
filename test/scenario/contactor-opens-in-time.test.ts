import t from "tap";
import { charging, command, runStation, script, unplug, unruly, untilCharging, whenUnplugged } from "./station-run.ts";

t.test("a vehicle that obeys is switched off without current", async (t) => {
  const run = await runStation({ steps: [script(0, charging), command(10, "pause_charging"), unplug(15)] });
  const x1 = run.one("pwm", { mode: "X1" }, 1);
  const left = run.one("cp", { from: "C", to: "B" });
  const open = run.one("contactor_command", { closed: false });
  t.ok(x1.t < left.t && left.t <= open.t);
  t.ok(open.t - left.t <= 0.1);
});

t.test("one that does not is switched off 6 s after the PWM ended, and on again with the PWM", async (t) => {
  const run = await runStation({
    steps: [script(0, unruly), command(10, "pause_charging"), command(30, "resume_charging"), unplug(40)],
  });
  t.same(
    run.of("contactor_command").map(({ t, closed }) => [t, closed]),
    [
      [2.51, true],
      [16, false],
      [30, true],
      [40.01, false],
    ],
  );
  t.same(run.events(), [
    ...untilCharging,
    "StoppingCharging",
    "ChargingPausedEVSE",
    "PrepareCharging",
    "ChargingStarted",
    ...whenUnplugged,
  ]);
  t.equal(run.event("ChargingPausedEVSE").t, 16.02, "a pause is told when it is one");
});

t.test("one that is resumed before the 6 s are over stays on", async (t) => {
  const run = await runStation({
    steps: [script(0, unruly), command(10, "pause_charging"), command(13, "resume_charging"), unplug(25)],
  });
  t.notOk(run.of("contactor_command", { closed: false }).some((line) => line.t < 16));
});
