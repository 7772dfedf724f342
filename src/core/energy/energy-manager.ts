/** The root of the energy tree: gives every EVSE its limits, again and again. Source: energy facts, section 4. */
import type { Machine, Step } from "../machine.ts";
import { timing } from "../timing.ts";
import type { DistributionOptions, DistributionRules, PhaseWish, Share } from "./distribute.ts";
import { distribute } from "./distribute.ts";
import type { EnergyEvseState, EnergyFlowRequest, EnforcedLimits, LimitsRes, ScheduleResEntry } from "./flow.ts";
import type { Given } from "./making-room.ts";
import { makeRoom } from "./making-room.ts";
import type { PhaseDecision, PhaseHistory, PhaseRules } from "./phase-decision.ts";
import { decidePhases, endsSession, followed, maySwitchTo, newSession } from "./phase-decision.ts";
import { isUrgent } from "./priority.ts";
import { measuredFrequencyHz } from "./setpoint.ts";
import type { SlotOptions } from "./slots.ts";
import { slotStarts } from "./slots.ts";
import type { Turns } from "./turns.ts";
import { nextTurns, noTurns, servingOrder } from "./turns.ts";

export interface EnergyManagerSettings extends DistributionOptions {
  readonly updateIntervalMs: number;
  readonly slots: SlotOptions;
  readonly phases: PhaseRules;
  /** For the log: what every round came to. */
  readonly tellsRounds?: boolean;
}

/** How many shares of slots to come one round works out. */
const sharesPerRound = 256;

/** Limits end after this many rounds without renewal. */
const roundsValid = 10;

export interface EnergyManagerState {
  /** The last request; null before the first one, and once it is too old to act on. */
  readonly tree: EnergyFlowRequest | null;
  readonly heardAtMs: number;
  /** Wall time less monotonic time, as of the last request. */
  readonly wallOffsetMs: number;
  /** Null while there is nothing to distribute to. */
  readonly nextRoundAtMs: number | null;
  /** What every leaf was last given. */
  readonly given: ReadonlyMap<string, Given>;
  readonly phases: ReadonlyMap<string, PhaseHistory>;
  readonly turns: Turns;
  readonly plan: Plan | null;
  /** The last round; null once its tree is too old. */
  readonly last: LastRound | null;
}

/** What a round came to. */
interface LastRound {
  readonly tree: EnergyFlowRequest;
  readonly due: ReadonlyMap<string, Share>;
  /** EVSEs that others crowd out. */
  readonly waiting: readonly string[];
}

/** What a round leaves behind. */
type Outlook = Pick<EnergyManagerState, "given" | "phases" | "turns"> & {
  readonly plan: Plan;
  readonly last: LastRound;
};

/**
 * The slots to come. A large tree takes a few rounds to plan, so that no round keeps the process from what matters
 * more; what is not planned yet stands as it was planned before.
 */
interface Plan {
  readonly tree: EnergyFlowRequest;
  /** Slots that are still to be planned; milliseconds since the Unix epoch, as the next one. */
  readonly starts: readonly number[];
  /** When the first slot to come begins. */
  readonly endsAtWallMs: number;
  /** By EVSE, in the order of time. */
  readonly schedules: ReadonlyMap<string, readonly ScheduleResEntry[]>;
}

export type EnergyManagerEvent =
  /** `wallMs`: milliseconds since the Unix epoch. */
  | { readonly type: "requestReceived"; readonly request: EnergyFlowRequest; readonly wallMs: number }
  | { readonly type: "deadlineReached" };

export type EnergyManagerEffect =
  | { readonly type: "enforceLimits"; readonly limits: EnforcedLimits }
  | { readonly type: "reportLimits"; readonly limits: EnforcedLimits }
  /** `count`: EVSEs in the tree; `waiting`: those that get nothing since the minimum of all does not fit. */
  | { readonly type: "reportRound"; readonly count: number; readonly waiting: readonly string[] }
  | { readonly type: "reportSilence" };

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
  heardAtMs: 0,
  wallOffsetMs: 0,
  nextRoundAtMs: null,
  given: new Map(),
  phases: new Map(),
  turns: noTurns,
  plan: null,
  last: null,
};

function sameAmounts(a: LimitsRes | undefined, b: LimitsRes): boolean {
  return (
    a !== undefined &&
    a.total_power_W?.value === b.total_power_W?.value &&
    a.ac_max_current_A?.value === b.ac_max_current_A?.value &&
    a.ac_max_phase_count?.value === b.ac_max_phase_count?.value
  );
}

