/**
 * Measures once a second with a chip of the LM75 family. Before each temperature its settings are read, so that a chip that
 * was switched off and on, or has fallen asleep over its last temperature, is set up anew. One transaction is on its way at a
 * time; a cycle has a few tries, and two cycles without a temperature in a row are the loss of the chip.
 */
import type { Machine, MachineTable, Step } from "../../src/core/machine.ts";
import type { Chip } from "./chips.ts";
import { decodeTemperature, leastC, mostC, register } from "./chips.ts";

const cycleMs = 1000;
const triesPerCycle = 3;
const betweenTriesMs = 20;
/** Longest conversion of the family; a chip that was told something has measured anew by then. */
const conversionMs = 300;
/** The kernel may take this long until it gives a held bus up. */
const answerMs = 1500;
const failedCyclesToTell = 2;
/** A temperature that is this far from the one before is believed when it is read again: the bus has no checksum. */
const jumpK = 10;
const agreesK = 2;

interface Progress {
  readonly cycleStartMs: number;
  readonly failedTries: number;
  readonly failedCycles: number;
  /** The settings were just written: the chip shall have them now. */
  readonly hasWritten: boolean;
  readonly lastC: number | null;
  /** Read once, and too far from the last one. */
  readonly doubtedC: number | null;
  /** Counts transactions: an answer belongs to the one it names. */
  readonly number: number;
}

export type MeasuringState =
  | (Progress & { readonly name: "stopped" })
  | (Progress & { readonly name: "resting"; readonly untilMs: number })
  | (Progress & {
      readonly name: "asking";
      readonly what: "configuration" | "settings" | "temperature";
      readonly untilMs: number;
      /** Nobody waits for the answer any more; the bus is not free before it is there. */
      readonly isOverdue: boolean;
    });

export type MeasuringEvent =
  | { readonly type: "started" }
  | { readonly type: "answered"; readonly number: number; readonly bytes: readonly number[] }
  | { readonly type: "failed"; readonly number: number; readonly message: string }
  | { readonly type: "deadlineReached" };

export type MeasuringEffect =
  | { readonly type: "read"; readonly number: number; readonly register: number; readonly count: number }
  | { readonly type: "write"; readonly number: number; readonly register: number; readonly byte: number }
  | { readonly type: "measured"; readonly temperatureC: number; readonly raw: readonly number[] }
  | { readonly type: "cycleFailed"; readonly message: string; readonly isLoss: boolean };

type Outcome = Step<MeasuringState, MeasuringEffect>;
type Resting = Extract<MeasuringState, { name: "resting" }>;
type Asking = Extract<MeasuringState, { name: "asking" }>;

export const initialMeasuringState: MeasuringState = {
  name: "stopped",
  cycleStartMs: 0,
  failedTries: 0,
  failedCycles: 0,
  hasWritten: false,
  lastC: null,
  doubtedC: null,
  number: 0,
};

const unchanged = (state: MeasuringState): Outcome => ({ state, effects: [] });

