/** What the service manager hears of a station, on a virtual clock, and what is sent where there is no package for it. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import t from "tap";
import { createStationView } from "../../src/console/station-view.ts";
import { compose } from "../../src/daemon/compose.ts";
import type { Notification } from "../../src/daemon/notify-socket.ts";
import { openNotifySocket } from "../../src/daemon/notify-socket.ts";
import { Service } from "../../src/daemon/service.ts";
import { takeServiceManager } from "../../src/daemon/service-manager.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import type { Station } from "../../src/runtime/station.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import type { WatchdogEvent } from "../../src/runtime/watchdog.ts";
import { unstartedWatchdog, watchdog } from "../../src/runtime/watchdog.ts";
import { configurationFile, configurationOf } from "../scenario/station-run.ts";

const watchdogMs = 2000;

interface Watched {
  readonly station: Station;
  readonly service: Service;
  readonly clock: VirtualClock;
  /** What was told, each with its time. */
  readonly told: string[];
  readonly logged: string[];
  until(atMs: number): void;
  run(script: string): void;
}

async function watched(name: string): Promise<Watched> {
  const [told, logged]: [string[], string[]] = [[], []];
  const clock = new VirtualClock();
  const log = (event: string, fields: { why?: string } = {}): number =>
    logged.push([event, fields.why].filter(Boolean).join(": "));
  const { station, cars } = await compose(await configurationOf(configurationFile(name)), {
    clock,
    log: () => ({ debug() {}, info() {}, warn() {}, error() {} }),
    random: (stream) => seededRandom(1, stream),
    simulate: true,
  });
  const view = createStationView(station.plans());
  station.onLine((line) => view.hear(line));
  const notify = {
    tell: (notification: Notification) => {
      for (const [name, value] of Object.entries(notification)) told.push(`${clock.nowMs()} ${name}=${value}`);
    },
    close() {},
  };
  const service = new Service({
    station,
    state: () => view.state,
    notify,
    watchdogMs,
    log: { debug: log, info: log, warn: log, error: log },
  });
  return {
    station,
    service,
    clock,
    told,
    logged,
    until: (atMs) => clock.runUntil(atMs),
    run: (script) => cars.get(1)?.run(script),
  };
}

const of = (told: readonly string[], name: string): string[] =>
  told.filter((text) => text.includes(` ${name}=`)).map((text) => text.replace(`${name}=`, ""));

t.test("ready only once the board is known to be safe", async (t) => {
  const { station, service, told, until } = await watched("charge-control-c");
  station.ready();
  service.start();
  until(0);
  t.same(told, ["0 STATUS=Starting: waiting for bsp: where its contacts are"]);
  until(1800);
  const [ready = ""] = of(told, "READY");
  t.match(of(told, "STATUS").slice(1), [
    /^[23]\d\d Starting: waiting for bsp: steady samples of the pilot$/,
    /^1[12]\d\d connector_1: Idle$/,
  ]);
  t.match(
    ready,
    /^1[12]\d\d /,
    "contacts count as open after 250 ms, the interlock as awake after a second of samples",
  );
  t.same(
    of(told, "WATCHDOG").map((text) => Number.parseInt(text, 10) - Number.parseInt(ready, 10)),
    [0, 500],
    "then fed four times as often as it must be",
  );
});

t.test("a board with a controller of its own: not before that answers", async (t) => {
  const { station, service, told, until } = await watched("yeti");
  station.ready();
  service.start();
  until(0);
  t.match(told, [/^0 STATUS=Starting: waiting for \w+: its controller$/]);
  until(5000);
  t.equal(of(told, "READY").length, 1);
});

t.test("the station in a line", async (t) => {
  const { station, service, clock, told, until, run } = await watched("station");
  run("sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 60");
  station.ready();
  service.start();
  until(30_000);
  const texts = of(told, "STATUS").map((text) => text.replace(/^\d+ /, ""));
  t.same(texts, ["connector_1: Idle", "connector_1: Preparing to charge", "connector_1: Charging, 10.66 kW"]);
  const type = "evse_board_support/MREC8EmergencyStop";
  clock.turn(() => station.raise("connector_1_powerpath", "board_support", { type, severity: "High" }));
  until(31_000);
  t.match(of(told, "STATUS").at(-1), / · 2 errors: MREC8EmergencyStop, Inoperative$/);
  service.stopping("no such line");
  until(60_000);
  t.same(of(told, "STATUS").at(-1), "31000 Stopping: no such line");
  t.same(of(told, "STOPPING"), ["31000 1"]);
  t.ok(Number.parseInt(of(told, "WATCHDOG").at(-1) ?? "", 10) <= 31_000, "and nothing after it");
});

