import type { ProvidedIdToken } from "../auth/tokens.ts";
import type { Ampacity, HardwareCapabilities, PowerOnReason, StopTransactionReason } from "../board.ts";
import type { LimitsRes } from "../energy/flow.ts";
import type { CarEvent } from "../iec61851/control-pilot.ts";
import type { MeterTransactionRequest, MeterTransactionResponse, Powermeter, SignedMeterValue } from "../powermeter.ts";
import type { EnableEntry, EnableTable } from "./enable-table.ts";
import type { PauseReason, SessionEvent } from "./session-event.ts";
import type { StoredSession } from "./stored-session.ts";

/** EvseManager facts, section 2; the names are published. */
export const chargerStates = [
  "Disabled",
  "Idle",
  "WaitingForAuthentication",
  "PrepareCharging",
  "Charging",
  "ChargingPausedEV",
  "ChargingPausedEVSE",
  "StoppingCharging",
  "Finished",
  "T_step_EF",
  "T_step_X1",
  "SwitchPhases",
] as const;
export type ChargerStateName = (typeof chargerStates)[number];

/** How active errors end a session: any High one is an emergency. EvseManager facts, section 4.2. */
export type Shutdown = "None" | "Error" | "Emergency";

export interface ChargerOptions {
  readonly chargeMode: "AC" | "DC";
  readonly connectorId: number;
  readonly evseId: string;
  /** SLAC and ISO 15118 are wired, and wanted in this mode. */
  readonly hlcEnabled: boolean;
  /** AC with HLC: begin with 5 % duty instead of X1. */
  readonly use5Percent: boolean;
  /** AC with HLC: never fall back to nominal PWM after external identification. */
  readonly enforceHlc: boolean;
  readonly acNominalVoltageV: number;
  readonly disableAuthentication: boolean;
  readonly overCurrentTolerancePercent: number;
  readonly overCurrentNoiseA: number;
  readonly overCurrentTimeoutMs: number;
  /** Length of state F after a fault while charging; 0 = never F. */
  readonly stateFAfterFaultMs: number;
  readonly switchPhasesDelayMs: number;
  readonly switchPhasesPilot: "X1" | "F";
  readonly failOnPowermeterErrors: boolean;
  readonly raiseMrec9: boolean;
  readonly sleepBefore5PercentMs: number;
  /** How long a high-level charge loop goes on without energy; 0 = not at all. */
  readonly noEnergyTimeoutMs: number;
  /** A billing meter is wired: it is asked at the start and the end of a transaction. */
  readonly hasMeter: boolean;
  /** A store is wired: a transaction is told once it is on the disk, and so is its end. */
  readonly hasStore: boolean;
  readonly hasLock: boolean;
  /** The user's own limit, ampere per phase. */
  readonly maxCurrentImportA: number;
  /** The user's own limit towards the grid, ampere per phase. */
  readonly maxCurrentExportA: number;
}

export type SlacState = "UNMATCHED" | "MATCHING" | "MATCHED";

/** What the charger hears. Commands that answer carry `call`, the address of the reply. */
export type ChargerEvent =
  | { readonly kind: "start" }
  | { readonly kind: CarEvent }
  | {
      readonly kind: "authorize";
      readonly token: ProvidedIdToken;
      readonly reservationId?: number;
      /** What was found out about a contract. */
      readonly certificateStatus?: string;
    }
  | { readonly kind: "withdrawAuthorization" }
  | {
      readonly kind: "stopTransaction";
      readonly call?: number;
      readonly reason: StopTransactionReason;
      readonly idTag?: ProvidedIdToken;
    }
  | { readonly kind: "pause"; readonly call?: number }
  | { readonly kind: "resume"; readonly call?: number }
  | { readonly kind: "reserve"; readonly call?: number; readonly id: number }
  | { readonly kind: "cancelReservation" }
  | {
      readonly kind: "enableDisable";
      readonly call?: number;
      readonly connectorId: number;
      readonly source: EnableEntry;
    }
  | { readonly kind: "forceUnlock"; readonly call?: number }
  | {
      readonly kind: "enforceLimits";
      readonly limits: LimitsRes;
      readonly validForMs: number;
      /** Ampere per phase that may come from the vehicle; absent: none. */
      readonly dischargeA?: number;
      /** Who leaves nothing, where the limits are nothing. */
      readonly limitedBy?: string;
    }
  | { readonly kind: "capabilities"; readonly capabilities: HardwareCapabilities }
  | { readonly kind: "proximity"; readonly ampacity: Ampacity }
  | { readonly kind: "phasesAvailable"; readonly count: number }
  | { readonly kind: "powermeter"; readonly value: Powermeter }
  | { readonly kind: "shutdown"; readonly shutdown: Shutdown }
  | { readonly kind: "meterStarted"; readonly call: number; readonly response: MeterTransactionResponse }
  | { readonly kind: "meterStopped"; readonly call: number; readonly response: MeterTransactionResponse }
  /** It is on the disk, with this wall time. What never gets there is never answered. */
  | { readonly kind: "sessionStored"; readonly call: number; readonly timestamp: string }
  | { readonly kind: "sessionIdDrawn"; readonly id: string }
  | { readonly kind: "slacState"; readonly state: SlacState }
  | { readonly kind: "v2gSetupFinished" }
  | { readonly kind: "hlcAllowPower"; readonly value: boolean }
  | { readonly kind: "currentDemandStarted" }
  | { readonly kind: "requestErrorRoutine" }
  | { readonly kind: "dlinkPause" }
  | { readonly kind: "dlinkTerminate" }
  | { readonly kind: "dlinkError" }
  | { readonly kind: "deadlineReached" };

