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
}

export type StyledText = readonly Piece[];

export type Painter = (piece: Piece) => string;

export const piece = (text: string, tone: Tone = "plain"): Piece => ({ text: printable(text), tone });

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

export const widthOf = (text: StyledText): number => text.reduce((sum, part) => sum + stringWidth(part.text), 0);

/** Exactly `columns` wide: filled up with spaces, or cut with an ellipsis. */
export function fitted(text: StyledText, columns: number): StyledText {
  const width = widthOf(text);
  if (width <= columns) return [...text, piece(" ".repeat(columns - width))];
  if (columns <= 0) return [];
  const kept: Piece[] = [];
  let room = columns - 1;
  for (const part of text) {
    const start = beginning(part.text, room);
    kept.push({ ...part, text: start });
    room -= stringWidth(start);
    if (start !== part.text) break;
  }
  // A wide character that did not fit leaves a column behind.
  return [...kept, piece(`…${" ".repeat(room)}`, "dim")];
}

export const painted = (text: StyledText, paint: Painter): string => text.map(paint).join("");

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function beginning(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let start = "";
  let room = columns;
  for (const { segment } of graphemes.segment(text)) {
    room -= stringWidth(segment);
    if (room < 0) break;
    start += segment;
  }
  return start;
}

/** What comes from a device or a file must not steer the terminal. */
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, " ");
