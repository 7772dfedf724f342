import t from "tap";
import { charging, runStation, script, sim, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

const steps = [
  script(0, charging),
  sim(10, "cp_voltage", { value: 3 }),
  sim(20, "cp_voltage", { value: null }),
  unplug(30),
];

t.test("a vehicle that asks for ventilation is charged where there is some", async (t) => {
  const run = await runStation({ steps });
  t.same(
    run.of("cp").map(({ to }) => to),
    ["A", "B", "C", "D", "C", "A"],
  );
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  t.same(run.contactor(), ["close", "closed", "open", "opened"]);
});

t.test("and is switched off where there is none, until it does without", async (t) => {
  const run = await runStation({ set: ["connector_1.has_ventilation=false"], steps });
  t.same(run.events(), [
    ...untilCharging,
    "StoppingCharging",
    "ChargingPausedEV",
    "PrepareCharging",
    "ChargingStarted",
    ...whenUnplugged,
  ]);
  const asked = run.one("cp", { to: "D" });
  t.ok(run.one("contactor_command", { closed: false }).t - asked.t <= 0.1);
  t.same(run.contactor("connector_1", 11).slice(0, 2), ["close", "closed"]);
  t.ok(run.one("contactor_command", { closed: true }, 1).t > 20);
});
