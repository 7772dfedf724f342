/** What is known of one EVSE, and how it is told. */
import type { HardwareCapabilities } from "../../core/board.ts";
import type { EnforcedLimits } from "../../core/energy/flow.ts";
import type { Powermeter } from "../../core/powermeter.ts";
import type { SessionEvent } from "../../core/session/session-event.ts";
import type { WantedLimit } from "./limits.ts";
import type {
  AcChargeParameters,
  ChargeProtocol,
  ConnectorInfo,
  DisplayParameters,
  EvseInfo,
  EvseState,
  EvseStatus,
  HardwareCapabilitiesObject,
  MeterData,
} from "./objects.ts";
import { stateAfter } from "./objects.ts";

/** The one connector an EVSE has. */
const activeConnectorIndex = 1;
const phasesWhenUntold = 3;

interface Transaction {
  readonly startedAtMs: number;
  readonly importAtStartWh: number;
  readonly exportAtStartWh: number | null;
  readonly running: boolean;
}

export interface EvseRecord {
  /** Its number; null until it has told of itself. */
  readonly index: number | null;
  readonly id: string;
  readonly connectors: readonly ConnectorInfo[];
  readonly modes: readonly string[];
  readonly state: EvseState;
  readonly available: boolean;
  readonly chargingAllowed: boolean;
  readonly protocol: ChargeProtocol;
  readonly capabilities: HardwareCapabilities | null;
  readonly meter: MeterData | null;
  readonly transaction: Transaction | null;
  readonly chargedWh: number;
  readonly dischargedWh: number;
  readonly chargingMs: number;
  /** What the energy tree leaves it; null while nothing was heard of that. */
  readonly enforced: { readonly currentA: number; readonly phases: number | null } | null;
  readonly display: DisplayParameters;
  /** What clients want of it, whether it applies now or not. */
  readonly wantedLimit: WantedLimit | null;
  readonly wantedPhases: number | null;
}

export const unknownEvse: EvseRecord = {
  index: null,
  id: "",
  connectors: [],
  modes: [],
  state: "Unknown",
  available: false,
  chargingAllowed: true,
  protocol: "Unknown",
  capabilities: null,
  meter: null,
  transaction: null,
  chargedWh: 0,
  dischargedWh: 0,
  chargingMs: 0,
  enforced: null,
  display: {},
  wantedLimit: null,
  wantedPhases: null,
};

export function afterSessionEvent(evse: EvseRecord, told: SessionEvent, nowMs: number): EvseRecord {
  const { event, source, transaction_started: started, transaction_finished: finished } = told;
  const byEvent = stateAfter[event];
  const state = event === "TransactionFinished" && finished?.reason === "Local" ? "FinishedEVSE" : byEvent;
  const next: EvseRecord = {
    ...evse,
    state: state ?? evse.state,
    // Whatever it was told before: it charges.
    chargingAllowed: evse.chargingAllowed || event === "ChargingStarted",
    available: source === undefined ? evse.available || event === "Enabled" : source.enable_state !== "Disable",
  };
  if (event === "TransactionStarted" && started !== undefined) {
    const { energy_Wh_import, energy_Wh_export } = started.meter_value;
    const transaction = {
      startedAtMs: nowMs,
      importAtStartWh: energy_Wh_import.total,
      exportAtStartWh: energy_Wh_export?.total ?? null,
      running: true,
    };
    return { ...next, transaction, chargedWh: 0, dischargedWh: 0, chargingMs: 0 };
  }
  if (event !== "TransactionFinished" || next.transaction === null) return next;
  const measured = finished === undefined ? next : afterReading(next, finished.meter_value, nowMs);
  return { ...measured, transaction: { ...next.transaction, running: false } };
}

function afterReading(evse: EvseRecord, reading: Powermeter, nowMs: number): EvseRecord {
  const { transaction } = evse;
  if (transaction === null || !transaction.running) return evse;
  const exportedWh = reading.energy_Wh_export?.total;
  return {
    ...evse,
    chargingMs: nowMs - transaction.startedAtMs,
    chargedWh: reading.energy_Wh_import.total - transaction.importAtStartWh,
    dischargedWh:
      exportedWh === undefined || transaction.exportAtStartWh === null
        ? evse.dischargedWh
        : exportedWh - transaction.exportAtStartWh,
  };
}

/** Each reading stands for itself: what it does not tell is not known any more. */
export function afterPowermeter(evse: EvseRecord, reading: Powermeter, nowMs: number): EvseRecord {
  return { ...afterReading(evse, reading, nowMs), meter: meterData(reading) };
}

