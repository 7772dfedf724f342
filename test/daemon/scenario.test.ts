import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { manifest as yetiSimulator } from "../../boards/sim/yeti-simulator/manifest.ts";
import type { Manifest } from "../../hal/manifest.ts";
import { loadScenario } from "../../src/daemon/scenario.ts";
import { manifest as dummyTokenProvider } from "../../src/modules/dummy-token-provider/manifest.ts";
import { manifest as evseManager } from "../../src/modules/evse-manager/manifest.ts";
import { complaintsOf, tellScenario } from "./scenario-told.ts";
import { world } from "./scenario-world.ts";

t.test("a sound scenario, as plain data", async (t) => {
  const { complaints, scenario } = tellScenario(
    t.testdir({}),
    `seed: 7
until_s: 90.0004
steps:
  - { at_s: 2, ev: { connector: 3, script: "sleep 1;unplug" } }
  - { at_s: 1.2346, command: { module: point_1, implementation: main, name: pause } }
  - { at_s: 2, sim: { module: board, name: weld } }
  - at_s: 0
    command:
      module: point_1
      implementation: main
      name: enable
      args: { number: 0, source: { who: Local, priority: 100 } }
  - { at_s: 1, publish: { module: point_1, implementation: main, variable: anything, value: { a: [1, null, "x"] } } }
  - { at_s: 2, raise: { module: point_1, implementation: main, type: powermeter/CommunicationFault } }
  - at_s: 3
    raise: { module: point_1, implementation: main, type: generic/VendorError, sub_type: a, severity: Low, message: m }
  - { at_s: 4, clear: { module: point_1, implementation: main, type: generic/VendorError, sub_type: a } }
  - { at_s: 4, clear: { module: point_1, implementation: main, type: powermeter/CommunicationFault } }
  - { at_s: 5, sim: { module: board, name: volts, args: { value: null } } }
  - { at_s: 5, sim: { module: evsed, name: block_main, args: { value: 0.2 } } }
  - { at_s: 5, sim: { module: evsed, name: kill, args: {} } }
  - { at_s: 5, ev: { script: "" } }
`,
  );
  t.same(complaints, []);
  t.ok(scenario);
  if (!scenario) return;
  t.equal(scenario.seed, 7);
  t.equal(scenario.untilMs, 90_000);
  t.same(
    scenario.steps.map(({ atMs, position, action }) => [atMs, position.line, position.column, action]),
    [
      [
        0,
        7,
        5,
        {
          kind: "command",
          module: "point_1",
          implementation: "main",
          name: "enable",
          args: { number: 0, source: { who: "Local", priority: 100 } },
        },
      ],
      [
        1000,
        13,
        5,
        {
          kind: "publish",
          module: "point_1",
          implementation: "main",
          variable: "anything",
          value: { a: [1, null, "x"] },
        },
      ],
      [1235, 5, 5, { kind: "command", module: "point_1", implementation: "main", name: "pause", args: {} }],
      [2000, 4, 5, { kind: "ev", connector: 3, script: "sleep 1;unplug" }],
      [2000, 6, 5, { kind: "sim", module: "board", name: "weld", args: { relay: 1, value: true } }],
      [
        2000,
        14,
        5,
        {
          kind: "raise",
          module: "point_1",
          implementation: "main",
          type: "powermeter/CommunicationFault",
          subType: "",
          severity: "High",
          message: "raised by the scenario",
        },
      ],
      [
        3000,
        15,
        5,
        {
          kind: "raise",
          module: "point_1",
          implementation: "main",
          type: "generic/VendorError",
          subType: "a",
          severity: "Low",
          message: "m",
        },
      ],
      [
        4000,
        17,
        5,
        { kind: "clear", module: "point_1", implementation: "main", type: "generic/VendorError", subType: "a" },
      ],
      [
        4000,
        18,
        5,
        {
          kind: "clear",
          module: "point_1",
          implementation: "main",
          type: "powermeter/CommunicationFault",
          subType: "",
        },
      ],
      [5000, 19, 5, { kind: "sim", module: "board", name: "volts", args: { value: null } }],
      [5000, 20, 5, { kind: "sim", module: "evsed", name: "block_main", args: { value: 0.2 } }],
      [5000, 21, 5, { kind: "sim", module: "evsed", name: "kill", args: {} }],
      [5000, 22, 5, { kind: "ev", connector: 1, script: "" }],
    ],
  );
  t.strictSame(JSON.parse(JSON.stringify(scenario)), scenario);
});

