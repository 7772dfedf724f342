/** What the station has for a vehicle, and what of it the vehicle is told. Source: DC charging facts, sections 5 and 9. */
import type { Draft } from "./dc-draft.ts";
import type { DcSessionOptions, DcSessionState, Offer, ToldLimits } from "./dc-session-state.ts";
import type { DischargeWay } from "./discharge.ts";
import { dischargeWay } from "./discharge.ts";
import { importRange } from "./supply-control.ts";

/** Voltage counts for the limits told to the vehicle from here on. */
const leastKnownV = 10;
/** Smaller changes of what a vehicle may draw are not told. */
const changeA = 0.1;
const changeW = 1;

const unlimited = Number.POSITIVE_INFINITY;

export function offerOf(s: DcSessionState, options: DcSessionOptions, nowMs: number): Offer {
  const { capabilities, budget } = s;
  const nothing: Offer = { maxA: 0, maxW: 0, maxV: capabilities.max_export_voltage_V, dischargeA: 0, dischargeW: 0 };
  if (budget === null || nowMs >= budget.endsAtMs || budget.maxA <= 0 || budget.maxW <= 0) return nothing;
  if (!budget.discharges) return { ...nothing, ...chargeOf(s, budget.maxW) };
  return dischargeWay(s, options) === null ? nothing : { ...nothing, ...dischargeOf(s, budget.maxW) };
}

/** A voltage to make amperes of watts with; undefined while none is known. */
const knownVoltageV = ({ present, asked }: DcSessionState): number | undefined =>
  [present?.voltageV, asked?.voltageV].find((voltageV) => (voltageV ?? 0) > leastKnownV);

function chargeOf(s: DcSessionState, budgetW: number): Pick<Offer, "maxA" | "maxW"> {
  const { capabilities, derating, present } = s;
  const byCurrentW =
    (derating.max_export_current_A ?? unlimited) * (present?.voltageV || capabilities.max_export_voltage_V);
  const maxW = Math.min(budgetW, capabilities.max_export_power_W, derating.max_export_power_W ?? unlimited, byCurrentW);
  const knownV = knownVoltageV(s);
  const maxA = Math.min(
    capabilities.max_export_current_A,
    derating.max_export_current_A ?? unlimited,
    knownV === undefined ? unlimited : maxW / knownV,
  );
  return { maxA, maxW };
}

function dischargeOf(s: DcSessionState, budgetW: number): Pick<Offer, "dischargeA" | "dischargeW"> {
  const { derating, present } = s;
  const { mostA, mostW, mostV, leastA } = importRange(s.capabilities);
  const byCurrentW = (derating.max_import_current_A ?? unlimited) * (present?.voltageV || mostV);
  const dischargeW = Math.min(budgetW, mostW, derating.max_import_power_W ?? unlimited, byCurrentW);
  const knownV = knownVoltageV(s);
  const dischargeA = Math.min(
    mostA,
    derating.max_import_current_A ?? unlimited,
    knownV === undefined ? unlimited : dischargeW / knownV,
  );
  // A supply that draws its least or nothing has nothing to offer below that.
  return dischargeA < leastA ? { dischargeA: 0, dischargeW: 0 } : { dischargeA, dischargeW };
}

/** In the words of the way that both know. Source: DC charging facts, section 6. */
function toldOf(offer: Offer, way: DischargeWay | null): ToldLimits {
  const { maxA, maxW, maxV, dischargeA, dischargeW } = offer;
  if (way === "service") return { maxA, maxW, maxV, dischargeA, dischargeW };
  const sign = way === "sae" ? -1 : 1;
  const isDischarge = dischargeW > 0;
  return {
    maxA: isDischarge ? sign * dischargeA : maxA,
    maxW: isDischarge ? sign * dischargeW : maxW,
    maxV,
    dischargeA: null,
    dischargeW: null,
  };
}

/** Nothing at all is never rounded to. */
function isClose(before: number | null, now: number | null, change: number): boolean {
  if (before === null || now === null) return before === now;
  return Math.abs(before - now) < change && Math.sign(before) === Math.sign(now);
}

export function tellLimits(d: Draft): void {
  const { options } = d.parts;
  const told = toldOf(offerOf(d.s, options, d.nowMs), dischargeWay(d.s, options));
  const { told: before } = d.s;
  const isSame =
    before !== null &&
    isClose(before.maxA, told.maxA, changeA) &&
    isClose(before.maxW, told.maxW, changeW) &&
    isClose(before.dischargeA, told.dischargeA, changeA) &&
    isClose(before.dischargeW, told.dischargeW, changeW) &&
    before.maxV === told.maxV;
  if (isSame) return;
  d.change({ told });
  d.hlc({
    name: "update_dc_maximum_limits",
    args: {
      maximum_limits: {
        evse_maximum_current_limit: told.maxA,
        evse_maximum_power_limit: told.maxW,
        evse_maximum_voltage_limit: told.maxV,
        ...(told.dischargeA !== null && { evse_maximum_discharge_current_limit: told.dischargeA }),
        ...(told.dischargeW !== null && { evse_maximum_discharge_power_limit: told.dischargeW }),
      },
    },
  });
}

export function tellMinimum(d: Draft): void {
  const { min_export_current_A: leastA, min_export_voltage_V: leastV } = d.s.capabilities;
  const drawn = importRange(d.s.capabilities);
  const isSpokenOf = dischargeWay(d.s, d.parts.options) === "service";
  d.hlc({
    name: "update_dc_minimum_limits",
    args: {
      minimum_limits: {
        evse_minimum_current_limit: leastA,
        evse_minimum_voltage_limit: leastV,
        evse_minimum_power_limit: leastA * leastV,
        ...(isSpokenOf && {
          evse_minimum_discharge_current_limit: drawn.leastA,
          evse_minimum_discharge_power_limit: drawn.leastA * drawn.leastV,
        }),
      },
    },
  });
}
