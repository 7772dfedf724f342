import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import t from "tap";
import type { Files } from "../../../hal/files.ts";
import { manifest } from "../../../src/modules/persistent-store/manifest.ts";
import { create } from "../../../src/modules/persistent-store/module.ts";
import { DiskFiles } from "../../../src/runtime/disk-files.ts";
import { DurableFile } from "../../../src/runtime/durable-file.ts";
import { MemoryFiles } from "../../../src/runtime/memory-files.ts";
import { StoreBench } from "./bench.ts";

const open = (files: Files, path = "store.db"): StoreBench =>
  new StoreBench(files, [{ id: "store", manifest, create, config: { sqlite_db_file_path: path } }]);

t.test("any JSON comes back as it was, after a restart too", async (t) => {
  const files = new MemoryFiles();
  const values: readonly [string, unknown][] = [
    ["null", null],
    ["array", [1, [2, "ü€😀"], {}]],
    ["object", { a: { b: [null, false] } }],
    ["boolean", true],
    ["double", 0.123456789012],
    ["integer", 42],
    ["empty", ""],
    ["lone_surrogate", "\ud800"],
    ["__proto__", "a key like any other"],
    ["connector_1.session", "5b0f"],
  ];
  const first = open(files);
  for (const [key, value] of values) first.answer("store", "store", { key, value });
  for (const bench of [first, open(files)]) {
    for (const [key, value] of values) {
      t.strictSame(bench.answer("store", "load", { key }), value, key);
      t.equal(bench.answer("store", "exists", { key }), true, key);
    }
    t.equal(bench.answer("store", "load", { key: "nothing" }), null);
    t.equal(bench.answer("store", "exists", { key: "nothing" }), false);
    t.same(bench.logged, []);
  }
});

t.test("what was deleted stays so", async (t) => {
  const files = new MemoryFiles();
  const bench = open(files);
  bench.answer("store", "store", { key: "a", value: 1 });
  bench.answer("store", "delete", { key: "a" });
  bench.answer("store", "delete", { key: "never_there" });
  t.equal(bench.answer("store", "exists", { key: "a" }), false);
  t.equal(open(files).answer("store", "exists", { key: "a" }), false);
});

t.test("the last of many values wins, and each is answered once it is on the disk", async (t) => {
  const files = new MemoryFiles();
  const bench = open(files);
  const answers = [1, 2, 3].map((value) => bench.ask("store", "store", { key: "a", value }));
  t.same(answers, [[], [], []], "not yet");
  t.equal(bench.ask("store", "load", { key: "a" })[0], 3, "read at once");
  bench.until(0);
  t.same(answers, [[undefined], [undefined], [undefined]]);
  t.equal(open(files).answer("store", "load", { key: "a" }), 3);
});

t.test("a value that has no room is refused, and the one before it stays", async (t) => {
  const bench = open(new MemoryFiles());
  bench.answer("store", "store", { key: "a", value: "small" });
  const answers = bench.ask("store", "store", { key: "a", value: "x".repeat(65 * 1024) });
  t.same(bench.until(1) && answers, [], "and never answered");
  t.equal(bench.answer("store", "load", { key: "a" }), "small");
  for (let n = 0; n < 20; n++) bench.answer("store", "store", { key: `k${n}`, value: "x".repeat(60 * 1024) });
  t.equal(bench.answer("store", "exists", { key: "k16" }), true);
  t.equal(bench.answer("store", "exists", { key: "k17" }), false, "1 MiB is full");
  t.same(new Set(bench.logged), new Set(["store.refused"]));
});

t.test("what a disk refuses is never answered, and read all the same", async (t) => {
  const files = new MemoryFiles();
  const bench = open(files);
  files.write = (_path, _text, done) => done(new Error("no space left on device"));
  const answers = [bench.ask("store", "store", { key: "a", value: 1 }), bench.ask("store", "delete", { key: "a" })];
  bench.until(1);
  t.same(answers, [[], []]);
  t.equal(bench.answer("store", "exists", { key: "a" }), false);
  t.same(bench.logged, ["store.not_written", "store.not_written"]);
});

t.test("a cut at any change leaves the value before or the value after, never another", async (t) => {
  for (let nth = 1; nth <= 8; nth++) {
    const files = new MemoryFiles();
    const bench = open(files);
    files.cutAt(nth);
    const durable = [1, 2, 3].filter(
      (value) => bench.ask("store", "store", { key: "a", value }).length + bench.until(0).logged.length > 0,
    );
    files.restore();
    const after = open(files);
    const expected = nth <= 2 ? null : nth <= 5 ? 1 : 2;
    t.equal(after.answer("store", "load", { key: "a" }), expected, `cut at change ${nth}`);
    t.same(after.logged, [], "nothing is damaged");
    t.same(durable, []);
    after.answer("store", "store", { key: "a", value: "next" });
    t.equal(open(files).answer("store", "load", { key: "a" }), "next");
    t.ok(files.list().length <= 3, files.list().join());
  }
});

const twoSaved = (): MemoryFiles => {
  const files = new MemoryFiles();
  const bench = open(files);
  for (const value of [1, 2]) bench.answer("store", "store", { key: "a", value });
  return files;
};