t.test("the least there can be", async (t) => {
  for (const text of ["{}", "steps: []", "seed: 0\n", "seed: 4294967295", "until_s: 0"]) {
    const { complaints, scenario } = tellScenario(t.testdir({}), text);
    t.same(complaints, [], text);
    t.same(scenario?.steps, []);
  }
});

/** One step in the place of the ellipsis; it begins in column 11, what it does in column 24. */
const step = (action: string): string => `steps: [ { at_s: 1.5, ${action} } ]\n`;
const command = (name: string, args?: string): string =>
  step(
    `command: { module: point_1, implementation: main, name: ${name}${args === undefined ? "" : `,\n args: ${args}`} }`,
  );
const publish = (variable: string, value: string): string =>
  step(`publish: { module: point_1, implementation: main, variable: ${variable},\n value: ${value} }`);
const sim = (module: string, name: string, args?: string): string =>
  step(`sim: { module: ${module}, name: ${name}${args === undefined ? "" : `,\n args: ${args}`} }`);
const raise = (rest: string): string => step(`raise: { module: point_1, implementation: main,\n ${rest} }`);

const mistakes: Readonly<Record<string, readonly [text: string | Uint8Array, ...complaints: string[]]>> = {
  // the file
  "an empty file": ["", "s.yaml:1:1: empty scenario"],
  "comments only": ["# nothing\n", "s.yaml:1:1: empty scenario"],
  null: ["~\n", "s.yaml:1:1: empty scenario"],
  "a list": ["- a\n", "s.yaml:1:1: the scenario must be a map, but is a list"],
  "a text": ["hello\n", 's.yaml:1:1: the scenario must be a map, but is the string "hello"'],
  "a NUL byte": ["a: \0", 's.yaml:1:4: not a text file: it holds "\\u0000"'],
  "bytes that are no UTF-8": [Buffer.from([0x61, 0x0a, 0xff]), "s.yaml:2:1: not UTF-8 text"],
  tabs: ["steps:\n\t- at_s: 1\n", "s.yaml:2:1: Tabs are not allowed as indentation"],
  "two documents": ["seed: 1\n---\nseed: 2\n", "s.yaml:2:1: a second YAML document; there can be only one"],
  "nested too deep": [`steps: ${"[".repeat(50_000)}`, "s.yaml:1:72: nested more than 64 levels deep"],
  "ten megabytes": ["#".repeat(10 * 1024 * 1024), "s.yaml:1:1: is larger than 1048576 bytes"],
  "a key twice": ["seed: 1\nseed: 2\n", 's.yaml:2:1: key "seed" is here twice; the first is on line 1'],

  // the head
  "unknown keys": [
    "sed: 1\nsteps: []\nuntil: 5\n__proto__: 1\n",
    's.yaml:1:1: the scenario has no key "sed"; did you mean "seed"?',
    's.yaml:3:1: the scenario has no key "until"; did you mean "until_s"?',
    's.yaml:4:1: the scenario has no key "__proto__"',
  ],
  "a negative seed": ["seed: -1\n", "s.yaml:1:7: seed must be at least 0, not -1"],
  "a large seed": ["seed: 4294967296\n", "s.yaml:1:7: seed must be at most 4294967295, not 4294967296"],
  "a broken seed": ["seed: 1.5\n", "s.yaml:1:7: seed must be an integer, but is the number 1.5"],
  "a text as a seed": ['seed: "7"\n', 's.yaml:1:7: seed must be an integer, but is the string "7"'],
  "an end in the past": ["until_s: -0.1\n", "s.yaml:1:10: until_s must be at least 0, not -0.1"],
  "no end": ["until_s: .inf\n", "s.yaml:1:10: until_s must be at most 1000000000, not Infinity"],
  "an end that is no number": ["until_s: .nan\n", "s.yaml:1:10: until_s must be a number, but is the number NaN"],
  "steps as a map": ["steps: { a: 1 }\n", "s.yaml:1:8: steps must be a list, but is a map"],
  "steps empty": ["steps:\n", "s.yaml:1:1: steps must be a list, but is empty"],

  // a step
  "steps of another kind": [
    "steps:\n  - ev\n  -\n  - []\n",
    's.yaml:2:5: the step must be a map, but is the string "ev"',
    "s.yaml:3:4: the step must be a map, but is empty",
    "s.yaml:4:5: the step must be a map, but is a list",
  ],
  "a step that does nothing": [
    "steps:\n  - at_s: 1\n",
    "s.yaml:2:5: the step needs one of ev, command, publish, raise, clear, sim",
  ],
  "a step without a time": [
    step("x: 1").replace("at_s: 1.5, x: 1", 'ev: { script: "" }'),
    's.yaml:1:10: the step needs "at_s"',
  ],
  "an empty step": [
    "steps: [{}]",
    's.yaml:1:9: the step needs "at_s"',
    "s.yaml:1:9: the step needs one of ev, command, publish, raise, clear, sim",
  ],
  "times that are none": [
    'steps:\n  - { at_s: -1, ev: { script: "" } }\n  - { at_s: "1", ev: { script: "" } }\n  - { at_s: .inf, ev: { script: "" } }\n',
    "s.yaml:2:13: at_s must be at least 0, not -1",
    's.yaml:3:13: at_s must be a number, but is the string "1"',
    "s.yaml:4:13: at_s must be at most 1000000000, not Infinity",
  ],
  "unknown keys of a step": [
    'steps:\n  - { at: 1, ev: { script: "" } }\n  - { at_s: 1, comand: {} }\n',
    's.yaml:2:5: the step needs "at_s"',
    's.yaml:2:7: the step has no key "at"',
    "s.yaml:3:5: the step needs one of ev, command, publish, raise, clear, sim",
    's.yaml:3:16: the step has no key "comand"; did you mean "command"?',
  ],
  "two things at once": [
    step('sim: { module: evsed, name: kill }, ev: { script: "" }'),
    "s.yaml:1:59: the step has sim already; it does one thing, and ev is another",
  ],

  // ev
  "a vehicle where there is none": [
    step('ev: { connector: 2, script: "" }'),
    "s.yaml:1:40: connector 2 has no simulated vehicle; there is one at 1, 3",
  ],
  "a connector that is no number": [
    step('ev: { connector: one, script: "" }'),
    's.yaml:1:40: connector must be an integer, but is the string "one"',
  ],
  "a script that is wrong": [
    step('ev: { script: "sleep 1;slep 2" }'),
    's.yaml:1:37: script, character 9: unknown command "slep"',
  ],
  "a script in several lines": [
    "steps:\n  - at_s: 0\n    ev:\n      script: |\n        sleep 1\n        sleep -1\n",
    "s.yaml:4:15: script, character 15: sleep: duration -1 is below 0",
  ],
  "a script that would paint the terminal": [
    step('ev: { script: "\\e[31m" }'),
    's.yaml:1:37: script, character 1: unknown command "\\u001b[31m"',
  ],
  "a script that is too long": [
    step(`ev: { script: "${";".repeat(65_537)}" }`),
    "s.yaml:1:37: script is longer than 65536 characters",
  ],
  "no script": [step("ev: { connector: 1 }"), 's.yaml:1:27: ev needs "script"'],
  "a script that is no text": [step("ev: { script: 1 }"), "s.yaml:1:37: script must be a string, but is the integer 1"],
  "a script without quotes": [step("ev: { script: draw_power_regulated 16,3 }"), 's.yaml:1:61: ev has no key "3"'],
  "no map": [step("ev: unplug"), 's.yaml:1:27: ev must be a map, but is the string "unplug"'],

  // command
  "unknown module": [
    step("command: { module: point1, implementation: main, name: pause }"),
    's.yaml:1:42: there is no module "point1"; did you mean "point_1"?',
  ],
  "a module named like a member of every object": [
    step("command: { module: constructor, implementation: main, name: pause }"),
    's.yaml:1:42: there is no module "constructor"',
  ],
  "unknown implementation": [
    step("command: { module: point_1, implementation: mian, name: pause }"),
    's.yaml:1:67: point_1 (Point) provides no "mian"; did you mean "main"?',
  ],
  "unknown command": [
    command("paus"),
    's.yaml:1:79: point_1.main (point) has no command "paus"; did you mean "pause"?',
  ],
  "a command of a port that has none": [
    step("command: { module: point_1, implementation: nothing, name: toString }"),
    's.yaml:1:82: point_1.nothing (silent) has no command "toString"',
  ],
  "nothing but a command": [
    step("command: {}"),
    's.yaml:1:32: command needs "module"',
    's.yaml:1:32: command needs "implementation"',
    's.yaml:1:32: command needs "name"',
  ],
  "unknown key of a command": [
    step("command: { module: point_1, implementation: main, name: pause, arg: {} }"),
    's.yaml:1:86: command has no key "arg"; did you mean "args"?',
  ],
  "args of another kind": [command("pause", "[]"), "s.yaml:2:8: args must be a map, but is a list"],
  "empty args": [command("pause", ""), "s.yaml:2:2: args must be a map, but is empty"],
  "args too many": [
    command("pause", "{ value: true,\n  now: 1 }"),
    's.yaml:2:10: pause: args has no key "value"',
    's.yaml:3:3: pause: args has no key "now"',
  ],
  "args missing": [
    command("enable"),
    's.yaml:1:79: enable: args needs "number"',
    's.yaml:1:79: enable: args needs "source"',
  ],
  "args missing within": [
    command("enable", "{ number: 1,\n source: { who: Local, prioritty: 1 } }"),
    's.yaml:3:10: enable: args.source needs "priority"',
    's.yaml:3:24: enable: args.source has no key "prioritty"; did you mean "priority"?',
  ],
  "args of wrong types": [
    command("enable", '{ number: "1",\n source: { who: local, priority: 101 } }'),
    's.yaml:2:18: enable: args.number must be a number, but is the string "1"',
    's.yaml:3:17: enable: args.source.who must be one of Local, Remote, but is the string "local"; did you mean "Local"?',
    "s.yaml:3:34: enable: args.source.priority must be at most 100, but is the integer 101",
  ],
  "a number that is not whole, and one below": [
    command("enable", "{ number: 1.5,\n source: { who: Local, priority: -1 } }"),
    "s.yaml:2:18: enable: args.number must be an integer, but is the number 1.5",
    "s.yaml:3:34: enable: args.source.priority must be at least 0, but is the integer -1",
  ],
  "args deep down": [
    command(
      "limit",
      `{ value: { note: longer, schedule: [
  { at: noon, amps: { value: x } },
  { at: "2026-01-01T00:00:00Z", amps: { value: 1, surce: "" } },
  { at: "2026-01-01T00:00:00Z", amps: {} },
  { at: "2026-01-01T00:00:00Z", amps: 16 },
  { at: "2026-01-01T00:00:00Z", amps: [16] },
  5 ] } }`,
    ),
    "s.yaml:2:25: limit: args.value.note must have at most 5 characters",
    's.yaml:3:9: limit: args.value.schedule[0].at must be a time such as 2026-01-01T00:00:00Z, but is the string "noon"',
    's.yaml:3:30: limit: args.value.schedule[0].amps.value must be a number, but is the string "x"',
    's.yaml:4:51: limit: args.value.schedule[1].amps has no key "surce"; did you mean "source"?',
    's.yaml:5:39: limit: args.value.schedule[2].amps needs "value"',
    "s.yaml:6:39: limit: args.value.schedule[3].amps must be a map, but is the integer 16",
    "s.yaml:7:39: limit: args.value.schedule[4].amps must be a map, but is a list",
    "s.yaml:8:3: limit: args.value.schedule[5] must be a map, but is the integer 5",
  ],
  "a list for a map, a map for a list": [
    command("enable", "{ number: 1, source: [1] }"),
    "s.yaml:2:29: enable: args.source must be a map, but is a list",
  ],
  "a map for a list": [
    command("limit", "{ value: { schedule: {} } }"),
    "s.yaml:2:29: limit: args.value.schedule must be a list, but is a map",
  ],

  // publish
  "unknown variable": [
    publish("redy", "true"),
    's.yaml:1:83: point_1.main (point) has no variable "redy"; did you mean "ready"?',
  ],
  "no value": [
    step("publish: { module: point_1, implementation: main, variable: ready }"),
    's.yaml:1:32: publish needs "value"',
  ],
  "a value of another type": [
    publish("ready", "yes"),
    's.yaml:2:9: ready: value must be a boolean, but is the string "yes"',
  ],
  "an empty value": [publish("ready", "~"), "s.yaml:2:9: ready: value must be a boolean, but is empty"],
  "values that are refused": [
    publish("token", '{ id: "\u00fc", code: a, half: 1 }'),
    's.yaml:2:15: token: value.id must be printable ASCII only, but is the string "\u00fc"',
    's.yaml:2:26: token: value.code must match /^[A-Z]+$/, but is the string "a"',
    "s.yaml:2:35: token: value.half must be less than 1, but is the integer 1",
  ],
  "a bound that is not included": [
    publish("token", '{ id: "", half: 0 }'),
    "s.yaml:2:25: token: value.half must be greater than 0, but is the integer 0",
  ],
  "values of a table": [
    publish("table", "{ a: 1, b: x }"),
    's.yaml:2:20: table: value.b must be a number, but is the string "x"',
  ],
  "numbers that JSON cannot hold": [
    publish("anything", "{ a: [.nan, -.inf] }"),
    "s.yaml:2:15: anything: must be a finite number, but is the number NaN",
    "s.yaml:2:21: anything: must be a finite number, but is the number -Infinity",
  ],

  // raise and clear
  "an error of another port": [
    raise("type: evse_manager/Internal"),
    's.yaml:2:8: point_1.main (point) raises no error "evse_manager/Internal"',
  ],
  "an error that is close": [
    raise("type: powermeter/ComunicationFault"),
    's.yaml:2:8: point_1.main (point) raises no error "powermeter/ComunicationFault"; did you mean "powermeter/CommunicationFault"?',
  ],
  "an error of no namespace": [
    raise("type: CommunicationFault"),
    's.yaml:2:8: point_1.main (point) raises no error "CommunicationFault"',
  ],
  "no type": [raise("severity: High"), 's.yaml:1:30: raise needs "type"'],
  "what goes with an error": [
    raise("type: generic/VendorError, severity: high, sub_type: 1, message: [] "),
    's.yaml:2:39: severity must be one of Low, Medium, High, not "high"; did you mean "High"?',
    "s.yaml:2:55: sub_type must be a string, but is the integer 1",
    "s.yaml:2:67: message must be a string, but is a list",
  ],
  "a severity that is no text": [
    raise("type: generic/VendorError, severity: 3"),
    "s.yaml:2:39: severity must be a string, but is the integer 3",
  ],
  "a severity where errors are cleared": [
    step("clear: { module: point_1, implementation: main, type: generic/VendorError, severity: High }"),
    's.yaml:1:98: clear has no key "severity"',
  ],

  // sim
  "unknown sim command": [
    sim("board", "wled"),
    's.yaml:1:51: board (Board) has no sim command "wled"; did you mean "weld"?',
  ],
  "a module without any": [sim("point_1", "weld"), 's.yaml:1:53: point_1 (Point) has no sim command "weld"'],
  "sim of an unknown module": [sim("bord", "weld"), 's.yaml:1:38: there is no module "bord"; did you mean "board"?'],
  "sim of nearly the daemon": [sim("evse", "kill"), 's.yaml:1:38: there is no module "evse"; did you mean "evsed"?'],
  "the daemon is told what it does not know": [sim("evsed", "block"), 's.yaml:1:51: evsed has no sim command "block"'],
  "the daemon blocked for no time": [
    sim("evsed", "block_main", "{ value: 0 }"),
    "s.yaml:2:17: block_main: args.value must be greater than 0, but is the integer 0",
  ],
  "the daemon blocked for ever": [
    sim("evsed", "block_main", "{ value: .inf }"),
    "s.yaml:2:17: block_main: must be a finite number, but is the number Infinity",
  ],
  "the daemon blocked": [sim("evsed", "block_main"), 's.yaml:1:51: block_main: args needs "value"'],
  "the daemon killed with a weapon": [
    sim("evsed", "kill", "{ signal: 9 }"),
    's.yaml:2:10: kill: args has no key "signal"',
  ],
  "sim args": [
    sim("board", "weld", "{ relay: 2, vale: true }"),
    "s.yaml:2:17: weld: args.relay must be 1, but is the integer 2",
    's.yaml:2:20: weld: args has no key "vale"; did you mean "value"?',
  ],
  "sim args out of bounds": [
    sim("board", "volts", "{ value: 230 }"),
    "s.yaml:2:17: volts: args.value must be at most 15, but is the integer 230",
  ],

  // everything at once
  "in the order of the file": [
    "steps:\n  - { at_s: 5, sim: { module: board, name: x } }\n  - { at_s: x }\nseed: x\n",
    's.yaml:2:44: board (Board) has no sim command "x"',
    "s.yaml:3:5: the step needs one of ev, command, publish, raise, clear, sim",
    's.yaml:3:13: at_s must be a number, but is the string "x"',
    's.yaml:4:7: seed must be an integer, but is the string "x"',
  ],
};

