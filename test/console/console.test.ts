/** The console without a real line: what it answers, how it is typed at, and what noise does to it. */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import t from "tap";
import { extract } from "tar-stream";
import type { Run } from "../../src/console/commands/interpreter.ts";
import { commandNames } from "../../src/console/commands/interpreter.ts";
import { wrapped } from "../../src/console/commands/text.ts";
import { parseLine } from "../../src/console/commands/words.ts";
import { dated } from "../../src/console/condition-watch.ts";
import type { SessionOptions } from "../../src/console/console-session.ts";
import { ConsoleSession } from "../../src/console/console-session.ts";
import { Login } from "../../src/console/login.ts";
import { withoutSecrets } from "../../src/console/secrets.ts";
import { charging } from "../scenario/station-run.ts";
import { consoleOf } from "./console-bench.ts";
import { situations } from "./situations.ts";

const flat = (text: string): string => text.replace(/\s+/g, " ");

t.test("why", async (t) => {
  for (const { name, station, set, bring, told, listed } of situations) {
    const bench = await consoleOf(station, set);
    bring(bench);
    const text = flat(bench.type("why"));
    t.equal(text.slice(0, told.length), told, name);
    t.match(text, flat(listed), `${name}, listed`);
  }
  const bench = await consoleOf("station");
  bench.ev(charging);
  bench.runTo(20);
  t.match(bench.type("why"), /^connector_1 is charging\.\nState: Charging, for 00:17\.\n/);
  t.notMatch(bench.type("why"), "NO ");

  const dc = await consoleOf("dc-station");
  dc.ev("sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_wait_for_stop 60");
  for (const [atS, told] of [
    [3, "evse does not charge: matching on the power line: MATCHING."],
    [8, "evse does not charge: the cable is being checked."],
    [12, "evse does not charge: the voltage of the battery is being reached (precharge)."],
    [20, "evse is charging."],
  ] as const) {
    dc.runTo(atS);
    t.equal(dc.type("why").split("\n")[0], told);
  }
});

t.test("a condition keeps its time while it stays as it is", async (t) => {
  const before = [{ title: "energy", isMet: true, words: "16 A", sinceMs: 5 }];
  t.strictSame(dated(before, [{ title: "energy", isMet: true, words: "8 A" }], 9), [
    { title: "energy", isMet: true, words: "8 A", sinceMs: 5 },
  ]);
  t.strictSame(dated(before, [{ title: "energy", isMet: false, words: "none" }], 9), [
    { title: "energy", isMet: false, words: "none", sinceMs: 9 },
  ]);
});

