import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { load } from "./fixture-manifests.ts";
import { loadFiles, tell } from "./told.ts";

const board = "active_modules:\n  a:\n    module: Board\n";

t.test("text that is no YAML", async (t) => {
  const cases: Readonly<
    Record<string, { readonly text: string | Uint8Array; readonly complaints: readonly string[] }>
  > = {
    "a NUL byte": { text: "a: 1\nbc: \0\n", complaints: ['s.yaml:2:5: not a text file: it holds "\\u0000"'] },
    "an escape sequence": {
      text: "a: \u001b[31m\n",
      complaints: ['s.yaml:1:4: not a text file: it holds "\\u001b"'],
    },
    "bytes that are no UTF-8": {
      text: Buffer.from([0x61, 0x3a, 0x20, 0xc3, 0xa9, 0x0a, 0x62, 0xff, 0x0a]),
      complaints: ["s.yaml:2:2: not UTF-8 text"],
    },
    "a wrong byte that begins like the replacement character": {
      text: Buffer.from([0x61, 0xef, 0x0a]),
      complaints: ["s.yaml:1:2: not UTF-8 text"],
    },
    "UTF-16": { text: Buffer.from("\ufeffa: 1\n", "utf16le"), complaints: ["s.yaml:1:1: not UTF-8 text"] },
    tabs: {
      text: "active_modules:\n\ta:\n\t\tmodule: Board\n",
      complaints: [
        "s.yaml:2:1: Tabs are not allowed as indentation",
        "s.yaml:3:1: Tabs are not allowed as indentation",
      ],
    },
    "an open quote": { text: 'a: "b\n', complaints: ['s.yaml:2:1: Missing closing "quote'] },
    "a mistake that cites a tab": {
      text: "| x\ty\n",
      complaints: ["s.yaml:1:3: Not a YAML token: x\\u0009y"],
    },
    "keys twice": {
      text: `${board}  b:\n    module: Board\n  a:\n    module: Board\n    module: Board\n`,
      complaints: [
        's.yaml:6:3: key "a" is here twice; the first is on line 2',
        's.yaml:8:5: key "module" is here twice; the first is on line 7',
      ],
    },
    "two documents": {
      text: `${board}---\n${board}`,
      complaints: ["s.yaml:4:1: a second YAML document; there can be only one"],
    },
    "a key that is a list": { text: "? [a]\n: 1\n", complaints: ["s.yaml:1:3: a key must be a plain name"] },
    "an alias to nothing": { text: "a: *b\n", complaints: ["s.yaml:1:4: alias *b refers to nothing before it"] },
    "an alias to itself": { text: "a: &b [*b]\n", complaints: ["s.yaml:1:8: alias *b refers to nothing before it"] },
    "nested too deep": {
      text: `a: ${"[".repeat(100_000)}`,
      complaints: ["s.yaml:1:68: nested more than 64 levels deep"],
    },
    "aliases that explode": {
      text: `a: &a [${"1,".repeat(99)}1]\nb: &b [${"*a,".repeat(99)}*a]\nc: &c [${"*b,".repeat(99)}*b]\n`,
      complaints: ["s.yaml:3:7: more than 200000 values when aliases are followed"],
    },
    "too large": {
      text: "#".repeat(512 * 1024 + 1),
      complaints: ["s.yaml:1:1: is larger than 524288 bytes"],
    },
    "more than anybody reads": {
      text: Array.from({ length: 1200 }, (_, index) => `k${index}: 1\n`).join(""),
      complaints: [
        ...Array.from(
          { length: 1000 },
          (_, index) => `s.yaml:${index + 1}:1: the configuration has no key "k${index}"`,
        ),
        's.yaml:1001:1: the configuration has no key "k1000" (and 199 more)',
      ],
    },
  };
  for (const [name, { text, complaints }] of Object.entries(cases)) {
    t.test(name, async (t) => {
      t.same(loadFiles(t.testdir({}), { "s.yaml": text }).complaints, complaints);
    });
  }
});

t.test("text that is fine", async (t) => {
  const cases: Readonly<Record<string, string>> = {
    "a byte order mark": `\ufeff${board}`,
    "Windows line ends": board.replaceAll("\n", "\r\n"),
    JSON: '{\n\t"active_modules": {\n\t\t"a": { "module": "Board" }\n\t}\n}\n',
    aliases: "active_modules:\n  a: &board\n    module: Board\n  b: *board\n",
    "a YAML 1.1 header changes nothing": `%YAML 1.1\n---\n${board}    config_implementation: { main: { label: yes } }\n`,
  };
  for (const [name, text] of Object.entries(cases)) {
    t.test(name, async (t) => {
      const told = loadFiles(t.testdir({}), { "s.yaml": text });
      t.same(told.complaints, []);
      t.ok(told.loaded.ok);
    });
  }
});

t.test("files that cannot be read", async (t) => {
  const folder = t.testdir({ "locked.yaml": board, plain: { x: "" } });
  mkdirSync(join(folder, "folder.yaml"));
  const complaints = (name: string) => tell(load(join(folder, name)), folder).complaints;
  t.same(complaints("none.yaml"), ["none.yaml:1:1: no such file"]);
  t.same(complaints("plain/x/y.yaml"), ["plain/x/y.yaml:1:1: no such file"]);
  t.same(complaints("folder.yaml"), ["folder.yaml:1:1: is a directory, not a file"]);
  t.same(complaints("s.yml"), ["s.yml:1:1: the name of a configuration file must end in .yaml"]);
  t.same(complaints(""), [`${folder}:1:1: the name of a configuration file must end in .yaml`]);
  t.match(complaints(`${"n".repeat(5000)}.yaml`), [/^n{900,1100}…:1:1: the name is too long$/]);
  t.same(complaints("a\0b.yaml"), ["a\\u0000b.yaml:1:1: cannot be read (ERR_INVALID_ARG_VALUE)"]);
  t.test("permission denied", { skip: process.getuid?.() === 0 && "root may read everything" }, async (t) => {
    chmodSync(join(folder, "locked.yaml"), 0);
    t.same(complaints("locked.yaml"), ["locked.yaml:1:1: permission denied"]);
  });
  t.same(load("no/such.yaml"), {
    ok: false,
    complaints: [{ file: "no/such.yaml", line: 1, column: 1, message: "no such file" }],
    warnings: [],
  });
});

