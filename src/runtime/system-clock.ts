import type { Timer } from "../../hal/clock.ts";
import type { AgendaRank } from "./agenda.ts";
import { Agenda, agendaRank } from "./agenda.ts";
import type { StationClock } from "./station-clock.ts";

/** setTimeout counts in a signed 32-bit number of milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Real time: one operating-system timer, armed for the earliest entry. `speed` makes it run faster than a clock on a
 * wall (simulation only). `onLateness` hears how late each entry ran, in real milliseconds.
 */
export class SystemClock implements StationClock {
  readonly #agenda = new Agenda();
  readonly #speed: number;
  readonly #startedMs = performance.now();
  readonly #startedWallMs = Date.now();
  readonly #onLateness: (latenessMs: number, name: string) => void;
  #finish: () => void = () => {};
  #timer: NodeJS.Timeout | null = null;
  #armedMs = Number.POSITIVE_INFINITY;
  #running = false;
  #stopped = false;

  constructor(options: { speed?: number; onLateness?: (latenessMs: number, name: string) => void } = {}) {
    this.#speed = options.speed ?? 1;
    this.#onLateness = options.onLateness ?? ((): void => {});
  }

  nowMs(): number {
    return (performance.now() - this.#startedMs) * this.#speed;
  }

  /** Follows the clock of the machine, which may be set right long after the start; a hurried one goes its own way. */
  wallTimeMs(atMs?: number): number {
    const nowMs = this.nowMs();
    const wallNowMs = this.#speed === 1 ? Date.now() : this.#startedWallMs + nowMs;
    return Math.round(wallNowMs + (atMs ?? nowMs) - nowMs);
  }

  schedule(name: string, atMs: number, run: () => void): Timer {
    return this.scheduleRanked(name, atMs, agendaRank.other, run);
  }

  scheduleRanked(name: string, atMs: number, rank: AgendaRank, run: () => void): Timer {
    const entry = this.#agenda.add(name, atMs, rank, run);
    if (!this.#running && atMs < this.#armedMs) this.#arm();
    return entry;
  }

  onTurnEnd(finish: () => void): void {
    this.#finish = finish;
  }

  get inTurn(): boolean {
    return this.#running;
  }

  turn(run: () => void): void {
    const outermost = !this.#running;
    this.#running = true;
    try {
      run();
      this.#finish();
    } finally {
      if (outermost) {
        this.#running = false;
        this.#arm();
      }
    }
  }

  /** No entry runs any more. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  pending(): { name: string; atMs: number }[] {
    return this.#agenda.pending();
  }

  #arm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#armedMs = Number.POSITIVE_INFINITY;
    const next = this.#agenda.peek();
    if (next === undefined || this.#stopped) return;
    this.#armedMs = next.atMs;
    const delayMs = Math.max(0, (next.atMs - this.nowMs()) / this.#speed);
    this.#timer = setTimeout(() => this.#runDue(), Math.min(delayMs, longestTimerMs));
  }

  #runDue(): void {
    this.#timer = null;
    this.#running = true;
    try {
      const nowMs = this.nowMs();
      for (let entry = this.#agenda.takeDue(nowMs); entry !== undefined; entry = this.#agenda.takeDue(nowMs)) {
        this.#onLateness((nowMs - entry.atMs) / this.#speed, entry.name);
        entry.run?.();
        this.#finish();
        if (this.#stopped) return;
      }
    } finally {
      this.#running = false;
      this.#arm();
    }
  }
}
