import t from "tap";
import { card, charging, command, present, runStation, script, unplug, unruly, untilCharging } from "./station-run.ts";

const stopped = ["StoppingCharging", "ChargingFinished", "TransactionFinished"];

t.test("stopped from outside: the transaction ends, the session with the vehicle", async (t) => {
  const run = await runStation({
    steps: [
      script(0, charging),
      command(10, "stop_transaction", { request: { reason: "Remote", id_tag: card("OPERATOR") } }),
      command(12, "resume_charging"),
      command(13, "stop_transaction", { request: { reason: "Local" } }),
      unplug(20),
    ],
  });
  t.same(run.events("connector_1", 0, 15), [...untilCharging, ...stopped]);
  t.same(run.events("connector_1", 15), ["SessionFinished"]);
  t.match(run.event("TransactionFinished").transaction_finished, { reason: "Remote", id_tag: card("OPERATOR") });
  t.same(
    run.of("command_result").map(({ name, result }) => [name, result]),
    [
      ["stop_transaction", true],
      ["resume_charging", false],
      ["stop_transaction", false],
    ],
  );
  t.same(run.contactor(), ["close", "closed", "open", "opened"], "no restart without a new visit");
  t.equal(run.one("lock_command", { locked: false }).t, 20.01, "the plug comes free with the vehicle");
});

t.test("stopped by the board", async (t) => {
  const run = await runStation({
    steps: [
      script(0, charging),
      {
        at_s: 10,
        publish: {
          module: "connector_1_powerpath",
          implementation: "board_support",
          variable: "request_stop_transaction",
          value: { reason: "EmergencyStop" },
        },
      },
      unplug(20),
    ],
  });
  t.same(run.events("connector_1", 0, 15), [...untilCharging, ...stopped]);
  t.match(run.event("TransactionFinished").transaction_finished, { reason: "EmergencyStop" });
});

t.test("stopped by the card that began it, not by another one", async (t) => {
  const run = await runStation({
    station: "manual-token",
    steps: [script(0, charging), present(3, "ONE"), present(10, "TWO"), present(15, "ONE"), unplug(20)],
  });
  t.equal(run.one("token", {}, 4, "auth").status, "Rejected");
  t.same(run.events("connector_1", 9, 15), []);
  t.same(run.events("connector_1", 15, 20), stopped);
  t.match(run.event("TransactionFinished").transaction_finished, { reason: "Local", id_tag: card("ONE") });
  t.equal(run.one("token", {}, -1, "auth").status, "UsedToStop");
});

t.test("a vehicle that stays in C after the stop is switched off after 6 s", async (t) => {
  const run = await runStation({
    steps: [script(0, unruly), command(10, "stop_transaction", { request: { reason: "Remote" } }), unplug(30)],
  });
  t.equal(run.one("pwm", { mode: "X1" }, 1).t, 10);
  t.equal(run.one("contactor_command", { closed: false }).t, 16);
  t.same(run.events("connector_1", 0, 20), [...untilCharging, ...stopped]);
});

t.test("without a transaction there is nothing to stop", async (t) => {
  const run = await runStation({
    until: 5,
    steps: [command(1, "stop_transaction", { request: { reason: "Remote" } })],
  });
  t.equal(run.one("command_result").result, false);
});
