/**
 * Precharge: the supply comes to the voltage of the battery before the vehicle closes its own contactor onto it. Source:
 * DC charging facts, section 2; IEC 61851-23:2023 CC.4.2: at most 20 V apart.
 */
import type { Machine, Step } from "../machine.ts";
import type { Timing } from "../timing.ts";
import { timing as houseTiming } from "../timing.ts";

const mostDifferenceV = 20;

export type PrechargeState =
  | { readonly name: "idle" }
  /** The vehicle has not told its voltage yet, or the supply is not there. */
  | {
      readonly name: "raising";
      readonly targetV: number | null;
      readonly presentV: number | null;
      readonly endsAtMs: number;
      readonly unusedAtMs: number;
    }
  /** The vehicle may close its contactor; until it takes power the voltage is there for nobody. */
  | { readonly name: "reached"; readonly endsAtMs: number };

export type PrechargeEvent =
  | { readonly type: "started" }
  | { readonly type: "targetTold"; readonly voltageV: number }
  | { readonly type: "supplyMeasured"; readonly voltageV: number }
  /** Charging has begun, or the session is over. */
  | { readonly type: "ended" }
  | { readonly type: "deadlineReached" };

export type PrechargeEffect =
  | { readonly type: "reached"; readonly voltageV: number }
  | { readonly type: "failed"; readonly targetV: number | null; readonly presentV: number | null }
  | { readonly type: "unused" };

type Outcome = Step<PrechargeState, PrechargeEffect>;

export const initialPrecharge: PrechargeState = { name: "idle" };

export function createPrechargeMachine(
  timing: Timing = houseTiming,
): Machine<PrechargeState, PrechargeEvent, PrechargeEffect> {
  const stay = (state: PrechargeState): Outcome => ({ state, effects: [] });

  function judged(state: Extract<PrechargeState, { readonly name: "raising" }>): Outcome {
    const { targetV, presentV } = state;
    if (targetV === null || presentV === null || Math.abs(targetV - presentV) >= mostDifferenceV) return stay(state);
    return {
      state: { name: "reached", endsAtMs: state.unusedAtMs },
      effects: [{ type: "reached", voltageV: presentV }],
    };
  }

  function step(state: PrechargeState, event: PrechargeEvent, nowMs: number): Outcome {
    if (event.type === "ended") return stay(initialPrecharge);
    if (event.type === "started") {
      if (state.name === "raising") return stay(state);
      return stay({
        name: "raising",
        targetV: null,
        presentV: null,
        endsAtMs: nowMs + timing.prechargeMs,
        unusedAtMs: nowMs + timing.prechargeUnusedMs,
      });
    }
    if (state.name === "reached" && event.type === "deadlineReached" && nowMs >= state.endsAtMs) {
      return { state: initialPrecharge, effects: [{ type: "unused" }] };
    }
    if (state.name !== "raising") return stay(state);
    switch (event.type) {
      case "targetTold":
        return judged({ ...state, targetV: event.voltageV });
      case "supplyMeasured":
        return Number.isFinite(event.voltageV) ? judged({ ...state, presentV: event.voltageV }) : stay(state);
      case "deadlineReached": {
        const { targetV, presentV, endsAtMs } = state;
        if (nowMs < endsAtMs) return stay(state);
        return { state: initialPrecharge, effects: [{ type: "failed", targetV, presentV }] };
      }
    }
  }

  return {
    step,
    deadlineMs: (state) => (state.name === "idle" ? null : state.endsAtMs),
    deadlineReached: { type: "deadlineReached" },
  };
}
