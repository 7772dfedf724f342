/** Draws the report in a browser. The data stand in the page; nothing is fetched. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import "./page.css";
import type { EvseReport, Lane, Remark, ReportData, Table } from "../report-data.ts";

const leftAxisPx = 148;
const rightAxisPx = 62;
const laneHeightPx = 26;
const axisHeightPx = 30;
const paperWidthPx = 700;
const ink = "#33404d";
const grid = "#e3e8ed";
const font = "12px system-ui, sans-serif";

const colours: Readonly<Record<string, string>> = {
  Idle: "#cfd8dc",
  Disabled: "#90a4ae",
  WaitingForAuthentication: "#ffe082",
  PrepareCharging: "#81d4fa",
  WaitingForEnergy: "#ffe082",
  Charging: "#81c784",
  ChargingPausedEV: "#ffcc80",
  ChargingPausedEVSE: "#ffb74d",
  StoppingCharging: "#b0bec5",
  Finished: "#b39ddb",
  SwitchPhases: "#80cbc4",
  A: "#cfd8dc",
  B: "#ffe082",
  C: "#81c784",
  D: "#4db6ac",
  E: "#ef9a9a",
  F: "#e57373",
  closed: "#81c784",
  open: "#eceff1",
  locked: "#90caf9",
  unlocked: "#eceff1",
};
const otherColour = "#d1c4e9";
const errorColour = "#e57373";

const data = JSON.parse((document.getElementById("data") as HTMLElement).textContent ?? "") as ReportData;
const fromS = data.fromMs / 1000;
const toS = Math.max(data.toMs / 1000, fromS + 1);
const charts: uPlot[] = [];

type Value = number | null | undefined;

const inUtc = (timestampS: number): Date => uPlot.tzDate(new Date(timestampS * 1000), "Etc/UTC");
const clock = uPlot.fmtDate("{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}.{fff}");
const clockTime = (timestampS: number): string => clock(inUtc(timestampS));

/** What was known at an instant: the value there or the last one before it; a gap says that nothing was. */
function lastKnown(chart: uPlot, series: number, index: number | null): number | null {
  const values = chart.data[series] as Value[];
  for (let at = index ?? -1; at >= 0; at--) if (values[at] !== undefined) return values[at] ?? null;
  return null;
}

function joined(tables: readonly Table[]): uPlot.AlignedData {
  const ends: uPlot.AlignedData = [[fromS, toS]];
  const aligned = tables.map(({ atMs, columns }): uPlot.AlignedData => [atMs.map((ms) => ms / 1000), ...columns]);
  return uPlot.join([ends, ...aligned]);
}

interface Line {
  readonly label: string;
  readonly unit: string;
  readonly colour: string;
  readonly scale?: string;
  readonly stepped?: boolean;
  readonly dashed?: boolean;
  readonly fill?: string;
  readonly digits?: number;
}

const stepped = uPlot.paths.stepped?.({ align: 1 });

function seriesOf({
  label,
  unit,
  colour,
  scale = unit,
  stepped: isStepped,
  dashed,
  fill,
  digits = 1,
}: Line): uPlot.Series {
  return {
    label,
    scale,
    stroke: colour,
    width: 1.6,
    points: { show: false },
    spanGaps: false,
    value: (chart, _value, series, index) => {
      const value = lastKnown(chart, series, index);
      return value === null ? "–" : `${value.toFixed(digits)} ${unit}`;
    },
    ...(isStepped === true && stepped !== undefined ? { paths: stepped } : {}),
    ...(dashed === true ? { dash: [6, 4] } : {}),
    ...(fill === undefined ? {} : { fill }),
  };
}

/** One line of text, as fine as the splits are. */
function timesOfDay(_chart: uPlot, splits: number[]): string[] {
  const stepS = (splits[1] ?? 0) - (splits[0] ?? 0);
  const from = stepS < 1 ? [11, 23] : stepS < 60 ? [11, 19] : stepS < 86_400 ? [11, 16] : [5, 10];
  return splits.map((at) => new Date(Math.round(at * 1000)).toISOString().slice(...from));
}

const timeAxis = (): uPlot.Axis => ({
  space: 80,
  values: timesOfDay,
  stroke: ink,
  font,
  size: axisHeightPx,
  grid: { stroke: grid },
  ticks: { stroke: grid },
});

