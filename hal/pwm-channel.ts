/**
 * A pulse width modulator. Times are whole nanoseconds; what is written takes effect with the next period at the latest.
 *
 * The output is low while the channel is disabled, whatever the duty. The duty never exceeds the period: a duty beyond it
 * is refused with a DeviceError and changes nothing, so a period is shortened after its duty. A channel without a period
 * cannot be enabled. It keeps running when the process dies. Writing takes microseconds and never waits; a DeviceError
 * says that the kernel refused, and the output is then as it was.
 */
export interface PwmChannel {
  readonly enabled: boolean;
  readonly periodNs: number;
  readonly dutyNs: number;
  setPeriodNs(periodNs: number): void;
  setDutyNs(dutyNs: number): void;
  setEnabled(enabled: boolean): void;
}
