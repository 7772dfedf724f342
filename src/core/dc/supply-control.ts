/**
 * What the supply was told, so that it is told what changes and nothing else. Source: DC charging facts, section 5.
 */
import type { ChargeTarget } from "./charge-target.ts";
import type { SupplyCapabilities, SupplyMode, SupplyPhase } from "./power-supply.ts";

export interface SupplyControl {
  readonly on: boolean;
  readonly phase: SupplyPhase;
  /** As sent; null after every switching off. */
  readonly setpoint: ChargeTarget | null;
}

export type SupplyCommand =
  | { readonly type: "setMode"; readonly mode: SupplyMode; readonly phase: SupplyPhase }
  | { readonly type: "setExportVoltageCurrent"; readonly voltageV: number; readonly currentA: number };

export interface SupplyStep {
  readonly control: SupplyControl;
  readonly commands: readonly SupplyCommand[];
}

export const supplyIsOff: SupplyControl = { on: false, phase: "Other", setpoint: null };

/** The phase counts at once where the supply is on. */
export function setPhase(control: SupplyControl, phase: SupplyPhase): SupplyStep {
  if (phase === control.phase) return { control, commands: [] };
  return {
    control: { ...control, phase },
    commands: control.on ? [{ type: "setMode", mode: "Export", phase }] : [],
  };
}

/**
 * The setpoint, within what the supply can do; null where the supply cannot give this voltage at all. A current above
 * what it can give is cut, one below its least is raised to that: it would not regulate otherwise. No current stays none.
 */
export function setpointWithin(target: ChargeTarget, capabilities: SupplyCapabilities): ChargeTarget | null {
  const { min_export_voltage_V, max_export_voltage_V, min_export_current_A, max_export_current_A } = capabilities;
  if (target.voltageV < min_export_voltage_V || target.voltageV > max_export_voltage_V) return null;
  const currentA =
    target.currentA > 0 ? Math.min(Math.max(target.currentA, min_export_current_A), max_export_current_A) : 0;
  return { voltageV: target.voltageV, currentA };
}

export function setSetpoint(control: SupplyControl, { voltageV, currentA }: ChargeTarget): SupplyStep {
  if (control.setpoint?.voltageV === voltageV && control.setpoint.currentA === currentA) {
    return { control, commands: [] };
  }
  return {
    control: { ...control, setpoint: { voltageV, currentA } },
    commands: [{ type: "setExportVoltageCurrent", voltageV, currentA }],
  };
}

export function switchOn(control: SupplyControl): SupplyStep {
  if (control.on) return { control, commands: [] };
  return {
    control: { ...control, on: true },
    commands: [{ type: "setMode", mode: "Export", phase: control.phase }],
  };
}

/** Always told: what takes power away is not left out because it should be away already. */
export function switchOff(control: SupplyControl): SupplyStep {
  return { control: supplyIsOff, commands: [{ type: "setMode", mode: "Off", phase: control.phase }] };
}