function valueAxis(label: string, scale: string, side: 1 | 3): uPlot.Axis {
  return {
    scale,
    side,
    label,
    labelSize: 18,
    labelFont: font,
    font,
    stroke: ink,
    size: side === 3 ? leftAxisPx - 18 : rightAxisPx - 18,
    grid: side === 3 ? { stroke: grid } : { show: false },
    ticks: { stroke: grid },
  };
}

/** Errors stand behind every plot, sessions begin and end in every plot. */
function marks(evse: EvseReport): uPlot.Plugin {
  const errors = evse.lanes.find(({ name }) => name === "Errors")?.spans ?? [];
  return {
    hooks: {
      drawClear: (chart) => {
        const { ctx, bbox } = chart;
        ctx.save();
        ctx.beginPath();
        ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
        ctx.clip();
        ctx.fillStyle = "rgba(229, 115, 115, 0.14)";
        for (const { fromMs, toMs } of errors) {
          const left = chart.valToPos(fromMs / 1000, "x", true);
          const right = chart.valToPos(toMs / 1000, "x", true);
          ctx.fillRect(left, bbox.top, Math.max(1, right - left), bbox.height);
        }
        ctx.strokeStyle = "#90a4ae";
        ctx.setLineDash([3, 3]);
        for (const { beganMs, endedMs } of evse.sessions) {
          for (const atMs of [beganMs, endedMs]) {
            if (atMs === null) continue;
            const at = Math.round(chart.valToPos(atMs / 1000, "x", true)) + 0.5;
            ctx.beginPath();
            ctx.moveTo(at, bbox.top);
            ctx.lineTo(at, bbox.top + bbox.height);
            ctx.stroke();
          }
        }
        ctx.restore();
      },
    },
  };
}

/** The time that is pointed at, not that of the nearest value. */
function showTime(chart: uPlot): void {
  const cell = chart.root.querySelector(".u-legend .u-series .u-value");
  const { left = -1 } = chart.cursor;
  if (cell !== null) cell.textContent = left < 0 ? "–" : clockTime(chart.posToVal(left, "x"));
}

let isZooming = false;

function zoomAll(min: number, max: number): void {
  if (isZooming) return;
  isZooming = true;
  for (const chart of charts) {
    const { x } = chart.scales;
    if (x?.min !== min || x.max !== max) chart.setScale("x", { min, max });
  }
  isZooming = false;
}

function options(height: number, evse: EvseReport, own: Partial<uPlot.Options>): uPlot.Options {
  return {
    width: widthNow(),
    height,
    tzDate: inUtc,
    padding: [8, 0, 0, 0],
    cursor: {
      sync: { key: "report", setSeries: false },
      drag: { x: true, y: false },
      points: { show: false },
      // Between two changes the earlier one counts, however near the later one is.
      dataIdx: (chart, _series, closest, at) =>
        (chart.data[0][closest] ?? 0) > at ? Math.max(0, closest - 1) : closest,
    },
    scales: { x: { time: true, range: (_chart, min, max) => [min ?? fromS, max ?? toS] } },
    series: [],
    ...own,
    plugins: [marks(evse), ...(own.plugins ?? [])],
    hooks: {
      ...own.hooks,
      setCursor: [showTime, ...(own.hooks?.setCursor ?? [])],
      setScale: [
        (chart, key) => {
          const { min, max } = chart.scales.x ?? {};
          if (key === "x" && min !== undefined && max !== undefined && min !== null && max !== null) zoomAll(min, max);
        },
      ],
    },
  };
}

const timeSeries: uPlot.Series = { label: "Time (UTC)", value: () => "–" };

function plot(
  parent: HTMLElement,
  evse: EvseReport,
  title: string,
  height: number,
  tables: readonly Table[],
  lines: readonly Line[],
  axes: readonly uPlot.Axis[],
  scales: uPlot.Scales = {},
): void {
  const hasRight = axes.some(({ side }) => side === 1);
  const frame = panel(parent, title);
  const base = options(height, evse, {
    padding: [8, hasRight ? 0 : rightAxisPx, 0, 0],
    series: [timeSeries, ...lines.map(seriesOf)],
    axes: [timeAxis(), ...axes],
  });
  charts.push(new uPlot({ ...base, scales: { ...base.scales, ...scales } }, joined(tables), frame));
}

function panel(parent: HTMLElement, title: string): HTMLElement {
  const frame = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.textContent = title;
  frame.append(caption);
  parent.append(frame);
  return frame;
}

const colourOf = (lane: Lane, name: string): string =>
  lane.name === "Errors" ? errorColour : (colours[name] ?? otherColour);

