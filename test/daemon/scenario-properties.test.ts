import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import t from "tap";
import { stringify } from "yaml";
import { printable } from "../../src/config/quote.ts";
import { loadScenario } from "../../src/daemon/scenario.ts";
import { world } from "./scenario-world.ts";

const words =
  "seed: until_s: steps: at_s: ev: command: publish: raise: clear: sim: script: connector: module: implementation: name: args: value: variable: type: point_1 main pause enable limit board weld evsed kill ready generic/VendorError - [ ] { } , : & * ! | > ' \" # % @ ` ~ null true 1 1.5 -1 ? ---".split(
    " ",
  );
const token = fc.constantFrom(...words, "\n", "\n  ", "\n    ", "\n  - ", "\t", " ");

const key = fc.oneof(
  fc.constantFrom(...words.filter((word) => word.endsWith(":")).map((word) => word.slice(0, -1))),
  fc.string(),
);
const anything = fc.anything({
  key: fc.oneof(key, fc.constantFrom("__proto__", "constructor", "number", "source", "schedule", "amps", "token")),
  values: [
    fc.constantFrom(...words.filter((word) => /^\w/.test(word) && !word.endsWith(":"))),
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
    const lines = content.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 1);
    const loaded = loadScenario(file, world);
    if (loaded.ok)
      return JSON.stringify(JSON.parse(JSON.stringify(loaded.scenario))) === JSON.stringify(loaded.scenario);
    return (
      loaded.complaints.length > 0 &&
      loaded.complaints.every(
        ({ file: named, line, column, message }) =>
          named === file &&
          line >= 1 &&
          line <= lines &&
          column >= 1 &&
          message !== "" &&
          printable(message) === message,
      )
    );
  };
  const steps = (value: unknown): Uint8Array => Buffer.from(String(stringify({ steps: value })));

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
      { numRuns: 500 },
    ),
  );
  await t.test("YAML", async () =>
    fc.assert(
      fc.property(anything, (value) => holds(steps([value]))),
      { numRuns: 300 },
    ),
  );
  await t.test("an action with anything in the place of its value", async () => {
    const target = { module: "point_1", implementation: "main" };
    const action = fc.oneof(
      fc
        .constantFrom("pause", "enable", "limit")
        .chain((name) => anything.map((args) => ({ command: { ...target, name, args } }))),
      fc
        .constantFrom("ready", "token", "anything", "table")
        .chain((variable) => anything.map((value) => ({ publish: { ...target, variable, value } }))),
      fc
        .constantFrom("weld", "volts", "error", "mode")
        .chain((name) => anything.map((args) => ({ sim: { module: "board", name, args } }))),
      anything.map((value) => ({ command: { ...target, name: "limit", args: { value: { schedule: value } } } })),
      fc.array(anything).map((schedule) => ({ command: { ...target, name: "limit", args: { value: { schedule } } } })),
      anything.map((script) => ({ ev: { script } })),
      anything.map((type) => ({ raise: { ...target, type } })),
    );
    fc.assert(
      fc.property(action, (does) => holds(steps([{ at_s: 1, ...does }]))),
      { numRuns: 600 },
    );
  });
  await t.test("a scenario that was cut off", async () => {
    const whole =
      'seed: 7\nsteps:\n  - { at_s: 0, ev: { connector: 1, script: "sleep 1;unplug" } }\n  - at_s: 2\n    command:\n      module: point_1\n      implementation: main\n      name: enable\n      args: { number: 1, source: { who: Local, priority: 1 } }\n';
    for (let length = 0; length <= whole.length; length += 1) {
      if (!holds(Buffer.from(whole.slice(0, length)))) throw new Error(`cut after ${length}`);
    }
  });
});
