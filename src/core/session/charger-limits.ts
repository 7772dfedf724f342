import type { LimitsRes } from "../energy/flow.ts";
import type { Powermeter } from "../powermeter.ts";
import type { Draft } from "./charger-draft.ts";
import { arm, disarm, effectiveCurrentA, isArmed } from "./charger-draft.ts";

/** Energy limits and soft over-current. EvseManager facts, sections 2.5, 2.6, 5.1 and 6.2. */

export function enforceLimits(d: Draft, limits: LimitsRes, validForMs: number): void {
  if (d.s.activePhases === 0 || !(validForMs > 0)) return;
  followPhaseCount(d, limits.ac_max_phase_count?.value);
  const fromWattA =
    limits.total_power_W === undefined
      ? undefined
      : limits.total_power_W.value / d.options.acNominalVoltageV / d.s.activePhases;
  const signedA = smallerMagnitude(limits.ac_max_current_A?.value, fromWattA);
  // Nothing in the house discharges a vehicle yet: an export limit offers nothing.
  const wantedA = Math.max(0, signedA);
  d.s.limitA = Math.min(wantedA, d.options.maxCurrentImportA, d.s.capabilities.max_current_A_import);
  arm(d, "limits", validForMs);
}

/** A limit that is not renewed ends exactly when its validity does. */
export function expireLimits(d: Draft): void {
  disarm(d, "limits");
  d.s.limitA = 0;
}

function smallerMagnitude(currentA: number | undefined, fromWattA: number | undefined): number {
  if (currentA === undefined) return fromWattA ?? 0;
  if (fromWattA === undefined) return currentA;
  if (currentA >= 0 !== fromWattA >= 0) return 0;
  return Math.abs(fromWattA) < Math.abs(currentA) ? fromWattA : currentA;
}

function followPhaseCount(d: Draft, wanted: number | undefined): void {
  if (wanted === undefined || wanted === 0 || wanted === d.s.activePhases) return;
  if (!d.s.capabilities.supports_changing_phases_during_charging || d.s.hlcActive) return;
  const phases = wanted === 3 ? 3 : 1;
  if (phases === d.s.activePhases) return;
  d.s.activePhases = phases;
  d.s.pendingPhases = phases;
}

/** Tells the limit in force when it is another one than last told; likewise the board's over-current trip. */
export function publishLimits(d: Draft): void {
  const maxCurrentA = effectiveCurrentA(d.s);
  const phases = d.s.phasesAvailable || d.s.activePhases || 1;
  const told = d.s.publishedLimit;
  if (told === null || told.maxCurrentA !== maxCurrentA || told.phases !== phases) {
    d.s.publishedLimit = { maxCurrentA, phases };
    d.out.push({ kind: "limits", maxCurrentA, phases });
  }
  if (d.s.sentOverCurrentLimitA !== maxCurrentA) {
    d.s.sentOverCurrentLimitA = maxCurrentA;
    d.out.push({ kind: "overCurrentLimit", currentA: maxCurrentA });
  }
}

/**
 * Starts or ends the patience with a vehicle that draws more than it was offered. Only a reading of all three phases
 * says anything.
 */
export function watchCurrent(d: Draft, value: Powermeter): void {
  const { L1, L2, L3 } = value.current_A ?? {};
  if (L1 === undefined || L2 === undefined || L3 === undefined) return;
  const limitA =
    (signalledCurrentA(d) + d.options.overCurrentNoiseA) * (1 + d.options.overCurrentTolerancePercent / 100);
  if (Math.max(Math.abs(L1), Math.abs(L2), Math.abs(L3)) <= limitA) {
    disarm(d, "overCurrent");
    d.s.overCurrentDue = false;
  } else if (d.s.overCurrentDue) {
    overCurrent(d);
  } else if (!isArmed(d, "overCurrent")) {
    arm(d, "overCurrent", d.options.overCurrentTimeoutMs);
  }
}

/** The patience is over. A reading that is no longer fresh accuses nobody: the next one decides. */
export function overCurrentLasted(d: Draft): void {
  disarm(d, "overCurrent");
  if (d.nowMs - d.s.meterAtMs <= d.timing.staleReadingMs) overCurrent(d);
  else d.s.overCurrentDue = true;
}

function overCurrent(d: Draft): void {
  d.s.overCurrentDue = false;
  d.out.push({
    kind: "raise",
    type: "evse_manager/MREC4OverCurrentFailure",
    severity: "High",
    message: "the vehicle draws more than it was offered",
  });
}

/** What the vehicle was told it may draw: the last nominal duty, or with HLC the limit itself. */
function signalledCurrentA(d: Draft): number {
  if (d.s.hlcActive) return effectiveCurrentA(d.s);
  return d.s.output.mode === "nominal" ? d.s.output.currentA : 0;
}
