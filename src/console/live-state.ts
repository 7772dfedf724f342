/**
 * What the live view shows, folded from event lines: the station, and beyond it what only a picture has room for -
 * limits with those who cause them, tokens, reservations and the current of the last minutes. Pure.
 */
import type { ProvidedIdToken } from "../core/auth/tokens.ts";
import type { ScheduleReqEntry, Sourced } from "../core/energy/flow.ts";
import type { SessionEvent } from "../core/session/session-event.ts";
import type { EventLine } from "../runtime/event-line.ts";
import type { ModulePlan } from "../runtime/station.ts";
import type { CurrentHistory } from "./current-history.ts";
import { withSample } from "./current-history.ts";
import type { LogEntry } from "./log-entry.ts";
import { describeLine } from "./log-entry.ts";
import { shortToken } from "./short-token.ts";
import type { ConnectorView, ErrorFields, StationState } from "./station-view.ts";
import { connectorsOf, connectorWith, foldLine, initialStation } from "./station-view.ts";

/** What the panel of a connector tells beyond its view. */
export interface ConnectorDetail {
  readonly history: CurrentHistory;
  /** What energy management gave last, ampere, and who causes it. */
  readonly granted: Sourced<number> | null;
  /** An operator holds it back. */
  readonly isHeld: boolean;
  readonly lastError: { readonly type: string; readonly raisedMs: number; readonly clearedMs: number | null } | null;
  /** Its number among those Auth serves; null where no Auth knows it. */
  readonly evseId: number | null;
}

export interface NodeLimit {
  readonly fromMs: number;
  readonly currentA: Sourced<number> | null;
  readonly powerW: Sourced<number> | null;
  readonly phases: number | null;
}

/** A node of the energy tree between the grid and the connectors. */
export interface NodeView {
  readonly id: string;
  /** 0 at the grid. */
  readonly depth: number;
  /** Of connectors, however far below. */
  readonly connectors: readonly string[];
  /** In order of time: the first one holds before its time too, the last one for ever. */
  readonly schedule: readonly NodeLimit[];
}

export interface TokenView {
  readonly value: string;
  readonly status: string;
  readonly atMs: number;
}

export interface ReservationView {
  readonly id: number;
  /** Null: of no certain EVSE. */
  readonly evseId: number | null;
  readonly sinceMs: number;
}

export interface LiveState {
  readonly station: StationState;
  readonly details: ReadonlyMap<string, ConnectorDetail>;
  readonly nodes: readonly NodeView[];
  /** Tokens that were presented, the latest last. */
  readonly tokens: readonly TokenView[];
  readonly reservations: readonly ReservationView[];
  readonly highestReservationId: number;
  readonly log: readonly LogEntry[];
}

/** As much as a high terminal can show. */
const logLength = 100;
const mostTokens = 20;

const newDetail = (evseId: number | null): ConnectorDetail => ({
  history: [],
  granted: null,
  isHeld: false,
  lastError: null,
  evseId,
});

export function initialLive(plans: readonly ModulePlan[]): LiveState {
  const connectors = connectorsOf(plans);
  // Auth counts the EVSEs it is connected to, from 1.
  const served = plans.find(({ type }) => type === "Auth")?.connections.evse_manager ?? [];
  const evseIdOf = (id: string): number | null => {
    const index = served.findIndex(({ moduleId }) => moduleId === id);
    return index < 0 ? null : index + 1;
  };
  return {
    station: initialStation(connectors),
    details: new Map(connectors.map(({ id }) => [id, newDetail(evseIdOf(id))])),
    nodes: nodesOf(plans),
    tokens: [],
    reservations: [],
    highestReservationId: 0,
    log: [],
  };
}

export const detailOf = (live: LiveState, connectorId: string): ConnectorDetail =>
  live.details.get(connectorId) ?? newDetail(null);

/** The node whose limit reaches no more than it must: that right above the connector. */
export const nodeAbove = (live: LiveState, connectorId: string): NodeView | undefined =>
  live.nodes.filter(({ connectors }) => connectors.includes(connectorId)).toSorted((a, b) => b.depth - a.depth)[0];

