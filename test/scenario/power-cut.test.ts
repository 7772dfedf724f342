import t from "tap";
import { createLogger } from "../../src/daemon/logger.ts";
import { simulate } from "../../src/daemon/simulate.ts";
import { DurableFile } from "../../src/runtime/durable-file.ts";
import { MemoryFiles } from "../../src/runtime/memory-files.ts";
import type { Line } from "./station-run.ts";
import {
  charging,
  configurationFile,
  configurationOf,
  runStation,
  script,
  sim,
  unplug,
  untilCharging,
  whenUnplugged,
} from "./station-run.ts";

const kill = (at_s: number, restart_s: number): object => sim(at_s, "kill", { restart_s }, "evsed");

t.test("the power goes while a vehicle charges and comes back five seconds later", async (t) => {
  const run = await runStation({
    station: "power-cut",
    steps: [script(0, charging), kill(20, 5), unplug(45)],
    until: 60,
  });
  t.equal(run.result.exit, 0);

  t.test("the open transaction is closed once, and the vehicle may begin anew", async (t) => {
    t.same(run.events("connector_1", 0, 20), untilCharging);
    t.same(run.events("connector_1", 20), [
      "SessionResumed",
      "TransactionFinished",
      ...untilCharging,
      ...whenUnplugged,
    ]);
    const { uuid } = run.event("SessionStarted");
    t.same([run.event("SessionResumed").uuid, run.event("TransactionFinished").uuid], [uuid, uuid]);
    t.not(run.event("SessionStarted", 1).uuid, uuid);
  });

  t.test("the bill carries the reading after the restart and what the meter signed", async (t) => {
    t.match(run.event("TransactionFinished"), {
      t: 25,
      transaction_finished: {
        reason: "PowerLoss",
        meter_value: { timestamp: "2026-01-01T00:00:25.000Z", energy_Wh_import: { total: 52 } },
        start_signed_meter_value: { signed_meter_data: "test start value" },
        signed_meter_value: { signed_meter_data: "test stop value" },
      },
    });
    t.match(run.event("TransactionStarted", 1), {
      transaction_started: { meter_value: { energy_Wh_import: { total: 52 } } },
    });
    t.match(run.event("TransactionFinished", 1), {
      transaction_finished: { reason: "EVDisconnected", meter_value: { energy_Wh_import: { total: 110 } } },
    });
  });

  t.test("the board opens by itself, and nobody is charged while nobody watches", async (t) => {
    t.match(run.one("pilot", {}, -1, "connector_1_powerpath"), { t: 45.02 });
    t.same(
      run
        .of("pilot", {}, "connector_1_powerpath")
        .filter(({ t }) => t > 20 && t < 25)
        .map(({ t }) => t),
      [20.01],
    );
    t.same(
      run.lines.filter(({ t, module }) => t > 20 && t < 25 && module !== "connector_1_powerpath"),
      [],
    );
  });

  t.test("what happened to the daemon is told", async (t) => {
    t.match(run.one("killed", {}, 0, "evsed"), { t: 20, restart_s: 5 });
    t.match(run.one("restarted", {}, 0, "evsed"), { t: 25 });
  });
});

t.test("the same run twice gives the same lines", async (t) => {
  const options = { station: "power-cut", steps: [script(0, charging), kill(20, 0.01), kill(30, 3)], until: 50 };
  t.equal((await runStation(options)).text, (await runStation(options)).text);
});

t.test("the power goes when nobody charges: nothing is resumed", async (t) => {
  const steps = [kill(1, 1), script(3, charging), unplug(20), kill(25, 1)];
  const run = await runStation({ station: "power-cut", steps, until: 40 });
  t.same(
    run.events().filter((event) => event !== "Enabled"),
    [...untilCharging.slice(1), ...whenUnplugged],
  );
  t.equal(run.of("session_event", { event: "Enabled" }).length, 3);
});

t.test("without a store nothing is known of the session before", async (t) => {
  const run = await runStation({ steps: [script(0, charging), kill(20, 5)], until: 40 });
  t.same(run.events("connector_1", 20), untilCharging);
});

