import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import t from "tap";
import type { Graph } from "../../src/config/graph.ts";
import { graphOf } from "../../src/config/graph.ts";
import { validateSource } from "../../src/config/load.ts";
import { readSource } from "../../src/config/source.ts";
import { lookup, types } from "./fixture-manifests.ts";

interface Options {
  readonly ignoreUnsupported?: boolean;
  readonly overrides?: readonly string[];
}

function graph(t: Test, yaml: string, options: Options = {}): Graph {
  const path = join(t.testdir(), "s.yaml");
  writeFileSync(path, yaml);
  const source = readSource(path);
  return graphOf(source, validateSource(source, { lookup, types, ...options }), { lookup, ...options });
}

t.test("a sound station: modules, where they belong, and connections from requirer to provider", async (t) => {
  const { nodes, edges, problems } = graph(
    t,
    `active_modules:
  root:
    module: Node
    config_module: { fuse: 16 }
    connections: { child: [{ module_id: point, implementation_id: grid }] }
  point:
    module: Charger
    mapping: { module: { evse: 1 }, implementations: { grid: { evse: 2, connector: 3 } } }
    config_module: { number: 1 }
    connections:
      bsp: [{ module_id: board, implementation_id: main }]
      lock: [{ module_id: board, implementation_id: spare }]
  board: { module: Board }
`,
  );
  t.strictSame(nodes, [
    { id: "board", type: "Board", state: "sound", places: [], problems: [] },
    {
      id: "point",
      type: "Charger",
      state: "sound",
      places: [{ evse: 1 }, { evse: 2, connector: 3, implementation: "grid" }],
      problems: [],
    },
    { id: "root", type: "Node", state: "sound", places: [], problems: [] },
  ]);
  t.strictSame(edges, [
    { from: "point", requirement: "bsp", to: "board", implementation: "main", interface: "board", state: "sound" },
    { from: "point", requirement: "lock", to: "board", implementation: "spare", interface: "board", state: "sound" },
    { from: "root", requirement: "child", to: "point", implementation: "grid", interface: "power", state: "sound" },
  ]);
  t.strictSame(problems, []);
});

t.test("complaints stand at the modules and connections they are about", async (t) => {
  const { nodes, edges, problems } = graph(
    t,
    `settngs: {}
active_modules:
  point:
    module: Charger
    config_module: { number: 0 }
    connections:
      bsp: [{ module_id: bord, implementation_id: main }]
      lock: [{ module_id: board, implementation_id: mian }]
  board: { module: Board }
  typo: { module: Bord }
  "odd id": { module: Board }
  none: {}
`,
    { overrides: ["board:main.pin=x"] },
  );
  t.strictSame(
    nodes.map(({ id, state, problems }) => [id, state, ...problems]),
    [
      ["board", "wrong", 'board:main.pin must be an integer, not the string "x"'],
      ["bord", "missing"],
      ["none", "wrong", 'module "none" does not say its type; "module" is missing'],
      ["odd id", "wrong", 'module id "odd id" must begin with a letter or _ and go on with letters, digits, _ . -'],
      [
        "point",
        "wrong",
        "point.number must be at least 1, not 0",
        'point.bsp: no module "bord"; did you mean "board"?',
        'point.lock: board (Board) provides no "mian"; did you mean "main"?',
      ],
      ["typo", "wrong", 'module "typo" is of type "Bord", which is not supported; did you mean "Board"?'],
    ],
  );
  t.strictSame(
    edges.map(({ from, to, state }) => [from, to, state]),
    [
      ["point", "bord", "wrong"],
      ["point", "board", "wrong"],
    ],
  );
  t.strictSame(problems, ['the configuration has no key "settngs"; did you mean "settings"?']);
});

t.test("what is left out says why", async (t) => {
  const { nodes, edges } = graph(
    t,
    `active_modules:
  point:
    module: Charger
    config_module: { number: 1 }
    connections: { bsp: [{ module_id: radio, implementation_id: main }] }
  radio: { module: Radio }
  board: { module: Board }
`,
    { ignoreUnsupported: true },
  );
  t.strictSame(
    nodes.map(({ id, state, remark }) => [id, state, remark]),
    [
      ["board", "sound", undefined],
      ["point", "left-out", "needs radio"],
      ["radio", "left-out", "not supported"],
    ],
  );
  t.strictSame(
    edges.map(({ from, to, state }) => [from, to, state]),
    [["point", "radio", "left-out"]],
  );
});

t.test("of a file that cannot be read there is nothing to draw", async (t) => {
  t.strictSame(graph(t, "active_modules: {").nodes, []);
  t.strictSame(graph(t, "").nodes, []);
});
