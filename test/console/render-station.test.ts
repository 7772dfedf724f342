import { Chalk } from "chalk";
import stringWidth from "string-width";
import t from "tap";
import { renderStation } from "../../src/console/render-station.ts";
import type { StationState } from "../../src/console/station-view.ts";
import { foldLine, initialStation } from "../../src/console/station-view.ts";
import { chargingLines, error, finishingLines, line, parts } from "./lines.ts";

const plain = new Chalk({ level: 0 });
const coloured = new Chalk({ level: 1 });
const size = { columns: 79, rows: 23, nowMs: 65_000, title: "demo.yaml", hint: "Ctrl-C stops", chalk: plain };

const charging = chargingLines.reduce(foldLine, initialStation(parts));
const several = (count: number): StationState => {
  const ids = Array.from({ length: count }, (_, index) => `connector_${index + 1}`);
  const start = initialStation(ids.map((id) => ({ id, parts: [] })));
  return ids.flatMap((id) => chargingLines.map((told) => ({ ...told, module: id }))).reduce(foldLine, start);
};
const faulty = [
  error(22, "raise", "evse_board_support/MREC8EmergencyStop"),
  error(23, "raise", "energy/Lost", "hub"),
  error(24, "raise", "evse_board_support/\u001b[2JDiodeFault \u{1f697}\u{1f697}"),
].reduce(foldLine, charging);
const pictures: Readonly<Record<string, StationState>> = {
  empty: initialStation(),
  starting: initialStation(parts),
  charging,
  finished: finishingLines.reduce(foldLine, charging),
  faulty,
  two: several(2),
  three: several(3),
  eight: several(8),
  forty: several(40),
};

t.test("every line fits, whatever the terminal", async (t) => {
  for (const [name, station] of Object.entries(pictures)) {
    // Measuring is slow: every width for the pictures that differ most, a sample for the others.
    const step = ["faulty", "three"].includes(name) ? 1 : 11;
    for (let columns = 40; columns <= 200; columns += step) {
      const lines = renderStation(station, { ...size, columns }).split("\n");
      const widths = new Set(lines.map((text) => stringWidth(text)));
      if (widths.size === 1 && widths.has(columns)) continue;
      t.fail(`${name} at ${columns} columns is ${[...widths].join(", ")} wide`);
    }
    for (let rows = 1; rows <= 60; rows += 1) {
      const lines = renderStation(station, { ...size, rows }).split("\n");
      if (lines.length > rows) t.fail(`${name} at ${rows} rows has ${lines.length}`);
    }
    for (let columns = 1; columns < 40; columns += 3) {
      const lines = renderStation(station, { ...size, columns }).split("\n");
      if (lines.some((text) => stringWidth(text) > columns)) t.fail(`${name} at ${columns} columns is too wide`);
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
    "32.0 A    PWM 53.3 %",
    "limit 32.0 A, 3 phases",
    "closed",
    "locked",
    "L1         16.0 A    222 V   █",
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
  const commanded = foldLine(
    charging,
    line(30, "connector_1", "contactor_command", { closed: false, reason: "PowerOff" }),
  );
  t.match(renderStation(commanded, { ...size, nowMs: 30_010 }), "Contactor  opening");
  t.match(renderStation(commanded, { ...size, nowMs: 31_000 }), "Contactor  CLOSED");
  const tripped = [
    line(30, "connector_1", "contactor_command", { closed: false, reason: "interlock:left_c" }),
    line(30.02, "connector_1", "contactor", { closed: false }),
  ].reduce(foldLine, charging);
  t.match(renderStation(tripped, { ...size, nowMs: 31_000 }), "interlock:left_c");
});

t.test("outputs that are no PWM", async (t) => {
  const output = (mode: string, duty_percent: number): string =>
    renderStation(foldLine(charging, line(30, "connector_1", "pwm", { mode, duty_percent })), size);
  t.match(output("X1", 100), "X1, steady +12 V");
  t.match(output("X1", 100), "C  +5.96 V  ", "a pilot that stands still has one voltage");
  t.match(output("F", 0), "F, steady -12 V");
  t.match(output("pwm", 5), "digital   PWM 5.0 %");
});

t.test("as many details as there is room for", async (t) => {
  const wide = renderStation(pictures.two ?? charging, { ...size, columns: 119, rows: 39 }).split("\n");
  t.match(wide[1], /connector_1 .* Charging .*┬─ connector_2 .* Charging/);
  t.ok(wide.some((text) => /^├─ events ─.*┴─.*┤$/.test(text)));
  const small = renderStation(pictures.two ?? charging, size);
  t.match(small, "16.0 16.0 16.0 A", "compact");
  const list = renderStation(pictures.eight ?? charging, size);
  t.match(list, "├─ connectors ─");
  t.match(list, /connector_8 +C +Charging 01:01 +10.66 kW +1.000 kWh +32.0 A/);
  t.match(renderStation(pictures.forty ?? charging, size), "and 21 more connectors");
});

t.test("one phase, direct current, no meter", async (t) => {
  const metered = (current_A: object, voltage_V: object): string =>
    renderStation(
      foldLine(
        charging,
        line(21, "connector_1", "powermeter", { energy_Wh_import: { total: 1 }, current_A, voltage_V }),
      ),
      size,
    );
  const single = metered({ L1: 90 }, { L1: 229 });
  t.match(single, "90.0 A");
  t.notMatch(single, "L2 ");
  t.match(single, "100 A");
  t.match(metered({ DC: 125 }, { DC: 400 }), "DC         125.0 A   400 V");
  t.match(renderStation(initialStation(parts), size), "L3         –");
});

t.test("time and speed", async (t) => {
  const nowMs = ((2 * 24 + 3) * 3600 + 4) * 1000;
  t.match(renderStation(charging, { ...size, nowMs, speed: 10 }), "×10 · 2 d 03:00:04");
  t.match(renderStation(charging, { ...size, nowMs: 3_600_000 }), " 1:00:00 ");
});
