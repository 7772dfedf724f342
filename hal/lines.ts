/**
 * The lines of the machine the daemon runs on: what a driver of a board opens by the names in the board's description.
 * `boards/linux` finds them in the kernel's file system, `boards/sim` in a simulated world; drivers cannot tell them apart.
 *
 * A digital line may also be asked for by chip and number, `gpiochip0/27`, where nobody gave it a name.
 *
 * Lines are opened when a module gets ready, not before: opening an output drives it. A name that does not exist, or a
 * line that something else holds, is a DeviceError that names it.
 */
import type { AdcChannel } from "./adc-channel.ts";
import type { InputLine, Level, OutputLine } from "./digital-line.ts";
import type { StartLineThread } from "./line-thread.ts";
import type { PwmChannel } from "./pwm-channel.ts";

export interface Lines {
  /** Opens a line as an output that starts with the level given. */
  output(lineName: string, initial: Level): OutputLine;
  input(lineName: string): InputLine;
  /** `device`: the name the platform gives the chip, e.g. `20fc000.pwm`; numbers of chips change from start to start. */
  pwm(device: string, channel: number): PwmChannel;
  /** `device` as for a PWM; `channel` by its own name there, e.g. `voltage2`. */
  adc(device: string, channel: string): AdcChannel;
  /** Absent where the lines are simulated, or time is. */
  readonly startThread?: StartLineThread;
  /** Where there is no thread: how late what would run in one and the event loop hear of each other, drawn anew each time. */
  readonly threadDelayMs?: () => number;
}
