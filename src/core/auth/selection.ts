/** Which EVSE a token is for. Source: auth facts, section 4. */
import type { Evse } from "./evse.ts";

export const selectionAlgorithms = ["UserInput", "PlugEvents", "PlugEventsLIFO", "FindFirst"] as const;
export type SelectionAlgorithm = (typeof selectionAlgorithms)[number];

/** An EVSE, or that one has to wait for a plug-in, or that there is none, or that nobody here can choose. */
export type Selection = Evse | "waitForPlugIn" | "none" | "undecidable";

type Rule = (candidates: readonly Evse[], plugIns: readonly number[]) => Selection;

/** The first EVSE of the queue that is a candidate. */
function plugged(candidates: readonly Evse[], queue: readonly number[]): Evse | undefined {
  for (const id of queue) {
    const found = candidates.find((evse) => evse.id === id && !evse.transactionActive);
    if (found !== undefined) return found;
  }
  return undefined;
}

const rules: { readonly [A in SelectionAlgorithm]: Rule } = {
  FindFirst: (candidates, plugIns) => plugged(candidates, plugIns) ?? candidates[0] ?? "none",
  PlugEvents: (candidates, plugIns) => plugged(candidates, plugIns) ?? "waitForPlugIn",
  PlugEventsLIFO: (candidates, plugIns) => plugged(candidates, plugIns.toReversed()) ?? "waitForPlugIn",
  UserInput: () => "undecidable",
};

/**
 * The only candidate is chosen whatever the algorithm, even without a car.
 * `candidates`: available EVSEs in the order the token refers to them; `plugIns`: EVSE ids, oldest first.
 */
export function select(
  algorithm: SelectionAlgorithm,
  candidates: readonly Evse[],
  plugIns: readonly number[],
): Selection {
  const [only, another] = candidates;
  return only !== undefined && another === undefined ? only : rules[algorithm](candidates, plugIns);
}

/** For a token that waits: only a car that has been plugged in ends it, even where one candidate is left. */
export function selectPlugged(
  algorithm: SelectionAlgorithm,
  candidates: readonly Evse[],
  plugIns: readonly number[],
): Evse | undefined {
  return plugged(candidates, algorithm === "PlugEventsLIFO" ? plugIns.toReversed() : plugIns);
}
