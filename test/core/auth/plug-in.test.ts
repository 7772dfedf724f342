import t from "tap";
import { newEvse } from "../../../src/core/auth/evse.ts";
import { select, selectPlugged } from "../../../src/core/auth/selection.ts";
import { AuthBench, group, line, result, rfid } from "./auth-bench.ts";

const accepted = result("Accepted");
const withdraw = (bench: AuthBench, request: object): string[] =>
  bench.post({ type: "withdrawalRequested", replyId: 4, request }).map(line);

/** Accepted, and waits for a plug-in. */
function waiting(bench: AuthBench, ...values: string[]): AuthBench {
  for (const value of values) {
    bench.present(rfid(value));
    bench.answer(accepted);
  }
  return bench;
}

t.test("who is chosen", async (t) => {
  const cases: {
    algorithm: "FindFirst" | "PlugEvents" | "PlugEventsLIFO";
    plugged: number[];
    chosen: number | null;
  }[] = [
    { algorithm: "FindFirst", plugged: [], chosen: 1 },
    { algorithm: "FindFirst", plugged: [3, 2], chosen: 3 },
    { algorithm: "PlugEvents", plugged: [3, 2], chosen: 3 },
    { algorithm: "PlugEventsLIFO", plugged: [3, 2], chosen: 2 },
    { algorithm: "PlugEvents", plugged: [], chosen: null },
    { algorithm: "PlugEventsLIFO", plugged: [], chosen: null },
  ];
  for (const { algorithm, plugged, chosen } of cases) {
    const bench = new AuthBench({ evses: 3, selectionAlgorithm: algorithm });
    for (const id of plugged) bench.session("SessionStarted", id);
    bench.present(rfid("A1"));
    t.same(
      bench.answer(accepted),
      chosen === null ? ["A1 Accepted"] : ["A1 Accepted", `tell ${chosen} A1 Accepted`, `A1 UsedToStart @${chosen}`],
      `${algorithm} ${plugged}`,
    );
  }
});

t.test("the only candidate is chosen at once, without a car", async (t) => {
  for (const selectionAlgorithm of ["FindFirst", "PlugEvents", "PlugEventsLIFO", "UserInput"] as const) {
    const bench = new AuthBench({ evses: 2, selectionAlgorithm });
    bench.present(rfid("A1", { connectors: [2] }));
    t.equal(bench.answer(accepted).at(-1), "A1 UsedToStart @2", selectionAlgorithm);
  }
});

t.test("of several cars the one that the algorithm asks for ends the waiting", async (t) => {
  const candidates = [1, 2, 3].map((id) => newEvse(id));
  t.equal(selectPlugged("PlugEvents", candidates, [3, 2])?.id, 3, "the first");
  t.equal(selectPlugged("PlugEventsLIFO", candidates, [3, 2])?.id, 2, "the last");
  t.equal(selectPlugged("PlugEventsLIFO", candidates, [])?.id, undefined, "no car");
  t.equal(select("FindFirst", [], [3, 2]), "none", "no candidate");
});

t.test("UserInput has nobody to ask", async (t) => {
  const bench = new AuthBench({ evses: 2, selectionAlgorithm: "UserInput" });
  bench.session("SessionStarted", 1);
  bench.present(rfid("A1"));
  t.same(bench.answer(accepted), ["A1 Accepted", "complain user_input_needed", "A1 Rejected"]);
});

t.test("the next plug-in tells", async (t) => {
  const bench = waiting(new AuthBench({ evses: 3, selectionAlgorithm: "PlugEvents" }), "A1");
  t.same(bench.present(rfid("A1")), [], "it is under way");
  t.same(bench.session("SessionStarted", 2), ["tell 2 A1 Accepted", "A1 UsedToStart @2"]);
  t.same(bench.state.inProcess, []);
  t.same(bench.state.plugIns, []);
});

