/**
 * Watches the voltage at the connector while the supply may be on. Source: DC charging facts, section 7; IEC
 * 61851-23:2023 6.3.1.106.2.
 *
 * The vehicle's maximum voltage may be reached for a short while only, the emergency limit never. A source that falls
 * silent is no supervision and counts as a fault of its own.
 */
import type { Machine, MachineTable, Step } from "../machine.ts";
import type { Timing } from "../timing.ts";
import { timing as houseTiming } from "../timing.ts";
import type { OverVoltageLimits } from "./over-voltage-limits.ts";

export interface OverVoltageOptions {
  /** `internal_over_voltage_duration_ms`: how long the error limit may be reached. 0: not at all. */
  readonly durationMs: number;
}

export interface VoltageSample {
  readonly voltageV: number;
  /** Monotonic milliseconds of the measurement, not of its arrival. */
  readonly takenAtMs: number;
}

interface Known {
  /** Null before the vehicle has told what it stands. Kept from session to session. */
  readonly limits: OverVoltageLimits | null;
}

interface Fed {
  readonly lastTakenAtMs: number;
}

export type OverVoltageState =
  | (Known & { readonly name: "off"; readonly latched: boolean })
  | (Known & Fed & { readonly name: "watching" })
  /** The error limit is reached; `highestV`: the most seen since. */
  | (Known & Fed & { readonly name: "above"; readonly highestV: number; readonly tripsAtMs: number })
  /**
   * It has told that something is wrong. `latched`: that was an over-voltage. `escalatesAtMs`: the error shutdown has to
   * have worked by then; null where it has, or where there is nothing worse.
   */
  | (Known & {
      readonly name: "tripped";
      readonly latched: boolean;
      readonly emergency: boolean;
      readonly escalatesAtMs: number | null;
    });

export type OverVoltageEvent =
  | ({ readonly type: "limitsSet" } & OverVoltageLimits)
  /** The supply may be on from now. Clears the latch. */
  | { readonly type: "started" }
  /** The supply is off. The latch stays. */
  | { readonly type: "stopped" }
  /** The vehicle is gone: the latch is cleared. */
  | { readonly type: "reset" }
  | ({ readonly type: "sampled" } & VoltageSample)
  | { readonly type: "deadlineReached" };

export type OverVoltageEffect =
  /** `severity`: High = emergency shutdown, Medium = error shutdown. */
  | {
      readonly type: "trip";
      readonly severity: "High" | "Medium";
      readonly voltageV: number;
      readonly limitV: number;
    }
  /** Nobody tells the voltage, or nobody has told the limits: supervision is not possible. */
  | { readonly type: "blind"; readonly cause: "noLimits" | "noSamples" };

type Outcome = Step<OverVoltageState, OverVoltageEffect>;
type Of<N extends OverVoltageState["name"]> = Extract<OverVoltageState, { readonly name: N }>;

export const initialOverVoltage: OverVoltageState = { name: "off", limits: null, latched: false };

const stay = (state: OverVoltageState): Outcome => ({ state, effects: [] });

