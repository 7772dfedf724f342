const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(header), `|${" --- |".repeat(header.length)}`, ...rows.map(line), ""];
}

export const code = (text: string): string => `\`${text}\``;

export const generated = (from: string): string => `<!-- Written by "npm run docs" from ${from}. Do not edit. -->`;
