import t from "tap";
import { charging, command, present, runStation, script, unplug } from "./station-run.ts";

t.test("unplugged before anybody authorises: no transaction, and never any PWM", async (t) => {
  const run = await runStation({ station: "manual-token", steps: [script(0, charging), unplug(6)] });
  t.same(run.events(), ["Enabled", "SessionStarted", "AuthRequired", "SessionFinished"]);
  t.same(run.pwm(), ["X1"]);
  t.same(
    run.of("lock_command").map(({ t, locked }) => [t, locked]),
    [
      [1.01, true],
      [6.01, false],
    ],
  );
});

t.test("the time to authorise is over: the session stays, and a card may still come", async (t) => {
  const run = await runStation({
    station: "manual-token",
    steps: [script(0, charging), command(5, "withdraw_authorization"), present(8, "LATE"), unplug(20)],
  });
  t.same(run.events(), [
    "Enabled",
    "SessionStarted",
    "AuthRequired",
    "Deauthorized",
    "PluginTimeout",
    "Authorized",
    "TransactionStarted",
    "PrepareCharging",
    "ChargingStarted",
    "StoppingCharging",
    "ChargingFinished",
    "TransactionFinished",
    "SessionFinished",
  ]);
});

t.test("where the timeout is an error, it takes a new visit", async (t) => {
  const run = await runStation({
    station: "manual-token",
    set: ["connector_1.raise_mrec9=true"],
    steps: [script(0, charging), command(5, "withdraw_authorization"), present(8, "LATE"), unplug(20)],
  });
  t.same(run.events(), [
    "Enabled",
    "SessionStarted",
    "AuthRequired",
    "Deauthorized",
    "PluginTimeout",
    "SessionFinished",
  ]);
  const type = "evse_manager/MREC9AuthorizationTimeout";
  t.match(run.one("error", { type, action: "raise" }), { t: 5, severity: "Medium" });
  t.equal(run.one("error", { type, action: "clear" }).t, 20.01, "gone with the vehicle");
  t.same(run.contactor(), []);
});

t.test("a card that is refused starts nothing", async (t) => {
  const run = await runStation({
    station: "manual-token",
    set: ["token_validator.validation_result=Blocked"],
    steps: [script(0, charging), present(5, "BLOCKED"), unplug(10)],
  });
  t.same(run.events(), ["Enabled", "SessionStarted", "AuthRequired", "SessionFinished"]);
  t.equal(run.one("token", {}, -1, "auth").status, "Rejected");
});

t.test("withdrawing the authorisation of a vehicle that charges has no effect and no event", async (t) => {
  const run = await runStation({ steps: [script(0, charging), command(10, "withdraw_authorization"), unplug(15)] });
  t.same(run.events("connector_1", 3, 15), []);
  t.same(run.contactor("connector_1", 3), ["open", "opened"]);
});
