/**
 * What is watched while the supply is on: voltage, isolation, and whether those who measure still tell anything. Source:
 * DC charging facts, sections 4 and 7.
 */
import type { Draft } from "./dc-draft.ts";
import { lock, toOverVoltage } from "./dc-power.ts";
import { fastestSource, paced } from "./fastest-source.ts";
import type { IsolationMeasurement } from "./isolation.ts";
import { balanced, isBalanced, isIsolated, watchEarthVoltage } from "./isolation.ts";
import type { IsolationWatchEvent } from "./isolation-watch.ts";
import type { PlausibilityEvent, VoltageSource } from "./plausibility.ts";

/** Current may flow from now. */
export function beginSupervision(d: Draft): void {
  const { options, timing } = d.parts;
  const { hasOverVoltageMonitor, cableCheck } = options;
  d.change({
    earthVoltage: balanced,
    voltageSource: fastestSource(d.s.paces, timing.overVoltageSampleGapMs, d.nowMs),
  });
  if (hasOverVoltageMonitor) d.tell({ kind: "overVoltageMonitor", order: "start" });
  toPlausibility(d, { type: "started" });
  // A monitor that nobody waits for in the cable check is one that need not tell anything.
  const isAwaited = cableCheck.hasIsolationMonitor && cableCheck.measurements > 0;
  if (isAwaited || cableCheck.pauseMonitor) toIsolationWatch(d, { type: "started", paused: cableCheck.pauseMonitor });
}

export function endSupervision(d: Draft): void {
  toOverVoltage(d, { type: "stopped" });
  toPlausibility(d, { type: "stopped" });
  toIsolationWatch(d, { type: "stopped" });
  if (d.parts.options.hasOverVoltageMonitor) d.tell({ kind: "overVoltageMonitor", order: "stop" });
}

/** Before current flows no other instrument than the supply measures all the time. */
export function measured(d: Draft, source: VoltageSource, voltageV: number): void {
  d.change({ paces: paced(d.s.paces, source, d.nowMs) });
  // A monitor may be one that only switches off. One that tells the voltage is what counts from then on.
  if (source === "overVoltageMonitor" && d.s.demandActive) d.change({ voltageSource: source });
  const counts = source === (d.s.demandActive ? d.s.voltageSource : "powerSupply");
  if (counts) toOverVoltage(d, { type: "sampled", voltageV, takenAtMs: d.nowMs });
  toPlausibility(d, { type: "sampled", source, voltageV, takenAtMs: d.nowMs });
}

export function toPlausibility(d: Draft, event: PlausibilityEvent): void {
  const { state, effects } = d.parts.plausibility.step(d.s.plausibility, event, d.nowMs);
  d.change({ plausibility: state });
  for (const { spreadV, voltagesV } of effects) {
    lock(d);
    const told = Object.entries(voltagesV).map(([source, voltageV]) => `${source} ${voltageV} V`);
    const message = `Voltages differ by ${spreadV} V: ${told.join(", ")}`;
    d.raise("evse_manager/VoltagePlausibilityFault", "High", "", message);
  }
}

export function toIsolationWatch(d: Draft, event: IsolationWatchEvent): void {
  const { state, effects } = d.parts.isolationWatch.step(d.s.isolationWatch, event, d.nowMs);
  d.change({ isolationWatch: state });
  for (const { type } of effects) {
    if (type === "startMonitor") {
      d.tell({ kind: "isolationMonitor", order: "start" });
      continue;
    }
    lock(d);
    raiseResistance(d, "NotMonitored", "Nobody tells the isolation while current flows");
  }
}

export function judgeIsolation(d: Draft, measurement: IsolationMeasurement): void {
  const isGood = isIsolated(measurement.resistance_F_Ohm, d.parts.options.cableCheck.isMegawatt);
  if (!isGood) lock(d);
  d.hlc({ name: "update_isolation_status", args: { isolation_status: isGood ? "Valid" : "Fault" } });
  if (!isGood) raiseResistance(d, "Resistance", `${measurement.resistance_F_Ohm} Ohm against earth`);
  const { max_export_voltage_V: maxExportV, min_export_voltage_V: minExportV } = d.s.capabilities;
  const isCentred = isBalanced(measurement, { maxExportV, minExportV });
  const earth = watchEarthVoltage(d.s.earthVoltage, isCentred, d.nowMs, d.parts.timing);
  d.change({ earthVoltage: earth.state });
  if (!earth.fault) return;
  lock(d);
  raiseResistance(d, "VoltageToEarth", "A pole is too far from earth");
}

export function raiseResistance(
  d: Draft,
  subType: "Resistance" | "VoltageToEarth" | "NotMonitored",
  message: string,
): void {
  d.raise("evse_manager/MREC22ResistanceFault", "Medium", subType, message);
}

/** A supply that is on and tells nothing: nobody knows what it does, and the vehicle is told what was long ago. */
export function supplySilentAtMs({ s, parts }: Pick<Draft, "s" | "parts">): number | null {
  return s.control.on ? s.supplyHeardMs + parts.timing.supplySampleGapMs : null;
}

export function watchSupply(d: Draft): void {
  const silentAtMs = supplySilentAtMs(d);
  if (silentAtMs === null || d.nowMs < silentAtMs) return;
  lock(d);
  d.raise("evse_manager/Internal", "Medium", "SupplySilent", "The supply is on and tells nothing");
}

/** A vehicle that says nothing any more while its current flows: nobody is there to ask for less. */
export function watchVehicle(d: Draft): void {
  if (d.s.vehicleDueMs === null || d.nowMs < d.s.vehicleDueMs) return;
  lock(d);
  d.raise("evse_manager/Internal", "Medium", "VehicleSilent", "The vehicle does not say any more what it wants");
}
