/**
 * What a vehicle asks of direct current, in whichever of its ways, as a voltage and a current. Source: DC charging
 * facts, section 5.
 */
import type { ChargeTarget } from "../dc/charge-target.ts";

/** What the vehicle was told that it may have. */
export interface DcOffer {
  readonly maxA: number;
  readonly maxW: number;
  readonly minW: number;
  readonly minV: number;
  /** What may be taken from it; at most one of both directions is open. */
  readonly dischargeA: number;
  readonly dischargeW: number;
  readonly minDischargeW: number;
}

export const nothingOffered: DcOffer = {
  maxA: 0,
  maxW: 0,
  minW: 0,
  minV: 0,
  dischargeA: 0,
  dischargeW: 0,
  minDischargeW: 0,
};

/** ISO 15118-20, dynamic mode: the vehicle names its bounds and leaves the rest to the station. */
export interface DynamicMode {
  readonly maxChargeW: number;
  readonly minChargeW: number;
  readonly maxChargeA: number;
  readonly maxV: number;
  readonly minV: number;
  /** Absent: it is not discharged. */
  readonly maxDischargeW?: number;
  readonly minDischargeW?: number;
  readonly maxDischargeA?: number;
}

/** As much as both sides stand; null where they have nothing in common. `presentV`: null without a measurement. */
export function dynamicTarget(mode: DynamicMode, offer: DcOffer, presentV: number | null): ChargeTarget | null {
  if (offer.dischargeW > 0) return dynamicDischarge(mode, offer, presentV);
  const maxW = Math.min(mode.maxChargeW, offer.maxW);
  if (Math.max(mode.minChargeW, offer.minW) > maxW) return null;
  const maxA = Math.min(mode.maxChargeA, offer.maxA);
  const currentA = presentV !== null && presentV > 0 ? Math.min(maxW / presentV, maxA) : maxA;
  return { voltageV: mode.maxV, currentA };
}

/** Down to the higher of both lowest voltages; a current below 0 comes from the vehicle. */
function dynamicDischarge(mode: DynamicMode, offer: DcOffer, presentV: number | null): ChargeTarget | null {
  const maxW = Math.min(mode.maxDischargeW ?? 0, offer.dischargeW);
  const maxA = Math.min(mode.maxDischargeA ?? 0, offer.dischargeA);
  if (maxW <= 0 || maxA <= 0 || Math.max(mode.minDischargeW ?? 0, offer.minDischargeW) > maxW) return null;
  const currentA = presentV !== null && presentV > 0 ? Math.min(maxW / presentV, maxA) : maxA;
  return { voltageV: Math.max(mode.minV, offer.minV), currentA: -currentA };
}

/**
 * `hack_fix_hlc_integer_current_requests`: a vehicle that asks in whole amperes for what is nearly all there is means all
 * of it. No current stays none.
 */
export function wholeAmperes({ voltageV, currentA }: ChargeTarget, { maxA }: DcOffer): ChargeTarget {
  const isNearlyAll = currentA > 0 && currentA < maxA && maxA - Math.trunc(currentA) < 1;
  return { voltageV, currentA: isNearlyAll ? maxA : currentA };
}
