/** What a DC session is made of: its options, what it knows, and what it hears. Source: DC charging facts, sections 2 to 10. */

import type { SaeMode } from "../hlc/values.ts";
import type { CableCheckOptions, CableCheckState } from "./cable-check.ts";
import { initialCableCheck } from "./cable-check.ts";
import type { ChargeTarget, Ramp } from "./charge-target.ts";
import type { Paces } from "./fastest-source.ts";
import type { EarthVoltageState, IsolationMeasurement } from "./isolation.ts";
import { balanced } from "./isolation.ts";
import type { IsolationWatchState } from "./isolation-watch.ts";
import { initialIsolationWatch } from "./isolation-watch.ts";
import type { OverVoltageState } from "./over-voltage.ts";
import { initialOverVoltage } from "./over-voltage.ts";
import type { PlausibilityState, VoltageSource } from "./plausibility.ts";
import { initialPlausibility } from "./plausibility.ts";
import type { SupplyCapabilities } from "./power-supply.ts";
import { unknownSupply } from "./power-supply.ts";
import type { PrechargeState } from "./precharge.ts";
import { initialPrecharge } from "./precharge.ts";
import type { SupplyControl } from "./supply-control.ts";
import { supplyIsOff } from "./supply-control.ts";
import type { WeldingCheckState } from "./welding-check.ts";
import { initialWeldingCheck } from "./welding-check.ts";

export interface DcSessionOptions {
  readonly cableCheck: CableCheckOptions;
  /** `internal_over_voltage_duration_ms`. */
  readonly overVoltageDurationMs: number;
  readonly maxSpreadV: number;
  readonly spreadDurationMs: number;
  /** `dc_ramp_ampere_per_second`. */
  readonly rampAperS: number;
  /** It is what the over-voltage supervision goes by where it tells the voltage; else that is the fastest instrument. */
  readonly hasOverVoltageMonitor: boolean;
  /** `hack_skoda_enyaq`: targets below 300 V or 0 A are not meant. */
  readonly ignoresLowTargets: boolean;
  /** `hack_present_current_offset`: added to what the vehicle is told. */
  readonly presentCurrentOffsetA: number;
  /** `hack_allow_bpt_with_iso2`: a vehicle that knows of no discharging is discharged all the same. */
  readonly dischargesUnspoken: boolean;
  /** `sae_j2847_2_bpt_enabled` with `sae_j2847_2_bpt_mode`. */
  readonly saeMode: SaeMode;
}

/** Everything optional: unset is no limit. Source: DC charging facts, section 9. */
export interface DcDerating {
  readonly max_export_current_A?: number;
  readonly max_export_power_W?: number;
  readonly max_import_current_A?: number;
  readonly max_import_power_W?: number;
}

interface Budget {
  /** Ampere on the AC side; nothing of it means nothing at all. */
  readonly maxA: number;
  readonly maxW: number;
  /** The grid takes this instead of giving it. */
  readonly discharges: boolean;
  readonly endsAtMs: number;
}

/** What the station has for the vehicle in direct current. */
export interface Offer {
  readonly maxA: number;
  readonly maxW: number;
  readonly maxV: number;
  /** What may be taken from the vehicle. At most one of both directions is open. */
  readonly dischargeA: number;
  readonly dischargeW: number;
}

/** What the vehicle was told of that, as it was told. */
export interface ToldLimits {
  readonly maxA: number;
  readonly maxW: number;
  readonly maxV: number;
  /** Null: discharging is none of what both speak of. */
  readonly dischargeA: number | null;
  readonly dischargeW: number | null;
}

