/** Inputs that are almost right: what people and machines really write, with a few things done to it. */
import fc from "fast-check";

/** Whatever a text may trip over. */
const oddWords = [
  ..."{ } [ ] ( ) : ; , . = - + * & ! | > < ? # % @ ` ~ ^ ' \" / \\ $ _ 0 -1 1e999 1e-400 0x10 0o7 NaN .nan .inf null true no ~".split(
    " ",
  ),
  "9007199254740993",
  "__proto__",
  "constructor",
  "toString",
  "\n",
  "\r\n",
  "\n  ",
  "\t",
  " ",
  "",
  "\0",
  "\u001b[2J",
  "\u0085",
  "\u2028",
  "\ufeff",
  "\ud800",
  "ä",
  "\u{1f50c}",
  "x".repeat(300),
];

interface Edit {
  readonly kind: "delete" | "double" | "insert" | "replace" | "swap" | "cut" | "graft" | "line";
  readonly at: number;
  readonly span: number;
  readonly to: number;
  readonly word: string;
}

const place = fc.nat(0xffff);

const edits = (words: readonly string[], most: number): fc.Arbitrary<readonly Edit[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom<Edit["kind"]>(
        "delete",
        "double",
        "insert",
        "replace",
        "replace",
        "swap",
        "cut",
        "graft",
        "line",
      ),
      at: place,
      span: fc.oneof(fc.nat(8), place),
      to: place,
      word: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...words) }, fc.constantFrom(...oddWords), fc.string()),
    }),
    { minLength: 1, maxLength: most },
  );

/** Places of a text that `at` and `to` speak of: a share of its length, so that a cut does not move the others far. */
const scaled = (at: number, length: number): number => Math.floor((at / 0x1_0000) * (length + 1));

/** Where a word of the text begins and ends, near `at`. */
function wordAt(text: string, at: number): [number, number] {
  let from = Math.min(at, text.length);
  while (from > 0 && /[\w.]/.test(text[from - 1] ?? "")) from--;
  let end = from;
  while (end < text.length && /[\w.]/.test(text[end] ?? "")) end++;
  return [from, Math.max(end, Math.min(from + 1, text.length))];
}

function lineAt(text: string, at: number): [number, number] {
  const from = text.lastIndexOf("\n", at - 1) + 1;
  const end = text.indexOf("\n", at);
  return [from, end < 0 ? text.length : end + 1];
}

function edited(text: string, { kind, at, span, to, word }: Edit, seeds: readonly string[]): string {
  const from = scaled(at, text.length);
  const end = Math.min(text.length, from + (span > 8 ? scaled(span, text.length) >> 3 : span));
  const [wordFrom, wordEnd] = wordAt(text, from);
  const [lineFrom, lineEnd] = lineAt(text, from);
  switch (kind) {
    case "delete":
      return text.slice(0, from) + text.slice(end);
    case "double":
      return text.slice(0, end) + text.slice(from, end) + text.slice(end);
    case "insert":
      return text.slice(0, from) + word + text.slice(from);
    case "replace":
      return text.slice(0, wordFrom) + word + text.slice(wordEnd);
    case "cut":
      // Seldom near the front, where little is left to be read.
      return span % 4 === 0 ? text.slice(0, from) : text.slice(0, Math.max(from, text.length - span));
    case "line": {
      // A line goes elsewhere, or comes twice.
      const line = text.slice(lineFrom, lineEnd);
      const rest = span % 2 === 0 ? text.slice(0, lineFrom) + text.slice(lineEnd) : text;
      const [target] = lineAt(rest, scaled(to, rest.length));
      return rest.slice(0, target) + line + rest.slice(target);
    }
    case "swap": {
      const [otherFrom, otherEnd] = wordAt(text, scaled(to, text.length));
      if (otherFrom < wordEnd) return text;
      const [one, other] = [text.slice(wordFrom, wordEnd), text.slice(otherFrom, otherEnd)];
      return text.slice(0, wordFrom) + other + text.slice(wordEnd, otherFrom) + one + text.slice(otherEnd);
    }
    case "graft": {
      const donor = seeds[to % seeds.length] ?? "";
      const [donorFrom, donorEnd] = lineAt(donor, scaled(span, donor.length));
      return text.slice(0, lineFrom) + donor.slice(donorFrom, donorEnd) + text.slice(lineEnd);
    }
  }
}

/** One of the texts with up to `most` things done to it; `words` are those of its language. */
export function mutatedText(seeds: readonly string[], words: readonly string[], most = 5): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...seeds), edits(words, most))
    .map(([seed, all]) => all.reduce((text, edit) => edited(text, edit, seeds), seed));
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const oddValues: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -1,
    1,
    0.5,
    1e308,
    -1e308,
    2 ** 53,
    2 ** 32,
    4096,
    "",
    "x",
    [],
    {},
    [[]],
    [null],
  ),
  fc.constantFrom<Json>({ "": null }, { "#": "map", of: 1 }, { length: 1e9 }, "x".repeat(2000), "2026-13-41T25:61:61Z"),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

