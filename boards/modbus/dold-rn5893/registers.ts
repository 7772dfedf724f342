/** Modbus facts, section 10. Wire addresses. */
export const holding = { control: 0, timeoutRelease: 1, timeoutMs: 2, settings: 2000 } as const;
export const input = { fault: 0, state: 1, measurement: 2000 } as const;
export const settingsCount = 11;
/** Of the settings, the one that is left as it is. */
export const untouchedSetting = 4;

export const control = { resetFaults: 0x001, selfTest: 0x010, measurementOff: 0x100, measure: 0 } as const;

export const faults: Readonly<Record<number, string>> = {
  1: "broken wire at L+ or L-",
  2: "broken wire at PE1 or PE2",
  3: "internal error found by the self test",
  4: "potentiometer",
  9: "Modbus time-out",
  10: "EEPROM",
  11: "internal communication",
  12: "internal error",
};
export const modbusTimeout = 9;

export const state = {
  init: 0,
  measuring: 1,
  error: 2,
  selfTest: 3,
  advancedTest: 4,
  stopped: 5,
  alarm: 6,
  preAlarm: 7,
} as const;
export const measuringStates: readonly number[] = [state.measuring, state.alarm, state.preAlarm];

export const beyondRange = 0xffff;
/** More than it can measure is told as a little more than its 2 MOhm. */
export const beyondRangeOhm = 2_000_001;
export const ohmPerStep = 100;

export const brokenWire = { ON: 1, OFF: 2, ONLY_DURING_SELF_TEST: 4 } as const;
export const switching = { DE_ENERGIZED_ON_TRIP: 0, ENERGIZED_ON_TRIP: 1 } as const;
export const supply = { AC: 1, DC: 2, "3NAC": 4 } as const;
export const coupling = { NONE: 1, RP5898: 2 } as const;
export const relayFunction = {
  INSULATION_FAULT_ALARM: 1,
  INSULATION_FAULT_PRE_ALARM: 2,
  INSULATION_FAULT_PREALARM: 2,
  DEVICE_FAULT: 4,
  INSULATION_FAULT_ALARM_OR_DEVICE_FAULT: 8,
  INSULATION_FAULT_PRE_ALARM_OR_DEVICE_FAULT: 8,
  INSULATION_FAULT_PREALARM_OR_DEVICE_FAULT: 8,
  "INSULATION_FAULT_ON_DC+": 16,
  "INSULATION_FAULT_ON_DC-": 16,
  "INSULATION_FAULT_ON_DC+_OR_DEVICE_FAULT": 32,
  "INSULATION_FAULT_ON_DC-_OR_DEVICE_FAULT": 32,
} as const;
