/** The whole panel: a frame, its connectors, what troubles the station, and what happened lately. */
import type { ChalkInstance } from "chalk";
import chalk from "chalk";
import type { DetailLevel } from "./connector-panel.ts";
import { connectorLines, connectorState, connectorTitle, faultLines } from "./connector-panel.ts";
import type { LogEntry } from "./log-entry.ts";
import { duration } from "./quantities.ts";
import type { ConnectorView, StationState } from "./station-view.ts";
import type { StyledText } from "./styled-text.ts";
import { fitted, painted, painterOf, piece, widthOf } from "./styled-text.ts";

export interface RenderOptions {
  readonly columns: number;
  /** At most so many lines. */
  readonly rows: number;
  readonly nowMs: number;
  readonly title?: string;
  readonly speed?: number;
  /** In the lower edge. */
  readonly hint?: string;
  readonly chalk?: ChalkInstance;
}

const leastColumns = 20;
/** A connector beside another one needs no less than this to be read. */
const leastCellColumns = 58;
const leastLogLines = 3;
const mostLogLines = 20;
const mostStationFaults = 3;

export function renderStation(station: StationState, options: RenderOptions): string {
  const { rows, nowMs, title = "", speed = 1, hint = "" } = options;
  const columns = Math.max(leastColumns, options.columns);
  const paint = painterOf(options.chalk ?? chalk);
  const right = [piece(`${speed === 1 ? "" : `×${speed} · `}${duration(nowMs)}`, "dim")];
  const top = rule(["┌", "┐"], columns, [piece("evsed", "strong"), piece(title === "" ? "" : ` · ${title}`)], right);
  const bottom = rule(["└", "┘"], columns, hint === "" ? [] : [piece(hint, "dim")], []);

  const body = bodyOf(station, columns, rows - 2, nowMs);
  const lines = [top, ...body.slice(0, Math.max(0, rows - 2)), bottom];
  return lines
    .slice(0, Math.max(1, rows))
    .map((line) => painted(fitted(line, Math.max(1, options.columns)), paint))
    .join("\n");
}

function bodyOf(station: StationState, columns: number, rows: number, nowMs: number): readonly StyledText[] {
  const { connectors } = station;
  const perRow = Math.max(1, Math.min(connectors.length, Math.floor(columns / leastCellColumns)));
  const faults = faultLines(station.faults, mostStationFaults).map((line) => row([line], columns));
  const room = rows - (faults.length === 0 ? 0 : 1 + faults.length);
  const widths = cellColumns(columns, perRow);
  const layouts: readonly (() => Layout)[] = [
    ...(["airy", "full", "compact"] as const).map((level) => () => ({
      lines: connectorGrid(connectors, level, widths, nowMs),
      cells: perRow,
    })),
    () => ({ lines: connectorList(connectors, columns, nowMs), cells: 1 }),
  ];
  const chosen = roomiest(layouts, room);
  if (chosen === undefined) return shortened(connectorList(connectors, columns, nowMs), room, columns);

  const body = [...chosen.lines];
  let above = chosen.cells;
  const begin = (name: string): void => {
    body.push(section(name, columns, above));
    above = 1;
  };
  if (faults.length > 0) {
    begin("station");
    body.push(...faults);
  }
  const logLines = Math.min(mostLogLines, rows - body.length - 1);
  if (logLines < 1) return body;
  begin("events");
  return [...body, ...logRows(station, logLines, columns)];
}

interface Layout {
  readonly lines: readonly StyledText[];
  /** Beside each other in its last row. */
  readonly cells: number;
}

/** The most detailed layout that leaves some room for events, or else the first one that fits at all. */
function roomiest(layouts: readonly (() => Layout)[], room: number): Layout | undefined {
  let fitting: Layout | undefined;
  for (const draw of layouts) {
    const layout = draw();
    if (layout.lines.length + 1 + leastLogLines <= room) return layout;
    if (fitting === undefined && layout.lines.length <= room) fitting = layout;
  }
  return fitting;
}