t.test("several tokens wait: the first gets the first car", async (t) => {
  for (const selectionAlgorithm of ["PlugEvents", "PlugEventsLIFO"] as const) {
    const bench = waiting(new AuthBench({ evses: 3, selectionAlgorithm }), "A1", "B2");
    t.same(bench.session("SessionStarted", 3), ["tell 3 A1 Accepted", "A1 UsedToStart @3"]);
    t.same(bench.session("SessionStarted", 1), ["tell 1 B2 Accepted", "B2 UsedToStart @1"]);
  }
});

t.test("a car where the token is not for stays for somebody else", async (t) => {
  const bench = new AuthBench({ evses: 3, selectionAlgorithm: "PlugEvents" });
  bench.present(rfid("A1", { connectors: [1, 2] }));
  bench.answer(accepted);
  t.same(bench.session("SessionStarted", 3), []);
  t.same(bench.session("SessionStarted", 2), ["tell 2 A1 Accepted", "A1 UsedToStart @2"]);
  bench.present(rfid("B2"));
  t.equal(bench.answer(accepted).at(-1), "B2 UsedToStart @3");
});

t.test("a car plugged in at an EVSE that is freed later", async (t) => {
  const bench = waiting(new AuthBench({ evses: 3, selectionAlgorithm: "PlugEvents" }), "A1");
  bench.fault(1);
  t.same(bench.session("SessionStarted", 1), [], "broken: it is no candidate");
  t.same(bench.fault(1, "clear"), ["tell 1 A1 Accepted", "A1 UsedToStart @1"]);
});

t.test("nobody plugs in", async (t) => {
  const bench = waiting(new AuthBench({ evses: 2, selectionAlgorithm: "PlugEvents", connectionTimeoutS: 30 }), "A1");
  t.equal(bench.machine.deadlineMs(bench.state), 30_000);
  t.same(bench.at(29_999), []);
  t.same(bench.at(30_000), ["A1 TimedOut"]);
  t.equal(bench.machine.deadlineMs(bench.state), null);
  t.same(bench.session("SessionStarted", 1), [], "too late");
});

t.test("withdrawn while it waits", async (t) => {
  const cases: [object, string[]][] = [
    [{}, ["A1 Withdrawn", "B2 Withdrawn", "answer 4 Accepted"]],
    [{ evse_id: 2 }, ["A1 Withdrawn", "B2 Withdrawn", "answer 4 Accepted"]],
    [{ id_token: { value: "a1", type: "ISO14443" } }, ["A1 Withdrawn", "answer 4 Accepted"]],
    [{ id_token: { value: "A1", type: "Central" } }, ["answer 4 AuthorizationNotFound"]],
    [{ evse_id: 9 }, ["answer 4 EvseNotFound"]],
  ];
  for (const [request, expected] of cases) {
    const bench = waiting(new AuthBench({ evses: 2, selectionAlgorithm: "PlugEvents" }), "A1", "B2");
    t.same(withdraw(bench, request), expected, JSON.stringify(request));
  }
});

t.test("a car that comes where the token may not charge", async (t) => {
  const bench = new AuthBench({ evses: 3, validators: 2, selectionAlgorithm: "PlugEvents" }).reserved(7, {
    evse_id: 2,
  });
  bench.present(rfid("A1"));
  bench.answer(accepted);
  t.same(bench.answer(result("Accepted", { parent_id_token: group("G") })), ["A1 Accepted"]);
  t.same(
    bench.session("SessionStarted", 2),
    ["tell 2 A1 NotAtThisTime", "A1 Accepted", "tell 2 A1 NotAtThisTime", "A1 Rejected"],
    "the next result has its turn, with the car that is there",
  );
  const single = new AuthBench({ evses: 3, selectionAlgorithm: "PlugEvents" }).reserved(7, { evse_id: 2 });
  waiting(single, "A1");
  t.same(single.session("SessionStarted", 2), ["tell 2 A1 NotAtThisTime", "A1 Rejected"]);

  const named = new AuthBench({ evses: 3, selectionAlgorithm: "PlugEvents" }).reserved(7, { evse_id: 2 });
  named.present(rfid("A1", { connectors: [1, 2] }));
  named.answer(accepted);
  t.same(
    named.session("SessionStarted", 2).slice(0, -1),
    ["tell 2 A1 NotAtThisTime", "tell 1 A1 NotAtThisTime", "tell 2 A1 NotAtThisTime"],
    "every EVSE it names hears of it",
  );
});

