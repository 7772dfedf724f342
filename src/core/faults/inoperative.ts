import type { Severity } from "./fault.ts";

/**
 * Which errors keep an EVSE from charging, and how they end a session. EvseManager facts, sections 4.1 to 4.3; the
 * promises about warnings (seed 003) win: a warning never blocks, whoever raises it.
 */

/** Where an error comes from, in the order in which causes are listed. */
export const faultSources = [
  "evse_manager",
  "bsp",
  "connector_lock",
  "ac_rcd",
  "imd",
  "powersupply_DC",
  "powermeter",
  "slac",
  "hlc",
  "over_voltage_monitor",
] as const;
export type FaultSource = (typeof faultSources)[number];

/** What tells one error from all others. */
export interface FaultIdentity {
  readonly source: FaultSource;
  /** Tells devices of one source apart: two meters may fail at once, and one of them recover. */
  readonly origin?: string;
  readonly type: string;
  readonly sub_type: string;
}

export function isSameFault(a: FaultIdentity, b: FaultIdentity): boolean {
  return a.source === b.source && a.origin === b.origin && a.type === b.type && a.sub_type === b.sub_type;
}

export interface ActiveFault extends FaultIdentity {
  readonly severity: Severity;
  readonly description: string;
  readonly vendor_id: string;
}

const harmless = new Set([
  "evse_manager/Inoperative",
  "evse_manager/MREC11CableCheckFault",
  "evse_board_support/MREC3HighTemperature",
  "evse_board_support/MREC18CableOverTempDerate",
]);

/** Whether an error of this type blocks charging. Powermeter errors do so only with `fail_on_powermeter_errors`. */
export function isFatal(type: string, source: FaultSource, failOnPowermeterErrors: boolean): boolean {
  if (source === "powermeter" && !failOnPowermeterErrors) return false;
  return !harmless.has(type) && !type.endsWith("/VendorWarning");
}

export function shutdownFor(fatal: readonly ActiveFault[]): "None" | "Error" | "Emergency" {
  if (fatal.length === 0) return "None";
  return fatal.some((fault) => fault.severity === "High") ? "Emergency" : "Error";
}

export interface Inoperative {
  readonly message: string;
  readonly description: string;
  readonly vendorId: string;
}

/** What `evse_manager/Inoperative` says about its causes. EvseManager facts, section 4.3. */
export function describeInoperative(fatal: readonly ActiveFault[], useVendorId: boolean): Inoperative {
  const first = fatal[0];
  return {
    message: first?.type ?? "",
    description: fatal.map(describeCause).join(", "),
    vendorId: useVendorId && first !== undefined && first.vendor_id !== "" ? first.vendor_id : "EVerest",
  };
}

function describeCause(fault: ActiveFault): string {
  const slash = fault.type.indexOf("/");
  if (slash < 0) return fault.description;
  const name = fault.type.slice(slash + 1).replace(/\/$/, "");
  return fault.sub_type === "" ? name : `${name}/${fault.sub_type}`;
}

/** The fatal ones among the active errors, ordered by source and then as raised. */
export function fatalFaults(active: readonly ActiveFault[], failOnPowermeterErrors: boolean): ActiveFault[] {
  return faultSources.flatMap((source) =>
    active.filter((fault) => fault.source === source && isFatal(fault.type, source, failOnPowermeterErrors)),
  );
}
