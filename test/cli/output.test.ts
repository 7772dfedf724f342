import { fileURLToPath } from "node:url";
import t from "tap";
import { progressLine } from "../../src/cli/progress-line.ts";
import { evsed, evsedEach, finished, stackTrace, start, stationFile } from "./command-line.ts";

const shipped = fileURLToPath(new URL("../../config/ac-simulated.yaml", import.meta.url));

t.test("check prints the wiring", async (t) => {
  const { status, stdout, stderr } = await evsed(["check", stationFile()]);
  t.equal(status, 0);
  t.equal(stderr, "");
  t.match(stdout, /connector_1: EvseManager\n(.*\n)*.*bsp -> connector_1_powerpath\.board_support/);
});

t.test("stdout of sim is lines of JSON and nothing else, the last one is the end", async (t) => {
  const [plain, meters] = await evsedEach([
    ["sim", stationFile(), "--ev", "1:sleep 1;iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 5;unplug"],
    ["sim", stationFile(), "--until", "5", "--all-meters"],
  ]);
  for (const { status, stdout = "", stderr } of [plain ?? {}, meters ?? {}]) {
    t.equal(status, 0);
    t.equal(stderr, "");
    t.ok(stdout.endsWith("\n"));
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const { t: at, module, kind } of lines) {
      t.ok(Number.isFinite(at) && Math.round((at as number) * 1000) / 1000 === at, "three decimals");
      t.type(module, "string");
      t.type(kind, "string");
    }
    t.match(lines.at(-1), { module: "evsed", kind: "end", exit: 0 });
  }
  t.match(meters?.stdout, /"module":"connector_1_powerpath","kind":"meter"/);
});

t.test("a reader who has seen enough is no failure", async (t) => {
  const child = start(["sim", stationFile(), "--until", "3600"]);
  child.stdout.once("data", () => child.stdout.destroy());
  const { status, stderr } = await finished(child);
  t.equal(status, 0);
  t.equal(stderr, "");
});

t.test("run prints what happens until it is told to end, and ends in the safe state", async (t) => {
  const child = start(["run", shipped, "--simulate", "--speed", "20", "--events", "--log-level", "warn"]);
  let seen = "";
  let told = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    seen += text;
    if (told || !seen.includes('"kind":"contactor","closed":true')) return;
    told = true;
    child.kill("SIGINT");
  });
  const { status, stdout, stderr } = await finished(child);
  t.equal(status, 0, "an orderly end");
  t.notMatch(stderr, stackTrace);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const f = lines.findIndex(({ kind, mode }) => kind === "pwm" && mode === "F");
  const open = lines.findIndex(({ kind, closed }) => kind === "contactor_command" && closed === false);
  const opened = lines.findIndex(({ kind, closed }) => kind === "contactor" && closed === false);
  t.ok(0 < f && f < open && open < opened, "state F, open, confirmed");
  t.match(
    lines.findLast(({ kind }) => kind === "lock_command"),
    { locked: true },
    "the lock stays as it is",
  );
  t.test("nothing is switched on again", async (t) => {
    t.match(
      lines.findLast(({ kind }) => kind === "pwm"),
      { mode: "F" },
    );
    t.match(
      lines.findLast(({ kind }) => kind === "contactor_command"),
      { closed: false },
    );
  });
});

t.test("what takes its time says how far it has come, on a terminal only, and takes that away again", async (t) => {
  const told = (isTTY: boolean): string[] => {
    const written: string[] = [];
    let nowMs = 0;
    const line = progressLine(
      "replayed",
      { isTTY, write: (text: unknown) => written.push(String(text)) > 0 },
      () => nowMs,
    );
    for (const [atMs, stationMs] of [
      [0, 5000],
      [900, 65_000],
      [1000, 105_000],
      [1100, 125_000],
      [2000, 405_000],
    ] as const) {
      nowMs = atMs;
      line.at(stationMs);
    }
    line.end();
    return written;
  };
  t.same(told(false), []);
  t.same(told(true), [
    "\r100 s replayed in 1 s, 100 times real time ",
    "\r400 s replayed in 2 s, 200 times real time ",
    "\r\u001b[K",
  ]);
});
