import type * as v from "valibot";
import type { Car } from "../../boards/sim/ev-manager/car.ts";
import { agendaRank } from "../runtime/agenda.ts";
import type { Station } from "../runtime/station.ts";
import type { DaemonFate } from "./daemon-fate.ts";
import type { daemonSim } from "./daemon-sim.ts";
import { daemonId } from "./daemon-sim.ts";
import type { ScenarioStep } from "./scenario.ts";
import type { ScenarioAction } from "./scenario-action.ts";

/** After how many milliseconds the daemon comes back, for a step that kills it and lets it come back. */
export function restartMsOf({ action }: Pick<ScenarioStep, "action">): number | undefined {
  if (action.kind !== "sim" || action.module !== daemonId || action.name !== "kill") return undefined;
  const { restart_s } = action.args as { readonly restart_s?: number };
  return restart_s === undefined ? undefined : Math.round(restart_s * 1000);
}

/** Puts the steps of a scenario on the station's clock, before everything else of the same instant, in file order. */
export function scheduleSteps(
  station: Station,
  cars: ReadonlyMap<number, Car>,
  steps: readonly ScenarioStep[],
  fate: DaemonFate,
): void {
  for (const step of steps) {
    station.clock.scheduleRanked("scenario", step.atMs, agendaRank.scenario, () =>
      performAction(station, cars, step.action, fate),
    );
  }
}

/**
 * Whoever wants something of a station at run time comes through here; what was checked before is only done. `told` hears
 * what a command answers.
 */
export function performAction(
  station: Station,
  cars: ReadonlyMap<number, Car>,
  action: ScenarioAction,
  fate: DaemonFate,
  told: (result: unknown) => void = () => {},
): void {
  switch (action.kind) {
    case "ev":
      cars.get(action.connector)?.run(action.script);
      return;
    case "command":
      command(station, action, told);
      return;
    case "publish":
      station.publish(action.module, action.implementation, action.variable, action.value);
      told(null);
      return;
    case "raise":
      station.raise(action.module, action.implementation, {
        type: action.type,
        sub_type: action.subType,
        severity: action.severity,
        message: action.message,
      });
      return;
    case "clear":
      station.clear(action.module, action.implementation, action.type, action.subType);
      return;
    case "sim":
      if (action.module === daemonId) daemonStep(station, action, fate);
      else station.sim(action.module)?.[action.name]?.(action.args as never);
  }
}

function command(
  station: Station,
  { module, implementation, name, args }: Extract<ScenarioAction, { kind: "command" }>,
  told: (result: unknown) => void,
): void {
  const tell = (result: unknown): void => {
    station.emit(module, "command_result", { implementation, name, result });
    told(result);
  };
  const answers = station.manifest(module)?.provides[implementation]?.port.commands[name]?.result !== undefined;
  station.command(module, implementation, name, args, answers ? tell : (): void => {});
  if (!answers) tell(null);
}

type DaemonArgs = { readonly [C in keyof typeof daemonSim]: v.InferOutput<(typeof daemonSim)[C]["args"]> };

function daemonStep(station: Station, action: Extract<ScenarioAction, { kind: "sim" }>, fate: DaemonFate): void {
  const steps: { readonly [C in keyof DaemonArgs]: (args: DaemonArgs[C]) => void } = {
    block_main: ({ value }) => {
      // The world goes on; what the station would have heard waits, as behind a main loop that is busy.
      station.queue.hold(true);
      station.clock.schedule("block_main", station.clock.nowMs() + value * 1000, () => station.queue.hold(false));
    },
    kill: ({ before_effect, in_change, last_change }) => {
      const restartMs = restartMsOf({ action });
      fate.kill({
        ...(restartMs === undefined ? {} : { restartMs }),
        ...(before_effect === undefined ? {} : { beforeEffect: before_effect }),
        ...(in_change === undefined ? {} : { inChange: in_change }),
        ...(last_change === undefined ? {} : { lastChange: last_change }),
      });
    },
    spare: () => fate.spare(),
    disk_full: ({ value }) => fate.diskFull(value),
    wall_clock_jump: ({ value }) => fate.jumpWallTime(Math.round(value * 1000)),
  };
  steps[action.name as keyof DaemonArgs](action.args as never);
}
