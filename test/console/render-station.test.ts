import { Chalk } from "chalk";
import stringWidth from "string-width";
import t from "tap";
import type { LiveState } from "../../src/console/live-state.ts";
import { foldLive, initialLive } from "../../src/console/live-state.ts";
import type { OperatorPanel } from "../../src/console/operator-panel.ts";
import { initialPanel } from "../../src/console/operator-panel.ts";
import { renderStation } from "../../src/console/render-station.ts";
import type { EventLine } from "../../src/runtime/event-line.ts";
import { chargingLines, error, finishingLines, line, node, plan, reading, token } from "./lines.ts";

const plain = new Chalk({ level: 0 });
const coloured = new Chalk({ level: 1 });
const size = { columns: 79, rows: 23, nowMs: 65_000, title: "demo.yaml", hint: "Ctrl-C stops", chalk: plain };

const folded = (start: LiveState, ...lines: readonly EventLine[]): LiveState =>
  lines.reduce((live, told) => foldLive(live, told), start);
const one = initialLive([plan("connector_1", "board_1")]);
const charging = folded(one, ...chargingLines);
const several = (count: number): LiveState => {
  const ids = Array.from({ length: count }, (_, index) => `connector_${index + 1}`);
  const start = initialLive(ids.map((id) => plan(id)));
  return folded(start, ...ids.flatMap((id) => chargingLines.map((told) => ({ ...told, module: id }))));
};
const faulty = folded(
  charging,
  error(22, "raise", "evse_board_support/MREC8EmergencyStop"),
  error(23, "raise", "energy/Lost", "hub"),
  error(24, "raise", "evse_board_support/\u001b[2JDiodeFault \u{1f697}\u{1f697}"),
);
const pictures: Readonly<Record<string, LiveState>> = {
  empty: initialLive([]),
  starting: one,
  charging,
  finished: folded(charging, ...finishingLines),
  faulty,
  two: several(2),
  three: several(3),
  eight: several(8),
  forty: several(40),
};

/** Measuring is slow; most lines take a column a character. */
const width = (text: string): number => (/^[ -~\u2500-\u259f…–·×▸]*$/.test(text) ? text.length : stringWidth(text));

const panel: OperatorPanel = initialPanel(["CARD-0001"]);

t.test("every line fits, whatever the terminal", async (t) => {
  for (const [name, station] of Object.entries(pictures)) {
    // More widths for the pictures that differ most, a sample for each.
    const step = ["faulty", "three"].includes(name) ? 3 : 23;
    for (let columns = 40; columns <= 200; columns += step) {
      const lines = renderStation(station, { ...size, columns }).split("\n");
      const widths = new Set(lines.map((text) => width(text)));
      if (widths.size === 1 && widths.has(columns)) continue;
      t.fail(`${name} at ${columns} columns is ${[...widths].join(", ")} wide`);
    }
    for (let rows = 1; rows <= 60; rows += 1) {
      const lines = renderStation(station, { ...size, rows }).split("\n");
      if (lines.length > rows) t.fail(`${name} at ${rows} rows has ${lines.length}`);
    }
    for (let columns = 1; columns < 40; columns += 3) {
      const lines = renderStation(station, { ...size, columns }).split("\n");
      if (lines.some((text) => width(text) > columns)) t.fail(`${name} at ${columns} columns is too wide`);
    }
  }
});

t.test("colours take no room", async (t) => {
  const lines = renderStation(faulty, { ...size, chalk: coloured }).split("\n");
  t.ok(lines.some((text) => text.includes("\u001b[")));
  t.same(new Set(lines.map((text) => stringWidth(text))), new Set([79]));
});

t.test("a car that charges, on 80x24", async (t) => {
  const text = renderStation(charging, size);
  t.equal(text.split("\n").length, 23);
  for (const content of [
    "evsed · demo.yaml",
    "01:05",
    "connector_1",
    "Charging 01:01",
    "C  +5.96 / -11.94 V",
    "PWM 53.3 %  32.0 A",
    "Limit      32.0 A  3 phases",
    "closed",
    "locked",
    "Current    16.0  16.0  16.0 A  222 V   █",
    "▒ 32 A",
    "1.000 kWh",
    "10.66 kW",
    "meter 1.500 kWh",
    "777fc608",
    "token …BEEF",
    "ChargingStarted       32.0 A on offer",
    "Ctrl-C stops",
  ]) {
    t.ok(text.includes(content), content);
  }
  t.notOk(text.includes("DEADBEEF"));
});

