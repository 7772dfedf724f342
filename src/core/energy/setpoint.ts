/** What a setpoint asks of its node. Source: energy facts, section 4.3. */
import type { EnergyFlowRequest, FrequencyWattPoint, Setpoint } from "./flow.ts";

/** Signed, positive towards the cars; ampere per phase or watt. */
export interface Target {
  readonly unit: "A" | "W";
  readonly value: number;
  readonly source: string;
}

/** Watt at a frequency in hertz: on the line between two rows, and as the nearest row beyond the ends. No row: 0. */
export function powerAtFrequency(table: readonly FrequencyWattPoint[], frequencyHz: number): number {
  const above = table.findIndex(({ frequency_Hz }) => frequency_Hz > frequencyHz);
  const upper = table[above];
  const lower = above < 0 ? table.at(-1) : table[above - 1];
  if (upper === undefined || lower === undefined) return (lower ?? upper)?.total_power_W ?? 0;
  const share = (frequencyHz - lower.frequency_Hz) / (upper.frequency_Hz - lower.frequency_Hz);
  return lower.total_power_W + share * (upper.total_power_W - lower.total_power_W);
}

/** Hertz, measured towards the grid before towards the cars; undefined where nobody measures it. */
export function measuredFrequencyHz(node: EnergyFlowRequest): number | undefined {
  return node.energy_usage_root?.frequency_Hz?.L1 ?? node.energy_usage_leaves?.frequency_Hz?.L1;
}

/** Undefined for a setpoint that sets nothing, or whose frequency nobody measures. */
export function targetOf(setpoint: Setpoint, frequencyHz: number | undefined): Target | undefined {
  const { ac_current_A: currentA, total_power_W: powerW, frequency_table: table, source } = setpoint;
  if (currentA !== undefined) return { unit: "A", value: currentA, source };
  if (powerW !== undefined) return { unit: "W", value: powerW, source };
  if (table === undefined || frequencyHz === undefined) return undefined;
  return { unit: "W", value: powerAtFrequency(table, frequencyHz), source };
}