t.test("commands and steps for a daemon that is not there lead nowhere", async (t) => {
  const steps = [
    script(0, charging),
    kill(10, 10),
    { at_s: 12, command: { module: "connector_1", implementation: "evse", name: "pause_charging", args: {} } },
    { at_s: 12, raise: { module: "connector_1", implementation: "evse", type: "evse_manager/Internal" } },
    sim(13, "block_main", { value: 2 }, "evsed"),
  ];
  const run = await runStation({ station: "power-cut", steps, until: 40 });
  t.same(run.of("command_result"), []);
  t.same(run.of("error"), []);
  t.equal(run.states().at(-1), "Charging");
});

t.test("a fault that came while the daemon was away is told to it", async (t) => {
  const type = "evse_board_support/EnclosureOpen";
  const board = "connector_1_powerpath";
  const at = { module: board, implementation: "board_support", type };
  const steps = [script(0, charging), kill(10, 5), { at_s: 12, raise: at }, { at_s: 25, clear: at }];
  const run = await runStation({ station: "power-cut", steps, until: 50 });
  t.same(
    run.of("error", { type }, board).map(({ t, action }) => `${t} ${action}`),
    ["12 raise", "15 raise", "25 clear"],
  );
  t.same(run.contactor("connector_1", 10), [], "nobody charges while the enclosure is open");
  t.same(
    run.of("error", { type: "evse_manager/Inoperative" }).map(({ t, action }) => `${t} ${action}`),
    ["15 raise", "25 clear"],
  );
});

interface Told {
  readonly lines: readonly Line[];
  /** Errors in the log, as `module event`. */
  readonly errors: readonly string[];
}

const powerCutStation = configurationOf(configurationFile("power-cut"));

/** A session of 70 s of charging over given files; what was told and logged before their power went. */
async function session(files: MemoryFiles, seed: number, untilS: number): Promise<Told> {
  const lines: Line[] = [];
  const errors: string[] = [];
  await simulate({
    configuration: await powerCutStation,
    scripts: [{ connector: 1, script: "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 70;unplug" }],
    seed,
    files,
    untilMs: untilS * 1000,
    log: (module) => ({
      debug() {},
      info() {},
      warn() {},
      error: (event) => {
        if (!files.isCut) errors.push(`${module} ${event}`);
      },
    }),
    write: (line) => {
      if (!files.isCut) lines.push(JSON.parse(line) as Line);
    },
  });
  return { lines, errors };
}

const sessionEvents = (lines: readonly Line[], event: string): Line[] =>
  lines.filter((line) => line.kind === "session_event" && line.event === event);

/** The bills told, word for word, without when they were told. */
const billsIn = (lines: readonly Line[]): string[] =>
  sessionEvents(lines, "TransactionFinished").map(({ t: _, ...bill }) => JSON.stringify(bill));

/** Reason and energy of a bill. */
function wordsOf(bill: string): string {
  const { transaction_finished: finished } = JSON.parse(bill);
  return `${finished.reason} ${finished.meter_value.energy_Wh_import.total} Wh`;
}

/** What the EVSE keeps of its session, as the next start would read it. */
function keptSession(files: MemoryFiles): unknown {
  const body = new DurableFile(files, "store.db", createLogger("silent")("store")).load();
  return body === undefined ? undefined : JSON.parse(body).connector_1_session;
}

function copyOf(files: MemoryFiles): MemoryFiles {
  const copy = new MemoryFiles();
  for (const path of files.list()) copy.put(path, files.text(path) ?? "");
  return copy;
}

/** What the files hold is bounded, whatever was written into them. */
function sizeOf(files: MemoryFiles): number {
  return files.list().reduce((sum, path) => sum + (files.text(path)?.length ?? 0), 0);
}

/**
 * The changes of files of that session, with the bill when the power goes in one: the transaction (2 changes, no file
 * being there before), its reading after 30 s and after 60 s, the bill, and that nothing is open any more (3 each). The
 * meter begins at 0 after the cut.
 */