/** The API knows alternating current only: a voltage or current that is direct has no place in it. */
function meterData(reading: Powermeter): MeterData {
  const { timestamp, energy_Wh_import, energy_Wh_export, power_W, frequency_Hz, meter_id, phase_seq_error } = reading;
  const { DC: _current, ...current_A } = reading.current_A ?? {};
  const { DC: _voltage, ...voltage_V } = reading.voltage_V ?? {};
  return {
    ...(Object.keys(current_A).length > 0 && { current_A }),
    energy_Wh_import,
    ...(energy_Wh_export !== undefined && { energy_Wh_export }),
    ...(frequency_Hz !== undefined && { frequency_Hz }),
    ...(meter_id !== undefined && { meter_id }),
    ...(phase_seq_error !== undefined && { phase_seq_error }),
    ...(power_W !== undefined && { power_W }),
    timestamp,
    ...(Object.keys(voltage_V).length > 0 && { voltage_V }),
  };
}

export function afterLimits(evse: EvseRecord, { limits_root_side: limits }: EnforcedLimits): EvseRecord {
  const currentA = limits.ac_max_current_A?.value ?? 0;
  return { ...evse, enforced: { currentA, phases: limits.ac_max_phase_count?.value ?? null } };
}

export function infoOf({ index, id, connectors, modes }: EvseRecord): EvseInfo | null {
  if (index === null) return null;
  return { index, id, available_connectors: connectors, supported_energy_transfer_modes: modes };
}

export function capabilitiesOf({ capabilities }: EvseRecord): HardwareCapabilitiesObject | null {
  if (capabilities === null) return null;
  return {
    max_current_A_export: capabilities.max_current_A_export,
    max_current_A_import: capabilities.max_current_A_import,
    max_phase_count_export: capabilities.max_phase_count_export,
    max_phase_count_import: capabilities.max_phase_count_import,
    min_current_A_export: capabilities.min_current_A_export,
    min_current_A_import: capabilities.min_current_A_import,
    min_phase_count_export: capabilities.min_phase_count_export,
    min_phase_count_import: capabilities.min_phase_count_import,
    phase_switch_during_charging: capabilities.supports_changing_phases_during_charging,
  };
}

/** What of its surroundings belongs to the status of an EVSE. */
export interface Surroundings {
  readonly errorPresent: boolean;
  /** Of the fuse before it, where that is told. */
  readonly nominalVoltageV: number | null;
}

export function statusOf(evse: EvseRecord, { errorPresent, nominalVoltageV }: Surroundings): EvseStatus {
  const acChargeParam = acChargeParameters(evse, nominalVoltageV);
  return {
    charged_energy_wh: evse.chargedWh,
    discharged_energy_wh: evse.dischargedWh,
    charging_duration_s: Math.floor(evse.chargingMs / 1000),
    charging_allowed: evse.chargingAllowed,
    available: evse.available,
    active_connector_index: activeConnectorIndex,
    error_present: errorPresent,
    charge_protocol: evse.protocol,
    ...(acChargeParam !== null && {
      ac_charge_param: acChargeParam,
      ac_charge_status: { evse_active_phase_count: activePhases(evse) },
    }),
    ...(Object.keys(evse.display).length > 0 && { display_parameters: evse.display }),
    state: evse.state,
  };
}

export const activePhases = ({ enforced }: EvseRecord): number => enforced?.phases ?? phasesWhenUntold;

/** Zero stands for what nobody has told. */
function acChargeParameters(evse: EvseRecord, nominalVoltageV: number | null): AcChargeParameters | null {
  const { modes, enforced, capabilities, meter } = evse;
  const isAc = modes.length === 0 || modes.some((mode) => mode.startsWith("AC"));
  if (!isAc || enforced === null) return null;
  const voltageV = nominalVoltageV ?? 0;
  const { min_current_A_import: leastA = 0, min_phase_count_import: fewest = 0 } = capabilities ?? {};
  return {
    ...(nominalVoltageV !== null && { evse_nominal_voltage: nominalVoltageV }),
    evse_max_current: enforced.currentA,
    evse_max_phase_count: capabilities?.max_phase_count_import ?? activePhases(evse),
    evse_maximum_charge_power: voltageV * Math.max(0, enforced.currentA) * activePhases(evse),
    evse_minimum_charge_power: voltageV * leastA * fewest,
    // 50 or 60 Hz, whatever is measured this second.
    evse_nominal_frequency: Math.round((meter?.frequency_Hz?.L1 ?? 0) / 10) * 10,
  };
}
