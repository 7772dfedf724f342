/**
 * The link to the controller: brings it to a known state, keeps it company, and notices when it is gone. The machine runs in
 * the process's one queue, so that a keepalive goes out only where the queue gets on.
 *
 * Permission cannot be withdrawn over a line that is dead. Where the reset line is wired, the controller is held in reset
 * instead, which opens its contactor; without one the withdrawal is repeated in case that only the way back is broken.
 *
 * Source: Yeti facts, sections 4, 5 and 11.
 */
import type { Machine, Step } from "../../src/core/machine.ts";
import { timing } from "./timing.ts";

interface Down {
  /** When a controller in reset must have opened its contactor; null where that is told or cannot be known. */
  readonly contactorOpenAtMs: number | null;
}

/** How often the controller has been reset since it was lost. */
interface Trying {
  readonly tries: number;
}

export type LinkPhase =
  /** `reopenAtMs` is null while the line is being opened. */
  | (Down & { readonly name: "closed"; readonly reopenAtMs: number | null })
  /** The reset line is low. */
  | (Trying & { readonly name: "pulsing"; readonly releaseAtMs: number })
  | (Trying & { readonly name: "resetting"; readonly giveUpAtMs: number })
  /** Sound in step, and waiting for a sign of life. */
  | (Trying & { readonly name: "greeting"; readonly giveUpAtMs: number })
  | (Trying & { readonly name: "up"; readonly keepAliveAtMs: number; readonly lostAtMs: number })
  | (Down & { readonly name: "lost"; readonly againAtMs: number })
  | { readonly name: "stopped" };

export interface LinkState {
  readonly hasResetLine: boolean;
  /** The controller has booted when its reset line went up: holding it down opens the contactor. */
  readonly proven: boolean;
  readonly phase: LinkPhase;
}

export type LinkEvent =
  /** `hasResetLine`: the controller can be held in reset. */
  | { readonly type: "started"; readonly hasResetLine: boolean }
  | { readonly type: "opened" }
  | { readonly type: "closed"; readonly why: string }
  /** A KeepAliveLo. `informed`: since its reset the controller has told the state of the pilot. */
  | { readonly type: "heard"; readonly informed: boolean }
  | { readonly type: "booted" }
  /** Something that the controller tells but once was lost on its way. */
  | { readonly type: "missed" }
  /** The line returns what was sent. */
  | { readonly type: "echoed" }
  | { readonly type: "stopped" }
  | { readonly type: "deadlineReached" };

export type LinkFailure = "closed" | "silent" | "echo";

export type LinkEffect =
  | { readonly type: "open" }
  | { readonly type: "resetLine"; readonly level: "high" | "low" }
  | { readonly type: "sendReset" }
  /** Frames to throw away, so that whatever noise went before is behind. */
  | { readonly type: "greet" }
  | { readonly type: "keepAlive" }
  /** Whatever may still be heard: no permission, no offer. */
  | { readonly type: "withdraw" }
  | { readonly type: "fail"; readonly failure: LinkFailure; readonly why: string }
  | { readonly type: "contactorMustBeOpen" }
  | { readonly type: "resetUnanswered" }
  | { readonly type: "resetLineProven" }
  /** The controller listens: it is told everything it has to know. */
  | { readonly type: "restore"; readonly because: "up" | "reset" };

const closed: LinkPhase = { name: "closed", reopenAtMs: null, contactorOpenAtMs: null };

/** States are told once and not repeated, but anew after a reset: what the line ate is asked for so often. */
const mostTries = 3;

const deadlineReached: LinkEvent = { type: "deadlineReached" };

