/** From what the vehicle asks for to what the supply is told. Source: DC charging facts, section 5. */

export interface ChargeTarget {
  readonly voltageV: number;
  readonly currentA: number;
}

export interface TargetLimits {
  /** What the vehicle told it stands; null where it has not. */
  readonly vehicleMaxV: number | null;
  readonly vehicleMaxA: number | null;
  /** What the station offers now. */
  readonly stationMaxA: number;
  readonly stationMaxW: number;
  /** Between the poles; null without a measurement. */
  readonly presentV: number | null;
}

/** ISO 15118-20 [V2G20-2183]: a vehicle may leave the voltage out by asking for 0 V. */
const noVoltageV = 1e-6;

/** What the vehicle means: without a voltage, the one it asked for before (`lastV`; 0 without). */
export function meantTarget({ voltageV, currentA }: ChargeTarget, lastV: number): ChargeTarget {
  return { voltageV: Math.abs(voltageV) <= noVoltageV && lastV > 0 ? lastV : voltageV, currentA };
}

/** Never more than any of the limits, never less than nothing. */
export function clampTarget(asked: ChargeTarget, limits: TargetLimits): ChargeTarget {
  const { vehicleMaxV, vehicleMaxA, stationMaxA, stationMaxW, presentV } = limits;
  const wantedA = Math.min(asked.currentA, vehicleMaxA ?? Number.POSITIVE_INFINITY);
  const limitedA = Math.max(0, Math.min(wantedA, stationMaxA));
  const voltageV = Math.max(0, Math.min(asked.voltageV, vehicleMaxV ?? Number.POSITIVE_INFINITY));
  const byPowerV = presentV !== null && presentV > 0 ? presentV : voltageV;
  const currentA = byPowerV > 0 ? Math.min(limitedA, Math.max(0, stationMaxW) / byPowerV) : limitedA;
  return { voltageV, currentA };
}

export interface DischargeLimits {
  /** What the grid takes back now, through what the supply can draw. */
  readonly stationMaxA: number;
  readonly stationMaxW: number;
  /** Between the poles; null without a measurement. */
  readonly presentV: number | null;
}

/** As much as both give and take; a current below 0 comes from the vehicle. */
export function clampDischarge({ voltageV, currentA }: ChargeTarget, limits: DischargeLimits): ChargeTarget {
  const { stationMaxA, stationMaxW, presentV } = limits;
  const byPowerV = presentV !== null && presentV > 0 ? presentV : voltageV;
  const byPowerA = byPowerV > 0 ? Math.max(0, stationMaxW) / byPowerV : 0;
  const fromVehicleA = Math.min(Math.abs(currentA), Math.max(0, stationMaxA), byPowerA);
  return { voltageV, currentA: fromVehicleA === 0 ? 0 : -fromVehicleA };
}

export interface Ramp {
  /** What the supply was told last, and when; monotonic milliseconds. Below 0 it comes from the vehicle. */
  readonly currentA: number;
  readonly atMs: number;
}

/** A supply follows a vehicle that wants less at least this fast. Source: IEC 61851-23, by what others write about it. */
const leastFallAperS = 100;

/**
 * The next current on the way to the target. A vehicle's wish is followed at `amperePerSecond` up, and down no slower
 * than the standard wants; what limits (`mostA`: fuse, supply, vehicle) is followed at once.
 */
export function ramped(last: Ramp, targetA: number, mostA: number, amperePerSecond: number, nowMs: number): number {
  const elapsedS = Math.max(0, nowMs - last.atMs) / 1000;
  const lowestA = last.currentA - elapsedS * Math.max(amperePerSecond, leastFallAperS);
  const towardsA = Math.max(lowestA, Math.min(last.currentA + elapsedS * amperePerSecond, targetA));
  return Math.max(0, Math.min(towardsA, mostA));
}

/** What limits at once, in both directions: `leastA` is the most that may come from the vehicle, not above 0. */
export interface CurrentBounds {
  readonly leastA: number;
  readonly mostA: number;
}

/** The same with a direction, which does not turn before the current has come down to nothing. */
export function rampedBothWays(
  last: Ramp,
  targetA: number,
  { leastA, mostA }: CurrentBounds,
  amperePerSecond: number,
  nowMs: number,
): number {
  const isDrawn = last.currentA === 0 ? targetA < 0 : last.currentA < 0;
  const towardsA = Math.max(0, isDrawn ? -targetA : targetA);
  const magnitude = { currentA: Math.abs(last.currentA), atMs: last.atMs };
  const nextA = ramped(magnitude, towardsA, isDrawn ? -leastA : mostA, amperePerSecond, nowMs);
  return isDrawn && nextA > 0 ? -nextA : nextA;
}
