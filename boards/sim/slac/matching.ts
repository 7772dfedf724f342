/**
 * Matching on the power line as both sides see it: it succeeds some time after both have begun. There is no crosstalk
 * and nobody else on this line. Pure.
 *
 * Source: simulation facts, section 4 (eight ticks of 250 ms, and the one that notices).
 */
import type { Machine, Step } from "../../../src/core/machine.ts";

export const matchingMs = 2250;

export type MatchingState = "UNMATCHED" | "MATCHING" | "MATCHED";

export interface Matching {
  readonly station: MatchingState;
  readonly vehicle: MatchingState;
  readonly decidedAtMs: number | null;
  /** Injected: the next attempts come to nothing. */
  readonly fails: boolean;
}

export const unmatched: Matching = { station: "UNMATCHED", vehicle: "UNMATCHED", decidedAtMs: null, fails: false };

export type MatchingEvent =
  | { readonly type: "stationBegins" }
  | { readonly type: "stationLeaves" }
  | { readonly type: "vehicleBegins" }
  | { readonly type: "vehicleLeaves" }
  | { readonly type: "failing"; readonly value: boolean }
  | { readonly type: "deadlineReached" };

export type MatchingEffect =
  | { readonly type: "state"; readonly side: "station" | "vehicle"; readonly state: MatchingState }
  | { readonly type: "link"; readonly side: "station" | "vehicle"; readonly ready: boolean }
  | { readonly type: "matched" }
  | { readonly type: "failed" };

type Side = "station" | "vehicle";

const otherSide = (side: Side): Side => (side === "station" ? "vehicle" : "station");

function begins(matching: Matching, side: Side, nowMs: number): Step<Matching, MatchingEffect> {
  if (matching[side] !== "UNMATCHED") return { state: matching, effects: [] };
  const both = matching[otherSide(side)] === "MATCHING";
  return {
    state: { ...matching, [side]: "MATCHING", decidedAtMs: both ? nowMs + matchingMs : null },
    effects: [{ type: "state", side, state: "MATCHING" }],
  };
}

/** A link that is gone is gone for both; a vehicle that still looks for one goes on looking. */
function leaves(matching: Matching, side: Side): Step<Matching, MatchingEffect> {
  const other = otherSide(side);
  const sides: Side[] = matching[other] === "MATCHED" ? [side, other] : [side];
  const left = sides.filter((one) => matching[one] !== "UNMATCHED");
  return {
    state: { ...matching, ...Object.fromEntries(left.map((one) => [one, "UNMATCHED"])), decidedAtMs: null },
    effects: left.flatMap((one): MatchingEffect[] => [
      { type: "state", side: one, state: "UNMATCHED" },
      { type: "link", side: one, ready: false },
    ]),
  };
}

function decided(matching: Matching): Step<Matching, MatchingEffect> {
  if (matching.decidedAtMs === null) return { state: matching, effects: [] };
  const state = matching.fails ? "UNMATCHED" : "MATCHED";
  const both: MatchingEffect[] = [
    { type: "state", side: "station", state },
    { type: "state", side: "vehicle", state },
  ];
  const outcome: MatchingEffect[] = matching.fails
    ? [{ type: "failed" }]
    : [
        { type: "matched" },
        { type: "link", side: "station", ready: true },
        { type: "link", side: "vehicle", ready: true },
      ];
  return {
    state: { ...matching, station: state, vehicle: state, decidedAtMs: null },
    effects: [...both, ...outcome],
  };
}

export const matchingMachine: Machine<Matching, MatchingEvent, MatchingEffect> = {
  step(matching, event, nowMs) {
    switch (event.type) {
      case "stationBegins":
        return begins(matching, "station", nowMs);
      case "vehicleBegins":
        return begins(matching, "vehicle", nowMs);
      case "stationLeaves":
        return leaves(matching, "station");
      case "vehicleLeaves":
        return leaves(matching, "vehicle");
      case "failing":
        return { state: { ...matching, fails: event.value }, effects: [] };
      case "deadlineReached":
        return decided(matching);
    }
  },
  deadlineMs: ({ decidedAtMs }) => decidedAtMs,
  deadlineReached: { type: "deadlineReached" },
};
