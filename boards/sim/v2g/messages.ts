/**
 * What a vehicle and a station say to each other, by the message pairs of DIN 70121 and ISO 15118-2. Not their encoding:
 * what a message is for, and the values the other side acts on.
 */
import type * as v from "valibot";
import type {
  energyTransferMode,
  evseError,
  isolationStatus,
  paymentOption,
  supportedAppProtocol,
} from "../../../hal/iso15118-values.ts";

export type Protocol = v.InferOutput<typeof supportedAppProtocol>;
export type PaymentOption = v.InferOutput<typeof paymentOption>;
export type TransferMode = v.InferOutput<typeof energyTransferMode>;
export type StationError = v.InferOutput<typeof evseError>;
export type IsolationStatus = v.InferOutput<typeof isolationStatus>;

export const isDc = (mode: TransferMode): boolean => mode.startsWith("DC") || mode.startsWith("MCS");

/** What a vehicle's battery needs and bears. */
export interface DcNeeds {
  readonly maxV: number;
  readonly maxA: number;
  readonly maxW: number;
  readonly capacityWh: number;
  readonly targetV: number;
  readonly targetA: number;
  /** How far down it may be discharged. */
  readonly minV: number;
}

/** What a vehicle gives, where both know that it does. */
export interface DischargeNeeds {
  readonly maxA: number;
  readonly maxW: number;
  readonly targetA: number;
  /** Percent: it gives nothing below. */
  readonly minimalSoc: number;
}

export type Request =
  | { readonly kind: "supportedAppProtocol"; readonly protocols: readonly Protocol[] }
  | { readonly kind: "sessionSetup"; readonly evccId: string }
  | { readonly kind: "serviceDiscovery" }
  | { readonly kind: "paymentServiceSelection"; readonly option: PaymentOption }
  | { readonly kind: "authorization" }
  | {
      readonly kind: "chargeParameterDiscovery";
      readonly mode: TransferMode;
      readonly departureS: number;
      readonly energyWh: number;
      readonly soc: number;
      readonly needs: DcNeeds;
      /** It speaks SAE J2847/2. */
      readonly sae: boolean;
    }
  | { readonly kind: "cableCheck"; readonly soc: number }
  | { readonly kind: "preCharge"; readonly targetV: number; readonly targetA: number }
  | { readonly kind: "powerDelivery"; readonly start: boolean }
  | { readonly kind: "chargingStatus" }
  | {
      readonly kind: "currentDemand";
      readonly targetV: number;
      /** Below 0: it gives. */
      readonly targetA: number;
      readonly soc: number;
      readonly complete: boolean;
    }
  | { readonly kind: "weldingDetection" }
  | { readonly kind: "sessionStop"; readonly pause: boolean };

export type RequestKind = Request["kind"];

export interface Response {
  readonly kind: RequestKind;
  readonly ok: boolean;
  /** The station is not done yet: ask again. */
  readonly ongoing: boolean;
  /** What the station would like the vehicle to do. */
  readonly wish: "none" | "stop" | "pause";
  readonly error: StationError | null;
  readonly isolation: IsolationStatus;
  readonly presentV: number;
  readonly presentA: number;
  readonly maxV: number;
  readonly maxA: number;
  readonly maxW: number;
  readonly dischargeA: number;
  readonly dischargeW: number;
  /** AC, ampere per phase. */
  readonly acMaxA: number;
  /** Answers the first request of a conversation. */
  readonly protocol?: Protocol;
  /** Answers the service discovery. */
  readonly options?: readonly PaymentOption[];
  readonly modes?: readonly TransferMode[];
}
