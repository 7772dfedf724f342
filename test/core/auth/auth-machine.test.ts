import t from "tap";
import { authTiming } from "../../../src/core/auth/timing.ts";
import type { SessionEventName } from "../../../src/core/session/session-event.ts";
import { sessionEventNames } from "../../../src/core/session/session-event.ts";
import { AuthBench, group, line, result, rfid } from "./auth-bench.ts";

t.test("an accepted token authorises the EVSE where the car waits", async (t) => {
  const bench = new AuthBench({ evses: 3 });
  bench.session("SessionStarted", 2);
  t.same(bench.present(rfid("A1")), ["A1 Processing", "ask 0 about A1"]);
  t.same(bench.answer(result("Accepted")), ["A1 Accepted", "tell 2 A1 Accepted", "A1 UsedToStart @2"]);
  t.same(bench.state.plugIns, [], "the car no longer waits");
});

t.test("FindFirst", async (t) => {
  const cases: { title: string; plugged: number[]; connectors?: number[]; busy?: number; chosen: number }[] = [
    { title: "nobody plugged in: the first", plugged: [], chosen: 1 },
    { title: "the oldest plug-in", plugged: [3, 2], chosen: 3 },
    { title: "the order of the token", plugged: [], connectors: [3, 1], chosen: 3 },
    { title: "the only candidate, without a car", plugged: [1], connectors: [2], chosen: 2 },
    { title: "not where somebody charges", plugged: [], busy: 1, chosen: 2 },
    { title: "an EVSE the token does not know is passed over", plugged: [], connectors: [9, 2], chosen: 2 },
  ];
  for (const { title, plugged, connectors, busy, chosen } of cases) {
    const bench = new AuthBench({ evses: 3 });
    if (busy !== undefined) bench.charging(rfid("OTHER"), busy);
    for (const id of plugged) bench.session("SessionStarted", id);
    bench.present(rfid("A1", connectors === undefined ? {} : { connectors }));
    t.same(
      bench.answer(result("Accepted")),
      [
        connectors === undefined ? "A1 Accepted" : `A1 Accepted${connectors.map((id) => ` @${id}`)}`,
        `tell ${chosen} A1 Accepted`,
        `A1 UsedToStart @${chosen}`,
      ],
      title,
    );
  }
});

t.test("validators are asked one after the other and the first that accepts counts", async (t) => {
  const bench = new AuthBench({ validators: 3 });
  bench.present(rfid("A1"));
  t.same(bench.answer(result("Invalid")), ["ask 1 about A1"]);
  t.same(bench.answer(result("Accepted")), ["ask 2 about A1"]);
  t.same(bench.answer(result("Blocked")), ["A1 Accepted", "tell 1 A1 Accepted", "A1 UsedToStart @1"]);
});

t.test("nobody accepts", async (t) => {
  const bench = new AuthBench({ validators: 2, evses: 2 });
  bench.present(rfid("A1"));
  bench.answer(result("Unknown"));
  t.same(bench.answer(result("Blocked")), ["A1 Rejected"]);

  bench.present(rfid("B2", { connectors: [2] }));
  bench.answer(result("Unknown"));
  t.same(
    bench.answer(result("Expired")),
    ["tell 2 B2 Expired", "B2 Rejected @2"],
    "a named EVSE hears the last answer",
  );

  const off = new AuthBench({ evses: 2 });
  off.session("Disabled", 1);
  off.present(rfid("C3", { connectors: [9, 1, 2] }));
  t.same(
    off.answer(result("Blocked")).slice(0, -1),
    ["tell 2 C3 Blocked"],
    "but none that is not there or out of service",
  );
});

