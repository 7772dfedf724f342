/** The console of a station: its commands with everything they need of the daemon. */
import type { Car } from "../../boards/sim/ev-manager/car.ts";
import type { CommandContext } from "../console/commands/command.ts";
import type { Run } from "../console/commands/interpreter.ts";
import { createInterpreter } from "../console/commands/interpreter.ts";
import { ConditionWatch } from "../console/condition-watch.ts";
import type { LogLevels, StationFacts } from "../console/console-world.ts";
import { ServiceMode } from "../console/service-mode.ts";
import { StationMemory } from "../console/station-memory.ts";
import type { Station } from "../runtime/station.ts";
import { performRequest } from "./operator.ts";

export interface StationConsole {
  readonly run: Run;
  /** Whoever sat there is gone. */
  left(seat: object): void;
  /** The station has been stopped. */
  stopped(): void;
}

/** Made before the station is ready: it remembers from the first line on. */
export function createConsole(
  station: Station,
  cars: ReadonlyMap<number, Car>,
  facts: StationFacts,
  log: LogLevels,
): StationConsole {
  const memory = new StationMemory(station);
  const service = new ServiceMode(station, memory);
  const context: CommandContext = {
    station,
    memory,
    conditions: new ConditionWatch(station),
    service,
    facts,
    log,
    perform: (request, told) => performRequest(station, cars, request, told),
    async support(file) {
      const { writeSupportArchive } = await import("../console/support-archive.ts");
      return writeSupportArchive(file, { station, memory, facts });
    },
  };
  return {
    run: createInterpreter(context),
    left: (seat) => service.ownerLeft(seat),
    stopped: () => service.forget(),
  };
}
