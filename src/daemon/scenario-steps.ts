import type { Car } from "../../boards/sim/ev-manager/car.ts";
import { agendaRank } from "../runtime/agenda.ts";
import type { Station } from "../runtime/station.ts";
import type { ScenarioStep } from "./scenario.ts";

/** Puts the steps of a scenario on the station's clock, before everything else of the same instant, in file order. */
export function scheduleSteps(
  station: Station,
  cars: ReadonlyMap<number, Car>,
  steps: readonly ScenarioStep[],
  kill: () => void,
): void {
  for (const step of steps) {
    station.clock.scheduleRanked("scenario", step.atMs, agendaRank.scenario, () => perform(station, cars, step, kill));
  }
}

function perform(station: Station, cars: ReadonlyMap<number, Car>, step: ScenarioStep, kill: () => void): void {
  const { action } = step;
  switch (action.kind) {
    case "ev":
      cars.get(action.connector)?.run(action.script);
      return;
    case "command":
      command(station, action);
      return;
    case "publish":
      station.publish(action.module, action.implementation, action.variable, action.value);
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
      if (action.module === "evsed") daemonStep(station, action, kill);
      else station.instance(action.module)?.sim?.[action.name]?.(action.args as never);
  }
}

function command(
  station: Station,
  { module, implementation, name, args }: Extract<ScenarioStep["action"], { kind: "command" }>,
): void {
  const tell = (result: unknown): void => station.emit(module, "command_result", { implementation, name, result });
  const answers = station.manifest(module)?.provides[implementation]?.port.commands[name]?.result !== undefined;
  station.command(module, implementation, name, args, answers ? tell : (): void => {});
  if (!answers) tell(null);
}

function daemonStep(
  station: Station,
  { name, args }: Extract<ScenarioStep["action"], { kind: "sim" }>,
  kill: () => void,
): void {
  if (name === "kill") {
    kill();
    return;
  }
  // The world goes on; what the station would have heard waits, as behind a main loop that is busy.
  const { value } = args as { readonly value: number };
  station.queue.hold(true);
  station.clock.schedule("block_main", station.clock.nowMs() + value * 1000, () => station.queue.hold(false));
}
