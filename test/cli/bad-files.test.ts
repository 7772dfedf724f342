import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { readConfiguration } from "../../src/cli/configuration.ts";
import { sim } from "../../src/cli/sim.ts";
import { UsageError } from "../../src/core/errors.ts";
import { evsedEach, stackTrace, stationFile } from "./command-line.ts";

const station = readFileSync(stationFile(), "utf8");
const replaced = (from: string, to: string): string => {
  if (!station.includes(from)) throw new Error(`the station holds no ${from}`);
  return station.replace(from, to);
};
/** The line of the first place that holds a text. */
const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split("\n").length;

const unknownType = replaced("module: YetiSimulator", "module: YetySimulator");
const unknownKey = replaced("      connection_timeout: 10", "      connection_timeout: 10\n      colour: red");
const wrongType = replaced("connection_timeout: 10", "connection_timeout: ten");
const unknownTarget = replaced("{ module_id: token_validator, ", "{ module_id: token_validater, ");

const files = {
  "empty.yaml": "",
  "comment.yaml": "# nothing\n",
  "tabs.yaml": "active_modules:\n\tauth:\n",
  "binary.yaml": Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0xff, 0xfe, 0]),
  "control.yaml": "active_modules:\n  a: \u001b[31m\n",
  "large.yaml": `active_modules:\n${"  # nothing\n".repeat(900_000)}`,
  "list.yaml": "- 1\n- 2\n",
  "unclosed.yaml": "active_modules: { a: [1, 2\n",
  "unknown-type.yaml": unknownType,
  "unknown-key.yaml": unknownKey,
  "wrong-type.yaml": wrongType,
  "unknown-target.yaml": unknownTarget,
  "only-simulated.yaml": "active_modules: { stack: { module: EvseV2G } }\n",
  folder: {},
  "folder.yaml": {},
};