t.test("the panel keeps its height while things happen", async (t) => {
  const heights = ["starting", "charging", "finished"].map(
    (name) => renderStation(pictures[name] ?? charging, size).split("\n").length,
  );
  t.same(new Set(heights), new Set([23]));
});

t.test("errors stand out, and cannot steer the terminal", async (t) => {
  const text = renderStation(faulty, { ...size, chalk: coloured });
  t.match(text, "\u001b[91m! evse_board_support/MREC8EmergencyStop: injected");
  t.match(text, "! energy/Lost: injected");
  t.notOk(text.includes("\u001b[2J"));
});

t.test("a contactor that does not follow is told from one that moves", async (t) => {
  const commanded = foldLive(
    charging,
    line(30, "connector_1", "contactor_command", { closed: false, reason: "PowerOff" }),
  );
  t.match(renderStation(commanded, { ...size, nowMs: 30_010 }), "Contactor  opening");
  t.match(renderStation(commanded, { ...size, nowMs: 31_000 }), "Contactor  CLOSED");
  const tripped = folded(
    charging,
    line(30, "connector_1", "contactor_command", { closed: false, reason: "interlock:left_c" }),
    line(30.02, "connector_1", "contactor", { closed: false }),
  );
  t.match(renderStation(tripped, { ...size, nowMs: 31_000 }), "interlock:left_c");
});

t.test("outputs that are no PWM", async (t) => {
  const output = (mode: string, duty_percent: number): string =>
    renderStation(foldLive(charging, line(30, "connector_1", "pwm", { mode, duty_percent })), size);
  t.match(output("X1", 100), "X1, steady +12 V");
  t.match(output("X1", 100), "C  +5.96 V  ", "a pilot that stands still has one voltage");
  t.match(output("F", 0), "F, steady -12 V");
  t.match(output("pwm", 5), "PWM 5.0 %   digital");
});

t.test("as many details as there is room for", async (t) => {
  const wide = renderStation(pictures.two ?? charging, { ...size, columns: 119, rows: 39 }).split("\n");
  t.match(wide[1], /1 connector_1 .* Charging .*┬─ +2 connector_2 .* Charging/);
  t.ok(wide.some((text) => /^├─ station ─.*┴─.*┤$/.test(text)));
  const high = renderStation(pictures.two ?? charging, { ...size, rows: 60 });
  t.equal(high.match(/█ drawn ━ limit/g)?.length, 2, "both in full");
  const list = renderStation(pictures.two ?? charging, size);
  t.match(list, "├─ connectors ─");
  t.equal(list.match(/█ drawn ━ limit/g)?.length, 1, "one in full");
  const low = renderStation(pictures.two ?? charging, { ...size, rows: 14 });
  t.match(low, "16.0 16.0 16.0 A", "compact");
  const rows = renderStation(pictures.forty ?? charging, { ...size, rows: 10 });
  t.match(rows, "├─ connectors 1 to 7 of 40 ─");
  t.match(rows, / {3}7 connector_7 +C +Charging 01:01 +16.0 of 32.0 A +1.000 kWh/);
});

t.test("the list follows the one that is selected", async (t) => {
  const text = renderStation(pictures.forty ?? charging, { ...size, panel: { ...panel, selected: 30 } });
  t.match(text, "├─ connectors 29 to 33 of 40 ─");
  t.match(text, "▸31 connector_31");
  t.match(text, /├─ ▸31 connector_31 ─+ Charging 01:01 ─┤/);
});

t.test("one phase, direct current, no meter", async (t) => {
  const metered = (current_A: object, voltage_V: object): string =>
    renderStation(
      foldLive(
        charging,
        line(21, "connector_1", "powermeter", { energy_Wh_import: { total: 1 }, current_A, voltage_V }),
      ),
      size,
    );
  const single = metered({ L1: 90 }, { L1: 229 });
  t.match(single, "Current    90.0 A ");
  t.match(single, "100 A");
  t.match(metered({ DC: 125 }, { DC: 400 }), "DC         125.0 A             400 V");
  t.match(renderStation(one, size), "Current    –  –  – A");
});

