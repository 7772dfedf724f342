/** The root of the energy tree: gives every EVSE its limits, again and again. Source: energy facts, section 4. */
import type { Machine, Step } from "../machine.ts";
import type { DistributionOptions } from "./distribute.ts";
import { distribute } from "./distribute.ts";
import type { EnergyFlowRequest, EnforcedLimits, LimitsRes } from "./flow.ts";
import { isUrgent } from "./priority.ts";

export interface EnergyManagerSettings extends DistributionOptions {
  readonly updateIntervalMs: number;
}

/** Limits end after this many rounds without renewal. */
const roundsValid = 10;

export interface EnergyManagerState {
  /** The last request; null before the first one. */
  readonly tree: EnergyFlowRequest | null;
  /** Wall time less monotonic time, as of the last request. */
  readonly wallOffsetMs: number;
  /** Null while there is nothing to distribute to. */
  readonly nextRoundAtMs: number | null;
  /** What every leaf was last given. */
  readonly given: ReadonlyMap<string, LimitsRes>;
}

export type EnergyManagerEvent =
  /** `wallMs`: milliseconds since the Unix epoch. */
  | { readonly type: "requestReceived"; readonly request: EnergyFlowRequest; readonly wallMs: number }
  | { readonly type: "deadlineReached" };

export type EnergyManagerEffect =
  | { readonly type: "enforceLimits"; readonly limits: EnforcedLimits }
  | { readonly type: "reportLimits"; readonly limits: EnforcedLimits };

type Outcome = Step<EnergyManagerState, EnergyManagerEffect>;

type Handlers = {
  readonly [T in EnergyManagerEvent["type"]]: (
    state: EnergyManagerState,
    event: Extract<EnergyManagerEvent, { type: T }>,
    nowMs: number,
  ) => Outcome;
};

export const initialEnergyManagerState: EnergyManagerState = {
  tree: null,
  wallOffsetMs: 0,
  nextRoundAtMs: null,
  given: new Map(),
};

function sameAmounts(a: LimitsRes | undefined, b: LimitsRes): boolean {
  return (
    a !== undefined &&
    a.total_power_W?.value === b.total_power_W?.value &&
    a.ac_max_current_A?.value === b.ac_max_current_A?.value &&
    a.ac_max_phase_count?.value === b.ac_max_phase_count?.value
  );
}

export function createEnergyManagerMachine(
  settings: EnergyManagerSettings,
): Machine<EnergyManagerState, EnergyManagerEvent, EnergyManagerEffect> {
  const validForS = (settings.updateIntervalMs * roundsValid) / 1000;

  const on: Handlers = {
    // A round is a deadline even when it is due at once: the requests of one instant share it.
    requestReceived: (state, { request, wallMs }, nowMs) => ({
      state: {
        ...state,
        tree: request,
        wallOffsetMs: wallMs - nowMs,
        nextRoundAtMs: isUrgent(request) ? nowMs : (state.nextRoundAtMs ?? nowMs),
      },
      effects: [],
    }),

    deadlineReached: (state, _event, nowMs) => {
      const { tree, nextRoundAtMs } = state;
      if (tree === null || nextRoundAtMs === null || nowMs < nextRoundAtMs) return { state, effects: [] };
      const wallMs = nowMs + state.wallOffsetMs;
      const given = distribute(tree, wallMs, settings);
      const timestamp = new Date(wallMs).toISOString();
      const effects: EnergyManagerEffect[] = [];
      for (const [uuid, limitsRootSide] of given) {
        const limits: EnforcedLimits = {
          uuid,
          valid_for: validForS,
          limits_root_side: limitsRootSide,
          schedule: [{ timestamp, limits_to_root: limitsRootSide }],
        };
        effects.push({ type: "enforceLimits", limits });
        if (!sameAmounts(state.given.get(uuid), limitsRootSide)) effects.push({ type: "reportLimits", limits });
      }
      return { state: { ...state, given, nextRoundAtMs: nowMs + settings.updateIntervalMs }, effects };
    },
  };

  return {
    step: (state, event, nowMs) =>
      (on[event.type] as (state: EnergyManagerState, event: EnergyManagerEvent, nowMs: number) => Outcome)(
        state,
        event,
        nowMs,
      ),
    deadlineMs: (state) => state.nextRoundAtMs,
    deadlineReached: { type: "deadlineReached" },
  };
}
