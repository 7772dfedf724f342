import { fstatSync } from "node:fs";
import { Chalk } from "chalk";
import t from "tap";
import type { LogReader } from "../../src/daemon/log-format.ts";
import { isJournal, logsFor } from "../../src/daemon/log-format.ts";
import type { LogLevel } from "../../src/daemon/logger.ts";
import { createLogger } from "../../src/daemon/logger.ts";

const time = /\d\d:\d\d:\d\d\.\d{3}/;

function logged(reader: Partial<LogReader>, level: LogLevel = "debug") {
  const written: string[] = [];
  const stream = logsFor({ format: "json", journal: false, chalk: null, ...reader }, (text) => written.push(text));
  return { log: createLogger(level, { stream })("bsp"), written };
}

t.test("one line, for whoever reads it", async (t) => {
  const line = (reader: Partial<LogReader>): string => {
    const { log, written } = logged(reader);
    log.warn("loop.late", { latenessMs: 120, timer: "a b" });
    return written
      .join("")
      .replace(/"time":\d+/, '"time":1')
      .replace(time, "TIME");
  };
  const json = '{"level":40,"time":1,"component":"bsp","latenessMs":120,"timer":"a b","msg":"loop.late"}\n';
  t.equal(line({}), json);
  t.equal(line({ journal: true }), `<4>${json}`);
  t.equal(line({ format: "pretty" }), 'TIME warn  bsp: loop.late latenessMs=120 timer="a b"\n');
  t.equal(line({ format: "pretty", journal: true }), '<4>bsp: loop.late latenessMs=120 timer="a b"\n');
  const chalk = new Chalk({ level: 1 });
  t.ok(line({ format: "pretty", chalk }).includes(`${chalk.yellow("warn ")} bsp: loop.late `));
});

t.test("levels of the journal; each line of a stack has its own", async (t) => {
  const { log, written } = logged({ format: "pretty", journal: true });
  log.debug("a");
  log.info("b");
  log.error("c", { error: "Error: no\n    at there", n: 1 });
  t.same(written, ["<7>bsp: a\n", "<6>bsp: b\n", "<3>bsp: c error=\n<3>  Error: no\n<3>      at there n=1\n"]);
  const quiet = logged({}, "error");
  quiet.log.warn("a");
  t.same(quiet.written, []);
});

t.test("the journal is known by the file it is", async (t) => {
  const { dev, ino } = fstatSync(2);
  t.equal(isJournal(2, { JOURNAL_STREAM: `${dev}:${ino}` }), true);
  t.equal(isJournal(2, { JOURNAL_STREAM: `${dev}:${ino + 1}` }), false, "redirected since");
  t.equal(isJournal(2, {}), false);
});

t.test("a failure that goes on is told five times a minute, then how often", async (t) => {
  const written: string[] = [];
  let nowMs = 0;
  const log = createLogger("info", {
    stream: { write: (text) => written.push(text) },
    limitedBy: () => nowMs,
  });
  const [board, meter] = [log("bsp"), log("meter")];
  for (; nowMs < 59_000; nowMs += 1000) board.error("board_failure", { code: "EIO", message: `after ${nowMs} ms` });
  t.equal(written.length, 5, "numbers make it no other failure");
  board.error("board_failure", { code: "EBUSY", message: "after 1 ms" });
  meter.error("board_failure", { code: "EIO", message: "after 1 ms" });
  t.equal(written.length, 7, "another one, and that of another module, are told");
  for (let count = 0; count < 10; count++) board.info("contactor_opened");
  t.equal(written.length, 17, "no failures: every one of them");
  nowMs = 60_000;
  meter.warn("something else");
  const { time: _, ...last } = JSON.parse(written.at(-2) ?? "") as Record<string, unknown>;
  t.same(last, { level: 50, component: "bsp", event: "board_failure", times: 54, msg: "repeated" });
  board.error("board_failure", { code: "EIO", message: "after 60000 ms" });
  t.equal(written.length, 20, "a new minute");
});
