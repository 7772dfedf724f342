/** The whole picture: a frame, connectors, what belongs to the station, what happened lately. Pure. */
import type { ChalkInstance } from "chalk";
import chalk from "chalk";
import type { ShownConnector } from "./connector-panel.ts";
import {
  blockTextLines,
  connectorBlock,
  connectorDigest,
  connectorRow,
  connectorState,
  connectorTitle,
  faultLines,
} from "./connector-panel.ts";
import { leastPlotRows, sharedScale } from "./current-plot.ts";
import type { LiveState } from "./live-state.ts";
import { detailOf, reservationOf } from "./live-state.ts";
import type { LogEntry } from "./log-entry.ts";
import type { OperatorPanel } from "./operator-panel.ts";
import { keyList, promptText, promptWords } from "./operator-panel.ts";
import { duration } from "./quantities.ts";
import { shortToken } from "./short-token.ts";
import { stationDigest, stationLines } from "./station-panel.ts";
import type { StyledText } from "./styled-text.ts";
import { asciiOf, fitted, painted, painterOf, piece, widthOf } from "./styled-text.ts";

export interface RenderOptions {
  readonly columns: number;
  /** At most so many lines. */
  readonly rows: number;
  readonly nowMs: number;
  readonly title?: string;
  readonly speed?: number;
  /** In the lower edge, where no keys are heard. */
  readonly hint?: string;
  readonly chalk?: ChalkInstance;
  /** The terminal shows more than ASCII; so it is taken to when absent. */
  readonly unicode?: boolean;
  /** Absent: nobody has keys. */
  readonly panel?: OperatorPanel;
  readonly simulate?: boolean;
}

const leastColumns = 20;
/** A connector beside another one needs no less than this to be read. */
const leastCellColumns = 58;
const leastLogLines = 3;
const mostLogLines = 20;
const mostStationFaults = 3;
const leastListRows = 5;
/** A line about the station and two events, with their titles; or one event. */
const leastBelow = 5;
const leastEvents = 2;
/** Two connectors are seen whole, side by side or below each other, or else as a list with one of them in full. */
const plotHeights = [8, 7, 6, 5, leastPlotRows];

export function renderStation(live: LiveState, options: RenderOptions): string {
  const { rows, nowMs, title = "", speed = 1, panel, unicode = true } = options;
  const columns = Math.max(leastColumns, options.columns);
  const paint = painterOf(options.chalk ?? chalk);
  const right = [piece(`${speed === 1 ? "" : `×${speed} · `}${duration(nowMs)}`, "dim")];
  const top = rule(["┌", "┐"], columns, [piece("evsed", "strong"), piece(title === "" ? "" : ` · ${title}`)], right);
  const bottom = rule(["└", "┘"], columns, edge(options), []);

  const said = panel === undefined ? [] : dialogue(panel, live, columns).map((text) => row([text], columns));
  const room = Math.max(0, rows - 2 - said.length);
  const body =
    panel?.showsKeys === true
      ? keyLines(options.simulate === true, columns, room)
      : bodyOf(live, panel, columns, room, nowMs);
  const lines = [top, ...body.slice(0, room), ...said, bottom];
  // Where hardly anything fits, a question that waits for an answer does.
  const shown = lines.length > rows && said.length > 0 ? said.slice(-Math.max(1, rows)) : lines;
  return shown
    .slice(0, Math.max(1, rows))
    .map((line) => fitted(line, Math.max(1, options.columns)))
    .map((line) => painted(unicode ? line : asciiOf(line), paint))
    .join("\n");
}

/** In the lower edge: what the last key led to, or else what keys there are. */
function edge({ panel, simulate, hint = "" }: RenderOptions): StyledText {
  if (panel === undefined) return hint === "" ? [] : [piece(hint, "dim")];
  const { message, prompt } = panel;
  if (message !== null && prompt === null) return [piece(message.text, message.isBad ? "warning" : "good")];
  return [piece(keysHint(panel, simulate === true), "dim")];
}

function keysHint({ prompt, cards, card }: OperatorPanel, simulate: boolean): string {
  if (prompt !== null) return "Enter sends · Esc drops";
  const token = cards[card];
  const swiping = simulate && token !== undefined ? ` · s swipes ${shortToken(token)}` : "";
  return `? shows the keys${swiping} · q stops in the safe state`;
}