t.test("a damaged file: the one before it counts, and the damaged one is kept", async (t) => {
  const text = twoSaved().text("store.db") ?? "";
  const damages: Readonly<Record<string, string>> = {
    "cut short": text.slice(0, -8),
    "one digit changed": text.replace('{"a":2}', '{"a":3}'),
    "an empty file": "",
    zeros: "\0".repeat(4096),
    "damaged from its beginning": `?${text.slice(1)}`,
  };
  for (const [name, damaged] of Object.entries(damages)) {
    const files = twoSaved();
    files.put("store.db", damaged);
    const bench = open(files);
    t.equal(bench.answer("store", "load", { key: "a" }), 1, name);
    t.same(bench.logged, ["store.damaged"], name);
    bench.answer("store", "store", { key: "a", value: 4 });
    const next = open(files);
    t.equal(next.answer("store", "load", { key: "a" }), 4, name);
    t.same(next.logged, [], name);
    t.same(files.list(), ["store.db", "store.db.damaged", "store.db.old"]);
    t.equal(files.text("store.db.damaged"), damaged);
  }
});

t.test("both damaged: an empty store, and no end", async (t) => {
  const files = twoSaved();
  files.put("store.db", "");
  files.put("store.db.old", "");
  const bench = open(files);
  t.equal(bench.answer("store", "load", { key: "a" }), null);
  t.same(bench.logged, ["store.damaged"]);
});

t.test("a database of another system is left as it is", async (t) => {
  for (const foreign of ["SQLite format 3\0 and more", "root:x:0:0", '{"evsed":"store","version":2,"x":1}\n{}\n']) {
    const files = new MemoryFiles();
    files.put("store.db", foreign);
    const bench = open(files);
    t.same(bench.logged, ["store.other_format"]);
    bench.answer("store", "store", { key: "a", value: 1 });
    t.equal(open(files).answer("store", "load", { key: "a" }), 1);
    t.equal(files.text("store.db"), foreign);
    t.same(files.list(), ["store.db", "store.db.evsed"]);
  }
});

t.test("on a disk", async (t) => {
  const save = (file: DurableFile, body: string): Promise<void> =>
    new Promise((resolve) =>
      file.save(
        () => body,
        () => resolve(),
      ),
    );
  const logged: string[] = [];
  const log = {
    debug() {},
    info() {},
    warn: (event: string) => logged.push(event),
    error: (event: string) => logged.push(event),
  };

  await t.test("folders are made, one text replaces the other", async (t) => {
    const folder = t.testdir();
    const path = `${folder}/a/b/store.db`;
    const file = new DurableFile(new DiskFiles(), path, log);
    t.equal(file.load(), undefined);
    await save(file, '{"a":1}');
    await Promise.all([save(file, '{"a":2}'), save(file, '{"a":3}'), save(file, '{"a":4}')]);
    t.equal(new DurableFile(new DiskFiles(), path, log).load(), '{"a":4}');
    t.same(readdirSync(`${folder}/a/b`).sort(), ["store.db", "store.db.old"]);
    t.match(readFileSync(path, "utf8"), /^\{"evsed":"store","version":1,"sha256":"[0-9a-f]{64}"\}\n\{"a":4\}\n$/);
    t.same(logged.splice(0), []);
  });

  await t.test("a disk that refuses is logged, and the next text is tried all the same", async (t) => {
    const folder = t.testdir({ file: "in the way" });
    const file = new DurableFile(new DiskFiles(), `${folder}/file/store.db`, log);
    file.load();
    logged.splice(0);
    await save(file, "{}");
    await save(file, "{}");
    t.same(logged.splice(0), ["store.not_written", "store.not_written"]);
    t.equal(readFileSync(`${folder}/file`, "utf8"), "in the way");
  });

  await t.test("a folder by that name stays a folder", async (t) => {
    const folder = t.testdir({ "store.db": { inside: "" } });
    const file = new DurableFile(new DiskFiles(), `${folder}/store.db`, log);
    t.equal(file.load(), undefined);
    await save(file, "{}");
    t.ok(existsSync(`${folder}/store.db/inside`));
    t.ok(existsSync(`${folder}/store.db.evsed`));
    t.same(logged.splice(0), ["store.not_readable", "store.other_format"]);
  });

  await t.test("a file that somebody takes away is written again", async (t) => {
    const folder = t.testdir();
    const path = `${folder}/store.db`;
    const file = new DurableFile(new DiskFiles(), path, log);
    file.load();
    await save(file, "1");
    t.testdir();
    await save(file, "2");
    t.equal(new DurableFile(new DiskFiles(), path, log).load(), "2");
    t.same(logged.splice(0), []);
  });

  await t.test("a database of another system", async (t) => {
    const path = `${t.testdir()}/store.db`;
    writeFileSync(path, "SQLite format 3\0");
    const bench = open(new DiskFiles(), path);
    bench.ask("store", "store", { key: "a", value: 1 });
    while (!existsSync(`${path}.evsed`)) {
      await setTimeout(2);
      bench.until(0);
    }
    t.equal(readFileSync(path, "utf8"), "SQLite format 3\0");
    t.equal(open(new DiskFiles(), path).answer("store", "load", { key: "a" }), 1);
  });
});
