import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { loadModel, models } from "../../boards/modbus/generic-powermeter/models.ts";
import type { Files } from "../../hal/files.ts";
import { cpTrace } from "../../src/cli/cp-trace.ts";
import { parseCurves } from "../../src/modules/ac-temperature-derating/curves.ts";
import { readStored } from "../../src/modules/auth/stored-reservations.ts";
import { readStoredSession } from "../../src/modules/evse-manager/stored-session.ts";
import { readEntries } from "../../src/modules/yaml-store/entries.ts";
import { DurableFile } from "../../src/runtime/durable-file.ts";
import type { Json } from "./mutations.ts";
import { mutatedBytes, mutatedJson, mutatedText } from "./mutations.ts";
import type { ParserFuzz } from "./parser-fuzz.ts";
import { demand, openParser, resultOf, together } from "./parser-fuzz.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

const traces = [
  `t_us,pos_raw,neg_raw,duty_percent,driven\n${Array.from({ length: 12 }, (_, at) => `${at * 1000},${at < 5 ? 3700 : 2900},500,${at < 8 ? 100 : 26.7},1`).join("\n")}\n`,
];
const entries = [
  "vendor: chargebyte GmbH\nmodel: 'Yeti'\nserial: 0012\nrevision: 1.0\nlong: |\n  a\n  b\nnothing:\non: yes\n",
  'a: &a x\nb: *a\n"c d": "\\u00e4"\n',
];
const curves = [
  '{"sensor.a":[{"temp_C":40,"max_current_A":32},{"temp_C":60,"max_current_A":16}],"other":{"b":[{"temp_C":1,"max_current_A":6}]}}',
];
const session: Json = {
  id: "5f3c",
  readings: {
    start: { timestamp: "2026-01-01T00:00:00.000Z", energy_Wh_import: { total: 1 } },
    last: { timestamp: "2026-01-01T00:00:10.000Z", energy_Wh_import: { total: 2 } },
  },
};
const reservation: Json = [
  { evse_id: 1, reservation_id: 3, id_token: "A", expiry_time: "2026-01-01T01:00:00.000Z", parent_id_token: "P" },
];

export const smallFiles: ParserFuzz = {
  name: "files",
  about: "traces, stores, key files, meter models and derating curves",
  runsInTest: 100,
  async open(folder) {
    const trace = join(folder, "trace.csv");
    const cpTraces = openParser(
      mutatedText(traces, ["t_us", "driven", "0", "1", "4096", "-1", "1e3", ","], 4),
      (text) => {
        writeFileSync(trace, text);
        resultOf(() => quietly(() => cpTrace(trace)), /trace\.csv:\d+: ./);
      },
      { "a hundred thousand rows": () => `${traces[0]}${"99000,3700,500,100,1\n".repeat(100_000)}` },
    );
    const keyFiles = openParser(
      fc.oneof(
        mutatedText(entries, ["&a", "*a", "<<", "!!binary", "!!set", "? ", "---"]),
        fc.string({ unit: "binary" }),
      ),
      (text) => {
        const { values, complaints } = readEntries(Buffer.from(text));
        demand(
          complaints.every((complaint) => complaint !== ""),
          "an empty complaint",
        );
        for (const [key, value] of values) {
          demand(typeof key === "string", `a key that is ${String(key)}`);
          const isScalar = value === null || ["boolean", "string"].includes(typeof value) || Number.isFinite(value);
          demand(isScalar, `${key} is ${String(value)}`);
        }
      },
      {
        "a hundred thousand brackets": () => "[".repeat(100_000),
        "a hundred thousand braces": () => "{a: ".repeat(100_000),
        "aliases of aliases": () =>
          `a0: &a0 [x]\n${Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]\n`).join("")}`,
        "fifty thousand keys": () => Array.from({ length: 50_000 }, (_, n) => `k${n}: ${n}\n`).join(""),
        "a megabyte of quotes": () => '"'.repeat(1_000_000),
        "a megabyte of commas": () => `[${",".repeat(1_000_000)}`,
        "more than a megabyte": () => "a: b\n".repeat(300_000),
      },
    );
    const texts = Object.values(models).map((model) => JSON.stringify(model));
    const meterModels = openParser(
      fc.oneof(
        mutatedJson(Object.values(models) as Json[], ["total", "L1", "register", "function", "float32"]).map((json) =>
          JSON.stringify(json),
        ),
        mutatedText(texts, ["register", "total", "3", "4", "99999"]),
      ),
      (text) => {
        const files = { readInput: () => Buffer.from(text) } as Pick<Files, "readInput">;
        resultOf(() => loadModel("meter.json", files), /^meter\.json: ./);
      },
    );
    const deratings = openParser(
      fc.oneof(
        mutatedText(curves, ["temp_C", "max_current_A"]),
        mutatedJson(
          curves.map((text) => JSON.parse(text) as Json),
          ["sensor.a", "temp_C"],
        ).map((json) => JSON.stringify(json)),
      ),
      (text) => {
        const found = resultOf(() => parseCurves(text), /^derating_curves_json/);
        for (const points of found?.values() ?? []) demand(points.length > 0, "a curve without a point");
      },
    );
    let saved: Uint8Array = new Uint8Array();
    const keeping = {
      read: () => undefined,
      write(_path: string, text: string, done: () => void) {
        saved = Buffer.from(text);
        done();
      },
      rename: (_from: string, _to: string, done: () => void) => done(),
    } as unknown as Files;
    const store = new DurableFile(keeping, "store", silent);
    store.load();
    store.save(
      () => JSON.stringify({ session, reservation }),
      () => {},
    );
    const stores = openParser(
      fc.tuple(mutatedBytes([saved], 4), fc.option(mutatedBytes([saved], 2))),
      ([now, before]) => {
        const files = {
          read: (path: string) => (path === "store" ? now : path === "store.old" ? (before ?? undefined) : undefined),
        } as unknown as Files;
        const text = new DurableFile(files, "store", silent).load();
        demand(text === undefined || text === JSON.stringify({ session, reservation }), `made up ${text}`);
        const isWhole = [now, before].some((bytes) => bytes !== null && Buffer.from(bytes).equals(saved));
        const isOurs = Buffer.from(now).equals(saved) || Buffer.from(now.subarray(0, 10)).equals(saved.subarray(0, 10));
        demand(!isWhole || !isOurs || text !== undefined, "the text that is there is not found");
      },
    );
    const values = openParser(
      fc.tuple(mutatedJson([session], ["id", "finished"]), mutatedJson([reservation], ["evse_id"])),
      ([one, many]) => {
        const read = readStoredSession(one, silent);
        demand(read === null || (typeof read.id === "string" && read.id !== ""), "a session without an id");
        readStored(many, silent);
      },
    );
    return together(cpTraces, keyFiles, meterModels, deratings, stores, values);
  },
};

/** What a command prints is nobody's business here. */
function quietly(run: () => void): void {
  const { write } = process.stdout;
  process.stdout.write = () => true;
  try {
    run();
  } finally {
    process.stdout.write = write;
  }
}
