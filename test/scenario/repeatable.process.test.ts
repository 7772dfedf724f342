import t from "tap";
import { evsed } from "../cli/command-line.ts";
import { configurationFile, runStation, scenarioFile } from "./station-run.ts";

const scenarios = ["vehicle-pauses", "error-while-charging", "relay-welded"];

t.test("the same run twice prints the same, byte for byte; another seed prints something else", async (t) => {
  for (const scenario of scenarios) {
    const { text } = await runStation({ scenario, seed: 7 });
    t.equal((await runStation({ scenario, seed: 7 })).text, text, scenario);
    t.not((await runStation({ scenario, seed: 8 })).text, text);
  }
});

t.test("wherever, in whatever time zone and language it runs", async (t) => {
  const args = ["sim", configurationFile("station"), "--scenario", scenarioFile("error-while-charging"), "--seed", "7"];
  const runs = await Promise.all([
    evsed(args, { env: { TZ: "UTC", LANG: "C" } }),
    evsed(args, { cwd: t.testdir(), env: { TZ: "Asia/Tokyo", LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" } }),
    evsed(args, { cwd: "/", env: { TZ: "America/St_Johns", LANG: "tr_TR.UTF-8" } }),
  ]);
  const { text } = await runStation({ scenario: "error-while-charging", seed: 7 });
  for (const { status, stdout, stderr } of runs) {
    t.equal(status, 0);
    t.equal(stderr, "");
    t.equal(stdout === text, true, "the same as in this process");
  }
});

t.test("the seed of a scenario file counts, unless an option gives one", async (t) => {
  const file = `${t.testdir({ "s.yaml": "seed: 7\nuntil_s: 2\nsteps: []\n" })}/s.yaml`;
  const station = configurationFile("station");
  const [plain, same, other, none] = await Promise.all([
    evsed(["sim", station, "--scenario", file]),
    evsed(["sim", station, "--seed", "7", "--until", "2"]),
    evsed(["sim", station, "--scenario", file, "--seed", "8"]),
    evsed(["sim", station, "--scenario", file, "--until", "1"]),
  ]);
  t.equal(plain?.stdout === same?.stdout, true);
  t.equal(plain?.stdout === other?.stdout, false);
  t.match(none?.stdout.trimEnd().split("\n").at(-1), /^\{"t":1,.*"reason":"until"/, "options beat the file");
});
