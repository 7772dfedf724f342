/**
 * Text for a terminal whose width is known before it has colours: pieces with a tone, cut or filled up to a number of
 * columns, and only then painted.
 */
import type { ChalkInstance } from "chalk";
import stringWidth from "string-width";

export type Tone = "plain" | "dim" | "strong" | "good" | "warning" | "bad" | "note";

export interface Piece {
  readonly text: string;
  readonly tone: Tone;
  /** Columns it takes. */
  readonly width: number;
}

export type StyledText = readonly Piece[];

export type Painter = (piece: Piece) => string;

/** Latin letters, punctuation, lines, blocks and a mark: nearly all of a picture takes a column a character. */
const narrow = /^[ -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2500-\u259f\u25b8]*$/;

export function piece(text: string, tone: Tone = "plain"): Piece {
  if (narrow.test(text)) return { text, tone, width: text.length };
  const clean = printable(text);
  return { text: clean, tone, width: stringWidth(clean) };
}

export function painterOf(chalk: ChalkInstance): Painter {
  const paint: Readonly<Record<Tone, (text: string) => string>> = {
    plain: (text) => text,
    dim: chalk.dim,
    strong: chalk.bold,
    good: chalk.green,
    warning: chalk.yellow,
    bad: chalk.redBright,
    note: chalk.cyan,
  };
  return ({ text, tone }) => (text === "" ? "" : paint[tone](text));
}

export const widthOf = (text: StyledText): number => text.reduce((sum, { width }) => sum + width, 0);

/** Exactly `columns` wide: filled up with spaces, or cut with an ellipsis. */
export function fitted(text: StyledText, columns: number): StyledText {
  const width = widthOf(text);
  if (width <= columns) return [...text, piece(" ".repeat(columns - width))];
  if (columns <= 0) return [];
  const kept: Piece[] = [];
  let room = columns - 1;
  for (const part of text) {
    const start = part.width <= room ? part : beginning(part, room);
    kept.push(start);
    room -= start.width;
    if (start !== part) break;
  }
  // A wide character that did not fit leaves a column behind.
  return [...kept, piece(`…${" ".repeat(room)}`, "dim")];
}

export const painted = (text: StyledText, paint: Painter): string => text.map(paint).join("");

/** What stands for what a terminal without UTF-8 cannot show; as wide as before. */
export function asciiOf(text: StyledText): StyledText {
  return text.map(({ text: shown, tone, width }) => ({
    text:
      narrow.test(shown) || stringWidth(shown) === shown.length
        ? shown.replace(/[^ -~]/g, asciiFor)
        : "?".repeat(width),
    tone,
    width,
  }));
}

const asciiSigns: Readonly<Record<string, string>> = {
  "│": "|",
  "━": "=",
  "▸": ">",
  "…": "~",
  "–": "-",
  "·": "-",
  "×": "x",
  "•": "*",
  "↑": "^",
  "↓": "v",
  "▒": ":",
};

/** Frames end in corners; of a block, more than half is all of it. */
const asciiFor = (sign: string): string =>
  asciiSigns[sign] ??
  (sign === "─"
    ? "-"
    : /[\u250c-\u254b]/.test(sign)
      ? "+"
      : /[\u2584-\u2588]/.test(sign)
        ? "#"
        : /[\u2581-\u2583]/.test(sign)
          ? " "
          : "?");

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function beginning({ text, tone }: Piece, columns: number): Piece {
  let start = "";
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = width + stringWidth(segment);
    if (next > columns) break;
    start += segment;
    width = next;
  }
  return { text: start, tone, width };
}

/** What comes from a device or a file must not steer the terminal. */
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, " ");
