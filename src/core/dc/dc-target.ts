/**
 * What the supply is set to on the way to what the vehicle asks for, towards the vehicle or from it. Source: DC charging
 * facts, sections 5 and 6.
 */
import type { ChargeTarget, CurrentBounds } from "./charge-target.ts";
import { clampDischarge, clampTarget, rampedBothWays } from "./charge-target.ts";
import type { Draft } from "./dc-draft.ts";
import { offerOf } from "./dc-offer.ts";
import { powerOn, toSupply } from "./dc-power.ts";
import type { Offer } from "./dc-session-state.ts";
import { dischargeWay } from "./discharge.ts";
import type { SupplyPhase } from "./power-supply.ts";
import { drawpointWithin, setpointWithin, setSetpoint } from "./supply-control.ts";

/** Before precharge a vehicle may ask, and is not heard yet. */
const followsTargets: ReadonlySet<SupplyPhase> = new Set(["PreCharge", "Charging"]);

/** As in the cable check: enough for cable and input of a vehicle, too little for a short circuit. DC charging facts, section 3. */
const prechargeA = 2;

interface Aim {
  /** A current below 0 comes from the vehicle. */
  readonly target: ChargeTarget;
  /** Null: at once. */
  readonly bounds: CurrentBounds | null;
}

/** Where the current is to go, and what it may be on its way there. */
function aim({ s, parts }: Draft, asked: ChargeTarget, offer: Offer): Aim {
  const { vehicleMaxA, vehicleMaxV, present, demandActive, rampingDown } = s;
  const presentV = present?.voltageV ?? null;
  if (!demandActive) {
    // No battery is charged yet, whatever is given or taken for that. By ISO 15118-20 no current is named here.
    const limits = {
      vehicleMaxV,
      vehicleMaxA,
      stationMaxA: prechargeA,
      stationMaxW: Number.POSITIVE_INFINITY,
      presentV,
    };
    const currentA = asked.currentA > 0 ? asked.currentA : prechargeA;
    return { target: clampTarget({ voltageV: asked.voltageV, currentA }, limits), bounds: null };
  }
  if (offer.dischargeW > 0) {
    const limits = { stationMaxA: offer.dischargeA, stationMaxW: offer.dischargeW, presentV };
    // A vehicle that knows that it may be discharged says so by a current below 0; the others know one direction only.
    const isWanted = dischargeWay(s, parts.options) === "service" ? asked.currentA < 0 : true;
    const wantedA = isWanted && !rampingDown ? asked.currentA : 0;
    const { currentA: leastA } = clampDischarge({ ...asked, currentA: Number.MAX_VALUE }, limits);
    return { target: clampDischarge({ ...asked, currentA: wantedA }, limits), bounds: { leastA, mostA: 0 } };
  }
  const limits = { vehicleMaxV, vehicleMaxA, stationMaxA: offer.maxA, stationMaxW: offer.maxW, presentV };
  const wanted = { voltageV: asked.voltageV, currentA: rampingDown ? 0 : asked.currentA };
  const { currentA: mostA } = clampTarget({ voltageV: asked.voltageV, currentA: Number.MAX_VALUE }, limits);
  return { target: clampTarget(wanted, limits), bounds: { leastA: 0, mostA } };
}

/** At the voltage there is, where the supply has none of the one asked for: what limits the current counts all the same. */
function lowerOnly(d: Draft, currentA: number, targetA: number): void {
  const { setpoint, direction } = d.s.control;
  if (setpoint === null) return;
  // A supply that has not turned yet is set to nothing: never more than before is less than any current the other way.
  const magnitudeA = Math.min(Math.abs(currentA), setpoint.currentA);
  const leftA = direction === "Import" && magnitudeA > 0 ? -magnitudeA : magnitudeA;
  const falls = magnitudeA > Math.abs(targetA);
  d.change({
    ramp: { currentA: leftA, atMs: d.nowMs },
    rampAtMs: falls ? d.nowMs + d.parts.timing.dcRampStepMs : null,
  });
  toSupply(d, setSetpoint(d.s.control, { voltageV: setpoint.voltageV, currentA: leftA }));
}

/** The next setpoint. */
export function applyTarget(d: Draft): void {
  const { asked, capabilities, ramp, rampAtMs } = d.s;
  if (asked === null || d.s.locked || !followsTargets.has(d.s.control.phase)) return;
  const { target, bounds } = aim(d, asked, offerOf(d.s, d.parts.options, d.nowMs));
  // A current that stands still has not saved up any of its way.
  const last = rampAtMs === null ? { ...ramp, atMs: d.nowMs } : ramp;
  const currentA =
    bounds === null
      ? target.currentA
      : rampedBothWays(last, target.currentA, bounds, d.parts.options.rampAperS, d.nowMs);
  const isDrawn = currentA < 0 || (currentA === 0 && d.s.control.direction === "Import");
  const within = isDrawn ? drawpointWithin : setpointWithin;
  const setpoint = within({ voltageV: target.voltageV, currentA }, capabilities);
  if (setpoint === null) {
    d.tell({ kind: "refusedTarget", voltageV: target.voltageV });
    lowerOnly(d, currentA, target.currentA);
    return;
  }
  d.change({
    ramp: { currentA, atMs: d.nowMs },
    rampAtMs: currentA === target.currentA ? null : d.nowMs + d.parts.timing.dcRampStepMs,
  });
  toSupply(d, setSetpoint(d.s.control, setpoint));
  if (d.s.relaysClosed) powerOn(d);
}
