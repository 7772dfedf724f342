import t from "tap";
import type { ConfigScalar } from "../../hal/manifest.ts";
import type { Told } from "./told.ts";
import { loadFiles } from "./told.ts";

const station = `active_modules:
  point:
    module: Charger
    config_module: { number: 1, volts: 400 }
    connections: { bsp: [ { module_id: board, implementation_id: main } ] }
  point.two:
    module: Charger
    config_module: { number: 2 }
    connections: { bsp: [ { module_id: board, implementation_id: spare } ] }
  board:
    module: Board
`;

function set(t: Tap.Test, ...overrides: string[]): Told {
  return loadFiles(t.testdir({}), { "s.yaml": station }, { overrides });
}

declare namespace Tap {
  type Test = Pick<typeof t, "testdir">;
}

/** The value of `module.key` or `module:implementation.key`. */
function value({ loaded }: Told, id: string, key: string, implementation?: string): ConfigScalar | undefined {
  const module = loaded.ok ? loaded.configuration.modules.find((candidate) => candidate.id === id) : undefined;
  return implementation === undefined ? module?.config[key] : module?.implementationConfig[implementation]?.[key];
}

t.test("values", async (t) => {
  t.equal(value(set(t, "point.volts=110.5"), "point", "volts"), 110.5);
  t.equal(value(set(t, "point.free=true"), "point", "free"), true);
  t.equal(value(set(t, "point.name=no"), "point", "name"), "no", "no is a string in YAML 1.2");
  t.equal(value(set(t, 'point.name="12"'), "point", "name"), "12", "what is quoted is a string");
  t.equal(value(set(t, "point.name=a=b"), "point", "name"), "a=b", "the first equals sign divides");
  t.equal(value(set(t, "point.dotted.key=7"), "point", "dotted.key"), 7, "keys may hold dots");
  t.equal(value(set(t, "point.volts=1", "point.volts=2"), "point", "volts"), 2, "the last one wins");
});

t.test("addresses", async (t) => {
  const longest = set(t, "point.two.volts=120");
  t.equal(value(longest, "point.two", "volts"), 120, "the longest module id wins");
  t.equal(value(longest, "point", "volts"), 400);
  t.equal(value(set(t, "board.label=x"), "board", "label", "main"), "x", "a key only one implementation has");
  const exact = set(t, "board:spare.pin=9");
  t.equal(value(exact, "board", "pin", "spare"), 9);
  t.equal(value(exact, "board", "pin", "main"), 4);
});

t.test("it is applied after the overlay and can supply what is missing", async (t) => {
  const files = {
    "s.yaml": station.replace("number: 1, ", ""),
    "user-config/s.yaml": "active_modules: { point: { config_module: { volts: 100 } } }",
  };
  const told = loadFiles(t.testdir({}), files, { overrides: ["point.volts=120", "point.number=3"] });
  t.equal(value(told, "point", "volts"), 120);
  t.equal(value(told, "point", "number"), 3);
});

t.test("a value in the file that is overridden is not judged", async (t) => {
  const files = { "s.yaml": station.replace("volts: 400", "volts: many") };
  t.ok(loadFiles(t.testdir({}), files, { overrides: ["point.volts=120"] }).loaded.ok);
});

t.test("complaints", async (t) => {
  const cases: Readonly<Record<string, string>> = {
    "point.volts": "must be written ID.KEY=VALUE",
    "": "must be written ID.KEY=VALUE",
    "=1": 'there is no module ""',
    "pint.volts=1": 'there is no module "pint"; did you mean "point"?',
    "pint:evse.volts=1": 'there is no module "pint"; did you mean "point"?',
    "point=1": "must be written ID.KEY=VALUE",
    "point.volt=1": 'Charger has no key "volt"; did you mean "volts"?',
    "point.=1": 'Charger has no key ""',
    "board.pin=1": "several implementations have this key; write board:main.pin or board:spare.pin",
    "board:mian.pin=1": 'Board provides no "mian"; did you mean "main"?',
    "board:main.pim=1": 'main of Board has no key "pim"; did you mean "pin"?',
    "point.volts=many": 'point.volts must be a number, not the string "many"',
    "point.volts=": "point.volts must be a number, but is empty",
    "point.number=1.0": "point.number must be an integer, not the number 1",
    "point.number=99": "point.number must be at most 64, not 99",
    "point.name=7": "point.name must be a string, not the integer 7; put it in quotes",
    "point.name=[a]": "the value is a list, not a scalar; put it in quotes",
    "point.name=a: b": "the value is a map, not a scalar; put it in quotes",
    "point.name=*a": "the value is no YAML scalar (alias *a refers to nothing before it); put it in quotes",
  };
  for (const [option, message] of Object.entries(cases)) {
    t.same(set(t, option).complaints, [`--set ${option}: ${message}`]);
  }
  t.same(
    loadFiles(t.testdir({}), { "s.yaml": station }, { overrides: ["point.volt=1"], ignoreUnsupported: true })
      .complaints,
    ['--set point.volt=1: Charger has no key "volt"; did you mean "volts"?'],
    "a name typed for this run is never ignored",
  );
});

t.test("options come after the files, in their order", async (t) => {
  const files = { "s.yaml": station.replace("number: 2", "number: x") };
  t.same(loadFiles(t.testdir({}), files, { overrides: ["z.a=1", "a.a=1"] }).complaints, [
    's.yaml:8:30: point.two.number must be an integer, not the string "x"',
    '--set z.a=1: there is no module "z"',
    '--set a.a=1: there is no module "a"',
  ]);
});

t.test("a module that is left out", async (t) => {
  const files = { "s.yaml": `${station}  extra: { module: Extra }\n` };
  const told = loadFiles(t.testdir({}), files, { overrides: ["extra.a=1"], ignoreUnsupported: true });
  t.ok(told.loaded.ok);
  t.equal(told.warnings[1], "--set extra.a=1: the module is left out");
});

t.test("a key without effect yet is noted at the option", async (t) => {
  t.same(set(t, "point.later=true").notes, ["--set point.later=true: point.later is not effective yet"]);
});
