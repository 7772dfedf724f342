/** Plain text for a terminal of any kind: ASCII, lines that are wrapped and columns that stand straight. */

const ascii: Readonly<Record<string, string>> = { "–": "-", "…": "..", "·": "-", "×": "x", "°": " deg ", "→": "->" };

/** What comes from a device or a file must not steer the terminal. */
export const plain = (text: string): string =>
  text.replace(/[^ -~]/gu, (sign) => ascii[sign] ?? (/[\p{Cc}\p{Cf}]/u.test(sign) ? " " : "?"));

/** Words go to the next line, indented; one that is longer than a line is parted behind a slash, or anywhere. */
export function wrapped(text: string, columns: number, indent = 0): string[] {
  const lines: string[] = [];
  // Signs may become two: they are counted as they will stand there.
  let rest = plain(text).trimEnd();
  while (rest.length > columns) {
    const space = rest.lastIndexOf(" ", columns);
    const slash = rest.lastIndexOf("/", columns - 1) + 1;
    const end = space > indent ? space : slash > indent ? slash : columns;
    lines.push(rest.slice(0, end).trimEnd());
    rest = `${" ".repeat(indent)}${rest.slice(end).trimStart()}`;
  }
  return [...lines, rest];
}

/** Each column as wide as its widest cell; the last one is wrapped under itself. */
export function table(cells: readonly (readonly string[])[], columns: number): string[] {
  const rows = cells.map((row) => row.map(plain));
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: Math.max(0, count - 1) }, (_, index) =>
    Math.max(...rows.map((row) => row[index]?.length ?? 0)),
  );
  const indent = widths.reduce((sum, width) => sum + width + 2, 0);
  return rows.flatMap((row) => {
    const start = widths.map((width, index) => (row[index] ?? "").padEnd(width + 2)).join("");
    return wrapped(start + (row[count - 1] ?? ""), columns, Math.min(indent, columns - 20));
  });
}