t.test("a result for other places", async (t) => {
  const bench = new AuthBench({ validators: 2, evses: 2 });
  bench.present(rfid("A1", { connectors: [1] }));
  bench.answer(result("Accepted", { evse_ids: [2] }));
  t.same(bench.answer(result("Accepted", { evse_ids: [1, 2] })), [
    "A1 Accepted @1",
    "tell 1 A1 NotAtThisLocation",
    "A1 Accepted @1",
    "tell 1 A1 Accepted",
    "A1 UsedToStart @1",
  ]);

  const nowhere = new AuthBench({ evses: 1 });
  nowhere.present(rfid("A1", { connectors: [1] }));
  t.same(nowhere.answer(result("Accepted", { evse_ids: [7] })), [
    "A1 Accepted @1",
    "tell 1 A1 NotAtThisLocation",
    "tell 1 A1 NotAtThisLocation",
    "A1 Rejected @1",
  ]);
  t.equal(nowhere.state.evses[0]?.identifier, null, "nothing is authorised");
});

t.test("a prevalidated token asks nobody", async (t) => {
  const bench = new AuthBench();
  const token = rfid("A1", { prevalidated: true, authorization_type: "OCPP", parent_id_token: group("G") });
  t.same(bench.present(token), ["A1 Processing", "A1 Accepted", "tell 1 A1 Accepted", "A1 UsedToStart @1"]);
  t.equal(bench.state.evses[0]?.identifier?.parent?.value, "G", "its own parent counts");
});

t.test("what is told of a token, and of its parent", async (t) => {
  const prevalidated = new AuthBench();
  const effects = prevalidated.post({ type: "tokenProvided", token: rfid("A1", { prevalidated: true }) });
  const accepted = { authorization_status: "Accepted", tariff_messages: [] };
  t.strictSame(
    effects.find(({ type }) => type === "tellEvse"),
    {
      type: "tellEvse",
      evseId: 1,
      token: rfid("A1", { prevalidated: true }),
      result: accepted,
    },
  );

  const asked = new AuthBench();
  const claimed = rfid("A1", { parent_id_token: group("CLAIMED") });
  asked.present(claimed);
  const validated = result("Accepted", { parent_id_token: group("FLEET") });
  t.strictSame(asked.post({ type: "validatorAnswered", requestId: 1, result: validated })[0], {
    type: "publishStatus",
    token: { ...claimed, parent_id_token: group("FLEET") },
    status: "Accepted",
  });
  const silent = new AuthBench();
  silent.present(claimed);
  t.strictSame(
    silent.post({ type: "validatorAnswered", requestId: 1, result: result("Accepted") })[0],
    { type: "publishStatus", token: claimed, status: "Accepted" },
    "a validator that says nothing of it leaves the token as it came",
  );
});

t.test("the parent a provider claims does not count without a validator", async (t) => {
  const bench = new AuthBench();
  bench.charging(rfid("A1", { parent_id_token: group("G") }));
  t.equal(bench.state.evses[0]?.identifier?.parent, undefined);
  t.same(bench.present(rfid("G")), ["G Processing", "G Rejected"], "the group's token stops nothing");
});

t.test("the same token twice", async (t) => {
  const bench = new AuthBench({ evses: 2 });
  bench.present(rfid("A1"));
  t.same(bench.present(rfid("a1")), [], "while it is validated, in any case");
  bench.answer(result("Accepted"));
  t.same(bench.present(rfid("A1")), [], "while its transaction has not started");
  t.same(
    bench.present({ id_token: { value: "A1", type: "Central" }, authorization_type: "OCPP" }),
    ["A1 Processing", "ask 0 about A1"],
    "another type is another token",
  );
});

t.test("presenting the token again", async (t) => {
  const cases: { title: string; reswipe: boolean; type: "RFID" | "OCPP" | "Autocharge"; expected: string[] }[] = [
    { title: "stops", reswipe: true, type: "RFID", expected: ["stop 1 Local a1", "a1 UsedToStop @1"] },
    { title: "only when configured", reswipe: false, type: "RFID", expected: ["a1 UsedToReauthorize @1"] },
    { title: "only RFID", reswipe: true, type: "OCPP", expected: ["a1 Rejected"] },
    { title: "not autocharge", reswipe: true, type: "Autocharge", expected: ["a1 Rejected"] },
  ];
  for (const { title, reswipe, type, expected } of cases) {
    const bench = new AuthBench({ stopTransactionOnReswipe: reswipe });
    bench.charging(rfid("A1"));
    t.same(bench.present(rfid("a1", { authorization_type: type })), ["a1 Processing", ...expected], title);
  }
});

