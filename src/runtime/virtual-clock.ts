import type { Timer } from "../../hal/clock.ts";
import type { AgendaRank } from "./agenda.ts";
import { Agenda, agendaRank } from "./agenda.ts";
import type { StationClock } from "./station-clock.ts";

/** Virtual wall time begins here whatever the machine's own clock says. */
export const virtualEpochMs = Date.UTC(2026, 0, 1);

const nothing = (): void => {};

/** Time that jumps from one due entry to the next: the same daemon, thousands of times faster than a clock on a wall. */
export class VirtualClock implements StationClock {
  readonly #agenda = new Agenda();
  #nowMs = 0;
  #wallAheadMs = 0;
  #inTurn = false;
  #finish: () => void = () => {};

  nowMs(): number {
    return this.#nowMs;
  }

  wallTimeMs(atMs: number = this.#nowMs): number {
    return virtualEpochMs + this.#wallAheadMs + atMs;
  }

  /** Somebody sets the time of day; what has been measured since the start is not touched by it. */
  jumpWallTime(byMs: number): void {
    this.#wallAheadMs += byMs;
  }

  schedule(name: string, atMs: number, run: () => void): Timer {
    return this.scheduleRanked(name, atMs, agendaRank.other, run);
  }

  scheduleRanked(name: string, atMs: number, rank: AgendaRank, run: () => void): Timer {
    return this.#agenda.add(name, Math.max(atMs, this.#nowMs), rank, run);
  }

  onTurnEnd(finish: () => void): void {
    this.#finish = finish;
  }

  get inTurn(): boolean {
    return this.#inTurn;
  }

  turn(run: () => void): void {
    const wasInTurn = this.#inTurn;
    this.#inTurn = true;
    try {
      run();
      this.#finish();
    } finally {
      this.#inTurn = wasInTurn;
    }
  }

  /** Something in this turn takes its time: it ends later than it began, and so does all that waits for it. */
  stall(forMs: number): void {
    this.#nowMs += forMs;
  }

  /**
   * Runs everything due up to and including `endMs`; `keepGoing` is asked after each turn. The clock then stands at
   * `endMs`, or at the instant of the turn that ended the run.
   */
  runUntil(endMs: number, keepGoing: () => boolean = () => true): void {
    for (let entry = this.#agenda.takeDue(endMs); entry !== undefined; entry = this.#agenda.takeDue(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, entry.atMs);
      this.turn(entry.run ?? nothing);
      if (!keepGoing()) return;
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }
}
