import { readFileSync, writeFileSync } from "node:fs";
import t from "tap";
import { UsageError } from "../../src/core/errors.ts";
import { replayRecord } from "../../src/daemon/replay.ts";
import { evsedEach, stackTrace, stationFile } from "../cli/command-line.ts";
import { charging, runStation, script, sim, unplug } from "./station-run.ts";

interface Turn {
  readonly n: number;
  readonly t: number;
  readonly to: string;
  readonly event: object;
  readonly effects: readonly { readonly kind: string }[];
}

t.test("a record of a run gives the same effects again", async (t) => {
  for (const scenario of ["error-while-charging", "relay-welded"]) {
    const record = `${t.testdir()}/${scenario}`;
    const run = await runStation({ scenario, record });
    const result = await replayRecord(record);
    t.equal(result.difference, undefined, scenario);
    t.equal(result.turns, run.result.events);
  }
});

t.test("a record in which the daemon dies and comes back", async (t) => {
  const folder = t.testdir();
  const record = `${folder}/record`;
  const kill = (at_s: number, restart_s: number): object => sim(at_s, "kill", { restart_s }, "evsed");
  const run = await runStation({
    station: "power-cut",
    steps: [kill(1, 0.5), script(2, charging), kill(20, 5), unplug(45)],
    until: 60,
    record,
  });
  t.ok(run.event("SessionResumed"), "a session is found in the files of the run before");
  const lines = readFileSync(record, "utf8").trimEnd().split("\n");
  const replayed = async (changed: readonly string[]) => {
    writeFileSync(`${folder}/changed`, `${changed.join("\n")}\n`);
    return replayRecord(`${folder}/changed`);
  };
  const whole = await replayed(lines);
  t.equal(whole.difference, undefined);
  t.equal(whole.turns, run.result.events, "the same effects, without any file");

  const at = (text: string, from = 0): number => lines.findIndex((line, index) => index > from && line.includes(text));
  const turnAt = (index: number): Turn => JSON.parse(lines[index] ?? "") as Turn;
  const killed = at('{"t":20000,"daemon":"killed"}');
  const restarted = at('{"t":25000,"daemon":"restarted"}');
  const loaded = at('"kind":"storeLoaded"', restarted);
  t.ok(killed > 0 && restarted > killed && loaded > restarted);
  const { uuid } = run.event("SessionStarted");

  await t.test("its daemon never died: the events of the start meet machines that are long at work", async (t) => {
    const { difference } = await replayed(lines.toSpliced(restarted, 1).toSpliced(killed, 1));
    t.match(difference, { t: 25_000, to: "connector_1/evse", event: '{"kind":"ready"}' });
  });
  await t.test("it died and never came back: there is nobody to hear", async (t) => {
    const { n, to } = turnAt(restarted + 1);
    t.match((await replayed(lines.toSpliced(restarted, 1))).difference, { n, to, replayed: "no such machine" });
  });
  await t.test("another session was found in the files", async (t) => {
    const text = (lines[loaded] ?? "").replace(`"id":"${uuid}"`, '"id":"another"');
    const { difference } = await replayed(lines.with(loaded, text));
    t.match(difference, { n: turnAt(loaded).n, t: 25_000, to: "connector_1/evse" });
    t.match(difference?.recorded, /"uuid":"[-0-9a-f]{36}","event":"SessionResumed"/);
  });
  await t.test("a fate that daemons do not have", async (t) => {
    const changed = lines.with(killed, '{"t":20000,"daemon":"asleep"}');
    await t.rejects(replayed(changed), { message: new RegExp(`changed:${killed + 1}: not an event of a record`) });
  });
});