t.test("the stop tells whose token it was", async (t) => {
  const bench = new AuthBench();
  bench.charging(rfid("A1"));
  const [, stop] = bench.post({ type: "tokenProvided", token: rfid("A1") });
  t.match(stop, { type: "stopTransaction", evseId: 1, reason: "Local", idTag: rfid("A1") });
});

t.test("a token whose value is the parent of a running transaction stops it", async (t) => {
  const bench = new AuthBench({ evses: 2 });
  bench.charging(rfid("A1"), 1, result("Accepted", { parent_id_token: group("FLEET") }));
  t.same(bench.present(rfid("fleet")), ["fleet Processing", "stop 1 Local fleet", "fleet UsedToStop @1"]);
});

t.test("another token of the group", async (t) => {
  const inGroup = result("Accepted", { parent_id_token: group("FLEET") });
  const cases: { title: string; evses: number; prioritize: boolean; expected: string[] }[] = [
    {
      title: "stops when no EVSE is free",
      evses: 1,
      prioritize: true,
      expected: ["stop 1 Local B2", "B2 UsedToStop @1"],
    },
    {
      title: "starts when one is free",
      evses: 2,
      prioritize: true,
      expected: ["B2 Accepted", "tell 2 B2 Accepted", "B2 UsedToStart @2"],
    },
    {
      title: "stops all the same when starting has no priority",
      evses: 2,
      prioritize: false,
      expected: ["stop 1 Local B2", "B2 UsedToStop @1"],
    },
  ];
  for (const { title, evses, prioritize, expected } of cases) {
    const bench = new AuthBench({ evses, prioritizeAuthorizationOverStoppingTransaction: prioritize });
    bench.charging(rfid("A1"), 1, inGroup);
    t.same(bench.present(rfid("B2")), ["B2 Processing", "ask 0 about B2"]);
    t.same(bench.answer(inGroup), expected, title);
  }

  const pending = new AuthBench();
  pending.present(rfid("A1"));
  pending.answer(inGroup);
  pending.present(rfid("B2"));
  t.same(pending.answer(inGroup), [], "an authorisation without transaction is not stopped");
});

t.test("master pass", async (t) => {
  const master = result("Accepted", { parent_id_token: group("master") });
  const bench = new AuthBench({ evses: 3, masterPassGroupId: "MASTER" });
  bench.charging(rfid("A1"), 1);
  bench.charging(rfid("B2"), 3);
  bench.present(rfid("M"));
  t.same(bench.answer(master), ["M Rejected"], "it starts nothing");
  bench.charging(rfid("C3"), 2);
  t.same(bench.present(rfid("M")), ["M Processing", "ask 0 about M"]);
  t.same(bench.answer(master), [
    "stop 1 MasterPass M",
    "stop 2 MasterPass M",
    "stop 3 MasterPass M",
    "M UsedToStop @1, @2, @3",
  ]);
  bench.post({ type: "masterPassGroupSet", groupId: "" });
  t.same(bench.present(rfid("M")), ["M Processing", "M Rejected"], "switched off");

  const done = new AuthBench({ evses: 2, masterPassGroupId: "MASTER" });
  done.charging(rfid("A1"), 1);
  done.charging(rfid("B2"), 2);
  done.session("TransactionFinished", 2);
  done.present(rfid("M"));
  t.same(done.answer(master), ["stop 1 MasterPass M", "M UsedToStop @1"], "there is nothing to stop at EVSE 2");
});

