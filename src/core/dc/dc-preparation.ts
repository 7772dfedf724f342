/** Cable check and precharge as they drive supply, monitor and conversation. Source: DC charging facts, sections 2, 3. */
import type { CableCheckEffect, CableCheckEvent } from "./cable-check.ts";
import { cableCheckStepWords } from "./cable-check.ts";
import type { Draft } from "./dc-draft.ts";
import { lock, powerOff, powerOn, superviseVehicle, toSupply } from "./dc-power.ts";
import { raiseResistance } from "./dc-supervision.ts";
import type { PrechargeEvent } from "./precharge.ts";
import { setSetpoint } from "./supply-control.ts";

export const cableCheckFault = "evse_manager/MREC11CableCheckFault";

export function toCableCheck(d: Draft, event: CableCheckEvent): void {
  const { state, effects } = d.parts.cableCheck.step(d.s.cableCheck, event, d.nowMs);
  d.change({ cableCheck: state });
  for (const effect of effects) checked(d, effect);
}

function checked(d: Draft, effect: CableCheckEffect): void {
  switch (effect.type) {
    case "supplyOff":
      powerOff(d);
      return;
    case "setSupply":
      toSupply(d, setSetpoint(d.s.control, effect));
      return;
    case "supplyOn":
      powerOn(d);
      return;
    case "allowClose":
      d.tell({ kind: "allowClose" });
      return;
    case "startSelfTest":
      d.tell({ kind: "selfTest", voltageV: effect.voltageV });
      return;
    case "startMonitor":
      d.tell({ kind: "isolationMonitor", order: "start" });
      return;
    case "stopMonitor":
      d.tell({ kind: "isolationMonitor", order: "stop" });
      return;
    case "tellIsolation":
      d.hlc({ name: "update_isolation_status", args: { isolation_status: effect.status } });
      return;
    case "finished":
      if (!effect.passed) lock(d);
      d.hlc({ name: "cable_check_finished", args: { status: effect.passed } });
      return;
    case "raiseResistanceFault":
      raiseResistance(d, "Resistance", "The isolation of the cable is too low");
      return;
    case "failed": {
      const message = `Cable check, ${cableCheckStepWords[effect.step]}: ${effect.cause}`;
      d.raise(cableCheckFault, "Medium", "Self test failed", message);
    }
  }
}

export function toPrecharge(d: Draft, event: PrechargeEvent): void {
  const { state, effects } = d.parts.precharge.step(d.s.precharge, event, d.nowMs);
  d.change({ precharge: state });
  for (const effect of effects) {
    if (effect.type === "reached") {
      superviseVehicle(d);
      continue;
    }
    lock(d);
    if (effect.type === "unused") {
      d.raise("evse_manager/Internal", "Medium", "VehicleSilent", "Precharge is done, and the vehicle takes no power");
      continue;
    }
    const { targetV, presentV } = effect;
    const asked = targetV === null ? "a voltage nobody has told" : `${targetV} V`;
    const message = `Precharge: ${presentV ?? "no"} V instead of ${asked}`;
    d.raise("evse_manager/Internal", "Medium", "Precharge", message);
  }
}

/** Neither is going on any more. */
export function endPreparation(d: Draft): void {
  if (d.s.cableCheck.name !== "idle") toCableCheck(d, { type: "aborted" });
  toPrecharge(d, { type: "ended" });
}