/** Instants of a lane of their own: session events and errors. */
function remarksOf(evse: EvseReport): readonly Remark[] {
  return data.remarks.filter(
    ({ kind, module }) => kind === "daemon" || (module === evse.id && kind === "session") || kind === "error",
  );
}

function timeline(parent: HTMLElement, evse: EvseReport): void {
  // A station without a lock has nothing to show there; that there was no error is worth a lane.
  const lanes = evse.lanes.filter(({ name, spans }) => spans.length > 0 || name === "Errors");
  const events = remarksOf(evse);
  const count = lanes.length + 1;
  const names = [...lanes.map(({ name }) => name), "Events"];
  const frame = panel(parent, "Course");
  const told = document.createElement("p");
  told.className = "told";
  const draw = (chart: uPlot): void => {
    const { ctx, bbox } = chart;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    const laneHeight = bbox.height / count;
    for (const [index, lane] of lanes.entries()) {
      const top = bbox.top + index * laneHeight + 3 * ratio;
      const height = laneHeight - 6 * ratio;
      for (const { fromMs, toMs, name } of lane.spans) {
        const left = Math.max(bbox.left, chart.valToPos(fromMs / 1000, "x", true));
        const right = Math.min(bbox.left + bbox.width, chart.valToPos(toMs / 1000, "x", true));
        if (right < bbox.left || left > bbox.left + bbox.width) continue;
        const width = Math.max(ratio, right - left);
        ctx.fillStyle = colourOf(lane, name);
        ctx.fillRect(left, top, width, height);
        if (ctx.measureText(name).width + 8 * ratio > width) continue;
        ctx.fillStyle = "#1c2733";
        ctx.fillText(name, left + 4 * ratio, top + height / 2);
      }
    }
    const top = bbox.top + lanes.length * laneHeight;
    for (const { atMs, kind } of events) {
      const at = chart.valToPos(atMs / 1000, "x", true);
      ctx.fillStyle = kind === "session" ? "#3f51b5" : "#c62828";
      ctx.beginPath();
      ctx.moveTo(at, top + 4 * ratio);
      ctx.lineTo(at + 4 * ratio, top + laneHeight - 4 * ratio);
      ctx.lineTo(at - 4 * ratio, top + laneHeight - 4 * ratio);
      ctx.fill();
    }
    ctx.restore();
  };
  const tell = (chart: uPlot): void => {
    const { left = -1 } = chart.cursor;
    if (left < 0) {
      told.textContent = "Point at the picture to read it. Drag to zoom in, double-click to see everything.";
      return;
    }
    const atMs = chart.posToVal(left, "x") * 1000;
    const parts = lanes.map(({ name, spans }) => {
      const span = spans.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
      return `${name}: ${span?.name ?? (name === "Errors" ? "none" : "–")}`;
    });
    const last = events.findLast((event) => event.atMs <= atMs);
    told.textContent = [
      `${clockTime(atMs / 1000)} UTC`,
      ...parts,
      ...(last === undefined ? [] : [`last event: ${last.text}`]),
    ].join(" · ");
  };
  const base = options(count * laneHeightPx + axisHeightPx + 8, evse, {
    padding: [8, rightAxisPx, 0, 0],
    legend: { show: false },
    series: [timeSeries, { scale: "lane", show: true, paths: () => null, points: { show: false } }],
    axes: [
      timeAxis(),
      {
        scale: "lane",
        side: 3,
        size: leftAxisPx,
        font,
        stroke: ink,
        grid: { show: false },
        ticks: { show: false },
        splits: () => names.map((_, index) => count - index - 0.5),
        values: () => names,
      },
    ],
    hooks: { draw: [draw], setCursor: [tell] },
  });
  charts.push(
    new uPlot(
      { ...base, scales: { ...base.scales, lane: { range: [0, count] } } },
      [
        [fromS, toS],
        [0, 0],
      ],
      frame,
    ),
  );
  frame.append(told);
  tell(charts.at(-1) as uPlot);
}

/** IEC 61851-1 table A.2: the levels of F, E, D, C, B and A. */
const pilotLevelsV = [-12, 0, 3, 6, 9, 12] as const;

/** From zero on, with some room above. */
const fromZero: uPlot.Scale = { range: (_chart, _min, max) => [0, Math.max(max ?? 0, 1) * 1.1] };

