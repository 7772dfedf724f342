/** What the supply is set to on the way to what the vehicle asks for. Source: DC charging facts, section 5. */
import { clampTarget, ramped } from "./charge-target.ts";
import type { Draft } from "./dc-draft.ts";
import { offerOf } from "./dc-offer.ts";
import { powerOn, toSupply } from "./dc-power.ts";
import type { SupplyPhase } from "./power-supply.ts";
import { setpointWithin, setSetpoint } from "./supply-control.ts";

/** Before precharge a vehicle may ask, and is not heard yet. */
const followsTargets: ReadonlySet<SupplyPhase> = new Set(["PreCharge", "Charging"]);

/** The next setpoint. */
export function applyTarget(d: Draft): void {
  const { asked, capabilities, vehicleMaxA, vehicleMaxV, present, ramp, demandActive, rampingDown } = d.s;
  if (asked === null || d.s.locked || !followsTargets.has(d.s.control.phase)) return;
  const { maxA: stationMaxA, maxW: stationMaxW } = offerOf(d.s, d.nowMs);
  const limits = { vehicleMaxV, vehicleMaxA, stationMaxA, stationMaxW, presentV: present?.voltageV ?? null };
  const wanted = { voltageV: asked.voltageV, currentA: rampingDown ? 0 : asked.currentA };
  const target = clampTarget(wanted, limits);
  const { currentA: mostA } = clampTarget({ voltageV: asked.voltageV, currentA: Number.MAX_VALUE }, limits);
  // Precharge moves a voltage, not a current.
  const currentA = demandActive
    ? ramped(ramp, target.currentA, mostA, d.parts.options.rampAperS, d.nowMs)
    : target.currentA;
  const setpoint = setpointWithin({ voltageV: target.voltageV, currentA }, capabilities);
  if (setpoint === null) {
    d.tell({ kind: "refusedTarget", voltageV: target.voltageV });
    return;
  }
  d.change({
    ramp: { currentA, atMs: d.nowMs },
    rampAtMs: currentA === target.currentA ? null : d.nowMs + d.parts.timing.dcRampStepMs,
  });
  toSupply(d, setSetpoint(d.s.control, setpoint));
  if (d.s.relaysClosed) powerOn(d);
}
