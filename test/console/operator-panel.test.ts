import t from "tap";
import type { LiveState } from "../../src/console/live-state.ts";
import { foldLive, initialLive } from "../../src/console/live-state.ts";
import type { OperatorPanel } from "../../src/console/operator-panel.ts";
import { answered, initialPanel, press } from "../../src/console/operator-panel.ts";
import type { OperatorRequest } from "../../src/console/operator-request.ts";
import type { EventLine } from "../../src/runtime/event-line.ts";
import { line, node, plan, sessionEvent } from "./lines.ts";

const plans = [
  plan("connector_1", "board_1"),
  plan("connector_2", "board_2"),
  node("grid", "connector_1", "connector_2"),
  { ...node("auth", "connector_1", "connector_2"), type: "Auth" },
];
const told = (live: LiveState, ...lines: readonly EventLine[]): LiveState =>
  lines.reduce((state, each) => foldLive(state, each), live);
const empty = told(
  initialLive(plans),
  line(0, "connector_1", "cp", { from: null, to: "A" }),
  line(0, "connector_2", "cp", { from: null, to: "A" }),
);
const plugged = told(empty, line(1, "connector_1", "cp", { from: "A", to: "B" }));

const special = ["up", "down", "space", "return", "escape", "backspace"];

/** Types keys, a word each: a name, `^c` with control, or text letter by letter. */
function typed(live: LiveState, keys: string, simulate = true, start = initialPanel(["AA01", "AA02"])) {
  let panel: OperatorPanel = start;
  const requests: OperatorRequest[] = [];
  const strike = (name: string, text: string, ctrl = false): void => {
    const pressed = press(panel, { name, text, ctrl }, { live, simulate });
    panel = pressed.panel;
    if (pressed.request !== undefined) requests.push(pressed.request);
  };
  for (const word of keys.split(" ")) {
    if (special.includes(word)) strike(word, word === "space" ? " " : "");
    else if (word.startsWith("^")) strike(word.slice(1), "", true);
    else for (const letter of word) strike(letter, letter);
  }
  return { panel, requests };
}

t.test("keys and what they ask for", async (t) => {
  const table: readonly [keys: string, live: LiveState, request: OperatorRequest][] = [
    ["s", empty, { kind: "swipe", connector: "connector_1", token: "AA01" }],
    ["c s", empty, { kind: "swipe", connector: "connector_1", token: "AA02" }],
    ["c c s", empty, { kind: "swipe", connector: "connector_1", token: "AA01" }],
    ["2 s", empty, { kind: "swipe", connector: "connector_2", token: "AA01" }],
    ["t BB7 return", empty, { kind: "swipe", connector: "connector_1", token: "BB7" }],
    ["p", empty, { kind: "plugIn", connector: "connector_1" }],
    ["down p", plugged, { kind: "plugIn", connector: "connector_2" }],
    ["down down down up u", plugged, { kind: "unplug", connector: "connector_1" }],
    ["space", plugged, { kind: "pause", connector: "connector_1" }],
    ["l 10 return", empty, { kind: "limit", connector: "connector_1", currentA: 10 }],
    ["2 l 13.5 return", empty, { kind: "limit", connector: "connector_2", currentA: 13.5 }],
    ["l return", empty, { kind: "limit", connector: "connector_1", currentA: null }],
    ["l 9 ^u 8 return", empty, { kind: "limit", connector: "connector_1", currentA: 8 }],
    ["2 v return", empty, { kind: "reserve", connector: "connector_2", token: "AA01", minutes: 10, reservationId: 1 }],
    [
      "v backspace backspace 5 return",
      told(empty, line(3, "auth", "reservation", { reservation_id: 7, reservation_status: "Placed" })),
      { kind: "reserve", connector: "connector_1", token: "AA01", minutes: 5, reservationId: 8 },
    ],
    ["q", empty, { kind: "quit" }],
    ["^c", empty, { kind: "quit" }],
    ["l 1 ^c", empty, { kind: "quit" }],
    ["q", initialLive([]), { kind: "quit" }],
    ["^z", empty, { kind: "suspend" }],
  ];
  for (const [keys, live, request] of table) t.same(typed(live, keys).requests, [request], keys);
});

t.test("space resumes what an operator holds, and pauses again what goes on", async (t) => {
  const kinds = (live: LiveState) => typed(live, "space").requests.map(({ kind }) => kind);
  const answer = (name: string, result: unknown) => line(5, "connector_1", "command_result", { name, result });
  const held = told(plugged, answer("pause_charging", true));
  t.same(kinds(held), ["resume"]);
  t.same(kinds(told(plugged, answer("pause_charging", false))), ["pause"], "refused");
  t.same(kinds(told(held, answer("resume_charging", true))), ["pause"]);
  t.same(kinds(told(held, sessionEvent(6, "SessionFinished"))), ["pause"], "the next car is not held");
  const paused = { charging_paused_evse: { reasons: ["NoEnergy", "UserPause"] } };
  t.same(kinds(told(plugged, sessionEvent(6, "ChargingPausedEVSE", paused))), ["resume"]);
  const starved = { charging_paused_evse: { reasons: ["NoEnergy"] } };
  t.same(kinds(told(plugged, sessionEvent(6, "ChargingPausedEVSE", starved))), ["pause"]);
});