t.test("plug_in_timeout_enabled", async (t) => {
  const anew = (more = {}): AuthBench =>
    new AuthBench({ evses: 2, plugInTimeoutEnabled: true, connectionTimeoutS: 30, ...more });
  const bench = anew();
  bench.nowMs = 1000;
  bench.session("SessionStarted", 1);
  t.equal(bench.machine.deadlineMs(bench.state), 31_000);
  t.same(bench.at(30_999), []);
  t.same(bench.at(31_000), ["withdraw 1"]);
  t.same(bench.state.plugIns, []);
  t.equal(bench.machine.deadlineMs(bench.state), null);
  t.equal(bench.present(rfid("A1", { connectors: [1] })).at(-1), "A1 Rejected @1", "it has to be plugged in again");
  bench.session("SessionFinished", 1);
  bench.session("SessionStarted", 1);
  t.equal(bench.present(rfid("A1", { connectors: [1] })).at(-1), "ask 0 about A1");

  const only = anew({ evses: 1 });
  only.session("SessionStarted");
  t.equal(only.machine.deadlineMs(only.state), null, "not with a single EVSE");
  const off = anew({ plugInTimeoutEnabled: false });
  off.session("SessionStarted");
  t.equal(off.machine.deadlineMs(off.state), null, "not unless asked for");

  const ends: { title: string; end: (bench: AuthBench) => void; deadlineMs: number | null }[] = [
    {
      title: "an authorisation has a time of its own",
      end: (b) => {
        b.present(rfid("A1"));
        b.answer(accepted);
      },
      deadlineMs: 40_000,
    },
    { title: "a transaction", end: (b) => void b.session("TransactionStarted"), deadlineMs: null },
    { title: "the end of the session", end: (b) => void b.session("SessionFinished"), deadlineMs: null },
    { title: "Deauthorized", end: (b) => void b.session("Deauthorized"), deadlineMs: null },
    { title: "nothing else", end: (b) => void b.session("AuthRequired"), deadlineMs: 30_000 },
  ];
  for (const { title, end, deadlineMs } of ends) {
    const stopped = anew();
    stopped.session("SessionStarted");
    stopped.nowMs = 10_000;
    end(stopped);
    t.equal(stopped.machine.deadlineMs(stopped.state), deadlineMs, title);
  }
});

t.test("set_connection_timeout takes 10 to 300 seconds", async (t) => {
  for (const [seconds, lifetimeMs] of [
    [9, 30_000],
    [10, 10_000],
    [300, 300_000],
    [301, 30_000],
    [Number.NaN, 30_000],
  ] as const) {
    const bench = new AuthBench({ connectionTimeoutS: 30 });
    const lines = bench.post({ type: "connectionTimeoutSet", seconds }).map(line);
    t.same(lines, lifetimeMs === 30_000 ? ["complain connection_timeout_out_of_bounds"] : [], `${seconds} s`);
    t.equal(bench.state.connectionTimeoutMs, lifetimeMs);
  }
});

t.test("the connectors of an EVSE", async (t) => {
  const bench = new AuthBench({ evses: 2 });
  bench.session("Disabled", 1, 1);
  const connectors = [{ id: 2, type: "cCCS2" }, { id: 1 }];
  bench.post({ type: "connectorsReported", evseId: 1, connectors });
  t.same(bench.state.evses[0]?.connectors, ["UNAVAILABLE", "AVAILABLE"], "what was known of one stays");
  t.same(bench.state.evses[0]?.connectorTypes, ["Unknown", "cCCS2"]);
  const before = bench.state;
  bench.post({ type: "connectorsReported", evseId: 2, connectors: [] });
  bench.post({ type: "connectorsReported", evseId: 3, connectors });
  bench.post({ type: "evseReady", evseId: 3, ready: true });
  t.same(bench.state, before, "nothing to be learnt");
});