t.test("no EVSE to be had", async (t) => {
  const cases: { title: string; token?: ReturnType<typeof rfid>; before: (bench: AuthBench) => void }[] = [
    { title: "occupied", before: (bench) => bench.charging(rfid("OTHER")) },
    { title: "disabled", before: (bench) => bench.session("Disabled") },
    { title: "unknown", token: rfid("A1", { connectors: [2] }), before: () => {} },
    {
      title: "faulted",
      before: (bench) =>
        bench.post({ type: "faultReported", evseId: 1, action: "raise", fault: "evse_manager/Inoperative" }),
    },
    {
      title: "disabled and faulted",
      before: (bench) => {
        bench.session("Disabled");
        bench.post({ type: "faultReported", evseId: 1, action: "raise", fault: "evse_manager/Inoperative" });
      },
    },
  ];
  for (const { title, token = rfid("A1"), before } of cases) {
    const bench = new AuthBench();
    before(bench);
    t.same(bench.present(token).at(-1)?.replace(/ @.*/, ""), "A1 Rejected", title);
  }

  const taken = new AuthBench();
  taken.present(rfid("A1"));
  taken.session("Disabled");
  t.same(taken.answer(result("Accepted")), ["A1 Rejected"], "gone while the token was validated");
});

t.test("two tokens at once take two EVSEs, a third none", async (t) => {
  const bench = new AuthBench({ evses: 2 });
  for (const value of ["A1", "B2", "C3"]) bench.present(rfid(value));
  t.same(bench.answer(result("Accepted"), 2), ["B2 Accepted", "tell 1 B2 Accepted", "B2 UsedToStart @1"]);
  t.same(bench.answer(result("Accepted"), 1), ["A1 Accepted", "tell 2 A1 Accepted", "A1 UsedToStart @2"]);
  t.same(bench.answer(result("Accepted"), 3), ["C3 Rejected"]);
});

t.test("faults", async (t) => {
  const raise = { type: "faultReported", evseId: 1, action: "raise", fault: "evse_manager/Inoperative" } as const;
  const bench = new AuthBench();
  bench.post({ ...raise, fault: "evse_manager/MREC9AuthorizationTimeout" });
  t.same(bench.state.evses[0]?.connectors, ["AVAILABLE"], "only Inoperative counts");
  bench.post(raise);
  t.same(bench.state.evses[0]?.connectors, ["FAULTED"]);
  bench.post({ ...raise, action: "clear" });
  t.same(bench.state.evses[0]?.connectors, ["AVAILABLE"]);

  const ignoring = new AuthBench({ ignoreConnectorFaults: true });
  ignoring.post(raise);
  t.same(ignoring.state.evses[0]?.connectors, ["AVAILABLE"], "ignore_connector_faults");
});

t.test("an authorisation lasts for the connection time-out", async (t) => {
  const bench = new AuthBench({ connectionTimeoutS: 30 });
  bench.nowMs = 1000;
  bench.present(rfid("A1"));
  bench.answer(result("Accepted"));
  t.equal(bench.machine.deadlineMs(bench.state), 31_000);
  t.same(bench.at(30_999), [], "one millisecond before");
  t.same(bench.at(31_000), ["withdraw 1", "A1 TimedOut @1"]);
  t.equal(bench.state.evses[0]?.identifier, null);
  t.equal(bench.machine.deadlineMs(bench.state), null);
  t.same(bench.at(31_001), [], "one millisecond after, nothing is left to end");

  const charging = new AuthBench({ connectionTimeoutS: 30 });
  charging.charging(rfid("A1"));
  t.equal(charging.machine.deadlineMs(charging.state), null, "a transaction ends it");

  const longer = new AuthBench({ connectionTimeoutS: 30 });
  longer.post({ type: "connectionTimeoutSet", seconds: 300 });
  longer.present(rfid("A1"));
  longer.answer(result("Accepted"));
  t.equal(longer.machine.deadlineMs(longer.state), 300_000, "set_connection_timeout");
});

