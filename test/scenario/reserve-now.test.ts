import t from "tap";
import type { StationRun } from "./station-run.ts";
import { charging, command, present, runStation, script, sim, unplug, untilCharging } from "./station-run.ts";

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

/** `reserve_now` for the card `R<id>`, until 00:01:00 unless it says otherwise. */
const reserve = (at_s: number, id: number, more: object = {}): object => ({
  at_s,
  command: {
    module: "auth",
    implementation: "reservation",
    name: "reserve_now",
    args: { request: { reservation_id: id, id_token: `R${id}`, expiry_time: at(60), ...more } },
  },
});
const ask = (at_s: number, name: string, args: object): object => ({
  at_s,
  command: { module: "auth", implementation: "reservation", name, args },
});

const run = (steps: readonly object[], until: number, more: object = {}): Promise<StationRun> =>
  runStation({ station: "reservations", steps, until, ...more });

const answers = (run: StationRun): unknown[] => run.of("command_result", {}, "auth").map(({ result }) => result);
const updates = (run: StationRun): string[] =>
  run
    .of("reservation", {}, "auth")
    .map(({ t, reservation_id, reservation_status, evse_id }) =>
      [t, reservation_id, reservation_status, evse_id].join(" ").trim(),
    );
const shown = (run: StationRun, module: string): string[] =>
  run
    .of("session_event", {}, module)
    .filter(({ event }) => /Reservation/.test(event as string))
    .map(({ t, event }) => `${t} ${event}`);
const tokens = (run: StationRun): string[] =>
  run
    .of("token", {}, "auth")
    .map(({ token, status }) => `${(token as { id_token: { value: string } }).id_token.value} ${status}`);

t.test("one EVSE for one card: a stranger waits, the card charges under its number", async (t) => {
  const station = await run(
    [
      reserve(1, 7, { evse_id: 1 }),
      reserve(1, 8, { evse_id: 1 }),
      script(5, charging),
      present(10, "X", { connectors: [1] }),
      present(15, "R7"),
      unplug(30),
    ],
    40,
  );
  t.same(answers(station), ["Accepted", "Occupied"]);
  t.same(updates(station), ["1 7 Placed 1"], "nothing is told when it is used");
  t.same(shown(station, "connector_1"), ["1 ReservationStart"]);
  t.same(tokens(station), ["X Processing", "X Rejected", "R7 Processing", "R7 Accepted", "R7 UsedToStart"]);
  t.match(station.event("TransactionStarted"), { transaction_started: { reservation_id: 7 } });
});

t.test("expires to the millisecond by the wall", async (t) => {
  const station = await run(
    [
      reserve(1, 7, { evse_id: 2, expiry_time: "2026-01-01T00:00:10.250Z" }),
      reserve(2, 8, { expiry_time: at(11) }),
      reserve(3, 9, { expiry_time: at(2) }),
    ],
    20,
  );
  t.same(answers(station), ["Accepted", "Accepted", "Rejected"]);
  t.same(updates(station), ["1 7 Placed 2", "2 8 Placed", "10.25 7 Expired 2", "11 8 Expired"]);
  t.same(shown(station, "connector_2"), ["1 ReservationStart", "10.25 ReservationEnd"]);
  t.same(shown(station, "connector_1"), ["2 ReservationStart", "10.25 ReservationEnd"], "needed while only it is left");
});

t.test("two of any EVSE keep both; cancelling one frees both", async (t) => {
  const station = await run(
    [
      reserve(1, 1),
      reserve(2, 2),
      reserve(3, 3),
      present(4, "X"),
      ask(5, "exists_reservation", { request: { id_token: "R2" } }),
      ask(6, "cancel_reservation", { reservation_id: 1 }),
      ask(7, "cancel_reservation", { reservation_id: 1 }),
      ask(8, "exists_reservation", { request: { id_token: "R1" } }),
    ],
    10,
  );
  t.same(answers(station), ["Accepted", "Accepted", "Occupied", "ReservedForToken", true, false, "NotReserved"]);
  t.same(updates(station), ["1 1 Placed", "2 2 Placed"]);
  for (const connector of ["connector_1", "connector_2"]) {
    t.same(shown(station, connector), ["2 ReservationStart", "6 ReservationEnd"], connector);
  }
  t.same(tokens(station), ["X Processing", "X Rejected"]);
});

t.test("by connector type", async (t) => {
  const station = await run(
    [
      reserve(1, 1, { connector_type: "sType2" }),
      reserve(2, 2, { connector_type: "sType2" }),
      reserve(3, 3, { connector_type: "cCCS2" }),
      reserve(4, 4, { connector_type: "cType2", evse_id: 2 }),
    ],
    10,
  );
  t.same(answers(station), ["Accepted", "Occupied", "Rejected", "Rejected"]);
  t.same(shown(station, "connector_2"), ["1 ReservationStart"], "the only one of its type");
  t.same(shown(station, "connector_1"), []);
});