t.test("commands", async (t) => {
  const bench = await consoleOf("station");
  const { type } = bench;
  bench.ev(charging);
  bench.runTo(20);
  const expected: readonly (readonly [line: string, told: string | RegExp])[] = [
    ["status", /state {6}Charging, for 00:1\d\n {2}pilot {6}C, car asks for power, \+[56]\.\d\d \/ -1[12]\.\d\d V\n/],
    ["sessions", /00:00:\d\d {2}00:1\d {2}connector_1 {2}[0-9a-f]{8} {2}0\.\d{3} kWh {2}\.\.BEEF {2}open/],
    ["events 3", /^.*\n.*ChargingStarted: 32\.0 A on offer\n.*contactor closed: FullPowerCharging$/],
    ["errors", "no error since the start"],
    ["cp", /^00:00:20 {2}C {2}\+[56]\.\d\d V -1[12]\.\d\d V +PWM 53\.3 %, 32\.0 A$/],
    ["meter", /L1 16\.0 A at 222 V/],
    ["limits", /in force {2}32\.0 A, 3 phases\n.*granted/],
    ["bus", /connector_1_powerpath {2}good {2}YetiSimulator cp C/],
    ["loop", /^events {2}\d+$/],
    ["log", "info; one of debug, info, warn, error, silent"],
    ["log debug", "logs at debug from now on"],
    ["log", "debug; one of debug, info, warn, error, silent"],
    ["log loud", "a level is one of debug, info, warn, error, silent"],
    ["use 1", "commands are for connector_1 now"],
    ["set connection_timeout 60", "done"],
    [
      "set connection_timeout 5",
      "set connection_timeout SECONDS: how long an authorisation waits for its vehicle; 10 to 300",
    ],
    ["set volume 11", "there is nothing to set by the name volume; set lists what there is"],
    ["pause", "paused"],
    ["resume", "resumed"],
    ["reserve 04A1", "not reserved: Occupied"],
    ["stop", "stopped"],
    ["disable", "disabled"],
    ["enable", "enabled"],
    ["stauts", "there is no command stauts; did you mean status?"],
    ["frobnicate", "there is no command frobnicate; help lists them"],
    ["status @3", "there is no EVSE 3: @1 connector_1"],
    ["why why", "usage: why"],
    ["help why", "why  why a vehicle does not charge, or has stopped: every condition"],
    ['authorize "04 A1', "a quote has no end, or stands in the middle of a word"],
  ];
  for (const [line, told] of expected) {
    if (typeof told === "string") t.equal(type(line), told, line);
    else t.match(type(line), told, line);
  }
  for (const name of commandNames.filter((name) => name !== "help")) t.match(type("help"), new RegExp(`^${name}`, "m"));

  bench.act({
    kind: "raise",
    module: "connector_1_powerpath",
    implementation: "board_support",
    type: "evse_board_support/MREC14PilotFault",
    subType: "",
    severity: "High",
    message: "diode",
  });
  t.match(
    flat(type("errors")),
    "00:00:20 ACTIVE High connector_1_powerpath: evse_board_support/MREC14PilotFault: diode",
  );
  bench.act({
    kind: "clear",
    module: "connector_1_powerpath",
    implementation: "board_support",
    type: "evse_board_support/MREC14PilotFault",
    subType: "",
  });
  t.match(
    flat(type("errors")),
    "00:00:20 for 00:00 High connector_1_powerpath: evse_board_support/MREC14PilotFault: diode",
  );
  t.match(bench.answer("log debug").kind, "lines");
});

t.test("several EVSEs", async (t) => {
  const { type, seat, runTo } = await consoleOf("reservations");
  runTo(3);
  t.match(
    type("why"),
    /^connector_1 does not charge.*\n[\s\S]*\n\nconnector_2 does not charge/,
    "all, where none is named",
  );
  t.notMatch(type("why @2"), "connector_1");
  t.equal(type("disable"), "which EVSE? @1 connector_1, @2 connector_2; or choose one with use");
  t.equal(type("disable @connector_2"), "disabled");
  t.match(flat(type("why @2")), "connector_2 does not charge: disabled by ServiceTechnician, priority 1.");
  t.match(flat(type("why @1")), "connector_1 does not charge: no vehicle is connected");
  type("use 2");
  t.equal(seat.evse, "connector_2");
  t.equal(type("enable"), "enabled");
  t.equal(type("loop @1"), "loop is about no EVSE");
  t.match(type("reserve 04A1 5 @1"), "reserved, no. 1, for 5 minutes");
  t.equal(type("reserve cancel 1 @1"), "cancelled");
});

t.test("whoever else disabled it still does", async (t) => {
  const { type, act, runTo } = await consoleOf("station");
  runTo(3);
  const source = { enable_source: "CSMS", enable_state: "Disable", enable_priority: 100 };
  const args = { connector_id: 0, cmd_source: source };
  act({ kind: "command", module: "connector_1", implementation: "evse", name: "enable_disable", args });
  t.match(type("why"), "disabled by CSMS, priority 100");
  t.equal(type("enable"), "it stays disabled: somebody else disables it too, see why");
  t.equal(type("enable always"), "enabled");
});