t.test("nothing is fed while the queue does not get on, nor what comes back late", async (t) => {
  const { station, service, clock, told, logged, until } = await watched("station");
  station.ready();
  service.start();
  until(10_000);
  const fed = (): number => Number.parseInt(of(told, "WATCHDOG").at(-1) ?? "", 10);
  const heldMs = clock.nowMs();
  station.queue.hold(true);
  until(20_000);
  t.ok(fed() <= heldMs, "its timers go on all the while");
  t.same(logged.slice(1), ["watchdog_unfed: the event queue does not get on"], "told once");
  station.queue.hold(false);
  until(21_500);
  t.ok(fed() > 20_000, "at once when it gets on again");
  t.equal(logged.at(-1), "watchdog_fed_again");
});

t.test("the decision", async (t) => {
  const machine = watchdog(watchdogMs);
  const drained = { type: "drained", waitsFor: null, stalled: null } as const;
  /** Each event at its time; the names of the effects, with the reason. */
  const run = (events: readonly (readonly [atMs: number, event: WatchdogEvent])[]): string[] => {
    let state = unstartedWatchdog;
    return events.map(([atMs, event]) => {
      const step = machine.step(state, event, atMs);
      state = step.state;
      return step.effects.map((effect) => ("why" in effect ? effect.why : effect.type)).join("+");
    });
  };
  const due = machine.deadlineReached;
  const story = (...events: readonly (readonly [number, WatchdogEvent])[]) =>
    run([[0, due], [0, drained], ...events]).slice(2);

  t.same(
    run([
      [0, due],
      [0, { ...drained, waitsFor: "x" }],
      [100, due],
      [100, drained],
    ]),
    ["ask", "", "ask", "ready+feed"],
  );
  t.same(
    run([
      [0, due],
      [0, { ...drained, stalled: "x" }],
    ]),
    ["ask", ""],
    "not ready either, and nobody is alarmed yet",
  );
  t.same(story([499, due], [500, due], [750, drained]), ["", "ask", "feed"], "250 ms late is in bound");
  t.same(story([500, due], [751, drained]), ["ask", "the event loop is 251 ms late"]);
  t.same(story([751, due], [752, drained], [852, due], [853, drained]), [
    "ask",
    "the event loop is 252 ms late",
    "ask",
    "fedAgain+feed",
  ]);
  t.same(
    story(
      [500, due],
      [500, { ...drained, stalled: "no sample" }],
      [600, due],
      [600, { ...drained, stalled: "no sample" }],
    ),
    ["ask", "no sample", "ask", ""],
    "told once",
  );
  t.same(story([500, due], [749, due], [750, due], [5000, due], [5001, drained]), [
    "ask",
    "",
    "the event queue does not get on",
    "",
    "",
  ]);
  t.same(story([500, drained]), [""], "nobody has asked");
  t.same(story([500, { type: "stopped" }], [501, due], [501, drained]), ["", "", ""]);
  t.equal(machine.deadlineMs({ ...unstartedWatchdog, name: "stopped" }), null);
});

t.test("who started it", async (t) => {
  const given = (more: object): ReturnType<typeof takeServiceManager> => {
    const environment: NodeJS.ProcessEnv = { PATH: "/bin", ...more };
    const manager = takeServiceManager(environment);
    t.same(environment, { PATH: "/bin" }, "no process that it starts speaks for it");
    return manager;
  };
  const socket = "/run/systemd/notify";
  t.equal(given({}), null);
  t.equal(given({ NOTIFY_SOCKET: "" }), null);
  t.same(given({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: "3000000" }), { socket, watchdogMs: 3000 });
  t.same(
    given({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: "3000000", WATCHDOG_PID: String(process.pid) })?.watchdogMs,
    3000,
  );
  t.same(given({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: "3000000", WATCHDOG_PID: "1" })?.watchdogMs, 2000);
  t.same(given({ NOTIFY_SOCKET: socket })?.watchdogMs, 2000);
});

t.test("without the package: by the manager's own program, one at a time", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "notify-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const [log, program] = [join(folder, "log"), join(folder, "systemd-notify")];
  writeFileSync(log, "");
  writeFileSync(program, `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >>${log}\n`);
  chmodSync(program, 0o755);
  const logged: string[] = [];
  const note = (event: string): number => logged.push(event);
  const logs = { debug: note, info: note, warn: note, error: note };
  const load = () => Promise.reject(new Error("not built"));
  const socket = await openNotifySocket("@abstract", logs, { load, program });
  socket.tell({ READY: "1" });
  socket.tell({ WATCHDOG: "1" });
  socket.tell({ STATUS: "a\nb" });
  socket.tell({ WATCHDOG: "1" });
  while (readFileSync(log, "latin1").split("\n").length < 3) await pause(5);
  t.equal(readFileSync(log, "latin1"), "@abstract READY=1\n@abstract WATCHDOG=1 STATUS=a b\n");
  t.same(logged, ["notify_by_program"]);

  const nowhere = await openNotifySocket("/nowhere", logs, { load, program: join(folder, "none") });
  nowhere.tell({ WATCHDOG: "1" });
  while (logged.length < 3) await pause(5);
  nowhere.tell({ WATCHDOG: "1" });
  await pause(50);
  t.same(logged.slice(2), ["notify_failed"], "told once");
});