t.test("an EVSE that is disabled or breaks ends its reservation", async (t) => {
  const source = { enable_source: "CSMS", enable_state: "Disable", enable_priority: 1 };
  const station = await run(
    [
      reserve(1, 1, { evse_id: 1 }),
      reserve(2, 2, { evse_id: 2 }),
      command(5, "enable_disable", { connector_id: 1, cmd_source: source }),
      sim(6, "error", { type: "MREC8EmergencyStop" }, "connector_2_powerpath"),
      reserve(7, 3, { evse_id: 1 }),
      reserve(7, 4, { evse_id: 2 }),
    ],
    10,
  );
  t.same(updates(station), ["1 1 Placed 1", "2 2 Placed 2", "5 1 Removed 1", "6 2 Removed 2"]);
  t.same(shown(station, "connector_1"), ["1 ReservationStart", "5 ReservationEnd"]);
  t.same(shown(station, "connector_2"), ["2 ReservationStart", "6 ReservationEnd"]);
  t.same(answers(station), ["Accepted", "Accepted", "Unavailable", "Faulted"]);
});

t.test("an EVSE that somebody else has reserved refuses", async (t) => {
  const station = await run([command(1, "reserve", { reservation_id: 99 }), reserve(2, 1, { evse_id: 1 })], 5);
  t.same(answers(station), ["Rejected"]);
  t.same(updates(station), []);
  t.same(shown(station, "connector_1"), ["1 ReservationStart"]);
});

t.test("a card that never comes back to its car gives the reservation up", async (t) => {
  const station = await run([reserve(1, 1, { evse_id: 1 }), present(3, "R1", { connectors: [1] })], 30);
  t.same(tokens(station), ["R1 Processing", "R1 Accepted", "R1 UsedToStart", "R1 TimedOut"]);
  t.match(station.event("SessionStarted"), { session_started: { reservation_id: 1 } });
  t.same(updates(station), ["1 1 Placed 1"]);
});

t.test("reservations outlive a power cut", async (t) => {
  const station = await run(
    [
      reserve(1, 1, { evse_id: 1, expiry_time: at(30) }),
      reserve(2, 2, { expiry_time: at(12) }),
      reserve(3, 3, { evse_id: 2 }),
      ask(4, "cancel_reservation", { reservation_id: 2 }),
      reserve(5, 4, { evse_id: 2, expiry_time: at(12) }),
      sim(10, "kill", { restart_s: 5 }, "evsed"),
      ask(16, "exists_reservation", { request: { id_token: "R1", evse_id: 1 } }),
      present(17, "X", { connectors: [1] }),
    ],
    40,
  );
  t.same(answers(station), ["Accepted", "Accepted", "Occupied", true, "Accepted", "ReservedForToken"]);
  t.same(tokens(station), ["X Processing", "X Rejected"]);
  t.same(
    updates(station).slice(-2),
    ["15 4 Cancelled 2", "30 1 Expired 1"],
    "what has run out meanwhile is told as cancelled",
  );
  t.same(shown(station, "connector_1"), ["1 ReservationStart", "15 ReservationStart", "30 ReservationEnd"]);
});

t.test("PlugEvents: the card waits for the car, at either connector", async (t) => {
  const set = ["auth.selection_algorithm=PlugEvents"];
  const station = await run([present(1, "A"), script(5, charging, 2), unplug(20, 2)], 30, { set });
  t.same(tokens(station), ["A Processing", "A Accepted", "A UsedToStart"]);
  t.same(station.events("connector_2").slice(0, untilCharging.length), untilCharging);
  t.notOk(station.events("connector_1").includes("Authorized"));

  const nobody = await run([present(1, "A")], 20, { set });
  t.match(nobody.one("token", { status: "TimedOut" }, 0, "auth"), { t: 11.25 });
});

t.test("plug_in_timeout_enabled: who comes too late plugs in again", async (t) => {
  const set = ["auth.plug_in_timeout_enabled=true"];
  const visit = "sleep 1;iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 36000";
  const station = await run(
    [script(0, visit), present(15, "A", { connectors: [1] }), unplug(20), script(22, visit), present(25, "B")],
    35,
    { set },
  );
  t.same(tokens(station).slice(0, 2), ["A Processing", "A Rejected"]);
  t.same(tokens(station).slice(2), ["B Processing", "B Accepted", "B UsedToStart"]);
  const timedOut = station.event("PluginTimeout");
  t.equal(timedOut.t, station.event("SessionStarted").t + 10);
});
