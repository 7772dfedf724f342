/**
 * The voltage of the isolation test in the cable check. Source: DC charging facts, section 3; IEC 61851-23:2023
 * CC.4.1.2, formula CC.1. All values in volt.
 */
export function testVoltageV(vehicleMaxV: number, supplyMaxV: number): number {
  return vehicleMaxV <= 500 ? Math.min(500, vehicleMaxV + 50, supplyMaxV) : Math.min(supplyMaxV, 1.1 * vehicleMaxV);
}
