import t from "tap";
import { command, present, runStation, script, sim } from "./station-run.ts";

const visit = "iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 3;unplug";
const reserve = (at_s: number, reservation_id: number): object => command(at_s, "reserve", { reservation_id });

t.test("reserved, asked for again, refused to another one, cancelled", async (t) => {
  const run = await runStation({
    until: 10,
    steps: [reserve(1, 7), reserve(2, 7), reserve(3, 8), command(4, "cancel_reservation"), reserve(5, 8)],
  });
  t.same(
    run.of("command_result", { name: "reserve" }).map(({ result }) => result),
    [true, true, false, true],
  );
  t.same(
    run.of("session_event").map(({ t, event }) => [t, event]),
    [
      [0, "Enabled"],
      [1, "ReservationStart"],
      [4, "ReservationEnd"],
      [5, "ReservationStart"],
    ],
  );
  t.equal(run.event("ReservationStart").uuid, "");
});

t.test("used by a card: no event, but its number in the session that used it", async (t) => {
  const run = await runStation({
    station: "manual-token",
    steps: [reserve(1, 7), present(3, "CARD"), script(5, visit)],
  });
  t.notOk(run.events().includes("ReservationEnd"));
  t.match(run.event("SessionStarted").session_started, { reservation_id: 7 });
  t.match(run.event("TransactionStarted").transaction_started, { reservation_id: 7 });
});

t.test("used by a vehicle that plugs in", async (t) => {
  const run = await runStation({ steps: [reserve(1, 7), script(5, visit)] });
  t.notOk(run.events().includes("ReservationEnd"));
  t.match(run.event("TransactionStarted").transaction_started, { reservation_id: 7 });
});

t.test("refused while a vehicle is there, and while something is broken; an error ends one", async (t) => {
  const occupied = await runStation({ station: "manual-token", steps: [script(0, visit), reserve(3, 7)], until: 5 });
  t.equal(occupied.one("command_result").result, false);
  const broken = await runStation({
    until: 10,
    steps: [reserve(1, 7), sim(3, "error", { type: "MREC8EmergencyStop" }), reserve(5, 9)],
  });
  t.same(broken.events(), ["Enabled", "ReservationStart", "ReservationEnd"]);
  t.equal(broken.one("command_result", {}, -1).result, false);
});

t.test("disabling ends one aloud", async (t) => {
  const source = { enable_source: "CSMS", enable_state: "Disable", enable_priority: 1 };
  const run = await runStation({
    until: 5,
    steps: [reserve(1, 7), command(3, "enable_disable", { connector_id: 1, cmd_source: source })],
  });
  t.same(run.events(), ["Enabled", "ReservationStart", "Disabled", "ReservationEnd"]);
});
