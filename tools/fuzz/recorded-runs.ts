import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { createLogger } from "../../src/daemon/logger.ts";
import { replayRecord } from "../../src/daemon/replay.ts";
import type { Scenario } from "../../src/daemon/scenario.ts";
import { simulate } from "../../src/daemon/simulate.ts";
import { reportHtml } from "../../src/report/html.ts";
import { readReport } from "../../src/report/read-report.ts";
import { headerText } from "../../src/runtime/record-format.ts";
import type { Json } from "./mutations.ts";
import { mutatedBytes, mutatedJson } from "./mutations.ts";
import type { ParserFuzz } from "./parser-fuzz.ts";
import { demand, demandRefusal, openParser } from "./parser-fuzz.ts";
import { configurationOf, stationFile } from "./scenario-files.ts";

interface Told {
  readonly station: string;
  readonly script: string;
  readonly untilMs: number;
  readonly scenario?: Scenario;
}

const position = { file: "", line: 1, column: 1 };
const kill: Scenario = {
  steps: [{ atMs: 8000, position, action: { kind: "sim", module: "evsed", name: "kill", args: { restart_s: 2 } } }],
};
const pause: Scenario = {
  steps: [
    {
      atMs: 8000,
      position,
      action: { kind: "command", module: "connector_1", implementation: "evse", name: "pause_charging", args: {} },
    },
  ],
};
const charging = "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 8;unplug";
const dc =
  "sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;iso_wait_for_stop 5;unplug";

const runs: readonly Told[] = [
  { station: "station", script: charging, untilMs: 16_000, scenario: pause },
  { station: "power-cut", script: charging, untilMs: 16_000, scenario: kill },
  { station: "dc-station", script: dc, untilMs: 20_000 },
];

type Change =
  | { readonly kind: "json"; readonly at: number; readonly value: Json }
  | { readonly kind: "drop" | "double" | "swap" | "first"; readonly at: number; readonly to: number };

interface Input {
  readonly run: number;
  readonly changes: readonly Change[];
  readonly bytes: ((record: Uint8Array) => Uint8Array) | null;
  readonly gzip: boolean;
}

const words =
  "n t to event effects line module kind daemon killed restarted lost states standing evsed record version run file startedAt simulate configuration modules id type config connections # map set number of session_event error state pwm limits supply powermeter pilot connector_1 SessionStarted TransactionStarted TransactionFinished EvseManager".split(
    " ",
  );

