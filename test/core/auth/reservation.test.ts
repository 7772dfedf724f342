import t from "tap";
import type { Reservation, ReservationQuery } from "../../../src/core/auth/reservation.ts";
import { authTiming } from "../../../src/core/auth/timing.ts";
import { AuthBench, group, line, reservation, result, rfid, timeAt } from "./auth-bench.ts";

const off = (bench: AuthBench, evseId = 1, connectorId = 1): void => {
  bench.session("Disabled", evseId, connectorId);
};

/** The session at the second connector has ended, the first one is still in use. */
const busyBeside = (bench: AuthBench): void => {
  bench.connectors(1, "cType2", "cCCS2");
  bench.session("TransactionStarted", 1, 1);
  bench.session("SessionFinished", 1, 2);
};

t.test("reserve_now: every result", async (t) => {
  const cases: {
    title: string;
    evses?: number;
    before?: (bench: AuthBench) => void;
    request?: Partial<Reservation> & { inS?: number };
    answer: string;
  }[] = [
    { title: "any EVSE", answer: "Accepted" },
    { title: "expired", request: { inS: -0.001 }, answer: "Rejected" },
    { title: "expires this instant", request: { inS: 0 }, answer: "Accepted" },
    { title: "no time", request: { expiry_time: "soon" }, answer: "Rejected" },
    { title: "unknown EVSE", request: { evse_id: 3 }, answer: "Rejected" },
    { title: "EVSE 0", request: { evse_id: 0 }, answer: "Rejected" },
    {
      title: "reserved EVSE",
      before: (b) => b.reserved(1, { evse_id: 1 }),
      request: { evse_id: 1 },
      answer: "Occupied",
    },
    {
      title: "no such connector there",
      before: (b) => b.connectors(1, "cCCS2").connectors(2, "cType2"),
      request: { evse_id: 1, connector_type: "cType2" },
      answer: "Rejected",
    },
    {
      title: "no such connector anywhere",
      before: (b) => b.connectors(1, "cCCS2").connectors(2, "cType2"),
      request: { connector_type: "cG105" },
      answer: "Rejected",
    },
    {
      title: "a connector of unknown type fits",
      before: (b) => b.connectors(1, "cCCS2"),
      request: { connector_type: "cG105" },
      answer: "Accepted",
    },
    {
      title: "a car there",
      before: (b) => b.session("SessionStarted", 1),
      request: { evse_id: 1 },
      answer: "Occupied",
    },
    { title: "charging there", before: (b) => b.charging(rfid("X")), request: { evse_id: 1 }, answer: "Occupied" },
    {
      title: "somebody on the way there",
      before: (b) => {
        b.present(rfid("X", { connectors: [1] }));
        b.answer(result("Accepted"));
      },
      request: { evse_id: 1 },
      answer: "Occupied",
    },
    {
      title: "broken with a car on it",
      before: (b) => {
        b.session("TransactionStarted", 1);
        b.fault();
        // The car's own EVSE forgets the plug; its connector does not.
        b.state = { ...b.state, evses: b.state.evses.map((evse) => ({ ...evse, pluggedIn: false })) };
      },
      request: { evse_id: 1 },
      answer: "Faulted",
    },
    { title: "broken", before: (b) => b.fault(), request: { evse_id: 1 }, answer: "Faulted" },
    { title: "disabled", before: (b) => off(b), request: { evse_id: 1 }, answer: "Unavailable" },
    {
      title: "disabled and broken",
      before: (b) => {
        off(b);
        b.fault();
      },
      request: { evse_id: 1 },
      answer: "Faulted",
    },
    {
      title: "one of two connectors is left",
      before: (b) => {
        b.connectors(1, "cType2", "cType2");
        off(b, 1, 1);
      },
      request: { evse_id: 1, connector_type: "cType2" },
      answer: "reserve",
    },
    { title: "all promised", before: (b) => b.reserved(1).reserved(2), answer: "Occupied" },
    {
      title: "all promised to any EVSE",
      before: (b) => b.reserved(1).reserved(2),
      request: { evse_id: 2 },
      answer: "Occupied",
    },
    {
      title: "the only EVSE of a type is promised",
      before: (b) => b.connectors(1, "cCCS2").connectors(2, "cType2").reserved(1, { connector_type: "cCCS2" }),
      request: { evse_id: 1, connector_type: "cCCS2" },
      answer: "Occupied",
    },
    { title: "a car stands at the only one", evses: 1, before: (b) => b.session("SessionStarted"), answer: "Occupied" },
    {
      title: "no such connector there, where a car stands",
      before: (b) => b.connectors(1, "cCCS2").session("SessionStarted", 1),
      request: { evse_id: 1, connector_type: "cType2" },
      answer: "Rejected",
    },
    {
      title: "no such connector anywhere, and others are promised",
      before: (b) => b.connectors(1, "cCCS2").connectors(2, "cType2").reserved(1, { connector_type: "cCCS2" }),
      request: { connector_type: "cG105" },
      answer: "Rejected",
    },
    { title: "another connector of the only EVSE is occupied", evses: 1, before: busyBeside, answer: "Occupied" },
    {
      title: "another connector there is occupied",
      before: busyBeside,
      request: { evse_id: 1, connector_type: "cCCS2" },
      answer: "Occupied",
    },
    {
      title: "another connector there is broken with a car on it",
      before: (b) => {
        busyBeside(b);
        b.fault();
      },
      request: { evse_id: 1, connector_type: "cCCS2" },
      answer: "Faulted",
    },
    {
      title: "one broken, one disabled",
      before: (b) => {
        b.fault(1);
        off(b, 2);
      },
      answer: "Faulted",
    },
    {
      title: "a car at one, the other disabled",
      before: (b) => {
        b.session("SessionStarted", 1);
        off(b, 2);
      },
      answer: "Occupied",
    },
    { title: "all broken", evses: 1, before: (b) => b.fault(), answer: "Faulted" },
    { title: "all disabled", evses: 1, before: (b) => off(b), answer: "Unavailable" },
  ];
  for (const { title, evses = 2, before, request = {}, answer } of cases) {
    const bench = new AuthBench({ evses });
    before?.(bench);
    const lines = bench.reserve(9, request).filter((text) => !text.startsWith("reserve ") || answer === "reserve");
    t.match(lines.at(-1), answer === "reserve" ? "reserve 1 9" : `answer 1 ${answer}`, title);
  }
});

