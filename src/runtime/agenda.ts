import TinyQueue from "tinyqueue";
import type { Timer } from "../../hal/clock.ts";

/** The fixed order of equal instants: scenario steps, then machine deadlines, then the rest as it was scheduled. */
export const agendaRank = { scenario: 0, deadline: 1, other: 2 } as const;
export type AgendaRank = (typeof agendaRank)[keyof typeof agendaRank];

export interface AgendaEntry extends Timer {
  readonly name: string;
  readonly atMs: number;
  readonly rank: AgendaRank;
  readonly sequence: number;
  run: (() => void) | null;
}

function byInstant(a: AgendaEntry, b: AgendaEntry): number {
  return a.atMs - b.atMs || a.rank - b.rank || a.sequence - b.sequence;
}

/** Everything that is due at some instant, in the one order both clocks share. */
export class Agenda {
  readonly #queue = new TinyQueue<AgendaEntry>([], byInstant);
  #sequence = 0;

  add(name: string, atMs: number, rank: AgendaRank, run: () => void): AgendaEntry {
    const entry: AgendaEntry = {
      name,
      atMs,
      rank,
      sequence: this.#sequence++,
      run,
      cancel(): void {
        this.run = null;
      },
    };
    this.#queue.push(entry);
    return entry;
  }

  /** The next entry that was not cancelled, left in place. */
  peek(): AgendaEntry | undefined {
    let next = this.#queue.peek();
    while (next !== undefined && next.run === null) {
      this.#queue.pop();
      next = this.#queue.peek();
    }
    return next;
  }

  /** Takes the next entry if it is due at `nowMs`. */
  takeDue(nowMs: number): AgendaEntry | undefined {
    const next = this.peek();
    if (next === undefined || next.atMs > nowMs) return undefined;
    return this.#queue.pop();
  }

  /** What the process waits for, earliest first; for diagnostics. */
  pending(): { name: string; atMs: number }[] {
    return this.#queue.data
      .filter((entry) => entry.run !== null)
      .sort(byInstant)
      .map(({ name, atMs }) => ({ name, atMs }));
  }
}
