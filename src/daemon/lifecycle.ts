import type { Car } from "../../boards/sim/ev-manager/car.ts";
import type { Log } from "../../hal/log.ts";
import type { Configuration } from "../config/configuration.ts";
import { withoutSecret } from "../config/configuration.ts";
import type { StationState } from "../console/station-view.ts";
import { createStationView } from "../console/station-view.ts";
import { summaryLine } from "../console/summary.ts";
import { DeviceError, UsageError } from "../core/errors.ts";
import type { BackgroundRecorder, BackgroundRecorderOptions } from "../runtime/background-recorder.ts";
import { DiskFiles } from "../runtime/disk-files.ts";
import { formatEventLine } from "../runtime/event-line.ts";
import { LoopMonitor } from "../runtime/loop-monitor.ts";
import { seededRandom, systemRandom } from "../runtime/random.ts";
import type { RunDescription } from "../runtime/record-format.ts";
import type { Station } from "../runtime/station.ts";
import { SystemClock } from "../runtime/system-clock.ts";
import { systemNetwork } from "../runtime/system-network.ts";
import { systemPrograms } from "../runtime/system-programs.ts";
import type { ComposeOptions } from "./compose.ts";
import { compose } from "./compose.ts";
import type { Consoles } from "./consoles.ts";
import { consolesWanted } from "./consoles-wanted.ts";
import type { LogThreshold } from "./logger.ts";
import { ownProcess } from "./own-process.ts";
import type { Service } from "./service.ts";
import type { ServiceManager } from "./service-manager.ts";
import { SessionLogs } from "./session-logs.ts";

export interface RunOptions {
  readonly configuration: Configuration;
  readonly simulate: boolean;
  readonly speed: number;
  readonly record?: { readonly path: string; readonly fileBytes: number; readonly files: number };
  readonly log: (component: string) => Log;
  /** Of `log`, for whoever may change it while the station runs. */
  readonly logThreshold?: LogThreshold;
  /** Where the socket of the console is where the configuration says nothing; none when absent. */
  readonly consoleSocket?: string;
  readonly output: "events" | "live" | "plain" | "console";
  readonly title: string;
  /** Where logs go while the live view has the terminal; null = back to stderr. */
  readonly redirectLogs: (print: ((text: string) => void) | null) => void;
  /** Who started it as a service, and wants to hear how it is; null where nobody does. */
  readonly serviceManager: ServiceManager | null;
  /** Another machine than this one. */
  readonly machine?: ComposeOptions["machine"];
}

/** How long the way out waits for the contactor to be confirmed open. */
const openingMs = 300;
/** And how long for records to reach the disk. */
const closingMs = 2000;

/** Runs a station until it is told to end; the exit status. Every way out goes through the safe state. */
export async function runStation(options: RunOptions): Promise<0 | 1> {
  const log = options.log("evsed");
  const monitor = new LoopMonitor(log, () => clock.nowMs());
  const clock: SystemClock = new SystemClock({
    speed: options.speed,
    onLateness: (latenessMs, name) => monitor.ran(latenessMs, name),
  });
  const { station, cars } = await compose(options.configuration, {
    clock,
    log: options.log,
    random: options.simulate ? (stream) => seededRandom(systemRandom.integer(0, 2 ** 31), stream) : () => systemRandom,
    simulate: options.simulate,
    keepsSessionLogs: true,
    // A simulated station keeps nothing.
    ...(options.simulate ? {} : { files: new DiskFiles(), programs: systemPrograms }),
    network: systemNetwork,
    ...(options.machine === undefined ? {} : { machine: options.machine }),
  });
  const run = systemRandom.uuid();
  const description = (): RunDescription => ({
    run,
    startedAt: new Date(clock.wallTimeMs(0)).toISOString(),
    simulate: options.simulate,
    configuration: withoutSecret(options.configuration),
  });
  const recorder = await recorderOf(options, {
    description,
    nowMs: () => clock.nowMs(),
    wallTimeMs: () => clock.wallTimeMs(),
    states: () => station.queue.states(),
  });
  if (recorder !== undefined) {
    const { recordRun } = await import("../runtime/recorder.ts");
    recordRun(station, recorder);
    station.faults.listen((action, fault) => {
      if (action === "raise") recorder.fault(fault);
    });
  }
  const sessionLogs = new SessionLogs({
    plans: station.plans(),
    description,
    wallTimeMs: (atMs) => clock.wallTimeMs(atMs),
    log: options.log("session_logs"),
    report: (record, html) => ownProcess(["report", record, "-o", html]),
  });
  if (sessionLogs.isWanted) station.onLine((line) => sessionLogs.hear(line));
  const view = createStationView(station.plans());
  station.onLine((line) => view.hear(line));
  const service = await startService(station, () => view.state, options);
  const consoles = await openConsoles(station, cars, monitor, options);
  let quit = (): void => {};
  let start = (): void => {};
  const ended = new Promise<{ status: 0 | 1; final: boolean; because?: string }>((resolve) => {
    quit = () => resolve({ status: 0, final: true });
    process.once("SIGINT", () => resolve({ status: 0, final: true }));
    process.once("SIGHUP", () => resolve({ status: 0, final: true }));
    process.once("SIGTERM", () => resolve({ status: 0, final: false }));
    const fail = (error: unknown): void => {
      if (error instanceof DeviceError) log.error("device_error", { code: error.code, message: error.message });
      else log.error("internal_error", { error: error instanceof Error ? error.stack : String(error) });
      resolve({ status: 1, final: false, because: error instanceof Error ? error.message : String(error) });
    };
    start = () => {
      try {
        station.ready();
        service?.start();
      } catch (error) {
        // What came up before the one that failed runs by now: it too goes through the safe state.
        fail(error);
      }
    };
    // Nobody reads any more, or the terminal is gone: the station ends as orderly as by Ctrl-C.
    process.stdout.removeAllListeners("error").on("error", () => resolve({ status: 0, final: true }));
    process.once("uncaughtException", fail);
    process.once("unhandledRejection", fail);
  });
  // From its first picture on the terminal is given back, whatever ends the process.
  const stopOutput = await startOutput(station, cars, () => quit(), options);
  // A station that waits for something from outside may have no timer of its own; it runs until it is told to end.
  const alive = setInterval(() => {}, 2 ** 30);
  log.info("started", { modules: station.plans().length, simulate: options.simulate });
  start();
  consoles?.start();

  const { status, final, because } = await ended;
  station.stop(final);
  consoles?.stop();
  service?.stopping(because);
  await new Promise((resolve) => setTimeout(resolve, openingMs));
  clock.stop();
  clearInterval(alive);
  // A disk that stands still does not keep the process from its end.
  await Promise.race([
    Promise.all([recorder?.close(), sessionLogs.close()]),
    new Promise((done) => setTimeout(done, closingMs)),
  ]);
  service?.close();
  stopOutput();
  const { worstMs, late } = monitor.figures;
  log.info("stopped", { worstLatenessMs: Math.round(worstMs), late, events: station.queue.handled });
  process.stderr.write(`${summaryLine(view, clock.nowMs())}\n`);
  return status;
}

