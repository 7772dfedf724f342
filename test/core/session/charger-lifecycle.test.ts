/** What single turns of a charger do at their edges, beside the table and the courses. */
import t from "tap";
import type { Draft } from "../../../src/core/session/charger-draft.ts";
import { hasPower, to5Percent, toF, toNominal } from "../../../src/core/session/charger-draft.ts";
import {
  abandonStart,
  authorize,
  beginTransaction,
  endSession,
  finishStored,
  freeService,
  meterStarted,
  meterStopped,
  startSession,
  startStored,
  storeFinishOverdue,
  storeReading,
} from "../../../src/core/session/charger-lifecycle.ts";
import { chargerSpecs } from "../../../src/core/session/charger-specs.ts";
import type { ChargerOptions, ChargerState } from "../../../src/core/session/charger-state.ts";
import { initialCharger } from "../../../src/core/session/charger-state.ts";
import { timing } from "../../../src/core/timing.ts";
import { defaultOptions } from "../../spec/charger-check.ts";
import { token } from "./evse-bench.ts";

const nowMs = 100_000;

/** A running transaction with a token. */
const running: Partial<ChargerState> = {
  session: { id: "s0", reservationId: null },
  transactionActive: true,
  authorized: true,
  token,
};

function draft(changed: Partial<ChargerState> = {}, more: Partial<ChargerOptions> = {}): Draft {
  const options: ChargerOptions = { ...defaultOptions, ...more };
  return { s: { ...initialCharger(options), ...changed }, out: [], nowMs, options, timing };
}

const signed = { signed_meter_data: "x", signing_method: "none", encoding_method: "OCMF" };
const meter = (energyWh: number) => ({ timestamp: "noon", energy_Wh_import: { total: energyWh } });
const events = (d: Draft): string[] =>
  d.out.flatMap((effect) => (effect.kind === "session" ? [effect.event.event] : []));

t.test("power: anything in DC, in either direction", async (t) => {
  const DC = { chargeMode: "DC" } as const;
  t.equal(hasPower(draft({ limitA: 0.5 }, DC)), true);
  t.equal(hasPower(draft({ dischargeA: 0.5 }, DC)), true);
  t.equal(hasPower(draft({}, DC)), false);
  t.equal(hasPower(draft({ limitA: 5.9 })), false);
  t.equal(hasPower(draft({ limitA: 6, dischargeA: 6 })), true);
  t.equal(hasPower(draft({ dischargeA: 6 })), false, "nothing is on offer in AC");
});

t.test("the pilot's output: what is there is not told again, and what was to come does not come", async (t) => {
  const again = draft({ output: { mode: "F" } });
  toF(again);
  t.same(again.out, []);
  const late: Partial<ChargerState> = {
    limitA: 16,
    output: { mode: "nominal", duty: 0.5, currentA: 30, sinceMs: nowMs - 5000 },
    deadlines: { pwmUpdate: nowMs },
  };
  const spoken = draft(late);
  to5Percent(spoken);
  t.same(spoken.s.deadlines, {});
  const offered = draft(late);
  toNominal(offered, false);
  t.match(offered.out, [{ kind: "setPwm", duty: 16 / 60 }]);
  t.same(offered.s.deadlines, {});
  const most = draft({ ...late, limitA: 80.1 });
  toNominal(most, true);
  t.match(most.out, [{ kind: "setPwm", duty: 0.97 }]);
  const beyond = draft({ ...late, limitA: 80.2 });
  toNominal(beyond, true);
  t.same(beyond.out, [{ kind: "setX1" }], "more than a pilot can say is no PWM");
});

t.test("a session and whom it is for", async (t) => {
  t.same(freeService, {
    id_token: { value: "FREESERVICE", type: "Local" },
    authorization_type: "RFID",
    prevalidated: true,
  });
  const unnamed = draft({ calls: 3, nextSessionId: null });
  startSession(unnamed, "EVConnected");
  t.equal(unnamed.s.session?.id, "session-3", "before anybody has drawn an id");
  const once = draft();
  authorize(once, token);
  authorize(once, freeService);
  t.same(events(once), ["SessionStarted", "Authorized"], "a token counts once a session");
  t.equal(once.s.token, token);

  const unauthorized = draft({ session: { id: "s0", reservationId: null }, stopToken: token, stopReason: "Remote" });
  endSession(unauthorized);
  t.equal(unauthorized.s.stopToken, null);
  t.same(
    unauthorized.out.map(({ kind }) => kind),
    ["session", "protocol"],
    "nobody was authorized",
  );
});

