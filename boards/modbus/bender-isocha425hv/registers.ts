/** Modbus facts, section 9. Numbers of registers are wire addresses. */
import { decodeNumber } from "../registers.ts";

export const at = {
  resistance: 1000,
  voltage: 1008,
  voltagesToEarth: 1016,
  earthAlarm: 3000,
  r1: 3005,
  r2: 3007,
  underVoltage: 3008,
  overVoltage: 3010,
  alarmMemory: 3012,
  relay1: 3013,
  relay2: 3014,
  startDelay: 3018,
  delayOn: 3019,
  delayOff: 3020,
  cableCheck: 3021,
  chademo: 3023,
  gridTest: 3024,
  testAtStart: 3025,
  enabled: 3026,
  assignment1: 3027,
  assignment2: 3028,
  selfTest: 8005,
  name: 9800,
  firmware: 9820,
} as const;

export const selfTestKey = 0x5445;
/** From this firmware on the fast cable check exists. */
export const fastCheckAbove = 500;
export const fastCheck = 3;

export interface Measurement {
  readonly value: number;
  readonly isValid: boolean;
  readonly hasDeviceError: boolean;
  readonly test: "none" | "internal" | "external";
}

const tests = ["none", "internal", "external", "none"] as const;
const deviceErrorAlarm = 2;
const invalidMark = 3;

/** Four words: a float32, a status, a channel. */
export function measurementOf(block: readonly number[]): Measurement {
  const [high = 0, low = 0, status = 0] = block;
  const value = decodeNumber([high, low], "float32");
  const alarm = (status >> 8) & 0b111;
  const test = tests[(status >> 14) & 0b11] ?? "none";
  const unit = status & 0b11111;
  const validity = (status >> 6) & 0b11;
  return {
    value,
    isValid: validity !== invalidMark && unit !== 0 && Number.isFinite(value),
    hasDeviceError: alarm === deviceErrorAlarm,
    test,
  };
}
