/** What a vehicle may be given at most, and what nobody may be given. Source: DC charging facts, section 7. */

export interface OverVoltageLimits {
  /** Volt. Reached: emergency shutdown at once. IEC 61851-23:2023 6.3.1.106.2, table 103. */
  readonly emergencyV: number;
  /** Volt. Reached for longer than allowed: error shutdown. Table 104: the vehicle's maximum voltage. */
  readonly errorV: number;
}

/** For a vehicle that has not told its maximum voltage. */
export const assumedVehicleMaxV = 500;

/** Rated voltage up to, and the emergency limit that belongs to it; above the last row 1375 V. */
const table103: readonly (readonly [upToV: number, emergencyV: number])[] = [
  [500, 550],
  [750, 825],
  [850, 935],
  [1000, 1100],
];
/** Draft IEC 61851-23-3:2025, table 202. */
const megawattEmergencyV = 1375;

/** `vehicleMaxV`: null while the vehicle has not told it. `supplyMaxV`: what the supply can export at most. */
export function overVoltageLimits(vehicleMaxV: number | null, supplyMaxV: number): OverVoltageLimits {
  const errorV = vehicleMaxV ?? assumedVehicleMaxV;
  const ratedV = Math.min(errorV, supplyMaxV);
  const row = table103.find(([upToV]) => ratedV <= upToV);
  return { emergencyV: row?.[1] ?? megawattEmergencyV, errorV };
}
