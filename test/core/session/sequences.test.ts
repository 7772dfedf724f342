/** What a session tells in what order, scenario by scenario, on pilot and charger together. */
import t from "tap";
import type { EvseEvent } from "../../../src/core/session/evse-state.ts";
import {
  bench,
  capabilities,
  chargingBench,
  enable,
  evseOptions,
  fault,
  limits,
  reading,
  startedBench,
  token,
  withCharger,
} from "./evse-bench.ts";

const authorize: EvseEvent = { kind: "authorize", token };
const stopTransaction: EvseEvent = { kind: "stopTransaction", call: 1, reason: "Remote" };

t.test("boot", async (t) => {
  t.strictSame(bench().post({ kind: "ready" }).events(), ["Enabled"]);
});

t.test("a full session, plugged in first", async (t) => {
  const b = startedBench().post("B").wait(1000).post(authorize).wait(1000).post("C").wait(10_000);
  t.strictSame(b.events(), [
    "SessionStarted(EVConnected)",
    "AuthRequired",
    "Authorized",
    "TransactionStarted",
    "PrepareCharging",
    "ChargingStarted",
  ]);
  t.strictSame(b.outputs(), ["open", "lock", "pwm:26.67", "close"]);
  b.post("A");
  t.strictSame(b.events(), [
    "StoppingCharging",
    "ChargingFinished",
    "TransactionFinished(EVDisconnected)",
    "SessionFinished",
  ]);
  t.equal(b.state.charger.name, "Idle");
});

t.test("authorised first", async (t) => {
  const b = startedBench().post(authorize);
  t.strictSame(b.events(), ["SessionStarted(Authorized)", "Authorized"]);
  b.wait(1000).post("B");
  t.strictSame(b.events(), ["AuthRequired", "TransactionStarted", "PrepareCharging"]);
  b.wait(1000).post("C");
  t.strictSame(b.events(), ["ChargingStarted"]);
});

t.test("unplugged before authorisation", async (t) => {
  t.strictSame(startedBench().post("B").wait(1000).post("A").events(), [
    "SessionStarted(EVConnected)",
    "AuthRequired",
    "SessionFinished",
  ]);
});

t.test("the authorisation that timed out leaves the session open for another", async (t) => {
  const b = startedBench().post("B").wait(1000).post({ kind: "withdrawAuthorization" });
  t.strictSame(b.events().slice(2), ["Deauthorized", "PluginTimeout"]);
  t.strictSame(b.wait(1000).post(authorize).events(), ["Authorized", "TransactionStarted", "PrepareCharging"]);
});

t.test("... or is an error that keeps it closed until the plug is pulled", async (t) => {
  const b = startedBench(withCharger({ raiseMrec9: true }))
    .post("B")
    .wait(1000)
    .post({ kind: "withdrawAuthorization" });
  t.strictSame(b.events().slice(2), ["Deauthorized", "PluginTimeout"]);
  t.strictSame(b.post(authorize).events(), []);
  t.equal(b.state.charger.name, "Finished");
  t.strictSame(b.post("A").events(), ["SessionFinished"]);
  t.equal(b.state.charger.shutdown, "None");
});

t.test("authorised, never plugged in, withdrawn", async (t) => {
  const b = startedBench().post(authorize).wait(1000).post({ kind: "withdrawAuthorization" });
  t.strictSame(b.events(), ["SessionStarted(Authorized)", "Authorized", "Deauthorized", "SessionFinished"]);
});

t.test("the vehicle pauses and goes on; the PWM stays", async (t) => {
  const b = chargingBench().post("B").wait(5000);
  t.strictSame(b.events(), ["StoppingCharging", "ChargingPausedEV"]);
  t.strictSame(b.outputs(), ["open"]);
  b.post("C");
  t.strictSame(b.events(), ["PrepareCharging", "ChargingStarted"]);
  t.strictSame(b.outputs(), ["close"]);
});

t.test("the user pauses and resumes", async (t) => {
  const b = chargingBench().post({ kind: "pause", call: 1 }).wait(500).post("B").wait(5000);
  t.strictSame(b.events(), ["StoppingCharging", "ChargingPausedEVSE(UserPause)"]);
  t.strictSame(b.outputs(), ["X1", "open"]);
  b.post({ kind: "resume", call: 1 }).wait(500).post("C");
  t.strictSame(b.events(), ["PrepareCharging", "ChargingStarted"]);
  t.strictSame(b.outputs(), ["pwm:26.67", "close"]);
});

t.test("a vehicle that goes on drawing is opened under load after six seconds", async (t) => {
  const b = chargingBench().post({ kind: "pause", call: 1 });
  b.wait(5999);
  t.strictSame(b.outputs(), ["X1"]);
  b.wait(1);
  t.strictSame(b.outputs(), ["open"]);
  t.strictSame(b.events(), ["StoppingCharging", "ChargingPausedEVSE(UserPause)"]);
});