t.test("a name that ends in .json", async (t) => {
  const deprecated = ["s.json:1:1: a name that ends in .json is deprecated; write .yaml"];
  await t.test("the .yaml beside it is taken first", async (t) => {
    const told = loadFiles(t.testdir({}), { "s.json": "nonsense", "s.yaml": board });
    t.same(told.warnings, deprecated);
    t.ok(told.loaded.ok && told.loaded.configuration.file.endsWith("s.yaml"));
  });
  await t.test("then the file itself", async (t) => {
    const told = loadFiles(t.testdir({}), { "s.json": '{"active_modules": {"a": {"module": "Boat"}}}' });
    t.same(told.warnings, deprecated);
    t.same(told.complaints, [
      's.json:1:37: module "a" is of type "Boat", which is not supported; did you mean "Board"?',
    ]);
  });
  await t.test("or neither", async (t) => {
    const folder = t.testdir({});
    t.same(tell(load(join(folder, "s.json")), folder).complaints, ["s.json:1:1: no such file"]);
  });
});

t.test("overlay", async (t) => {
  const base = `active_modules:
  a:
    module: Charger
    config_module:
      number: 1
      volts: 400
      name: base
    connections: { bsp: [ { module_id: b, implementation_id: main } ] }
  b:
    module: Board
  c:
    module: Board
`;
  const withOverlay = (folder: string, overlay: string | Uint8Array) =>
    loadFiles(folder, { "s.yaml": base, "user-config/s.yaml": overlay });

  await t.test("merges, removes and adds", async (t) => {
    const { loaded } = withOverlay(
      t.testdir({}),
      "active_modules:\n  a: { config_module: { volts: null, name: over } }\n  c: null\n  d: { module: Board }\n",
    );
    t.ok(loaded.ok);
    if (!loaded.ok) return;
    const { modules } = loaded.configuration;
    t.same(
      modules.map(({ id }) => id),
      ["a", "b", "d"],
    );
    t.match(modules[0]?.config, { number: 1, volts: 230, name: "over" });
    t.match(modules[0]?.positions.config.name, { file: /user-config\/s\.yaml$/, line: 2, column: 44 });
    t.match(modules[0]?.positions.config.number, { file: /[^g]\/s\.yaml$/, line: 5, column: 15 });
  });
  await t.test("lists are replaced as a whole", async (t) => {
    const told = withOverlay(
      t.testdir({}),
      "active_modules: { a: { connections: { bsp: [ { module_id: c, implementation_id: spare } ] } } }",
    );
    t.ok(told.loaded.ok);
    if (!told.loaded.ok) return;
    t.same(told.loaded.configuration.modules[0]?.connections.bsp, [{ moduleId: "c", implementationId: "spare" }]);
  });
  await t.test("complaints name the file a value came from, the file itself first", async (t) => {
    const told = withOverlay(
      t.testdir({}),
      "active_modules:\n  a:\n    config_module:\n      number: one\n      volt: 1\n  b: { module: Boat }\n",
    );
    t.same(told.complaints, [
      'user-config/s.yaml:4:15: a.number must be an integer, not the string "one"',
      'user-config/s.yaml:5:7: Charger has no key "volt"; did you mean "volts"?',
      'user-config/s.yaml:6:16: module "b" is of type "Boat", which is not supported; did you mean "Board"?',
    ]);
    const removed = withOverlay(t.testdir({}), "active_modules: { a: { config_module: { number: null, free: 1 } } }");
    t.same(removed.complaints, [
      "s.yaml:2:3: a.number is missing; Charger needs it",
      "user-config/s.yaml:1:61: a.free must be a boolean, not the integer 1",
    ]);
  });
  await t.test("one that cannot be used is a warning only", async (t) => {
    const warnings: Readonly<Record<string, readonly string[]>> = {
      "a: [\n": [
        "user-config/s.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]; the overlay is ignored",
      ],
      "a: 1\na: 2\n": ['user-config/s.yaml:2:1: key "a" is here twice; the first is on line 1; the overlay is ignored'],
      "- a\n": ["user-config/s.yaml:1:1: an overlay must be a map; the overlay is ignored"],
      "\0": ['user-config/s.yaml:1:1: not a text file: it holds "\\u0000"; the overlay is ignored'],
      "": [],
      "# nothing\n": [],
    };
    for (const [overlay, expected] of Object.entries(warnings)) {
      const told = withOverlay(t.testdir({}), overlay);
      t.ok(told.loaded.ok, overlay);
      t.same(told.warnings, expected);
    }
    const folder = t.testdir({});
    mkdirSync(join(folder, "user-config", "s.yaml"), { recursive: true });
    t.same(loadFiles(folder, { "s.yaml": base }).warnings, [
      "user-config/s.yaml:1:1: is a directory, not a file; the overlay is ignored",
    ]);
  });
  await t.test("over an empty file", async (t) => {
    const told = loadFiles(t.testdir({}), { "s.yaml": "", "user-config/s.yaml": board });
    t.ok(told.loaded.ok && told.loaded.configuration.modules.length === 1);
  });
});