t.test("service mode", async (t) => {
  const bench = await consoleOf("station");
  const { type, notes, station } = bench;
  const commanded: string[] = [];
  const command = station.command.bind(station);
  station.command = (module, implementation, name, args, reply) => {
    commanded.push(`${implementation}.${name} ${JSON.stringify(args)}`);
    command(module, implementation, name, args, reply);
  };
  bench.runTo(2);
  t.equal(type("pwm 10"), "moving hardware by hand takes service mode: service on");
  t.match(type("service on"), /^service mode is on at connector_1/);
  t.equal(type("pwm 2"), "a duty cycle of 3 to 97 percent, or x1", "F is nothing to be set by hand");
  t.equal(type("pwm 10"), "the pilot has 10 % PWM");
  t.equal(type("relay on"), "no relay while the pilot has PWM: pwm x1 first");
  t.equal(type("pwm x1"), "the pilot is at X1");
  t.match(type("relay on"), "did not close");
  t.equal(type("pwm 10"), "no PWM while the relay is allowed to close: relay off first");
  t.equal(type("relay off"), "the contactor was told to open");
  t.equal(type("lock on"), "the lock was told to lock");
  type("pwm 10");
  commanded.length = 0;
  bench.ev("sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 36000");
  bench.runTo(10);
  t.same(notes, ["service mode has ended: a vehicle was connected"]);
  t.same(commanded, [
    "board_support.cp_state_X1 {}",
    'board_support.allow_power_on {"value":{"allow_power_on":false,"reason":"PowerOff"}}',
    "connector_lock.unlock {}",
  ]);
  t.match(type("why"), /^connector_1 is charging/, "the station has its hardware back, the lock included");
  t.match(type("status"), /lock {7}locked\n/);
  t.match(type("service on"), "connector_1 is not idle: Charging");
  t.equal(type("service off"), "service mode is not on");

  const again = await consoleOf("station");
  again.runTo(2);
  again.type("service on");
  again.console.left(again.seat);
  t.same(again.notes, ["service mode has ended: its console was left"]);
  again.type("service on");
  again.runTo(700);
  t.same(again.notes.slice(1), ["service mode has ended: nothing was done in it"]);
  again.type("service on");
  again.type("disable");
  t.same(again.notes.slice(2), ["service mode has ended: the station needs its hardware"]);
});

t.test("an archive for a bug report holds no secret", async (t) => {
  const bench = await consoleOf("station");
  bench.ev(charging);
  bench.runTo(20);
  const folder = mkdtempSync(join(tmpdir(), "support-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "report.tgz");
  const write = async (to = file): Promise<string> => {
    const answer = bench.answer(`support ${to}`);
    if (answer.kind !== "later") throw new Error("at once");
    return new Promise((resolve) => answer.start((lines) => resolve(lines.join("\n"))));
  };
  t.equal(await write(), `written: ${file}`);
  t.equal(await write(), `not written: ${file}: there is such a file already`);
  t.equal(await write(`${folder}/no/x.tgz`), `not written: ${folder}/no/x.tgz: there is no such folder`);
  t.equal(statSync(file).mode & 0o777, 0o600);
  const found: Record<string, string> = {};
  const archive = extract();
  archive.on("entry", (header, stream, next) => {
    let text = "";
    stream.on("data", (piece: unknown) => {
      text += String(piece);
    });
    stream.on("end", () => {
      found[header.name] = text;
      next();
    });
  });
  archive.end(gunzipSync(readFileSync(file)));
  await new Promise<void>((resolve) => archive.on("finish", () => resolve()));
  t.same(Object.keys(found), [
    "evsed-support/about.json",
    "evsed-support/configuration.json",
    "evsed-support/statistics.json",
    "evsed-support/errors.json",
    "evsed-support/sessions.json",
    "evsed-support/events.ndjson",
  ]);
  t.match(found["evsed-support/events.ndjson"], '"event":"ChargingStarted"');
  t.match(found["evsed-support/about.json"], '"version": "1.2.3"');
  for (const [name, text] of Object.entries(found)) t.notMatch(text, "DEADBEEF", name);

  t.strictSame(
    withoutSecrets({
      settings: { console_secret: "open sesame", console_socket: "/run/x" },
      mqtt: { password: "p", private_key_password: "", api_key: 7 },
      line: { name: "evcc_id", value: "00:11:22:33:44:55" },
      token: {
        id_token: { value: "04A1B2C3", type: "ISO14443" },
        parent_id_token: { value: "FAMILY-1", type: "Central" },
      },
      reservation: { id_token: "04A1B2C3" },
    }),
    {
      settings: { console_secret: "(removed)", console_socket: "/run/x" },
      mqtt: { password: "(removed)", private_key_password: "", api_key: "(removed)" },
      line: { name: "evcc_id", value: "…4:55" },
      token: { id_token: { value: "…B2C3", type: "ISO14443" }, parent_id_token: { value: "…LY-1", type: "Central" } },
      reservation: { id_token: "…B2C3" },
    },
  );
});

t.test("lines of any kind", async (t) => {
  t.strictSame(parseLine("reserve \"my card\" 'x y' @2 30"), {
    ok: true,
    words: ["reserve", "my card", "x y", "30"],
    evse: "2",
  });
  const bench = await consoleOf("reservations");
  bench.runTo(3);
  const word = fc.oneof(fc.constantFrom(...commandNames, "on", "off", "x1", "@1", "@2", "-f", "cancel"), fc.string());
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 400 }),
        fc.array(word, { maxLength: 6 }).map((words) => words.join(" ")),
      ),
      (line) => {
        const parsed = parseLine(line);
        if (parsed.ok) {
          if (parsed.words.length > 16 || /[^ -~\t]/.test(parsed.words.join(""))) return false;
          // What is taken apart can be put together again.
          const again = parseLine(
            parsed.words.map((text) => (text.includes('"') ? `'${text}'` : `"${text}"`)).join(" "),
          );
          if (!again.ok || again.words.join("\n") !== parsed.words.join("\n")) return false;
        }
        if (/^\s*support/.test(line)) return true;
        const answer = bench.answer(line);
        if (answer.kind === "follow") answer.start(() => {})();
        return true;
      },
    ),
    { numRuns: 300, seed: 7 },
  );
  t.pass("300 lines");
  for (const line of wrapped(`${"word ".repeat(40)}${"x".repeat(200)}`, 80, 30)) t.ok(line.length <= 80);
});

