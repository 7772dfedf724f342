import type { Lines } from "../../../hal/lines.ts";

/** Hears of every call to a line before it is made, by line and call, with what is written; it may throw. */
export type Witness = (line: string, call: string, value?: unknown) => void;

/** The same lines, each call told first. */
export function witnessed(lines: Lines, witness: Witness): Lines {
  const wrap = <T extends object>(line: string, port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") {
          witness(line, String(name));
          return value;
        }
        return (...args: unknown[]): unknown => {
          witness(line, String(name), args[0]);
          return Reflect.apply(value, target, args);
        };
      },
    });
  return {
    output(name, initial) {
      witness(name, "output", initial);
      return wrap(name, lines.output(name, initial));
    },
    input(name) {
      witness(name, "input");
      return wrap(name, lines.input(name));
    },
    pwm(device, channel) {
      witness(device, "pwm");
      return wrap(device, lines.pwm(device, channel));
    },
    adc(device, channel) {
      witness(channel, "adc");
      return wrap(channel, lines.adc(device, channel));
    },
  };
}
