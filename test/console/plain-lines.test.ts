import t from "tap";
import { plainLines } from "../../src/console/plain-lines.ts";
import { demoStation } from "./demo-station.ts";
import { chargingLines, error, finishingLines, line, reading, sessionEvent } from "./lines.ts";

t.test("news, a line each", async (t) => {
  const written: string[] = [];
  const hear = plainLines((text) => written.push(text));
  const more = [
    error(31, "raise", "evse_board_support/DiodeFault"),
    error(32, "clear", "evse_board_support/DiodeFault"),
    sessionEvent(33, "ChargingPausedEVSE", { charging_paused_evse: { reasons: ["NoEnergy", "UserPause"] } }),
    line(34, "connector_1", "contactor_command", { closed: false, reason: "interlock:left_c" }),
    line(34.02, "connector_1", "contactor", { closed: false }),
  ];
  for (const told of [...chargingLines, ...finishingLines, ...more]) hear(told);
  t.same(written, [
    "     0.1 s  connector_1   limit                 32.0 A on 3 phases",
    "     2.0 s  connector_1   SessionStarted        EVConnected",
    "     2.2 s  auth          token Accepted        …BEEF",
    "     2.2 s  connector_1   TransactionStarted    token …BEEF",
    "     4.0 s  connector_1   ChargingStarted       32.0 A on offer",
    "     4.0 s  connector_1   contactor closed      FullPowerCharging",
    "    20.0 s  connector_1   meter                 16.0 / 16.0 / 16.0 A   10.66 kW   1.000 kWh",
    "    30.0 s  connector_1   TransactionFinished   EVDisconnected   1.010 kWh",
    "    30.0 s  connector_1   SessionFinished",
    "    31.0 s  board_1       error raised          evse_board_support/DiodeFault, High, injected",
    "    32.0 s  board_1       error cleared         evse_board_support/DiodeFault",
    "    33.0 s  connector_1   ChargingPausedEVSE    NoEnergy, UserPause",
    "    34.0 s  connector_1   contactor opened      interlock:left_c",
    "    34.0 s  connector_1   contactor open        interlock:left_c",
  ]);
});

t.test("the meter every ten seconds of charging", async (t) => {
  const written: string[] = [];
  const hear = plainLines((text) => written.push(text));
  for (const told of chargingLines.slice(0, -1)) hear(told);
  written.length = 0;
  for (let tS = 5; tS <= 40; tS += 1) hear(line(tS, "connector_1", "powermeter", reading(500 + tS)));
  hear(line(41, "connector_1", "state", { from: "Charging", to: "ChargingPausedEV" }));
  for (let tS = 42; tS <= 60; tS += 1) hear(line(tS, "connector_1", "powermeter", reading(600)));
  t.same(
    written.map((text) => text.slice(0, 31)),
    ["    14.0 s  connector_1   meter", "    24.0 s  connector_1   meter", "    34.0 s  connector_1   meter"],
  );
});

t.test("a contactor that moves without being told", async (t) => {
  const written: string[] = [];
  const hear = plainLines((text) => written.push(text));
  for (const told of chargingLines) hear(told);
  hear(line(21, "connector_1", "contactor", { closed: false }));
  t.equal(written.at(-1), "    21.0 s  connector_1   contactor open        not commanded");
});

t.test("the demo station charges within 40 s", async (t) => {
  const demo = await demoStation("ac-simulated.yaml");
  demo.run(40);
  const written: string[] = [];
  const hear = plainLines((text) => written.push(text));
  for (const told of demo.lines) hear(told);
  t.ok(written.some((text) => / {2}connector_1 +ChargingStarted +32\.0 A on offer$/.test(text)));
});

t.test("an error that comes and goes is told five times a minute, then how often", async (t) => {
  const written: string[] = [];
  const hear = plainLines((text, tone) => written.push(`${tone}: ${text.trim().replace(/ +/g, " ")}`));
  const type = "evse_board_support/DiodeFault";
  for (let tS = 1; tS <= 40; tS += 2) {
    hear(error(tS, "raise", type));
    hear(error(tS + 1, "clear", type));
  }
  t.same(written.slice(-2), [
    `bad: 9.0 s board_1 error raised ${type}, High, injected`,
    `good: 10.0 s board_1 error cleared ${type}`,
  ]);
  hear(error(41, "raise", "evse_board_support/MREC14PilotFault"));
  t.match(written.at(-1), /MREC14PilotFault/, "another one is told");
  hear(error(62, "raise", type));
  t.same(written.slice(-3), [
    `bad: 62.0 s board_1 error raised 15 times more: ${type}, High, injected`,
    `good: 62.0 s board_1 error cleared 15 times more: ${type}`,
    `bad: 62.0 s board_1 error raised ${type}, High, injected`,
  ]);
});