/** The same wishes: requests are made anew every second, what stands in them is not. */
function sameWishes(a: EnergyFlowRequest, b: EnergyFlowRequest): boolean {
  return (
    a === b ||
    (a.uuid === b.uuid &&
      a.node_type === b.node_type &&
      a.evse_state === b.evse_state &&
      a.held_current_A === b.held_current_A &&
      a.schedule_import === b.schedule_import &&
      a.schedule_export === b.schedule_export &&
      a.schedule_setpoints === b.schedule_setpoints &&
      (a.schedule_setpoints.length === 0 || measuredFrequencyHz(a) === measuredFrequencyHz(b)) &&
      a.children.length === b.children.length &&
      a.children.every((child, index) => sameWishes(child, b.children[index] as EnergyFlowRequest)))
  );
}

/** An EVSE that wants nothing is not asked about its phases; its session may end all the same. */
function unasked(history: PhaseHistory | undefined, evseState: EnergyEvseState | undefined): PhaseHistory | undefined {
  return history && (endsSession(evseState) ? newSession : history);
}

/** The index of the first entry at `timestamp` or after it; RFC 3339 in UTC sorts as text. */
function indexFrom(entries: readonly ScheduleResEntry[], timestamp: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as ScheduleResEntry).timestamp < timestamp) low = middle + 1;
    else high = middle;
  }
  return low;
}

function stamp(wallMs: number): string {
  return new Date(wallMs).toISOString();
}

function scheduleEntry(timestamp: string, { limits, pricePerKwh }: Share): ScheduleResEntry {
  return {
    timestamp,
    limits_to_root: limits,
    ...(pricePerKwh !== undefined && { price_per_kwh: pricePerKwh }),
  };
}

