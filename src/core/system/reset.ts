/**
 * Ends the daemon or restarts the machine, and says afterwards why it was started. Source: Charge Control C facts, section 10.
 */
import type { Machine, Step } from "../machine.ts";
import type { ProgramRun } from "./program-run.ts";
import { reboot } from "./program-run.ts";
import { timing } from "./timing.ts";

export const resetKinds = ["Soft", "Hard", "NotSpecified"] as const;
export type ResetKind = (typeof resetKinds)[number];

export const bootReasons = [
  "ApplicationReset",
  "FirmwareUpdate",
  "LocalReset",
  "PowerUp",
  "RemoteReset",
  "ScheduledReset",
  "Triggered",
  "Unknown",
  "Watchdog",
] as const;
export type BootReason = (typeof bootReasons)[number];

export interface ResetOptions {
  readonly delayMs: number;
  readonly hasStore: boolean;
}

/** Somebody asked why the machine was started. */
interface Question {
  readonly replyId: number;
  readonly untilMs: number;
}

export interface ResetState {
  /** This start is the first one after an update. */
  readonly isUpdated: boolean;
  readonly questions: readonly Question[];
  readonly reset: { readonly kind: ResetKind; readonly atMs: number } | null;
  readonly run: number;
}

export type ResetEvent =
  | { readonly type: "started"; readonly isUpdated: boolean }
  | { readonly type: "resetRequested"; readonly kind: ResetKind }
  | { readonly type: "reasonRequested"; readonly replyId: number }
  /** What stood in the store and does not any more. */
  | { readonly type: "reasonLoaded"; readonly reason: unknown }
  | { readonly type: "deadlineReached" };

export type ResetEffect =
  | ProgramRun
  | { readonly type: "storeReason"; readonly reason: BootReason }
  | { readonly type: "takeReason" }
  | { readonly type: "answerReason"; readonly replyId: number; readonly reason: BootReason }
  | { readonly type: "endDaemon" };

type Outcome = Step<ResetState, ResetEffect>;

export const initialResetState: ResetState = { isUpdated: false, questions: [], reset: null, run: 0 };

const isReason = (value: unknown): value is BootReason => (bootReasons as readonly unknown[]).includes(value);

export function createResetMachine({ delayMs, hasStore }: ResetOptions): Machine<ResetState, ResetEvent, ResetEffect> {
  const otherwise = ({ isUpdated }: ResetState): BootReason => (isUpdated ? "FirmwareUpdate" : "PowerUp");

  function requested(state: ResetState, kind: ResetKind, nowMs: number): Outcome {
    // The harder one counts, at the time of the first.
    const reset = { kind: state.reset?.kind === "Hard" ? "Hard" : kind, atMs: state.reset?.atMs ?? nowMs + delayMs };
    const isFirst = state.reset === null && hasStore;
    return { state: { ...state, reset }, effects: isFirst ? [{ type: "storeReason", reason: "RemoteReset" }] : [] };
  }

  function asked(state: ResetState, replyId: number, nowMs: number): Outcome {
    if (!hasStore) return { state, effects: [{ type: "answerReason", replyId, reason: otherwise(state) }] };
    const questions = [...state.questions, { replyId, untilMs: nowMs + timing.storeMs }];
    return { state: { ...state, questions }, effects: [{ type: "takeReason" }] };
  }

  function deadlineReached(state: ResetState, nowMs: number): Outcome {
    const effects = state.questions
      .filter(({ untilMs }) => untilMs <= nowMs)
      .map(({ replyId }): ResetEffect => ({ type: "answerReason", replyId, reason: otherwise(state) }));
    const questions = state.questions.filter(({ untilMs }) => untilMs > nowMs);
    const { reset } = state;
    if (reset === null || nowMs < reset.atMs) return { state: { ...state, questions }, effects };
    const run = state.run + 1;
    return {
      state: { ...state, questions, reset: null, run },
      effects: [...effects, reset.kind === "Hard" ? { type: "run", run, ...reboot } : { type: "endDaemon" }],
    };
  }

  return {
    step(state, event, nowMs) {
      switch (event.type) {
        case "started":
          return { state: { ...state, isUpdated: event.isUpdated }, effects: [] };
        case "resetRequested":
          return requested(state, event.kind, nowMs);
        case "reasonRequested":
          return asked(state, event.replyId, nowMs);
        case "reasonLoaded": {
          const [question, ...questions] = state.questions;
          if (question === undefined) return { state, effects: [] };
          const reason = isReason(event.reason) ? event.reason : otherwise(state);
          return {
            state: { ...state, questions },
            effects: [{ type: "answerReason", replyId: question.replyId, reason }],
          };
        }
        case "deadlineReached":
          return deadlineReached(state, nowMs);
      }
    },
    deadlineMs({ questions, reset }) {
      const deadlines = [...questions.map(({ untilMs }) => untilMs), ...(reset === null ? [] : [reset.atMs])];
      return deadlines.length === 0 ? null : Math.min(...deadlines);
    },
    deadlineReached: { type: "deadlineReached" },
  };
}
