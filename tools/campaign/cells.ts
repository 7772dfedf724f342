/** Which cells of the machines' tables a campaign has come through. */
import type { ChargerStateName } from "../../src/core/session/charger-state.ts";
import { chargerStates } from "../../src/core/session/charger-state.ts";
import type { Cell, Row } from "../../src/core/session/charger-table.ts";
import { chargerTable, ignored } from "../../src/core/session/charger-table.ts";
import type { EventLine } from "../../src/runtime/event-line.ts";

export type CellCounts = Readonly<Record<string, number>>;

type AnyCell = Cell<never>;

/** Every cell (state x event) of the charger that does something. */
export function allCells(): string[] {
  return chargerStates.flatMap((state) =>
    Object.entries(chargerTable[state])
      .filter(([, cell]) => cell !== ignored)
      .map(([event]) => nameOf(state, event)),
  );
}

const nameOf = (state: ChargerStateName, event: string): string => `${state} x ${event}`;

/** Counts from now on, in this process. */
export class CellCounter {
  #counts: Record<string, number> = {};

  constructor() {
    for (const state of chargerStates) {
      const counted = Object.entries(chargerTable[state]).map(([event, cell]) => [
        event,
        this.#counting(state, event, cell),
      ]);
      // The tables are read-only by type only; rows may share their object with others, so that each is replaced.
      (chargerTable as Record<ChargerStateName, Row>)[state] = Object.fromEntries(counted) as Row;
    }
  }

  hear({ kind, fields }: EventLine): void {
    if (kind !== "cp") return;
    const { from, to } = fields as { readonly from: string; readonly to: string };
    this.#count(`pilot ${from} to ${to}`);
  }

  /** What was counted since the last time. */
  take(): CellCounts {
    const counts = this.#counts;
    this.#counts = {};
    return counts;
  }

  #counting(state: ChargerStateName, event: string, cell: AnyCell): AnyCell {
    if (cell === (ignored as AnyCell)) return cell;
    const name = nameOf(state, event);
    return (d, given) => {
      this.#count(name);
      cell(d, given);
    };
  }

  #count(name: string): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
  }
}
