import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import t from "tap";
import type { Log } from "../../hal/log.ts";
import { readConfiguration } from "../../src/cli/configuration.ts";
import { UsageError } from "../../src/core/errors.ts";
import { compose } from "../../src/daemon/compose.ts";
import { replayRecord } from "../../src/daemon/replay.ts";
import { readReport } from "../../src/report/read-report.ts";
import { BackgroundRecorder } from "../../src/runtime/background-recorder.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { recordRun } from "../../src/runtime/recorder.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import { charging, configurationFile } from "../scenario/station-run.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const blocking = { type: "evse_board_support/MREC17EVSEContactorFault", severity: "High" } as const;

const dcSession =
  "sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;sleep 36000";

interface Options {
  readonly path: string;
  readonly fileBytes?: number;
  readonly files?: number;
  readonly log?: Log;
  readonly run?: string;
  readonly station?: string;
  readonly script?: string;
}

/** A station with a charging vehicle, and a recorder as `evsed run` has one. Virtual time, real files. */
async function recorded({ path, fileBytes = 1024 * 1024, files = 4, log = silent, run = "a run", ...more }: Options) {
  const { station: name = "station", script = charging } = more;
  const { configuration } = await readConfiguration(configurationFile(name), {});
  const clock = new VirtualClock();
  const random = (stream: string) => seededRandom(1, stream);
  const { station, cars } = await compose(configuration, { clock, log: () => silent, random, simulate: true });
  const recorder = new BackgroundRecorder({
    path,
    fileBytes,
    files,
    description: () => ({ run, startedAt: "2026-01-01T00:00:00.000Z", simulate: true, configuration }),
    log,
    nowMs: () => clock.nowMs(),
    wallTimeMs: () => clock.wallTimeMs(),
    states: () => station.queue.states(),
  });
  recordRun(station, recorder);
  station.faults.listen((action, fault) => {
    if (action === "raise") recorder.fault(fault);
  });
  cars.get(1)?.run(script);
  station.ready();
  const runUntil = async (untilS: number, everyS: number): Promise<void> => {
    for (let s = clock.nowMs() / 1000 + everyS; s <= untilS; s += everyS) {
      clock.runUntil(s * 1000, () => true);
      await recorder.flush();
    }
  };
  return { station, clock, recorder, runUntil };
}

t.test("the files of a record stay within their bound, and each of them can be replayed", async (t) => {
  const stations = [
    { ending: "", fileBytes: 300_000 },
    { ending: ".gz", fileBytes: 27_000, station: "dc-station", script: dcSession },
  ];
  for (const { ending, ...more } of stations) {
    const folder = t.testdir();
    const path = join(folder, `record${ending}`);
    const { fileBytes } = more;
    const { station, recorder, runUntil } = await recorded({ path, files: 3, ...more });
    await runUntil(180, 5);
    await recorder.close();
    t.equal(recorder.lost, 0);
    const names = readdirSync(folder).sort();
    t.same(names, [`record${ending}`, `record${ending}.1`, `record${ending}.2`]);
    for (const name of names) t.ok(statSync(join(folder, name)).size < fileBytes * 1.6, `${name} is bounded`);

    const all = await replayRecord(path);
    t.equal(all.difference, undefined);
    const alone = [];
    for (const name of names) {
      copyFileSync(join(folder, name), join(folder, "alone"));
      const { difference, turns } = await replayRecord(join(folder, "alone"));
      t.equal(difference, undefined, `${name} alone`);
      t.ok(turns > 10, `${turns} events in ${name}`);
      alone.push(turns);
      const [evse] = (await readReport(join(folder, "alone"))).evses;
      const [closed] = evse?.lanes.find(({ name }) => name === "Contactor, confirmed")?.spans ?? [];
      t.match(closed, { name: "closed" }, "what was told before it begins is known in it");
      t.equal(evse?.sessions.length, 1);
    }
    t.equal(
      all.turns,
      alone.reduce((sum, turns) => sum + turns),
      "the files in their order are one record",
    );
    t.ok(all.turns < station.queue.handled, "the oldest files are gone");
  }
});

