/**
 * Readings of the controller's meter. A firmware was seen to send memory that nobody had written to: what is no number, or
 * none that a charger can have, is left out and counted; a reading without a sound energy is none.
 *
 * Source: Yeti facts, section 7.
 */
import type { PhaseVoltages, Powermeter } from "../../src/core/powermeter.ts";
import type { PowerMeter } from "./schema.ts";
import { timing } from "./timing.ts";

type Range = readonly [lowest: number, highest: number];

const ranges = {
  voltageV: [0, 600],
  currentA: [-200, 200],
  powerW: [-120_000, 120_000],
  frequencyHz: [0, 100],
  energyWh: [0, 1e9],
} as const satisfies Record<string, Range>;

export interface MeterReading {
  readonly value: Powermeter | null;
  /** Values that were left out. */
  readonly absurd: number;
}

/** `timestamp`: RFC 3339; `offsetWh`: what was counted before the controller began anew. */
export function meterReading(told: PowerMeter, timestamp: string, offsetWh: number): MeterReading {
  let absurd = 0;
  const sound = (value: number, [lowest, highest]: Range): number | undefined => {
    if (Number.isFinite(value) && value >= lowest && value <= highest) return Math.round(value * 1000) / 1000;
    absurd++;
    return undefined;
  };
  const phases = ({ L1 = 0, L2 = 0, L3 = 0 }: PhaseVoltages, range: Range) => ({
    ...member("L1", sound(L1, range)),
    ...member("L2", sound(L2, range)),
    ...member("L3", sound(L3, range)),
  });
  const totalWh = sound(told.totalWattHr ?? 0, ranges.energyWh);
  const energyWh = phases(perPhase(told.wattHrL1, told.wattHrL2, told.wattHrL3), ranges.energyWh);
  const powerW = phases(perPhase(told.wattL1, told.wattL2, told.wattL3), ranges.powerW);
  const voltageV = phases(perPhase(told.vrmsL1, told.vrmsL2, told.vrmsL3), ranges.voltageV);
  const currentA = {
    ...phases(perPhase(told.irmsL1, told.irmsL2, told.irmsL3), ranges.currentA),
    ...member("N", sound(told.irmsN ?? 0, ranges.currentA)),
  };
  const { L1: frequencyHz, ...otherHz } = phases(perPhase(told.freqL1, told.freqL2, told.freqL3), ranges.frequencyHz);
  if (totalWh === undefined) return { value: null, absurd };
  const { L1, L2, L3 } = powerW;
  const hasPower = L1 !== undefined && L2 !== undefined && L3 !== undefined;
  return {
    value: {
      timestamp,
      meter_id: "YETI_POWERMETER",
      phase_seq_error: told.phaseSeqError ?? false,
      // Energy by phase begins anew with the controller: only the total is carried on.
      energy_Wh_import: { total: totalWh + offsetWh, ...(offsetWh === 0 ? energyWh : {}) },
      ...(hasPower ? { power_W: { total: L1 + L2 + L3, L1, L2, L3 } } : {}),
      voltage_V: voltageV,
      current_A: currentA,
      ...(frequencyHz === undefined ? {} : { frequency_Hz: { L1: frequencyHz, ...otherHz } }),
    },
    absurd,
  };
}

/** No less than the rounding of a reading. */
const roundedWh = 0.01;

/** What is known of the meter from one reading to the next. */
export class Meter {
  absurdValues = 0;
  #totalWh = 0;
  #offsetWh = 0;
  #mark = 0;
  #mayBeginAnew = false;
  #heardMs = 0;

  /** As last told. */
  get totalWh(): number {
    return this.#totalWh;
  }

  /** Readings are to be expected from now on. */
  expect(nowMs: number): void {
    this.#heardMs = nowMs;
  }

  isStale(nowMs: number): boolean {
    return nowMs - this.#heardMs >= timing.meterStaleMs;
  }

  /** It may count from zero after it; what was measured before is not taken back. */
  controllerBoots(): void {
    this.#mayBeginAnew = true;
  }

  /** The reading, or null where it is none. */
  take(told: PowerMeter, nowMs: number, timestamp: string): Powermeter | null {
    const { time_stamp: mark = 0, totalWattHr = 0 } = told;
    // The same reading again is none: a frame that came twice, or a meter that stands still.
    if (mark !== 0 && mark === this.#mark) return null;
    this.#mark = mark;
    const begunAnew = this.#mayBeginAnew && this.#offsetWh + totalWattHr < this.#totalWh - roundedWh;
    const offsetWh = begunAnew ? this.#totalWh : this.#offsetWh;
    const { value, absurd } = meterReading(told, timestamp, offsetWh);
    this.absurdValues += absurd;
    if (value === null) return null;
    this.#mayBeginAnew = false;
    this.#offsetWh = offsetWh;
    this.#totalWh = value.energy_Wh_import.total;
    this.#heardMs = nowMs;
    return value;
  }
}

const perPhase = (L1 = 0, L2 = 0, L3 = 0): PhaseVoltages => ({ L1, L2, L3 });

const member = <K extends string>(name: K, value: number | undefined): { readonly [P in K]?: number } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: number };
