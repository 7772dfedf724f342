/** Why a vehicle does not charge, or has stopped: in words, from the conditions of its EVSE. Pure. */
import type { ChargerStateName } from "../core/session/charger-state.ts";
import { table, wrapped } from "./commands/text.ts";
import type { DatedCondition } from "./condition-watch.ts";
import { duration } from "./quantities.ts";
import { stateWords } from "./state-words.ts";
import type { PresentedToken } from "./station-memory.ts";

export interface WhyFacts {
  readonly evse: string;
  readonly state: ChargerStateName | null;
  readonly stateSinceMs: number;
  readonly conditions: readonly DatedCondition[];
  /** The last one presented here since the vehicle has been there; undefined: none. */
  readonly token: PresentedToken | undefined;
  readonly nowMs: number;
  /** Wall time of an instant, milliseconds since the Unix epoch. */
  readonly wallMs: (atMs: number) => number;
}

/** What keeps it from charging; null: nothing does. */
export function reasonOf({ state, conditions, token, nowMs }: WhyFacts): string | null {
  const missing = conditions.find(({ isMet }) => !isMet);
  if (missing === undefined) return state === "Charging" ? null : "nothing is missing: it is about to charge";
  if (missing.title !== "authorised" || token === undefined) return missing.words;
  const ago = `${duration(nowMs - token.atMs)} ago`;
  if (token.status === "Processing") return `token ${token.value} is being checked, since ${ago}`;
  if (token.status === "Accepted" || token.status === "UsedToStart") return missing.words;
  return `token ${token.value} was not accepted (${token.status}, ${ago}); ${missing.words}`;
}

export function whyLines(facts: WhyFacts, columns: number): readonly string[] {
  const { evse, state, stateSinceMs, conditions, nowMs, wallMs } = facts;
  const reason = reasonOf(facts);
  const words = state === null ? "starting" : stateWords[state].words;
  const rows = conditions.map((condition) => [
    condition.isMet ? "yes" : "NO ",
    clockTime(wallMs(condition.sinceMs), wallMs(nowMs)),
    condition.title,
    condition.words,
  ]);
  return [
    ...wrapped(reason === null ? `${evse} is charging.` : `${evse} does not charge: ${reason}.`, columns, 2),
    ...wrapped(`State: ${words}, for ${duration(nowMs - stateSinceMs)}.`, columns, 2),
    ...table([["met", "since", "what", ""], ...rows], columns),
  ];
}

/** UTC; with the date where it is another day. */
export function clockTime(wallMs: number, nowWallMs: number): string {
  const [date, time] = new Date(wallMs).toISOString().split("T") as [string, string];
  const today = new Date(nowWallMs).toISOString().slice(0, 10);
  return date === today ? time.slice(0, 8) : `${date.slice(5)} ${time.slice(0, 5)}`;
}
