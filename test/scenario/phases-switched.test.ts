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

t.test("who changes to three phases charges on one until the others have left the power for three", async (t) => {
  const watt = (at_s: number, value: number): object => allow(at_s, 63, { total_power_W: { value, source: "test" } });
  const run = await runStation({
    station: "two-connectors",
    set: [
      ...set,
      "energy_manager.switch_3ph1ph_time_hysteresis_s=0",
      "energy_manager.switch_3ph1ph_power_hysteresis_W=0",
      "connector_1.disable_authentication=true",
      "connector_2.disable_authentication=true",
      // Whoever charges at connector 1 is lowered only once its delay has passed.
      "connector_1.uk_smartcharging_random_delay_enable=true",
      "connector_1.uk_smartcharging_random_delay_max_duration=120",
    ],
    steps: [watt(0, 8000), script(0, charging), script(5, charging, 2), watt(200, 9000)],
    until: 350,
  });
  const lowered = run.of("pwm").find(({ t }) => t > 200)?.t ?? 0;
  t.ok(lowered > 220, "the delay lasts");
  const closed = (fromS: number): unknown[] =>
    run.of("contactor", {}, "connector_2").flatMap(({ t, closed }) => (t > fromS ? [closed] : []));
  const switched = run.event("SwitchingPhases", 0, "connector_2");
  t.equal(switched.t, Math.round((lowered + 6) * 100) / 100, "six seconds after the other one was lowered");
  t.same(closed(20), [false, true], "and charges until then");
  t.same(run.of("limits", {}, "connector_2").at(-1)?.nr_of_phases_available, 3);
  const powers = new Map<string, number>();
  let mostW = 0;
  for (const { t: atS, kind, module, power_W } of run.lines) {
    if (kind !== "powermeter" || atS < 20) continue;
    powers.set(module, (power_W as { readonly total: number }).total);
    mostW = Math.max(
      mostW,
      [...powers.values()].reduce((sum, powerW) => sum + powerW, 0),
    );
  }
  t.ok(mostW > 7500 && mostW <= 9000, `never more than the grid gives: ${mostW} W`);
});
