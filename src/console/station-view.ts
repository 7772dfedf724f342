/**
 * What a person wants to know of a station, folded from its event lines. Pure: whoever has the lines - the daemon, a
 * console at the other end of a socket, a recording - gets the same view.
 */

import { ampereForDuty } from "../core/iec61851/duty-cycle.ts";
import type { Powermeter } from "../core/powermeter.ts";
import type { ChargerStateName } from "../core/session/charger-state.ts";
import type { SessionEvent } from "../core/session/session-event.ts";
import type { EventLine } from "../runtime/event-line.ts";
import type { ModulePlan } from "../runtime/station.ts";
import type { LogEntry } from "./log-entry.ts";
import { describeLine } from "./log-entry.ts";

/** A charging point, and the modules it consists of: their lines belong to it. */
export interface ConnectorParts {
  readonly id: string;
  readonly parts: readonly string[];
}

export interface PilotOutputView {
  readonly mode: "X1" | "F" | "E" | "pwm";
  readonly dutyPercent: number;
  /** Ampere per phase a vehicle may draw; 0 where the pilot offers nothing by itself. */
  readonly offeredA: number;
}

/** Something that is told to move and answers when it has. Null: nobody has said. */
export interface ActuatorView {
  readonly commanded: boolean | null;
  readonly confirmed: boolean | null;
  readonly commandedAtMs: number;
  readonly reason: string | null;
}

export interface TransactionView {
  readonly startedMs: number;
  readonly finishedMs: number | null;
  readonly startWh: number;
  readonly energyWh: number;
}

export interface SessionView {
  readonly id: string;
  readonly startedMs: number;
  readonly finishedMs: number | null;
  readonly token: string | null;
  readonly transaction: TransactionView | null;
}

export interface FaultView {
  readonly module: string;
  readonly implementation: string;
  readonly type: string;
  readonly subType: string;
  readonly severity: string;
  readonly message: string;
  readonly sinceMs: number;
}

export interface ConnectorView extends ConnectorParts {
  readonly state: ChargerStateName | null;
  readonly stateSinceMs: number;
  readonly pilotLetter: string | null;
  readonly pilotVolts: { readonly highV: number; readonly lowV: number } | null;
  readonly output: PilotOutputView | null;
  readonly limit: { readonly currentA: number; readonly phases: number } | null;
  readonly contactor: ActuatorView;
  readonly lock: ActuatorView;
  readonly meter: Powermeter | null;
  /** The present session, or the last one. */
  readonly session: SessionView | null;
  readonly faults: readonly FaultView[];
}

export interface StationState {
  /** Of the last line. */
  readonly nowMs: number;
  readonly connectors: readonly ConnectorView[];
  /** Those of modules that belong to no connector. */
  readonly faults: readonly FaultView[];
  /** Session events, tokens and faults; the newest last. */
  readonly log: readonly LogEntry[];
  readonly totals: {
    readonly sessionsStarted: number;
    readonly sessionsFinished: number;
    /** Of finished transactions. */
    readonly energyWh: number;
    readonly faultsRaised: number;
  };
}

/** As much as a high terminal can show. */
const logLength = 100;

const untold: ActuatorView = { commanded: null, confirmed: null, commandedAtMs: 0, reason: null };

const newConnector = ({ id, parts }: ConnectorParts): ConnectorView => ({
  id,
  parts,
  state: null,
  stateSinceMs: 0,
  pilotLetter: null,
  pilotVolts: null,
  output: null,
  limit: null,
  contactor: untold,
  lock: untold,
  meter: null,
  session: null,
  faults: [],
});

/** The charging points of a configuration, in its order of EVSEs. */
export function connectorsOf(plans: readonly ModulePlan[]): ConnectorParts[] {
  return plans
    .filter(({ type }) => type === "EvseManager")
    .toSorted((a, b) => (a.evse ?? Number.MAX_SAFE_INTEGER) - (b.evse ?? Number.MAX_SAFE_INTEGER))
    .map(({ id, connections }) => ({
      id,
      parts: [...new Set(Object.values(connections).flatMap((targets) => targets.map(({ moduleId }) => moduleId)))],
    }));
}