t.test("a reservation of any EVSE is placed at once", async (t) => {
  const bench = new AuthBench({ evses: 3 });
  t.same(bench.reserve(7), ["reservation 7 Placed", "answer 1 Accepted"]);
  t.same(bench.held, ["7"]);
});

t.test("one of one EVSE is placed when that EVSE agrees", async (t) => {
  const bench = new AuthBench({ evses: 2 });
  t.same(bench.reserve(7, { evse_id: 2 }), ["reserve 2 7"]);
  t.same(bench.evseSays(true), ["reservation 7 Placed", "answer 1 Accepted"]);
  t.same(bench.held, ["7@2"]);
  t.same(bench.evseSays(true), [], "an answer counts once");

  t.same(bench.reserve(8, { evse_id: 1 }), ["reserve 1 8"]);
  t.same(bench.evseSays(false), ["answer 1 Rejected"]);
  t.same(bench.held, ["7@2"], "an EVSE that refuses is not reserved");

  const both = new AuthBench({ evses: 2 });
  both.reserve(7, { evse_id: 1 });
  both.reserve(8, { evse_id: 2 });
  t.same(both.evseSays(true), ["reservation 8 Placed", "answer 1 Accepted"], "each answers for itself");
});

t.test("an update names the EVSE of a reservation that has one", async (t) => {
  const updates = (bench: AuthBench): unknown[] =>
    bench.post({ type: "deadlineReached" }).flatMap((effect) => (effect.type === "reservationUpdate" ? [effect] : []));
  const bench = new AuthBench({ evses: 3 }).reserved(1, { evse_id: 2, inS: 1 }).reserved(2, { inS: 1 });
  bench.nowMs = 1000;
  t.strictSame(updates(bench), [
    { type: "reservationUpdate", reservationId: 1, status: "Expired", evseId: 2 },
    { type: "reservationUpdate", reservationId: 2, status: "Expired" },
  ]);
});

t.test("an EVSE that does not answer", async (t) => {
  const { evseAnswerMs } = authTiming;
  const bench = new AuthBench({ evses: 2 });
  bench.reserve(7, { evse_id: 2 });
  t.equal(bench.machine.deadlineMs(bench.state), 5000);
  t.same(bench.at(evseAnswerMs - 1), []);
  t.same(bench.at(evseAnswerMs), ["cancel 2", "answer 1 Rejected"], "it may still agree: taken back");
  t.same(bench.held, []);
  t.same(bench.evseSays(true), []);
});

t.test("the same number again", async (t) => {
  const anew = (): AuthBench => new AuthBench({ evses: 3 }).reserved(7, { evse_id: 1 });
  t.same(anew().reserve(7, { evse_id: 1 }), ["reserve 1 7"], "same EVSE: it stays reserved");
  t.same(anew().reserve(7, { evse_id: 2 }), ["cancel 1", "reserve 2 7"], "another EVSE");
  t.same(anew().reserve(7), ["cancel 1", "reservation 7 Placed", "answer 1 Accepted"], "any EVSE");
  const failing = anew();
  t.same(failing.reserve(7, { evse_id: 9 }), ["cancel 1", "answer 1 Rejected"], "the old one goes in any case");
  t.same(failing.held, []);
  const expired = anew();
  t.same(expired.reserve(7, { inS: -1 }), ["answer 1 Rejected"]);
  t.same(expired.held, ["7@1"], "but not for one that is over before it begins");
  const refused = anew();
  refused.reserve(7, { evse_id: 1 });
  t.same(refused.evseSays(false), ["cancel 1", "answer 1 Rejected"], "what it showed before ends");
  const twice = new AuthBench({ evses: 3 });
  twice.reserve(7, { evse_id: 1 });
  t.same(
    twice.reserve(7, { evse_id: 2 }),
    ["answer 1 Rejected", "cancel 1", "reserve 2 7"],
    "while the first is asked",
  );
});

