import { printable } from "./quote.ts";

/** Where something stands: 1-based line and column (UTF-16 units) in a file, or 0:0 for a command-line option. */
export interface Position {
  /** The path as the user gave it, or the option as it was typed. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something to tell the user, and where it is. */
export interface Finding extends Position {
  readonly message: string;
}

/** `FILE:LINE:COL: message`, or `--set …: message` for an option. */
export function formatFinding({ file, line, column, message }: Finding): string {
  // A line feed in a name would begin a line of its own.
  const name = printable(file);
  return line === 0 ? `${name}: ${message}` : `${name}:${line}:${column}: ${message}`;
}

/** Past this many of a kind nobody reads on, and a file of junk would fill the terminal. */
export const mostTold = 1000;

/** Collects findings in whatever order they are met and hands them out in the order of the file. */
export interface Findings {
  complain(at: Position, message: string): void;
  warn(at: Position, message: string): void;
  note(at: Position, message: string): void;
  /** `files` gives the order of the files; options come last. */
  sorted(files: readonly string[]): {
    readonly complaints: Finding[];
    readonly warnings: Finding[];
    readonly notes: Finding[];
  };
}

export function createFindings(): Findings {
  const complaints: Finding[] = [];
  const warnings: Finding[] = [];
  const notes: Finding[] = [];
  const adder =
    (list: Finding[]) =>
    ({ file, line, column }: Position, message: string): void => {
      list.push({ file, line, column, message: printable(message) });
    };
  return {
    complain: adder(complaints),
    warn: adder(warnings),
    note: adder(notes),
    sorted(files) {
      const rank = ({ file, line }: Finding) => (line === 0 ? files.length : files.indexOf(file));
      const inOrder = (list: Finding[]): Finding[] => {
        const sorted = list.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
        const next = sorted[mostTold];
        if (!next) return sorted;
        return [
          ...sorted.slice(0, mostTold),
          { ...next, message: `${next.message} (and ${sorted.length - mostTold - 1} more)` },
        ];
      };
      return { complaints: inOrder(complaints), warnings: inOrder(warnings), notes: inOrder(notes) };
    },
  };
}