t.test("no transaction of nobody, and none without a session", async (t) => {
  for (const lacking of [{ session: null }, { token: null }]) {
    const begun = draft({ ...running, transactionActive: false, ...lacking });
    beginTransaction(begun);
    t.same(begun.out, []);
    t.equal(begun.s.transactionActive, false);
    const stored = draft({ ...running, transactionActive: false, storeCall: 3, ...lacking }, { hasStore: true });
    startStored(stored, 3);
    t.same(stored.out, []);
    t.equal(stored.s.transactionActive, false);
  }
  const unwanted = draft({ name: "WaitingForAuthentication", session: null, meterCall: 3 }, { hasMeter: true });
  meterStarted(unwanted, 3, { status: "OK" });
  t.same(unwanted.out, [], "the meter's answer to a session that is over");
  const reservationIds = (reservation: number): unknown[] => {
    const d = draft({ ...running, transactionActive: false, storeCall: 3, reservation }, { hasStore: true });
    startStored(d, 3);
    return d.out.flatMap((effect) =>
      effect.kind === "session" ? [effect.event.transaction_started?.reservation_id ?? "none"] : [],
    );
  };
  t.same(reservationIds(0), [0]);
  t.same(reservationIds(-1), ["none"]);
});

t.test("a meter's answer: once, in time, with its own words", async (t) => {
  const waiting: Partial<ChargerState> = {
    ...running,
    name: "WaitingForAuthentication",
    transactionActive: false,
    meterCall: 3,
  };
  const late = draft(waiting, { hasMeter: true });
  meterStarted(late, 2, { status: "OK" });
  t.same(late.out, [{ kind: "meterStop", call: 0, transactionId: "s0" }], "nobody waits for this answer");
  for (const [error, message] of [
    ["out of order", "out of order"],
    [undefined, "the meter refused to start a transaction"],
  ] as const) {
    const refused = draft(waiting, { hasMeter: true });
    meterStarted(refused, 3, { status: "UNEXPECTED_ERROR", ...(error !== undefined && { error }) });
    t.match(refused.out, [{ kind: "raise", message }]);
    t.equal(refused.s.meterCall, null);
  }
  const finished = draft({ ...running, name: "Finished", meterCall: 4 }, { hasMeter: true });
  meterStopped(finished, 4, { status: "OK" });
  t.same(events(finished), ["ChargingFinished", "TransactionFinished"]);
  t.equal(finished.s.meterCall, null);
  meterStopped(finished, 4, { status: "OK" });
  t.same(events(finished), ["ChargingFinished", "TransactionFinished"], "once");
});

t.test("the store: readings now and then, and what is given up is forgotten", async (t) => {
  const kept = { id: "s0", readings: { start: meter(1000), last: meter(1000) } };
  const stores = (d: Draft): number => d.out.filter(({ kind }) => kind === "storeSession").length;
  const reading = (changed: Partial<ChargerState>): Draft => {
    const d = draft(
      { ...running, meter: meter(1100), stored: kept, storedAtMs: nowMs - 30_000, ...changed },
      { hasStore: true },
    );
    storeReading(d);
    return d;
  };
  const read = reading({});
  t.equal(stores(read), 1, "after 30 s");
  t.equal(read.s.storedAtMs, nowMs);
  read.s.meter = meter(1200);
  storeReading(read);
  t.equal(stores(read), 1, "not with every reading");
  t.equal(stores(reading({ transactionActive: false })), 0);
  t.equal(stores(reading({ meter: null })), 0);

  const abandoned = draft(
    { ...running, transactionActive: false, storeCall: 3, stored: kept, startSignedValue: signed },
    { hasMeter: true, hasStore: true },
  );
  abandonStart(abandoned);
  t.match(abandoned.out, [
    { kind: "meterStop", call: 0, transactionId: "s0" },
    { kind: "storeSession", session: null },
  ]);
  t.equal(abandoned.s.storeCall, null);
  t.equal(abandoned.s.startSignedValue, null, "the next one is not billed with it");

  const bill = { id: "s0", finished: { meter_value: meter(1500), reason: "Remote" as const } };
  const billed = draft(
    { ...running, storeCall: 3, stored: bill, startSignedValue: signed, stopSignedValue: signed },
    { hasStore: true },
  );
  finishStored(billed, 3, "noon");
  t.same(events(billed), ["ChargingFinished", "TransactionFinished"]);
  t.match(billed.s, { storeCall: null, startSignedValue: null, stopSignedValue: null, transactionActive: false });
  const nothing = draft({ ...running, storeCall: 3, stored: null }, { hasStore: true });
  storeFinishOverdue(nothing);
  t.same(nothing.out, [{ kind: "storeOverdue", id: "" }], "there is no bill to tell");
});