t.test("a validator that does not answer", async (t) => {
  const { validatorAnswerMs } = authTiming;
  const bench = new AuthBench({ validators: 2 });
  bench.present(rfid("A1"));
  const first = bench.state.lastRequestId;
  t.equal(bench.machine.deadlineMs(bench.state), 125_000);
  t.same(bench.at(validatorAnswerMs - 1), []);
  t.same(bench.at(validatorAnswerMs), ["ask 1 about A1"]);
  t.same(bench.answer(result("Accepted"), first), [], "a late answer counts for nothing");
  t.same(bench.at(2 * validatorAnswerMs), ["A1 TimedOut"]);

  const rescued = new AuthBench({ validators: 2 });
  rescued.present(rfid("A1"));
  rescued.at(validatorAnswerMs);
  t.same(rescued.answer(result("Accepted")), ["A1 Accepted", "tell 1 A1 Accepted", "A1 UsedToStart @1"]);

  const promised = new AuthBench({ validators: 2 }).reserved(7, { parent_id_token: "G" });
  promised.present(rfid("A1"));
  promised.at(validatorAnswerMs);
  t.same(
    promised.answer(result("Accepted")),
    ["A1 Accepted", "tell 1 A1 NotAtThisTime", "A1 Rejected"],
    "one who did answer turned it down: no time-out",
  );
});

t.test("withdrawal", async (t) => {
  const withdraw = (bench: AuthBench, request: object): string[] =>
    bench.post({ type: "withdrawalRequested", replyId: 4, request }).map(line);
  const authorized = (): AuthBench => {
    const bench = new AuthBench({ evses: 3 });
    bench.charging(rfid("A1"), 1);
    bench.present(rfid("B2", { connectors: [2] }));
    bench.answer(result("Accepted"));
    return bench;
  };
  const cases: { title: string; request: object; expected: string[] }[] = [
    { title: "unknown EVSE", request: { evse_id: 9 }, expected: ["answer 4 EvseNotFound"] },
    { title: "EVSE without", request: { evse_id: 3 }, expected: ["answer 4 AuthorizationNotFound"] },
    { title: "authorised", request: { evse_id: 2 }, expected: ["withdraw 2", "B2 Withdrawn @2", "answer 4 Accepted"] },
    { title: "charging", request: { evse_id: 1 }, expected: ["stop 1 DeAuthorized -", "answer 4 Accepted"] },
    {
      title: "token",
      request: { id_token: { value: "b2", type: "ISO14443" } },
      expected: ["withdraw 2", "B2 Withdrawn @2", "answer 4 Accepted"],
    },
    {
      title: "token of another type",
      request: { id_token: { value: "B2", type: "Central" } },
      expected: ["answer 4 AuthorizationNotFound"],
    },
    {
      title: "token at another EVSE",
      request: { evse_id: 1, id_token: { value: "B2", type: "ISO14443" } },
      expected: ["answer 4 AuthorizationNotFound"],
    },
    {
      title: "all",
      request: {},
      expected: ["stop 1 DeAuthorized -", "withdraw 2", "B2 Withdrawn @2", "answer 4 Accepted"],
    },
  ];
  for (const { title, request, expected } of cases) t.same(withdraw(authorized(), request), expected, title);

  const validating = new AuthBench();
  validating.present(rfid("A1"));
  t.same(withdraw(validating, { evse_id: 1 }), ["A1 Withdrawn", "answer 4 Accepted"], "while it is validated");
  t.same(validating.answer(result("Accepted")), [], "the answer then counts for nothing");

  const elsewhere = new AuthBench({ evses: 2 });
  elsewhere.present(rfid("A1", { connectors: [1] }));
  t.same(withdraw(elsewhere, { evse_id: 2 }), ["answer 4 AuthorizationNotFound"], "it is not for that EVSE");
  t.equal(elsewhere.answer(result("Accepted")).at(-1), "A1 UsedToStart @1");
});

t.test("a validator changes its mind", async (t) => {
  const bench = new AuthBench();
  const update = { type: "validationUpdated", evseId: 1, result: result("Blocked", { parent_id_token: group("G") }) };
  t.same(bench.post(update as never).map(line), ["complain no_authorization_to_update"], "nothing to update");
  bench.charging(rfid("A1"));
  t.same(bench.post(update as never).map(line), ["A1 Accepted @1"]);
  t.equal(bench.state.evses[0]?.identifier?.status, "Blocked");
  t.equal(bench.state.evses[0]?.identifier?.parent?.value, "G");
});