/** A connector nobody named here appears with its first state. */
export function initialStation(connectors: readonly ConnectorParts[] = []): StationState {
  return {
    nowMs: 0,
    connectors: connectors.map(newConnector),
    faults: [],
    log: [],
    totals: { sessionsStarted: 0, sessionsFinished: 0, energyWh: 0, faultsRaised: 0 },
  };
}

export interface StationView {
  readonly state: StationState;
  hear(line: EventLine): void;
}

export function createStationView(plans: readonly ModulePlan[]): StationView {
  let state = initialStation(connectorsOf(plans));
  return {
    get state() {
      return state;
    },
    hear(line) {
      state = foldLine(state, line);
    },
  };
}

/** Energy of the session's transaction so far, watt-hours. */
export const energyOf = (connector: ConnectorView): number => connector.session?.transaction?.energyWh ?? 0;

export function foldLine(station: StationState, line: EventLine): StationState {
  const now = { ...station, nowMs: Math.max(station.nowMs, line.tMs) };
  switch (line.kind) {
    case "state":
      return changeConnector(withConnector(now, line.module), line.module, (connector) => ({
        ...connector,
        state: (line.fields as { to: ChargerStateName }).to,
        stateSinceMs: line.tMs,
      }));
    case "cp":
      return changeConnector(now, line.module, (connector) => ({
        ...connector,
        pilotLetter: (line.fields as { to: string }).to,
      }));
    case "pilot": {
      const { high_V, low_V } = line.fields as { high_V: number; low_V: number };
      return changeConnector(now, line.module, (connector) => ({
        ...connector,
        pilotVolts: { highV: high_V, lowV: low_V },
      }));
    }
    case "pwm": {
      const { mode, duty_percent } = line.fields as { mode: PilotOutputView["mode"]; duty_percent: number };
      const offeredA = mode === "pwm" ? ampereForDuty(duty_percent / 100) : 0;
      return changeConnector(now, line.module, (connector) => ({
        ...connector,
        output: { mode, dutyPercent: duty_percent, offeredA },
      }));
    }
    case "limits": {
      const { max_current, nr_of_phases_available } = line.fields as {
        max_current: number;
        nr_of_phases_available: number;
      };
      return changeConnector(now, line.module, (connector) => ({
        ...connector,
        limit: { currentA: max_current, phases: nr_of_phases_available },
      }));
    }
    case "contactor_command": {
      const { closed, reason } = line.fields as { closed: boolean; reason: string };
      return changeConnector(now, line.module, (connector) => ({
        ...connector,
        contactor: { ...connector.contactor, commanded: closed, commandedAtMs: line.tMs, reason },
      }));
    }
    case "contactor":
      return changeConnector(now, line.module, (connector) => ({
        ...connector,
        contactor: { ...connector.contactor, confirmed: (line.fields as { closed: boolean }).closed },
      }));
    case "lock_command":
      return changeConnector(now, line.module, (connector) => ({
        ...connector,
        lock: {
          ...connector.lock,
          commanded: (line.fields as { locked: boolean }).locked,
          commandedAtMs: line.tMs,
        },
      }));
    case "lock":
      return changeConnector(now, line.module, (connector) => ({
        ...connector,
        lock: { ...connector.lock, confirmed: (line.fields as { locked: boolean }).locked },
      }));
    case "powermeter":
      return changeConnector(now, line.module, (connector) => metered(connector, line.fields as Powermeter));
    case "session_event":
      return logged(foldSession(withConnector(now, line.module), line), line);
    case "error":
      return logged(foldFault(now, line), line);
    case "token":
      return logged(now, line);
    default:
      return now;
  }
}

const belongsTo = (connector: ConnectorView, module: string): boolean =>
  connector.id === module || connector.parts.includes(module);

/** The connector a module belongs to. */
export const connectorWith = (station: StationState, module: string): ConnectorView | undefined =>
  station.connectors.find((connector) => belongsTo(connector, module));

function withConnector(station: StationState, module: string): StationState {
  if (connectorWith(station, module) !== undefined) return station;
  return { ...station, connectors: [...station.connectors, newConnector({ id: module, parts: [] })] };
}

function changeConnector(
  station: StationState,
  module: string,
  change: (connector: ConnectorView) => ConnectorView,
): StationState {
  return {
    ...station,
    connectors: station.connectors.map((connector) => (belongsTo(connector, module) ? change(connector) : connector)),
  };
}

