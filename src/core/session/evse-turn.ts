import { isFatal } from "../faults/inoperative.ts";
import type { ChargerEvent } from "./charger-state.ts";
import type { HardwareEffect } from "./effect-order.ts";
import { safetyFirst, withoutSuperseded } from "./effect-order.ts";
import type { EvseEffect, EvseState } from "./evse-state.ts";

export interface Draft {
  readonly s: { -readonly [K in keyof EvseState]: EvseState[K] };
  /** Everything in the order it came about; hardware effects stand where they were wanted. */
  readonly out: EvseEffect[];
  readonly nowMs: number;
  /** What the charger is still to hear: an answer to what it wanted comes after all that it wanted. */
  readonly unheard: ChargerEvent[];
}

function isHardware(effect: EvseEffect): effect is HardwareEffect {
  switch (effect.kind) {
    case "pilotX1":
    case "pilotF":
    case "pilotPwm":
    case "contactor":
    case "lock":
    case "enableBoard":
    case "supply":
    case "overCurrentLimit":
    case "switchPhases":
      return true;
    default:
      return false;
  }
}

/** Hardware first, in safe order; then everything that is told, with what was commanded where it was commanded. */
export function arrange(d: Draft): EvseEffect[] {
  if (!d.out.some(isHardware)) return d.out;
  const wanted = withoutSuperseded(d.out.filter(isHardware));
  const told: EvseEffect[] = [];
  for (const effect of d.out) {
    if (!isHardware(effect)) told.push(effect);
    else if (wanted.includes(effect)) report(d, effect, told);
  }
  return [...safetyFirst(wanted), ...told];
}

function report(d: Draft, effect: HardwareEffect, told: EvseEffect[]): void {
  const { reported } = d.s;
  switch (effect.kind) {
    case "pilotX1":
      reportPwm(d, told, "X1", 100);
      return;
    case "pilotF":
      reportPwm(d, told, "F", 0);
      return;
    case "pilotPwm":
      reportPwm(d, told, "pwm", effect.dutyPercent);
      return;
    case "contactor":
      if (effect.closed === reported.closed) return;
      d.s.reported = { ...reported, closed: effect.closed };
      told.push({ kind: "contactorCommand", closed: effect.closed, reason: effect.reason });
      return;
    case "lock":
      if (effect.locked === reported.locked) return;
      d.s.reported = { ...reported, locked: effect.locked };
      told.push({ kind: "lockCommand", locked: effect.locked });
      // The port confirms nothing; a lock that failed says so with an error, which a warning is not.
      if (!d.s.faults.some(({ source, type }) => source === "connector_lock" && isFatal(type, source, true))) {
        told.push({ kind: "lockState", locked: effect.locked });
      }
      return;
    default:
  }
}

function reportPwm(d: Draft, told: EvseEffect[], mode: "X1" | "F" | "pwm", dutyPercent: number): void {
  const pwm = `${mode} ${dutyPercent}`;
  if (pwm === d.s.reported.pwm) return;
  d.s.reported = { ...d.s.reported, pwm };
  told.push({ kind: "pwm", mode, dutyPercent });
}