export type ChargerEventKind = ChargerEvent["kind"];
export type EventOf<K extends ChargerEventKind> = Extract<ChargerEvent, { readonly kind: K }>;

/** What the charger wants done. Orders to the pilot go through the control-pilot machine. */
export type ChargerEffect =
  | { readonly kind: "setPwm"; readonly duty: number }
  | { readonly kind: "setX1" }
  | { readonly kind: "setF" }
  | { readonly kind: "allowPower"; readonly value: boolean; readonly reason: PowerOnReason }
  | { readonly kind: "enableBoard"; readonly value: boolean }
  | { readonly kind: "setAuthorized"; readonly value: boolean }
  | { readonly kind: "forceUnlock" }
  | { readonly kind: "supplyOff" }
  | { readonly kind: "state"; readonly from: ChargerStateName | null; readonly to: ChargerStateName }
  | { readonly kind: "session"; readonly event: SessionEvent }
  | { readonly kind: "limits"; readonly maxCurrentA: number; readonly phases: number }
  | { readonly kind: "overCurrentLimit"; readonly currentA: number }
  | { readonly kind: "switchPhases"; readonly threePhases: boolean }
  | { readonly kind: "protocol"; readonly protocol: "IEC61851-1" | "Unknown" }
  | {
      readonly kind: "raise";
      readonly type: string;
      readonly severity: "Medium" | "High";
      readonly message: string;
    }
  | { readonly kind: "clear"; readonly type: string }
  | { readonly kind: "meterStart"; readonly call: number; readonly request: MeterTransactionRequest }
  | { readonly kind: "meterStop"; readonly call: number; readonly transactionId: string }
  /** null: nothing is open any more. */
  | { readonly kind: "storeSession"; readonly call: number; readonly session: StoredSession | null }
  /** The store did not confirm in time what is now told without it. */
  | { readonly kind: "storeOverdue"; readonly id: string }
  | { readonly kind: "drawSessionId" }
  | { readonly kind: "energyRequest" }
  | { readonly kind: "reply"; readonly call: number; readonly result: boolean }
  | { readonly kind: "hlc"; readonly name: HlcOrder }
  | { readonly kind: "slac"; readonly name: "enter_bcd" | "reset" | "dlink_terminate" | "dlink_pause" | "dlink_error" };

export type HlcOrder =
  | "stop_charging"
  /** Takes a stop back. */
  | "go_on"
  | "no_energy"
  | "error_malfunction"
  | "error_emergency_shutdown"
  | "error_over"
  | "error_utility_interrupt";

/** What the charger waits for. */
export type DeadlineName =
  | "limits"
  | "wakeUp"
  | "pausedByEv"
  | "pwmUpdate"
  | "overCurrent"
  | "stateF"
  | "stopping"
  | "finalReading"
  | "stepEf"
  | "stepEfX1"
  | "stepX1"
  | "switchPhases"
  | "meterStart"
  | "meterStop"
  | "storeStart"
  | "storeFinish"
  | "fivePercent"
  | "fallback"
  | "noEnergy"
  | "dcEnergy"
  | "bcb";

export type Deadlines = { readonly [D in DeadlineName]?: number };

/** The PWM as last commanded; `currentA` is what a nominal duty offers. */
export type PilotOutput =
  | { readonly mode: "unknown" | "X1" | "F" }
  | { readonly mode: "nominal"; readonly duty: number; readonly currentA: number; readonly sinceMs: number }
  | { readonly mode: "fivePercent" };

export interface Session {
  readonly id: string;
  readonly reservationId: number | null;
}

