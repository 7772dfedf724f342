/**
 * When the watchdog of the service manager is fed: by what has really gone on, never by a bare interval. Every check goes
 * through the ordered queue, behind everything that waits there, and asks every module whether it gets on; who comes back
 * late, or hears that something stands still, feeds nothing. A few such checks fit into one interval of the watchdog, so that
 * one pause costs nothing and a station that does not get on any more is killed.
 */
import type { Machine } from "../core/machine.ts";

export interface WatchdogState {
  /** `starting`: not ready yet, and not watched. */
  readonly name: "starting" | "watched" | "stopped";
  /** When the check is, or was, due. */
  readonly checkAtMs: number;
  /** The check is on its way through the queue. */
  readonly asked: boolean;
  /** It has been told that it is not fed. */
  readonly unfed: boolean;
}

export type WatchdogEvent =
  | { readonly type: "deadlineReached" }
  /** The check has come through the queue. `waitsFor`: what is missing at the start; `stalled`: what stands still. */
  | { readonly type: "drained"; readonly waitsFor: string | null; readonly stalled: string | null }
  | { readonly type: "stopped" };

export type WatchdogEffect =
  | { readonly type: "ask" }
  | { readonly type: "ready" }
  | { readonly type: "feed" }
  | { readonly type: "unfed"; readonly why: string }
  | { readonly type: "fedAgain" };

type Step = ReturnType<Machine<WatchdogState, WatchdogEvent, WatchdogEffect>["step"]>;

export const unstartedWatchdog: WatchdogState = { name: "starting", checkAtMs: 0, asked: false, unfed: false };

const stay = (state: WatchdogState): Step => ({ state, effects: [] });

/** `intervalMs`: the watchdog bites when it has not been fed for this long. */
export function watchdog(intervalMs: number): Machine<WatchdogState, WatchdogEvent, WatchdogEffect> {
  const checkMs = intervalMs / 4;
  /** While it starts, and while something is wrong. */
  const soonMs = intervalMs / 20;
  const latestMs = intervalMs / 8;

  function check(state: WatchdogState, nowMs: number): Step {
    if (nowMs < state.checkAtMs) return stay(state);
    if (!state.asked) return { state: { ...state, asked: true }, effects: [{ type: "ask" }] };
    if (nowMs < state.checkAtMs + latestMs) return stay(state);
    return notFed(state, "the event queue does not get on");
  }

  function notFed(state: WatchdogState, why: string): Step {
    if (state.unfed || state.name === "starting") return stay({ ...state, unfed: true });
    return { state: { ...state, unfed: true }, effects: [{ type: "unfed", why }] };
  }

  function judge(before: WatchdogState, waitsFor: string | null, stalled: string | null, nowMs: number): Step {
    const lateMs = nowMs - before.checkAtMs;
    const state: WatchdogState = { ...before, asked: false, checkAtMs: nowMs + soonMs };
    if (lateMs > latestMs) return notFed(state, `the event loop is ${Math.round(lateMs)} ms late`);
    if (stalled !== null) return notFed(state, stalled);
    if (state.name === "starting" && waitsFor !== null) return stay({ ...state, unfed: false });
    const effects: WatchdogEffect[] = [];
    if (state.name === "starting") effects.push({ type: "ready" });
    else if (state.unfed) effects.push({ type: "fedAgain" });
    effects.push({ type: "feed" });
    return { state: { name: "watched", asked: false, unfed: false, checkAtMs: nowMs + checkMs }, effects };
  }

  return {
    deadlineReached: { type: "deadlineReached" },
    step(state, event, nowMs) {
      if (state.name === "stopped") return stay(state);
      switch (event.type) {
        case "deadlineReached":
          return check(state, nowMs);
        case "drained":
          return state.asked ? judge(state, event.waitsFor, event.stalled, nowMs) : stay(state);
        case "stopped":
          return stay({ ...state, name: "stopped" });
      }
    },
    deadlineMs({ name, checkAtMs, asked, unfed }) {
      if (name === "stopped") return null;
      if (!asked) return checkAtMs;
      return unfed ? null : checkAtMs + latestMs;
    },
  };
}
