/** The clock of the machine, set from outside. Source: Charge Control C facts, section 10. */
import type { Machine } from "../machine.ts";
import type { ProgramEvent, ProgramRun } from "./program-run.ts";
import { timing } from "./timing.ts";

/** Those who wait, by the run that sets the time for them. */
export interface SystemTimeState {
  readonly run: number;
  readonly waiting: readonly { readonly replyId: number; readonly run: number; readonly untilMs: number }[];
}

export type SystemTimeEvent =
  | ProgramEvent
  /** `wallMs`: what the machine takes the time to be. */
  | { readonly type: "requested"; readonly replyId: number; readonly timestamp: string; readonly wallMs: number }
  | { readonly type: "deadlineReached" };

export type SystemTimeEffect =
  | ProgramRun
  | { readonly type: "stop"; readonly run: number }
  | { readonly type: "answer"; readonly replyId: number; readonly isSet: boolean };

export const initialSystemTimeState: SystemTimeState = { run: 0, waiting: [] };

/** What timedated says where it takes the time from the network: that is the better one. */
const alreadySynchronised = /automatic time synchroni[sz]ation is enabled|EALREADY/i;

export function setTime(wallMs: number): { program: string; args: string[] } {
  const args = ["call", "org.freedesktop.timedate1", "/org/freedesktop/timedate1", "org.freedesktop.timedate1"];
  // Microseconds since the epoch; not relative; without asking anybody for a password.
  return { program: "busctl", args: [...args, "SetTime", "xbb", `${wallMs}000`, "false", "false"] };
}

export function createSystemTimeMachine(
  minDeviationMs: number,
): Machine<SystemTimeState, SystemTimeEvent, SystemTimeEffect> {
  return {
    step(state, event, nowMs) {
      switch (event.type) {
        case "requested": {
          const { replyId, wallMs } = event;
          const wantedMs = Date.parse(event.timestamp);
          if (Math.abs(wantedMs - wallMs) < minDeviationMs) {
            return { state, effects: [{ type: "answer", replyId, isSet: true }] };
          }
          const run = state.run + 1;
          const waiting = [...state.waiting, { replyId, run, untilMs: nowMs + timing.setTimeMs }];
          return { state: { run, waiting }, effects: [{ type: "run", run, ...setTime(wantedMs) }] };
        }
        case "programEnded": {
          const found = state.waiting.find(({ run }) => run === event.run);
          if (found === undefined) return { state, effects: [] };
          const isSet = event.code === 0 || alreadySynchronised.test(event.output);
          const waiting = state.waiting.filter((other) => other !== found);
          return { state: { ...state, waiting }, effects: [{ type: "answer", replyId: found.replyId, isSet }] };
        }
        case "deadlineReached": {
          const late = state.waiting.filter(({ untilMs }) => untilMs <= nowMs);
          return {
            state: { ...state, waiting: state.waiting.filter(({ untilMs }) => untilMs > nowMs) },
            effects: late.flatMap(({ replyId, run }): SystemTimeEffect[] => [
              { type: "stop", run },
              { type: "answer", replyId, isSet: false },
            ]),
          };
        }
        case "programPrinted":
          return { state, effects: [] };
      }
    },
    deadlineMs: ({ waiting }) => (waiting.length === 0 ? null : Math.min(...waiting.map(({ untilMs }) => untilMs))),
    deadlineReached: { type: "deadlineReached" },
  };
}
