/**
 * After the contactor has opened and the supply is off, the voltage at the output goes. Where it stays, the contactor is
 * welded whatever its feedback says, or the supply has not switched off. Source: IEC 61851-23:2023 CC.4.1 and CC.3.
 */
import type { Machine, Step } from "../machine.ts";
import type { Timing } from "../timing.ts";
import { timing as houseTiming } from "../timing.ts";

const safeV = 60;

export type WeldingCheckState =
  | { readonly name: "idle" }
  /** `voltageV`: as measured since the contactor has opened; null before. */
  | { readonly name: "discharging"; readonly voltageV: number | null; readonly endsAtMs: number };

export type WeldingCheckEvent =
  | { readonly type: "opened" }
  /** The contactor is closed, or the supply on again: what there is then, is meant. */
  | { readonly type: "ended" }
  | { readonly type: "supplyMeasured"; readonly voltageV: number }
  | { readonly type: "deadlineReached" };

export interface WeldingCheckEffect {
  readonly type: "stillUnderVoltage";
  readonly voltageV: number;
}

export const initialWeldingCheck: WeldingCheckState = { name: "idle" };

type Outcome = Step<WeldingCheckState, WeldingCheckEffect>;

export function createWeldingCheck(
  timing: Timing = houseTiming,
): Machine<WeldingCheckState, WeldingCheckEvent, WeldingCheckEffect> {
  const stay = (state: WeldingCheckState): Outcome => ({ state, effects: [] });

  return {
    step(state, event, nowMs) {
      if (event.type === "opened") {
        return stay({ name: "discharging", voltageV: null, endsAtMs: nowMs + timing.weldingCheckMs });
      }
      if (event.type === "ended") return stay(initialWeldingCheck);
      if (state.name === "idle") return stay(state);
      if (event.type === "supplyMeasured") {
        if (!Number.isFinite(event.voltageV)) return stay(state);
        return stay(event.voltageV < safeV ? initialWeldingCheck : { ...state, voltageV: event.voltageV });
      }
      if (nowMs < state.endsAtMs) return stay(state);
      // Where nobody measures, nobody can tell: the next cable check asks again.
      const { voltageV } = state;
      return {
        state: initialWeldingCheck,
        effects: voltageV === null ? [] : [{ type: "stillUnderVoltage", voltageV }],
      };
    },
    deadlineMs: (state) => (state.name === "discharging" ? state.endsAtMs : null),
    deadlineReached: { type: "deadlineReached" },
  };
}
