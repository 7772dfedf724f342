/**
 * Lowers the current while something is hot. What is known of a temperature is only what was told not long ago: of one that
 * is unknown the worst is assumed. Source: energy facts, section 8.
 */
import type { Machine, MachineTable, Step } from "../machine.ts";
import type { DeratingCurve } from "./derating-curve.ts";
import { currentAt } from "./derating-curve.ts";

export interface TemperatureDeratingOptions {
  /** By `<module id>.<identification>`. */
  readonly curves: ReadonlyMap<string, DeratingCurve>;
  /** Readings that say nothing about the current, by the same names. */
  readonly ignored: ReadonlySet<string>;
  /** Ampere per phase while a temperature is not known. */
  readonly fallbackA: number;
  readonly staleMs: number;
  /** Least time between a limit and a higher one. */
  readonly debounceMs: number;
  /** So far must a temperature fall before it counts as lower. */
  readonly hysteresisK: number;
}

interface Reading {
  readonly temperatureC: number;
  /** What counts: it follows at once when it rises, and with the hysteresis when it falls. */
  readonly countsAsC: number;
  readonly atMs: number;
}

/** Why a temperature is not known. */
export type Unknown = "notHeardYet" | "stale" | "noCurve" | "noIdentification";

interface Known {
  /** By `<module id>.<identification>`; `<module id>.` for readings that do not say what they are. */
  readonly readings: ReadonlyMap<string, Reading>;
}

export type TemperatureDeratingState =
  /** Listens, and says nothing before everybody is ready. */
  | (Known & { readonly name: "starting" })
  | (Known & {
      readonly name: "running";
      /** Ampere per phase, infinity where there is no limit; and when that was told. */
      readonly limitA: number;
      readonly toldAtMs: number;
      readonly unknown: ReadonlyMap<string, Unknown>;
      /** When what was told may no longer be true; null while that is for somebody else to tell. */
      readonly reviewAtMs: number | null;
    });

export interface Temperature {
  readonly temperature: number;
  readonly identification?: string;
}

export type TemperatureDeratingEvent =
  | { readonly type: "started" }
  | { readonly type: "temperaturesTold"; readonly provider: string; readonly temperatures: readonly Temperature[] }
  | { readonly type: "deadlineReached" };

export type TemperatureDeratingEffect =
  /** `limitA`: ampere per phase; null: no limit any more. `cause`: the reading that allows the least. */
  | { readonly type: "limit"; readonly limitA: number | null; readonly cause: string }
  | { readonly type: "reportUnknown"; readonly reading: string; readonly why: Unknown }
  | { readonly type: "reportKnown"; readonly reading: string };

type Outcome = Step<TemperatureDeratingState, TemperatureDeratingEffect>;

type Running = Extract<TemperatureDeratingState, { name: "running" }>;

export const initialTemperatureDeratingState: TemperatureDeratingState = { name: "starting", readings: new Map() };

/** A smaller change is none. */
const leastChangeA = 0.01;

/** What a reading that does not say what it is goes by. */
const isUnidentified = (name: string): boolean => name.endsWith(".");

interface Judgement {
  readonly limitA: number;
  readonly cause: string;
  readonly unknown: ReadonlyMap<string, Unknown>;
}

