/**
 * The pilot as the board drives it. The PWM makes the shape, CP_INVERT lets it out: low, the wire floats near 0 V, which
 * is state E; high, it follows the PWM between +12 V and -12 V.
 *
 * Source: Charge Control C facts, section 3.
 */
import type { OutputLine } from "../../hal/digital-line.ts";
import type { PwmChannel } from "../../hal/pwm-channel.ts";

const periodNs = 1_000_000;

/** Single precision, as in the board's facts: 26.67 % are 266700 ns and not one less. */
function dutyNs(percent: number): number {
  const share = Math.fround(Math.min(100, Math.max(0, percent)) / 100);
  return Math.trunc(Math.fround(periodNs * share));
}

export class PilotOutput {
  readonly #pwm: PwmChannel;
  readonly #invert: OutputLine;
  #dutyPercent = 100;
  #enabled = false;
  #driven = false;

  /** Lets go of the wire and makes the PWM ready. `invert` was opened low. */
  constructor(pwm: PwmChannel, invert: OutputLine) {
    this.#pwm = pwm;
    this.#invert = invert;
    if (pwm.enabled) pwm.setEnabled(false);
    // Neither is ever refused in this order: a duty is never longer than its period.
    if (pwm.dutyNs > periodNs) pwm.setDutyNs(0);
    pwm.setPeriodNs(periodNs);
    pwm.setDutyNs(periodNs);
  }

  /** The wire is driven; otherwise it floats. */
  get driven(): boolean {
    return this.#driven;
  }

  /** 100 is X1, 0 is F; 0 too while the wire is not driven. */
  get dutyPercent(): number {
    return this.#driven ? this.#dutyPercent : 0;
  }

  /** A duty cycle is on offer. */
  get switching(): boolean {
    return this.#driven && this.#dutyPercent > 0 && this.#dutyPercent < 100;
  }

  drive(percent: number): void {
    this.#pwm.setDutyNs(dutyNs(percent));
    this.#dutyPercent = percent;
    if (!this.#enabled) this.#pwm.setEnabled(true);
    this.#enabled = true;
    if (!this.#driven) this.#invert.set("high");
    this.#driven = true;
  }

  /** State E. The wire stood at +12 V for `beforeStateEMs` by now. */
  letGo(): void {
    this.#invert.set("low");
    this.#driven = false;
    this.#pwm.setEnabled(false);
    this.#enabled = false;
  }
}
