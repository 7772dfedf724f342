import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import t from "tap";
import { stringify } from "yaml";
import type { Configuration } from "../../src/config/configuration.ts";
import type { Loaded } from "../../src/config/load.ts";
import { mergePatch } from "../../src/config/merge-patch.ts";
import { printable } from "../../src/config/quote.ts";
import type { Tree } from "../../src/config/yaml-tree.ts";
import { parseTree } from "../../src/config/yaml-tree.ts";
import { load } from "./fixture-manifests.ts";

/** Every complaint stands in the file, at a line it has. */
function located(loaded: Loaded, file: string, lines: number): boolean {
  return (
    loaded.ok ||
    (loaded.complaints.length > 0 &&
      loaded.complaints.every(
        ({ file: named, line, column, message }) =>
          named === file &&
          line >= 1 &&
          line <= lines &&
          column >= 1 &&
          message !== "" &&
          printable(message) === message,
      ))
  );
}

const lineCount = (bytes: Uint8Array): number => bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 1);

/** Words and signs of a configuration, so that random text gets further than its first line. */
const token = fc.constantFrom(
  ..."active_modules: module: Charger Board Node connections: config_module: bsp: child: - [ ] { } , : & * ! | > ' \" # % @ ` ~ null true 1 1.0 a b <<: ? ---".split(
    " ",
  ),
  "\n",
  "\n  ",
  "\n    ",
  "\n      - ",
  "\t",
  " ",
);

const anything = fc.anything({
  key: fc.oneof(
    fc.constantFrom("active_modules", "settings", "module", "config_module", "connections", "a", "__proto__"),
    fc.string(),
  ),
  values: [
    fc.constantFrom("Charger", "Board", "Node", "evse"),
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
  ],
  maxDepth: 5,
});

t.test("whatever stands in the file, complaints are located and nothing is thrown", async (t) => {
  const file = join(t.testdir({}), "s.yaml");
  const holds = (content: Uint8Array): boolean => {
    writeFileSync(file, content);
    return (
      located(load(file), file, lineCount(content)) &&
      located(load(file, { ignoreUnsupported: true }), file, lineCount(content))
    );
  };
  await t.test("bytes", async () => fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), holds), { numRuns: 200 }));
  await t.test("text", async () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => holds(Buffer.from(text))),
      { numRuns: 200 },
    ),
  );
  await t.test("words", async () =>
    fc.assert(
      fc.property(fc.array(token, { maxLength: 80 }), (tokens) => holds(Buffer.from(tokens.join(" ")))),
      { numRuns: 600 },
    ),
  );
  await t.test("YAML", async () =>
    fc.assert(
      fc.property(anything, (value) => holds(Buffer.from(String(stringify({ active_modules: value }))))),
      { numRuns: 300 },
    ),
  );
  await t.test("a configuration that was cut off", async () => {
    const whole =
      'settings: { mqtt_broker_port: 1883 }\nactive_modules:\n  p:\n    module: Charger\n    config_module:\n      number: 1\n      name: "x"\n    connections:\n      bsp: [ { module_id: b, implementation_id: main } ]\n  b: { module: Board }\n';
    for (let length = 0; length <= whole.length; length += 1) {
      if (!holds(Buffer.from(whole.slice(0, length)))) throw new Error(`cut after ${length}`);
    }
  });
});

t.test("whatever an option says, complaints name it", async (t) => {
  const file = join(t.testdir({ "s.yaml": "active_modules: { b: { module: Board } }" }), "s.yaml");
  const word = fc.oneof(fc.constantFrom("b", "main", "pin", "label", ".", ":", "=", "1", "x"), fc.string());
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (words) => {
      const option = words.join("");
      const loaded = load(file, { overrides: [option] });
      return loaded.ok || loaded.complaints.every(({ file: named, line }) => named === `--set ${option}` && line === 0);
    }),
    { numRuns: 1000 },
  );
});

t.test("a configuration is plain data", async (t) => {
  const yaml = "active_modules: { b: { module: Board, mapping: { module: { evse: 1 } } } }";
  const loaded = load(join(t.testdir({ "s.yaml": yaml }), "s.yaml"));
  t.ok(loaded.ok);
  if (!loaded.ok) return;
  t.strictSame(JSON.parse(JSON.stringify(loaded.configuration)) as Configuration, loaded.configuration);
});

t.test("a merge patch does what RFC 7386 says", async () => {
  type Json = null | number | string | Json[] | { [key: string]: Json };
  /** The pseudo code of section 2. */
  const merged = (target: Json | undefined, patch: Json): Json => {
    if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
    const result: { [key: string]: Json } =
      target && typeof target === "object" && !Array.isArray(target) ? { ...target } : {};
    for (const [key, value] of Object.entries(patch)) {
      if (value === null) delete result[key];
      else result[key] = merged(result[key], value);
    }
    return result;
  };
  const plain = (tree: Tree): Json => {
    if (tree.kind === "list") return tree.items.map(plain);
    if (tree.kind === "map") return Object.fromEntries(tree.entries.map(({ key, value }) => [key, plain(value)]));
    return tree.value as Json;
  };
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json>(null, 1, "x"),
      fc.array(tie("json"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("a", "b", "c"), tie("json"), { noNullPrototype: true }),
    ),
  }));
  const tree = (value: Json): Tree => {
    const { tree: parsed } = parseTree("f", JSON.stringify(value));
    if (!parsed) throw new Error("JSON is YAML");
    return parsed;
  };
  fc.assert(
    fc.property(json, json, (target, patch) => {
      const expected = JSON.stringify(sorted(merged(target, patch)));
      return JSON.stringify(sorted(plain(mergePatch(tree(target), tree(patch))))) === expected;
    }),
    { numRuns: 1000 },
  );
  function sorted(value: Json): Json {
    if (Array.isArray(value)) return value.map(sorted);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, sorted(item)]),
    );
  }
});
