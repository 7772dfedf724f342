import t from "tap";
import type { LiveState } from "../../src/console/live-state.ts";
import {
  detailOf,
  foldLive,
  initialLive,
  nodeAbove,
  nodeLimitAt,
  reservationOf,
} from "../../src/console/live-state.ts";
import { shortToken } from "../../src/console/short-token.ts";
import { showsUnicode } from "../../src/console/terminal-abilities.ts";
import type { EventLine } from "../../src/runtime/event-line.ts";
import { chargingLines, error, line, node, plan, reading, token } from "./lines.ts";

const plans = [
  plan("connector_1", "board_1"),
  plan("connector_2"),
  node("connector_2_wire", "connector_2"),
  node("grid", "connector_1", "connector_2_wire"),
  { ...node("auth", "connector_2", "connector_1"), type: "Auth" },
];
const folded = (...lines: readonly EventLine[]): LiveState =>
  lines.reduce((live, each) => foldLive(live, each), initialLive(plans));

t.test("nodes from the grid down, with the connectors they hold for", async (t) => {
  const live = initialLive(plans);
  t.same(live.nodes, [
    { id: "grid", depth: 0, connectors: ["connector_1", "connector_2"], schedule: [] },
    { id: "connector_2_wire", depth: 1, connectors: ["connector_2"], schedule: [] },
  ]);
  t.equal(nodeAbove(live, "connector_1")?.id, "grid");
  t.equal(nodeAbove(live, "connector_2")?.id, "connector_2_wire");
  t.equal(nodeAbove(live, "connector_3"), undefined);
});

t.test("the limit of a node at its time: the lower one of its two sides", async (t) => {
  const entry = (timestamp: string, rootA: number, leavesA?: number) => ({
    timestamp,
    limits_to_root: { ac_max_current_A: { value: rootA, source: "root" } },
    limits_to_leaves: leavesA === undefined ? {} : { ac_max_current_A: { value: leavesA, source: "leaves" } },
  });
  const [grid] = folded(
    line(5, "grid", "energy_request", {
      wallAtZeroMs: Date.parse("2026-01-01T00:00:00Z"),
      schedule_import: [entry("2026-01-01T00:00:10Z", 20), entry("2026-01-01T00:01:00Z", 32, 6)],
    }),
  ).nodes;
  if (grid === undefined) throw new Error("no node");
  t.same(nodeLimitAt(grid, 0)?.currentA, { value: 20, source: "root" }, "the first one holds before its time");
  t.same(nodeLimitAt(grid, 59_999)?.currentA, { value: 20, source: "root" });
  t.same(nodeLimitAt(grid, 60_000)?.currentA, { value: 6, source: "leaves" });
});

t.test("who causes a limit, and what was drawn below it", async (t) => {
  const energy = line(1, "manager", "energy", {
    uuid: "connector_1",
    valid_for: 10,
    limits_root_side: { ac_max_current_A: { value: 20, source: "grid/module_config" } },
  });
  const detail = detailOf(folded(energy, ...chargingLines), "connector_1");
  t.same(detail.granted, { value: 20, source: "grid/module_config" });
  const nothing = line(1, "manager", "energy", {
    uuid: "connector_1",
    valid_for: 10,
    limits_root_side: { ac_max_current_A: { value: 0, source: "" } },
    limited_by: "grid operator",
  });
  t.same(detailOf(folded(nothing, ...chargingLines), "connector_1").granted, { value: 0, source: "grid operator" });
  t.same(detail.history, [
    { atMs: 0, drawnA: 0, limitA: 0 },
    { atMs: 100, drawnA: 0, limitA: 32 },
    { atMs: 20_000, drawnA: 16, limitA: 32 },
  ]);
  const single = line(21, "connector_1", "powermeter", { ...reading(1), current_A: { L1: 3, L2: 9, L3: 0 } });
  t.equal(detailOf(folded(...chargingLines, single), "connector_1").history.at(-1)?.drawnA, 9, "of the fullest phase");
});

t.test("reservations by the numbers Auth gives its EVSEs", async (t) => {
  const live = folded(
    line(1, "auth", "reservation", { reservation_id: 3, reservation_status: "Placed", evse_id: 1 }),
    line(1, "auth", "reservation", { reservation_id: 9, reservation_status: "Placed" }),
  );
  t.equal(reservationOf(live, "connector_2")?.id, 3, "the first one Auth is connected to");
  t.equal(reservationOf(live, "connector_1"), undefined);
  t.same(
    live.reservations.map(({ id, evseId }) => [id, evseId]),
    [
      [3, 1],
      [9, null],
    ],
  );
  t.equal(live.highestReservationId, 9);
});

t.test("the last error stays known after it has cleared", async (t) => {
  const lastError = (...lines: readonly EventLine[]) => detailOf(folded(...lines), "connector_1").lastError;
  const raised = error(1, "raise", "a/One");
  t.equal(lastError(), null);
  t.same(lastError(raised), { type: "a/One", raisedMs: 1000, clearedMs: null });
  t.same(lastError(raised, error(4, "clear", "a/One")), { type: "a/One", raisedMs: 1000, clearedMs: 4000 });
  const both = [raised, error(2, "raise", "a/Two"), error(4, "clear", "a/One")];
  t.same(lastError(...both), { type: "a/Two", raisedMs: 2000, clearedMs: null });
});

t.test("tokens, each once, the latest last", async (t) => {
  const presented = (atS: number, value: string, status: string) =>
    line(atS, "auth", "token", { token: { ...token, id_token: { value, type: "ISO14443" } }, status });
  const live = folded(presented(1, "A", "Processing"), presented(2, "B", "Rejected"), presented(3, "A", "Accepted"));
  t.same(
    live.tokens.map(({ value, status }) => [value, status]),
    [
      ["B", "Rejected"],
      ["A", "Accepted"],
    ],
  );
});

t.test("never more than half of a token", async (t) => {
  for (const [value, shown] of [
    ["DEADBEEF", "…BEEF"],
    ["0123456789ABCDEF", "…CDEF"],
    ["ABCDE", "…DE"],
    ["PIN", "…N"],
    ["1", "…"],
    ["", "…"],
  ] as const) {
    t.equal(shortToken(value), shown);
  }
});

t.test("UTF-8 where the locale says so and the terminal can", async (t) => {
  const table: readonly [env: Record<string, string>, unicode: boolean][] = [
    [{ LANG: "de_DE.UTF-8", TERM: "xterm" }, true],
    [{ LANG: "C.utf8", TERM: "screen" }, true],
    [{ LANG: "en_US.UTF-8", LC_ALL: "C", TERM: "xterm" }, false],
    [{ LANG: "C", LC_CTYPE: "C.UTF-8", TERM: "xterm" }, true],
    [{ LANG: "C.UTF-8", LC_ALL: "", TERM: "xterm" }, true],
    [{ LANG: "de_DE.ISO-8859-1", TERM: "xterm" }, false],
    [{ TERM: "xterm" }, false],
    [{ LANG: "C.UTF-8", TERM: "linux" }, false],
    [{ LANG: "C.UTF-8", TERM: "dumb" }, false],
  ];
  for (const [env, unicode] of table) t.equal(showsUnicode(env), unicode, JSON.stringify(env));
});
