import type { ProvidedIdToken } from "../auth/tokens.ts";
import type { StopTransactionReason } from "../board.ts";
import type { Powermeter, SignedMeterValue } from "../powermeter.ts";
import type { EnableEntry } from "./enable-table.ts";

/** What `session_event` can tell. Source: EvseManager facts, sections 2.7 and 2.8. */
export const sessionEventNames = [
  "Authorized",
  "Deauthorized",
  "Enabled",
  "Disabled",
  "SessionStarted",
  "AuthRequired",
  "TransactionStarted",
  "PrepareCharging",
  "ChargingStarted",
  "ChargingPausedEV",
  "ChargingPausedEVSE",
  "StoppingCharging",
  "ChargingFinished",
  "TransactionFinished",
  "SessionFinished",
  "ReservationStart",
  "ReservationEnd",
  "PluginTimeout",
  "SwitchingPhases",
  "SessionResumed",
] as const;
export type SessionEventName = (typeof sessionEventNames)[number];

export type StartSessionReason = "EVConnected" | "Authorized";
export type PauseReason = "UserPause" | "Error" | "NoEnergy";

interface MeterValue {
  readonly meter_value: Powermeter;
}

/** A session event; its time is added where wall time is known. */
export interface SessionEvent {
  readonly uuid: string;
  /** Only where it was known before: of a bill that was stored. */
  readonly timestamp?: string;
  readonly event: SessionEventName;
  readonly connector_id?: number;
  readonly session_started?: MeterValue & {
    readonly reason: StartSessionReason;
    readonly id_tag?: ProvidedIdToken;
    readonly reservation_id?: number;
    readonly logging_path?: string;
  };
  readonly transaction_started?: MeterValue & {
    readonly id_tag: ProvidedIdToken;
    readonly signed_meter_value?: SignedMeterValue;
    readonly reservation_id?: number;
  };
  readonly transaction_finished?: MeterValue & {
    readonly reason: StopTransactionReason;
    readonly id_tag?: ProvidedIdToken;
    readonly start_signed_meter_value?: SignedMeterValue;
    readonly signed_meter_value?: SignedMeterValue;
  };
  readonly session_finished?: MeterValue;
  readonly charging_state_changed_event?: MeterValue;
  readonly charging_paused_evse?: { readonly reasons: readonly PauseReason[] };
  readonly authorization_event?: MeterValue;
  readonly source?: EnableEntry;
}