/** What a command would print on stderr before it ends with status 2. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "accepted";
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

const isPrintable = (text: string): boolean => !/[\p{Cc}]/u.test(text.replaceAll("\n", ""));

t.test("configurations that cannot be used: exit 2, each complaint at its FILE:LINE:COL", async (t) => {
  const folder = t.testdir(files);
  const table: readonly (readonly [command: string, file: string, told: RegExp])[] = [
    ["check", "nowhere.yaml", /nowhere\.yaml:1:1: no such file/],
    ["check", "folder.yaml", /folder\.yaml:1:1: is a directory/],
    ["check", "folder", /folder:1:1: /],
    ["check", "empty.yaml", /empty\.yaml:1:1: no module/],
    ["run", "comment.yaml", /comment\.yaml:1:1: no module/],
    ["sim", "empty.yaml", /empty\.yaml:1:1: no module/],
    ["check", "tabs.yaml", /tabs\.yaml:2:1: Tabs/],
    ["sim", "binary.yaml", /binary\.yaml:1:\d+: not/],
    ["check", "control.yaml", /control\.yaml:2:6: not a text file/],
    ["run", "large.yaml", /large\.yaml:1:1: is larger than/],
    ["check", "list.yaml", /list\.yaml:1:1: /],
    ["check", "unclosed.yaml", /unclosed\.yaml:\d+:\d+: /],
    [
      "check",
      "unknown-type.yaml",
      new RegExp(`unknown-type\\.yaml:${lineOf(unknownType, "YetySimulator")}:13: .*YetySimulator.*YetiSimulator`),
    ],
    ["sim", "unknown-key.yaml", new RegExp(`unknown-key\\.yaml:${lineOf(unknownKey, "colour")}:7: .*colour`)],
    ["check", "wrong-type.yaml", new RegExp(`wrong-type\\.yaml:${lineOf(wrongType, "ten\n")}:27: .*an integer.*ten`)],
    [
      "check",
      "unknown-target.yaml",
      new RegExp(
        `unknown-target\\.yaml:${lineOf(unknownTarget, "validater")}:\\d+: .*token_validater.*token_validator`,
      ),
    ],
  ];
  const onBoard = await refusal(readConfiguration(join(folder, "only-simulated.yaml"), { simulate: false }));
  t.match(onBoard, /: module "stack" is of type "EvseV2G", which is not supported without --simulate$/);
  for (const [, file, told] of table) {
    const message = await refusal(readConfiguration(join(folder, file), {}));
    t.match(message, told);
    t.ok(isPrintable(message), "nothing that would upset a terminal");
  }
  const spawned = table.filter(([, file]) => ["nowhere.yaml", "comment.yaml", "binary.yaml"].includes(file));
  const outcomes = await evsedEach(spawned.map(([command, file]) => [command, join(folder, file)]));
  for (const [index, [command, file, told]] of spawned.entries()) {
    const { status, stdout, stderr } = outcomes[index] ?? { stderr: "" };
    t.equal(status, 2, `${command} ${file}`);
    t.match(stderr, told);
    t.equal(stdout, "");
    t.notMatch(stderr, stackTrace);
  }
});

t.test("scenarios that cannot be used", async (t) => {
  const steps = (...lines: readonly string[]): string => `steps:\n${lines.map((line) => `  - ${line}\n`).join("")}`;
  const folder = t.testdir({
    "empty.yaml": "",
    "tabs.yaml": "steps:\n\t- at_s: 1\n",
    "binary.yaml": Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10]),
    "large.yaml": `steps:\n${"  # nothing\n".repeat(900_000)}`,
    "many.yaml": steps(
      "{ at_s: 1, command: { module: connector_2, implementation: evse, name: pause_charging, args: {} } }",
      "{ at_s: one, sim: { module: connector_1_powerpath, name: relay_weld, args: {} } }",
      '{ at_s: 1, ev: { connector: 7, script: "unplug" } }',
      '{ at_s: 1, ev: { script: "sleep 1;;unplug" } }',
      "{ at_s: 1, raise: { module: connector_1_powerpath, implementation: board_support, type: evse_board_support/No } }",
      "{ at_s: 1 }",
    ),
  });
  const table: readonly (readonly [file: string, told: readonly RegExp[]])[] = [
    ["nowhere.yaml", [/nowhere\.yaml:1:1: no such file/]],
    ["empty.yaml", [/empty\.yaml:1:1: empty scenario/]],
    ["tabs.yaml", [/tabs\.yaml:2:1: Tabs/]],
    ["binary.yaml", [/binary\.yaml:1:1: not UTF-8/]],
    ["large.yaml", [/large\.yaml:1:1: is larger than/]],
    [
      "many.yaml",
      [
        /many\.yaml:2:\d+: .*connector_2/,
        /many\.yaml:3:\d+: .*at_s/,
        /many\.yaml:3:\d+: .*relay_weld.*relay_welded/,
        /many\.yaml:4:\d+: .*connector 7/,
        /many\.yaml:5:\d+: .*character 9/,
        /many\.yaml:6:\d+: .*evse_board_support\/No/,
        /many\.yaml:7:\d+: /,
      ],
    ],
  ];
  for (const [file, told] of table) {
    const message = await refusal(sim(stationFile(), { scenario: join(folder, file), logLevel: "silent" }));
    for (const complaint of told) t.match(message, complaint, file);
  }
  const [outcome] = await evsedEach([["sim", stationFile(), "--scenario", join(folder, "many.yaml")]]);
  t.equal(outcome?.status, 2);
  for (const complaint of table.at(-1)?.[1] ?? []) t.match(outcome?.stderr, complaint);
  t.equal(outcome?.stdout, "");
  t.notMatch(outcome?.stderr, stackTrace);
});

t.test("options that name what is not there", async (t) => {
  const folder = t.testdir({});
  const table: readonly (readonly [options: Partial<Parameters<typeof sim>[1]>, told: RegExp])[] = [
    [{ ev: ["sleep 1;;unplug"] }, /^--ev:1:9: unknown command ""/],
    [{ ev: ["1:sleep 1;dance"] }, /^--ev:1:11: unknown command "dance"/],
    [{ ev: ["sleep soon"] }, /^--ev:1:7: .*soon/],
    [{ ev: [""] }, /^--ev:1:1: empty script/],
    [{ ev: ["1:"] }, /^--ev:1:3: empty script/],
    [{ ev: ["unplug", "7:unplug"] }, /no connector 7/],
    [{ ev: [`unplug;${"x".repeat(100_000)}`] }, /^--ev:1:65537: script is longer/],
    [{ set: ["nobody.key=1"] }, /^--set nobody\.key=1: there is no module "nobody"/],
    [{ set: ["auth.connection_timeot=1"] }, /has no key "connection_timeot".*connection_timeout/],
    [{ set: ["auth.connection_timeout=ten"] }, /must be an integer, not the string "ten"/],
    [{ set: ["connector_1.has_ventilation=no"] }, /must be a boolean, not the string "no"/],
    [{ set: ["auth"] }, /must be written ID\.KEY=VALUE/],
    [{ set: ["token_provider:other.token=A"] }, /provides no "other"/],
    [{ record: join(folder, "no", "record") }, /--record .*: cannot be written \(ENOENT\)/],
  ];
  for (const [options, told] of table) {
    t.match(await refusal(sim(stationFile(), { until: 1, logLevel: "silent", ...options })), told);
  }
  const [outcome] = await evsedEach([["sim", stationFile(), "--ev", "sleep 1;;unplug"]]);
  t.equal(outcome?.status, 2);
  t.equal(outcome?.stderr, '--ev:1:9: unknown command ""\n');
  t.equal(outcome?.stdout, "");
});