t.test("every kind of file that is not quite a record", async (t) => {
  const folder = t.testdir({ empty: "", text: "no: record\n", binary: Buffer.from([0, 255, 10, 27, 91]) });
  const record = `${folder}/record`;
  await runStation({ scenario: "error-while-charging", record });
  const lines = readFileSync(record, "utf8").trimEnd().split("\n");
  const write = (name: string, content: readonly string[]): string => {
    writeFileSync(`${folder}/${name}`, `${content.join("\n")}\n`);
    return `${folder}/${name}`;
  };
  const changedAt = lines.findIndex((line) => line.includes('"kind":"contactor","closed":true'));
  const turn = JSON.parse(lines[changedAt] ?? "") as Turn;
  const changed = { ...turn, effects: turn.effects.filter(({ kind }) => kind !== "contactor") };
  const cutFile = `${folder}/crash`;
  writeFileSync(cutFile, `${lines.slice(0, 20).join("\n")}\n${lines[20]?.slice(0, 30)}`);
  const header = JSON.parse(lines[0] ?? "") as object;
  const strange = { n: 1, t: 0, to: "connector_1/evse", event: { kind: "nonsense" }, effects: [] };

  const table: readonly (readonly [what: string, file: string, status: number, told: RegExp])[] = [
    ["untouched", record, 0, /^\d+ events, the same effects\n$/],
    [
      "an effect is gone",
      write("changed", lines.with(changedAt, JSON.stringify(changed))),
      1,
      new RegExp(
        `^event ${turn.n} at ${turn.t / 1000} s to connector_1/evse has other effects\nevent: .*\nrecorded: .*\nreplayed: .*\n` +
          `first other effect: number \\d+: .* was, .*"kind":"contactor".* is\nin the record: .*/changed:${changedAt + 1}\n` +
          `before that to connector_1/evse:\n(  event \\d+ at .*\n){5}its state then: \\{.*\n$`,
      ),
    ],
    ["an event of another version", write("strange", [lines[0] ?? "", JSON.stringify(strange)]), 1, /nonsense/],
    [
      "cut in a line",
      write("cut", [...lines.slice(0, 20), (lines[20] ?? "").slice(0, 30)]),
      2,
      /^.*\/cut:21: not a record/,
    ],
    ["cut by a crash", cutFile, 0, /^\d+ events, the same effects; the record is cut in .*\/crash:21\n$/],
    ["a line that is no event", write("line", [lines[0] ?? "", "{}"]), 2, /^.*\/line:2: not an event of a record/],
    ["empty", `${folder}/empty`, 2, /^.*\/empty:1: not a record: the file is empty/],
    ["something else", `${folder}/text`, 2, /^.*\/text:1: not a record/],
    ["binary", `${folder}/binary`, 2, /^.*\/binary:1: not a record/],
    ["a configuration", stationFile(), 2, /station\.yaml:1: not a record/],
    ["JSON", write("json", ["[]"]), 2, /^.*\/json:1: not a record/],
    [
      "another version",
      write("version", [JSON.stringify({ ...header, version: 99 })]),
      2,
      /record version 99, this is/,
    ],
    ["no configuration", write("bare", [JSON.stringify({ ...header, configuration: 1 })]), 2, /no configuration/],
    [
      "modules of another world",
      write("types", [JSON.stringify({ ...header, configuration: { modules: [{ id: "a", type: "Nonsense" }] } })]),
      2,
      /unknown module type Nonsense/,
    ],
    [
      "half a module",
      write("half", [JSON.stringify({ ...header, configuration: { modules: [{ id: "a", type: "Auth" }] } })]),
      2,
      /:1: the configuration in the header makes no station/,
    ],
    ["not there", `${folder}/nowhere`, 2, /nowhere:1: no such file/],
    ["a folder", folder, 2, /:1: is a directory/],
  ];
  const onCommandLine = ["untouched", "an effect is gone", "cut in a line", "cut by a crash", "not there"];
  const rows = table.filter(([what]) => onCommandLine.includes(what));
  const outcomes = await evsedEach(rows.map(([, file]) => ["replay", file]));
  for (const [index, [what, , status, told]] of rows.entries()) {
    const { status: got, stdout, stderr } = outcomes[index] ?? { stdout: "", stderr: "" };
    t.equal(got, status, what);
    t.match(status === 2 ? stderr : stdout, told, what);
    t.notMatch(stderr, stackTrace);
  }
  for (const [what, file, status, told] of table) {
    const outcome = await replayRecord(file).then(
      ({ difference }) => ({ status: difference === undefined ? 0 : 1, text: JSON.stringify(difference) }),
      (error: Error) => ({ status: error instanceof UsageError ? 2 : 99, text: error.message }),
    );
    t.equal(outcome.status, status, what);
    if (status === 2) t.match(outcome.text, told, what);
  }
});