export const reservationOf = (live: LiveState, connectorId: string): ReservationView | undefined => {
  const { evseId } = detailOf(live, connectorId);
  return evseId === null ? undefined : live.reservations.find((reservation) => reservation.evseId === evseId);
};

export const connectorOfEvse = (live: LiveState, evseId: number): string | undefined =>
  [...live.details].find(([, detail]) => detail.evseId === evseId)?.[0];

/** What a node allows at an instant; undefined before it has said anything. */
export const nodeLimitAt = ({ schedule }: NodeView, nowMs: number): NodeLimit | undefined =>
  schedule.findLast(({ fromMs }) => fromMs <= nowMs) ?? schedule[0];

/** The nodes from the grid down, each before those below it. */
function nodesOf(plans: readonly ModulePlan[]): readonly NodeView[] {
  const planOf = new Map(plans.map((plan) => [plan.id, plan]));
  const childrenOf = (id: string): readonly string[] =>
    (planOf.get(id)?.connections.energy_consumer ?? []).map(({ moduleId }) => moduleId);
  const isNode = (id: string): boolean => planOf.get(id)?.type === "EnergyNode";
  const ids = plans.map(({ id }) => id).filter(isNode);
  const below = new Set(ids.flatMap(childrenOf));
  const connectorsBelow = (id: string): readonly string[] =>
    childrenOf(id).flatMap((child) => (isNode(child) ? connectorsBelow(child) : [child]));
  const walk = (id: string, depth: number): readonly NodeView[] => [
    { id, depth, connectors: connectorsBelow(id), schedule: [] },
    ...childrenOf(id)
      .filter(isNode)
      .flatMap((child) => walk(child, depth + 1)),
  ];
  return ids.filter((id) => !below.has(id)).flatMap((id) => walk(id, 0));
}

/**
 * Besides the lines of a run it takes `energy_request`, which the live view makes of what a node asks for:
 * `schedule_import`, and `wallAtZeroMs`, the wall time at which `t` was 0.
 */
export function foldLive(live: LiveState, line: EventLine): LiveState {
  const station = foldLine(live.station, line);
  const now = withNews({ ...live, station }, line);
  switch (line.kind) {
    case "energy": {
      const { uuid, limits_root_side, limited_by } = line.fields as {
        uuid: string;
        limits_root_side: { ac_max_current_A?: Sourced<number>; total_power_W?: Sourced<number> };
        limited_by?: string;
      };
      const { ac_max_current_A, total_power_W } = limits_root_side;
      // A limit in watt alone still has somebody who causes it.
      const granted =
        ac_max_current_A ?? (total_power_W && { value: Number.NaN, source: total_power_W.source }) ?? null;
      // A limit of nothing names nobody itself.
      return changeDetail(now, uuid, () => ({
        granted: granted && { ...granted, source: granted.source || (limited_by ?? "") },
      }));
    }
    case "powermeter":
    case "limits":
      return withCurrent(now, line);
    case "error":
      return withError(now, line);
    case "session_event":
      return withSessionEvent(now, line);
    case "command_result": {
      const { name, result } = line.fields as { name: string; result?: unknown };
      if (result !== true || (name !== "pause_charging" && name !== "resume_charging")) return now;
      return changeDetail(now, line.module, () => ({ isHeld: name === "pause_charging" }));
    }
    case "token": {
      const { token, status } = line.fields as { token: ProvidedIdToken; status: string };
      const { value } = token.id_token;
      const others = now.tokens.filter((known) => known.value !== value);
      return { ...now, tokens: [...others, { value, status, atMs: line.tMs }].slice(-mostTokens) };
    }
    case "reservation":
      return withReservation(now, line);
    case "energy_request": {
      const { schedule_import, wallAtZeroMs } = line.fields as {
        schedule_import: readonly ScheduleReqEntry[];
        wallAtZeroMs: number;
      };
      const schedule = schedule_import.map((entry) => nodeLimit(entry, wallAtZeroMs));
      const nodes = now.nodes.map((node) => (node.id === line.module ? { ...node, schedule } : node));
      return { ...now, nodes };
    }
    default:
      return now;
  }
}

/** What is told of in the list of events. */
const newsKinds: readonly string[] = ["session_event", "error", "token"];

