/** The two ends of one power line: what matching tells, and what ends it. */
import * as v from "valibot";
import type { Clock } from "../../../hal/clock.ts";
import type { evSlac } from "../../../hal/ev-slac.ts";
import type { ModuleInstance, Provided } from "../../../hal/module.ts";
import type { CommandHandlers } from "../../../hal/port.ts";
import type { Random } from "../../../hal/random.ts";
import type { slac } from "../../../hal/slac.ts";
import { OwnMachine } from "../own-machine.ts";
import { macAddress } from "./mac-address.ts";
import type { MatchingEffect, MatchingState } from "./matching.ts";
import { matchingMachine, unmatched } from "./matching.ts";

export const powerLineSim = {
  fail_matching: {
    description: "Attempts to match come to nothing, and the station's side asks for the error routine",
    args: v.strictObject({ value: v.optional(v.boolean(), true) }),
  },
  lose_link: { description: "The power line is dead from one moment to the next", args: v.strictObject({}) },
};

export interface Ends {
  readonly station: Provided<typeof slac>;
  readonly vehicle: Provided<typeof evSlac>;
}

interface PowerLine {
  readonly station: CommandHandlers<typeof slac>;
  readonly vehicle: CommandHandlers<typeof evSlac>;
  readonly instance: ModuleInstance;
}

/** When the station's side says that it is matching: as soon as it would, or once it hears a vehicle. */
export type Announcement = "ready" | "heard";

/** `ends` are asked for when something is to be told: they are made from what this answers. */
export function powerLine(
  clock: Clock,
  random: Random,
  ends: () => Ends,
  announces: Announcement = "ready",
): PowerLine {
  const address = macAddress(random);
  const line = new OwnMachine("matching", clock, matchingMachine, unmatched, tell);
  let toldStation: MatchingState = "UNMATCHED";
  const leave = (): void => line.post({ type: "stationLeaves" });

  function tell(effect: MatchingEffect): void {
    const { station, vehicle } = ends();
    switch (effect.type) {
      case "state":
        if (effect.side === "vehicle") vehicle.publish("state", effect.state);
        tellStation(station);
        break;
      case "link":
        if (effect.side === "station") station.publish("dlink_ready", effect.ready);
        else vehicle.publish("dlink_ready", effect.ready);
        break;
      case "matched":
        station.publish("ev_mac_address", address);
        vehicle.publish("ev_mac_address", address);
        break;
      case "failed":
        station.publish("request_error_routine", null);
    }
  }

  function tellStation(station: Ends["station"]): void {
    const { station: state, vehicle } = line.state;
    const isHeard = state !== "MATCHING" || announces === "ready" || vehicle === "MATCHING";
    const now = isHeard ? state : "UNMATCHED";
    if (now !== toldStation) station.publish("state", now);
    toldStation = now;
  }

  return {
    station: {
      enter_bcd: () => line.post({ type: "stationBegins" }),
      reset: ({ enable }) => {
        leave();
        if (enable) line.post({ type: "stationBegins" });
      },
      leave_bcd: leave,
      dlink_terminate: leave,
      dlink_error: leave,
      // The logical network stays, so that the vehicle finds it again when it wakes up.
      dlink_pause: () => undefined,
    },
    vehicle: {
      reset: () => line.post({ type: "vehicleLeaves" }),
      trigger_matching: (_, reply) => {
        const { vehicle } = line.state;
        line.post({ type: "vehicleBegins" });
        reply(vehicle === "UNMATCHED");
      },
    },
    instance: {
      stop: () => line.stop(),
      /** A station that comes back is told where it stands. */
      hostBack() {
        const { station } = ends();
        station.publish("state", toldStation);
        station.publish("dlink_ready", line.state.station === "MATCHED");
      },
      sim: {
        fail_matching: ({ value }: { readonly value: boolean }) => line.post({ type: "failing", value }),
        lose_link: leave,
      },
    },
  };
}
