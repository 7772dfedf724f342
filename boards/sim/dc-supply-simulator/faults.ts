/** What can be wrong with a supply. Source: DC charging facts, section 11. */
export const supplyFaults = [
  "CommunicationFault",
  "HardwareFault",
  "OverTemperature",
  "UnderTemperature",
  "UnderVoltageAC",
  "OverVoltageAC",
  "UnderVoltageDC",
  "OverVoltageDC",
  "OverCurrentAC",
  "OverCurrentDC",
  "VendorError",
  "VendorWarning",
] as const;

export type SupplyFault = (typeof supplyFaults)[number];