function withNews(live: LiveState, line: EventLine): LiveState {
  if (!newsKinds.includes(line.kind)) return live;
  const entry = describeLine(line, live.station, shortToken);
  return entry === undefined ? live : { ...live, log: [...live.log, entry].slice(-logLength) };
}

function changeDetail(
  live: LiveState,
  module: string,
  change: (detail: ConnectorDetail, connector: ConnectorView) => Partial<ConnectorDetail>,
): LiveState {
  const connector = connectorWith(live.station, module);
  if (connector === undefined) return live;
  const detail = detailOf(live, connector.id);
  return { ...live, details: new Map(live.details).set(connector.id, { ...detail, ...change(detail, connector) }) };
}

/** The highest of the conductors: what the limit holds for. */
export const drawnA = ({ meter }: ConnectorView): number => {
  const { L1 = 0, L2 = 0, L3 = 0, DC = 0 } = meter?.current_A ?? {};
  return Math.max(L1, L2, L3, Math.abs(DC));
};

const withCurrent = (live: LiveState, { module, tMs }: EventLine): LiveState =>
  changeDetail(live, module, ({ history }, connector) => ({
    history: withSample(history, {
      atMs: tMs,
      drawnA: drawnA(connector),
      limitA: Math.max(0, connector.limit?.currentA ?? 0),
    }),
  }));

function withError(live: LiveState, { module, tMs, fields }: EventLine): LiveState {
  const { action, type } = fields as ErrorFields;
  return changeDetail(live, module, ({ lastError }) => {
    if (action === "raise") return { lastError: { type, raisedMs: tMs, clearedMs: null } };
    return lastError?.type === type ? { lastError: { ...lastError, clearedMs: tMs } } : {};
  });
}

function withSessionEvent(live: LiveState, { module, fields }: EventLine): LiveState {
  const { event, charging_paused_evse, session_started, transaction_started } = fields as SessionEvent;
  switch (event) {
    case "ChargingPausedEVSE": {
      const isHeld = charging_paused_evse?.reasons.includes("UserPause") === true;
      return changeDetail(live, module, () => ({ isHeld }));
    }
    case "SessionFinished":
    case "ChargingStarted":
      return changeDetail(live, module, () => ({ isHeld: false }));
    // A reservation that is used or cancelled ends without an update of its own.
    case "SessionStarted":
    case "TransactionStarted": {
      const used = session_started?.reservation_id ?? transaction_started?.reservation_id;
      return { ...live, reservations: live.reservations.filter(({ id }) => id !== used) };
    }
    case "ReservationEnd": {
      const ended = reservationOf(live, module);
      return { ...live, reservations: live.reservations.filter((reservation) => reservation !== ended) };
    }
    default:
      return live;
  }
}

function withReservation(live: LiveState, { tMs, fields }: EventLine): LiveState {
  const { reservation_id, reservation_status, evse_id } = fields as {
    reservation_id: number;
    reservation_status: string;
    evse_id?: number;
  };
  const others = live.reservations.filter(({ id }) => id !== reservation_id);
  const isHeld = reservation_status === "Placed";
  return {
    ...live,
    highestReservationId: Math.max(live.highestReservationId, reservation_id),
    reservations: isHeld ? [...others, { id: reservation_id, evseId: evse_id ?? null, sinceMs: tMs }] : others,
  };
}

function nodeLimit(
  { timestamp, limits_to_root: root, limits_to_leaves: leaves }: ScheduleReqEntry,
  wallAtZeroMs: number,
): NodeLimit {
  return {
    fromMs: Date.parse(timestamp) - wallAtZeroMs,
    currentA: lower(root.ac_max_current_A, leaves.ac_max_current_A),
    powerW: lower(root.total_power_W, leaves.total_power_W),
    phases: lower(root.ac_max_phase_count, leaves.ac_max_phase_count)?.value ?? null,
  };
}

function lower(root: Sourced<number> | undefined, leaves: Sourced<number> | undefined): Sourced<number> | null {
  if (root === undefined || leaves === undefined) return root ?? leaves ?? null;
  return leaves.value < root.value ? leaves : root;
}
