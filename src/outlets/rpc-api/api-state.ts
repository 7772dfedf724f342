import type { HardwareCapabilities } from "../../core/board.ts";
import type { EnforcedLimits, ExternalLimits } from "../../core/energy/flow.ts";
import type { Powermeter } from "../../core/powermeter.ts";
import type { EnableEntry } from "../../core/session/enable-table.ts";
import type { SessionEvent } from "../../core/session/session-event.ts";
import type { EvseRecord } from "./evse-record.ts";
import { unknownEvse } from "./evse-record.ts";
import type { Call } from "./methods.ts";
import type { ChargerInfo, ConnectorInfo, DisplayParameters, ErrorObject } from "./objects.ts";

/** A call that is answered later. `place`: of the EVSE, in the order of the connections. */
export type Waiting = { readonly call: number; readonly place: number; readonly untilMs: number } & (
  | { readonly kind: "limit"; readonly currentA: number }
  | { readonly kind: "allowed"; readonly allowed: boolean }
  | { readonly kind: "enabled"; readonly enable: boolean }
);

export interface ApiState {
  readonly chargerInfo: ChargerInfo;
  readonly evses: readonly EvseRecord[];
  /** Active ones, in the order they were raised. */
  readonly errors: readonly ErrorObject[];
  /** Clients by their number: until when one has to say hello; null = it has. */
  readonly clients: ReadonlyMap<number, number | null>;
  readonly waiting: readonly Waiting[];
  /** Of each sink of limits, as far as it was told. */
  readonly sinkVoltagesV: Readonly<Record<number, number>>;
}

export type ApiEvent =
  | { readonly type: "chargerTold"; readonly info: ChargerInfo }
  | {
      readonly type: "evseTold";
      readonly place: number;
      readonly index: number;
      readonly connectors: readonly ConnectorInfo[];
    }
  | { readonly type: "evseIdTold"; readonly place: number; readonly id: string }
  | { readonly type: "modesTold"; readonly place: number; readonly modes: readonly string[] }
  | { readonly type: "capabilitiesTold"; readonly place: number; readonly capabilities: HardwareCapabilities }
  | { readonly type: "protocolSelected"; readonly place: number; readonly protocol: string }
  | { readonly type: "sessionChanged"; readonly place: number; readonly event: SessionEvent }
  | { readonly type: "measured"; readonly place: number; readonly reading: Powermeter }
  | { readonly type: "limitsEnforced"; readonly place: number; readonly limits: EnforcedLimits }
  | { readonly type: "vehicleTold"; readonly place: number; readonly display: DisplayParameters }
  /** `sink`: in the order of the connections. */
  | { readonly type: "sinkTold"; readonly sink: number; readonly nominalVoltageV: number }
  | { readonly type: "errorRaised"; readonly error: ErrorObject }
  | { readonly type: "errorCleared"; readonly uuid: string }
  | { readonly type: "clientConnected"; readonly client: number }
  | { readonly type: "clientDisconnected"; readonly client: number }
  /** `timestamp`: now, RFC 3339. */
  | {
      readonly type: "called";
      readonly client: number;
      readonly call: number;
      readonly request: Call;
      readonly timestamp: string;
    }
  /** Something that is no call of a method of the API. */
  | { readonly type: "misspoke"; readonly client: number }
  | { readonly type: "evseAnswered"; readonly call: number; readonly result: boolean }
  | { readonly type: "deadlineReached" };

export type ApiEffect =
  | { readonly type: "answer"; readonly call: number; readonly result: object }
  | { readonly type: "notify"; readonly clients: readonly number[]; readonly method: string; readonly params: object }
  | { readonly type: "disconnect"; readonly client: number; readonly why: string }
  | { readonly type: "setLimits"; readonly sink: number; readonly limits: ExternalLimits }
  | { readonly type: "pause" | "resume"; readonly place: number; readonly call: number }
  | {
      readonly type: "enable";
      readonly place: number;
      readonly call: number;
      readonly connectorId: number;
      readonly source: EnableEntry;
    };

export interface ApiOptions {
  /** What this software calls itself. */
  readonly version: string;
  /** The EVSE each sink of limits belongs to, by its mapping. */
  readonly sinkEvses: readonly (number | null)[];
  readonly decimalPlaces: number;
}

const unknown = "unknown";

export const unknownCharger: ChargerInfo = {
  vendor: unknown,
  model: unknown,
  serial: unknown,
  firmware_version: unknown,
};

export const initialApiState = (evses: number): ApiState => ({
  chargerInfo: unknownCharger,
  evses: Array.from({ length: evses }, () => unknownEvse),
  errors: [],
  clients: new Map(),
  waiting: [],
  sinkVoltagesV: {},
});
