const longest = 60;

/** A text from a file, safe to print on a terminal: quoted, control characters escaped, cut to a readable length. */
export function quote(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  // JSON leaves DEL and the C1 controls alone; a terminal obeys them.
  return inert(JSON.stringify(cut));
}

const longestMessage = 1000;

/** A message that cites a file, on one line and safe to print on a terminal; cut to a readable length. */
export function printable(message: string): string {
  const cut = message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message;
  return inert(cut);
}

/** Several lines, each safe to print on a terminal. */
export function printableLines(text: string): string {
  return text.split("\n").map(inert).join("\n");
}

function inert(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
