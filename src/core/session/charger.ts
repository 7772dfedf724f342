import { InternalError } from "../errors.ts";
import type { Machine } from "../machine.ts";
import type { Timing } from "../timing.ts";
import { timing as houseTiming } from "../timing.ts";
import type { Draft } from "./charger-draft.ts";
import { publishLimits } from "./charger-limits.ts";
import { chargerSpecs, switchPendingPhases } from "./charger-specs.ts";
import type { ChargerEffect, ChargerEvent, ChargerOptions, ChargerState, ChargerStateName } from "./charger-state.ts";
import { chargerTable } from "./charger-table.ts";

/** More guard passes than states in one step: two states hand the session to each other for ever. */
const mostPasses = 30;

function enter(d: Draft, to: ChargerStateName): void {
  const from = d.s.name;
  chargerSpecs[from].exit?.(d);
  d.s.name = to;
  d.out.push({ kind: "state", from, to });
  chargerSpecs[to].enter(d);
}

/** Follows the guards until the state holds. */
function settle(d: Draft): void {
  for (let pass = 0; pass < mostPasses; pass++) {
    const spec = chargerSpecs[d.s.name];
    const guard = spec.guards.find((candidate) => candidate.when(d));
    if (guard === undefined) {
      spec.upkeep?.(d);
      return;
    }
    guard.do?.(d);
    if (guard.to !== undefined) enter(d, typeof guard.to === "function" ? guard.to(d) : guard.to);
  }
  throw new InternalError("charger_unsettled", `the charger does not come to rest in ${d.s.name}`);
}

/** In Charging the contactor may be on its way; SwitchPhases keeps its own time. */
function maySwitchPhases({ s }: Draft): boolean {
  return s.contactorReleased && s.name !== "Charging" && s.name !== "SwitchPhases";
}

/**
 * The charging session of one EVSE, from plug-in to unplug. Events become facts (the table); guards over the facts lead
 * from state to state (the specs). `timing` is a parameter for tests alone.
 */
export function chargerMachine(
  options: ChargerOptions,
  timing: Timing = houseTiming,
): Machine<ChargerState, ChargerEvent, ChargerEffect> {
  return {
    step(state, event, nowMs) {
      const d: Draft = { s: { ...state }, out: [], nowMs, options, timing };
      (chargerTable[d.s.name][event.kind] as (d: Draft, event: ChargerEvent) => void)(d, event);
      if (d.s.started) {
        if (!state.started) {
          d.out.push({ kind: "state", from: null, to: "Idle" });
          chargerSpecs.Idle.enter(d);
        }
        const requested = d.s.requestedState;
        d.s.requestedState = null;
        // Before anything closes: a contactor that closes finds the phases it is to close on.
        if (maySwitchPhases(d)) switchPendingPhases(d);
        if (requested !== null) enter(d, requested);
        settle(d);
        if (maySwitchPhases(d)) switchPendingPhases(d);
      }
      publishLimits(d);
      return { state: d.s, effects: d.out };
    },
    deadlineMs(state) {
      let first: number | null = null;
      for (const atMs of Object.values(state.deadlines)) if (first === null || atMs < first) first = atMs;
      return first;
    },
    deadlineReached: { kind: "deadlineReached" },
  };
}
