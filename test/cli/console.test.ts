/** The console over real lines: a serial line that is a pseudo-terminal, a socket, a pipe. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import t from "tap";
import { loadSerialPorts } from "../../boards/linux/serial-ports.ts";
import { startSerialConsole } from "../../src/console/serial-console.ts";
import { openPty } from "../../tools/yeti-mcu/pty.ts";
import type { ConsoleBench } from "../console/console-bench.ts";
import { consoleOf } from "../console/console-bench.ts";
import { situations } from "../console/situations.ts";
import { evsed, finished, start, stationFile } from "./command-line.ts";

const flat = (text: string): string => text.replace(/\s+/g, " ");
const secret = "open sesame";
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Waits for a text in what comes, and answers what came until then. */
class Reader {
  #text = "";
  #wanted: { text: string; found: (before: string) => void } | null = null;

  hear(bytes: Uint8Array): void {
    this.#text += Buffer.from(bytes).toString("latin1");
    this.#look();
  }

  until(text: string): Promise<string> {
    return new Promise((found) => {
      this.#wanted = { text, found };
      this.#look();
    });
  }

  #look(): void {
    const at = this.#wanted === null ? -1 : this.#text.indexOf(this.#wanted.text);
    if (this.#wanted === null || at < 0) return;
    const { text, found } = this.#wanted;
    this.#wanted = null;
    const before = this.#text.slice(0, at);
    this.#text = this.#text.slice(at + text.length);
    found(before);
  }
}

const python = spawnSync("python3", ["-c", "import pty"]);
const skip = python.status === 0 ? false : "python3 with the module pty is not here: there is no pseudo-terminal";

t.test("somebody plugs in, logs in and asks why", { skip }, async (t) => {
  const reader = new Reader();
  const pty = await openPty((bytes) => reader.hear(bytes));
  t.teardown(() => pty.close());
  let bench: ConsoleBench | undefined;
  const serial = startSerialConsole({
    path: pty.path,
    baudRate: 115_200,
    secret,
    ports: await loadSerialPorts(),
    run: (line, seat) => (bench === undefined ? { kind: "lines", lines: ["nothing"] } : bench.console.run(line, seat)),
    left: () => {},
    later: (run, delayMs) => {
      const timer = setTimeout(run, delayMs);
      return { cancel: () => clearTimeout(timer) };
    },
    log: silent,
  });
  t.teardown(() => serial.stop());
  const write = (text: string): void => pty.write(Buffer.from(text));

  await reader.until("secret: ");
  const triedMs = performance.now();
  write("let me in\r");
  const refusal = await reader.until("not the secret");
  t.ok(performance.now() - triedMs > 950, "a wrong secret is answered a second later");
  t.notMatch(refusal, "let me in", "and not shown");
  await reader.until("secret: ");
  write(`${secret}\r`);
  t.notMatch(await reader.until("evsed> "), secret);

  for (const { name, station, set, bring, told, listed } of situations) {
    bench = await consoleOf(station, set);
    bring(bench);
    write("why\r");
    await reader.until("why\r\n");
    // All of it, on as many pages as it takes.
    write("  ");
    const seen = stripVTControlCharacters(await reader.until("evsed> "));
    const answer = flat(seen.replaceAll("-- more: space, or q --", ""));
    t.equal(answer.slice(0, told.length), told, name);
    t.match(answer, flat(listed), `${name}, listed`);
    write("\u0003");
    await reader.until("evsed> ");
  }

  const before = bench?.type("why");
  write("exit\r");
  await reader.until("secret: ");
  const noise = Buffer.alloc(
    1_000_000,
    Uint8Array.from({ length: 251 }, (_, index) => (index * 7 + 128) % 251),
  );
  for (let at = 0; at < noise.length; at += 8192) {
    pty.write(noise.subarray(at, at + 8192));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const { droppedBytes, wrongSecrets } = serial.figures;
  t.ok(droppedBytes > 1000, `${droppedBytes} bytes were counted`);
  t.ok(wrongSecrets < 5, `${wrongSecrets} secrets were heard in it`);
  t.equal(bench?.type("why"), before);
});

t.test("a running station, at its socket and by its stdin", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "console-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const socket = join(folder, "console.sock");
  const file = join(folder, "station.yaml");
  const settings = `settings: { console_socket: ${socket}, console_socket_mode: "0600", console_secret: ${secret} }\n`;
  writeFileSync(file, settings + readFileSync(stationFile(), "utf8"));
  const record = join(folder, "record");
  const station = start(["run", file, "--simulate", "--console", "--log-level", "info", "--record", record], {
    stdin: "status",
  });
  t.teardown(() => station.kill("SIGKILL"));
  const ended = finished(station);
  const logged = new Reader();
  station.stderr.on("data", (text: string) => logged.hear(Buffer.from(text)));
  await logged.until("console.socket");
  t.equal(statSync(socket).mode & 0o777, 0o600);

  const answers = await evsed(["console", "--socket", socket], { stdin: "why\nlog\nauthorise me\nset limit 10" });
  t.equal(answers.status, 0, answers.stderr);
  t.match(
    answers.stdout,
    /^connector_1 does not charge: no vehicle is connected[\s\S]*\ninfo; one of .*\nthere is no command authorise; did you mean authorize\?\ndone\n$/,
  );
  const seen = new Reader();
  const terminal = connect(socket, () => terminal.write("\0terminal 10 60\nhelp\r"));
  terminal.on("data", (bytes) => seen.hear(bytes));
  const page = await seen.until("-- more");
  t.equal(page.slice(page.indexOf("help\r\n")).split("\r\n").length, 11, "a page of its own height");
  terminal.write("qevents -f\r");
  await seen.until("ready");
  terminal.write("q");
  await seen.until("evsed> ");
  terminal.write("service on\r");
  await seen.until("service mode is on at connector_1");
  const closed = new Promise((resolve) => terminal.once("close", resolve));
  terminal.destroy();
  await closed;
  const after = await evsed(["console", "--socket", socket], { stdin: "events\nservice off" });
  t.match(after.stdout, /service mode off: its console was left\n(.*\n)*service mode is not on\n$/);

  station.kill("SIGINT");
  const { status, stdout } = await ended;
  t.equal(status, 0);
  t.match(stdout, /^evsed \S+, .*station\.yaml, simulated\nup 00:0/);
  t.notMatch(readFileSync(record, "utf8"), secret, "a record is no place for it");
  t.match(readFileSync(record, "utf8"), '"source":"console"');

  const gone = await evsed(["console", "--socket", socket]);
  t.equal(gone.status, 1);
  t.match(gone.stderr, "no station has its console there");
});
