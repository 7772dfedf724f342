import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { cpTrace } from "../../src/cli/cp-trace.ts";
import { evsedEach } from "./command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "cp-trace-"));
t.teardown(() => rmSync(folder, { recursive: true }));

const header = "t_us,pos_raw,neg_raw,duty_percent,driven";

function file(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join("\n"));
  return path;
}

t.test("cp-trace prints what the sampler made of a trace", async (t) => {
  const good = file(
    "good.csv",
    header,
    "0,3621,2082,100,1",
    "3500,3621,2082,100,1",
    "7000,3233,2082,100,1",
    "10500,3233,2082,100,1",
    "14000,3233,569,26.67,1",
    "17500,3758,569,26.67,1",
    "21000,3758,569,26.67,1",
    "",
  );
  const bad = file("bad.csv", header, "0,3621,2082,100,1", "3500,3621,2082,100,1", "7000,x,2082,100,1");
  const [printed, refused] = await evsedEach([
    ["cp-trace", good],
    ["cp-trace", bad],
  ]);
  t.same(printed, {
    status: 0,
    stdout: [
      '{"t":0.004,"kind":"cp","from":null,"to":"A","pos_mv":11947,"neg_mv":55}',
      '{"t":0.011,"kind":"cp","from":"A","to":"B","pos_mv":8947,"neg_mv":55}',
      '{"t":0.021,"kind":"error","implementation":"evse_board_support","action":"raise",' +
        '"type":"evse_board_support/MREC14PilotFault","sub_type":"CPOutOfRange","severity":"High",' +
        '"message":"CP voltage is out of range."}',
      "",
    ].join("\n"),
    stderr: "",
  });
  t.same(refused, {
    status: 2,
    stdout: "",
    stderr: `${bad}:4: pos_raw is "x" and not a whole number from 0 to 4095\n`,
  });
});

t.test("a file that is wrong is named with its line, and nothing of it is printed", async (t) => {
  const wrong: [name: string, lines: string[], told: string][] = [
    ["empty.csv", [""], ':1: the header has no column "t_us"'],
    ["no-duty.csv", ["t_us,pos_raw,neg_raw,driven", "0,1,2,1"], ':1: the header has no column "duty_percent"'],
    ["twice.csv", [`${header},driven`, "0,1,2,3,1,1"], ':1: the header has more than one column "driven"'],
    ["word.csv", [header, "0,2082,2082,100,1", "3500,A,2082,100,1"], ':3: pos_raw is "A" and not a whole number'],
    ["gap.csv", [header, "0,,2082,100,1"], ':2: pos_raw is "" and not a whole number'],
    ["hexadecimal.csv", [header, "0,0x10,2082,100,1"], ':2: pos_raw is "0x10" and not'],
    ["high.csv", [header, "0,2082,4096,100,1"], ':2: neg_raw is "4096" and not a whole number from 0 to 4095'],
    ["duty.csv", [header, "0,2082,2082,100.5,1"], ':2: duty_percent is "100.5" and not a number from 0 to 100'],
    ["driven.csv", [header, "0,2082,2082,100,yes"], ':2: driven is "yes" and not 0 or 1'],
    ["short.csv", [header, "0,2082,2082,100"], ":2: 4 fields where the header has 5 columns"],
    ["back.csv", [header, "7000,2082,2082,100,1", "3500,2082,2082,100,1"], ":3: t_us goes back from 7000 to 3500"],
  ];
  for (const [name, lines, told] of wrong) {
    const path = file(name, ...lines);
    const refusal = t.throws(() => cpTrace(path), { code: "trace" }, name) as unknown as Error;
    t.ok(refusal.message.startsWith(path + told), refusal.message);
  }
  t.throws(() => cpTrace(join(folder, "missing.csv")), { message: /missing\.csv: no such file$/ });
  t.throws(() => cpTrace(folder), { message: /: is a directory, not a file$/ });
});