/** A line where time goes on only when it is told to, and what was written can be read. */
class Desk {
  text = "";
  isClosed = false;
  takes = true;
  readonly session: ConsoleSession;
  #nowMs = 0;
  #timers: { atMs: number; run: () => void }[] = [];

  constructor(options: Pick<SessionOptions, "run" | "terminal" | "login"> & { left?: () => void }) {
    this.session = new ConsoleSession({
      left: () => {},
      ...options,
      later: (run, delayMs) => {
        const timer = { atMs: this.#nowMs + delayMs, run };
        this.#timers.push(timer);
        return {
          cancel: () => {
            this.#timers = this.#timers.filter((other) => other !== timer);
          },
        };
      },
      line: {
        write: (text) => {
          if (this.takes) this.text += text;
          return this.takes;
        },
        close: () => {
          this.isClosed = true;
        },
      },
    });
  }

  /** What is written because of it, within so many milliseconds. */
  async type(text: string | Uint8Array, forMs = 200): Promise<string> {
    const before = this.text.length;
    this.session.received(typeof text === "string" ? Buffer.from(text, "latin1") : text);
    await this.wait(forMs);
    return this.text.slice(before);
  }

  async wait(forMs: number): Promise<void> {
    const endMs = this.#nowMs + forMs;
    for (;;) {
      for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
      const next = this.#timers.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > endMs) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = endMs;
  }
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const terminal = { rows: 24, columns: 80 } as const;
const echo: Run = (line) => ({ kind: "lines", lines: [`<${line}>`] });

t.test("typing", async (t) => {
  const lines = Array.from({ length: 60 }, (_, index) => `line ${index + 1}`);
  const followers = new Set<(line: string) => void>();
  const run: Run = (line) =>
    line === "long"
      ? { kind: "lines", lines }
      : line === "tail"
        ? {
            kind: "follow",
            start(write) {
              followers.add(write);
              return () => followers.delete(write);
            },
          }
        : echo(line, { evse: null, columns: 80, notify() {} });
  const desk = new Desk({ run, terminal, login: null });
  await desk.wait(1);
  t.match(desk.text, /help lists the commands\.\r\n.*evsed> /s);
  t.match(await desk.type("sttaus\b\b\b\batus\r"), "<status>", "corrected");
  t.match(await desk.type("\u001b[A\r"), "<status>", "from the history");
  t.match(await desk.type("ac\u001b[Db\r"), "<abc>", "with the cursor");
  t.match(await desk.type("forget this\u0003why\r"), "<why>", "interrupted");
  t.match(await desk.type("sta\t\r"), "<status>", "completed");
  t.match(await desk.type("one\r\ntwo\rthree\n"), /<one>.*<two>.*<three>/s, "each kind of line end");

  const page = await desk.type("long\r");
  t.match(page, /line 1\r\n.*line 23\r\n-- more: space, or q --$/s);
  t.notMatch(page, "line 24");
  t.match(await desk.type("\r"), /line 24\r\n-- more/);
  t.match(await desk.type(" "), /line 25\r\n.*line 47\r\n-- more/s);
  t.notMatch(await desk.type("q"), "line 48");
  t.match(await desk.type("after\r"), "<after>");

  await desk.type("tail\r");
  for (const follow of followers) follow("news");
  t.match(desk.text, /news\r\n$/);
  t.match(await desk.type("q"), "evsed> ");
  t.equal(followers.size, 0);

  t.match(await desk.type("\u001aok\r"), "<ok>", "Ctrl-Z suspends nobody");
  desk.takes = false;
  await desk.type("lost\r");
  desk.takes = true;
  t.match(await desk.type("found\r"), /pieces were lost on the way/);
  await desk.type("\u0004");
  t.ok(desk.isClosed, "Ctrl-D leaves");
});

t.test("lines in, lines out", async (t) => {
  const desk = new Desk({ run: echo, terminal: null, login: null });
  desk.session.received(Buffer.from("one\ntwo\r\nthree"));
  desk.session.ended();
  await desk.wait(100);
  t.equal(desk.text, "<one>\n<two>\n<three>\n");
  t.ok(desk.isClosed);
});

t.test("the secret", async (t) => {
  const login = new Login("open sesame", silent);
  const desk = new Desk({ run: echo, terminal, login });
  await desk.wait(1);
  t.match(desk.text, /secret: $/);
  await desk.type("\r");
  t.equal(login.failures, 0, "Enter alone is nobody's try");
  t.notMatch(await desk.type("wrong one\r", 900), "not the secret", "nothing for a second");
  t.match(await desk.type("open sesame\r", 300), "not the secret", "and what was typed meanwhile does not count");
  t.notMatch(await desk.type("wrong two\r", 1900), "not the secret", "two seconds");
  await desk.wait(200);
  t.notMatch(await desk.type("wrong three\r", 3900), "not the secret", "four");
  await desk.wait(200);
  t.equal(login.failures, 3);

  const next = new Desk({ run: echo, terminal, login });
  await next.wait(1);
  t.notMatch(await next.type("wrong four\r", 7900), "not the secret", "whoever comes next waits as long");
  await next.wait(200);
  t.match(await next.type("open sesame\r"), "evsed> ");
  t.match(await next.type("why\r"), "<why>");
  t.notMatch(await next.type("\u001b[A\u001b[A\r"), "sesame", "it is in no history");
  t.notMatch(desk.text + next.text, /sesame|wrong one/, "it is never shown");
  await next.wait(601_000);
  t.ok(next.isClosed, "who goes away is logged out");
});

t.test("a megabyte of garbage", async (t) => {
  const garbage = Buffer.alloc(1_000_000);
  let seed = 1;
  for (let index = 0; index < garbage.length; index++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    garbage[index] = seed >> 16;
  }
  const inPieces = async (desk: Desk): Promise<void> => {
    for (let at = 0; at < garbage.length; at += 16_384) await desk.type(garbage.subarray(at, at + 16_384), 5);
  };
  const login = new Login("open sesame", silent);
  const guarded = new Desk({ run: echo, terminal, login });
  await inPieces(guarded);
  await guarded.wait(120_000);
  t.ok(guarded.session.dropped > 990_000, `${guarded.session.dropped} bytes were counted`);
  t.ok(login.failures < 10, `${login.failures} lines of it were taken for a secret`);
  t.ok(guarded.text.length < 2000);
  t.match(await guarded.type("\u0003open sesame\r", 120_000), "evsed> ");

  const { console, type, runTo, seat } = await consoleOf("station");
  runTo(3);
  const before = flat(type("why"));
  let isLeft = false;
  const desk = new Desk({
    run: (line) => console.run(line, seat),
    terminal,
    login: null,
    left: () => {
      isLeft = true;
    },
  });
  await inPieces(desk);
  await desk.wait(60_000);
  t.ok(isLeft, "whoever says nothing but nonsense is shown out");
  t.equal(flat(type("why")), before);
});
