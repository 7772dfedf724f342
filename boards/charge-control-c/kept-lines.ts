/**
 * Lines that are opened once: a driver that failed half way opens its board again from the beginning, and no file of the
 * first time is left open.
 */
import type { AdcChannel } from "../../hal/adc-channel.ts";
import type { InputLine, OutputLine } from "../../hal/digital-line.ts";
import type { Lines } from "../../hal/lines.ts";
import type { PwmChannel } from "../../hal/pwm-channel.ts";
import { DeviceError } from "../../src/core/errors.ts";

export function keptLines(lines: Lines): Lines {
  const [outputs, inputs] = [new Map<string, OutputLine>(), new Map<string, InputLine>()];
  const [pwms, adcs] = [new Map<string, PwmChannel>(), new Map<string, AdcChannel>()];
  function kept<T>(opened: Map<string, T>, name: string, open: () => T): T {
    const known = opened.get(name) ?? open();
    opened.set(name, known);
    return known;
  }
  return {
    ...lines,
    output(name, initial) {
      const known = outputs.get(name);
      known?.set(initial);
      return known ?? kept(outputs, name, () => lines.output(name, initial));
    },
    input: (name) => kept(inputs, name, () => lines.input(name)),
    pwm: (device, channel) => kept(pwms, `${device}/${channel}`, () => lines.pwm(device, channel)),
    adc: (device, channel) => kept(adcs, `${device}/${channel}`, () => lines.adc(device, channel)),
  };
}

/** What a kernel refuses now it may grant later; what is not there, or wired otherwise, nobody can wait for. */
export function mayPass(error: unknown): error is DeviceError {
  return error instanceof DeviceError && !error.code.startsWith("no_such_") && error.code !== "pwm_polarity";
}

/** Runs each, whatever becomes of the others. @throws the first error. */
export function eachOf<T>(runs: readonly (() => T)[]): T[] {
  let failure: unknown;
  const results = runs.flatMap((run) => {
    try {
      return [run()];
    } catch (error) {
      failure ??= error;
      return [];
    }
  });
  if (failure !== undefined) throw failure;
  return results;
}