/** The question, or what is wrong with the answer, and what is typed: of a long text its end. */
function dialogue(panel: OperatorPanel, live: LiveState, columns: number): readonly StyledText[] {
  const { prompt } = panel;
  if (prompt === null) return [];
  const { complaint } = prompt;
  const asked = complaint === null ? piece(promptWords(prompt, panel, live), "strong") : piece(complaint, "warning");
  const room = Math.max(1, columns - 4 - 3);
  return [[asked], [piece("> ", "note"), piece(promptText(prompt).slice(-room)), piece("_", "note")]];
}

function keyLines(simulate: boolean, columns: number, room: number): readonly StyledText[] {
  const lines = keyList(simulate).map(({ key, does }) => [piece(key.padEnd(16), "strong"), piece(does)]);
  const all = [[], ...lines].map((text) => row([text], columns));
  const blank = Array.from({ length: Math.max(0, room - all.length - 1) }, () => row([[]], columns));
  return [section("keys", columns, 1), ...all, ...blank];
}

function bodyOf(
  live: LiveState,
  panel: OperatorPanel | undefined,
  columns: number,
  room: number,
  nowMs: number,
): readonly StyledText[] {
  const { station } = live;
  const selected = panel?.selected ?? 0;
  const count = station.connectors.length;
  const connectors = station.connectors.map((connector, index) => ({
    connector,
    detail: detailOf(live, connector.id),
    reservation: reservationOf(live, connector.id),
    number: count > 1 ? `${index + 1}`.padStart(`${count}`.length) : null,
    isSelected: panel !== undefined && count > 1 && index === selected,
  }));
  const faults = faultLines(station.faults, mostStationFaults);
  const belongings = live.nodes.length === 0 && live.tokens.length === 0 ? [] : stationLines(live, nowMs);
  const scaleA = sharedScale(connectors.map(({ detail }) => detail.history));
  const upper = connectorsPart(connectors, selected, columns, room, faults.length + belongings.length, scaleA, nowMs);

  const body = [...upper.lines];
  let above = upper.cells;
  const told = stationPart(faults, belongings, stationDigest(live, nowMs), room - body.length);
  if (told.length > 0) {
    body.push(section("station", columns, above), ...told.map((text) => row([text], columns)));
    above = 1;
  }
  const logLines = Math.min(mostLogLines, room - body.length - 1);
  if (logLines < 1) return body;
  return [...body, section("events", columns, above), ...logRows(live, logLines, columns)];
}

/** As much as the events can spare: they keep a few lines while there is any choice. */
function stationPart(
  faults: readonly StyledText[],
  belongings: readonly StyledText[],
  digest: StyledText,
  room: number,
): readonly StyledText[] {
  const all = [...faults, ...belongings];
  const most = room - 2 - leastLogLines;
  if (all.length <= most) return all;
  if (room < 4) return faults.slice(0, Math.max(0, room - 1));
  if (most < 2 || belongings.length === 0) return (faults.length > 0 ? faults : [digest]).slice(0, Math.max(1, most));
  // The last line is about all of the station.
  return [...all.slice(0, most - 1), ...all.slice(-1)];
}

interface Layout {
  readonly lines: readonly StyledText[];
  /** Beside each other in its last row. */
  readonly cells: number;
}

