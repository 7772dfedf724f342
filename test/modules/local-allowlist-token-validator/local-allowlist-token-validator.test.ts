import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { manifest } from "../../../src/modules/local-allowlist-token-validator/manifest.ts";
import { create } from "../../../src/modules/local-allowlist-token-validator/module.ts";
import { WiredStation } from "../auth/wired-station.ts";

const standing = (allowlist_file: string): WiredStation =>
  new WiredStation().add("allowlist", manifest, create, { config: { allowlist_file } }).start();

function ask(bench: WiredStation, value: string): unknown {
  const provided_token = { id_token: { value, type: "ISO14443" }, authorization_type: "RFID" };
  const answers = bench.command("allowlist/main", "validate_token", { provided_token });
  bench.until(bench.clock.nowMs() / 1000);
  t.equal(answers.length, 1, "one answer");
  return (answers[0] as { authorization_status: string }).authorization_status;
}

t.test("the default is the place of the field", async (t) => {
  t.equal(manifest.config.allowlist_file.default, "/mnt/user_data/etc/allowlist_rfid.txt");
});

t.test("tokens of the file, letter by letter", async (t) => {
  const file = join(t.testdir({ list: "04A1B2C3\nDEADBEEF\r\n\nwith space\nlast" }), "list");
  const bench = standing(file);
  const cases: [string, string][] = [
    ["04A1B2C3", "Accepted"],
    ["DEADBEEF", "Accepted"],
    ["with space", "Accepted"],
    ["last", "Accepted"],
    ["deadbeef", "Invalid"],
    ["DEADBEE", "Invalid"],
    [" last", "Invalid"],
    ["", "Invalid"],
  ];
  for (const [token, status] of cases) t.equal(ask(bench, token), status, `"${token}"`);
  t.same(bench.warnings, []);
});

t.test("the file counts as it is at the moment of asking", async (t) => {
  const folder = t.testdir({ list: "ONE\n" });
  const bench = standing(join(folder, "list"));
  t.equal(ask(bench, "TWO"), "Invalid");
  writeFileSync(join(folder, "list"), "TWO\n");
  t.equal(ask(bench, "TWO"), "Accepted");
  t.equal(ask(bench, "ONE"), "Invalid");
});

t.test("a file that cannot be read", async (t) => {
  const folder = t.testdir({ huge: "" });
  writeFileSync(join(folder, "huge"), Buffer.alloc(17 * 1024 * 1024, "A\n"));
  for (const [what, path] of [
    ["missing", join(folder, "none")],
    ["a folder", folder],
    ["too large", join(folder, "huge")],
  ] as const) {
    const bench = standing(path);
    t.equal(ask(bench, "A"), "Invalid", what);
    t.same(bench.warnings, ["local_allowlist.unreadable"], what);
  }
});

t.test("a stopped one answers nobody", async (t) => {
  const bench = standing(join(t.testdir({ list: "A" }), "list"));
  const provided_token = { id_token: { value: "A", type: "ISO14443" }, authorization_type: "RFID" };
  const answers: unknown[] = [];
  bench.clock.turn(() => {
    bench.station.command("allowlist", "main", "validate_token", { provided_token }, (answer) => answers.push(answer));
    bench.station.stop(true);
  });
  bench.until(1);
  t.same(answers, []);
});
