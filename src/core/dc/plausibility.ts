/**
 * Compares what different instruments say of one voltage. Source: DC charging facts, section 7.
 *
 * Instruments that differ for long mean that one of them is wrong, and nobody knows which. A value that has grown old
 * is no witness.
 */
import type { Machine, MachineTable, Step } from "../machine.ts";
import type { Timing } from "../timing.ts";
import { timing as houseTiming } from "../timing.ts";

export type VoltageSource = "powerSupply" | "powermeter" | "isolationMonitor" | "overVoltageMonitor";

export interface PlausibilityOptions {
  /** `voltage_plausibility_max_spread_threshold_V`: more than this is implausible. */
  readonly maxSpreadV: number;
  /** `voltage_plausibility_fault_duration_ms`; 0: at once. */
  readonly durationMs: number;
}

interface Reading {
  readonly voltageV: number;
  readonly takenAtMs: number;
}

type Readings = Readonly<Partial<Record<VoltageSource, Reading>>>;

export type PlausibilityState =
  | { readonly name: "off"; readonly latched: boolean }
  | { readonly name: "comparing"; readonly readings: Readings }
  /** They differ by too much. */
  | { readonly name: "differing"; readonly readings: Readings; readonly tripsAtMs: number };

export type PlausibilityEvent =
  /** Current may flow from now. Clears the latch and what was measured before. */
  | { readonly type: "started" }
  | { readonly type: "stopped" }
  | { readonly type: "reset" }
  | ({ readonly type: "sampled"; readonly source: VoltageSource } & Reading)
  | { readonly type: "deadlineReached" };

export interface PlausibilityEffect {
  readonly type: "implausible";
  readonly spreadV: number;
  readonly voltagesV: Readonly<Partial<Record<VoltageSource, number>>>;
}

type Outcome = Step<PlausibilityState, PlausibilityEffect>;
type Of<N extends PlausibilityState["name"]> = Extract<PlausibilityState, { readonly name: N }>;

export const initialPlausibility: PlausibilityState = { name: "off", latched: false };

/** With fewer there is nothing to compare. */
const leastSources = 2;

export function createPlausibilityMachine(
  { maxSpreadV, durationMs }: PlausibilityOptions,
  timing: Timing = houseTiming,
): Machine<PlausibilityState, PlausibilityEvent, PlausibilityEffect> {
  const stay = (state: PlausibilityState): Outcome => ({ state, effects: [] });
  const off = (latched: boolean): Outcome => stay({ name: "off", latched });

  function fresh(readings: Readings, nowMs: number): [VoltageSource, Reading][] {
    const all = Object.entries(readings) as [VoltageSource, Reading][];
    return all.filter(([, { takenAtMs }]) => nowMs - takenAtMs <= timing.voltageSampleMaxAgeMs);
  }

  /** Null where too few say anything. */
  function spreadOf(readings: Readings, nowMs: number): number | null {
    const voltagesV = fresh(readings, nowMs).map(([, { voltageV }]) => voltageV);
    return voltagesV.length < leastSources ? null : Math.max(...voltagesV) - Math.min(...voltagesV);
  }

  function judged(readings: Readings, tripsAtMs: number | null, nowMs: number): Outcome {
    const spreadV = spreadOf(readings, nowMs);
    if (spreadV === null || spreadV <= maxSpreadV) return stay({ name: "comparing", readings });
    const dueMs = tripsAtMs ?? nowMs + durationMs;
    if (nowMs < dueMs) return stay({ name: "differing", readings, tripsAtMs: dueMs });
    const voltagesV = Object.fromEntries(fresh(readings, nowMs).map(([source, { voltageV }]) => [source, voltageV]));
    return { state: { name: "off", latched: true }, effects: [{ type: "implausible", spreadV, voltagesV }] };
  }

  function sampled(
    state: Of<"comparing"> | Of<"differing">,
    { source, voltageV, takenAtMs }: Extract<PlausibilityEvent, { readonly type: "sampled" }>,
    nowMs: number,
  ): Outcome {
    const before = state.readings[source];
    const isNews = Number.isFinite(voltageV) && takenAtMs <= nowMs && (before?.takenAtMs ?? takenAtMs) <= takenAtMs;
    const readings = isNews ? { ...state.readings, [source]: { voltageV, takenAtMs } } : state.readings;
    return judged(readings, state.name === "differing" ? state.tripsAtMs : null, nowMs);
  }

  const started = (): Outcome => stay({ name: "comparing", readings: {} });

  const table: MachineTable<PlausibilityState, PlausibilityEvent, PlausibilityEffect> = {
    off: {
      started,
      stopped: stay,
      reset: () => off(false),
      sampled: stay,
      deadlineReached: stay,
    },
    comparing: {
      started,
      stopped: () => off(false),
      reset: () => off(false),
      sampled,
      deadlineReached: stay,
    },
    differing: {
      started,
      stopped: () => off(false),
      reset: () => off(false),
      sampled,
      deadlineReached: (state, _event, nowMs) =>
        nowMs < state.tripsAtMs ? stay(state) : judged(state.readings, state.tripsAtMs, nowMs),
    },
  };

  return {
    step: (state, event, nowMs) =>
      (table[state.name][event.type] as (state: PlausibilityState, event: PlausibilityEvent, nowMs: number) => Outcome)(
        state,
        event,
        nowMs,
      ),
    deadlineMs: (state) => (state.name === "differing" ? state.tripsAtMs : null),
    deadlineReached: { type: "deadlineReached" },
  };
}
