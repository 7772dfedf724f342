import type { Car } from "../../boards/sim/ev-manager/car.ts";
import type { Operator } from "../console/live-view.ts";
import type { Station } from "../runtime/station.ts";
import { spared } from "./daemon-fate.ts";
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
    perform(request) {
      const outcome = operatorAction(request, {
        plans: () => station.plans(),
        manifest: (id) => station.manifest(id),
        cars: [...cars.keys()],
        wallMs: station.clock.wallTimeMs(),
      });
      if ("complaint" in outcome) return outcome.complaint;
      // A request never ends the daemon: that is what quitting is for.
      station.clock.turn(() => performAction(station, cars, outcome.action, spared));
      return null;
    },
  };
}
