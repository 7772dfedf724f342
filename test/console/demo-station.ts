import { fileURLToPath } from "node:url";
import type { Car } from "../../boards/sim/ev-manager/car.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { compose } from "../../src/daemon/compose.ts";
import type { EventLine } from "../../src/runtime/event-line.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import type { Station } from "../../src/runtime/station.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import { shipped } from "../config/shipped-manifests.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export interface Demo {
  readonly station: Station;
  readonly cars: ReadonlyMap<number, Car>;
  readonly clock: VirtualClock;
  readonly lines: readonly EventLine[];
  run(untilS: number): void;
}

/** A shipped configuration in virtual time, from its start. */
export async function demoStation(name: string, script?: string): Promise<Demo> {
  const loaded = loadConfiguration({
    path: fileURLToPath(new URL(`../../config/${name}`, import.meta.url)),
    lookup: (type) => shipped.find((manifest) => manifest.type === type),
    types: shipped.map(({ type }) => type),
  });
  if (!loaded.ok) throw new Error(`${name} is not sound`);
  const clock = new VirtualClock();
  const { station, cars } = await compose(loaded.configuration, {
    clock,
    log: () => silent,
    random: (stream) => seededRandom(1, stream),
    simulate: true,
  });
  const lines: EventLine[] = [];
  station.onLine((line) => lines.push(line));
  if (script !== undefined) cars.get(1)?.run(script);
  station.ready();
  return { station, cars, clock, lines, run: (untilS) => clock.runUntil(untilS * 1000, () => true) };
}
