import type { BspEvent } from "../board.ts";
import type { DcSessionEffect } from "../dc/dc-session-effects.ts";
import type { DcSessionEvent, DcSessionOptions, DcSessionState } from "../dc/dc-session-state.ts";
import { initialDcSession } from "../dc/dc-session-state.ts";
import type { ActiveFault, FaultIdentity } from "../faults/inoperative.ts";
import type { HighLevelEffect, HighLevelOptions, HighLevelState, OuterHighLevelEvent } from "../hlc/high-level.ts";
import { initialHighLevel } from "../hlc/high-level.ts";
import type { CarEvent, ControlPilotState, PilotOptions, PilotState } from "../iec61851/control-pilot.ts";
import { initialControlPilot } from "../iec61851/control-pilot.ts";
import type { ChargerEffect, ChargerEvent, ChargerOptions, ChargerState } from "./charger-state.ts";
import { initialCharger } from "./charger-state.ts";
import type { HardwareEffect } from "./effect-order.ts";
import type { RandomDelayEffect, RandomDelayEvent, RandomDelayOptions, RandomDelayState } from "./random-delay.ts";
import { initialRandomDelay } from "./random-delay.ts";
import type { StoredSession } from "./stored-session.ts";

export interface EvseOptions {
  readonly pilot: PilotOptions;
  readonly charger: ChargerOptions;
  readonly randomDelay: RandomDelayOptions;
  /** Null: alternating current. */
  readonly dc: DcSessionOptions | null;
  /** Null: the vehicle is not spoken to. */
  readonly highLevel: HighLevelOptions | null;
  readonly inoperativeUsesVendorId: boolean;
  /** How long the start waits for a first meter value; 0 = not at all. */
  readonly initialMeterValueTimeoutMs: number;
  readonly waitsForExternalReady: boolean;
}

export type OuterChargerEvent = Exclude<ChargerEvent, { kind: "start" | "shutdown" | "deadlineReached" | CarEvent }>;

type RandomDelayOrder = Extract<
  RandomDelayEvent,
  { kind: "enable" | "disable" | "cancel" | "setMaxDuration" | "drawn" }
>;

/** Lower limits of a direct-current supply; what is absent is not limited. */
export interface DcDerating {
  readonly max_export_current_A?: number;
  readonly max_import_current_A?: number;
  readonly max_export_power_W?: number;
  readonly max_import_power_W?: number;
}

type OuterDcEvent = Exclude<
  DcSessionEvent,
  {
    type:
      | "deadlineReached"
      | "relaysChanged"
      | "preparing"
      | "limitsEnforced"
      | "shutDown"
      | "stopAsked"
      | "vehicleFound"
      | "vehicleLeft"
      | "overVoltageReported"
      | "latchLoaded"
      | "deratingSet";
  }
>;

export type EvseEvent =
  | OuterChargerEvent
  | { readonly kind: "randomDelay"; readonly order: RandomDelayOrder }
  /** The board has opened the contactor without being asked; what follows from it comes as letters and errors. */
  | { readonly kind: "interlockOpened"; readonly reason: string }
  | { readonly kind: "dcDerate"; readonly derating: DcDerating }
  /** Of the direct-current side: what its devices measure, and what the vehicle asks for in words. */
  | { readonly kind: "dc"; readonly event: OuterDcEvent }
  | { readonly kind: "highLevel"; readonly event: OuterHighLevelEvent }
  | { readonly kind: "bsp"; readonly event: BspEvent }
  | { readonly kind: "faultRaised"; readonly fault: ActiveFault }
  | ({ readonly kind: "faultCleared" } & FaultIdentity)
  /** All modules are wired and may be called. */
  | { readonly kind: "ready" }
  /** `overVoltage`: there was one, and the vehicle had not left. */
  | { readonly kind: "storeLoaded"; readonly session: StoredSession | null; readonly overVoltage?: boolean }
  | { readonly kind: "externalReady"; readonly call?: number }
  | { readonly kind: "stop"; readonly final: boolean }
  | { readonly kind: "deadlineReached" };