export interface DcSessionState {
  readonly control: SupplyControl;
  /** Whatever took power away keeps it away: nothing switches the supply on before the next cable check. */
  readonly locked: boolean;
  readonly capabilities: SupplyCapabilities;
  readonly derating: DcDerating;
  readonly present: { readonly voltageV: number; readonly currentA: number } | null;
  readonly vehicleMaxV: number | null;
  readonly vehicleMaxA: number | null;
  /** As asked last; null before the first and after the contactor has opened. */
  readonly asked: ChargeTarget | null;
  readonly ramp: Ramp;
  /** When the current goes on towards its target; null when it is there. */
  readonly rampAtMs: number | null;
  readonly relaysClosed: boolean;
  readonly preparing: boolean;
  /** The vehicle waits for a cable check, and the charger for something else. */
  readonly checkAwaited: boolean;
  readonly demandActive: boolean;
  /** By SAE J2847/2 both know that the vehicle may be discharged, until the charge loop ends. */
  readonly saeActive: boolean;
  /** Whether the service that the vehicle chose by ISO 15118-20 goes both ways; null: it has chosen none. */
  readonly bidirectionalService: boolean | null;
  /** The station wants an end: the current is on its way down, whatever is asked for. */
  readonly rampingDown: boolean;
  /** Whose voltage counts while current may flow. */
  readonly voltageSource: VoltageSource;
  readonly paces: Paces;
  /** When the vehicle has to say again what it wants; null where its stack tells changes only. */
  readonly vehicleDueMs: number | null;
  /** When the supply has told something last, or was switched on. */
  readonly supplyHeardMs: number;
  /** There has been an over-voltage, and the vehicle that was there is still plugged in. Outlives a restart. */
  readonly latched: boolean;
  readonly budget: Budget | null;
  /** As the vehicle was told last. */
  readonly told: ToldLimits | null;
  readonly cableCheck: CableCheckState;
  readonly precharge: PrechargeState;
  readonly overVoltage: OverVoltageState;
  readonly plausibility: PlausibilityState;
  readonly earthVoltage: EarthVoltageState;
  readonly isolationWatch: IsolationWatchState;
  readonly weldingCheck: WeldingCheckState;
}

export type DcSessionEvent =
  | { readonly type: "capabilitiesTold"; readonly capabilities: SupplyCapabilities }
  | { readonly type: "deratingSet"; readonly derating: DcDerating }
  | { readonly type: "supplyMeasured"; readonly voltageV: number; readonly currentA: number }
  | { readonly type: "isolationMeasured"; readonly measurement: IsolationMeasurement }
  | { readonly type: "selfTestEnded"; readonly passed: boolean }
  /** By the external monitor or by the billing meter. */
  | { readonly type: "voltageMeasured"; readonly source: VoltageSource; readonly voltageV: number }
  | { readonly type: "vehicleLimitsTold"; readonly maxV: number | null; readonly maxA: number | null }
  | { readonly type: "cableCheckRequested" }
  | { readonly type: "prechargeRequested" }
  /** `repeated`: no other than before. A stack that tells that tells every request. */
  | {
      readonly type: "targetTold";
      readonly voltageV: number;
      readonly currentA: number;
      readonly repeated?: boolean;
    }
  | { readonly type: "demandStarted" }
  /** The station wants to stop, in good order. */
  | { readonly type: "stopAsked" }
  | { readonly type: "demandFinished" }
  | { readonly type: "openRequested" }
  | { readonly type: "relaysChanged"; readonly closed: boolean }
  /** The charger waits for the vehicle to be ready, or does so no more. */
  | { readonly type: "preparing"; readonly value: boolean }
  | {
      readonly type: "limitsEnforced";
      readonly maxA: number;
      readonly maxW: number;
      /** Towards the grid. */
      readonly discharges: boolean;
      readonly validForMs: number;
    }
  | { readonly type: "saeModeActive" }
  | { readonly type: "serviceSelected"; readonly bidirectional: boolean }
  /** The conversation in which it was chosen is over. */
  | { readonly type: "serviceForgotten" }
  /** Whoever takes power away: an error, a stop, a pilot that left C. */
  | { readonly type: "shutDown" }
  /** A vehicle is plugged in where nobody knew of any. */
  | { readonly type: "vehicleFound" }
  | { readonly type: "vehicleLeft" }
  /** The external monitor has seen an over-voltage itself. */
  | { readonly type: "overVoltageReported" }
  /** There was an over-voltage before the restart. */
  | { readonly type: "latchLoaded" }
  | { readonly type: "deadlineReached" };

export const initialDcSession: DcSessionState = {
  control: supplyIsOff,
  locked: true,
  capabilities: unknownSupply,
  derating: {},
  present: null,
  vehicleMaxV: null,
  vehicleMaxA: null,
  asked: null,
  ramp: { currentA: 0, atMs: 0 },
  rampAtMs: null,
  relaysClosed: false,
  preparing: false,
  checkAwaited: false,
  demandActive: false,
  saeActive: false,
  bidirectionalService: null,
  rampingDown: false,
  voltageSource: "powerSupply",
  paces: {},
  vehicleDueMs: null,
  supplyHeardMs: 0,
  latched: false,
  budget: null,
  told: null,
  cableCheck: initialCableCheck,
  precharge: initialPrecharge,
  overVoltage: initialOverVoltage,
  plausibility: initialPlausibility,
  earthVoltage: balanced,
  isolationWatch: initialIsolationWatch,
  weldingCheck: initialWeldingCheck,
};
