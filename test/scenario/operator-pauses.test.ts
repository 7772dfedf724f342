import t from "tap";
import { charging, command, runStation, script, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

t.test("paused and resumed by command", async (t) => {
  const run = await runStation({
    steps: [script(0, charging), command(10, "pause_charging"), command(20, "resume_charging"), unplug(25)],
  });
  t.same(run.events(), [
    ...untilCharging,
    "StoppingCharging",
    "ChargingPausedEVSE",
    "PrepareCharging",
    "ChargingStarted",
    ...whenUnplugged,
  ]);
  t.same(run.event("ChargingPausedEVSE").charging_paused_evse, { reasons: ["UserPause"] });
  t.same(run.pwm(), ["X1", "53.33", "X1", "53.33", "X1"]);
  t.same(
    run.of("command_result").map(({ name, result }) => [name, result]),
    [
      ["pause_charging", true],
      ["resume_charging", true],
    ],
  );
  t.same(
    run.of("lock_command").map(({ locked }) => locked),
    [true, false],
    "the plug stays locked",
  );
});

t.test("energy comes and goes during a pause: each change of the reasons is told", async (t) => {
  const run = await runStation({ scenario: "operator-pauses" });
  t.same(run.events(), [
    ...untilCharging,
    "StoppingCharging",
    "ChargingPausedEVSE",
    "ChargingPausedEVSE",
    "ChargingPausedEVSE",
    "PrepareCharging",
    "ChargingStarted",
    ...whenUnplugged,
  ]);
  t.same(
    run.of("session_event", { event: "ChargingPausedEVSE" }).map((line) => line.charging_paused_evse),
    [{ reasons: ["UserPause"] }, { reasons: ["NoEnergy", "UserPause"] }, { reasons: ["UserPause"] }],
  );
});

t.test("paused before charging begins: heeded at once, and the vehicle that asks has to wait", async (t) => {
  const run = await runStation({
    steps: [
      script(0, "sleep 1;iec_wait_pwr_ready;sleep 3600"),
      command(3, "pause_charging"),
      script(5, "draw_power_regulated 16,3;sleep 3600"),
      command(10, "resume_charging"),
      unplug(15),
    ],
  });
  t.same(run.events(), [
    ...untilCharging.slice(0, -1),
    "ChargingPausedEVSE",
    "PrepareCharging",
    "ChargingStarted",
    ...whenUnplugged,
  ]);
  t.equal(run.event("ChargingPausedEVSE").t, 3);
  t.ok(run.event("ChargingStarted").t > 10);
  t.same(run.pwm(), ["X1", "53.33", "X1", "53.33", "X1"]);
});

t.test("without a transaction there is nothing to pause or to resume", async (t) => {
  const run = await runStation({ steps: [command(1, "pause_charging"), command(2, "resume_charging")], until: 3 });
  t.same(
    run.of("command_result").map(({ result }) => result),
    [false, false],
  );
});

t.test("a pause ends with its session", async (t) => {
  const visit = "iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 3;unplug";
  const run = await runStation({
    steps: [script(0, charging), command(10, "pause_charging"), unplug(15), script(20, visit)],
  });
  t.same(run.events("connector_1", 19).filter((event) => event === "ChargingStarted").length, 1);
});