t.test("expiry", async (t) => {
  const bench = new AuthBench({ evses: 3 });
  bench.nowMs = 500;
  bench.reserved(1, { evse_id: 2, inS: 60 }).reserved(2, { inS: 70 });
  t.equal(bench.machine.deadlineMs(bench.state), 60_500);
  t.same(bench.at(60_499), []);
  t.same(bench.at(60_500), ["cancel 2", "reservation 1 Expired"]);
  t.same(bench.at(70_500), ["reservation 2 Expired"]);
  t.equal(bench.machine.deadlineMs(bench.state), null);
  t.same(bench.at(70_501), []);

  const late = new AuthBench({ evses: 3 }).reserved(1, { evse_id: 2, inS: 1 }).reserved(2, { inS: 2 });
  t.same(late.at(5000), ["cancel 2", "reservation 1 Expired", "reservation 2 Expired"], "a late timer finds all");
  const asked = new AuthBench({ evses: 3 });
  asked.reserve(1, { evse_id: 2, inS: 1 });
  t.same(asked.at(1000), ["cancel 2", "answer 1 Rejected"], "before its EVSE has agreed: never placed");
});

t.test("expiry goes by the clock on the wall at the moment of the request", async (t) => {
  const bench = new AuthBench({ evses: 3 });
  bench.nowMs = 10_000;
  const request = reservation(1, { expiry_time: "2026-01-01T01:00:00+01:00" });
  // 2025-12-31T23:59:30Z: half a minute before the expiry, whatever the monotonic clock shows.
  bench.post({ type: "reservationRequested", replyId: 1, request, wallMs: Date.UTC(2025, 11, 31, 23, 59, 30) });
  t.equal(bench.machine.deadlineMs(bench.state), 40_000);
});

t.test("cancel_reservation", async (t) => {
  const bench = new AuthBench({ evses: 3 }).reserved(1, { evse_id: 2 }).reserved(2);
  t.same(bench.cancelReservation(1), ["cancel 2", "answer 2 true"], "no update: whoever asked knows");
  t.same(bench.cancelReservation(1), ["answer 2 false"]);
  t.same(bench.cancelReservation(2), ["answer 2 true"]);
  bench.reserve(3, { evse_id: 1 });
  t.same(bench.cancelReservation(3), ["cancel 1", "answer 1 Rejected", "answer 2 true"], "while its EVSE is asked");
});

t.test("exists_reservation", async (t) => {
  const bench = new AuthBench({ evses: 4 })
    .reserved(1, { evse_id: 2, parent_id_token: "FLEET" })
    .reserved(2, { evse_id: 3 })
    .reserved(3, { parent_id_token: "CLUB" })
    .reserved(4);
  const cases: [ReservationQuery, string][] = [
    [{ id_token: "R4" }, "ReservedForToken"],
    [{ id_token: "R3" }, "ReservedForToken"],
    [{ id_token: "r3" }, "ReservedForToken"],
    [{ id_token: "X", group_id_token: "club" }, "ReservedForToken"],
    [{ id_token: "R1" }, "NotReserved"],
    [{ id_token: "X", group_id_token: "FLEET" }, "NotReserved"],
    [{ id_token: "R1", evse_id: 1 }, "NotReserved"],
    [{ id_token: "R1", evse_id: 2 }, "ReservedForToken"],
    [{ id_token: "X", evse_id: 2, group_id_token: "fleet" }, "ReservedForToken"],
    [{ id_token: "X", evse_id: 2, group_id_token: "OTHER" }, "ReservedForOtherToken"],
    [{ id_token: "X", evse_id: 2 }, "ReservedForOtherTokenAndHasParentToken"],
    [{ id_token: "X", evse_id: 3 }, "ReservedForOtherToken"],
    [{ id_token: "R2", evse_id: 3 }, "ReservedForToken"],
    [{ id_token: "R3", evse_id: 9 }, "NotReserved"],
  ];
  for (const [query, status] of cases) {
    const effects = bench.post({ type: "checkRequested", replyId: 5, query }).map(line);
    t.same(effects, [`answer 5 ${status}`], JSON.stringify(query));
  }
});