export function createTemperatureDeratingMachine(
  options: TemperatureDeratingOptions,
): Machine<TemperatureDeratingState, TemperatureDeratingEvent, TemperatureDeratingEffect> {
  const { curves, ignored, fallbackA, staleMs, debounceMs, hysteresisK } = options;

  function withTemperatures<S extends Known>(
    state: S,
    { provider, temperatures }: Extract<TemperatureDeratingEvent, { type: "temperaturesTold" }>,
    nowMs: number,
  ): S {
    const readings = new Map(state.readings);
    for (const { temperature: temperatureC, identification = "" } of temperatures) {
      const name = `${provider}.${identification}`;
      if (ignored.has(name) || !Number.isFinite(temperatureC)) continue;
      const before = readings.get(name)?.countsAsC ?? temperatureC;
      const countsAsC = Math.max(temperatureC, Math.min(before, temperatureC + hysteresisK));
      readings.set(name, { temperatureC, countsAsC, atMs: nowMs });
    }
    return { ...state, readings };
  }

  /** What a single temperature allows, or why nobody can tell. */
  function judged(name: string, reading: Reading | undefined, nowMs: number): number | Unknown {
    const curve = curves.get(name);
    if (isUnidentified(name)) return "noIdentification";
    if (curve === undefined) return "noCurve";
    if (reading === undefined) return "notHeardYet";
    return nowMs - reading.atMs >= staleMs ? "stale" : currentAt(curve, reading.countsAsC);
  }

  function judge(readings: Known["readings"], nowMs: number): Judgement {
    const unknown = new Map<string, Unknown>();
    let limitA = Number.POSITIVE_INFINITY;
    let cause = "";
    for (const name of new Set([...curves.keys(), ...readings.keys()])) {
      const found = judged(name, readings.get(name), nowMs);
      if (typeof found === "string") unknown.set(name, found);
      const allowedA = typeof found === "string" ? fallbackA : found;
      if (allowedA >= limitA) continue;
      limitA = allowedA;
      cause = name;
    }
    return { limitA, cause, unknown };
  }

  /** Nobody has to say what it is again: a slip is forgotten when it is old. */
  function withoutLapsed(readings: Known["readings"], nowMs: number): Known["readings"] {
    const kept = [...readings].filter(([name, { atMs }]) => !isUnidentified(name) || nowMs - atMs < staleMs);
    return kept.length === readings.size ? readings : new Map(kept);
  }

  function news(before: ReadonlyMap<string, Unknown>, now: ReadonlyMap<string, Unknown>): TemperatureDeratingEffect[] {
    const worse = [...now].filter(([reading, why]) => before.get(reading) !== why);
    const better = [...before.keys()].filter((reading) => !now.has(reading));
    return [
      ...worse.map(([reading, why]) => ({ type: "reportUnknown", reading, why }) as const),
      ...better.map((reading) => ({ type: "reportKnown", reading }) as const),
    ];
  }

  function reviewed(state: Running, nowMs: number, isFirst = false): Outcome {
    const readings = withoutLapsed(state.readings, nowMs);
    const { limitA, cause, unknown } = judge(readings, nowMs);
    const isChanged = isFirst || !(limitA === state.limitA || Math.abs(limitA - state.limitA) < leastChangeA);
    const riseAtMs = state.toldAtMs + debounceMs;
    const waits = !isFirst && isChanged && limitA > state.limitA && nowMs < riseAtMs;
    const tells = isChanged && !waits;
    const staleAtMs = [...readings.values()].map(({ atMs }) => atMs + staleMs).filter((atMs) => atMs > nowMs);
    const reviewAtMs = Math.min(...staleAtMs, waits ? riseAtMs : Number.POSITIVE_INFINITY);
    return {
      state: {
        ...state,
        readings,
        unknown,
        reviewAtMs: Number.isFinite(reviewAtMs) ? reviewAtMs : null,
        ...(tells && { limitA, toldAtMs: nowMs }),
      },
      effects: [
        ...(tells ? [{ type: "limit", limitA: Number.isFinite(limitA) ? limitA : null, cause } as const] : []),
        ...news(state.unknown, unknown),
      ],
    };
  }

  const table: MachineTable<TemperatureDeratingState, TemperatureDeratingEvent, TemperatureDeratingEffect> = {
    starting: {
      started: ({ readings }, _event, nowMs) => {
        const unlimited = { limitA: Number.POSITIVE_INFINITY, toldAtMs: nowMs, unknown: new Map(), reviewAtMs: null };
        return reviewed({ name: "running", readings, ...unlimited }, nowMs, true);
      },
      temperaturesTold: (state, event, nowMs) => ({ state: withTemperatures(state, event, nowMs), effects: [] }),
      deadlineReached: (state) => ({ state, effects: [] }),
    },
    running: {
      started: (state) => ({ state, effects: [] }),
      temperaturesTold: (state, event, nowMs) => reviewed(withTemperatures(state, event, nowMs), nowMs),
      deadlineReached: (state, _event, nowMs) => reviewed(state, nowMs),
    },
  };

  return {
    step: (state, event, nowMs) => {
      const handle = table[state.name][event.type] as (
        state: TemperatureDeratingState,
        event: TemperatureDeratingEvent,
        nowMs: number,
      ) => Outcome;
      return handle(state, event, nowMs);
    },
    deadlineMs: (state) => (state.name === "running" ? state.reviewAtMs : null),
    deadlineReached: { type: "deadlineReached" },
  };
}