t.test("tariff messages go out with Accepted", async (t) => {
  const bench = new AuthBench();
  bench.present(rfid("A1"));
  const effects = bench.post({
    type: "validatorAnswered",
    requestId: 1,
    result: result("Accepted", { tariff_messages: [{ content: "0.30 a kWh" }] }),
  });
  t.match(effects[0], { status: "Accepted", messages: [{ content: "0.30 a kWh" }] });
  t.notOk("messages" in (effects[2] ?? {}), "only with Accepted");
});

t.test("session events", async (t) => {
  const keepsAuthorization: Record<SessionEventName, boolean> = {
    Authorized: true,
    Deauthorized: false,
    Enabled: true,
    Disabled: true,
    SessionStarted: true,
    AuthRequired: true,
    TransactionStarted: true,
    PrepareCharging: true,
    ChargingStarted: true,
    ChargingPausedEV: true,
    ChargingPausedEVSE: true,
    StoppingCharging: true,
    ChargingFinished: true,
    TransactionFinished: false,
    SessionFinished: false,
    ReservationStart: true,
    ReservationEnd: true,
    PluginTimeout: true,
    SwitchingPhases: true,
    SessionResumed: true,
  };
  for (const name of sessionEventNames) {
    const bench = new AuthBench();
    bench.present(rfid("A1"));
    bench.answer(result("Accepted"));
    bench.session(name);
    t.equal(bench.state.evses[0]?.identifier !== null, keepsAuthorization[name], name);
    t.equal(bench.session(name, 7).length, 0, `${name} of an unknown EVSE`);
  }

  const bench = new AuthBench({ evses: 2 });
  bench.post({ type: "sessionChanged", evseId: 1, event: "SessionStarted", reason: "Authorized" });
  t.same(bench.state.plugIns, [], "a session without a car is no plug-in");
  bench.session("SessionStarted", 2);
  bench.session("SessionStarted", 2);
  t.same(bench.state.plugIns, [2], "one car waits once");
  bench.session("SessionFinished", 2);
  t.same(bench.state.plugIns, [], "gone");
});

t.test("where a car stands, whatever became of its authorisation", async (t) => {
  const timedOut = new AuthBench();
  timedOut.present(rfid("A1"));
  timedOut.answer(result("Accepted"));
  timedOut.session("SessionStarted");
  timedOut.at(30_000);
  t.same(timedOut.reserve(9, { evse_id: 1 }), ["answer 1 Occupied"], "plugged in when it was authorised already");

  const resumed = new AuthBench();
  resumed.fault();
  resumed.session("TransactionStarted");
  t.same(resumed.reserve(9, { evse_id: 1 }), ["answer 1 Occupied"], "a transaction of the run before, now broken");
});

t.test("an event that names no connector is about the first", async (t) => {
  const bench = new AuthBench().connectors(1, "cType2", "cType2");
  bench.post({ type: "sessionChanged", evseId: 1, event: "Disabled" });
  t.same(bench.state.evses[0]?.connectors, ["UNAVAILABLE", "AVAILABLE"]);
});

t.test("after a transaction the EVSE is free once the car is gone", async (t) => {
  const bench = new AuthBench();
  bench.charging(rfid("A1"));
  bench.session("TransactionFinished");
  t.same(bench.present(rfid("A1")), ["A1 Processing", "A1 Rejected"], "the car still stands there");
  bench.session("SessionFinished");
  t.same(bench.present(rfid("A1")), ["A1 Processing", "ask 0 about A1"]);

  const again = new AuthBench({ evses: 2 });
  again.charging(rfid("A1"), 2);
  again.session("TransactionFinished", 2);
  again.session("SessionFinished", 2);
  again.session("SessionStarted", 2);
  again.present(rfid("A1"));
  t.equal(again.answer(result("Accepted")).at(-1), "A1 UsedToStart @2", "and the next car there is a car again");
});
