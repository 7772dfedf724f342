import { dutyForAmpere, isPowerAvailable } from "../iec61851/duty-cycle.ts";
import { cableRatingA } from "../iec61851/proximity.ts";
import type { Powermeter } from "../powermeter.ts";
import type { Timing } from "../timing.ts";
import type { ChargerEffect, ChargerOptions, ChargerState, DeadlineName } from "./charger-state.ts";
import type { SessionEvent, SessionEventName } from "./session-event.ts";

/** One step in the making: a copy of the state to write on, and the effects so far. */
export interface Draft {
  readonly s: { -readonly [K in keyof ChargerState]: ChargerState[K] };
  readonly out: ChargerEffect[];
  readonly nowMs: number;
  readonly options: ChargerOptions;
  readonly timing: Timing;
}

export function arm(d: Draft, name: DeadlineName, delayMs: number): void {
  d.s.deadlines = { ...d.s.deadlines, [name]: d.nowMs + delayMs };
}

export function disarm(d: Draft, ...names: readonly DeadlineName[]): void {
  if (!names.some((name) => isArmed(d, name))) return;
  const deadlines = { ...d.s.deadlines };
  for (const name of names) delete deadlines[name];
  d.s.deadlines = deadlines;
}

export function isArmed(d: Draft, name: DeadlineName): boolean {
  return d.s.deadlines[name] !== undefined;
}

/** What stands for the meter before it has told anything; the time is filled in where wall time is known. */
const noReading: Powermeter = { timestamp: "", energy_Wh_import: { total: 0 } };

export function reading(d: Draft): { readonly meter_value: Powermeter } {
  return { meter_value: d.s.meter ?? noReading };
}

export function say(d: Draft, event: SessionEventName, payload: Partial<SessionEvent> = {}): void {
  d.out.push({ kind: "session", event: { uuid: d.s.session?.id ?? "", event, ...payload } });
}

/** What the cable in a socket carries; null while that is unknown, and for an attached one, which the board rates. */
export function cableA(s: ChargerState): number | null {
  if (s.capabilities.connector_type !== "IEC62196Type2Socket") return null;
  return cableRatingA(s.ampacity, s.capabilities.max_phase_count_import);
}

/** Ampere per phase the vehicle may draw: the limit in force, and in a socket no more than the cable carries. */
export function effectiveCurrentA(s: ChargerState): number {
  const limitA = Math.abs(s.limitA);
  if (s.capabilities.connector_type !== "IEC62196Type2Socket" || s.name === "Idle") return limitA;
  return Math.min(limitA, cableA(s) ?? 0);
}

/** AC: more than 5.9 A; DC: anything at all, in either direction. EvseManager facts, section 2.6. */
export function hasPower(d: Draft): boolean {
  const currentA = effectiveCurrentA(d.s);
  return d.options.chargeMode === "DC" ? currentA > 0 || d.s.dischargeA > 0 : isPowerAvailable(currentA);
}

export function isFaulted(d: Draft): boolean {
  return d.s.shutdown !== "None";
}

/** The vehicle this session was for is not there any more. */
export function isGone(d: Draft): boolean {
  return d.s.vehicleLeft || !d.s.plugged;
}

export function toX1(d: Draft): void {
  disarm(d, "pwmUpdate");
  if (d.s.output.mode === "X1") return;
  d.s.output = { mode: "X1" };
  d.out.push({ kind: "setX1" });
}

export function toF(d: Draft): void {
  disarm(d, "pwmUpdate");
  if (d.s.output.mode === "F") return;
  d.s.output = { mode: "F" };
  d.out.push({ kind: "setF" });
}

export function to5Percent(d: Draft): void {
  disarm(d, "pwmUpdate");
  if (d.s.output.mode === "fivePercent") return;
  d.s.output = { mode: "fivePercent" };
  d.out.push({ kind: "setPwm", duty: 0.05 });
}

/**
 * Offers the effective current. A running nominal PWM changes at most every 5 s (IEC 61851-1 table A.6 sequence 6)
 * unless `atOnce`: then nothing is drawn yet and nobody needs protecting from a quick change.
 */
export function toNominal(d: Draft, atOnce: boolean): void {
  const currentA = effectiveCurrentA(d.s);
  const duty = dutyForAmpere(currentA);
  if (duty >= 1 || !isPowerAvailable(currentA) || d.s.pilotInEOrF) {
    toX1(d);
    return;
  }
  const { output } = d.s;
  if (output.mode === "nominal") {
    if (output.duty === duty) {
      disarm(d, "pwmUpdate");
      return;
    }
    const waitMs = output.sinceMs + d.timing.pwmUpdateIntervalMs - d.nowMs;
    if (!atOnce && waitMs > 0) {
      arm(d, "pwmUpdate", waitMs);
      return;
    }
  }
  disarm(d, "pwmUpdate");
  d.s.output = { mode: "nominal", duty, currentA, sinceMs: d.nowMs };
  d.out.push({ kind: "setPwm", duty });
}

export function withdrawPower(d: Draft): void {
  d.out.push({ kind: "allowPower", value: false, reason: "PowerOff" });
}

export function supplyOff(d: Draft): void {
  if (d.options.chargeMode === "DC") d.out.push({ kind: "supplyOff" });
}