t.test("a token and the reservations", async (t) => {
  const inFleet = result("Accepted", { parent_id_token: group("FLEET") });
  const own = { evse_id: 1, id_token: "MINE" };
  const cases: {
    title: string;
    evses?: number;
    before: (bench: AuthBench) => void;
    token?: string;
    connectors?: number[];
    answer?: ReturnType<typeof result>;
    expected: string[];
  }[] = [
    {
      title: "its own EVSE",
      before: (b) => b.reserved(7, own),
      token: "mine",
      connectors: [1],
      expected: ["mine Accepted @1", "tell 1 mine Accepted 7", "mine UsedToStart @1"],
    },
    {
      title: "by its group",
      before: (b) => b.reserved(7, { ...own, parent_id_token: "fleet" }),
      connectors: [1],
      answer: inFleet,
      expected: ["X Accepted @1", "tell 1 X Accepted 7", "X UsedToStart @1"],
    },
    {
      title: "of another group",
      before: (b) => b.reserved(7, { ...own, parent_id_token: "CLUB" }),
      connectors: [1],
      answer: inFleet,
      expected: ["X Accepted @1", "tell 1 X NotAtThisTime", "tell 1 X NotAtThisTime", "X Rejected @1"],
    },
    {
      title: "one of any EVSE",
      before: (b) => b.reserved(7, { id_token: "MINE" }),
      token: "MINE",
      expected: ["MINE Accepted", "tell 1 MINE Accepted 7", "MINE UsedToStart"],
    },
    {
      title: "the older of two",
      evses: 3,
      before: (b) => b.reserved(7, { id_token: "MINE" }).reserved(6, { id_token: "MINE" }),
      token: "MINE",
      expected: ["MINE Accepted", "tell 1 MINE Accepted 7", "MINE UsedToStart"],
    },
    {
      title: "an EVSE reserved for another one does not look at reservations of any EVSE",
      evses: 3,
      before: (b) => b.reserved(7, { ...own, parent_id_token: "CLUB" }).reserved(8, { id_token: "X" }),
      connectors: [1],
      expected: ["X Accepted @1", "tell 1 X NotAtThisTime", "tell 1 X NotAtThisTime", "X Rejected @1"],
    },
    {
      title: "a place is left for a stranger",
      before: (b) => b.reserved(7),
      expected: ["X Accepted", "tell 1 X Accepted", "X UsedToStart"],
    },
    {
      title: "a stranger where everything is promised to a group",
      before: (b) => b.reserved(7, { parent_id_token: "FLEET" }).reserved(8),
      expected: ["X Accepted", "tell 1 X NotAtThisTime", "X Rejected"],
    },
  ];
  for (const { title, evses = 2, before, token = "X", connectors, answer = result("Accepted"), expected } of cases) {
    const bench = new AuthBench({ evses });
    before(bench);
    t.same(bench.present(rfid(token, connectors === undefined ? {} : { connectors })).at(-1), `ask 0 about ${token}`);
    const effects = bench.post({ type: "validatorAnswered", requestId: bench.state.lastRequestId, result: answer });
    const lines = effects.map((effect) => {
      const number = effect.type === "tellEvse" ? effect.result.reservation_id : undefined;
      return number === undefined ? line(effect) : `${line(effect)} ${number}`;
    });
    const named = expected.map((text) =>
      connectors === undefined ? text.replace(/UsedToStart$/, "UsedToStart @1") : text,
    );
    t.same(lines, named, title);
    if (named.some((text) => / \d$/.test(text) && text.startsWith("tell"))) {
      t.notOk(
        bench.state.reservations.some(({ reservation }) => reservation.reservation_id === 7),
        `${title}: used, without an update and without a word to the EVSE`,
      );
    }
  }
});

t.test("no validator is asked where nobody could say yes", async (t) => {
  const ask = (bench: AuthBench, more = {}): string | undefined => bench.present(rfid("X", more)).at(-1);
  const all = (): AuthBench => new AuthBench({ evses: 2 }).reserved(1).reserved(2);
  t.equal(ask(all()), "X Rejected", "everything is promised");
  t.equal(ask(new AuthBench({ evses: 2 }).reserved(1, { evse_id: 1 }), { connectors: [1] }), "X Rejected @1");
  t.equal(ask(new AuthBench({ evses: 2 }).reserved(1, { evse_id: 1 })), "ask 0 about X", "another EVSE is open");
  const grouped = new AuthBench({ evses: 2 }).reserved(1, { parent_id_token: "G" }).reserved(2);
  t.equal(ask(grouped), "ask 0 about X", "it may turn out to be of the group");
  t.equal(
    ask(all(), { parent_id_token: group("G") }),
    "X Rejected",
    "a group that a provider claims counts for nothing",
  );
  const rest = new AuthBench({ evses: 2 }).reserved(1, { evse_id: 1 }).reserved(2);
  t.equal(ask(rest, { connectors: [2] }), "X Rejected @2", "what is left is promised to somebody");
  const prevalidated = new AuthBench({ evses: 1 }).reserved(1, { parent_id_token: "G" });
  const token = rfid("X", { prevalidated: true, parent_id_token: group("G") });
  t.equal(prevalidated.present(token).at(-1), "X UsedToStart @1");
});