export function createOverVoltageMachine(
  options: OverVoltageOptions,
  timing: Timing = houseTiming,
): Machine<OverVoltageState, OverVoltageEvent, OverVoltageEffect> {
  const off = ({ limits }: OverVoltageState, latched: boolean): Outcome => stay({ name: "off", limits, latched });

  const limitsSet = <S extends OverVoltageState>(state: S, { emergencyV, errorV }: OverVoltageLimits): Outcome =>
    stay({ ...state, limits: { emergencyV, errorV } });

  function tripped(
    state: OverVoltageState,
    trip: { severity: "High" | "Medium"; voltageV: number; limitV: number },
    nowMs: number,
  ): Outcome {
    const emergency = trip.severity === "High";
    return {
      state: {
        name: "tripped",
        limits: state.limits,
        latched: true,
        emergency,
        escalatesAtMs: emergency ? null : nowMs + timing.overVoltageEscalationMs,
      },
      effects: [{ type: "trip", ...trip }],
    };
  }

  function blind({ limits }: OverVoltageState, cause: "noLimits" | "noSamples"): Outcome {
    return {
      state: { name: "tripped", limits, latched: false, emergency: false, escalatesAtMs: null },
      effects: [{ type: "blind", cause }],
    };
  }

  /** Order of arrival is not order of measurement: what was measured before the last sample is no news. */
  function sampled(state: Of<"watching"> | Of<"above">, sample: VoltageSample, nowMs: number): Outcome {
    const { limits } = state;
    if (limits === null) return blind(state, "noLimits");
    const { voltageV, takenAtMs } = sample;
    if (!Number.isFinite(voltageV) || takenAtMs < state.lastTakenAtMs || takenAtMs > nowMs) return stay(state);
    const { emergencyV, errorV } = limits;
    if (voltageV >= emergencyV) return tripped(state, { severity: "High", voltageV, limitV: emergencyV }, nowMs);
    if (voltageV < errorV) return stay({ name: "watching", limits, lastTakenAtMs: takenAtMs });
    const highestV = Math.max(voltageV, state.name === "above" ? state.highestV : 0);
    const tripsAtMs = state.name === "above" ? state.tripsAtMs : takenAtMs + options.durationMs;
    // A sample that comes late may be the news of something that has lasted long enough already.
    if (nowMs >= tripsAtMs) return tripped(state, { severity: "Medium", voltageV: highestV, limitV: errorV }, nowMs);
    return stay({ name: "above", limits, lastTakenAtMs: takenAtMs, highestV, tripsAtMs });
  }

  const gapEndsAtMs = ({ lastTakenAtMs }: Fed): number => lastTakenAtMs + timing.overVoltageSampleGapMs;

  const running = {
    limitsSet,
    started: stay,
    stopped: (state: OverVoltageState) => off(state, false),
    reset: (state: OverVoltageState) => off(state, false),
    sampled,
  } as const;

  const table: MachineTable<OverVoltageState, OverVoltageEvent, OverVoltageEffect> = {
    off: {
      limitsSet,
      started: (state, _event, nowMs) =>
        state.limits === null
          ? blind(state, "noLimits")
          : stay({ name: "watching", limits: state.limits, lastTakenAtMs: nowMs }),
      stopped: stay,
      reset: (state) => off(state, false),
      sampled: stay,
      deadlineReached: stay,
    },
    watching: {
      ...running,
      deadlineReached: (state, _event, nowMs) => (nowMs < gapEndsAtMs(state) ? stay(state) : blind(state, "noSamples")),
    },
    above: {
      ...running,
      // It trips in time even when nobody tells the voltage any more.
      deadlineReached: (state, _event, nowMs) =>
        nowMs < state.tripsAtMs
          ? nowMs < gapEndsAtMs(state)
            ? stay(state)
            : blind(state, "noSamples")
          : tripped(
              state,
              { severity: "Medium", voltageV: state.highestV, limitV: state.limits?.errorV ?? state.highestV },
              nowMs,
            ),
    },
    tripped: {
      limitsSet,
      started: (state, _event, nowMs) =>
        state.limits === null
          ? blind(state, "noLimits")
          : stay({ name: "watching", limits: state.limits, lastTakenAtMs: nowMs }),
      stopped: (state) => off(state, state.latched),
      reset: (state) => off(state, false),
      // The error shutdown is under way: worse is still worse.
      sampled: (state, { voltageV }, nowMs) => {
        const { limits, emergency } = state;
        if (limits === null || emergency || !Number.isFinite(voltageV)) return stay(state);
        if (voltageV >= limits.emergencyV) {
          return tripped(state, { severity: "High", voltageV, limitV: limits.emergencyV }, nowMs);
        }
        return voltageV < limits.errorV ? stay({ ...state, escalatesAtMs: null }) : stay(state);
      },
      deadlineReached: (state, _event, nowMs) => {
        const { limits, escalatesAtMs } = state;
        if (limits === null || escalatesAtMs === null || nowMs < escalatesAtMs) return stay(state);
        return tripped(state, { severity: "High", voltageV: limits.errorV, limitV: limits.errorV }, nowMs);
      },
    },
  };

  return {
    step: (state, event, nowMs) =>
      (table[state.name][event.type] as (state: OverVoltageState, event: OverVoltageEvent, nowMs: number) => Outcome)(
        state,
        event,
        nowMs,
      ),
    deadlineMs: (state) => {
      switch (state.name) {
        case "off":
          return null;
        case "watching":
          return gapEndsAtMs(state);
        case "above":
          return Math.min(state.tripsAtMs, gapEndsAtMs(state));
        case "tripped":
          return state.escalatesAtMs;
      }
    },
    deadlineReached: { type: "deadlineReached" },
  };
}
