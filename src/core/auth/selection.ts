/** Which EVSE a token is for. Source: auth facts, section 4. */
import type { Evse } from "./evse.ts";

export const selectionAlgorithms = ["UserInput", "PlugEvents", "PlugEventsLIFO", "FindFirst"] as const;
export type SelectionAlgorithm = (typeof selectionAlgorithms)[number];

/**
 * FindFirst: the only candidate, else the one whose car has waited longest, else the first. It never waits.
 * `candidates`: available EVSEs in the order the token refers to them; `plugIns`: EVSE ids, oldest first.
 */
export function findFirst(candidates: readonly Evse[], plugIns: readonly number[]): Evse | undefined {
  if (candidates.length === 1) return candidates[0];
  for (const id of plugIns) {
    const plugged = candidates.find((evse) => evse.id === id && !evse.transactionActive);
    if (plugged !== undefined) return plugged;
  }
  return candidates[0];
}
