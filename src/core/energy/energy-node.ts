/**
 * A node of the energy tree: a fuse with consumers behind it, and a place where the world above may set limits.
 * It passes wishes up and limits down; it enforces nothing itself. Source: energy facts, section 3.
 */
import type { Machine, Step } from "../machine.ts";
import type { NodeRating } from "./external-limits.ts";
import { ownLimits, withinRating } from "./external-limits.ts";
import type { EnergyFlowRequest, EnforcedLimits, ExternalLimits, ScheduleReqEntry } from "./flow.ts";
import { isUrgent, withoutUrgency } from "./priority.ts";
import { fullHour } from "./time-series.ts";

interface Heard {
  readonly children: readonly EnergyFlowRequest[];
  /** The last set of limits from outside; null while none has come. They hold until replaced. */
  readonly external: ExternalLimits | null;
}

export type EnergyNodeState =
  /** Listens, and says nothing before everybody is ready. */
  | (Heard & { readonly name: "starting" })
  | (Heard & {
      readonly name: "running";
      readonly own: readonly ScheduleReqEntry[];
      readonly scheduleImport: readonly ScheduleReqEntry[];
      readonly scheduleExport: readonly ScheduleReqEntry[];
    });

type Running = Extract<EnergyNodeState, { name: "running" }>;

export type EnergyNodeEvent =
  /** `wallMs`: milliseconds since the Unix epoch. */
  | { readonly type: "started"; readonly wallMs: number }
  | { readonly type: "childRequested"; readonly request: EnergyFlowRequest }
  | { readonly type: "externalLimitsSet"; readonly limits: ExternalLimits }
  | { readonly type: "limitsEnforced"; readonly limits: EnforcedLimits }
  | { readonly type: "deadlineReached" };

export type EnergyNodeEffect =
  | { readonly type: "publishRequest"; readonly request: EnergyFlowRequest }
  /** `child`: the consumer below which the addressee stands; absent while nobody below has spoken: to all of them. */
  | { readonly type: "forwardLimits"; readonly limits: EnforcedLimits; readonly child?: string };

type Outcome = Step<EnergyNodeState, EnergyNodeEffect>;

type Table = {
  readonly [S in EnergyNodeState["name"]]: {
    readonly [T in EnergyNodeEvent["type"]]: (
      state: Extract<EnergyNodeState, { name: S }>,
      event: Extract<EnergyNodeEvent, { type: T }>,
    ) => Outcome;
  };
};

export const initialEnergyNodeState: EnergyNodeState = { name: "starting", children: [], external: null };

function withChild(children: readonly EnergyFlowRequest[], request: EnergyFlowRequest): readonly EnergyFlowRequest[] {
  const kept = withoutUrgency(request);
  const index = children.findIndex(({ uuid }) => uuid === kept.uuid);
  return index < 0 ? [...children, kept] : children.with(index, kept);
}

function holds(node: EnergyFlowRequest, uuid: string): boolean {
  return node.uuid === uuid || node.children.some((child) => holds(child, uuid));
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
  function publishing(state: Running, urgent: boolean): Outcome {
    const request: EnergyFlowRequest = {
      uuid,
      node_type: "Generic",
      children: state.children,
      schedule_import: state.scheduleImport,
      schedule_export: state.scheduleExport,
      schedule_setpoints: state.external?.schedule_setpoints ?? [],
      priority_request: urgent,
    };
    return { state, effects: [{ type: "publishRequest", request }] };
  }

  /** An empty list means the node's own limits. */
  function withExternal({ children, own }: Omit<Running, "external">, external: ExternalLimits | null): Running {
    const patched = (entries: readonly ScheduleReqEntry[] = []): readonly ScheduleReqEntry[] =>
      entries.length === 0 ? own : entries.map((entry) => withinRating(entry, rating));
    return {
      name: "running",
      children,
      external,
      own,
      scheduleImport: patched(external?.schedule_import),
      scheduleExport: patched(external?.schedule_export),
    };
  }

  function forwarding<S extends EnergyNodeState>(state: S, { limits }: { readonly limits: EnforcedLimits }): Outcome {
    if (limits.uuid === uuid) return { state, effects: [] };
    const child = state.children.find((candidate) => holds(candidate, limits.uuid))?.uuid;
    return { state, effects: [{ type: "forwardLimits", limits, ...(child === undefined ? {} : { child }) }] };
  }

  const table: Table = {
    starting: {
      started: (state, { wallMs }) => {
        const limits = ownLimits(rating);
        const own = [{ timestamp: fullHour(wallMs), limits_to_root: limits, limits_to_leaves: limits }];
        const started = { ...state, name: "running" as const, own, scheduleImport: own, scheduleExport: own };
        return publishing(withExternal(started, state.external), false);
      },
      childRequested: (state, { request }) => ({
        state: { ...state, children: withChild(state.children, request) },
        effects: [],
      }),
      externalLimitsSet: (state, { limits }) => ({ state: { ...state, external: limits }, effects: [] }),
      limitsEnforced: forwarding,
      deadlineReached: (state) => ({ state, effects: [] }),
    },
    running: {
      started: (state) => ({ state, effects: [] }),
      childRequested: (state, { request }) =>
        publishing({ ...state, children: withChild(state.children, request) }, isUrgent(request)),
      // A limit that was lowered does not wait for a consumer to ask again.
      externalLimitsSet: (state, { limits }) => publishing(withExternal(state, limits), false),
      limitsEnforced: forwarding,
      deadlineReached: (state) => ({ state, effects: [] }),
    },
  };

  return {
    step: (state, event) =>
      (table[state.name][event.type] as (state: EnergyNodeState, event: EnergyNodeEvent) => Outcome)(state, event),
    deadlineMs: () => null,
    deadlineReached: { type: "deadlineReached" },
  };
}