interface TreeEdit {
  readonly kind: "drop" | "set" | "rename" | "double" | "wrap" | "from";
  readonly at: number;
  readonly from: number;
  readonly value: Json;
  readonly key: string;
}

/** Every member of a tree, with what holds it. */
function members(root: Json): { readonly of: { [key: string]: Json } | Json[]; readonly key: string }[] {
  const found: { readonly of: { [key: string]: Json } | Json[]; readonly key: string }[] = [];
  const visit = (value: Json): void => {
    if (value === null || typeof value !== "object") return;
    for (const key of Object.keys(value)) {
      found.push({ of: value, key });
      visit((value as { [key: string]: Json })[key] ?? null);
    }
  };
  visit(root);
  return found;
}

/** Defined, not assigned: `__proto__` is a key like any other. */
function put(of: { [key: string]: Json } | Json[], key: string, value: Json): void {
  Object.defineProperty(of, key, { value, writable: true, enumerable: true, configurable: true });
}

function changed(root: Json, { kind, at, from, value: odd, key }: TreeEdit): Json {
  const all = members(root);
  const target = all[scaled(at, all.length - 1)];
  if (target === undefined) return structuredClone(odd);
  const { of } = target;
  const old = (of as { [key: string]: Json })[target.key] ?? null;
  switch (kind) {
    case "drop":
      if (Array.isArray(of)) of.splice(Number(target.key), 1);
      else delete of[target.key];
      return root;
    case "set":
      put(of, target.key, structuredClone(odd));
      return root;
    case "rename":
      if (Array.isArray(of)) return root;
      delete of[target.key];
      put(of, key, old);
      return root;
    case "double":
      if (Array.isArray(of)) of.splice(Number(target.key), 0, structuredClone(old));
      else put(of, key, structuredClone(old));
      return root;
    case "wrap":
      put(of, target.key, key === "" ? [old] : { [key]: old });
      return root;
    case "from": {
      const source = all[scaled(from, all.length - 1)];
      const value = source === undefined ? null : ((source.of as { [key: string]: Json })[source.key] ?? null);
      put(of, target.key, structuredClone(value));
      return root;
    }
  }
}

/** One of the values with up to `most` of its members changed; the seeds stay as they are. */
export function mutatedJson(seeds: readonly Json[], words: readonly string[], most = 3): fc.Arbitrary<Json> {
  const edit: fc.Arbitrary<TreeEdit> = fc.record({
    kind: fc.constantFrom<TreeEdit["kind"]>("drop", "set", "set", "rename", "double", "wrap", "from"),
    at: place,
    from: place,
    value: fc.oneof(oddValues, fc.constantFrom(...words)),
    key: fc.oneof(fc.constantFrom(...words), fc.constantFrom("", "__proto__", "constructor", "x")),
  });
  return fc
    .tuple(fc.nat(seeds.length - 1), fc.array(edit, { minLength: 1, maxLength: most }))
    .map(([index, all]) => all.reduce(changed, structuredClone(seeds[index] ?? null)));
}

/** One of the streams with bits flipped, bytes lost, doubled or put in. */
export function mutatedBytes(seeds: readonly Uint8Array[], most = 6): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({
    kind: fc.constantFrom("flip", "set", "delete", "double", "insert", "cut"),
    at: place,
    span: fc.nat(12),
    byte: fc.nat(255),
  });
  return fc.tuple(fc.constantFrom(...seeds), fc.array(edit, { maxLength: most })).map(([seed, all]) => {
    let bytes = [...seed];
    for (const { kind, at, span, byte } of all) {
      const from = Math.min(scaled(at, bytes.length), bytes.length);
      if (kind === "flip" && from < bytes.length) bytes[from] = (bytes[from] ?? 0) ^ (1 << (byte & 7));
      else if (kind === "set" && from < bytes.length) bytes[from] = byte;
      else if (kind === "delete") bytes.splice(from, span);
      else if (kind === "double") bytes.splice(from, 0, ...bytes.slice(from, from + span));
      else if (kind === "insert") bytes.splice(from, 0, byte);
      else if (kind === "cut") bytes = bytes.slice(0, from);
    }
    return Uint8Array.from(bytes);
  });
}

/** A stream in pieces of these lengths, over and over. */
export function pieces(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = Math.max(1, lengths[turn % Math.max(1, lengths.length)] ?? bytes.length);
    found.push(bytes.subarray(at, at + length));
    at += length;
  }
  return found;
}

export const pieceLengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });
