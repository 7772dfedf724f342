/** A line of the console as words. Pure, and no line makes it fail. */

export const longestLine = 256;
export const mostWords = 16;

export type ParsedLine =
  | {
      readonly ok: true;
      readonly words: readonly string[];
      /** What `@` names: number or module id of an EVSE. */
      readonly evse: string | null;
    }
  | { readonly ok: false; readonly complaint: string };

/** Words stand apart by spaces; quotes, single or double, keep spaces together. `@NAME` names the EVSE. */
export function parseLine(line: string): ParsedLine {
  if (line.length > longestLine) return bad(`a line has at most ${longestLine} characters`);
  if (/[^ -~\t]/.test(line)) return bad("a line has printable ASCII characters only");
  const words: string[] = [];
  let evse: string | null = null;
  let rest = line.trim();
  while (rest !== "") {
    const [whole = "", double, single, bare] = /^(?:"([^"]*)"|'([^']*)'|([^\s"']+))(?=\s|$)/.exec(rest) ?? [];
    if (whole === "") return bad("a quote has no end, or stands in the middle of a word");
    rest = rest.slice(whole.length).trimStart();
    if (bare?.startsWith("@") !== true) {
      words.push(double ?? single ?? bare ?? "");
      if (words.length > mostWords) return bad(`a line has at most ${mostWords} words`);
      continue;
    }
    if (evse !== null) return bad("one EVSE at a time: there are two words with @");
    if (bare === "@") return bad("@ is followed by the number or the id of an EVSE");
    evse = bare.slice(1);
  }
  return { ok: true, words, evse };
}

const bad = (complaint: string): ParsedLine => ({ ok: false, complaint });