t.test("a reservation is cancelled by the connector that holds it", async (t) => {
  const held = told(
    empty,
    line(3, "auth", "reservation", { reservation_id: 7, reservation_status: "Placed", evse_id: 2 }),
  );
  t.same(typed(held, "2 x").requests, [{ kind: "cancelReservation", connector: "connector_2", reservationId: 7 }]);
  t.same(typed(held, "x").requests, []);
  t.match(typed(held, "2 v").panel.message, { text: "connector_2 has reservation 7 already; x cancels it" });
  for (const end of [
    line(4, "auth", "reservation", { reservation_id: 7, reservation_status: "Expired", evse_id: 2 }),
    sessionEvent(4, "ReservationEnd", {}, "connector_2"),
    sessionEvent(4, "SessionStarted", { session_started: { reason: "Authorized", reservation_id: 7 } }, "connector_2"),
  ]) {
    t.same(typed(told(held, end), "2 x").requests, [], JSON.stringify(end.fields));
  }
});

t.test("what cannot be is said, and nothing is asked for", async (t) => {
  const alone = initialLive([plan("connector_1")]);
  const table: readonly [keys: string, live: LiveState, message: string][] = [
    ["p", plugged, "a car is plugged in at connector_1 already"],
    ["u", empty, "no car is plugged in at connector_1"],
    ["x", empty, "connector_1 is not reserved"],
    ["5", empty, "there is no connector 5"],
    ["l", alone, "no EnergyNode stands above connector_1"],
    ["v", alone, "no Auth serves connector_1: nobody keeps reservations"],
    ["z", empty, "z: no such key, ? lists them"],
  ];
  for (const [keys, live, message] of table) {
    const { panel, requests } = typed(live, keys);
    t.same(requests, [], keys);
    t.same(panel.message, { text: message, isBad: true });
  }
});

t.test("a mistyped value is kept, with what is wrong with it", async (t) => {
  const table: readonly [keys: string, text: string, complaint: string][] = [
    ["l 1x return", "1x", '"1x" is no number of ampere, such as 10 or 13.5'],
    ["l 7,5 return", "7,5", '"7,5": write 7.5, with a point'],
    ["l -3 return", "-3", '"-3" is no number of ampere, such as 10 or 13.5'],
    ["l 1e9 return", "1e9", '"1e9" is no number of ampere, such as 10 or 13.5'],
    ["l 1001 return", "1001", "1001 A is more than 1000 A"],
    ["v ^u 0 return", "0", "from 1 to 1440 minutes, not 0"],
    ["v ^u 1.5 return", "1.5", '"1.5" is no whole number of minutes'],
    ["v ^u return", "", '"" is no whole number of minutes'],
    ["t return", "", "a card has a number"],
    ["t ä1 return", "ä1", "a card's number has printable ASCII characters only"],
    [`t ${"7".repeat(37)} return`, "7".repeat(37), "37 characters, a card has at most 36"],
  ];
  for (const [keys, text, complaint] of table) {
    const { panel, requests } = typed(empty, keys);
    t.same(requests, [], keys);
    t.match(panel.prompt, { text, complaint }, keys);
  }
  const corrected = typed(empty, "l 7,5 return backspace backspace .5 return");
  t.same(corrected.requests, [{ kind: "limit", connector: "connector_1", currentA: 7.5 }]);
  t.equal(corrected.panel.prompt, null);
  t.same(typed(empty, "l 7 escape return q").requests, [{ kind: "quit" }], "Esc drops it");
});

t.test("in a question letters are letters, and the connector stays the one it was put for", async (t) => {
  const { panel, requests } = typed(empty, "2 t spq12 return");
  t.same(requests, [{ kind: "swipe", connector: "connector_2", token: "spq12" }]);
  t.same([panel.cards, panel.card], [["AA01", "AA02", "spq12"], 2], "that card is in hand now");
});

t.test("a real station has hands of its own", async (t) => {
  for (const key of ["s", "c", "t", "p", "u"]) {
    const { panel, requests } = typed(plugged, key, false);
    t.same(requests, []);
    t.same(panel.message, { text: `${key} is for a simulated station`, isBad: true });
  }
  t.same(typed(plugged, "space", false).requests, [{ kind: "pause", connector: "connector_1" }]);
  const suspended = typed(plugged, "^z", false);
  t.same(suspended.requests, []);
  t.match(suspended.panel.message?.text, "a real station is not suspended");
});

t.test("answers", async (t) => {
  const answer = (name: string, result: unknown) =>
    answered(initialPanel([]), line(1, "auth", "command_result", { name, result })).message;
  t.same(answer("reserve_now", "Accepted"), { text: "auth: reservation Accepted", isBad: false });
  t.same(answer("reserve_now", "Occupied"), { text: "auth: reservation Occupied", isBad: true });
  t.same(answer("pause_charging", false), { text: "auth: pause refused", isBad: true });
  t.same(answer("set_external_limits", null), { text: "auth: limit done", isBad: false });
  t.equal(answer("get_evse", {}), null);
});
