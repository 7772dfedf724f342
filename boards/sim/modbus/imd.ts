/** What every simulated isolation monitor has: a system to measure, and a self test that takes its time. */
import type { Clock } from "../../../hal/clock.ts";
import type { imdSim } from "../../modbus/imd-sim.ts";
import type { SimulatedSlave } from "./slave.ts";
import type { SimHandlers } from "./slave-sim.ts";
import { busSimOf } from "./slave-sim.ts";

const selfTestMs = 5000;

export class SimulatedImd {
  resistanceOhm = 1_000_000;
  voltageV = 0;
  isInvalid = false;
  hasDeviceError = false;
  failsSelfTest = false;
  readonly #clock: Clock;
  #testUntilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isTesting(): boolean {
    return this.#clock.nowMs() < this.#testUntilMs;
  }

  /** Shown as an error of the device: a test that has failed stays one until the next. */
  get isFaulty(): boolean {
    const hasFailed = this.failsSelfTest && Number.isFinite(this.#testUntilMs) && !this.isTesting;
    return this.hasDeviceError || hasFailed;
  }

  beginTest(): void {
    this.#testUntilMs = this.#clock.nowMs() + selfTestMs;
  }
}

export const imdSimOf = (imd: SimulatedImd, slave: SimulatedSlave): SimHandlers<typeof imdSim> => ({
  ...busSimOf(slave),
  set_resistance: ({ value }) => {
    imd.resistanceOhm = value;
  },
  set_voltage_V: ({ value }) => {
    imd.voltageV = value;
  },
  invalid: ({ value }) => {
    imd.isInvalid = value;
  },
  device_error: ({ value }) => {
    imd.hasDeviceError = value;
  },
  self_test_fails: ({ value }) => {
    imd.failsSelfTest = value;
  },
});
