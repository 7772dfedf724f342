/** Since when each condition of charging has held, or has not: looked at whenever something is told of its connector. */
import type { Condition } from "../core/condition.ts";
import type { EventLine } from "../runtime/event-line.ts";
import type { Station } from "../runtime/station.ts";

export interface DatedCondition extends Condition {
  readonly sinceMs: number;
}

/** Lines that come all the time and change no condition. */
const idleKinds: readonly string[] = ["powermeter", "pilot", "meter", "energy", "supply", "imd", "ovm", "random_delay"];

/** Pure: the conditions as they are now, each with the time since when it has been so. */
export function dated(
  before: readonly DatedCondition[],
  now: readonly Condition[],
  nowMs: number,
): readonly DatedCondition[] {
  return now.map((condition) => {
    const known = before.find(({ title }) => title === condition.title);
    return { ...condition, sinceMs: known?.isMet === condition.isMet ? known.sinceMs : nowMs };
  });
}

export class ConditionWatch {
  readonly #station: Station;
  readonly #boards: ReadonlyMap<string, string | undefined>;
  readonly #known = new Map<string, readonly DatedCondition[]>();

  constructor(station: Station) {
    this.#station = station;
    const evses = station.plans().filter(({ type }) => type === "EvseManager");
    this.#boards = new Map(evses.map(({ id, connections }) => [id, connections.bsp?.[0]?.moduleId]));
    const owners = new Map<string, string[]>();
    for (const { id, connections } of evses) {
      const parts = Object.values(connections).flatMap((targets) => targets.map(({ moduleId }) => moduleId));
      for (const part of new Set([id, ...parts])) owners.set(part, [...(owners.get(part) ?? []), id]);
    }
    station.onLine(({ module, kind }: EventLine) => {
      if (idleKinds.includes(kind)) return;
      for (const evse of owners.get(module) ?? []) this.of(evse);
    });
  }

  /** Of an EVSE, in the order in which they matter: the first that is not met is the reason. */
  of(evse: string): readonly DatedCondition[] {
    const board = this.#boards.get(evse);
    const own = this.#station.instance(evse)?.conditions?.() ?? [];
    const itsBoard = board === undefined ? [] : (this.#station.instance(board)?.conditions?.() ?? []);
    // The contactor comes last, and what its board says of it right before.
    const now = [...own.slice(0, -1), ...itsBoard, ...own.slice(-1)];
    const conditions = dated(this.#known.get(evse) ?? [], now, this.#station.clock.nowMs());
    this.#known.set(evse, conditions);
    return conditions;
  }
}