t.test("Idle remembers nothing of the vehicle before", async (t) => {
  const d = draft({
    bcb: { startedMs: 5, pulseMs: 6, valid: 1 },
    hlcAllow: true,
    wokenUp: true,
    dlinkEnded: "Pause",
    publishedPause: ["Error"],
  });
  chargerSpecs.Idle.enter(d);
  t.match(d.s, {
    bcb: { startedMs: null, pulseMs: null, valid: 0 },
    hlcAllow: false,
    wokenUp: false,
    dlinkEnded: null,
  });
  t.strictSame(d.s.publishedPause, []);
});

t.test("who leaves the wait for an authorisation waits for nothing of it any more", async (t) => {
  const d = draft({
    meterCall: 3,
    deadlines: { fivePercent: 1, dcEnergy: 2, fallback: 3, meterStart: 4, limits: 5 },
  });
  chargerSpecs.WaitingForAuthentication.exit?.(d);
  t.strictSame(d.s.deadlines, { limits: 5 });
  t.equal(d.s.meterCall, null);
});

t.test("after a pause only a vehicle that speaks is told to go on", async (t) => {
  const goesOn = (hlcActive: boolean): string[] => {
    const d = draft({ ...running, plugged: true, hlcActive }, { hlcEnabled: true });
    const guard = chargerSpecs.ChargingPausedEVSE.guards.find(({ to }) => to === "PrepareCharging");
    guard?.do?.(d);
    return d.out.flatMap((effect) => (effect.kind === "hlc" || effect.kind === "slac" ? [effect.name] : []));
  };
  t.same(goesOn(true), ["enter_bcd", "go_on"]);
  t.same(goesOn(false), ["enter_bcd"]);
});

t.test("a step of the pilot that an error ends: a transaction stops as any other", async (t) => {
  const to = (changed: Partial<ChargerState>): unknown => {
    const [aborted] = chargerSpecs.T_step_X1.guards;
    return typeof aborted?.to === "function" ? aborted.to(draft(changed)) : undefined;
  };
  t.equal(to({ ...running, stepReturn: "Charging" }), "StoppingCharging");
  t.equal(to({ ...running, stepReturn: "PrepareCharging" }), "PrepareCharging");
  t.equal(to({ stepReturn: "WaitingForAuthentication" }), "WaitingForAuthentication");
});

t.test("what is on offer after a step of the pilot", async (t) => {
  const outputs = (stepReturnOutput: ChargerState["stepReturnOutput"], limitA: number): unknown => {
    const d = draft({
      stepReturnOutput,
      limitA,
      output: { mode: "nominal", duty: 0.1, currentA: 6, sinceMs: nowMs },
    });
    const done = chargerSpecs.T_step_X1.guards.find(({ name }) => name === "done");
    done?.do?.(d);
    return d.s.output;
  };
  t.match(outputs("nominal", 12), { mode: "nominal", duty: 0.2 }, "at once");
  t.match(outputs("nominal", 0), { mode: "X1" });
  t.match(outputs("X1", 12), { mode: "X1" });
  t.match(outputs("fivePercent", 12), { mode: "fivePercent" });
});
