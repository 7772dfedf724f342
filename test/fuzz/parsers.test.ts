/** Every parser with a few inputs that are almost right; `npm run fuzz` tries them at length. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import t from "tap";
import { withCrc } from "../../boards/modbus/rtu.ts";
import { rtuFraming, tcpFraming } from "../../boards/modbus/serial-comm-hub/framing.ts";
import { replay } from "../../src/cli/replay.ts";
import { report } from "../../src/cli/report.ts";
import { sim } from "../../src/cli/sim.ts";
import { UsageError } from "../../src/core/errors.ts";
import { readStoredSession } from "../../src/modules/evse-manager/stored-session.ts";
import { readReport } from "../../src/report/read-report.ts";
import { withParser } from "../../tools/fuzz/parser-fuzz.ts";
import { parsers } from "../../tools/fuzz/parsers.ts";

for (const fuzz of parsers) {
  t.test(`${fuzz.name}: ${fuzz.about}`, async () => {
    await withParser(fuzz, ({ inputs, holds }) =>
      fc.assert(
        fc.asyncProperty(inputs, async (input) => {
          await holds(input);
        }),
        { numRuns: fuzz.runsInTest, seed: 1 },
      ),
    );
  });
}

t.test("an exception behind noise that begins like a longer reply is found", async (t) => {
  const framing = rtuFraming({ hasEcho: false });
  const request = withCrc(Uint8Array.of(5, 3, 0, 0, 0, 20));
  const exception = withCrc(Uint8Array.of(5, 0x83, 2));
  framing.send(request, { unit: 5, functionCode: 3, bytes: 45 }, 1);
  t.same(framing.receive(request.subarray(0, 4)), [{ kind: "piece", why: "short" }]);
  t.same(framing.receive(exception), [{ kind: "reply", frame: exception }]);
});

t.test("what a lost connection left half said does not spoil the first reply of the next one", async (t) => {
  const framing = tcpFraming();
  const request = withCrc(Uint8Array.of(5, 3, 0, 0, 0, 1));
  const expected = { unit: 5, functionCode: 3, bytes: 7 };
  framing.send(request, expected, 1);
  framing.receive(Uint8Array.of(0, 1, 0, 0, 0, 5, 5, 3));
  framing.giveUp();
  framing.opened();
  framing.send(request, expected, 2);
  const body = Uint8Array.of(5, 3, 2, 0x12, 0x34);
  t.match(framing.receive(Uint8Array.of(0, 2, 0, 0, 0, 5, ...body)), [{ kind: "reply", frame: withCrc(body), id: 2 }]);
});

const header = (more: object = {}): string =>
  JSON.stringify({
    evsed: "record",
    version: 2,
    run: "r",
    file: 0,
    startedAt: "2026-01-01T00:00:00.000Z",
    simulate: true,
    configuration: { modules: [{ id: "connector_1", type: "EvseManager", config: {} }] },
    ...more,
  });
const told = (line: object): string => JSON.stringify({ t: 1, line: { module: "connector_1", ...line } });

t.test("a record with lines that nobody wrote like that is refused at its line", async (t) => {
  const file = join(t.testdir(), "record");
  const table: readonly (readonly [what: string, lines: readonly string[], line: number])[] = [
    ["a supply that tells nothing", [header(), told({ kind: "supply", name: "voltage_current" })], 2],
    ["no module", [header(), '{"t":1,"line":{"kind":"contactor","closed":true}}'], 2],
    ["a time beyond all calendars", [header(), '{"t":1e300,"daemon":"killed"}'], 2],
    ["standing lines that are none", [header(), '{"t":1,"states":{},"standing":[null]}'], 2],
    ["started at no time", [header({ startedAt: "yesterday" })], 1],
    ["no list of modules", [header({ configuration: { modules: 7 } })], 1],
  ];
  for (const [what, lines, line] of table) {
    writeFileSync(file, `${lines.join("\n")}\n`);
    await t.rejects(readReport(file), { constructor: UsageError, message: new RegExp(`/record:${line}: .`) }, what);
  }
});

t.test("a record of one long line is read in the time its length takes", async (t) => {
  const file = join(t.testdir(), "record");
  writeFileSync(file, `${header()}\n${told({ kind: "state", from: null, to: "x".repeat(4_000_000) })}\n`);
  t.equal((await readReport(file)).evses.length, 1);
});

t.test("a stored session without an id is none, whatever else is stored with it", async (t) => {
  const reading = { timestamp: "2026-01-01T00:00:00.000Z", energy_Wh_import: { total: 1 } };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  t.equal(readStoredSession({ id: "", readings: { start: reading, last: reading } }, log), null);
});

t.test("the commands refuse such files as usage, at their place", async (t) => {
  const folder = t.testdir({
    "s.yaml": "active_modules:\n  a: { module: EnergyNode, config_module: { fuse_limit_A: {} } }\n",
    record: `${header({ configuration: { modules: [null] } })}\n`,
  });
  await t.rejects(sim(`${folder}/s.yaml`, { logLevel: "silent" }), {
    constructor: UsageError,
    message: /s\.yaml:2:\d+: ./,
  });
  await t.rejects(replay(`${folder}/record`), { constructor: UsageError, message: /record:1: unknown module type/ });
  await t.rejects(report(`${folder}/record`, { output: `${folder}/out.html` }), {
    constructor: UsageError,
    message: /record:1: ./,
  });
});
