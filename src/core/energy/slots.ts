/** The time slots all schedules of a round are given in. Source: energy facts, section 4.1. */
import type { EnergyFlowRequest } from "./flow.ts";
import { startsAtMs } from "./time-series.ts";

export interface SlotOptions {
  readonly intervalMs: number;
  readonly totalMs: number;
}

/** More than a day of five minutes is no plan but a mistake: what comes later stands in a later round. */
const mostSlots = 288;

/** Calls back with every instant at which something in the tree changes. */
function eachChange(node: EnergyFlowRequest, found: (wallMs: number) => void): void {
  for (const schedule of [node.schedule_import, node.schedule_export, node.schedule_setpoints]) {
    for (const entry of schedule) found(startsAtMs(entry));
  }
  for (const child of node.children) eachChange(child, found);
}

/**
 * Milliseconds since the Unix epoch at which a slot begins, ascending; the first one lasts at `wallMs`. A slot begins
 * at every full interval of the span ahead, and wherever a schedule of the tree changes.
 */
export function slotStarts(root: EnergyFlowRequest, wallMs: number, options: SlotOptions): readonly number[] {
  const starts = new Set<number>();
  const first = Math.floor(wallMs / options.intervalMs) * options.intervalMs;
  for (let at = 0; at < options.totalMs && starts.size < mostSlots; at += options.intervalMs) starts.add(first + at);
  eachChange(root, (changesAtMs) => starts.add(changesAtMs));
  const sorted = [...starts].sort((a, b) => a - b);
  const active = sorted.findLastIndex((start) => start <= wallMs);
  return sorted.slice(Math.max(0, active), Math.max(0, active) + mostSlots);
}