export interface ChargerState {
  readonly name: ChargerStateName;
  /** Where the event at hand leads; null between events. */
  readonly requestedState: ChargerStateName | null;
  readonly started: boolean;
  readonly session: Session | null;
  readonly nextSessionId: string | null;
  readonly transactionActive: boolean;
  /** The meter refused; this session gets no transaction. */
  readonly transactionRefused: boolean;
  readonly startSignedValue: SignedMeterValue | null;
  readonly stopSignedValue: SignedMeterValue | null;
  /** Number of the meter call that is waited for; a late answer to another one is nobody's. */
  readonly meterCall: number | null;
  /** Number of the store call that is waited for. */
  readonly storeCall: number | null;
  /** What the store was last given of the transaction at hand. */
  readonly stored: StoredSession | null;
  readonly storedAtMs: number;
  readonly calls: number;
  readonly authorized: boolean;
  readonly token: ProvidedIdToken | null;
  readonly plugAndCharge: boolean;
  readonly paused: boolean;
  /** No authorisation counts any more in this session. */
  readonly cancelled: boolean;
  readonly stopReason: StopTransactionReason | null;
  readonly stopToken: ProvidedIdToken | null;
  readonly publishedPause: readonly PauseReason[];
  readonly enableTable: EnableTable;
  readonly connectorEnabled: boolean;
  readonly disableRequested: boolean;
  readonly lastSource: EnableEntry;
  readonly lastConnectorId: number;
  /** -1 = reserved without an id. */
  readonly reservation: number | null;
  readonly shutdown: Shutdown;
  readonly plugged: boolean;
  /** The vehicle of this session has gone, whatever is plugged in now. */
  readonly vehicleLeft: boolean;
  /** The vehicle asks for power: C, D, or a simplified one under PWM. */
  readonly iecAllow: boolean;
  /** The pilot is in E or F: no offer is made into a short or over the station's own F. */
  readonly pilotInEOrF: boolean;
  readonly hlcAllow: boolean;
  readonly contactorReleased: boolean;
  readonly releasedAtMs: number;
  /** The stop has run out of patience and withdrawn power itself. */
  readonly stopForced: boolean;
  readonly output: PilotOutput;
  readonly wokenUp: boolean;
  readonly stepReturn: ChargerStateName | null;
  readonly stepReturnOutput: "X1" | "nominal" | "fivePercent";
  readonly pendingPhases: 1 | 3 | null;
  readonly activePhases: number;
  /** What the board says is wired now; 0 until it has. */
  readonly phasesAvailable: number;
  /** Signed: negative means export. */
  readonly limitA: number;
  /** Ampere per phase that may come from the vehicle instead; DC only. */
  readonly dischargeA: number;
  readonly publishedLimit: { readonly maxCurrentA: number; readonly phases: number } | null;
  readonly sentOverCurrentLimitA: number | null;
  readonly capabilities: HardwareCapabilities;
  readonly ampacity: Ampacity;
  readonly meter: Powermeter | null;
  readonly meterAtMs: number;
  readonly overCurrentDue: boolean;
  readonly hlcActive: boolean;
  readonly use5Percent: boolean;
  readonly slac: SlacState;
  readonly v2gSetupFinished: boolean;
  /** `Lost`: the network is gone without a word from the stack. */
  readonly dlinkEnded: "Pause" | "Terminate" | "Lost" | null;
  readonly bcb: { readonly startedMs: number | null; readonly pulseMs: number | null; readonly valid: number };
  readonly bcbDetected: boolean;
  readonly deadlines: Deadlines;
}

/** What a board is taken for until it has told its capabilities. EvseManager facts, section 2.14. */
export const noCapabilities: HardwareCapabilities = {
  max_current_A_import: 0,
  min_current_A_import: 0,
  max_phase_count_import: 1,
  min_phase_count_import: 0,
  max_current_A_export: 0,
  min_current_A_export: 0,
  max_phase_count_export: 0,
  min_phase_count_export: 0,
  supports_changing_phases_during_charging: false,
  supports_cp_state_E: false,
  connector_type: "IEC62196Type2Cable",
};

const unassigned: EnableEntry = { enable_source: "Unspecified", enable_state: "Unassigned", enable_priority: 10_000 };

export const noBcb = { startedMs: null, pulseMs: null, valid: 0 } as const;

export function initialCharger(options: ChargerOptions): ChargerState {
  return {
    name: "Idle",
    requestedState: null,
    started: false,
    session: null,
    nextSessionId: null,
    transactionActive: false,
    transactionRefused: false,
    startSignedValue: null,
    stopSignedValue: null,
    meterCall: null,
    storeCall: null,
    stored: null,
    storedAtMs: 0,
    calls: 0,
    authorized: false,
    token: null,
    plugAndCharge: false,
    paused: false,
    cancelled: false,
    stopReason: null,
    stopToken: null,
    publishedPause: [],
    enableTable: [{ ...unassigned, enable_state: "Enable" }],
    connectorEnabled: true,
    disableRequested: false,
    lastSource: unassigned,
    lastConnectorId: 0,
    reservation: null,
    shutdown: "None",
    plugged: false,
    vehicleLeft: false,
    iecAllow: false,
    pilotInEOrF: false,
    hlcAllow: false,
    contactorReleased: true,
    releasedAtMs: 0,
    stopForced: false,
    output: { mode: "unknown" },
    wokenUp: false,
    stepReturn: null,
    stepReturnOutput: "X1",
    pendingPhases: null,
    activePhases: 0,
    phasesAvailable: 0,
    limitA: 0,
    dischargeA: 0,
    publishedLimit: null,
    sentOverCurrentLimitA: null,
    capabilities: noCapabilities,
    ampacity: "None",
    meter: null,
    meterAtMs: 0,
    overCurrentDue: false,
    hlcActive: options.chargeMode === "DC",
    use5Percent: false,
    slac: "UNMATCHED",
    v2gSetupFinished: false,
    dlinkEnded: null,
    bcb: noBcb,
    bcbDetected: false,
    deadlines: {},
  };
}
