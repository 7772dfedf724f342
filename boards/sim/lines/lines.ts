/**
 * Simulated lines: the same port, and behind it whatever a simulated world makes of them. The world declares what there
 * is; it hears of every change of an output and decides what an input shows. What was driven stays so when the driver is
 * gone, as on a real machine.
 */
import type { InputLine, Level, OutputLine } from "../../../hal/digital-line.ts";
import type { Lines } from "../../../hal/lines.ts";
import type { PwmChannel } from "../../../hal/pwm-channel.ts";
import { DeviceError } from "../../../src/core/errors.ts";

export class SimulatedLine implements OutputLine, InputLine {
  #level: Level = "low";
  #isOutput = false;
  readonly #changed: () => void;

  /** `changed`: the driver has driven the line to another level. */
  constructor(changed: () => void = () => {}) {
    this.#changed = changed;
  }

  /** The world puts a level on an input; what the driver drives is stronger. */
  put(level: Level): void {
    if (!this.#isOutput) this.#level = level;
  }

  open(mode: "in" | Level): void {
    this.#isOutput = mode !== "in";
    if (mode !== "in") this.set(mode);
  }

  set(level: Level): void {
    if (level === this.#level) return;
    this.#level = level;
    this.#changed();
  }

  read(): Level {
    return this.#level;
  }
}

export class SimulatedPwm implements PwmChannel {
  enabled = false;
  periodNs = 0;
  dutyNs = 0;
  readonly #changed: () => void;

  constructor(changed: () => void = () => {}) {
    this.#changed = changed;
  }

  setPeriodNs(periodNs: number): void {
    if (this.dutyNs > periodNs) throw refused(`period ${periodNs} ns is less than the duty`);
    this.periodNs = periodNs;
    this.#changed();
  }

  setDutyNs(dutyNs: number): void {
    if (dutyNs > this.periodNs) throw refused(`duty ${dutyNs} ns is more than the period`);
    this.dutyNs = dutyNs;
    this.#changed();
  }

  setEnabled(enabled: boolean): void {
    if (enabled && this.periodNs === 0) throw refused("there is no period yet");
    this.enabled = enabled;
    this.#changed();
  }
}

/** Everything a simulated machine has, by name. */
export interface SimulatedMachine {
  readonly gpio: ReadonlyMap<string, SimulatedLine>;
  /** By device; one channel each. */
  readonly pwm: ReadonlyMap<string, SimulatedPwm>;
  /** By device and channel: `2198000.adc/voltage2`. Answers the counts of a conversion now. */
  readonly adc: ReadonlyMap<string, () => number>;
}

/** The lines of a simulated machine. */
export function simulatedLines({ gpio, pwm, adc }: SimulatedMachine): Lines {
  const line = (name: string, mode: "in" | Level): SimulatedLine => {
    const found = gpio.get(name);
    if (found === undefined) throw new DeviceError("no_such_line", `no GPIO line is named "${name}"`);
    found.open(mode);
    return found;
  };
  return {
    output: (name, initial) => line(name, initial),
    input: (name) => line(name, "in"),
    pwm(device, channel) {
      const found = pwm.get(device);
      if (found === undefined) throw new DeviceError("no_such_pwm", `no PWM chip ${device}`);
      if (channel > 0) throw new DeviceError("no_such_pwm", `PWM chip ${device} has 1 channels, none ${channel}`);
      return found;
    },
    adc(device, channel) {
      const readRaw = adc.get(`${device}/${channel}`);
      if (readRaw === undefined) throw new DeviceError("no_such_adc", `no channel ${channel} of a converter ${device}`);
      return { readRaw };
    },
  };
}

const refused = (why: string): DeviceError => new DeviceError("EINVAL", `simulated PWM: ${why}`);