const changes: readonly (readonly [changes: number, before: string, once: string])[] = [
  [2, "-", "PowerLoss 0 Wh"],
  [3, "PowerLoss 0 Wh", "PowerLoss 86 Wh"],
  [3, "PowerLoss 86 Wh", "PowerLoss 175 Wh"],
  [3, "PowerLoss 175 Wh", "EVDisconnected 207 Wh"],
  [3, "EVDisconnected 207 Wh", "EVDisconnected 207 Wh"],
];

t.test("the power goes in every single change of a file, from plug-in to the end", async (t) => {
  // The two renames after which the disk knows that the bill was told: it is told again, the same.
  const toldAgain = ["missing 13", "missing 14", "torn 13", "torn 14", "whole 13"];
  for (const lastChange of ["missing", "torn", "whole"] as const) {
    const expected = changes.flatMap(([count, before, once]) =>
      Array.from({ length: count }, (_, index) => (index === count - 1 && lastChange === "whole" ? once : before)),
    );
    const billed: string[] = [];
    for (let nth = 1; ; nth++) {
      const name = `${lastChange} ${nth}`;
      const files = new MemoryFiles();
      files.cutAt(nth, lastChange);
      const before = await session(files, 7, 90);
      if (!files.isCut) break;
      files.restore();
      const after = await session(files, 8, 0.5);
      const lines = [...before.lines, ...after.lines];
      const bills = billsIn(lines);
      billed.push([...new Set(bills)].map(wordsOf).join() || "-");
      t.equal(
        bills.length,
        billed.at(-1) === "-" ? 0 : toldAgain.includes(name) ? 2 : 1,
        `${name}: how often it is told`,
      );
      for (const { uuid } of sessionEvents(before.lines, "TransactionStarted")) {
        t.ok(
          bills.every((bill) => JSON.parse(bill).uuid === uuid),
          `${name}: the bill of what was begun`,
        );
      }
      t.same([...before.errors, ...after.errors], [], `${name}: nothing to complain about`);
      t.notOk(keptSession(files), `${name}: closed once and for all`);
      t.ok(files.list().length <= 2 && sizeOf(files) < 4096, `${name}: ${files.list().join()}, ${sizeOf(files)} bytes`);
    }
    t.same(billed, expected, `the change in which the power goes is ${lastChange}`);
  }
});

t.test("... and once more in every single change of the start after it", async (t) => {
  // Charging, the last reading after 30 s; and with the bill written and not told.
  const table = [
    {
      nth: 6,
      bill: "PowerLoss 86 Wh",
      changes: 6,
      toldAgain: ["missing 5", "missing 6", "torn 5", "torn 6", "whole 5"],
    },
    {
      nth: 12,
      bill: "EVDisconnected 207 Wh",
      changes: 3,
      toldAgain: ["missing 2", "missing 3", "torn 2", "torn 3", "whole 2"],
    },
  ];
  for (const { nth, bill, changes, toldAgain } of table) {
    const charged = new MemoryFiles();
    charged.cutAt(nth, "missing");
    const first = await session(charged, 7, 90);
    for (const lastChange of ["missing", "torn", "whole"] as const) {
      for (let again = 1; ; again++) {
        const name = `${bill}, ${lastChange} ${again}`;
        const files = copyOf(charged);
        files.cutAt(again, lastChange);
        const second = await session(files, 8, 0.5);
        if (!files.isCut) {
          t.equal(again, changes + 1, `${bill}: so many changes`);
          break;
        }
        files.restore();
        const third = await session(files, 9, 0.5);
        const bills = billsIn([...first.lines, ...second.lines, ...third.lines]);
        t.same([...new Set(bills)].map(wordsOf), [bill], name);
        t.equal(bills.length, toldAgain.includes(`${lastChange} ${again}`) ? 2 : 1, `${name}: how often it is told`);
      }
    }
  }
});

