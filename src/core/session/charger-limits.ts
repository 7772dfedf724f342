import type { EnforcedLimits, LimitsRes, Sourced } from "../energy/flow.ts";
import type { Powermeter } from "../powermeter.ts";
import type { Draft } from "./charger-draft.ts";
import { arm, cableA, disarm, effectiveCurrentA, isArmed } from "./charger-draft.ts";
import type { ChargerOptions, ChargerState } from "./charger-state.ts";

/** Energy limits and soft over-current. EvseManager facts, sections 2.5, 2.6, 5.1 and 6.2. */

export function enforceLimits(d: Draft, limits: LimitsRes, validForMs: number, dischargeA = 0): void {
  if (d.s.activePhases === 0 || !(validForMs > 0)) return;
  const { currentA, phases } = wantedOf(d.s, d.options, limits);
  if (phases !== d.s.activePhases) {
    d.s.activePhases = phases;
    d.s.pendingPhases = phases === 3 ? 3 : 1;
  }
  d.s.limitA = currentA;
  d.s.dischargeA = dischargeA;
  arm(d, "limits", validForMs);
}

/** What limits mean to the vehicle. */
export interface WantedLimits {
  /** Ampere per phase. */
  readonly currentA: number;
  /** Who limits to that. */
  readonly source: string;
  readonly phases: number;
}

export function wantedOf(s: ChargerState, options: ChargerOptions, limits: LimitsRes): WantedLimits {
  const phases = followedPhases(s, limits.ac_max_phase_count?.value);
  const { value, source } = signedLimit(limits, phases, options);
  // What goes to the grid is no current that the vehicle may draw.
  const currentA = Math.min(Math.max(0, value), options.maxCurrentImportA, s.capabilities.max_current_A_import);
  return { currentA, source, phases };
}

function signedLimit(
  { ac_max_current_A: current, total_power_W: power }: LimitsRes,
  phases: number,
  options: ChargerOptions,
) {
  const fromPower =
    power === undefined ? undefined : { value: power.value / options.acNominalVoltageV / phases, source: power.source };
  return smallerMagnitude(current, fromPower);
}

/** Ampere per phase that the grid takes, where it takes any; within what the board and the user let through. */
export function fedBackA(s: ChargerState, options: ChargerOptions, limits: LimitsRes): number {
  const { value } = signedLimit(limits, s.activePhases, options);
  return Math.min(Math.max(0, -value), options.maxCurrentExportA, s.capabilities.max_current_A_export);
}

/** A limit that is not renewed ends exactly when its validity does. */
export function expireLimits(d: Draft): void {
  disarm(d, "limits");
  d.s.limitA = 0;
  d.s.dischargeA = 0;
}

/** Enforced limits as they are told to the world above: no more than the cable in the socket carries. */
export function withinCable(s: ChargerState, told: EnforcedLimits): EnforcedLimits {
  const carriesA = cableA(s);
  const { limits_root_side: limits } = told;
  if (carriesA === null || limits.ac_max_current_A === undefined || limits.ac_max_current_A.value <= carriesA)
    return told;
  const ac_max_current_A = { value: carriesA, source: `${told.uuid}/pp_ampacity` };
  return { ...told, limits_root_side: { ...limits, ac_max_current_A } };
}

const none: Sourced<number> = { value: 0, source: "" };

function smallerMagnitude(current: Sourced<number> | undefined, fromPower: Sourced<number> | undefined) {
  if (current === undefined) return fromPower ?? none;
  if (fromPower === undefined) return current;
  if (current.value >= 0 !== fromPower.value >= 0) return none;
  return Math.abs(fromPower.value) < Math.abs(current.value) ? fromPower : current;
}

/** The phases that charge once limits with this count are followed: as they are where the hardware can not switch. */
function followedPhases(s: ChargerState, wanted: number | undefined): number {
  if (wanted === undefined || wanted === 0 || wanted === s.activePhases) return s.activePhases;
  return isSwitchRefused(s, wanted) || s.hlcActive ? s.activePhases : switchedTo(wanted);
}

/** A contactor knows three phases or one. */
const switchedTo = (wanted: number): 1 | 3 => (wanted === 3 ? 3 : 1);

/** Whether the hardware can not give the phases it is asked for. */
export function isSwitchRefused({ capabilities, activePhases }: ChargerState, wanted: number): boolean {
  if (wanted === 0 || wanted === activePhases || switchedTo(wanted) === activePhases) return false;
  return (
    !capabilities.supports_changing_phases_during_charging ||
    switchedTo(wanted) > capabilities.max_phase_count_import ||
    switchedTo(wanted) < capabilities.min_phase_count_import
  );
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