/** Loaded only where somebody listens. */
async function startService(
  station: Station,
  state: () => StationState,
  { serviceManager, speed, log }: RunOptions,
): Promise<Service | null> {
  if (serviceManager === null) return null;
  const { openService } = await import("./service.ts");
  return openService(serviceManager, { station, state, speed, log: log("service") });
}

/** Loaded only where somebody can type. */
async function openConsoles(
  station: Station,
  cars: ReadonlyMap<number, Car>,
  monitor: LoopMonitor,
  options: RunOptions,
): Promise<Consoles | null> {
  const { configuration, consoleSocket, output } = options;
  const wanted = consolesWanted(configuration.settings, options.simulate ? undefined : consoleSocket, output);
  if (wanted === null) return null;
  const { createConsoles } = await import("./consoles.ts");
  const { logThreshold = { level: "info" } } = options;
  return createConsoles(wanted, { ...options, station, cars, monitor, logThreshold });
}

/** Loads only what this output takes: a station on a board is up before a terminal would be drawn. */
async function startOutput(
  station: Station,
  cars: ReadonlyMap<number, Car>,
  quit: () => void,
  options: RunOptions,
): Promise<() => void> {
  switch (options.output) {
    case "events":
      station.onLine((line) => process.stdout.write(`${formatEventLine(line)}\n`));
      return () => {};
    case "console":
      return () => {};
    case "plain": {
      const { plainLines } = await import("../console/plain-lines.ts");
      const { isJournal, journalPriority, withPriority } = await import("./log-format.ts");
      const priorities = {
        plain: journalPriority.info,
        good: journalPriority.info,
        warning: journalPriority.notice,
        bad: journalPriority.error,
      };
      const toJournal = isJournal(1, process.env);
      const print = plainLines((text, tone) =>
        process.stdout.write(`${toJournal ? withPriority(text, priorities[tone]) : text}\n`),
      );
      station.onLine(print);
      return () => {};
    }
    case "live": {
      const [{ startLiveView }, { createOperator }] = await Promise.all([
        import("../console/live-view.ts"),
        import("./operator.ts"),
      ]);
      const view = startLiveView({
        station,
        stdout: process.stdout,
        title: options.title,
        speed: options.speed,
        stdin: process.stdin,
        operator: { ...createOperator(station, cars, options.simulate), quit },
      });
      options.redirectLogs((text) => view.print(text));
      return () => {
        options.redirectLogs(null);
        view.stop();
      };
    }
  }
}

/** @throws UsageError where it cannot be written and somebody is there to be told. */
async function recorderOf(
  { record, log, serviceManager }: RunOptions,
  run: Pick<BackgroundRecorderOptions, "description" | "nowMs" | "wallTimeMs" | "states">,
): Promise<BackgroundRecorder | undefined> {
  if (record === undefined) return undefined;
  // Loaded where something is recorded: nobody else waits for it at the start.
  const { BackgroundRecorder } = await import("../runtime/background-recorder.ts");
  const recordLog = log("record");
  try {
    return new BackgroundRecorder({ ...record, ...run, log: recordLog });
  } catch (error) {
    // A service is not started again after a wrong option, and a disk that fails keeps no vehicle from its power.
    if (serviceManager === null || !(error instanceof UsageError)) throw error;
    recordLog.error("record.not_written", { error: error.message });
    return undefined;
  }
}
