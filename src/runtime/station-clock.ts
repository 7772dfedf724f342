import type { Clock, Timer } from "../../hal/clock.ts";
import type { AgendaRank } from "./agenda.ts";

/** The clock as the runtime sees it: with the order of equal instants and a place to finish each turn. */
export interface StationClock extends Clock {
  scheduleRanked(name: string, atMs: number, rank: AgendaRank, run: () => void): Timer;
  /** Called after everything that runs by this clock; the ordered queue is emptied here. */
  onTurnEnd(finish: () => void): void;
  /** A turn runs at this moment, so that its end is still to come. */
  readonly inTurn: boolean;
  /** Runs `run` as a turn of its own: for callbacks of the operating system. */
  turn(run: () => void): void;
}