t.test("the record of the run before is kept when a daemon starts again", async (t) => {
  const folder = t.testdir();
  const path = join(folder, "record");
  const first = await recorded({ path, run: "the one that crashed" });
  await first.runUntil(10, 5);
  const second = await recorded({ path, run: "the one after it" });
  await second.runUntil(5, 5);
  await second.recorder.close();
  t.match(readFileSync(`${path}.1`, "utf8"), /^{"evsed":"record","version":2,"run":"the one that crashed","file":0,/);
  t.equal((await replayRecord(path)).turns, second.station.queue.handled, "it is no part of the record of this run");
  t.equal((await replayRecord(`${path}.1`)).turns, first.station.queue.handled);
});

t.test("a record cut at any byte replays up to the cut", async (t) => {
  const folder = t.testdir();
  const random = seededRandom(7, "cuts");
  for (const name of ["record", "record.gz"]) {
    const path = join(folder, name);
    const { recorder, runUntil } = await recorded({ path });
    await runUntil(8, 2);
    await recorder.close();
    const bytes = readFileSync(path);
    const whole = await replayRecord(path);
    t.ok(whole.turns > 20 && whole.cut === undefined);
    const lineEnd = bytes.indexOf(10, bytes.length / 2);
    const anywhere = Array.from({ length: 25 }, () => random.integer(1, bytes.length - 1));
    let latest = 0;
    for (const at of [1, 9, 20, lineEnd, lineEnd + 1, bytes.length - 1, ...anywhere].sort((a, b) => a - b)) {
      const cut = join(folder, "cut");
      writeFileSync(cut, bytes.subarray(0, at));
      const { turns, difference } = await replayRecord(cut);
      t.equal(difference, undefined, `cut at ${at} of ${bytes.length}`);
      t.ok(turns >= latest && turns <= whole.turns, `${turns} events`);
      latest = turns;
    }
    t.ok(latest > whole.turns / 2, "most of it could still be read");
    writeFileSync(join(folder, "zeros"), Buffer.concat([bytes.subarray(0, lineEnd + 1), Buffer.alloc(4096)]));
    if (name === "record")
      t.match(await replayRecord(join(folder, "zeros")), { cut: { line: /\d+/ } }, "zeros at its end");
  }
});

t.test("what is damaged in the middle is named with its place", async (t) => {
  const folder = t.testdir();
  const path = join(folder, "record");
  const { recorder, runUntil } = await recorded({ path });
  await runUntil(8, 2);
  await recorder.close();
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  const turns = lines.flatMap((line, index) => (line.startsWith('{"n":') ? [index] : []));
  const [one = 0, next = 0] = turns.slice(5);
  const told = async (changed: readonly string[]): Promise<string> => {
    const file = join(folder, "changed");
    writeFileSync(file, `${changed.join("\n")}\n`);
    const outcome = await replayRecord(file).catch((error: unknown) => error);
    t.type(outcome, UsageError);
    return (outcome as Error).message;
  };
  t.match(await told(lines.toSpliced(one, 1)), new RegExp(`changed:${next}: damaged: event 7 follows event 5`));
  t.match(await told(lines.with(one, "")), new RegExp(`changed:${one + 1}: not a record any more`));
  t.match(
    await told(lines.with(one, (lines[one] ?? "").slice(3))),
    new RegExp(`changed:${one + 1}: not a record any more`),
  );
  t.match(
    await told(lines.with(one, '{"t":1,"states":3}')),
    new RegExp(`changed:${one + 1}: not an event of a record`),
  );

  const compressed = join(folder, "record.gz");
  const again = await recorded({ path: compressed });
  await again.runUntil(8, 2);
  await again.recorder.close();
  const bytes = readFileSync(compressed);
  const middle = Math.floor(bytes.length / 2);
  for (let at = middle; at < middle + 16; at++) bytes[at] = 255 - (bytes[at] ?? 0);
  writeFileSync(compressed, bytes);
  await t.rejects(replayRecord(compressed), {
    message: /record\.gz:\d+: (damaged: cannot be decompressed|not a record any more)/,
  });
});

t.test("what the recorder cannot keep up with is dropped, counted and said", async (t) => {
  const folder = t.testdir();
  const path = join(folder, "record");
  const warned: object[] = [];
  const log = { ...silent, warn: (event: string, fields: object = {}) => warned.push({ event, ...fields }) };
  const { station, clock, recorder, runUntil } = await recorded({ path, fileBytes: 64 * 1024 * 1024, log });
  await runUntil(30, 10);
  // Nothing is written while the main loop stands still: an hour and a half of virtual time in one go.
  clock.runUntil(5_400_000, () => true);
  await recorder.flush();
  await runUntil(5_430, 10);
  await recorder.close();
  t.ok(recorder.lost > 1000);
  const { difference, lost, turns } = await replayRecord(path);
  t.equal(difference, undefined, "it goes on behind the gap");
  t.equal(lost, recorder.lost);
  t.ok(turns < station.queue.handled && turns + lost >= station.queue.handled);
  t.match(warned, [
    { event: "record.dropped", entries: lost },
    { event: "record.incomplete", lost },
  ]);
});

t.test("a fault keeps what led to it in a file of its own", async (t) => {
  const folder = t.testdir();
  const path = join(folder, "record.gz");
  const { station, clock, recorder, runUntil } = await recorded({ path, fileBytes: 30_000, files: 20 });
  await runUntil(600, 10);
  station.raise("connector_1_powerpath", "board_support", blocking);
  station.clear("connector_1_powerpath", "board_support", blocking.type);
  station.raise("connector_1_powerpath", "board_support", blocking);
  await runUntil(610, 10);
  await recorder.close();
  const asides = readdirSync(folder).filter((name) => name.includes("fault"));
  t.same(asides, [
    "record.fault-20260101T001000Z-connector_1-evse_manager_Inoperative.gz",
    "record.fault-20260101T001000Z-connector_1_powerpath-evse_board_support_MREC17EVSEContactorFault.gz",
  ]);
  for (const name of asides) {
    const text = gunzipSync(readFileSync(join(folder, name))).toString();
    t.match(text, /"kind":"faultRaised".*MREC17/);
    const [, firstMs] = /^.*\n\{"t":(\d+),"states"/.exec(text) ?? [];
    t.ok(Number(firstMs) <= 420_000 && Number(firstMs) > 240_000, `from ${firstMs} ms, three minutes before the fault`);
    const { difference, turns } = await replayRecord(join(folder, name));
    t.equal(difference, undefined, name);
    t.ok(turns > 100);
  }
  t.ok(clock.nowMs() === 610_000);

  await t.test("only so many are kept", async (t) => {
    for (let minute = 10; minute < 20; minute++) {
      writeFileSync(join(folder, `record.fault-20250101T00${minute}00Z-a-b.gz`), "");
    }
    const later = await recorded({ path, run: "another" });
    later.station.raise("connector_1_powerpath", "board_support", blocking);
    await later.recorder.close();
    const kept = readdirSync(folder).filter((name) => name.includes("fault"));
    t.equal(kept.length, 8);
    t.ok(
      asides.every((name) => kept.includes(name)),
      "the oldest are gone",
    );
  });
});

t.test("a disk that refuses is said once and disturbs nobody", async (t) => {
  const folder = t.testdir({ below: {} });
  const path = join(folder, "below", "record");
  const errors: string[] = [];
  const log = { ...silent, error: (event: string) => errors.push(event) };
  const { station, recorder, runUntil } = await recorded({ path, fileBytes: 100_000, log });
  rmSync(join(folder, "below"), { recursive: true });
  await runUntil(60, 5);
  await recorder.close();
  t.ok(station.queue.handled > 100);
  t.same(errors, ["record.not_written"]);

  await t.test("a path that cannot be a record is a mistake of the user's", async (t) => {
    for (const wrong of [folder, join(folder, "nowhere", "record"), "/dev/null"]) {
      await t.rejects(recorded({ path: wrong }), { code: "record", message: new RegExp(basename(wrong)) });
    }
    t.ok(statSync("/dev/null").isCharacterDevice());
    t.ok(statSync(folder).isDirectory(), "and is left where it is");
  });
});