function draw(parent: HTMLElement, evse: EvseReport): void {
  const { tables, mode, isPilotNominal } = evse;
  timeline(parent, evse);
  const offerOf = (column: number): Table => ({ ...tables.offer, columns: [tables.offer.columns[column] ?? []] });
  const pilotColumns = isPilotNominal ? tables.pilot.columns.slice(0, 1) : tables.pilot.columns;
  plot(
    parent,
    evse,
    isPilotNominal ? "Pilot: level its letter stands for, duty cycle" : "Pilot: measured voltage, duty cycle",
    170,
    [{ ...tables.pilot, columns: pilotColumns }, offerOf(0)],
    [
      { label: "positive", unit: "V", colour: "#1565c0", stepped: true },
      ...(isPilotNominal ? [] : [{ label: "negative", unit: "V", colour: "#6a9bd1", stepped: true }]),
      { label: "duty cycle", unit: "%", colour: "#ef6c00", stepped: true, dashed: true, digits: 2 },
    ],
    [{ ...valueAxis("V", "V", 3), splits: () => [...pilotLevelsV] }, valueAxis("%", "%", 1)],
    { V: { range: [-14, 14] }, "%": { range: [0, 105] } },
  );
  if (mode === "AC") {
    plot(
      parent,
      evse,
      "Current: measured, offered by the duty cycle, limit",
      230,
      [tables.electric, offerOf(1), offerOf(2)],
      [
        { label: "L1", unit: "A", colour: "#6d4c41" },
        { label: "L2", unit: "A", colour: "#212121" },
        { label: "L3", unit: "A", colour: "#9e9e9e" },
        { label: "offered", unit: "A", colour: "#2e7d32", stepped: true, dashed: true },
        { label: "limit", unit: "A", colour: "#c62828", stepped: true, dashed: true },
      ],
      [valueAxis("A", "A", 3)],
      { A: fromZero },
    );
  } else {
    plot(
      parent,
      evse,
      "Direct current: voltage and current of the supply, and what it is set to",
      250,
      [tables.electric, tables.target],
      [
        { label: "voltage", unit: "V", colour: "#1565c0" },
        { label: "current", unit: "A", colour: "#2e7d32" },
        { label: "voltage set", unit: "V", colour: "#1565c0", stepped: true, dashed: true },
        { label: "current set", unit: "A", colour: "#2e7d32", stepped: true, dashed: true },
      ],
      [valueAxis("V", "V", 3), valueAxis("A", "A", 1)],
      { V: fromZero, A: fromZero },
    );
  }
  plot(
    parent,
    evse,
    "Power, and energy since the beginning of the record",
    190,
    [tables.power, tables.energy],
    [
      { label: "power", unit: "kW", colour: "#5e35b1", fill: "rgba(94, 53, 177, 0.10)", digits: 2 },
      { label: "energy", unit: "kWh", colour: "#00838f", digits: 3 },
    ],
    [valueAxis("kW", "kW", 3), valueAxis("kWh", "kWh", 1)],
    { kW: fromZero, kWh: { range: (_chart, _min, max) => [0, Math.max(max ?? 0, 0.1) * 1.1] } },
  );
}

function widthNow(): number {
  return Math.max(480, (document.querySelector("section") as HTMLElement).clientWidth);
}

function resize(width: number): void {
  for (const chart of charts) chart.setSize({ width, height: chart.height });
}

for (const evse of data.evses) {
  const parent = document.querySelector<HTMLElement>(`[data-evse="${CSS.escape(evse.id)}"]`);
  if (parent !== null) draw(parent, evse);
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-from]")) {
  button.addEventListener("click", () => {
    const [from, to] = [Number(button.dataset.from) / 1000, Number(button.dataset.to) / 1000];
    const margin = button.dataset.margin === undefined ? 0 : Math.max(1, (to - from) * 0.03);
    zoomAll(Math.max(fromS, from - margin), Math.min(toS, to + margin));
  });
}
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-zoom]")) {
  button.addEventListener("click", () => {
    const { min, max } = charts[0]?.scales.x ?? {};
    if (typeof min !== "number" || typeof max !== "number") return;
    const middle = (min + max) / 2;
    const half = ((max - min) / 2) * Number(button.dataset.zoom);
    zoomAll(Math.max(fromS, middle - half), Math.min(toS, middle + half));
  });
}
addEventListener("resize", () => resize(widthNow()));
addEventListener("beforeprint", () => resize(paperWidthPx));
addEventListener("afterprint", () => resize(widthNow()));
/** For whoever looks from outside. */
Object.assign(globalThis, { report: { charts, data } });
