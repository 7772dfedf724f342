/** What the meter's blocks of registers say. Of values with several words the low one comes first. */
import type { Powermeter } from "../../../src/core/powermeter.ts";
import { decodeNumber } from "../registers.ts";

const int32 = (block: readonly number[], offset: number, scale: number): number =>
  scaled(decodeNumber(block.slice(offset, offset + 2), "int32", "low_first"), scale);
const int64 = (block: readonly number[], offset: number): number =>
  decodeNumber(block.slice(offset, offset + 4), "int64", "low_first");
const int16 = (block: readonly number[], offset: number, scale: number): number =>
  scaled(decodeNumber(block.slice(offset, offset + 1), "int16"), scale);

/** Tenths and thousandths, without what a binary fraction makes of them. */
const scaled = (value: number, scale: number): number => value / scale;

const phases = (block: readonly number[], offset: number, scale: number) => ({
  L1: int32(block, offset, scale),
  L2: int32(block, offset + 2, scale),
  L3: int32(block, offset + 4, scale),
});

export function measuredOf(live: readonly number[]): Omit<Powermeter, "timestamp" | "energy_Wh_import"> {
  return {
    phase_seq_error: int16(live, 0x32, 1) === -1,
    voltage_V: phases(live, 0x00, 10),
    current_A: phases(live, 0x0c, 1000),
    power_W: { total: int32(live, 0x28, 10), ...phases(live, 0x12, 10) },
    VAR: { total: int32(live, 0x2c, 10), ...phases(live, 0x1e, 10) },
    frequency_Hz: { L1: int16(live, 0x33, 10) },
  };
}

export function energyOf(block: readonly number[]): Pick<Powermeter, "energy_Wh_import" | "energy_Wh_export"> {
  return { energy_Wh_import: { total: int64(block, 0) }, energy_Wh_export: { total: int64(block, 28) } };
}

/** Of the models that sign nothing: whole kWh, and the Wh behind them. */
export function simpleEnergyOf(block: readonly number[]): Pick<Powermeter, "energy_Wh_import" | "energy_Wh_export"> {
  const energy = (offset: number): number => int32(block, offset, 1) * 1000 + int32(block, offset + 2, 1);
  return { energy_Wh_import: { total: energy(0) }, energy_Wh_export: { total: energy(8) } };
}

export const temperatureOf = (word: number): number => int16([word], 0, 10);

export const hexOf = (words: readonly number[]): string =>
  words.map((word) => word.toString(16).padStart(4, "0")).join("");
