import fc from "fast-check";
import type { Run } from "../../src/console/commands/interpreter.ts";
import { commandNames } from "../../src/console/commands/interpreter.ts";
import { ConsoleSession } from "../../src/console/console-session.ts";
import { Login } from "../../src/console/login.ts";
import { compose } from "../../src/daemon/compose.ts";
import { createConsole } from "../../src/daemon/console.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import { mutatedText, pieceLengths, pieces } from "./mutations.ts";
import type { ParserFuzz } from "./parser-fuzz.ts";
import { demand, openParser } from "./parser-fuzz.ts";
import { configurationOf, stationFile } from "./scenario-files.ts";

const lines = [
  "status",
  "why",
  "sessions",
  "events 20",
  "events -f",
  "errors",
  "cp",
  "cp watch",
  "meter",
  "limits",
  "bus",
  "loop",
  "help set",
  "pause @1",
  "resume",
  "stop",
  "disable",
  "enable always",
  "reserve 'my card' 30 @2",
  "reserve cancel 1",
  "authorize DEADBEEF",
  "set limit 16",
  "set connection_timeout 60",
  "use connector_1",
  "log debug",
  "service on",
  "pwm 50",
  "pwm x1",
  "relay on",
  "lock off",
  "service off",
];

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const signs = [
  "\r",
  "\n",
  "\r\n",
  "\t",
  "\u0003",
  "\u0015",
  "\u0001",
  "\u001b[A",
  "\u001b[",
  "\u001bO",
  "\b",
  " ",
  '"',
  "'",
  "@",
];

interface Input {
  readonly typed: string;
  readonly lengths: readonly number[];
  readonly terminal: boolean;
  readonly secret: boolean;
}

/** In real time nobody would wait for it. */
const waitMs = 3_000;

export const consoleInput: ParserFuzz = {
  name: "console",
  about: "bytes of somebody, or something, at a line of the console of a station",
  runsInTest: 15,
  async open() {
    const configuration = await configurationOf(stationFile("reservations"));
    const clock = new VirtualClock();
    const { station, cars } = await compose(configuration, {
      clock,
      log: createLogger("silent"),
      random: (stream) => seededRandom(1, stream),
      simulate: true,
    });
    let level = "info";
    const stationConsole = createConsole(
      station,
      cars,
      { version: "1", title: "fuzz", simulate: true, loop: () => ({ events: 0 }), configuration },
      {
        levels: ["debug", "info", "warn", "error", "silent"],
        present: () => level,
        set: (wanted) => {
          level = wanted;
        },
      },
    );
    station.ready();
    clock.runUntil(3000);
    // It would write where noise says.
    const run: Run = (line, seat) =>
      /support/.test(line) ? { kind: "lines", lines: ["no"] } : stationConsole.run(line, seat);

    const script = fc.array(fc.constantFrom(...lines), { minLength: 1, maxLength: 6 }).map((all) => all.join("\r"));
    const typed = fc.oneof(
      fc
        .tuple(script, mutatedText([lines.join("\r")], [...commandNames, ...signs], 8))
        .map(([first, second]) => `${first}\r${second}`),
      fc
        .array(fc.oneof(fc.constantFrom(...lines, ...commandNames, ...signs), fc.string({ unit: "binary" })), {
          maxLength: 30,
        })
        .map((all) => all.join("")),
      fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    );
    const inputs = fc.record<Input>({ typed, lengths: pieceLengths, terminal: fc.boolean(), secret: fc.boolean() });

    async function holds({ typed, lengths, terminal, secret }: Input): Promise<void> {
      let text = "";
      let isClosed = false;
      let nowMs = 0;
      let timers: { atMs: number; run: () => void }[] = [];
      const session = new ConsoleSession({
        run,
        terminal: terminal ? { rows: 24, columns: 80 } : null,
        login: secret ? new Login("open sesame", silent) : null,
        later(then, delayMs) {
          const timer = { atMs: nowMs + delayMs, run: then };
          timers.push(timer);
          return {
            cancel() {
              timers = timers.filter((other) => other !== timer);
            },
          };
        },
        left: (seat) => stationConsole.left(seat),
        line: {
          write(more) {
            text += more;
            return true;
          },
          close() {
            isClosed = true;
          },
        },
      });
      const wait = async (forMs: number): Promise<void> => {
        const endMs = nowMs + forMs;
        for (;;) {
          for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
          const [next] = timers.toSorted((a, b) => a.atMs - b.atMs);
          if (next === undefined || next.atMs > endMs) break;
          timers = timers.filter((other) => other !== next);
          if (next.atMs > nowMs) clock.runUntil(clock.nowMs() + next.atMs - nowMs);
          nowMs = Math.max(nowMs, next.atMs);
          next.run();
        }
        clock.runUntil(clock.nowMs() + endMs - nowMs);
        nowMs = endMs;
      };
      for (const piece of pieces(
        Buffer.from(typed, "latin1"),
        lengths.map((length) => length * 8),
      )) {
        if (isClosed) break;
        session.received(piece);
        await wait(20);
      }
      await wait(waitMs);
      demand(timers.length < 8, `${timers.length} timers`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      const odd = /[^ -~\r\n\t\u0007\b\u001b]/.exec(text);
      demand(odd === null, `writes ${JSON.stringify(odd?.[0])}`);
      if (secret) demand(!/EVSE|connector_1/.test(text), "tells something to somebody who has not logged in");
      else if (!isClosed) {
        // Whatever was going on, it can be ended, and then a command is answered.
        const before = text.length;
        for (const key of terminal ? ["q", "\u0003", "\u0003", "help use\r"] : ["\u0003\r", "\r", "help use\r"]) {
          if (isClosed) break;
          session.received(Buffer.from(key, "latin1"));
          await wait(waitMs);
        }
        demand(
          isClosed || /chooses|EVSE/.test(text.slice(before)),
          `no answer any more: ${JSON.stringify(text.slice(before))}`,
        );
      }
      session.gone();
      if (!secret) demand(timers.length === 0, `${timers.length} timers of one who has gone`);
    }

    return openParser(inputs, holds, {
      "many letters": () => ({ typed: "x".repeat(20_000), lengths: [512], terminal: true, secret: false }),
      "many escapes": () => ({
        typed: "\u001b[".repeat(100_000),
        lengths: [512],
        terminal: true,
        secret: false,
      }),
      "many lines": () => ({ typed: "status\r".repeat(100), lengths: [512], terminal: false, secret: false }),
    });
  },
};
