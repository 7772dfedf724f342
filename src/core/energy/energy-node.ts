/**
 * A node of the energy tree: a fuse with consumers behind it, and a place where the world above may set limits.
 * It passes wishes up and limits down; it enforces nothing itself. Source: energy facts, section 3.
 */
import type { Machine, MachineTable, Step } from "../machine.ts";
import type { Powermeter } from "../powermeter.ts";
import { timing } from "../timing.ts";
import type { NodeRating } from "./external-limits.ts";
import { ownLimits, withinRating } from "./external-limits.ts";
import type {
  EnergyFlowRequest,
  EnergyPriceSchedule,
  EnforcedLimits,
  ExternalLimits,
  ScheduleReqEntry,
  ScheduleSetpointEntry,
} from "./flow.ts";
import { withPrices } from "./price.ts";
import { isUrgent, withoutUrgency } from "./priority.ts";
import { fullHour } from "./time-series.ts";

const none: readonly ScheduleSetpointEntry[] = [];

/** A request of a consumer and when it came; monotonic milliseconds. */
interface Child {
  readonly request: EnergyFlowRequest;
  readonly heardAtMs: number;
}

interface Heard {
  readonly children: readonly Child[];
  /** Where a child stands among them, by its uuid. */
  readonly places: ReadonlyMap<string, number>;
  /** The last set of limits from outside; null while none has come. They hold until replaced. */
  readonly external: ExternalLimits | null;
  readonly prices: EnergyPriceSchedule | null;
  readonly usage: Powermeter | null;
  /** Somebody below is in a hurry. */
  readonly urgent: boolean;
}

export type EnergyNodeState =
  /** Listens, and says nothing before everybody is ready. */
  | (Heard & { readonly name: "starting" })
  | (Heard & {
      readonly name: "running";
      readonly own: readonly ScheduleReqEntry[];
      readonly scheduleImport: readonly ScheduleReqEntry[];
      readonly scheduleExport: readonly ScheduleReqEntry[];
      /** Null while there is no news. */
      readonly publishAtMs: number | null;
      /** When to look for children that are heard no more; null without children. */
      readonly reviewAtMs: number | null;
    });

type Running = Extract<EnergyNodeState, { name: "running" }>;

export type EnergyNodeEvent =
  /** `wallMs`: milliseconds since the Unix epoch. */
  | { readonly type: "started"; readonly wallMs: number }
  | { readonly type: "childRequested"; readonly request: EnergyFlowRequest }
  | { readonly type: "externalLimitsSet"; readonly limits: ExternalLimits }
  | { readonly type: "pricesTold"; readonly prices: EnergyPriceSchedule }
  | { readonly type: "usageMeasured"; readonly usage: Powermeter }
  | { readonly type: "limitsEnforced"; readonly limits: EnforcedLimits }
  | { readonly type: "deadlineReached" };

export type EnergyNodeEffect =
  | { readonly type: "publishRequest"; readonly request: EnergyFlowRequest }
  | { readonly type: "forwardLimits"; readonly limits: EnforcedLimits }
  /** A child is heard no more; what it asked for goes to others. */
  | { readonly type: "reportSilence"; readonly child: string };

type Outcome = Step<EnergyNodeState, EnergyNodeEffect>;

export const initialEnergyNodeState: EnergyNodeState = {
  name: "starting",
  children: [],
  places: new Map(),
  external: null,
  prices: null,
  usage: null,
  urgent: false,
};

function placesOf(children: readonly Child[]): ReadonlyMap<string, number> {
  return new Map(children.map(({ request }, index) => [request.uuid, index]));
}

function withChild<S extends Heard>(state: S, request: EnergyFlowRequest, heardAtMs: number): S {
  const child = { request: withoutUrgency(request), heardAtMs };
  const place = state.places.get(request.uuid);
  const children = place === undefined ? [...state.children, child] : state.children.with(place, child);
  return {
    ...state,
    children,
    places: place === undefined ? placesOf(children) : state.places,
    urgent: state.urgent || isUrgent(request),
  };
}

/** What a node tells of itself at the start. Source: energy facts, section 1.5. */
export function capabilities({ fuseLimitA, phaseCount, nominalVoltageV }: NodeRating): {
  max_current_A: number;
  max_phase_count?: number;
  nominal_voltage_V: number;
  total_power_W: number;
} {
  return {
    max_current_A: fuseLimitA,
    ...(phaseCount > 0 && { max_phase_count: phaseCount }),
    nominal_voltage_V: nominalVoltageV,
    total_power_W: nominalVoltageV * fuseLimitA * (phaseCount || 1),
  };
}

