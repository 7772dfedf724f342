import t from "tap";
import { manifest } from "../../../src/modules/yaml-store/manifest.ts";
import { create } from "../../../src/modules/yaml-store/module.ts";
import { MemoryFiles } from "../../../src/runtime/memory-files.ts";
import { StoreBench } from "../persistent-store/bench.ts";

function open(content: string | Uint8Array | undefined): StoreBench {
  const files = new MemoryFiles();
  if (content !== undefined) files.put("/nowhere/info.yaml", content);
  return new StoreBench(files, [{ id: "store", manifest, create, config: { file: "/nowhere/info.yaml" } }]);
}

t.test("scalars are answered as YAML 1.2 reads them", async (t) => {
  const bench = open("vendor: ACME\nmodel: 'No 7'\nserial: 0042\nyes: no\non: true\nratio: 1.5\nempty:\n2024: year\n");
  const expected: Readonly<Record<string, unknown>> = {
    vendor: "ACME",
    model: "No 7",
    serial: 42,
    yes: "no",
    on: true,
    ratio: 1.5,
    empty: null,
    "2024": "year",
    nothing: null,
  };
  for (const [key, value] of Object.entries(expected)) {
    t.strictSame(bench.answer("store", "load", { key }), value, key);
    t.equal(bench.answer("store", "exists", { key }), key !== "nothing", key);
  }
  t.same(bench.logged, []);
});

t.test("files that are wrong count as empty, in whole or for the entry", async (t) => {
  const cases: readonly [string, string | Uint8Array | undefined, unknown][] = [
    ["missing", undefined, null],
    ["no YAML", "a: 1\nb: [", null],
    ["a list", "- a", null],
    ["one text", "hello", null],
    ["a key twice", "a: 1\na: 2", null],
    ["an unknown anchor", "a: *b", null],
    ["not UTF-8", new Uint8Array([0x61, 0x3a, 0x20, 0xff]), null],
    ["larger than 1 MiB", `a: 1\n${"#".repeat(1024 * 1024)}`, null],
    ["one nested entry", "a: 1\nb: { c: 2 }", 1],
    ["one that is no JSON", "a: 1\nb: .nan", 1],
  ];
  for (const [name, content, value] of cases) {
    const bench = open(content);
    t.equal(bench.answer("store", "load", { key: "a" }), value, name);
    t.equal(bench.answer("store", "load", { key: "b" }), null, name);
    t.same(bench.logged, ["yaml_store.file"], name);
  }
});

t.test("an empty file has nothing wrong with it", async (t) => {
  for (const content of ["", "# nothing yet\n"]) t.same(open(content).logged, []);
});

t.test("nothing can be changed", async (t) => {
  const bench = open("a: 1");
  const answers = [bench.ask("store", "store", { key: "a", value: 2 }), bench.ask("store", "delete", { key: "a" })];
  t.same(bench.until(1) && answers, [[], []], "nobody is told that it was");
  t.equal(bench.answer("store", "load", { key: "a" }), 1);
  t.same(bench.logged, ["yaml_store.read_only", "yaml_store.read_only"]);
});