t.test("who is on the way with a reservation takes nobody else's place", async (t) => {
  const bench = new AuthBench({ evses: 2 }).reserved(1).reserved(2);
  bench.present(rfid("R1"));
  t.equal(bench.answer(result("Accepted")).at(-1), "R1 UsedToStart @1");
  bench.present(rfid("X"));
  t.same(bench.answer(result("Accepted")), ["X Accepted", "tell 2 X NotAtThisTime", "X Rejected"]);
  bench.present(rfid("R2"));
  t.equal(bench.answer(result("Accepted")).at(-1), "R2 UsedToStart @2");
});

t.test("a token says whether it used a reservation, and its EVSE need not have agreed to it", async (t) => {
  const bench = new AuthBench();
  bench.present(rfid("X"));
  const told = bench.post({ type: "validatorAnswered", requestId: 1, result: result("Accepted") });
  t.strictSame(
    told.flatMap((effect) => (effect.type === "tellEvse" ? [effect.result] : [])),
    [{ authorization_status: "Accepted", tariff_messages: [] }],
  );
  const early = new AuthBench();
  early.reserve(7, { evse_id: 1 });
  early.present(rfid("R7"));
  t.same(early.answer(result("Accepted")), [
    "R7 Accepted",
    "answer 1 Accepted",
    "tell 1 R7 Accepted",
    "R7 UsedToStart @1",
  ]);
});

t.test("the next validator may know better", async (t) => {
  const bench = new AuthBench({ evses: 1, validators: 2 }).reserved(7, { parent_id_token: "G" });
  bench.present(rfid("X"));
  bench.answer(result("Accepted"));
  t.same(bench.answer(result("Accepted", { parent_id_token: group("G") })), [
    "X Accepted",
    "tell 1 X NotAtThisTime",
    "X Accepted",
    "tell 1 X Accepted",
    "X UsedToStart @1",
  ]);
});

t.test("connectors that go take reservations with them", async (t) => {
  const three = (): AuthBench => new AuthBench({ evses: 3 });
  const cases: { title: string; bench: AuthBench; happens: (bench: AuthBench) => readonly string[]; held: string[] }[] =
    [
      {
        title: "disabled under its reservation",
        bench: three().reserved(1, { evse_id: 2 }).reserved(2, { evse_id: 3 }),
        happens: (b) => b.session("Disabled", 2),
        held: ["2@3"],
      },
      {
        title: "broken under its reservation",
        bench: three().reserved(1, { evse_id: 2 }),
        happens: (b) => b.fault(2),
        held: [],
      },
      {
        title: "another connector will do",
        bench: three().connectors(2, "cType2", "cType2").reserved(1, { evse_id: 2, connector_type: "cType2" }),
        happens: (b) => b.session("Disabled", 2, 1),
        held: ["1@2"],
      },
      {
        title: "the other connector is of another type",
        bench: three().connectors(2, "cType2", "cCCS2").reserved(1, { evse_id: 2, connector_type: "cType2" }),
        happens: (b) => b.session("Disabled", 2, 1),
        held: [],
      },
      {
        title: "the newest of any EVSE goes first",
        bench: three().reserved(5).reserved(6).reserved(4, { evse_id: 1 }),
        happens: (b) => b.session("Disabled", 3),
        held: ["5", "4@1"],
      },
      {
        title: "but only if it is the one that no longer fits",
        bench: three()
          .connectors(1, "A")
          .connectors(2, "B")
          .connectors(3, "B")
          .reserved(5, { connector_type: "A" })
          .reserved(6, { connector_type: "B" }),
        happens: (b) => b.session("Disabled", 1),
        held: ["6"],
      },
      {
        title: "a stranger charges",
        bench: three().reserved(5).reserved(6),
        happens: (b) => {
          b.session("TransactionStarted", 1);
          return b.session("TransactionStarted", 2);
        },
        held: ["5"],
      },
    ];
  for (const { title, bench, happens, held } of cases) {
    const before = bench.held.map((id) => id.replace(/@.*/, ""));
    const lines = happens(bench);
    t.same(bench.held, held, title);
    const gone = before.filter((id) => !held.some((kept) => kept.replace(/@.*/, "") === id));
    t.same(
      lines.filter((text) => text.startsWith("reservation")),
      gone.map((id) => `reservation ${id} Removed`),
      title,
    );
  }
});

