import t from "tap";
import { evsedEach, stackTrace, stationFile } from "./command-line.ts";

const station = stationFile();

t.test("help", async (t) => {
  const table: readonly (readonly [args: readonly string[], told: RegExp])[] = [
    [["--help"], /Usage: evsed .*sim \[options\] <config>.*replay <record>/s],
    [["run", "--help"], /Usage: evsed run .*--simulate.*--speed <x>.*--record <file>.*--events/s],
    [["check", "--help"], /Usage: evsed check .*--ignore-unsupported.*--set <ID\.KEY=V>/s],
    [
      ["sim", "--help"],
      /Usage: evsed sim .*--ev .*--scenario .*--until .*--seed .*--record .*relay_welded.*block_main/s,
    ],
    [["replay", "--help"], /Usage: evsed replay /],
    [["--version"], /^\d+\.\d+\.\d+\n$/],
  ];
  const outcomes = await evsedEach(table.map(([args]) => args));
  for (const [index, [args, told]] of table.entries()) {
    const { status, stdout, stderr } = outcomes[index] ?? {};
    t.equal(status, 0, args.join(" "));
    t.match(stdout, told, args.join(" "));
    t.equal(stderr, "");
  }
});

t.test("what is not understood: exit 2, and why", async (t) => {
  const table: readonly (readonly [args: readonly string[], told: RegExp])[] = [
    [[], /Usage: evsed/],
    [["frobnicate"], /unknown command 'frobnicate'/],
    [["sim"], /missing required argument 'config'/],
    [["sim", station, "--frob"], /unknown option '--frob'/],
    [["sim", station, "--until", "soon"], /'--until <s>' argument 'soon' is invalid/],
    [["run", station, "--speed", "10"], /--speed goes with --simulate/],
    // What an argument holds is told, and not obeyed.
    [["\u001b[2Jfrob"], /unknown command '\\u001b\[2Jfrob'/],
    [["sim", station, "--ev", "7:sleep \u009b2J1"], /--ev 7:sleep \\u009b2J1: no connector 7/],
    [["check", "\u001b]0;x\u0007\nsound.yaml"], /\\u001b]0;x\\u0007\\u000asound\.yaml:1:1: no such file/],
  ];
  const outcomes = await evsedEach(table.map(([args]) => args));
  for (const [index, [args, told]] of table.entries()) {
    const { status, stdout, stderr } = outcomes[index] ?? { stderr: "" };
    t.equal(status, 2, args.join(" "));
    t.match(stderr, told);
    t.notMatch(stderr.replaceAll("\n", ""), /\p{Cc}/u);
    t.equal(stdout, "");
    t.notMatch(stderr, stackTrace);
  }
});