for (const [name, [text, ...complaints]] of Object.entries(mistakes)) {
  t.test(name, async (t) => t.same(tellScenario(t.testdir({}), text).complaints, complaints));
}

t.test("a vehicle at a station that has none", async (t) => {
  const { complaints } = tellScenario(t.testdir({}), step('ev: { script: "" }'), {
    station: { ...world, connectors: [] },
  });
  t.same(complaints, ["s.yaml:1:27: connector 1 has no simulated vehicle; there is none at all"]);
});

t.test("files that cannot be read", async (t) => {
  const folder = t.testdir({ file: "" });
  mkdirSync(join(folder, "folder.yaml"));
  const complaints = (name: string) => complaintsOf(loadScenario(join(folder, name), world), folder);
  t.same(complaints("none.yaml"), ["none.yaml:1:1: no such file"]);
  t.same(complaints("file/none.yaml"), ["file/none.yaml:1:1: no such file"]);
  t.same(complaints("folder.yaml"), ["folder.yaml:1:1: is a directory, not a file"]);
  t.test("permission denied", { skip: process.getuid?.() === 0 && "root may read everything" }, async (t) => {
    writeFileSync(join(folder, "locked.yaml"), "seed: 1");
    chmodSync(join(folder, "locked.yaml"), 0);
    t.same(complaints("locked.yaml"), ["locked.yaml:1:1: permission denied"]);
  });
});

