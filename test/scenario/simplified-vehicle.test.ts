import t from "tap";
import { runStation, untilCharging, whenUnplugged } from "./station-run.ts";

const ev = "sleep 2;draw_power_fixed 10,3;sleep 10;unplug";

t.test("a vehicle that knows no state B charges", async (t) => {
  const run = await runStation({ ev });
  t.same(
    run.of("cp").map(({ to }) => to),
    ["A", "C", "A"],
  );
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  const authorized = run.event("Authorized");
  const close = run.one("contactor_command", { closed: true });
  t.ok(run.place(authorized) < run.place(close), "not before it is authorised");
  t.same(run.pwm(), ["X1", "53.33", "X1"]);
});

t.test("it is offered 10 A at most where that is configured", async (t) => {
  const run = await runStation({ set: ["connector_1.hack_simplified_mode_limit_10A=true"], ev });
  t.same(run.pwm(), ["X1", "16.67", "X1"]);
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
});
