/** Current and limit of a connector over the last minutes, in block characters. Pure. */
import type { CurrentHistory, CurrentSample } from "./current-history.ts";
import { sampleAt } from "./current-history.ts";
import type { Piece, StyledText, Tone } from "./styled-text.ts";
import { piece, widthOf } from "./styled-text.ts";

export interface PlotOptions {
  readonly columns: number;
  /** The axis of time is the last of them. */
  readonly rows: number;
  /** Ampere at the upper end. */
  readonly scaleA: number;
  readonly nowMs: number;
}

export const leastPlotRows = 4;
const leastPlotColumns = 12;
/** Columns of the current's scale, its line included. */
const scaleColumns = 7;
const leastSpanS = 180;
/** Seconds a column stands for. */
const stepsS = [1, 2, 5, 10, 15, 20, 30];
/** Ampere at the upper end: the usual sizes of a supply, even ones so that its middle has a name. */
const scalesA = [10, 16, 20, 32, 40, 50, 64, 80];
const eighths = " ▁▂▃▄▅▆▇█";
const limitLine = "━";
/** Above this a current is not within its limit; below, it is noise. */
const toleranceA = 0.5;

/** The smallest usual supply that holds that current. */
export const scaleFor = (highestA: number): number =>
  scalesA.find((size) => size >= highestA) ?? Math.ceil(highestA / 100) * 100;

/** One scale for connectors that are looked at side by side. */
export const sharedScale = (histories: Iterable<CurrentHistory>): number =>
  scaleFor(
    [...histories].reduce(
      (highest, history) => history.reduce((most, { drawnA, limitA }) => Math.max(most, drawnA, limitA), highest),
      0,
    ),
  );

/** Nothing where there is no room for it. */
export function currentPlot(
  history: CurrentHistory,
  { columns, rows, scaleA, nowMs }: PlotOptions,
): readonly StyledText[] {
  const room = columns - scaleColumns;
  if (rows < leastPlotRows || room < leastPlotColumns) return [];
  const stepS = stepsS.find((step) => room * step >= leastSpanS) ?? 30;
  // Whole minutes, so that the scale can name them.
  const columnsPerMinute = 60 / stepS;
  const plotted = Math.max(1, Math.floor(room / columnsPerMinute)) * columnsPerMinute;
  const samples = samplesOf(history, nowMs, stepS * 1000, Math.min(room, plotted));
  const height = rows - 1;
  const lines = Array.from({ length: height }, (_, row) => [
    scaleLabel(row, height, scaleA),
    ...merged(samples.map((sample) => cell(sample, height - 1 - row, height, scaleA))),
  ]);
  return [...lines, timeAxis(samples.length, columnsPerMinute)];
}

/** What held at the end of each column; columns begin at whole steps, so that the picture moves on column by column. */
function samplesOf(
  history: CurrentHistory,
  nowMs: number,
  stepMs: number,
  count: number,
): readonly (CurrentSample | undefined)[] {
  const lastEndMs = Math.ceil(nowMs / stepMs) * stepMs;
  return Array.from({ length: count }, (_, index) => {
    const endMs = lastEndMs - (count - 1 - index) * stepMs;
    return sampleAt(history, Math.min(endMs, nowMs));
  });
}

/** `level` counts from the bottom. The limit's line covers the current of its own row: within a row they are equal. */
function cell(sample: CurrentSample | undefined, level: number, height: number, scaleA: number): Piece {
  if (sample === undefined) return piece(" ");
  const { drawnA, limitA } = sample;
  const limitLevel = Math.ceil((limitA / scaleA) * height - 1e-9) - 1;
  if (limitA > 0 && level === limitLevel) return piece(limitLine, "note");
  const filled = Math.round((drawnA / scaleA) * height * 8) - level * 8;
  const tone: Tone = drawnA > limitA + toleranceA && level > limitLevel ? "warning" : "good";
  return piece(eighths[Math.min(8, Math.max(0, filled))] ?? " ", tone);
}

/** Neighbours of one tone become one piece. */
function merged(cells: readonly Piece[]): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const next of cells) {
    const last = pieces.at(-1);
    if (last?.tone === next.tone) pieces[pieces.length - 1] = piece(last.text + next.text, last.tone);
    else pieces.push(next);
  }
  return pieces;
}

/** Names the upper edge of the first row, and the middle where a row begins there. */
function scaleLabel(row: number, height: number, scaleA: number): Piece {
  const isNamed = row === 0 || (height >= 4 && row * 2 === height);
  const text = isNamed ? `${(scaleA * (height - row)) / height} A ` : "";
  return piece(`${text.padStart(scaleColumns - 1)}${isNamed ? "┤" : "│"}`, "dim");
}

/** A mark for each minute, the outermost in words, and between them what is what. */
function timeAxis(columns: number, columnsPerMinute: number): StyledText {
  const marks = Array.from({ length: columns }, (_, index) => (index % columnsPerMinute === 0 ? "┴" : "─")).join("");
  const start = `-${columns / columnsPerMinute} min `;
  const end = " now";
  const legend: StyledText = [
    piece(" █", "good"),
    piece(" drawn ", "dim"),
    piece(limitLine, "note"),
    piece(" limit ", "dim"),
  ];
  const spare = columns - start.length - end.length - widthOf(legend);
  const scale = piece(`${"0 A ".padStart(scaleColumns - 1)}└`, "dim");
  if (spare < 2) {
    const between = marks.slice(start.length, Math.max(start.length, columns - end.length));
    return [scale, piece(`${start}${between}${end}`.slice(0, columns), "dim")];
  }
  const left = Math.floor(spare / 2);
  const legendAt = start.length + left;
  return [
    scale,
    piece(start + marks.slice(start.length, legendAt), "dim"),
    ...legend,
    piece(marks.slice(legendAt + widthOf(legend), columns - end.length) + end, "dim"),
  ];
}
