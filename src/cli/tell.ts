import { printableLines } from "../config/quote.ts";

/** What goes wrong cites files, options and devices: on stderr, whatever those hold, and without obeying it. */
export function tell(text: string): void {
  process.stderr.write(`${printableLines(text)}\n`);
}
