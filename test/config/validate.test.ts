import t from "tap";
import type { LoadOptions } from "../../src/config/load.ts";
import { loadFiles } from "./told.ts";

interface Case {
  readonly name: string;
  readonly yaml: string;
  readonly complaints?: readonly string[];
  readonly warnings?: readonly string[];
  readonly notes?: readonly string[];
  readonly options?: Partial<LoadOptions>;
}

/** A sound station; cases change single lines of it. */
const sound = `active_modules:
  point:
    module: Charger
    config_module:
      number: 1
    connections:
      bsp:
        - module_id: board
          implementation_id: main
  board:
    module: Board
  root:
    module: Node
    config_module: { fuse: 16 }
    connections:
      child:
        - { module_id: point, implementation_id: grid }
`;

const withLine = (line: number, ...lines: string[]): string =>
  sound
    .split("\n")
    .toSpliced(line - 1, 1, ...lines)
    .join("\n");
const afterLine = (line: number, ...lines: string[]): string =>
  sound
    .split("\n")
    .toSpliced(line, 0, ...lines)
    .join("\n");
const charger = (...config: string[]): string =>
  withLine(5, "      number: 1", ...config.map((line) => `      ${line}`));

const cases: readonly Case[] = [
  { name: "sound", yaml: sound },

  // top level
  { name: "empty file", yaml: "", notes: ["s.yaml:1:1: no module configurations"] },
  { name: "comment only", yaml: "# nothing\n", notes: ["s.yaml:1:1: no module configurations"] },
  { name: "no modules", yaml: "active_modules: {}\n", notes: ["s.yaml:1:1: no module configurations"] },
  { name: "empty modules", yaml: "active_modules:\n", notes: ["s.yaml:1:1: no module configurations"] },
  { name: "a list", yaml: "- a\n", complaints: ["s.yaml:1:1: the configuration must be a map, but is a list"] },
  {
    name: "a text",
    yaml: "hello\n",
    complaints: ['s.yaml:1:1: the configuration must be a map, but is the string "hello"'],
  },
  {
    name: "unknown top-level key",
    yaml: `${sound}active_module: {}\n`,
    complaints: ['s.yaml:18:1: the configuration has no key "active_module"; did you mean "active_modules"?'],
  },
  { name: "layout is ignored", yaml: `${sound}x-module-layout: [1, { a: null }]\n` },
  {
    name: "modules as a list",
    yaml: "active_modules:\n  - a\n",
    complaints: ["s.yaml:2:3: active_modules must be a map, but is a list"],
  },

  // module entries
  {
    name: "bad module id",
    yaml: "active_modules:\n  1st: { module: Board }\n",
    complaints: ['s.yaml:2:3: module id "1st" must begin with a letter or _ and go on with letters, digits, _ . -'],
  },
  {
    name: "module entry is no map",
    yaml: "active_modules:\n  a: Board\n",
    complaints: ['s.yaml:2:6: module "a" must be a map, but is the string "Board"'],
  },
  {
    name: "module entry is empty",
    yaml: "active_modules:\n  a:\n",
    complaints: ['s.yaml:2:3: module "a" must be a map, but is empty'],
  },
  {
    name: "module missing",
    yaml: "active_modules:\n  a:\n    config_module: {}\n",
    complaints: ['s.yaml:2:3: module "a" does not say its type; "module" is missing'],
  },
  {
    name: "module type of no name",
    yaml: "active_modules:\n  a: { module: Bo.ard }\n  b: { module: 7 }\n",
    complaints: [
      's.yaml:2:16: a.module is "Bo.ard", which cannot be the name of a module type',
      "s.yaml:3:16: b.module must be a string, but is the integer 7",
    ],
  },
  {
    name: "unknown key of an entry",
    yaml: "active_modules:\n  a:\n    module: Board\n    config_modul: {}\n",
    complaints: ['s.yaml:4:5: module "a" has no key "config_modul"; did you mean "config_module"?'],
  },
  {
    name: "unknown type, close",
    yaml: "active_modules:\n  a:\n    config_module: {}\n    module: Bord\n",
    complaints: ['s.yaml:4:13: module "a" is of type "Bord", which is not supported; did you mean "Board"?'],
  },
  {
    name: "unknown type, far",
    yaml: "active_modules:\n  a:\n    module: Something\n",
    complaints: [
      's.yaml:3:13: module "a" is of type "Something", which is not supported; --ignore-unsupported leaves it out',
    ],
  },
  {
    name: "a type named like a member of every object",
    yaml: "active_modules:\n  a:\n    module: constructor\n  __proto__:\n    module: __proto__\n",
    complaints: [
      's.yaml:3:13: module "a" is of type "constructor", which is not supported; --ignore-unsupported leaves it out',
      's.yaml:5:13: module "__proto__" is of type "__proto__", which is not supported; --ignore-unsupported leaves it out',
    ],
  },
  {
    name: "accepted and ignored",
    yaml: `active_modules:
  a:
    module: Board
    standalone: true
    capabilities: [CAP_NET_ADMIN]
    telemetry: { id: 1 }
    access:
      config:
        allow_global_read: true
        modules: { api: { allow_read: true, allow_write: false, allow_set_read_only: false } }
`,
    notes: ["s.yaml:4:17: a.standalone has no effect: every module runs in this process"],
  },
  {
    name: "accepted, but not with these types",
    yaml: `active_modules:
  a:
    module: Board
    standalone: yes
    capabilities: [1]
    telemetry: { id: one }
    access:
      config:
        allow_global_read: 1
        allow_all: true
        modules: { api: { allow_read: no } }
  b:
    module: Board
    telemetry: {}
`,
    complaints: [
      's.yaml:4:17: a.standalone must be a boolean, but is the string "yes"',
      "s.yaml:5:20: each of a.capabilities must be a string, but is the integer 1",
      's.yaml:6:22: a.telemetry.id must be an integer, but is the string "one"',
      "s.yaml:9:28: a.access.config.allow_global_read must be a boolean, but is the integer 1",
      's.yaml:10:9: a.access.config has no key "allow_all"',
      's.yaml:11:39: a.access.config.modules.api.allow_read must be a boolean, but is the string "no"',
      's.yaml:14:16: b.telemetry needs "id"',
    ],
  },
  {
    name: "mapping",
    yaml: `active_modules:
  a:
    module: Board
    mapping:
      module: { connector: 1 }
      implementations:
        main: { evse: 1 }
        other: { evse: 2 }
        spare: { connector: 2 }
  b:
    module: Board
    mapping: { module: { evse: one } }
  c:
    module: Board
    mapping: { module: { evse: -1 } }
`,
    complaints: [
      's.yaml:9:9: a.mapping.implementations.spare needs "evse"',
      's.yaml:12:32: b.mapping.module.evse must be an integer, but is the string "one"',
      "s.yaml:15:32: c.mapping.module.evse must be at least 0, not -1",
    ],
    warnings: ['s.yaml:8:9: a.mapping: Board provides no "other" (ignored)'],
  },
  {
    name: "two probes",
    yaml: "active_modules:\n  a: { module: ProbeModule }\n  b: { module: ProbeModule }\n",
    complaints: [
      's.yaml:2:16: module "a" is of type "ProbeModule", which is not supported; --ignore-unsupported leaves it out',
      's.yaml:3:16: module "b" is of type "ProbeModule", which is not supported; --ignore-unsupported leaves it out',
      "s.yaml:3:16: b is a second ProbeModule beside a; one at most",
    ],
  },
  {
    name: "a manifest that is wrong",
    yaml: "active_modules:\n  a: { module: Broken }\n",
    complaints: ["s.yaml:2:16: the manifest of Broken is wrong: the default of size must be at least 1, not 0"],
  },

  // configuration keys
  {
    name: "mandatory key missing",
    yaml: withLine(5),
    complaints: [
      "s.yaml:2:3: point.number is missing; Charger needs it",
      "s.yaml:4:5: point.config_module must be a map, but is empty",
    ],
  },
  {
    name: "unknown key",
    yaml: charger("volt: 230", "colour: red"),
    complaints: [
      's.yaml:6:7: Charger has no key "volt"; did you mean "volts"?',
      's.yaml:7:7: Charger has no key "colour"',
    ],
  },
  {
    name: "an integer where a number is declared",
    yaml: charger("volts: 400"),
  },
  {
    name: "types",
    yaml: withLine(
      5,
      "      number: 16.0",
      '      volts: "230"',
      "      free: yes",
      "      name: 123",
      "      mode: true",
      "      dotted.key: '1'",
    ),
    complaints: [
      "s.yaml:5:15: point.number must be an integer, not the number 16",
      's.yaml:6:14: point.volts must be a number, not the string "230"',
      's.yaml:7:13: point.free must be a boolean, not the string "yes"',
      "s.yaml:8:13: point.name must be a string, not the integer 123; put it in quotes",
      "s.yaml:9:13: point.mode must be a string, not the boolean true; put it in quotes",
      's.yaml:10:19: point.dotted.key must be an integer, not the string "1"',
    ],
  },
  {
    name: "no scalars",
    yaml: withLine(5, "      number:", "      volts: ~", "      free: [true]", "      name: { a: 1 }"),
    complaints: [
      "s.yaml:5:7: point.number must be an integer, but is empty",
      "s.yaml:6:14: point.volts must be a number, but is empty",
      "s.yaml:7:13: point.free must be a boolean, but is a list",
      "s.yaml:8:13: point.name must be a string, but is a map",
    ],
  },
  {
    name: "32 bits",
    yaml: charger("dotted.key: 2147483648", "volts: 99999999999"),
    complaints: [
      "s.yaml:6:19: point.dotted.key must fit in 32 bits, 2147483648 does not",
      "s.yaml:7:14: point.volts must fit in 32 bits, 99999999999 does not",
    ],
  },
  { name: "the largest and the smallest integer fit", yaml: charger("dotted.key: 2147483647") },
  { name: "the smallest integer fits", yaml: charger("dotted.key: -2147483648") },
  { name: "a number beyond 32 bits", yaml: charger("volts: 99999999999.5") },
  {
    name: "not finite",
    yaml: charger("volts: .inf", "name: .nan"),
    complaints: [
      "s.yaml:6:14: point.volts must be a finite number",
      "s.yaml:7:13: point.name must be a string, not the number NaN; put it in quotes",
    ],
  },
  {
    name: "bounds",
    yaml: withLine(5, "      number: 65", "      volts: 0.5", '      name: ""', "      mode: ac"),
    complaints: [
      "s.yaml:5:15: point.number must be at most 64, not 65",
      "s.yaml:6:14: point.volts must be at least 1, not 0.5",
      "s.yaml:7:13: point.name must have at least 1 characters, not 0",
      's.yaml:8:13: point.mode must be one of AC, DC, not "ac"; did you mean "AC"?',
    ],
  },
  {
    name: "too long",
    yaml: charger("name: ninechars"),
    complaints: ["s.yaml:6:13: point.name must have at most 8 characters, not 9"],
  },
  { name: "not effective yet", yaml: charger("later: true"), notes: ["s.yaml:6:7: point.later is not effective yet"] },
  {
    name: "implementation keys",
    yaml: afterLine(
      11,
      "    config_implementation:",
      "      main: { pin: x, pinn: 3 }",
      "      mane: { pin: 3 }",
      "      spare: 4",
    ),
    complaints: [
      's.yaml:13:20: board:main.pin must be an integer, not the string "x"',
      's.yaml:13:23: main of Board has no key "pinn"; did you mean "pin"?',
      's.yaml:14:7: Board provides no "mane"; did you mean "main"?',
      "s.yaml:15:14: board.config_implementation.spare must be a map, but is the integer 4",
    ],
  },
  {
    name: "DC",
    yaml: "active_modules:\n  a:\n    module: EvseManager\n    config_module: { charge_mode: DC }\n",
    complaints: [
      "s.yaml:4:35: a.charge_mode: DC needs a connection slac",
      "s.yaml:4:35: a.charge_mode: DC needs a connection hlc",
      "s.yaml:4:35: a.charge_mode: DC needs a connection powersupply_DC",
    ],
    warnings: ["s.yaml:4:35: a.charge_mode: without a connection imd the cable is not checked for isolation"],
  },

  // connections
  {
    name: "requirement absent",
    yaml: withLine(15).replace("      child:\n        - { module_id: point, implementation_id: grid }\n", ""),
    complaints: ["s.yaml:12:3: root.child is not connected; it needs 1 to 3 connections"],
  },
  {
    name: "requirement empty",
    yaml: withLine(17, "        []"),
    complaints: ["s.yaml:16:7: root.child needs 1 to 3 connections, not 0"],
  },
  {
    name: "too many",
    yaml: afterLine(
      17,
      "        - { module_id: point, implementation_id: grid }",
      "        - { module_id: point, implementation_id: grid }",
      "        - { module_id: root, implementation_id: grid }",
    ),
    complaints: ["s.yaml:16:7: root.child needs 1 to 3 connections, not 4"],
  },
  {
    name: "unknown requirement",
    yaml: afterLine(9, "      lok: []", "      zzz:", "        - { module_id: board, implementation_id: main }"),
    complaints: [
      's.yaml:10:7: Charger has no requirement "lok"; did you mean "lock"?',
      's.yaml:11:7: Charger has no requirement "zzz"',
    ],
  },
  { name: "an optional requirement, empty", yaml: afterLine(9, "      lock: []") },
  {
    name: "unknown module and implementation",
    yaml: withLine(
      17,
      "        - { module_id: piont, implementation_id: grid }",
      "        - { module_id: point, implementation_id: gird }",
    ),
    complaints: [
      's.yaml:17:24: root.child: no module "piont"; did you mean "point"?',
      's.yaml:18:50: root.child: point (Charger) provides no "gird"; did you mean "grid"?',
    ],
  },
  {
    name: "other interface",
    yaml: withLine(17, "        - { module_id: point, implementation_id: evse }"),
    complaints: ["s.yaml:17:50: root.child requires the interface power, but point.evse is charger"],
  },
  {
    name: "shape of a connection",
    yaml: withLine(
      17,
      "        - { module_id: point }",
      "        - point",
      "        - { module_id: 1, implementation_id: grid, extra: 1 }",
    ),
    complaints: [
      's.yaml:17:11: a connection of root.connections.child needs "implementation_id"',
      's.yaml:18:11: a connection of root.connections.child must be a map, but is the string "point"',
      "s.yaml:19:24: root.connections.child: module_id must be a string, but is the integer 1",
      's.yaml:19:52: a connection of root.connections.child has no key "extra"',
    ],
  },
  {
    name: "connections of another shape",
    yaml: "active_modules:\n  a:\n    module: Board\n    connections: []\n  b:\n    module: Board\n    connections: { x: {} }\n",
    complaints: [
      "s.yaml:4:18: a.connections must be a map, but is a list",
      's.yaml:7:20: Board has no requirement "x"',
      "s.yaml:7:23: b.connections.x must be a list, but is a map",
    ],
  },
  {
    name: "modules in a ring",
    yaml: `active_modules:
  a: { module: Node, config_module: { fuse: 1 }, connections: { child: [ { module_id: b, implementation_id: grid } ] } }
  b: { module: Node, config_module: { fuse: 1 }, connections: { child: [ { module_id: a, implementation_id: grid } ] } }
`,
  },

  // unsupported modules
  {
    name: "connection to a module of unknown type",
    yaml: withLine(11, "    module: Bo"),
    complaints: [
      's.yaml:11:13: module "board" is of type "Bo", which is not supported; --ignore-unsupported leaves it out',
    ],
  },
  {
    name: "left out, but needed",
    yaml: withLine(11, "    module: Bo"),
    options: { ignoreUnsupported: true },
    warnings: [
      "s.yaml:1:1: no module is left of this configuration",
      "s.yaml:2:3: point: left out, its bsp needs board (Bo), which is not supported",
      's.yaml:11:13: module "board" is of type "Bo", which is not supported (left out)',
      "s.yaml:12:3: root: left out, its child needs point (Charger), which is left out",
    ],
  },
  {
    name: "left out",
    yaml: `${afterLine(9, "      lock:", "        - { module_id: extra, implementation_id: x }", "    mapping: { module: { evse: 1 } }")}        - { module_id: extra, implementation_id: x }
  extra:
    module: Extra
    config_module: { anything: 1 }
    connections: { whatever: [] }
`,
    options: { ignoreUnsupported: true },
    warnings: [
      "s.yaml:11:11: point.lock: the connection to extra (Extra) is left out",
      "s.yaml:21:11: root.child: the connection to extra (Extra) is left out",
      's.yaml:23:13: module "extra" is of type "Extra", which is not supported (left out)',
    ],
  },
  {
    name: "left out, what stays keeps what it can do without",
    yaml: `${withLine(11, "    module: Bo")}        - { module_id: other, implementation_id: grid }
  other:
    module: Charger
    config_module: { number: 2 }
    connections:
      bsp: [ { module_id: spare, implementation_id: main } ]
      lock: [ { module_id: board, implementation_id: main } ]
  spare: { module: Board }
  top: { module: Node, config_module: { fuse: 1 }, connections: { child: [ { module_id: root, implementation_id: grid } ] } }
`,
    options: { ignoreUnsupported: true },
    warnings: [
      "s.yaml:2:3: point: left out, its bsp needs board (Bo), which is not supported",
      's.yaml:11:13: module "board" is of type "Bo", which is not supported (left out)',
      "s.yaml:17:11: root.child: the connection to point (Charger) is left out",
      "s.yaml:24:15: other.lock: the connection to board (Bo) is left out",
    ],
  },
  {
    name: "left out, but what is wrong with it is told",
    yaml: `${withLine(11, "    module: Bo").replace("number: 1", "number: 0").replace("implementation_id: grid", "implementation_id: gird")}`,
    options: { ignoreUnsupported: true },
    complaints: [
      "s.yaml:5:15: point.number must be at least 1, not 0",
      's.yaml:17:50: root.child: point (Charger) provides no "gird"; did you mean "grid"?',
    ],
    warnings: [
      "s.yaml:1:1: no module is left of this configuration",
      "s.yaml:2:3: point: left out, its bsp needs board (Bo), which is not supported",
      's.yaml:11:13: module "board" is of type "Bo", which is not supported (left out)',
      "s.yaml:12:3: root: left out, its child needs point (Charger), which is left out",
    ],
  },
  {
    name: "a ring beside what is left out stays",
    yaml: `active_modules:
  a: { module: Node, config_module: { fuse: 1 }, connections: { child: [ { module_id: b, implementation_id: grid } ] } }
  b: { module: Node, config_module: { fuse: 1 }, connections: { child: [ { module_id: a, implementation_id: grid }, { module_id: c, implementation_id: x } ] } }
  c: { module: Nothing }
`,
    options: { ignoreUnsupported: true },
    warnings: [
      "s.yaml:3:117: b.child: the connection to c (Nothing) is left out",
      's.yaml:4:16: module "c" is of type "Nothing", which is not supported (left out)',
    ],
  },
  {
    name: "a station without high-level communication",
    yaml: `active_modules:
  a:
    module: EvseManager
    connections:
      slac: [ { module_id: plc, implementation_id: main } ]
      hlc: [ { module_id: stack, implementation_id: main } ]
  b:
    module: EvseManager
    connections:
      hlc: [ { module_id: stack, implementation_id: main } ]
  plc: { module: Plc }
  stack: { module: Stack }
`,
    options: { ignoreUnsupported: true },
    warnings: [
      "s.yaml:2:3: a: basic charging (IEC 61851) only, since its slac and hlc are left out",
      "s.yaml:5:15: a.slac: the connection to plc (Plc) is left out",
      "s.yaml:6:14: a.hlc: the connection to stack (Stack) is left out",
      "s.yaml:7:3: b: basic charging (IEC 61851) only, since its hlc is left out",
      "s.yaml:10:14: b.hlc: the connection to stack (Stack) is left out",
      's.yaml:11:18: module "plc" is of type "Plc", which is not supported (left out)',
      's.yaml:12:20: module "stack" is of type "Stack", which is not supported (left out)',
    ],
  },
  {
    name: "unknown keys ignored",
    yaml: charger("volt: 230"),
    options: { ignoreUnsupported: true },
    warnings: ['s.yaml:6:7: Charger has no key "volt"; did you mean "volts"? (ignored)'],
  },

  // settings
  {
    name: "settings",
    yaml: `settings:
  telemetry_enabled: true
  mqtt_broker_host: 10.0.0.1
  controller_port: 8849
${sound}`,
    notes: [
      "s.yaml:2:3: settings.telemetry_enabled has no effect: every module runs in this process",
      "s.yaml:3:3: settings.mqtt_broker_host is not effective yet",
      "s.yaml:4:3: settings.controller_port has no effect: every module runs in this process",
    ],
  },
  {
    name: "settings that are wrong",
    yaml: `settings:
  mqtt_broker_port: 70000
  mqtt_broker: x
  telemetry_enabled: "true"
  prefix: ~
  mqtt_external_prefix: everest
${sound}`,
    complaints: [
      "s.yaml:2:21: settings.mqtt_broker_port must be at most 65535, not 70000",
      's.yaml:3:3: settings has no key "mqtt_broker"',
      's.yaml:4:22: settings.telemetry_enabled must be a boolean, not the string "true"',
      "s.yaml:5:11: settings.prefix must be a string, but is empty",
      "s.yaml:6:25: settings.mqtt_everest_prefix and settings.mqtt_external_prefix must differ",
    ],
  },
  {
    name: "prefixes that differ by a slash only",
    yaml: `settings: { mqtt_everest_prefix: a/, mqtt_external_prefix: a }\n${sound}`,
    complaints: ["s.yaml:1:60: settings.mqtt_everest_prefix and settings.mqtt_external_prefix must differ"],
  },
  {
    name: "settings of the console",
    yaml: `settings:
  console_socket: /run/x
  console_socket_mode: "0600"
  console_serial_port: /dev/ttymxc3
  console_secret: open sesame
${sound}`,
  },
  {
    name: "settings of the console that are wrong",
    yaml: `settings:
  console_socket_mode: "0800"
  console_serial_port: /dev/ttymxc3
  console_serial_baud_rate: 300
  console_secret: 12345678
${sound}`,
    complaints: [
      's.yaml:2:24: settings.console_socket_mode must be three octal digits, e.g. "0660"',
      "s.yaml:3:3: settings.console_serial_port needs settings.console_secret: anybody may plug in there",
      "s.yaml:4:29: settings.console_serial_baud_rate must be at least 1200, not 300",
      "s.yaml:5:19: settings.console_secret must be a string of at least 8 characters",
    ],
  },
  {
    name: "settings as a list",
    yaml: `settings: []\n${sound}`,
    complaints: ["s.yaml:1:11: settings must be a map, but is a list"],
  },

  // everything at once
  {
    name: "in the order of the file",
    yaml: "x: 1\nactive_modules:\n  z:\n    module: Nope\n  a:\n    module: Board\n    b: 2\n",
    complaints: [
      's.yaml:1:1: the configuration has no key "x"',
      's.yaml:4:13: module "z" is of type "Nope", which is not supported; did you mean "Node"?',
      's.yaml:7:5: module "a" has no key "b"',
    ],
  },
];

for (const { name, yaml, complaints = [], warnings = [], notes = [], options } of cases) {
  t.test(name, async (t) => {
    const told = loadFiles(t.testdir({}), { "s.yaml": yaml }, options);
    t.same(told.complaints, complaints);
    t.same(told.warnings, warnings);
    t.same(told.notes, notes);
    t.equal(told.loaded.ok, complaints.length === 0);
  });
}