t.test("several go at once in the order of the EVSEs", async (t) => {
  const bench = new AuthBench({ evses: 3 }).connectors(1, "A").connectors(2, "A");
  bench.reserved(1, { evse_id: 2, connector_type: "A" }).reserved(2, { evse_id: 1, connector_type: "A" });
  bench.connectors(1, "B").connectors(2, "B");
  t.same(bench.session("Enabled", 3), ["cancel 1", "reservation 2 Removed", "cancel 2", "reservation 1 Removed"]);
});

t.test("an EVSE ends its reservation itself", async (t) => {
  const bench = new AuthBench({ evses: 2 }).reserved(1, { evse_id: 2 });
  t.same(bench.session("ReservationEnd", 1), []);
  t.same(bench.session("ReservationEnd", 2), ["reservation 1 Removed"]);
  t.same(bench.held, []);

  bench.reserved(3, { evse_id: 2 });
  bench.cancelReservation(3);
  bench.reserve(4, { evse_id: 2 });
  t.same(bench.session("ReservationEnd", 2), [], "word of the one before does not end the next");
  t.same(bench.evseSays(true), ["reservation 4 Placed", "answer 1 Accepted"]);
});

t.test("EVSEs show as reserved when reservations of any EVSE need them", async (t) => {
  const bench = new AuthBench({ evses: 3 });
  t.same(bench.reserve(1), ["reservation 1 Placed", "answer 1 Accepted"], "three for one: none is needed yet");
  t.same(bench.reserve(2).slice(2), []);
  t.same(bench.reserve(3).slice(2), ["reserve 1 -1", "reserve 2 -1", "reserve 3 -1"], "all of them");
  t.same(bench.cancelReservation(3), ["answer 2 true", "cancel 1", "cancel 2", "cancel 3"]);
  t.same(bench.session("Disabled", 2), ["reserve 1 -1", "reserve 3 -1"]);
  t.same(bench.session("Enabled", 2), ["cancel 1", "cancel 3"]);
  bench.session("SessionStarted", 1);
  t.same(bench.session("TransactionStarted", 1), ["reserve 2 -1", "reserve 3 -1"]);
  t.same(bench.session("SessionFinished", 1), ["cancel 2", "cancel 3"]);
  t.same(bench.reserve(4, { evse_id: 1 }), ["reserve 1 4", "reserve 2 -1", "reserve 3 -1"], "the rest is needed");
  t.same(bench.evseSays(false, bench.state.lastRequestId - 2), ["answer 1 Rejected", "cancel 2", "cancel 3"]);
});

t.test("only EVSEs of the type that is scarce", async (t) => {
  const bench = new AuthBench({ evses: 3 }).connectors(1, "A").connectors(2, "B").connectors(3, "B");
  t.same(bench.reserve(1, { connector_type: "A" }).slice(2), ["reserve 1 -1"]);
  t.same(bench.reserve(2, { connector_type: "B" }).slice(2), [], "there is one more of B");
  t.same(bench.at(3_600_000), ["reservation 1 Expired", "reservation 2 Expired", "cancel 1"]);
});

t.test("what shows as reserved is looked at when section 6.4 says so, and by what it says", async (t) => {
  const bench = new AuthBench({ evses: 4 });
  off(bench, 4);
  bench.reserved(1).reserved(2);
  bench.session("SessionStarted", 1);
  bench.session("SessionStarted", 2);
  bench.present(rfid("R1"));
  t.same(bench.at(125_000), ["R1 TimedOut"], "not at any deadline");
  t.same(bench.reserve(9), ["answer 1 Occupied", "reserve 3 -1"], "nor one that is disabled");

  const many = new AuthBench({ evses: 3 }).connectors(1, "A").connectors(2, "A").connectors(3, "B");
  many.reserved(1, { connector_type: "A" }).reserved(2, { connector_type: "A" });
  many.session("SessionStarted", 1);
  t.same(
    many.reserve(9, { connector_type: "A" }),
    ["answer 1 Occupied", "cancel 1", "reserve 3 -1"],
    "as many as there are reservations: all of them",
  );
});

t.test("who takes an EVSE that shows as reserved for nobody in particular", async (t) => {
  /** Of both types one more could take the place of the car that is promised one. */
  const scarce = (): AuthBench => {
    const bench = new AuthBench({ evses: 3 }).connectors(1, "A").connectors(2, "B").connectors(3, "A", "B");
    bench.reserved(1, { connector_type: "A" }).reserved(2, { connector_type: "B" });
    t.same(
      bench.state.marked.map(({ evseId }) => evseId),
      [1, 2, 3],
    );
    return bench;
  };
  const stranger = scarce();
  stranger.present(rfid("X", { connectors: [3] }));
  t.equal(stranger.answer(result("Accepted")).at(-1), "X UsedToStart @3");
  t.same(stranger.session("TransactionStarted", 3), [], "what it showed went with the authorisation");

  const named = scarce();
  t.same(named.reserve(5, { evse_id: 3 }), ["reserve 3 5"], "it goes over to the new one");
  t.same(named.evseSays(false), ["cancel 3", "answer 1 Rejected", "reserve 3 -1"], "and comes back when it refuses");

  const agreed = new AuthBench({ evses: 2 }).reserved(1).reserved(2);
  const [mark] = agreed.state.marked;
  agreed.evseSays(true, mark?.requestId);
  t.same(agreed.session("Enabled", 1), [], "an EVSE that agrees is not asked again");
  t.same(agreed.post({ type: "evseReady", evseId: 1, ready: false }), [], "nor one that is not ready");
});