t.test("energy goes and comes back", async (t) => {
  const b = chargingBench().post(limits(0)).wait(500).post("B").wait(5000);
  t.strictSame(b.events(), ["StoppingCharging", "ChargingPausedEVSE(NoEnergy)"]);
  b.post(limits(16)).wait(500).post("C");
  t.strictSame(b.events(), ["PrepareCharging", "ChargingStarted"]);
});

t.test("no energy at the start", async (t) => {
  const b = startedBench().post(limits(0), "B").wait(1000).post(authorize).wait(90_000);
  t.strictSame(b.events().slice(2), ["Authorized", "TransactionStarted", "PrepareCharging"]);
  t.strictSame(b.outputs(), ["open", "lock"]);
  b.post(limits(10)).wait(1000).post("C");
  t.strictSame(b.events(), ["ChargingStarted"]);
});

t.test("a pause and a loss of energy: each change of the reasons is told", async (t) => {
  const b = chargingBench().post({ kind: "pause", call: 1 }).wait(500).post("B").wait(500).post(limits(0));
  b.wait(500).post({ kind: "resume", call: 1 });
  t.strictSame(b.events(), [
    "StoppingCharging",
    "ChargingPausedEVSE(UserPause)",
    "ChargingPausedEVSE(NoEnergy+UserPause)",
    "ChargingPausedEVSE(NoEnergy)",
  ]);
});

t.test("an error while charging, and its end", async (t) => {
  const error = fault("evse_board_support/MREC17EVSEContactorFault");
  const b = chargingBench().post({ kind: "faultRaised", fault: error });
  t.strictSame(b.outputs(), ["F", "open"]);
  b.post("F").wait(400).post("C").wait(5000);
  t.strictSame(b.outputs().slice(0, 1), ["open"]);
  t.strictSame(b.events(), ["StoppingCharging", "ChargingPausedEVSE(Error)"]);
  b.post({ kind: "faultCleared", source: "bsp", type: error.type, sub_type: "" });
  t.strictSame(b.events(), ["PrepareCharging", "ChargingStarted"]);
  t.match(b.outputs(), ["pwm:26.67", "close"]);
});

t.test("stopped from afar", async (t) => {
  const b = chargingBench().post(stopTransaction).wait(500).post("B").wait(5000);
  t.strictSame(b.events(), ["StoppingCharging", "ChargingFinished", "TransactionFinished(Remote)"]);
  t.strictSame(b.post(authorize, "C").wait(1000).events(), []);
  t.notOk(b.outputs().includes("close"));
  t.strictSame(b.post("A").events(), ["SessionFinished"]);
});

t.test("unplugged in ChargingPausedEV, ChargingPausedEVSE and PrepareCharging", async (t) => {
  const ends = ["StoppingCharging", "ChargingFinished", "TransactionFinished(EVDisconnected)", "SessionFinished"];
  const pausedByEv = chargingBench().post("B").wait(1000);
  pausedByEv.events();
  t.strictSame(pausedByEv.post("A").events(), ends);
  const pausedByEvse = chargingBench().post({ kind: "pause", call: 1 }).wait(500).post("B").wait(1000);
  pausedByEvse.events();
  t.strictSame(pausedByEvse.post("A").events(), ends);
  const preparing = startedBench().post("B").wait(1000).post(authorize).wait(1000);
  preparing.events();
  t.strictSame(preparing.post("A").events(), ends);
});

t.test("disabled while charging: the contactor opens under load at the latest", async (t) => {
  const b = chargingBench().post(enable("Disable")).wait(6000);
  t.strictSame(b.events(), [
    "StoppingCharging",
    "ChargingFinished",
    "TransactionFinished(EVSEDisabled)",
    "SessionFinished",
    "Disabled",
  ]);
  t.strictSame(b.outputs(), ["X1", "open", "F", "open", "boardOff", "unlock"]);
});

t.test("disabled while waiting for authorisation; enabled, the vehicle still there begins anew", async (t) => {
  const b = startedBench().post("B").wait(1000);
  b.events();
  t.strictSame(b.post(enable("Disable")).events(), ["SessionFinished", "Disabled"]);
  t.strictSame(b.wait(1000).post(enable("Enable")).events(), ["Enabled"]);
  t.strictSame(b.post("B").events(), ["SessionStarted(EVConnected)", "AuthRequired"]);
});

t.test("disabled with a vehicle that leaves meanwhile: no session of nobody's", async (t) => {
  const b = startedBench().post("B").wait(1000).post(enable("Disable"), "A").wait(1000);
  b.events();
  t.strictSame(b.post(enable("Enable"), "A").wait(60_000).events(), ["Enabled"]);
  t.equal(b.state.charger.name, "Idle");
});

t.test("an error before the plug-in: F, and no session", async (t) => {
  const b = startedBench()
    .post({ kind: "faultRaised", fault: fault("evse_board_support/BrownOut") })
    .wait(1000);
  t.strictSame(b.outputs(), ["F"]);
  t.strictSame(b.events(), []);
  b.post({ kind: "faultCleared", source: "bsp", type: "evse_board_support/BrownOut", sub_type: "" });
  t.strictSame(b.outputs(), ["X1"]);
});

