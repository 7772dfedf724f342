import t from "tap";
import { charging, command, runStation, script, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

const plugged = "sleep 1;iec_wait_pwr_ready;sleep 3600";

t.test("while the vehicle pauses", async (t) => {
  const run = await runStation({
    ev: "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 5;pause;sleep 5;unplug",
  });
  t.same(run.events(), [...untilCharging, "StoppingCharging", "ChargingPausedEV", ...whenUnplugged]);
  t.match(run.event("TransactionFinished").transaction_finished, { reason: "EVDisconnected" });
  t.same(run.pwm().at(-1), "X1");
});

t.test("while the operator pauses", async (t) => {
  const run = await runStation({ steps: [script(0, charging), command(10, "pause_charging"), unplug(15)] });
  t.same(run.events(), [...untilCharging, "StoppingCharging", "ChargingPausedEVSE", ...whenUnplugged]);
  t.match(run.event("TransactionFinished").transaction_finished, { reason: "EVDisconnected" });
});

t.test("before it has asked for power", async (t) => {
  const run = await runStation({ steps: [script(0, plugged), unplug(6)] });
  t.same(run.events(), [...untilCharging.slice(0, -1), ...whenUnplugged]);
  t.same(run.contactor(), []);
});

t.test("during the state F of the wake-up: noticed when F is over, and the session ends", async (t) => {
  const run = await runStation({ steps: [script(0, plugged), unplug(33)] });
  t.equal(run.one("pwm", { mode: "F" }).t, 31.26);
  t.same(run.states().slice(-4), ["PrepareCharging", "StoppingCharging", "Finished", "Idle"]);
  t.same(run.events("connector_1", 35).slice(-4), whenUnplugged);
  t.ok(run.event("SessionFinished").t < 36);
});

t.test(
  "another vehicle within a quarter of a second: the first bill keeps its energy, the second counts from there",
  async (t) => {
    const other = "unplug;sleep 0.25;iec_wait_pwr_ready;draw_power_regulated 10,1;sleep 5;unplug";
    const run = await runStation({ steps: [script(0, charging), script(10, other)] });
    t.same(run.events(), [...untilCharging, ...whenUnplugged, ...untilCharging.slice(1), ...whenUnplugged]);
    t.not(run.event("SessionStarted", 0).uuid, run.event("SessionStarted", 1).uuid);
    t.match(run.event("TransactionFinished", 0).transaction_finished, {
      meter_value: { energy_Wh_import: { total: 22 } },
    });
    t.match(run.event("TransactionStarted", 1).transaction_started, {
      meter_value: { energy_Wh_import: { total: 22 } },
    });
    t.match(run.event("TransactionFinished", 1).transaction_finished, {
      meter_value: { energy_Wh_import: { total: 25 } },
    });
  },
);

t.test("and another vehicle later is another session", async (t) => {
  const visit = "sleep 1;iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 5;unplug";
  const run = await runStation({ steps: [script(0, visit), script(20, visit)] });
  t.same(run.events(), [...untilCharging, ...whenUnplugged, ...untilCharging.slice(1), ...whenUnplugged]);
});