t.test("an EVSE that shows as reserved", async (t) => {
  const marked = (): AuthBench => new AuthBench({ evses: 2 }).reserved(1).reserved(2);
  const taken = marked();
  taken.cancelReservation(1);
  t.same(taken.reserved(3, { evse_id: 1 }).held, ["2", "3@1"]);

  const used = marked();
  used.present(rfid("R1"));
  used.answer(result("Accepted"));
  t.same(used.session("TransactionStarted", 1), [], "used: nothing to take back there");

  const refused = marked();
  refused.post({ type: "evseAnswered", requestId: refused.state.marked[0]?.requestId ?? 0, accepted: false });
  t.same(refused.session("Enabled", 1), ["reserve 1 -1"], "refused: tried again at the next occasion");

  const ended = marked();
  t.same(ended.session("ReservationEnd", 2), ["reserve 2 -1"], "ended by the EVSE: shown again while it is needed");

  const overwritten = new AuthBench({ evses: 2 })
    .connectors(1, "A")
    .connectors(2, "B")
    .reserved(1, { connector_type: "A" });
  t.same(
    overwritten.state.marked.map(({ evseId }) => evseId),
    [1],
  );
  overwritten.cancelReservation(1);
  overwritten.reserved(2, { connector_type: "A" });
  overwritten.session("SessionStarted", 2);
  t.same(overwritten.cancelReservation(2), ["answer 2 true", "cancel 1"]);
});

t.test("what is stored", async (t) => {
  const stored = (evses = 3): AuthBench => {
    const bench = new AuthBench({ evses, hasStore: true });
    t.same(bench.post({ type: "started" }).map(line), ["load"]);
    bench.post({ type: "reservationsLoaded", requestId: bench.state.lastRequestId, items: [], wallMs: 0 });
    return bench;
  };
  const bench = stored();
  t.same(bench.reserve(1), ["reservation 1 Placed", "answer 1 Accepted", "store 1@-"]);
  t.same(bench.reserve(2, { evse_id: 2 }), ["reserve 2 2"], "not before its EVSE agrees");
  t.same(bench.evseSays(true), ["reservation 2 Placed", "answer 1 Accepted", "store 1@- 2@2"]);
  t.same(bench.session("Disabled", 3).at(-1), "reserve 1 -1", "no change, nothing stored");
  t.same(bench.cancelReservation(1).at(-1), "store 2@2");
  bench.present(rfid("R2", { connectors: [2] }));
  t.same(bench.answer(result("Accepted")).at(-1), "store", "used; empty is stored too");

  t.same(new AuthBench().post({ type: "started" }), [], "without a store nothing is");
  t.same(
    new AuthBench().reserve(1).filter((text) => text.startsWith("store")),
    [],
  );
});

t.test("what was stored comes back", async (t) => {
  const bench = new AuthBench({ evses: 3, hasStore: true });
  bench.post({ type: "started" });
  bench.post({ type: "evseReady", evseId: 1, ready: true });
  const stored = (id: number, evse_id?: number, expiryMs = 60_000): object => ({
    ...(evse_id !== undefined && { evse_id }),
    reservation: reservation(id, { expiry_time: timeAt(expiryMs) }),
  });
  const load = (items: object[]): readonly string[] =>
    bench
      .post({ type: "reservationsLoaded", requestId: 1, items: items as never, wallMs: Date.parse(timeAt(10_000)) })
      .map(line);
  t.same(load([stored(1, 1), stored(2), stored(3, 2), stored(4, 2), stored(5, undefined, 9999)]), [
    "reserve 1 1",
    "reservation 4 Cancelled",
    "reservation 5 Cancelled",
    "reserve 3 -1",
    "store 1@1 2@- 3@2",
  ]);
  t.equal(bench.machine.deadlineMs(bench.state), authTiming.evseAnswerMs);
  t.same(bench.evseSays(true, 2), [], "nobody waits for an answer");
  t.equal(bench.machine.deadlineMs(bench.state), 50_000, "the rest of its time");
  t.same(bench.session("ReservationEnd", 2), [], "the EVSE that starts has nothing to end");
  t.same(bench.post({ type: "evseReady", evseId: 2, ready: false }), []);
  t.same(bench.post({ type: "evseReady", evseId: 2, ready: true }).map(line), ["reserve 2 3"], "asked when it can be");
  t.same(bench.evseSays(false), ["reservation 3 Cancelled", "cancel 3", "store 1@1 2@-"], "it does not agree");
  t.same(bench.post({ type: "evseReady", evseId: 3, ready: true }).map(line), []);
});