/** Lines of design section 3.3, in the order things happened. */
type Report =
  | { readonly kind: "cp"; readonly from: PilotState; readonly to: PilotState }
  | { readonly kind: "pwm"; readonly mode: "X1" | "F" | "pwm"; readonly dutyPercent: number }
  | { readonly kind: "contactorCommand"; readonly closed: boolean; readonly reason: string }
  | { readonly kind: "contactorState"; readonly closed: boolean }
  | { readonly kind: "lockCommand"; readonly locked: boolean }
  | { readonly kind: "lockState"; readonly locked: boolean };

type OuterChargerEffect = Exclude<
  ChargerEffect,
  {
    kind:
      | "setPwm"
      | "setX1"
      | "setF"
      | "allowPower"
      | "enableBoard"
      | "setAuthorized"
      | "forceUnlock"
      | "raise"
      | "clear"
      | "supplyOff"
      | "hlc"
      | "slac"
      | HardwareEffect["kind"];
  }
>;

export type EvseEffect =
  | HardwareEffect
  | Report
  | OuterChargerEffect
  | Exclude<RandomDelayEffect, { kind: "enforce" }>
  | Exclude<DcSessionEffect, { kind: "allowClose" | "raise" | "clear" | "hlcCommand" }>
  | Exclude<HighLevelEffect, { kind: "dcTarget" }>
  /** The limits ask for phases that the hardware can not give. */
  | { readonly kind: "phasesRefused"; readonly wanted: number; readonly active: number }
  | {
      readonly kind: "raise";
      readonly type: string;
      readonly severity: "Medium" | "High";
      readonly message: string;
      readonly subType?: string;
      readonly vendorId?: string;
    }
  | { readonly kind: "clear"; readonly type: string; readonly subType?: string }
  | { readonly kind: "loadStore" }
  /** For the log: whoever looks into a bill wants to know what it was made of. */
  | {
      readonly kind: "closedAfterCut";
      readonly id: string;
      /** null: where it began was not stored. */
      readonly energyWh: number | null;
      readonly reading: "meter" | "stored" | "none";
    }
  | { readonly kind: "waitingForExternalReady"; readonly value: boolean }
  | { readonly kind: "readyForCharging" };

export type StartUpPhase =
  | "made"
  | "firstReading"
  | "store"
  | "meterStop"
  | "storeBill"
  | "externalReady"
  | "running"
  | "stopped";

export interface EvseState {
  readonly pilot: ControlPilotState;
  readonly charger: ChargerState;
  readonly delay: RandomDelayState;
  /** The number of phases last asked for in vain. */
  readonly refusedPhases: number | null;
  /** Kept for direct-current charging. */
  readonly dcDerating: DcDerating;
  /** Null: alternating current. */
  readonly dc: DcSessionState | null;
  /** Null: the vehicle is not spoken to. */
  readonly highLevel: HighLevelState | null;
  readonly faults: readonly ActiveFault[];
  readonly inoperative: string | null;
  readonly startUp: {
    readonly phase: StartUpPhase;
    readonly deadlineMs: number | null;
    /** Of the run before, while it is being closed. */
    readonly session: StoredSession | null;
  };
  readonly reported: {
    readonly pwm: string | null;
    readonly closed: boolean;
    readonly fedBack: boolean;
    readonly locked: boolean;
  };
}

export function initialEvse(options: EvseOptions): EvseState {
  return {
    pilot: initialControlPilot,
    charger: initialCharger(options.charger),
    delay: initialRandomDelay(options.randomDelay),
    refusedPhases: null,
    dcDerating: {},
    dc: options.dc && initialDcSession,
    highLevel: options.highLevel && initialHighLevel(options.highLevel),
    faults: [],
    inoperative: null,
    startUp: { phase: "made", deadlineMs: null, session: null },
    reported: { pwm: null, closed: false, fedBack: false, locked: false },
  };
}
