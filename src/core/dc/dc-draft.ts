/** One step of a DC session in the making: the state to be, the effects so far, and the machines it is made of. */
import type { Machine } from "../machine.ts";
import type { Timing } from "../timing.ts";
import type { CableCheckEffect, CableCheckEvent, CableCheckState } from "./cable-check.ts";
import { createCableCheckMachine } from "./cable-check.ts";
import type { DcSessionEffect, HlcCommand } from "./dc-session-effects.ts";
import type { DcSessionOptions, DcSessionState } from "./dc-session-state.ts";
import type { IsolationWatchEffect, IsolationWatchEvent, IsolationWatchState } from "./isolation-watch.ts";
import { createIsolationWatch } from "./isolation-watch.ts";
import type { OverVoltageEffect, OverVoltageEvent, OverVoltageState } from "./over-voltage.ts";
import { createOverVoltageMachine } from "./over-voltage.ts";
import type { PlausibilityEffect, PlausibilityEvent, PlausibilityState } from "./plausibility.ts";
import { createPlausibilityMachine } from "./plausibility.ts";
import type { PrechargeEffect, PrechargeEvent, PrechargeState } from "./precharge.ts";
import { createPrechargeMachine } from "./precharge.ts";
import type { WeldingCheckEffect, WeldingCheckEvent, WeldingCheckState } from "./welding-check.ts";
import { createWeldingCheck } from "./welding-check.ts";

export interface DcParts {
  readonly options: DcSessionOptions;
  readonly timing: Timing;
  readonly cableCheck: Machine<CableCheckState, CableCheckEvent, CableCheckEffect>;
  readonly precharge: Machine<PrechargeState, PrechargeEvent, PrechargeEffect>;
  readonly overVoltage: Machine<OverVoltageState, OverVoltageEvent, OverVoltageEffect>;
  readonly plausibility: Machine<PlausibilityState, PlausibilityEvent, PlausibilityEffect>;
  readonly isolationWatch: Machine<IsolationWatchState, IsolationWatchEvent, IsolationWatchEffect>;
  readonly weldingCheck: Machine<WeldingCheckState, WeldingCheckEvent, WeldingCheckEffect>;
}

export function dcParts(options: DcSessionOptions, timing: Timing): DcParts {
  const { maxSpreadV, spreadDurationMs: durationMs } = options;
  return {
    options,
    timing,
    cableCheck: createCableCheckMachine(options.cableCheck, timing),
    precharge: createPrechargeMachine(timing),
    overVoltage: createOverVoltageMachine({ durationMs: options.overVoltageDurationMs }, timing),
    plausibility: createPlausibilityMachine({ maxSpreadV, durationMs }, timing),
    isolationWatch: createIsolationWatch(timing),
    weldingCheck: createWeldingCheck(timing),
  };
}

export class Draft {
  s: DcSessionState;
  /** What takes power away goes first. */
  readonly off: DcSessionEffect[] = [];
  readonly out: DcSessionEffect[] = [];
  readonly nowMs: number;
  readonly parts: DcParts;

  constructor(parts: DcParts, state: DcSessionState, nowMs: number) {
    this.parts = parts;
    this.s = state;
    this.nowMs = nowMs;
  }

  change(changes: Partial<DcSessionState>): void {
    this.s = { ...this.s, ...changes };
  }

  tell(...effects: DcSessionEffect[]): void {
    this.out.push(...effects);
  }

  hlc(command: HlcCommand): void {
    this.out.push({ kind: "hlcCommand", command });
  }

  raise(type: `evse_manager/${string}`, severity: "High" | "Medium", subType: string, message: string): void {
    this.out.push({ kind: "raise", type, subType, severity, message });
  }
}