t.test("time and speed", async (t) => {
  const nowMs = ((2 * 24 + 3) * 3600 + 4) * 1000;
  t.match(renderStation(charging, { ...size, nowMs, speed: 10 }), "×10 · 2 d 03:00:04");
  t.match(renderStation(charging, { ...size, nowMs: 3_600_000 }), " 1:00:00 ");
});

/** Two connectors below a fuse, one of them charging with a limit of its own. */
function shared(): LiveState {
  const start = initialLive([
    plan("connector_1", "board_1"),
    plan("connector_2", "board_2"),
    node("grid", "wire_1", "connector_2"),
    node("wire_1", "connector_1"),
    { ...plan("auth"), type: "Auth", connections: node("auth", "connector_1", "connector_2").connections },
  ]);
  const limited = (currentA: number, source: string) => ({
    wallAtZeroMs: 0,
    schedule_import: [
      {
        timestamp: "1970-01-01T00:00:00Z",
        limits_to_root: {
          ac_max_current_A: { value: currentA, source },
          ac_max_phase_count: { value: 3, source },
        },
        limits_to_leaves: {},
      },
    ],
  });
  return folded(
    start,
    line(0, "grid", "energy_request", limited(20, "grid/module_config")),
    line(0, "wire_1", "energy_request", limited(16, "wire_1/module_config")),
    line(0, "connector_2", "state", { from: null, to: "Idle" }),
    line(0, "connector_2", "cp", { from: null, to: "A" }),
    line(0, "connector_2", "limits", { max_current: 0, nr_of_phases_available: 3 }),
    ...chargingLines,
    line(20, "manager", "energy", {
      uuid: "connector_1",
      valid_for: 10,
      limits_root_side: { ac_max_current_A: { value: 16, source: "wire_1/module_config" } },
    }),
    line(20, "connector_1", "limits", { max_current: 16, nr_of_phases_available: 3 }),
    line(40, "wire_1", "energy_request", limited(8, "live_view")),
    line(40, "manager", "energy", {
      uuid: "connector_1",
      valid_for: 10,
      limits_root_side: { ac_max_current_A: { value: 8, source: "live_view" } },
    }),
    line(40, "connector_1", "limits", { max_current: 8, nr_of_phases_available: 3 }),
    line(40, "connector_1", "pwm", { mode: "pwm", duty_percent: 13.3333 }),
    line(42, "connector_1", "powermeter", { ...reading(1600), current_A: { L1: 8, L2: 8, L3: 8 } }),
    line(50, "auth", "reservation", { reservation_id: 4, reservation_status: "Placed", evse_id: 2 }),
  );
}

const screen = `
┌─ evsed · demo.yaml ───────────────────────────────────────────────── 01:05 ─┐
├─ connectors ────────────────────────────────────────────────────────────────┤
│ ▸1 connector_1   C  Charging 01:01              8.0 of 8.0 A    1.100 kWh   │
│  2 connector_2   A  Idle 01:05                  0.0 of 0.0 A    reserved    │
├─ ▸1 connector_1 ─────────────────────────────────────────── Charging 01:01 ─┤
│ Pilot      C  +5.96 / -11.94 V   PWM 13.3 %  8.0 A    car asks for power    │
│ Contactor  closed    Lock       locked                                      │
│ Limit      8.0 A   live_view   3 phases                                     │
│ Current    8.0  8.0  8.0 A     222 V   █████████████████████████······ 10 A │
│ Energy     1.100 kWh    10.66 kW    meter 1.600 kWh                         │
│ Session    01:03     777fc608   token …BEEF                                 │
│ Reserved   no        Last error none                                        │
│  32 A ┤                                               ━━━                   │
│       │                                                                     │
│  16 A ┤                                                  ━━━━█              │
│       │                                                  ████━━━━━━         │
│   0 A └-5 min ─────┴────────── █ drawn ━ limit ────────┴─────── now         │
├─ station ───────────────────────────────────────────────────────────────────┤
│ Limits grid 20.0 A · wire_1 8.0 A                                           │
├─ events ────────────────────────────────────────────────────────────────────┤
│    00:02  connector_1  TransactionStarted    token …BEEF                    │
│    00:04  connector_1  ChargingStarted       32.0 A on offer                │
└─ ? shows the keys · s swipes …0001 · q stops in the safe state ─────────────┘
`;

