import type { Car } from "../../boards/sim/ev-manager/car.ts";
import type { Operator } from "../console/live-view.ts";
import type { Station } from "../runtime/station.ts";
import { spared } from "./daemon-fate.ts";
import type { StationRequest } from "./operator-action.ts";
import { cardsOf, operatorAction } from "./operator-action.ts";
import { performAction } from "./scenario-steps.ts";

/** Does what the live view asks for, each request in a turn of its own. */
export function createOperator(
  station: Station,
  cars: ReadonlyMap<number, Car>,
  simulate: boolean,
): Omit<Operator, "quit"> {
  return {
    simulate,
    cards: simulate ? cardsOf(station.plans()) : [],
    perform: (request) => performRequest(station, cars, request, () => {}),
  };
}

/** Answers what is wrong with it, or null when it was done; what the station answers is told, perhaps later. */
export function performRequest(
  station: Station,
  cars: ReadonlyMap<number, Car>,
  request: StationRequest,
  told: (result: unknown) => void,
): string | null {
  const outcome = operatorAction(request, {
    plans: () => station.plans(),
    manifest: (id) => station.manifest(id),
    cars: [...cars.keys()],
    wallMs: station.clock.wallTimeMs(),
  });
  if ("complaint" in outcome) return outcome.complaint;
  // A request never ends the daemon: that is what quitting is for.
  station.clock.turn(() => performAction(station, cars, outcome.action, spared, told));
  return null;
}
