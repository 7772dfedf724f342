/**
 * An analogue input. One call is one conversion, taken now: nothing is cached, averaged or scaled, volts are the driver's
 * business. A conversion takes tens of microseconds; one that fails or answers something else than a number throws a
 * DeviceError, and on the pilot that counts as a faulty sample.
 */
export interface AdcChannel {
  /** Counts of the converter, from 0. */
  readRaw(): number;
}