/** The connectors in as much detail as there is room for. `belowLines`: of what the station has to say below them. */
function connectorsPart(
  connectors: readonly ShownConnector[],
  selected: number,
  columns: number,
  room: number,
  belowLines: number,
  scaleA: number,
  nowMs: number,
): Layout {
  const count = connectors.length;
  const perRow = Math.max(1, Math.min(count, Math.floor(columns / leastCellColumns)));
  const widths = cellColumns(columns, perRow);
  const comfortable = 1 + belowLines + 1 + leastLogLines;
  const gridRows = Math.ceil(count / perRow);
  const textLines = Math.max(0, ...connectors.map(blockTextLines));
  const chosen = connectors[selected];
  const chosenLines = chosen === undefined ? 0 : 1 + blockTextLines(chosen);

  const blocks = (some: readonly ShownConnector[], plotRows: number, cells: readonly number[]) =>
    connectorGrid(
      some,
      (shown, width) => connectorBlock(shown, width, { rows: plotRows, scaleA }, nowMs),
      cells,
      nowMs,
    );
  const inFull = (plotRows: number): Candidate => ({
    lines: gridRows * (1 + textLines + plotRows),
    below: plotRows > 5 ? comfortable : plotRows > 0 ? leastBelow : leastEvents,
    draw: () => ({ lines: blocks(connectors, plotRows, widths), cells: perRow }),
  });
  const listed = (plotRows: number): Candidate => {
    const below = plotRows > 5 ? comfortable : plotRows > leastPlotRows ? leastBelow : leastEvents;
    const block = chosenLines + plotRows;
    const listRows = Math.min(count, Math.max(leastListRows, room - block - 1 - Math.max(below, leastBelow)));
    return {
      lines: 1 + listRows + block,
      below,
      draw: () => ({
        lines: [
          ...connectorList(connectors, selected, listRows, columns, nowMs),
          ...blocks(chosen === undefined ? [] : [chosen], plotRows, cellColumns(columns, 1)),
        ],
        cells: 1,
      }),
    };
  };
  const digests: Candidate = {
    lines: gridRows * 4,
    below: 0,
    draw: () => ({
      lines: connectorGrid(connectors, (shown, width) => connectorDigest(shown, width, nowMs), widths, nowMs),
      cells: perRow,
    }),
  };
  const candidates = [
    ...plotHeights.map(inFull),
    ...(count > 1 ? [...plotHeights, 0].map(listed) : [inFull(0)]),
    digests,
  ];
  return (
    candidates.find(({ lines, below }) => lines + below <= room)?.draw() ?? {
      lines: connectorList(connectors, selected, Math.max(0, room - 1), columns, nowMs),
      cells: 1,
    }
  );
}

/** A way to show the connectors: drawn only when it is chosen. */
interface Candidate {
  readonly lines: number;
  /** What it wants to leave for the station and the events. */
  readonly below: number;
  readonly draw: () => Layout;
}

/** Connectors beside each other, row below row. `widths`: of the cells of a row. */
function connectorGrid(
  connectors: readonly ShownConnector[],
  linesOf: (shown: ShownConnector, columns: number) => readonly StyledText[],
  widths: readonly number[],
  nowMs: number,
): readonly StyledText[] {
  const columns = widths.reduce((sum, width) => sum + width + 1, 1);
  const lines: StyledText[] = [];
  for (let first = 0; first < connectors.length; first += widths.length) {
    const cells = connectors.slice(first, first + widths.length);
    const blocks = cells.map((cell, index) => linesOf(cell, (widths[index] ?? 0) - 2));
    const titles = cells.map((cell) => ({ left: connectorTitle(cell), right: connectorState(cell, nowMs) }));
    lines.push(dividedRule(titles, widths, first === 0 ? "┬" : "┼"));
    for (let line = 0; line < Math.max(...blocks.map((block) => block.length)); line += 1) {
      const texts = widths.map((_, index) => blocks[index]?.[line] ?? []);
      lines.push(row(texts, columns));
    }
  }
  return lines;
}

/** As many as there is room for, around the selected one. */
function connectorList(
  connectors: readonly ShownConnector[],
  selected: number,
  rows: number,
  columns: number,
  nowMs: number,
): readonly StyledText[] {
  const count = connectors.length;
  const first = Math.max(0, Math.min(count - rows, selected - Math.floor(rows / 2)));
  const shown = connectors.slice(first, first + rows);
  const which = shown.length < count ? ` ${first + 1} to ${first + shown.length} of ${count}` : "";
  return [
    section(`connectors${which}`, columns, 1),
    ...shown.map((connector) => row([connectorRow(connector, nowMs)], columns)),
  ];
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
function logRows({ station, log }: LiveState, count: number, columns: number): readonly StyledText[] {
  const namesModules = station.connectors.length > 1;
  const entries = log.slice(-count).map((entry) => logText(entry, namesModules));
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