function phaseMachine(hasResetLine: boolean, proven: boolean): Machine<LinkPhase, LinkEvent, LinkEffect> {
  const stay = (state: LinkPhase): Step<LinkPhase, LinkEffect> => ({ state, effects: [] });
  const holdInReset: readonly LinkEffect[] = hasResetLine ? [{ type: "resetLine", level: "low" }] : [];

  function reset(nowMs: number, tries: number): Step<LinkPhase, LinkEffect> {
    return hasResetLine
      ? {
          state: { name: "pulsing", tries, releaseAtMs: nowMs + timing.resetPulseMs },
          effects: [{ type: "resetLine", level: "low" }],
        }
      : {
          state: { name: "resetting", tries, giveUpAtMs: nowMs + timing.resetAnswerMs },
          effects: [{ type: "sendReset" }],
        };
  }

  const release = (nowMs: number, tries: number): Step<LinkPhase, LinkEffect> => ({
    state: { name: "resetting", tries, giveUpAtMs: nowMs + timing.resetAnswerMs },
    effects: [{ type: "resetLine", level: "high" }],
  });

  const greet = (nowMs: number, tries: number, before: readonly LinkEffect[] = []): Step<LinkPhase, LinkEffect> => ({
    state: { name: "greeting", tries, giveUpAtMs: nowMs + timing.firstKeepAliveMs },
    effects: [...before, { type: "greet" }],
  });

  const down = (nowMs: number): Down => ({ contactorOpenAtMs: proven ? nowMs + timing.contactorOpensMs : null });

  function lose(nowMs: number, failure: LinkFailure, why: string): Step<LinkPhase, LinkEffect> {
    const againAtMs = nowMs + (hasResetLine ? timing.heldMs : timing.keepAliveMs);
    return {
      state: { name: "lost", againAtMs, ...down(nowMs) },
      effects: [{ type: "withdraw" }, ...holdInReset, { type: "fail", failure, why }],
    };
  }

  function close(nowMs: number, why: string): Step<LinkPhase, LinkEffect> {
    return {
      state: { name: "closed", reopenAtMs: nowMs + timing.reopenMs, ...down(nowMs) },
      effects: [...holdInReset, { type: "fail", failure: "closed", why }],
    };
  }

  const silent = "the controller has not been heard for 5 s";

  function hear(state: LinkPhase, informed: boolean, nowMs: number): Step<LinkPhase, LinkEffect> {
    switch (state.name) {
      case "greeting":
        if (!informed && state.tries < mostTries) return reset(nowMs, state.tries + 1);
        return {
          state: {
            name: "up",
            tries: state.tries,
            keepAliveAtMs: nowMs + timing.keepAliveMs,
            lostAtMs: nowMs + timing.lossMs,
          },
          effects: [{ type: "restore", because: "up" }],
        };
      case "up":
        if (!informed && state.tries < mostTries) return reset(nowMs, state.tries + 1);
        return stay({ ...state, tries: informed ? 1 : state.tries, lostAtMs: nowMs + timing.lossMs });
      case "lost":
        // One that talks though it should be in reset is not: nothing is known of its contactor.
        return hasResetLine ? stay({ ...state, contactorOpenAtMs: null }) : reset(nowMs, 1);
      default:
        return stay(state);
    }
  }

  function boot(state: LinkPhase, nowMs: number): Step<LinkPhase, LinkEffect> {
    if (state.name === "resetting") {
      // The first one may be that of its power coming on. One that booted and boots again at the line's word obeys it.
      if (hasResetLine && !proven && state.tries === 1) return reset(nowMs, 2);
      return greet(nowMs, state.tries);
    }
    if (state.name !== "up") return stay(state);
    return {
      state: { ...state, lostAtMs: nowMs + timing.lossMs },
      effects: [{ type: "greet" }, { type: "restore", because: "reset" }],
    };
  }

  function due(state: LinkPhase, nowMs: number): Step<LinkPhase, LinkEffect> {
    switch (state.name) {
      case "closed":
        if (isDue(state.contactorOpenAtMs, nowMs)) {
          return { state: { ...state, contactorOpenAtMs: null }, effects: [{ type: "contactorMustBeOpen" }] };
        }
        if (!isDue(state.reopenAtMs, nowMs)) return stay(state);
        return { state: { ...state, reopenAtMs: null }, effects: [{ type: "open" }] };
      case "pulsing":
        return nowMs < state.releaseAtMs ? stay(state) : release(nowMs, state.tries);
      case "resetting":
        return nowMs < state.giveUpAtMs ? stay(state) : greet(nowMs, state.tries, [{ type: "resetUnanswered" }]);
      case "greeting":
        return nowMs < state.giveUpAtMs ? stay(state) : lose(nowMs, "silent", silent);
      case "up":
        return keepCompany(state, nowMs);
      case "lost":
        if (isDue(state.contactorOpenAtMs, nowMs)) {
          return { state: { ...state, contactorOpenAtMs: null }, effects: [{ type: "contactorMustBeOpen" }] };
        }
        if (nowMs < state.againAtMs) return stay(state);
        if (hasResetLine) return release(nowMs, 1);
        return { state: { ...state, againAtMs: nowMs + timing.keepAliveMs }, effects: [{ type: "withdraw" }] };
      case "stopped":
        return stay(state);
    }
  }

  function keepCompany(up: Extract<LinkPhase, { name: "up" }>, nowMs: number): Step<LinkPhase, LinkEffect> {
    // Who was not there for a while cannot say that it was quiet: what came meanwhile waits in the queue.
    const wasAway = nowMs >= Math.min(up.keepAliveAtMs, up.lostAtMs) + timing.keepAliveMs;
    const lostAtMs = wasAway ? Math.max(up.lostAtMs, nowMs + timing.keepAliveMs) : up.lostAtMs;
    if (nowMs >= lostAtMs) return lose(nowMs, "silent", silent);
    if (nowMs < up.keepAliveAtMs) return stay({ ...up, lostAtMs });
    const keepAliveAtMs = Math.max(up.keepAliveAtMs, nowMs - timing.keepAliveMs) + timing.keepAliveMs;
    return {
      state: { ...up, lostAtMs, keepAliveAtMs: Math.max(keepAliveAtMs, nowMs + 1) },
      effects: [{ type: "keepAlive" }],
    };
  }

  return {
    deadlineReached,
    step(state, event, nowMs) {
      if (state.name === "stopped") return stay(state);
      switch (event.type) {
        case "started":
          return { state: closed, effects: [{ type: "open" }] };
        case "opened":
          return state.name === "closed" ? reset(nowMs, 1) : stay(state);
        case "closed":
          return close(nowMs, event.why);
        case "heard":
          return hear(state, event.informed, nowMs);
        case "booted":
          return boot(state, nowMs);
        case "missed":
          return state.name === "up" ? reset(nowMs, 1) : stay(state);
        case "echoed":
          return state.name === "up" || state.name === "greeting"
            ? lose(nowMs, "echo", "the line returns what is sent: check its wiring")
            : stay(state);
        case "stopped":
          return stay({ name: "stopped" });
        case "deadlineReached":
          return due(state, nowMs);
      }
    },
    deadlineMs(state) {
      switch (state.name) {
        case "closed":
          return earliest(state.reopenAtMs, state.contactorOpenAtMs);
        case "pulsing":
          return state.releaseAtMs;
        case "resetting":
        case "greeting":
          return state.giveUpAtMs;
        case "up":
          return Math.min(state.keepAliveAtMs, state.lostAtMs);
        case "lost":
          return earliest(state.againAtMs, state.contactorOpenAtMs);
        case "stopped":
          return null;
      }
    },
  };
}