t.test("what was stored and what EVSEs make of it", async (t) => {
  const restored = (...items: object[]): { bench: AuthBench; lines: readonly string[] } => {
    const bench = new AuthBench({ evses: 2, hasStore: true });
    bench.post({ type: "started" });
    bench.post({ type: "evseReady", evseId: 1, ready: true });
    const loaded = { type: "reservationsLoaded", requestId: 1, items: items as never, wallMs: Date.parse(timeAt(0)) };
    return { bench, lines: bench.post(loaded as never).map(line) };
  };
  const silent = restored({ evse_id: 1, reservation: reservation(1) });
  t.same(silent.bench.at(authTiming.evseAnswerMs), ["cancel 1", "reservation 1 Cancelled", "store"], "no answer");

  const refusing = restored({ evse_id: 1, reservation: reservation(1) });
  t.same(refusing.bench.evseSays(false), ["reservation 1 Cancelled", "store"], "it refuses: nothing to take back");

  const named = restored({ reservation: reservation(1, { evse_id: 2 }) });
  t.same(named.bench.held, ["1@2"], "the reservation itself names its EVSE");

  const last = restored({ reservation: reservation(1, { expiry_time: timeAt(0) }) });
  t.same([last.bench.held, last.lines], [["1"], []], "its very last instant");

  const early = restored({ evse_id: 2, reservation: reservation(1) });
  t.same(early.lines, [], "as stored: nothing to write");
  t.same(early.bench.cancelReservation(1), ["answer 2 true", "store"], "an EVSE that was never asked is told nothing");

  const twice = restored({ reservation: reservation(1) }, { reservation: reservation(1) });
  t.same(twice.lines, ["store 1@-"], "one number counts once");

  const both = restored({ reservation: reservation(1) }, { reservation: reservation(2) });
  t.same(both.lines, ["reserve 1 -1", "reserve 2 -1"]);
  const ready = both.bench.post({ type: "evseReady", evseId: 2, ready: true }).map(line);
  t.same(ready, ["reserve 2 -1"], "it may not have heard before it was ready");
});

t.test("requests wait for the store", async (t) => {
  const { storeAnswerMs } = authTiming;
  const anew = (): AuthBench => {
    const bench = new AuthBench({ evses: 2, hasStore: true });
    bench.post({ type: "started" });
    bench.nowMs = 500;
    t.same(bench.reserve(1, { inS: 20 }), []);
    t.same(bench.cancelReservation(8), []);
    return bench;
  };
  const bench = anew();
  bench.nowMs = 2000;
  const items = [{ reservation: reservation(8) }];
  t.same(bench.post({ type: "reservationsLoaded", requestId: 1, items, wallMs: Date.parse(timeAt(2000)) }).map(line), [
    "reservation 1 Placed",
    "answer 1 Accepted",
    "reserve 1 -1",
    "reserve 2 -1",
    "answer 2 true",
    "cancel 1",
    "cancel 2",
    "store 1@-",
  ]);
  t.equal(bench.machine.deadlineMs(bench.state), 20_500, "its time runs from the request");
  t.same(bench.post({ type: "reservationsLoaded", requestId: 1, items, wallMs: 0 }), [], "an answer counts once");

  const late = anew();
  t.equal(late.machine.deadlineMs(late.state), 5000);
  t.same(late.at(storeAnswerMs - 1), []);
  t.same(late.at(storeAnswerMs), [
    "complain reservations_not_loaded",
    "reservation 1 Placed",
    "answer 1 Accepted",
    "answer 2 false",
    "store 1@-",
  ]);
  t.same(late.post({ type: "reservationsLoaded", requestId: 1, items, wallMs: 0 }), [], "too late");

  const flooded = new AuthBench({ evses: 2, hasStore: true });
  flooded.post({ type: "started" });
  for (let i = 0; i < 100; i++) t.same(flooded.cancelReservation(i), []);
  t.same(flooded.reserve(1), ["answer 1 Rejected"], "only so many wait");
  t.same(flooded.cancelReservation(100), ["answer 2 false"]);
  const query = { id_token: "R1" };
  t.same(flooded.post({ type: "checkRequested", replyId: 3, query }).map(line), ["answer 3 NotReserved"]);
  const answers = flooded.post({ type: "reservationsLoaded", requestId: 1, items: [], wallMs: 0 });
  t.equal(answers.length, 100, "each is answered once");
});