function logged(station: StationState, line: EventLine): StationState {
  const entry = describeLine(line, station);
  return entry === undefined ? station : { ...station, log: [...station.log, entry].slice(-logLength) };
}

function metered(connector: ConnectorView, meter: Powermeter): ConnectorView {
  const { session } = connector;
  const transaction = session?.transaction ?? null;
  if (session === null || transaction === null || transaction.finishedMs !== null) return { ...connector, meter };
  return { ...connector, meter, session: { ...session, transaction: counted(transaction, meter) } };
}

/** A meter that began anew, or reads less than before, delivers nothing back. */
const counted = (transaction: TransactionView, meter: Powermeter): TransactionView => ({
  ...transaction,
  energyWh: Math.max(transaction.energyWh, meter.energy_Wh_import.total - transaction.startWh),
});

function foldSession(station: StationState, line: EventLine): StationState {
  const event = line.fields as SessionEvent;
  const { totals } = station;
  const change = (to: (connector: ConnectorView) => Partial<ConnectorView>): StationState =>
    changeConnector(station, line.module, (connector) => ({ ...connector, ...to(connector) }));
  const changeSession = (to: (session: SessionView) => Partial<SessionView>): StationState =>
    change(({ session }) => (session === null ? {} : { session: { ...session, ...to(session) } }));

  switch (event.event) {
    case "SessionStarted":
    case "SessionResumed": {
      const session: SessionView = {
        id: event.uuid,
        startedMs: line.tMs,
        finishedMs: null,
        token: event.session_started?.id_tag?.id_token.value ?? null,
        transaction: null,
      };
      return { ...change(() => ({ session })), totals: { ...totals, sessionsStarted: totals.sessionsStarted + 1 } };
    }
    case "TransactionStarted": {
      const { id_tag, meter_value } = event.transaction_started ?? {};
      const startWh = meter_value?.energy_Wh_import.total ?? 0;
      return changeSession(({ token }) => ({
        token: id_tag?.id_token.value ?? token,
        transaction: { startedMs: line.tMs, finishedMs: null, startWh, energyWh: 0 },
      }));
    }
    case "TransactionFinished": {
      const reading = event.transaction_finished?.meter_value;
      const finished = changeSession(({ transaction }) => {
        if (transaction === null) return {};
        const billed = reading === undefined ? transaction : counted(transaction, reading);
        return { transaction: { ...billed, finishedMs: line.tMs } };
      });
      const connector = connectorWith(finished, line.module);
      const energyWh = totals.energyWh + (connector === undefined ? 0 : energyOf(connector));
      return { ...finished, totals: { ...totals, energyWh } };
    }
    case "SessionFinished":
      return {
        ...changeSession(() => ({ finishedMs: line.tMs })),
        totals: { ...totals, sessionsFinished: totals.sessionsFinished + 1 },
      };
    default:
      return station;
  }
}

/** An `error` line. */
export interface ErrorFields {
  readonly implementation: string;
  readonly action: "raise" | "clear";
  readonly type: string;
  readonly sub_type: string;
  readonly severity: string;
  readonly message: string;
}

function foldFault(station: StationState, line: EventLine): StationState {
  const { implementation, action, type, sub_type, severity, message } = line.fields as ErrorFields;
  const isSame = (fault: FaultView): boolean =>
    fault.module === line.module &&
    fault.implementation === implementation &&
    fault.type === type &&
    fault.subType === sub_type;
  const fault = { module: line.module, implementation, type, subType: sub_type, severity, message, sinceMs: line.tMs };
  const change = (faults: readonly FaultView[]): readonly FaultView[] => {
    const others = faults.filter((known) => !isSame(known));
    return action === "raise" ? [...others, fault] : others;
  };
  const { totals } = station;
  const counting =
    action === "raise" ? { ...station, totals: { ...totals, faultsRaised: totals.faultsRaised + 1 } } : station;
  if (connectorWith(station, line.module) === undefined) return { ...counting, faults: change(station.faults) };
  return changeConnector(counting, line.module, (connector) => ({ ...connector, faults: change(connector.faults) }));
}
