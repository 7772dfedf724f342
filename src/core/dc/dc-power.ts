/**
 * The supply on and off, with the over-voltage supervision that begins before it goes on and ends after it is off.
 * Whatever took power away keeps it away until the next cable check.
 */
import type { Draft } from "./dc-draft.ts";
import type { OverVoltageEffect, OverVoltageEvent } from "./over-voltage.ts";
import { overVoltageLimits } from "./over-voltage-limits.ts";
import type { SupplyStep } from "./supply-control.ts";
import { switchOff, switchOn } from "./supply-control.ts";
import type { WeldingCheckEvent } from "./welding-check.ts";

export const overVoltageFault = "evse_manager/MREC5OverVoltage";

export function toSupply(d: Draft, { control, commands }: SupplyStep): void {
  d.change({ control });
  for (const command of commands) d.tell({ kind: "supply", command });
}

/** Supervision begins with the supply, whatever it is switched on for. */
export function powerOn(d: Draft): void {
  if (d.s.control.on || d.s.locked) return;
  // A vehicle that never asked for precharge may have closed its contactor all the same: its own limit stays.
  if (!d.s.demandActive) superviseCable(d);
  toOverVoltage(d, { type: "started" });
  if (d.s.overVoltage.name === "tripped") return;
  d.change({ supplyHeardMs: d.nowMs });
  toWeldingCheck(d, { type: "ended" });
  toSupply(d, switchOn(d.s.control));
}

/** Supervision of the voltage ends once the supply is off, not before. */
export function powerOff(d: Draft): void {
  const { control, commands } = switchOff(d.s.control);
  const wasOn = d.s.control.on;
  d.change({
    control,
    asked: null,
    vehicleDueMs: null,
    rampAtMs: null,
    ramp: { currentA: 0, atMs: d.nowMs },
    rampingDown: false,
  });
  if (wasOn || d.off.length === 0) for (const command of commands) d.off.push({ kind: "supply", command });
  // One that has tripped goes on: it sees whether switching off has worked.
  if (d.s.overVoltage.name !== "tripped") toOverVoltage(d, { type: "stopped" });
}

export function lock(d: Draft): void {
  powerOff(d);
  d.change({ locked: true });
}

/** Until the vehicle is to close its contactor its own limit does not count: the cable is tested above it. */
function superviseCable(d: Draft): void {
  const { emergencyV } = overVoltageLimits(d.s.vehicleMaxV, d.s.capabilities.max_export_voltage_V);
  toOverVoltage(d, { type: "limitsSet", emergencyV, errorV: emergencyV });
}

export function superviseVehicle(d: Draft): void {
  const limits = overVoltageLimits(d.s.vehicleMaxV, d.s.capabilities.max_export_voltage_V);
  toOverVoltage(d, { type: "limitsSet", ...limits });
}

export function toOverVoltage(d: Draft, event: OverVoltageEvent): void {
  const { state, effects } = d.parts.overVoltage.step(d.s.overVoltage, event, d.nowMs);
  d.change({ overVoltage: state });
  for (const effect of effects) tripped(d, effect);
}

function tripped(d: Draft, effect: OverVoltageEffect): void {
  lock(d);
  if (effect.type === "trip") {
    const message = `${effect.voltageV} V at the connector, ${effect.limitV} V allowed`;
    d.raise(overVoltageFault, effect.severity, "", message);
    latch(d);
  } else {
    d.raise(overVoltageFault, "Medium", "NotMonitored", "Nobody tells the voltage at the connector");
  }
}

/** Until the vehicle that was there has left, across a restart too. Design, rule 5. */
export function latch(d: Draft): void {
  if (d.s.latched) return;
  d.change({ latched: true });
  d.tell({ kind: "keepLatch", latched: true });
}

export function unlatch(d: Draft): void {
  if (!d.s.latched) return;
  d.change({ latched: false });
  d.tell({ kind: "keepLatch", latched: false });
}

/** The vehicle of before the restart is still there. */
export function raiseLatched(d: Draft): void {
  if (!d.s.latched) return;
  d.raise(overVoltageFault, "High", "", "There was an over-voltage before the restart, and the vehicle is still there");
}

export function toWeldingCheck(d: Draft, event: WeldingCheckEvent): void {
  const { state, effects } = d.parts.weldingCheck.step(d.s.weldingCheck, event, d.nowMs);
  d.change({ weldingCheck: state });
  for (const { voltageV } of effects) {
    lock(d);
    d.raise("evse_manager/Internal", "High", "Welded", `${voltageV} V at the output after the contactor has opened`);
  }
}
