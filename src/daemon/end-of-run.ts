import type { Car } from "../../boards/sim/ev-manager/car.ts";
import type { EventLine } from "../runtime/event-line.ts";
import type { Station } from "../runtime/station.ts";

const quietMs = 5000;
const longestMs = 24 * 3_600_000;
const withoutScriptMs = 60_000;

export interface EndOptions {
  /** The run is cut here whatever happens; absent = when everything has come to rest. */
  readonly untilMs: number | undefined;
  /** The instant of the last scenario step; -1 without one. */
  readonly lastStepMs: number;
  readonly hasScripts: boolean;
}

/**
 * When a simulation is over: all scripts and steps have ended and every EVSE has been Idle or Disabled for 5 s since
 * then. Design, section 3.2.
 */
export class EndOfRun {
  /** The clock never runs beyond this. */
  readonly latestMs: number;
  readonly #station: Station;
  readonly #cars: readonly Car[];
  readonly #options: EndOptions;
  readonly #resting = new Map<string, boolean>();
  #quietSinceMs: number | null = null;

  constructor(station: Station, cars: readonly Car[], options: EndOptions) {
    this.#station = station;
    this.#cars = cars;
    this.#options = options;
    this.latestMs = options.untilMs ?? (options.hasScripts ? longestMs : withoutScriptMs);
    for (const plan of station.plans()) if (plan.type === "EvseManager") this.#resting.set(plan.id, false);
    station.onLine((line) => this.#hear(line));
  }

  /** Asked after every turn. */
  isReached(nowMs: number): boolean {
    if (this.#options.untilMs !== undefined || !this.#options.hasScripts) return false;
    if (!this.#isQuiet(nowMs)) {
      this.#quietSinceMs = null;
      return false;
    }
    if (this.#quietSinceMs === null) {
      this.#quietSinceMs = nowMs;
      this.#station.clock.schedule("end of run", nowMs + quietMs, () => {});
    }
    return nowMs - this.#quietSinceMs >= quietMs;
  }

  #isQuiet(nowMs: number): boolean {
    if (nowMs < this.#options.lastStepMs) return false;
    if (this.#cars.some((car) => car.scriptRunning())) return false;
    for (const resting of this.#resting.values()) if (!resting) return false;
    return true;
  }

  #hear(line: EventLine): void {
    if (line.kind !== "state") return;
    const { to } = line.fields as { readonly to: string };
    this.#resting.set(line.module, to === "Idle" || to === "Disabled");
  }
}