export const recordedRuns: ParserFuzz = {
  name: "record",
  about: "a record, or one of its files, as replay and report read it; compressed ones as well",
  runsInTest: 4,
  async open(folder) {
    const records = await Promise.all(
      runs.map(async ({ station, script, untilMs, scenario }, index) => {
        const record = join(folder, `seed-${index}`);
        await simulate({
          configuration: await configurationOf(stationFile(station)),
          scripts: [{ connector: 1, script }],
          ...(scenario === undefined ? {} : { scenario }),
          untilMs,
          seed: 1,
          log: createLogger("silent"),
          record,
        });
        return readFileSync(record, "utf8").trimEnd().split("\n");
      }),
    );
    // A later file of a run begins with states.
    const states = JSON.stringify({
      t: 12_000,
      states: { "connector_1/evse": { "#": "map", of: [["a", { "#": "set", of: [1] }]] } },
      standing: [{ t: 11_000, line: { module: "connector_1", kind: "state", from: "Idle", to: "Charging" } }],
    });
    for (const lines of [...records]) {
      const header = JSON.parse(lines[0] ?? "") as Parameters<typeof headerText>[0];
      records.push([headerText(header, 3).trimEnd(), states, ...lines.slice(-60), '{"t":99000,"lost":4}']);
    }

    const change = (lines: readonly string[]): fc.Arbitrary<Change> =>
      fc.oneof(
        // Headers are few and events alike: each kind of line gets its share.
        fc
          .oneof(fc.nat(lines.length - 1), fc.constantFrom(...oneOfEachKind(lines)))
          .chain((at) =>
            mutatedJson([JSON.parse(lines[at] ?? "null") as Json], words).map(
              (value): Change => ({ kind: "json", at, value }),
            ),
          ),
        fc.record({
          kind: fc.constantFrom<"drop" | "double" | "swap" | "first">("drop", "double", "swap", "first"),
          at: fc.nat(lines.length - 1),
          to: fc.nat(lines.length - 1),
        }),
      );
    const inputs: fc.Arbitrary<Input> = fc.nat(records.length - 1).chain((run) =>
      fc.record({
        run: fc.constant(run),
        changes: fc.array(change(records[run] ?? []), { minLength: 1, maxLength: 3 }),
        bytes: fc.option(
          fc.nat(0xffff_ffff).map((seed) => (record: Uint8Array): Uint8Array => {
            const [bytes = record] = fc.sample(mutatedBytes([record], 3), { numRuns: 1, seed });
            return bytes;
          }),
          { freq: 3 },
        ),
        gzip: fc.boolean(),
      }),
    );

    const file = join(folder, "record");
    const place = /^[^\n]*\/record:\d+: ./;

    async function read(content: Uint8Array): Promise<void> {
      writeFileSync(file, content);
      try {
        const { turns, difference } = await replayRecord(file);
        demand(Number.isInteger(turns) && turns >= 0, `${turns} turns`);
        if (difference !== undefined) demand(difference.recorded !== difference.replayed, "no difference");
      } catch (error) {
        demandRefusal(error, place);
      }
      try {
        const data = await readReport(file);
        const html = reportHtml(data, { script: "", style: "" });
        demand(html.endsWith("</html>\n"), "no page");
        demand(!/<script>globalThis/.test(html), "a page that runs what stands in the record");
        JSON.stringify(data);
      } catch (error) {
        demandRefusal(error, place);
      }
    }

    function content({ run, changes, bytes, gzip }: Input): Uint8Array {
      const lines = [...(records[run] ?? [])];
      for (const one of changes) {
        const at = Math.min(one.at, lines.length - 1);
        const line = lines[at] ?? "";
        if (one.kind === "json") lines[at] = JSON.stringify(one.value);
        else if (one.kind === "drop") lines.splice(at, 1);
        else if (one.kind === "double") lines.splice(at, 0, line);
        else if (one.kind === "first") lines.splice(0, at);
        else {
          const to = Math.min(one.to, lines.length - 1);
          lines[at] = lines[to] ?? "";
          lines[to] = line;
        }
      }
      const text = Buffer.from(`${lines.join("\n")}\n`);
      const packed = gzip ? gzipSync(text, { level: 1 }) : text;
      return bytes === null ? packed : bytes(packed);
    }

    const [first = []] = records;
    const raw = (run: readonly string[]): Input => ({
      run: records.push([...run]) - 1,
      changes: [],
      bytes: null,
      gzip: true,
    });
    return openParser(inputs, (input) => read(content(input)), {
      "a line of thirty megabytes": () => raw([first[0] ?? "", `{"t":1,"line":{"kind":"${"x".repeat(30_000_000)}"}}`]),
      "a hundred thousand lines": () =>
        raw([
          first[0] ?? "",
          ...new Array<string>(100_000).fill('{"t":1,"line":{"module":"connector_1","kind":"state","to":"Idle"}}'),
        ]),
      "deep states": () =>
        raw([
          (first[0] ?? "").replace('"file":0', '"file":1'),
          `{"t":1,"standing":[],"states":{"connector_1/evse":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}}`,
        ]),
      "deep events": () =>
        raw([
          first[0] ?? "",
          `{"n":1,"t":1,"to":"connector_1/evse","effects":[],"event":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`,
        ]),
    });
  },
};

/** Places of lines that differ in what they are. */
function oneOfEachKind(lines: readonly string[]): number[] {
  const seen = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    const {
      line: told,
      event,
      ...rest
    } = JSON.parse(line) as {
      readonly line?: { readonly kind: string; readonly event?: string; readonly name?: string };
      readonly event?: { readonly kind?: string };
    };
    const kind =
      told === undefined ? (event?.kind ?? Object.keys(rest).join()) : `${told.kind} ${told.event ?? told.name ?? ""}`;
    if (!seen.has(kind)) seen.set(kind, index);
  }
  return [...seen.values()];
}
