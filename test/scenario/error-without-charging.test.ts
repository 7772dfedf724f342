import t from "tap";
import { charging, present, runStation, script, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

const type = "evse_board_support/MREC8EmergencyStop";
const raise = (at_s: number): object => ({
  at_s,
  raise: { module: "connector_1_powerpath", implementation: "board_support", type },
});
const clear = (at_s: number): object => ({
  at_s,
  clear: { module: "connector_1_powerpath", implementation: "board_support", type },
});

t.test(
  "an error before a vehicle comes: state F, no session; when it is gone, a vehicle that waits begins one",
  async (t) => {
    const run = await runStation({ steps: [raise(0.5), script(1, charging), clear(10), unplug(20)] });
    t.same(run.events("connector_1", 0, 10), ["Enabled"]);
    t.equal(run.one("pwm", { mode: "F" }).t, 0.5);
    t.equal(run.one("pwm", { mode: "X1" }, 1).t, 10);
    t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  },
);

t.test("an error while a vehicle waits for its card: that session is over, even when the error goes", async (t) => {
  const run = await runStation({
    station: "manual-token",
    steps: [script(0, charging), raise(5), clear(10), present(12, "LATE"), unplug(15)],
  });
  t.same(run.events(), ["Enabled", "SessionStarted", "AuthRequired", "SessionFinished"]);
  t.same(run.states(), ["Idle", "WaitingForAuthentication", "Finished", "Idle"]);
  t.same(run.contactor(), []);
});

t.test("an error while the vehicle pauses: X1 without F, told as an error", async (t) => {
  const pausing = "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 5;pause;sleep 3600";
  const run = await runStation({ steps: [script(0, pausing), raise(10), clear(15), unplug(20)] });
  t.same(run.events(), [
    ...untilCharging,
    "StoppingCharging",
    "ChargingPausedEV",
    "ChargingPausedEVSE",
    "PrepareCharging",
    ...whenUnplugged,
  ]);
  t.same(run.event("ChargingPausedEVSE").charging_paused_evse, { reasons: ["Error"] });
  t.same(run.pwm(), ["X1", "53.33", "X1", "53.33", "X1"]);
});

t.test("an error before the vehicle asks for power", async (t) => {
  const run = await runStation({
    steps: [script(0, "sleep 1;iec_wait_pwr_ready;sleep 3600"), raise(5), clear(10), unplug(15)],
  });
  t.same(run.events(), [
    ...untilCharging.slice(0, -1),
    "StoppingCharging",
    "ChargingPausedEVSE",
    "PrepareCharging",
    ...whenUnplugged,
  ]);
});

t.test("a card at a faulted, empty charging point begins nothing", async (t) => {
  const run = await runStation({ station: "manual-token", steps: [raise(1), present(2, "CARD")], until: 20 });
  t.same(run.events(), ["Enabled"]);
});