t.test("an error while waiting for authorisation", async (t) => {
  const b = startedBench()
    .post("B")
    .wait(1000)
    .post({ kind: "faultRaised", fault: fault("evse_board_support/BrownOut") });
  t.equal(b.state.charger.name, "Finished");
  t.strictSame(b.wait(1000).post("A").events(), ["SessionStarted(EVConnected)", "AuthRequired", "SessionFinished"]);
});

t.test("phases are switched", async (t) => {
  const b = chargingBench(evseOptions);
  b.post({
    kind: "capabilities",
    capabilities: { ...b.state.charger.capabilities, supports_changing_phases_during_charging: true },
  });
  b.post({
    kind: "enforceLimits",
    limits: { ac_max_current_A: { value: 16, source: "x" }, ac_max_phase_count: { value: 1, source: "x" } },
    validForMs: 100_000,
  });
  b.wait(500).post("B").wait(9500);
  t.strictSame(b.outputs(), ["X1", "open", "onePhase", "pwm:26.67"]);
  b.wait(500).post("C");
  t.strictSame(b.events(), ["SwitchingPhases", "PrepareCharging", "ChargingStarted"]);
});

t.test("a welded contactor: twenty-one seconds, then an error that blocks", async (t) => {
  const b = chargingBench(evseOptions, () => true)
    .post({ kind: "pause", call: 1 })
    .wait(500)
    .post("B");
  b.wait(20_499);
  t.strictSame(b.events(), ["StoppingCharging"]);
  b.wait(1);
  t.match(
    b.effects.filter(({ kind }) => kind === "raise"),
    [{ type: "evse_manager/Internal", severity: "High" }, { type: "evse_manager/Inoperative" }],
  );
  t.strictSame(b.events(), ["ChargingPausedEVSE(UserPause)", "ChargingPausedEVSE(Error+UserPause)"]);
  t.notOk(b.outputs().includes("unlock"));
});

t.test("over-current ends charging with an error of our own that lasts until the plug is pulled", async (t) => {
  const b = chargingBench();
  for (let second = 0; second < 8; second++) b.post(reading(1000 + second, 20)).wait(1000);
  t.match(
    b.effects.filter(({ kind }) => kind === "raise"),
    [
      { type: "evse_manager/MREC4OverCurrentFailure", severity: "High" },
      { type: "evse_manager/Inoperative", message: "evse_manager/MREC4OverCurrentFailure: MREC4OverCurrentFailure" },
    ],
  );
  t.strictSame(b.events(), ["StoppingCharging", "ChargingPausedEVSE(Error)"]);
  b.post("A");
  t.match(
    b.effects.filter(({ kind }) => kind === "clear"),
    [{ type: "evse_manager/Inoperative" }, { type: "evse_manager/MREC4OverCurrentFailure" }],
  );
  t.equal(b.state.charger.shutdown, "None");
});

t.test("the bill goes by a reading taken after the contactor has opened, and by the meter's signature", async (t) => {
  const b = bench(withCharger({ hasMeter: true })).post({ kind: "capabilities", capabilities }, limits(16), {
    kind: "ready",
  });
  t.strictSame(b.events(), []);
  b.post(reading(1000), { kind: "meterStopped", call: 0, response: { status: "OK" } }, "A", "B");
  t.strictSame(b.events(), ["Enabled", "SessionStarted(EVConnected)", "AuthRequired"]);
  b.wait(500).post(authorize);
  t.strictSame(b.events(), ["Authorized"]);
  const call = (): number => b.state.charger.meterCall ?? -1;
  b.post({ kind: "meterStarted", call: call(), response: { status: "OK" } });
  t.strictSame(b.events(), ["TransactionStarted", "PrepareCharging"]);
  b.wait(500).post("C").wait(500).post(reading(1100, 16)).wait(500).post(stopTransaction).wait(500).post("B");
  t.strictSame(b.events(), ["ChargingStarted", "StoppingCharging"]);
  b.wait(500).post(reading(1200));
  t.strictSame(b.events(), []);
  b.post({ kind: "meterStopped", call: call(), response: { status: "OK" } });
  t.strictSame(b.events(), ["ChargingFinished", "TransactionFinished(Remote)"]);
  t.match(b.effects.filter(({ kind }) => kind === "session").at(-1), {
    event: { transaction_finished: { meter_value: { energy_Wh_import: { total: 1200 } } } },
  });
});

t.test("lines keep their order when the charger's own error comes back to it", async (t) => {
  const b = chargingBench(evseOptions, () => true)
    .post({ kind: "pause", call: 1 })
    .wait(21_000);
  const states = b.effects.flatMap((effect) => (effect.kind === "state" ? [`${effect.from}>${effect.to}`] : []));
  t.strictSame(states.slice(-2), ["Charging>StoppingCharging", "StoppingCharging>ChargingPausedEVSE"]);
  t.strictSame(b.state.charger.publishedPause, ["Error", "UserPause"]);
});
