/**
 * What the supply was told, so that it is told what changes and nothing else. Source: DC charging facts, section 5.
 */
import type { ChargeTarget } from "./charge-target.ts";
import type { SupplyCapabilities, SupplyMode, SupplyPhase } from "./power-supply.ts";

/** Export: towards the vehicle. Import: from it. */
type Direction = Extract<SupplyMode, "Export" | "Import">;

export interface SupplyControl {
  readonly on: boolean;
  readonly direction: Direction;
  readonly phase: SupplyPhase;
  /** As sent, the current without its direction; null after every switching off. */
  readonly setpoint: ChargeTarget | null;
}

export type SupplyCommand =
  | { readonly type: "setMode"; readonly mode: SupplyMode; readonly phase: SupplyPhase }
  | {
      readonly type: "setExportVoltageCurrent" | "setImportVoltageCurrent";
      readonly voltageV: number;
      readonly currentA: number;
    };

export interface SupplyStep {
  readonly control: SupplyControl;
  readonly commands: readonly SupplyCommand[];
}

export const supplyIsOff: SupplyControl = { on: false, direction: "Export", phase: "Other", setpoint: null };

/** The phase counts at once where the supply is on. */
export function setPhase(control: SupplyControl, phase: SupplyPhase): SupplyStep {
  if (phase === control.phase) return { control, commands: [] };
  return {
    control: { ...control, phase },
    commands: control.on ? [{ type: "setMode", mode: control.direction, phase }] : [],
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

/**
 * The same for what comes from the vehicle, with a current below 0. It is drawn while the vehicle stands above the voltage:
 * one that the supply cannot go down to is raised. Less than the supply's least is not drawn at all.
 */
export function drawpointWithin({ voltageV, currentA }: ChargeTarget, supply: SupplyCapabilities): ChargeTarget | null {
  const { leastV, mostV, leastA, mostA } = importRange(supply);
  if (voltageV > mostV) return null;
  const drawnA = Math.min(Math.abs(currentA), mostA);
  return { voltageV: Math.max(voltageV, leastV), currentA: drawnA > 0 && drawnA >= leastA ? -drawnA : 0 };
}

/** What a supply can draw from a vehicle; one that does not say draws nothing. */
export function importRange(supply: SupplyCapabilities) {
  const goesBothWays = supply.bidirectional;
  return {
    leastV: supply.min_import_voltage_V ?? supply.min_export_voltage_V,
    mostV: supply.max_import_voltage_V ?? supply.max_export_voltage_V,
    leastA: supply.min_import_current_A ?? 0,
    mostA: goesBothWays ? (supply.max_import_current_A ?? 0) : 0,
    mostW: goesBothWays ? (supply.max_import_power_W ?? 0) : 0,
  };
}

/** Nothing keeps the direction as it is. The setpoint is told before the direction that it is for. */
export function setSetpoint(control: SupplyControl, target: ChargeTarget): SupplyStep {
  const direction: Direction = target.currentA === 0 ? control.direction : target.currentA < 0 ? "Import" : "Export";
  const setpoint = { voltageV: target.voltageV, currentA: Math.abs(target.currentA) };
  const turns = direction !== control.direction;
  const isTold =
    !turns && control.setpoint?.voltageV === setpoint.voltageV && control.setpoint.currentA === setpoint.currentA;
  if (isTold) return { control, commands: [] };
  const type = direction === "Import" ? "setImportVoltageCurrent" : "setExportVoltageCurrent";
  return {
    control: { ...control, direction, setpoint },
    commands: [
      { type, ...setpoint },
      ...(turns && control.on ? [{ type: "setMode", mode: direction, phase: control.phase } as const] : []),
    ],
  };
}

export function switchOn(control: SupplyControl): SupplyStep {
  if (control.on) return { control, commands: [] };
  return {
    control: { ...control, on: true },
    commands: [{ type: "setMode", mode: control.direction, phase: control.phase }],
  };
}

/** Always told: what takes power away is not left out because it should be away already. */
export function switchOff(control: SupplyControl): SupplyStep {
  return { control: supplyIsOff, commands: [{ type: "setMode", mode: "Off", phase: control.phase }] };
}