/** A disk that has become read-only. */
class RefusingFiles extends MemoryFiles {
  override write(_path: string, _text: string, done: (error?: Error) => void): void {
    done(new Error("no space left on device"));
  }
}

t.test("a disk that refuses keeps nobody from charging, or from ceasing to", async (t) => {
  const { lines, errors } = await session(new RefusingFiles(), 7, 90);
  const first = (kind: string, wanted: object): Line | undefined =>
    lines.find((line) => line.kind === kind && Object.entries(wanted).every(([key, value]) => line[key] === value));
  t.match(
    [first("session_event", { event: "Authorized" }), first("session_event", { event: "TransactionStarted" })],
    [{ t: 1.26 }, { t: 3.26 }],
    "two seconds' patience",
  );
  const { t: leftS } = first("cp", { from: "C" }) ?? {};
  t.equal(lines.findLast(({ kind, closed }) => kind === "contactor_command" && closed === false)?.t, leftS);
  t.match(first("session_event", { event: "TransactionFinished" }), {
    t: 77,
    timestamp: "2026-01-01T00:01:17.000Z",
    transaction_finished: { meter_value: { timestamp: "2026-01-01T00:01:15.000Z" } },
  });
  t.same(
    errors.filter((error) => error.startsWith("connector_1 ")),
    ["connector_1 evse.session_not_stored", "connector_1 evse.session_not_stored"],
    "whoever looks after the station is told",
  );
  t.ok(errors.includes("persistent_store store.not_written"));
});

t.test("the daemon dies in the middle of what it does, at a place that was chosen before", async (t) => {
  const station = { station: "power-cut", until: 60 } as const;
  const deaths: [title: string, at: object, dies: number, bill: string][] = [
    // The transaction is told at 1.26 s with 2 changes on the disk; the third one keeps the reading after 30 s.
    ["in the change that keeps a reading", { in_change: 1, last_change: "torn" }, 31.26, "PowerLoss"],
    ["before the next effect", { before_effect: 1 }, 20.25, "PowerLoss"],
  ];
  for (const [title, at, diesS, reason] of deaths) {
    const run = await runStation({
      ...station,
      steps: [script(0, charging), sim(20, "kill", { restart_s: 2, ...at }, "evsed"), unplug(45)],
    });
    const died = run.one("killed", {}, 0, "evsed");
    t.ok(Math.abs(died.t - diesS) < 1, `${title}: ${died.t} s`);
    t.match(run.event("TransactionFinished"), { t: died.t + 2, transaction_finished: { reason } }, title);
    t.equal(
      run.of("session_event", { event: "TransactionFinished" }).length,
      2,
      `${title}: the next one is billed too`,
    );
    t.equal(run.result.exit, 0, title);
  }
  const spared = await runStation({
    ...station,
    steps: [
      script(0, charging),
      sim(20, "kill", { restart_s: 2, in_change: 1 }, "evsed"),
      sim(21, "kill", { restart_s: 2, before_effect: 500 }, "evsed"),
      sim(22, "spare", {}, "evsed"),
    ],
  });
  t.same(spared.of("killed", {}, "evsed"), []);
});

t.test("a disk that is full for a while: the bill is told in time, and is known once there is room", async (t) => {
  const full = (at_s: number, value: boolean): object => sim(at_s, "disk_full", { value }, "evsed");
  const run = await runStation({
    station: "power-cut",
    steps: [full(0, true), script(0, charging), full(25, false), kill(40, 2)],
    until: 60,
  });
  t.same(run.events("connector_1", 0, 20), untilCharging);
  t.match(run.event("TransactionFinished"), { t: 42, uuid: run.event("TransactionStarted").uuid });
});

t.test("somebody sets the time of day: the session goes on, and tells the new time", async (t) => {
  const run = await runStation({
    station: "power-cut",
    steps: [script(0, charging), sim(20, "wall_clock_jump", { value: -86_400 }, "evsed"), unplug(30)],
    until: 40,
  });
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  t.match(run.event("TransactionFinished"), { timestamp: /^2025-12-31T00:00:30/ });
});
