import { performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import type { Files } from "../../hal/files.ts";
import type { Log } from "../../hal/log.ts";
import type { Configuration } from "../config/configuration.ts";
import type { EventLineListener } from "../runtime/event-line.ts";
import { formatEventLine } from "../runtime/event-line.ts";
import type { InvariantBreach } from "../runtime/invariants.ts";
import { watchInvariants } from "../runtime/invariants.ts";
import { MemoryFiles } from "../runtime/memory-files.ts";
import { seededRandom } from "../runtime/random.ts";
import { Recorder, recordRun } from "../runtime/recorder.ts";
import type { Station } from "../runtime/station.ts";
import { VirtualClock } from "../runtime/virtual-clock.ts";
import { isWorld } from "./catalogue.ts";
import type { ComposeOptions } from "./compose.ts";
import { compose } from "./compose.ts";
import type { DaemonFate } from "./daemon-fate.ts";
import { deathOf } from "./daemon-fate.ts";
import { daemonId } from "./daemon-sim.ts";
import { EndOfRun } from "./end-of-run.ts";
import type { Scenario } from "./scenario.ts";
import { restartMsOf, scheduleSteps } from "./scenario-steps.ts";

export interface SimulationOptions {
  readonly configuration: Configuration;
  readonly scripts: readonly { readonly connector: number; readonly script: string }[];
  readonly scenario?: Scenario;
  readonly untilMs?: number;
  readonly seed: number;
  readonly record?: string;
  readonly allMeters?: boolean;
  readonly log: (component: string) => Log;
  /** What modules keep; fresh files in memory when absent. */
  readonly files?: Files;
  /** What drivers get in the place of simulated lines. */
  readonly between?: ComposeOptions["between"];
  /** One event line, without its newline. */
  readonly write?: (line: string) => void;
  /** The same, as it is. */
  readonly hear?: EventLineListener;
  /** Hears now and then how far the run has come; answers whether it shall go on. */
  readonly progress?: (nowMs: number) => boolean;
}

/** A long run lets signals through this often, in real milliseconds. */
const sliceMs = 100;
/** And looks at the real clock only after this many turns. */
const turnsBetweenLooks = 1024;

export interface SimulationResult {
  readonly reason: "until" | "idle" | "interrupted" | "invariant" | "killed";
  readonly exit: 0 | 3;
  readonly breach?: InvariantBreach;
  readonly endMs: number;
  readonly events: number;
}

/** Runs a station in virtual time, from initialisation until the run is cut; no shut-down effects. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const steps = options.scenario?.steps ?? [];
  const clock = new VirtualClock();
  const { files = new MemoryFiles(), write, hear } = options;
  const { station, cars } = await compose(options.configuration, {
    clock,
    log: options.log,
    random: (stream) => seededRandom(options.seed, stream),
    simulate: true,
    files,
    ...(options.between === undefined ? {} : { between: options.between }),
  });
  const recorder =
    options.record === undefined
      ? undefined
      : new Recorder(options.record, {
          run: `simulation with seed ${options.seed}`,
          startedAt: new Date(clock.wallTimeMs(0)).toISOString(),
          simulate: true,
          configuration: options.configuration,
        });
  if (recorder !== undefined) recordRun(station, recorder);
  if (write !== undefined) station.onLine((line) => write(formatEventLine(line)));
  if (hear !== undefined) station.onLine(hear);
  if (options.allMeters === true) emitAllMeters(station);

  let breach: InvariantBreach | undefined;
  watchInvariants(station, (found) => {
    breach ??= found;
  });
  let killed = false;
  for (const { connector, script } of options.scripts) cars.get(connector)?.run(script);
  let dead = false;
  const die = (restartMs: number | undefined): void => {
    if (restartMs === undefined) {
      killed = true;
      return;
    }
    // Who is dead does not die again before it has come back.
    if (dead) return;
    dead = true;
    station.emit(daemonId, "killed", { restart_s: restartMs / 1000 });
    recorder?.fate(clock.nowMs(), "killed");
    station.die(({ type }) => isWorld(type));
    clock.schedule("restart", clock.nowMs() + restartMs, () => {
      dead = false;
      if (simulatedFiles?.isCut) simulatedFiles.restore();
      station.emit(daemonId, "restarted", {});
      recorder?.fate(clock.nowMs(), "restarted");
      station.revive();
    });
  };
  const simulatedFiles = files instanceof MemoryFiles ? files : undefined;
  const fate: DaemonFate = {
    kill: (death) =>
      deathOf(death, {
        die,
        beforeEffect: (nth, run) => station.queue.interruptBefore(nth, run),
        files: simulatedFiles,
      }),
    spare: () => {
      station.queue.interruptBefore(0, () => {});
      if (simulatedFiles?.isCut === false) simulatedFiles.restore();
    },
    diskFull: (value) => simulatedFiles?.refuse(value),
    jumpWallTime: (byMs) => clock.jumpWallTime(byMs),
  };
  scheduleSteps(station, cars, steps, fate);

  const hasScripts =
    options.scripts.length > 0 ||
    steps.some((step) => step.action.kind === "ev") ||
    [...cars.values()].some((car) => car.scriptRunning());
  const end = new EndOfRun(station, [...cars.values()], {
    untilMs: options.untilMs ?? options.scenario?.untilMs,
    lastStepMs: steps.reduce((last, step) => Math.max(last, step.atMs + (restartMsOf(step) ?? 0)), -1),
    hasScripts,
  });
  station.ready();
  let interrupted = false;
  const isOver = (): boolean => breach !== undefined || killed || interrupted || end.isReached(clock.nowMs());
  await runInSlices(clock, end.latestMs, isOver, () => {
    interrupted = options.progress?.(clock.nowMs()) === false;
  });

  const reason = ((): SimulationResult["reason"] => {
    if (breach !== undefined) return "invariant";
    if (killed) return "killed";
    if (interrupted) return "interrupted";
    return end.isReached(clock.nowMs()) ? "idle" : "until";
  })();
  const exit = breach !== undefined ? 3 : 0;
  station.emit("evsed", "end", { reason, exit });
  recorder?.close();
  return {
    reason,
    exit,
    endMs: clock.nowMs(),
    events: station.queue.handled,
    ...(breach === undefined ? {} : { breach }),
  };
}

/** Runs until it is over or the clock has come to `endMs`; between slices of real time signals get through. */
async function runInSlices(
  clock: VirtualClock,
  endMs: number,
  isOver: () => boolean,
  betweenSlices: () => void,
): Promise<void> {
  for (;;) {
    let turns = 0;
    let sliced = false;
    const sliceEndMs = performance.now() + sliceMs;
    clock.runUntil(endMs, () => {
      if (isOver()) return false;
      sliced = ++turns % turnsBetweenLooks === 0 && performance.now() >= sliceEndMs;
      return !sliced;
    });
    if (!sliced) return;
    betweenSlices();
    await setImmediate();
  }
}

/** Each reading of every meter as a line of the device's own. */
function emitAllMeters(station: Station): void {
  for (const { id } of station.plans()) {
    for (const [implementation, { port }] of Object.entries(station.manifest(id)?.provides ?? {})) {
      if (port.name !== "powermeter") continue;
      station.subscribe(id, implementation, "powermeter", (value) =>
        station.emit(id, "meter", { implementation, ...(value as object) }),
      );
    }
  }
}