export function createEnergyNodeMachine(
  uuid: string,
  rating: NodeRating,
): Machine<EnergyNodeState, EnergyNodeEvent, EnergyNodeEffect> {
  function request(state: Running): EnergyFlowRequest {
    return {
      uuid,
      node_type: "Generic",
      children: state.children.map((child) => child.request),
      schedule_import: state.scheduleImport,
      schedule_export: state.scheduleExport,
      schedule_setpoints: state.external?.schedule_setpoints ?? none,
      priority_request: state.urgent,
      ...(state.usage !== null && { energy_usage_root: state.usage }),
    };
  }

  /** An empty list means the node's own limits. */
  function withSchedules<S extends Running>(state: S): S {
    const { own, external, prices } = state;
    const patched = (entries: readonly ScheduleReqEntry[] = []): readonly ScheduleReqEntry[] =>
      entries.length === 0 ? own : entries.map((entry) => withinRating(entry, rating));
    return {
      ...state,
      scheduleImport: withPrices(patched(external?.schedule_import), prices?.schedule_import ?? []),
      scheduleExport: withPrices(patched(external?.schedule_export), prices?.schedule_export ?? []),
    };
  }

  /** The news of one instant are told together, however many children speak in it. */
  function withNews(state: Running, nowMs: number): Outcome {
    return {
      state: {
        ...state,
        publishAtMs: nowMs,
        reviewAtMs: state.reviewAtMs ?? (state.children.length > 0 ? nowMs + timing.energyRequestLifetimeMs : null),
      },
      effects: [],
    };
  }

  /** A child that is heard no more asks for nothing. */
  function reviewed(state: Running, nowMs: number): { state: Running; effects: EnergyNodeEffect[] } {
    if (state.reviewAtMs === null || nowMs < state.reviewAtMs) return { state, effects: [] };
    const isSilent = ({ heardAtMs }: Child): boolean => nowMs - heardAtMs >= timing.energyRequestLifetimeMs;
    const children = state.children.filter((child) => !isSilent(child));
    const oldestMs = children.reduce((oldest, { heardAtMs }) => Math.min(oldest, heardAtMs), Number.POSITIVE_INFINITY);
    const reviewAtMs = children.length === 0 ? null : oldestMs + timing.energyRequestLifetimeMs;
    if (children.length === state.children.length) return { state: { ...state, reviewAtMs }, effects: [] };
    return {
      state: { ...state, children, places: placesOf(children), reviewAtMs, publishAtMs: nowMs, urgent: true },
      effects: state.children.filter(isSilent).map((child) => ({ type: "reportSilence", child: child.request.uuid })),
    };
  }

  function forwarding<S extends EnergyNodeState>(state: S, { limits }: { readonly limits: EnforcedLimits }): Outcome {
    return { state, effects: limits.uuid === uuid ? [] : [{ type: "forwardLimits", limits }] };
  }

  const table: MachineTable<EnergyNodeState, EnergyNodeEvent, EnergyNodeEffect> = {
    starting: {
      started: (state, { wallMs }, nowMs) => {
        const limits = ownLimits(rating);
        const own = [{ timestamp: fullHour(wallMs), limits_to_root: limits, limits_to_leaves: limits }];
        const started: Running = {
          ...state,
          name: "running",
          own,
          scheduleImport: own,
          scheduleExport: own,
          publishAtMs: null,
          reviewAtMs: null,
        };
        return withNews(withSchedules(started), nowMs);
      },
      childRequested: (state, event, nowMs) => ({ state: withChild(state, event.request, nowMs), effects: [] }),
      externalLimitsSet: (state, { limits }) => ({ state: { ...state, external: limits }, effects: [] }),
      pricesTold: (state, { prices }) => ({ state: { ...state, prices }, effects: [] }),
      usageMeasured: (state, { usage }) => ({ state: { ...state, usage }, effects: [] }),
      limitsEnforced: forwarding,
      deadlineReached: (state) => ({ state, effects: [] }),
    },
    running: {
      started: (state) => ({ state, effects: [] }),
      childRequested: (state, event, nowMs) => withNews(withChild(state, event.request, nowMs), nowMs),
      // A limit that was lowered does not wait for a consumer to ask again.
      externalLimitsSet: (state, { limits }, nowMs) => withNews(withSchedules({ ...state, external: limits }), nowMs),
      pricesTold: (state, { prices }, nowMs) => withNews(withSchedules({ ...state, prices }), nowMs),
      usageMeasured: (state, { usage }, nowMs) => withNews({ ...state, usage }, nowMs),
      limitsEnforced: forwarding,
      deadlineReached: (before, _event, nowMs) => {
        const { state, effects } = reviewed(before, nowMs);
        if (state.publishAtMs === null || nowMs < state.publishAtMs) return { state, effects };
        return {
          state: { ...state, publishAtMs: null, urgent: false },
          effects: [...effects, { type: "publishRequest", request: request(state) }],
        };
      },
    },
  };

  return {
    step: (state, event, nowMs) =>
      (table[state.name][event.type] as (state: EnergyNodeState, event: EnergyNodeEvent, nowMs: number) => Outcome)(
        state,
        event,
        nowMs,
      ),
    deadlineMs: (state) => (state.name === "running" ? (state.publishAtMs ?? state.reviewAtMs) : null),
    deadlineReached: { type: "deadlineReached" },
  };
}
