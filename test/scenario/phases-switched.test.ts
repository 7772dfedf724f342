import t from "tap";
import { allow, charging, runStation, script, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

const set = ["energy_manager.switch_3ph1ph_while_charging_mode=Both"];
const onePhase = { ac_max_phase_count: { value: 1, source: "test" } };
const steps = [script(0, charging), allow(10, 16, onePhase), allow(30, null), unplug(60)];
const switched = ["SwitchingPhases", "PrepareCharging", "ChargingStarted"];

t.test("from three phases to one and back, with a pause and an open contactor", async (t) => {
  const run = await runStation({ set, steps });
  t.same(run.events(), [...untilCharging, ...switched, ...switched, ...whenUnplugged]);
  const [first] = run.of("session_event", { event: "SwitchingPhases" });
  const opened = run.one("contactor", { closed: false });
  const told = run.one("limits", { nr_of_phases_available: 1 }, 1);
  t.ok(opened.t < told.t, "the contactor is open before the phases change");
  t.equal((run.event("PrepareCharging", 1).t ?? 0) - (first?.t ?? 0), 5, "after the configured pause");
  const phases = (atS: number): unknown[] => {
    const current = run.of("powermeter").findLast((line) => line.t <= atS)?.current_A as
      | Record<string, number>
      | undefined;
    return [current?.L1, current?.L2, current?.L3];
  };
  t.same(phases(9), [16, 16, 16]);
  t.same(phases(25), [16, 0, 0]);
  t.same(phases(55), [16, 16, 16]);
});

t.test("through F where that is configured", async (t) => {
  const run = await runStation({ set: [...set, "connector_1.switch_3ph1ph_cp_state=F"], steps });
  t.same(run.events(), [...untilCharging, ...switched, ...switched, ...whenUnplugged]);
  t.same(run.pwm(), ["X1", "53.33", "F", "X1", "26.67", "F", "X1", "53.33", "X1"]);
});

t.test("unplugged during the switch", async (t) => {
  const run = await runStation({ set, steps: [script(0, charging), allow(10, 16, onePhase), unplug(13)] });
  t.same(run.events(), [...untilCharging, "SwitchingPhases", ...whenUnplugged]);
});