/** Connectors beside each other, row below row. `widths`: of the cells of a row. */
function connectorGrid(
  connectors: readonly ConnectorView[],
  level: DetailLevel,
  widths: readonly number[],
  nowMs: number,
): readonly StyledText[] {
  const columns = widths.reduce((sum, width) => sum + width + 1, 1);
  const lines: StyledText[] = [];
  for (let first = 0; first < connectors.length; first += widths.length) {
    const cells = connectors.slice(first, first + widths.length);
    const blocks = cells.map((cell, index) => connectorLines(cell, level, (widths[index] ?? 0) - 2, nowMs));
    const titles = cells.map((cell) => ({ left: connectorTitle(cell), right: connectorState(cell, nowMs) }));
    lines.push(dividedRule(titles, widths, first === 0 ? "┬" : "┼"));
    for (let line = 0; line < Math.max(...blocks.map((block) => block.length)); line += 1) {
      const texts = widths.map((_, index) => blocks[index]?.[line] ?? []);
      lines.push(row(texts, columns));
    }
  }
  return lines;
}

function connectorList(connectors: readonly ConnectorView[], columns: number, nowMs: number): readonly StyledText[] {
  const lines = connectors.flatMap((connector) => connectorLines(connector, "line", columns - 4, nowMs));
  return [section("connectors", columns, 1), ...lines.map((line) => row([line], columns))];
}

function shortened(lines: readonly StyledText[], room: number, columns: number): readonly StyledText[] {
  const shown = lines.slice(0, Math.max(0, room - 1));
  return [...shown, row([[piece(`and ${lines.length - shown.length} more connectors`, "dim")]], columns)];
}

/** Columns between the vertical lines. */
function cellColumns(columns: number, count: number): readonly number[] {
  const room = columns - count - 1;
  const each = Math.floor(room / count);
  return Array.from({ length: count }, (_, index) => (index < count - 1 ? each : room - each * (count - 1)));
}

const line = (text: string): StyledText => [piece(text, "dim")];

function row(cells: readonly StyledText[], columns: number): StyledText {
  const widths = cellColumns(columns, cells.length);
  return [
    ...line("│"),
    ...cells.flatMap((cell, index) => [
      piece(" "),
      ...fitted(cell, (widths[index] ?? 0) - 2),
      piece(" "),
      ...line("│"),
    ]),
  ];
}

interface Title {
  readonly left: StyledText;
  readonly right: StyledText;
}

/** A horizontal line over cells, or under them, with a title for each. */
function dividedRule(titles: readonly Title[], widths: readonly number[], divider: string): StyledText {
  return widths.flatMap((width, index) => {
    const { left, right } = titles[index] ?? { left: [], right: [] };
    const isLast = index === widths.length - 1;
    return rule([index === 0 ? "├" : divider, isLast ? "┤" : ""], width + (isLast ? 2 : 1), left, right);
  });
}

/** Begins a part below `above` cells. */
const section = (name: string, columns: number, above: number): StyledText =>
  dividedRule([{ left: [piece(name, "dim")], right: [] }], cellColumns(columns, above), "┴");

type Ends = readonly [left: string, right: string];

/** A horizontal line with something written into it. What stands on the right goes first where both do not fit. */
function rule(ends: Ends, columns: number, left: StyledText, right: StyledText): StyledText {
  const [first, last] = ends;
  const room = columns - first.length - last.length;
  const title = left.length === 0 ? [] : [...line("─ "), ...left, piece(" ")];
  const end = right.length === 0 ? [] : [piece(" "), ...right, ...line(" ─")];
  const both = widthOf(title) + widthOf(end) + 1 <= room;
  const written = both ? title : fitted(title, Math.min(room, widthOf(title)));
  const fill = room - widthOf(written) - (both ? widthOf(end) : 0);
  return [...line(first), ...written, ...line("─".repeat(fill)), ...(both ? end : []), ...line(last)];
}

const logTones = { plain: "plain", good: "good", warning: "warning", bad: "bad" } as const;

/** Always `count` rows: a panel that does not grow does not flicker. */
function logRows(station: StationState, count: number, columns: number): readonly StyledText[] {
  const namesModules = station.connectors.length > 1;
  const entries = station.log.slice(-count).map((entry) => logText(entry, namesModules));
  return Array.from({ length: count }, (_, index) => row([entries[index] ?? []], columns));
}

function logText({ atMs, module, tone, what, detail }: LogEntry, namesModule: boolean): StyledText {
  return [
    piece(`${duration(atMs).padStart(8)}  `, "dim"),
    ...(namesModule ? [piece(`${module.padEnd(11)}  `, "dim")] : []),
    piece(what.padEnd(20), logTones[tone]),
    piece(`  ${detail}`, tone === "bad" ? "bad" : "dim"),
  ];
}
