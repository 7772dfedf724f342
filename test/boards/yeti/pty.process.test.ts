/** The shipped daemon and the emulated controller, each a process, over a real pseudo-terminal in real time. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { replayRecord } from "../../../src/daemon/replay.ts";
import { finished, start, stationFile } from "../../cli/command-line.ts";

const tool = fileURLToPath(new URL("../../../tools/yeti-mcu/yeti-mcu.ts", import.meta.url));
const loader = import.meta.resolve("tsx");

/** Resolves with the first match in what a stream brings. */
function awaitText(stream: NodeJS.ReadableStream, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const hear = (piece: Buffer | string): void => {
      text += piece.toString();
      const found = wanted.exec(text);
      if (found === null) return;
      stream.off("data", hear);
      resolve(found[0]);
    };
    stream.on("data", hear);
    stream.once("end", () => reject(new Error(`no ${wanted} in ${text.slice(-500)}`)));
  });
}

t.test("a car charges over a real line", async (t) => {
  const controller = spawn(process.execPath, ["--no-warnings", `--import=${loader}`, tool], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  t.teardown(() => controller.kill());
  const port = await awaitText(controller.stdout, /^\/dev\/\S+/);
  const record = `${t.testdir()}/record`;
  const station = start([
    "run",
    stationFile("yeti"),
    "--events",
    "--log-level",
    "error",
    "--set",
    `bsp.serial_port=${port}`,
    "--set",
    'bsp.reset_gpio_chip=""',
    "--record",
    record,
  ]);
  t.teardown(() => station.kill());
  const ended = finished(station);

  await awaitText(station.stdout, /"event":"Enabled"/);
  controller.stdin.write("plug\n");
  await awaitText(station.stdout, /"kind":"contactor","closed":true/);
  controller.stdin.write("unplug\n");
  await awaitText(station.stdout, /"event":"SessionFinished"/);
  station.kill("SIGINT");
  const { status, stdout } = await ended;

  t.equal(status, 0);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const of = (kind: string, field: string): unknown[] =>
    lines.filter((line) => line.kind === kind).map((line) => line[field]);
  t.same(of("session_event", "event"), [
    "Enabled",
    "SessionStarted",
    "AuthRequired",
    "Authorized",
    "TransactionStarted",
    "PrepareCharging",
    "ChargingStarted",
    "StoppingCharging",
    "ChargingFinished",
    "TransactionFinished",
    "SessionFinished",
  ]);
  t.same(of("contactor", "closed"), [true, false]);
  t.same(of("error", "type"), []);

  await t.test("the record of it replays to the same effects", async (t) => {
    const { turns, lost, cut, difference } = await replayRecord(record);
    t.same({ lost, cut, difference }, { lost: 0, cut: undefined, difference: undefined });
    t.ok(turns > 50, `${turns} events`);
    const text = readFileSync(record, "utf8");
    t.match(text, /"kind":"bsp","event":"C"/, "what came over the line");
    t.match(text, /"kind":"contactor","closed":true/, "and what was done then");
  });
});