t.test("two connectors below a fuse, on 80x24", async (t) => {
  t.equal(`\n${renderStation(shared(), { ...size, panel, simulate: true })}\n`, screen);
});

t.test("the same without UTF-8", async (t) => {
  const text = renderStation(shared(), { ...size, panel, simulate: true, unicode: false });
  t.match(text, /^[ -~\n]*$/);
  const lines = text.split("\n");
  t.equal(lines[4], "+- >1 connector_1 ------------------------------------------- Charging 01:01 -+");
  t.equal(lines[15], "|       |                                                  ####======         |");
  t.equal(lines[16], "|   0 A +-5 min -----+---------- # drawn = limit --------+------- now         |");
});

t.test("what belongs to the station, where there is room", async (t) => {
  const text = renderStation(shared(), { ...size, rows: 30, panel });
  t.match(text, "│ grid                    20.0 A   module_config   3 phases   8.0 A drawn");
  t.match(text, "│   wire_1                8.0 A    live_view   3 phases   8.0 A drawn");
  t.match(text, "│ Reserved no. 4 connector_2   Tokens …BEEF at connector_1");
});

t.test("a question keeps the last two lines, and no card is seen whole", async (t) => {
  const prompt = {
    kind: "card",
    connector: "connector_1",
    text: "SECRET-0042",
    complaint: "a card has a number",
  } as const;
  const lines = renderStation(shared(), { ...size, panel: { ...panel, prompt } }).split("\n");
  t.equal(lines.length, 23);
  t.match(lines[20], "│ a card has a number ");
  t.match(lines[21], "│ > •••••••0042_ ");
  t.match(lines[22], "└─ Enter sends · Esc drops ─");
  t.match(renderStation(shared(), { ...size, rows: 1, panel: { ...panel, prompt } }), "> •••••••0042_");
  const asking = (connector: string, text: string): string =>
    renderStation(shared(), {
      ...size,
      panel: { ...panel, prompt: { kind: "limit", connector, text, complaint: null } },
    });
  t.match(asking("connector_1", "7"), /│ limit of connector_1 at wire_1, ampere \(empty: none\) +│\n│ > 7_ /);
  t.match(asking("connector_2", "7"), "│ limit of connector_2 at grid, shared with 1 more, ampere (empty: none) ");
  t.match(asking("connector_1", "123456789 ".repeat(8)), /│ > 0?\S* .*123456789 _ │/, "the end of a long text");
});

t.test("what a key led to stands in the lower edge, and the keys are listed", async (t) => {
  const message = { text: "connector_1: pause done", isBad: false };
  t.match(renderStation(shared(), { ...size, panel: { ...panel, message } }), "└─ connector_1: pause done ─");
  const keys = renderStation(shared(), { ...size, panel: { ...panel, showsKeys: true }, simulate: true });
  t.match(keys, "│ space           pause charging, and resume it");
  t.match(keys, "│ u               unplug the car");
  t.equal(keys.split("\n").length, 23, "the picture keeps its height");
  const real = renderStation(shared(), { ...size, panel: { ...panel, showsKeys: true } });
  t.notMatch(real, "unplug");
});

t.test("short tokens are never seen whole", async (t) => {
  const short = { ...token, id_token: { value: "PIN", type: "ISO14443" } };
  const live = folded(
    one,
    ...chargingLines.map((told) => {
      const text = JSON.stringify(told.fields).replaceAll("DEADBEEF", short.id_token.value);
      return { ...told, fields: JSON.parse(text) as object };
    }),
  );
  const text = renderStation(live, { ...size, rows: 60 });
  t.match(text, "token …N");
  t.notMatch(text, "PIN");
});