export function createMeasuringMachine(chip: Chip): Machine<MeasuringState, MeasuringEvent, MeasuringEffect> {
  const rest = (state: MeasuringState, untilMs: number, changes: Partial<Progress> = {}): Resting => {
    const { cycleStartMs, failedTries, failedCycles, hasWritten, lastC, doubtedC, number } = { ...state, ...changes };
    const progress = { cycleStartMs, failedTries, failedCycles, hasWritten, lastC, doubtedC, number };
    return { name: "resting", untilMs, ...progress };
  };

  function ask(state: MeasuringState, what: "configuration" | "temperature", nowMs: number): Outcome {
    const number = state.number + 1;
    const asked = { register: register[what], count: what === "temperature" ? 2 : 1 };
    return {
      state: { ...rest(state, 0, { number }), name: "asking", what, untilMs: nowMs + answerMs, isOverdue: false },
      effects: [{ type: "read", number, ...asked }],
    };
  }

  function set(state: Asking, byte: number, nowMs: number): Outcome {
    const number = state.number + 1;
    return {
      state: { ...state, number, what: "settings", untilMs: nowMs + answerMs },
      effects: [{ type: "write", number, register: register.configuration, byte }],
    };
  }

  function cycleFailed(
    state: MeasuringState,
    message: string,
    nowMs: number,
    changes: Partial<Progress> = {},
  ): Outcome {
    const failedCycles = state.failedCycles + 1;
    const next = { failedCycles, failedTries: 0, hasWritten: false, doubtedC: null, ...changes };
    return {
      state: rest(state, Math.max(state.cycleStartMs + cycleMs, nowMs + betweenTriesMs), next),
      effects: [{ type: "cycleFailed", message, isLoss: failedCycles >= failedCyclesToTell }],
    };
  }

  function tryFailed(state: Asking, message: string, nowMs: number, doubtedC: number | null = null): Outcome {
    const failedTries = state.failedTries + 1;
    if (failedTries >= triesPerCycle) return cycleFailed(state, message, nowMs);
    return { state: rest(state, nowMs + betweenTriesMs, { failedTries, doubtedC }), effects: [] };
  }

  function configurationRead(state: Asking, [byte = 0]: readonly number[], nowMs: number): Outcome {
    if ((byte & chip.ours) === chip.wanted) return ask(rest(state, 0, { hasWritten: false }), "temperature", nowMs);
    if (!state.hasWritten) return set(state, (byte & ~chip.ours) | chip.wanted, nowMs);
    const shown = `0x${byte.toString(16).padStart(2, "0")}`;
    return cycleFailed(state, `the chip does not keep its settings: ${shown}; is it another one?`, nowMs);
  }

  function temperatureRead(state: Asking, bytes: readonly number[], nowMs: number): Outcome {
    const temperatureC = decodeTemperature(bytes, chip.bits);
    if (temperatureC < leastC || temperatureC > mostC) {
      return tryFailed(state, `${temperatureC} degrees is no temperature of this chip`, nowMs);
    }
    const { lastC, doubtedC } = state;
    const isJump = lastC !== null && Math.abs(temperatureC - lastC) > jumpK;
    const isConfirmed = doubtedC !== null && Math.abs(temperatureC - doubtedC) <= agreesK;
    if (isJump && !isConfirmed) {
      return tryFailed(state, `${temperatureC} degrees after ${lastC}, and not twice`, nowMs, temperatureC);
    }
    const done = { failedTries: 0, failedCycles: 0, lastC: temperatureC, doubtedC: null };
    return {
      state: rest(state, Math.max(state.cycleStartMs + cycleMs, nowMs + betweenTriesMs), done),
      effects: [{ type: "measured", temperatureC, raw: bytes }],
    };
  }

  const table: MachineTable<MeasuringState, MeasuringEvent, MeasuringEffect> = {
    stopped: {
      started: (state, _event, nowMs) => ask({ ...state, cycleStartMs: nowMs }, "configuration", nowMs),
      answered: unchanged,
      failed: unchanged,
      deadlineReached: unchanged,
    },
    resting: {
      started: unchanged,
      answered: unchanged,
      failed: unchanged,
      deadlineReached: (state, _event, nowMs) => {
        if (nowMs < state.untilMs) return unchanged(state);
        const isNewCycle = state.failedTries === 0 && !state.hasWritten;
        return ask(isNewCycle ? { ...state, cycleStartMs: nowMs } : state, "configuration", nowMs);
      },
    },
    asking: {
      started: unchanged,
      answered: (state, { number, bytes }, nowMs) => {
        if (number !== state.number) return unchanged(state);
        if (state.isOverdue) return { state: rest(state, nowMs), effects: [] };
        switch (state.what) {
          case "configuration":
            return configurationRead(state, bytes, nowMs);
          case "settings":
            return { state: rest(state, nowMs + conversionMs, { hasWritten: true }), effects: [] };
          case "temperature":
            return temperatureRead(state, bytes, nowMs);
        }
      },
      failed: (state, { number, message }, nowMs) => {
        if (number !== state.number) return unchanged(state);
        if (state.isOverdue) return { state: rest(state, nowMs + betweenTriesMs), effects: [] };
        return tryFailed(state, message, nowMs);
      },
      deadlineReached: (state, _event, nowMs) => {
        if (nowMs < state.untilMs) return unchanged(state);
        const { state: failed, effects } = cycleFailed(state, "the bus does not answer", nowMs);
        return { state: { ...state, ...failed, name: "asking", untilMs: nowMs + answerMs, isOverdue: true }, effects };
      },
    },
  };

  return {
    step: (state, event, nowMs) => {
      const handle = table[state.name][event.type] as (
        state: MeasuringState,
        event: MeasuringEvent,
        nowMs: number,
      ) => Outcome;
      return handle(state, event, nowMs);
    },
    deadlineMs: (state) => (state.name === "stopped" ? null : state.untilMs),
    deadlineReached: { type: "deadlineReached" },
  };
}