export function createEnergyManagerMachine(
  settings: EnergyManagerSettings,
): Machine<EnergyManagerState, EnergyManagerEvent, EnergyManagerEffect> {
  const validForMs = settings.updateIntervalMs * roundsValid;
  const room = { followMs: Math.max(timing.vehicleFollowsMs, timing.c1OpenUnderLoadMs), validMs: validForMs };
  const lifetimeMs = Math.max(timing.energyRequestLifetimeMs, validForMs);

  /** `nowMs`: null for a slot to come. */
  function rules(
    history: (wish: PhaseWish) => PhaseHistory,
    nowMs: number | null,
    decided?: (wish: PhaseWish, decision: PhaseDecision) => void,
  ): DistributionRules {
    const { phases } = settings;
    return {
      ...settings,
      phases: (wish) => {
        const decision = decidePhases(wish, history(wish), phases, nowMs);
        decided?.(wish, decision);
        return decision.phases;
      },
      mayReducePhases: (wish) =>
        wish.activePhases === wish.minPhases || maySwitchTo(wish.minPhases, wish, history(wish), phases),
    };
  }

  /** The slots after the one that lasts, as they stand now. */
  function planAt(tree: EnergyFlowRequest, wallMs: number, before: Plan | null): Plan {
    if (before !== null && wallMs < before.endsAtWallMs && sameWishes(before.tree, tree)) return before;
    const [, ...starts] = slotStarts(tree, wallMs, settings.slots);
    const endsAtWallMs = starts[0] ?? wallMs + settings.slots.intervalMs;
    return { tree, starts, endsAtWallMs, schedules: before?.schedules ?? new Map() };
  }

  function planned(tree: EnergyFlowRequest, wallMs: number, evses: readonly string[], state: EnergyManagerState): Plan {
    const plan = planAt(tree, wallMs, state.plan);
    if (plan === state.plan && plan.starts.length === 0) return plan;
    const history = (wish: PhaseWish): PhaseHistory => state.phases.get(wish.uuid) ?? newSession;
    const count = Math.max(1, Math.floor(sharesPerRound / Math.max(1, evses.length)));
    const fresh = plan.starts.slice(0, count).map((startMs) => ({
      timestamp: stamp(startMs),
      shares: distribute(tree, startMs, rules(history, null)),
    }));
    const starts = plan.starts.slice(count);
    const from = stamp(plan.endsAtWallMs);
    const until = starts[0] === undefined ? null : stamp(starts[0]);
    const schedules = new Map<string, readonly ScheduleResEntry[]>();
    for (const uuid of evses) {
      const known = plan.schedules.get(uuid) ?? [];
      const schedule = known.slice(indexFrom(known, from), indexFrom(known, fresh[0]?.timestamp ?? from));
      for (const { timestamp, shares } of fresh) {
        const share = shares.get(uuid);
        if (share !== undefined) schedule.push(scheduleEntry(timestamp, share));
      }
      if (until !== null) schedule.push(...known.slice(indexFrom(known, until)));
      schedules.set(uuid, schedule);
    }
    return { ...plan, starts, schedules };
  }

  /** The last round once more, where nobody wishes anything else and nothing but time has passed. */
  function asBefore(state: EnergyManagerState, tree: EnergyFlowRequest, wallMs: number): Outlook | null {
    const { given, phases, turns, plan, last } = state;
    if (last === null || plan === null || settings.phases.mode !== "Never") return null;
    if (turns.endsAtMs !== null || plan.starts.length > 0 || wallMs >= plan.endsAtWallMs) return null;
    for (const { draws } of given.values()) if (draws.length > 0) return null;
    return sameWishes(last.tree, tree) ? { given, phases, turns, plan, last } : null;
  }

  function worksOut(state: EnergyManagerState, tree: EnergyFlowRequest, nowMs: number): Outlook {
    const wallMs = nowMs + state.wallOffsetMs;
    const phases = new Map<string, PhaseHistory>();
    const history = (wish: PhaseWish): PhaseHistory => {
      const known = phases.get(wish.uuid);
      if (known !== undefined) return known;
      const now = followed(state.phases.get(wish.uuid), wish.evseState, wish.activePhases, nowMs);
      phases.set(wish.uuid, now);
      return now;
    };
    let served: readonly string[] = [];
    const due = distribute(tree, wallMs, {
      ...rules(history, nowMs, (wish, { lower }) => {
        if (lower) phases.set(wish.uuid, { ...history(wish), lowerAtMs: nowMs });
      }),
      order: (leaves) => {
        served = servingOrder(state.turns, leaves);
        return served;
      },
    });
    const waiting = new Set<string>();
    for (const [uuid, share] of due) {
      if (share.crowdedOut) waiting.add(uuid);
      const known = phases.get(uuid) ?? unasked(state.phases.get(uuid), share.request.evse_state);
      if (known !== undefined) phases.set(uuid, known);
    }
    return {
      last: { tree, due, waiting: [...waiting] },
      given: makeRoom(due, state.given, nowMs, room),
      phases,
      turns: nextTurns(state.turns, served, waiting, nowMs, timing.energyTurnMs),
      plan: planned(tree, wallMs, [...due.keys()], state),
    };
  }

  function round(state: EnergyManagerState, tree: EnergyFlowRequest, nowMs: number): Outcome {
    const wallMs = nowMs + state.wallOffsetMs;
    const outlook = asBefore(state, tree, wallMs) ?? worksOut(state, tree, nowMs);
    const { given, plan } = outlook;
    const { due, waiting } = outlook.last;
    const effects: EnergyManagerEffect[] = [];
    const timestamp = stamp(wallMs);
    for (const [uuid, share] of due) {
      const { limits: limitsRootSide } = given.get(uuid) as Given;
      const limits: EnforcedLimits = {
        uuid,
        valid_for: validForMs / 1000,
        limits_root_side: limitsRootSide,
        schedule: [
          { ...scheduleEntry(timestamp, share), limits_to_root: limitsRootSide },
          ...(plan.schedules.get(uuid) ?? []),
        ],
        ...(share.limitedBy !== "" && { limited_by: share.limitedBy }),
      };
      effects.push({ type: "enforceLimits", limits });
      if (!sameAmounts(state.given.get(uuid)?.limits, limitsRootSide)) effects.push({ type: "reportLimits", limits });
    }
    if (settings.tellsRounds) effects.push({ type: "reportRound", count: due.size, waiting });
    return { state: { ...state, ...outlook, nextRoundAtMs: nowMs + settings.updateIntervalMs }, effects };
  }

  const on: Handlers = {
    // A round is a deadline even when it is due at once: the requests of one instant share it.
    requestReceived: (state, { request, wallMs }, nowMs) => ({
      state: {
        ...state,
        tree: request,
        heardAtMs: nowMs,
        wallOffsetMs: wallMs - nowMs,
        nextRoundAtMs: isUrgent(request) ? nowMs : (state.nextRoundAtMs ?? nowMs),
      },
      effects: [],
    }),

    deadlineReached: (state, _event, nowMs) => {
      const { tree, nextRoundAtMs } = state;
      if (tree === null || nextRoundAtMs === null || nowMs < nextRoundAtMs) return { state, effects: [] };
      // Limits of a tree that has fallen silent are not renewed: they end by themselves.
      if (nowMs - state.heardAtMs >= lifetimeMs) {
        return {
          state: { ...state, tree: null, nextRoundAtMs: null, plan: null, last: null },
          effects: [{ type: "reportSilence" }],
        };
      }
      return round(state, tree, nowMs);
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
