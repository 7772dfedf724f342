import t from "tap";
import { readStoredSession } from "../../../src/modules/evse-manager/stored-session.ts";

const reading = { timestamp: "2026-01-01T00:00:00Z", energy_Wh_import: { total: 1500 } };

t.test("what the store gives, and what is made of it", async (t) => {
  const open = { id: "a", readings: { start: reading, last: reading }, timestamp: "2026-01-01T00:00:00.000Z" };
  const closed = {
    id: "a",
    finished: { reason: "Local", meter_value: reading },
    timestamp: "2026-01-01T00:00:00.000Z",
  };
  const table: readonly (readonly [what: string, value: unknown, session: unknown, logged: number])[] = [
    ["never anything", null, null, 0],
    ["nothing open", "", null, 0],
    ["a bare id, as other systems keep it", "a", { id: "a" }, 0],
    ["a transaction", open, open, 0],
    ["a bill", closed, closed, 0],
    ["a reading that is none", { ...open, readings: { start: 1, last: 2 } }, { id: "a" }, 1],
    ["a bill that is none", { id: "a", finished: { reason: "Whim" } }, { id: "a" }, 1],
    ["no id", { readings: open.readings }, null, 1],
    ["a number", 7, null, 1],
    ["a list", [open], null, 1],
  ];
  for (const [what, value, session, logged] of table) {
    const errors: string[] = [];
    const log = { debug() {}, info() {}, warn() {}, error: (event: string) => errors.push(event) };
    t.strictSame(readStoredSession(value, log), session, what);
    t.same(errors, Array(logged).fill("evse.stored_session_unreadable"), what);
  }
  t.equal(
    JSON.stringify(readStoredSession(closed, { debug() {}, info() {}, warn() {}, error() {} })),
    JSON.stringify(closed),
  );
});
