import t from "tap";
import { charging, runStation, script, sim, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

const type = "evse_board_support/MREC17EVSEContactorFault";
const board = "connector_1_powerpath";

t.test("a contactor that welds: a fault, the plug stays locked, and nobody charges until it is open", async (t) => {
  const run = await runStation({ scenario: "relay-welded" });
  const fault = run.one("error", { type, action: "raise" }, 0, board);
  const open = run.one("contactor_command", { closed: false });
  t.equal(Math.round((fault.t - open.t) * 1000), 250);
  t.equal(run.one("error", { type: "evse_manager/Inoperative", action: "raise" }).t, fault.t);
  t.same(
    run.of("lock_command", { locked: false }).filter((line) => line.t < 60),
    [],
    "no unlock under a closed contact",
  );
  t.ok(run.place(run.one("lock_command", { locked: false })) > run.place(run.one("contactor", { closed: false })));
  t.same(run.events("connector_1", 10, 60), [
    "StoppingCharging",
    "ChargingFinished",
    "TransactionFinished",
    "SessionFinished",
  ]);
  t.match(run.one("error", { type: "evse_manager/Internal", action: "raise" }), { t: 31, severity: "High" });
  t.equal(run.pwm("connector_1", 35)[0], "F", "out of order, says the pilot");
  t.same(run.events("connector_1", 60), [...untilCharging.slice(1), ...whenUnplugged]);
});

t.test("a contactor that does not close: one attempt a visit, then a fault", async (t) => {
  const run = await runStation({
    steps: [sim(0, "relay_stuck_open"), script(0, charging), sim(20, "relay_stuck_open", { value: false }), unplug(30)],
  });
  t.same(run.events(), [...untilCharging, "StoppingCharging", "ChargingPausedEVSE", ...whenUnplugged]);
  t.same(run.event("ChargingPausedEVSE").charging_paused_evse, { reasons: ["Error"] });
  t.same(run.contactor(), ["close", "open"]);
  t.equal(run.one("error", { type, action: "raise" }, 0, board).t, 2.76, "250 ms after the command");
  t.equal(run.one("error", { type, action: "clear" }, 0, board).t, 30.01);
  t.equal(run.energyWh(), 0);
});

t.test("a slow contactor is waited for: the lock opens when it is open, not before", async (t) => {
  const run = await runStation({
    steps: [sim(0, "relay_slow", { value: 200 }), script(0, charging), unplug(10)],
  });
  t.same(run.of("error", {}, board), []);
  const [closed, opened] = run.of("contactor");
  t.equal(closed?.t, 2.71);
  t.equal(opened?.t, 10.21);
  t.equal(run.one("lock_command", { locked: false }).t, 10.21);
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
});

t.test("one that takes half a second to open is a fault for as long as it is closed", async (t) => {
  const run = await runStation({
    steps: [script(0, charging), sim(5, "relay_slow", { value: 500 }), unplug(10)],
  });
  t.equal(run.one("error", { type, action: "raise" }, 0, board).t, 10.26);
  t.equal(run.one("error", { type, action: "clear" }, 0, board).t, 10.51);
  t.equal(run.one("lock_command", { locked: false }).t, 10.51);
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
});