t.test("JSON", async (t) => {
  const sound = '{\n\t"seed": 7,\n\t"steps": [\n\t\t{ "at_s": 1, "ev": { "script": "sleep 1\\nunplug" } }\n\t]\n}\n';
  const { complaints, scenario } = tellScenario(t.testdir({}), sound, { name: "s.json" });
  t.same(complaints, []);
  t.match(scenario, { seed: 7, steps: [{ atMs: 1000, action: { script: "sleep 1\nunplug" } }] });
  const wrong = '{"seed": -1, "steps": [\n{"at_s": 1, "ev": {"script": "unplg"}},\n{"at_s": 1, "evs": {}}]}';
  t.same(tellScenario(t.testdir({}), wrong, { name: "s.json" }).complaints, [
    "s.json:1:10: seed must be at least 0, not -1",
    's.json:2:30: script, character 1: unknown command "unplg"',
    "s.json:3:1: the step needs one of ev, command, publish, raise, clear, sim",
    's.json:3:13: the step has no key "evs"; did you mean "ev"?',
  ]);
  t.same(tellScenario(t.testdir({}), '{"seed": 1', { name: "s.json" }).complaints.length, 1);
});

t.test("with the ports of the house", async (t) => {
  const modules: Readonly<Record<string, Manifest>> = {
    connector_1: evseManager,
    connector_1_powerpath: yetiSimulator,
    token_provider: dummyTokenProvider,
  };
  const station = {
    plans: () => Object.keys(modules).map((id) => ({ id })),
    manifest: (id: string) => modules[id],
    connectors: [1],
  };
  const { complaints, scenario } = tellScenario(
    t.testdir({}),
    `seed: 7
until_s: 90
steps:
  - { at_s: 0,  ev: { connector: 1, script: "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 36000" } }
  - { at_s: 20, command: { module: connector_1, implementation: evse, name: pause_charging, args: {} } }
  - { at_s: 25, publish: { module: token_provider, implementation: main, variable: provided_token, value: { id_token: { value: DEADBEEF, type: ISO14443 }, authorization_type: RFID } } }
  - { at_s: 40, raise: { module: connector_1_powerpath, implementation: board_support, type: evse_board_support/MREC17EVSEContactorFault, severity: High } }
  - { at_s: 50, clear: { module: connector_1_powerpath, implementation: board_support, type: evse_board_support/MREC17EVSEContactorFault } }
  - { at_s: 60, sim: { module: connector_1_powerpath, name: relay_welded, args: { relay: 1 } } }
  - { at_s: 70, command: { module: connector_1, implementation: evse, name: enable_disable, args: { connector_id: 0, cmd_source: { enable_source: LocalAPI, enable_state: Disable, enable_priority: 100 } } } }
`,
    { station },
  );
  t.same(complaints, []);
  t.equal(scenario?.steps.length, 7);
  t.same(
    tellScenario(
      t.testdir({}),
      `steps:
  - { at_s: 1, command: { module: connector_1, implementation: evse, name: enable_disable, args: { cmd_source: { enable_source: LocalApi, enable_state: Disable, enable_priority: 10001 } } } }
  - { at_s: 2, publish: { module: token_provider, implementation: main, variable: provided_token, value: { id_token: { value: X, typ: ISO14443 }, authorization_type: RFID } } }
`,
      { station },
    ).complaints,
    [
      's.yaml:2:98: enable_disable: args needs "connector_id"',
      's.yaml:2:129: enable_disable: args.cmd_source.enable_source must be one of Unspecified, LocalAPI, LocalKeyLock, ServiceTechnician, RemoteKeyLock, MobileApp, FirmwareUpdate, CSMS, but is the string "LocalApi"; did you mean "LocalAPI"?',
      "s.yaml:2:179: enable_disable: args.cmd_source.enable_priority must be at most 10000, but is the integer 10001",
      's.yaml:3:118: provided_token: value.id_token needs "type"',
      's.yaml:3:130: provided_token: value.id_token has no key "typ"; did you mean "type"?',
    ],
  );
});
