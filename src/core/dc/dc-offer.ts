/** What the station has for a vehicle, and what of it the vehicle is told. Source: DC charging facts, sections 5 and 9. */
import type { Draft } from "./dc-draft.ts";
import type { DcSessionState, Offer } from "./dc-session-state.ts";

/** Voltage counts for the limits told to the vehicle from here on. */
const leastKnownV = 10;
/** Smaller changes of what a vehicle may draw are not told. */
const changeA = 0.1;
const changeW = 1;

export function offerOf({ capabilities, derating, budget, present, asked }: DcSessionState, nowMs: number): Offer {
  const maxV = capabilities.max_export_voltage_V;
  const isGiven = budget !== null && nowMs < budget.endsAtMs && budget.maxA > 0 && budget.maxW > 0;
  if (!isGiven) return { maxA: 0, maxW: 0, maxV };
  const byCurrentW = (derating.max_export_current_A ?? Number.POSITIVE_INFINITY) * (present?.voltageV || maxV);
  const maxW = Math.min(
    budget.maxW,
    capabilities.max_export_power_W,
    derating.max_export_power_W ?? Number.POSITIVE_INFINITY,
    byCurrentW,
  );
  const knownV = [present?.voltageV, asked?.voltageV].find((voltageV) => (voltageV ?? 0) > leastKnownV);
  const maxA = Math.min(
    capabilities.max_export_current_A,
    derating.max_export_current_A ?? Number.POSITIVE_INFINITY,
    knownV === undefined ? Number.POSITIVE_INFINITY : maxW / knownV,
  );
  return { maxA, maxW, maxV };
}

export function tellLimits(d: Draft): void {
  const offer = offerOf(d.s, d.nowMs);
  const { told: before } = d.s;
  const isSame =
    before !== null &&
    Math.abs(before.maxA - offer.maxA) < changeA &&
    Math.abs(before.maxW - offer.maxW) < changeW &&
    before.maxV === offer.maxV &&
    // Nothing at all is never rounded to.
    before.maxA > 0 === offer.maxA > 0;
  if (isSame) return;
  d.change({ told: offer });
  d.hlc({
    name: "update_dc_maximum_limits",
    args: {
      maximum_limits: {
        evse_maximum_current_limit: offer.maxA,
        evse_maximum_power_limit: offer.maxW,
        evse_maximum_voltage_limit: offer.maxV,
      },
    },
  });
}

export function tellMinimum(d: Draft): void {
  const { min_export_current_A: leastA, min_export_voltage_V: leastV } = d.s.capabilities;
  d.hlc({
    name: "update_dc_minimum_limits",
    args: {
      minimum_limits: {
        evse_minimum_current_limit: leastA,
        evse_minimum_voltage_limit: leastV,
        evse_minimum_power_limit: leastA * leastV,
      },
    },
  });
}
