/**
 * The bridge that drives the lock's motor. Between any two modes that follow each other only one line changes, but for the
 * way out of the brake: there IN1 goes first, since IN2 going first would drive the lock open.
 *
 * | mode             | IN1 | IN2 |
 * |------------------|-----|-----|
 * | coast            | 0   | 0   |
 * | forward: unlock  | 1   | 0   |
 * | backward: lock   | 0   | 1   |
 * | brake            | 1   | 1   |
 *
 * Source: Charge Control C facts, section 8.
 */
import type { Level, OutputLine } from "../../hal/digital-line.ts";
import type { Lines } from "../../hal/lines.ts";

export interface MotorLine {
  readonly name: string;
  readonly activeLow: boolean;
}

const levelOf = (active: boolean, { activeLow }: MotorLine): Level => (active === activeLow ? "low" : "high");

export class LockMotor {
  readonly #in1: OutputLine;
  readonly #in2: OutputLine;
  readonly #lines: { readonly in1: MotorLine; readonly in2: MotorLine };

  /** The motor rests from here on. */
  constructor(lines: Lines, in1: MotorLine, in2: MotorLine) {
    this.#lines = { in1, in2 };
    this.#in1 = lines.output(in1.name, levelOf(false, in1));
    this.#in2 = lines.output(in2.name, levelOf(false, in2));
  }

  unlock(): void {
    this.#drive(true, false);
  }

  lock(): void {
    this.#drive(false, true);
  }

  brake(): void {
    this.#drive(true, true);
  }

  /** Nothing of it is driven when the supply fails or the daemon is gone. */
  coast(): void {
    this.#drive(false, false);
  }

  #drive(in1: boolean, in2: boolean): void {
    this.#in1.set(levelOf(in1, this.#lines.in1));
    this.#in2.set(levelOf(in2, this.#lines.in2));
  }
}