const withoutLine = phaseMachine(false, false);
const withLine = phaseMachine(true, false);
const withProvenLine = phaseMachine(true, true);

const machineOf = (hasResetLine: boolean, proven: boolean): typeof withLine =>
  !hasResetLine ? withoutLine : proven ? withProvenLine : withLine;

const isSecondReset = (phase: LinkPhase): boolean => phase.name === "resetting" && phase.tries > 1;

export const unstartedLink: LinkState = { hasResetLine: false, proven: false, phase: closed };

export const link: Machine<LinkState, LinkEvent, LinkEffect> = {
  deadlineReached,
  step(before, event, nowMs) {
    const { hasResetLine } = event.type === "started" ? event : before;
    const { state, effects } = machineOf(hasResetLine, before.proven).step(before.phase, event, nowMs);
    const proves = !before.proven && hasResetLine && event.type === "booted" && isSecondReset(before.phase);
    return {
      state: { hasResetLine, proven: before.proven || proves, phase: state },
      effects: proves ? [{ type: "resetLineProven" }, ...effects] : effects,
    };
  },
  deadlineMs: ({ hasResetLine, proven, phase }) => machineOf(hasResetLine, proven).deadlineMs(phase),
};

const isDue = (atMs: number | null, nowMs: number): boolean => atMs !== null && nowMs >= atMs;

function earliest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
