/**
 * Whether somebody watches the isolation while current flows. Source: DC charging facts, section 4; IEC 61851-23:2023
 * 6.3.1.112.
 *
 * A monitor that falls silent is no supervision. One that was paused for precharge, because the vehicle's own disturbs
 * it there, begins again with the load, or soon after where there is hardly any.
 */
import type { Machine, Step } from "../machine.ts";
import type { Timing } from "../timing.ts";
import { timing as houseTiming } from "../timing.ts";

export type IsolationWatchState =
  | { readonly name: "off" }
  | { readonly name: "paused"; readonly endsAtMs: number }
  | { readonly name: "watching"; readonly sampleDueMs: number };

export type IsolationWatchEvent =
  /** Current may flow from now. */
  | { readonly type: "started"; readonly paused: boolean }
  | { readonly type: "stopped" }
  | { readonly type: "sampled" }
  | { readonly type: "powerMeasured"; readonly powerW: number }
  | { readonly type: "deadlineReached" };

export type IsolationWatchEffect = { readonly type: "startMonitor" } | { readonly type: "silent" };

export const initialIsolationWatch: IsolationWatchState = { name: "off" };

/** The load under which the monitor's measurement is the one that counts. */
const loadW = 1000;

type Outcome = Step<IsolationWatchState, IsolationWatchEffect>;

export function createIsolationWatch(
  timing: Timing = houseTiming,
): Machine<IsolationWatchState, IsolationWatchEvent, IsolationWatchEffect> {
  const stay = (state: IsolationWatchState): Outcome => ({ state, effects: [] });
  const watching = (nowMs: number): IsolationWatchState => ({
    name: "watching",
    sampleDueMs: nowMs + timing.isolationSampleGapMs,
  });
  const begun = (nowMs: number): Outcome => ({ state: watching(nowMs), effects: [{ type: "startMonitor" }] });

  return {
    step(state, event, nowMs) {
      switch (event.type) {
        case "started":
          return stay(event.paused ? { name: "paused", endsAtMs: nowMs + timing.isolationPauseMs } : watching(nowMs));
        case "stopped":
          return stay(initialIsolationWatch);
        case "sampled":
          return stay(state.name === "watching" ? watching(nowMs) : state);
        case "powerMeasured":
          return state.name === "paused" && event.powerW > loadW ? begun(nowMs) : stay(state);
        case "deadlineReached":
          if (state.name === "paused" && nowMs >= state.endsAtMs) return begun(nowMs);
          if (state.name === "watching" && nowMs >= state.sampleDueMs) {
            return { state: initialIsolationWatch, effects: [{ type: "silent" }] };
          }
          return stay(state);
      }
    },
    deadlineMs: (state) => (state.name === "off" ? null : state.name === "paused" ? state.endsAtMs : state.sampleDueMs),
    deadlineReached: { type: "deadlineReached" },
  };
}
