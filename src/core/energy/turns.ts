/**
 * Who is served first when the minimum currents of all do not fit. The order of the tree alone would let the same
 * vehicles wait for ever: those who wait change places with those who charge.
 */
import type { EnergyEvseState, EnergyFlowRequest } from "./flow.ts";

export interface Turns {
  /** Uuids of the EVSEs, first served first. */
  readonly queue: readonly string[];
  /** The queue after this turn: who waits stands first. */
  readonly next: readonly string[];
  /** Monotonic milliseconds; null while nobody waits. */
  readonly endsAtMs: number | null;
}

export const noTurns: Turns = { queue: [], next: [], endsAtMs: null };

/** A vehicle that asks comes before one that is content, and that one before an empty place. */
function urgency(evseState: EnergyEvseState | undefined): number {
  if (evseState === "Unplugged" || evseState === "Finished" || evseState === "Disabled") return 2;
  return evseState === "PausedEV" ? 1 : 0;
}

/** The order to serve in: by need, then by whose turn it is, then as in the tree. */
export function servingOrder({ queue }: Turns, leaves: readonly EnergyFlowRequest[]): readonly string[] {
  const turn = new Map(queue.map((uuid, index) => [uuid, index]));
  const key = (uuid: string): number => turn.get(uuid) ?? queue.length;
  return leaves
    .toSorted((a, b) => urgency(a.evse_state) - urgency(b.evse_state) || key(a.uuid) - key(b.uuid))
    .map(({ uuid }) => uuid);
}

/** After a round. `served`: the order it was served in; `waiting`: who asks and was crowded out. */
export function nextTurns(
  turns: Turns,
  served: readonly string[],
  waiting: ReadonlySet<string>,
  nowMs: number,
  turnMs: number,
): Turns {
  const { queue, next, endsAtMs } = turns;
  const isOver = endsAtMs !== null && (waiting.size === 0 || nowMs >= endsAtMs);
  if (waiting.size === 0) return isOver ? { queue: next, next, endsAtMs: null } : turns;
  const afterwards = [...served.filter((uuid) => waiting.has(uuid)), ...served.filter((uuid) => !waiting.has(uuid))];
  if (isOver) return { queue: afterwards, next: afterwards, endsAtMs: nowMs + turnMs };
  return endsAtMs === null
    ? { queue: served, next: afterwards, endsAtMs: nowMs + turnMs }
    : { queue, next: afterwards, endsAtMs };
}
