/** Lines whose every call is numbered, and one of which fails once. */
import type { AdcChannel } from "../../hal/adc-channel.ts";
import type { InputLine, Level, OutputLine } from "../../hal/digital-line.ts";
import type { Lines } from "../../hal/lines.ts";
import type { PwmChannel } from "../../hal/pwm-channel.ts";
import { DeviceError } from "../../src/core/errors.ts";

/** `short` and `garbage`: bytes are missing, or mean nothing; what was written has reached the line all the same. */
export const failureKinds = ["EIO", "EBUSY", "ETIMEDOUT", "short", "garbage"] as const;
export type FailureKind = (typeof failureKinds)[number];

export interface LineCall {
  readonly line: string;
  readonly call: "output" | "input" | "pwm" | "adc" | "set" | "read" | "readRaw" | PwmCall;
  readonly atMs: number;
}
type PwmCall = "enabled" | "periodNs" | "dutyNs" | "setPeriodNs" | "setDutyNs" | "setEnabled";

/** A count that no converter gives, but that is a number. */
const garbageCount = 2 ** 32 - 1;

export interface LineCallsOptions {
  readonly nowMs: () => number;
  /** Hears of every call before it is made. */
  readonly hear?: (call: LineCall) => void;
  /** Hears of every level an output was driven to. */
  readonly drove?: (line: string, level: Level) => void;
  /** The call that fails, from 0. */
  readonly failing?: { readonly index: number; readonly kind: FailureKind };
}

export function numberedLines(lines: Lines, { nowMs, hear, drove, failing }: LineCallsOptions): Lines {
  let next = 0;

  /** Makes the call, or fails in its place. */
  function made<T>(line: string, call: LineCall["call"], run: () => T): T {
    const index = next++;
    hear?.({ line, call, atMs: nowMs() });
    if (index !== failing?.index) return run();
    const { kind } = failing;
    if (kind === "garbage" && call === "readRaw") return garbageCount as T;
    if (kind !== "short" && kind !== "garbage") throw new DeviceError(kind, `${line}: ${call} failed: ${kind}`);
    run();
    throw new DeviceError(kind === "short" ? "short_write" : "garbage", `${line}: ${call}: ${kind}`);
  }

  const output = (name: string, line: OutputLine): OutputLine => ({
    set: (level) =>
      made(name, "set", () => {
        line.set(level);
        drove?.(name, level);
      }),
    read: () => made(name, "read", () => line.read()),
  });
  const input = (name: string, line: InputLine): InputLine => ({ read: () => made(name, "read", () => line.read()) });
  const pwm = (name: string, channel: PwmChannel): PwmChannel => ({
    get enabled() {
      return made(name, "enabled", () => channel.enabled);
    },
    get periodNs() {
      return made(name, "periodNs", () => channel.periodNs);
    },
    get dutyNs() {
      return made(name, "dutyNs", () => channel.dutyNs);
    },
    setPeriodNs: (ns) => made(name, "setPeriodNs", () => channel.setPeriodNs(ns)),
    setDutyNs: (ns) => made(name, "setDutyNs", () => channel.setDutyNs(ns)),
    setEnabled: (enabled) => made(name, "setEnabled", () => channel.setEnabled(enabled)),
  });
  const adc = (name: string, channel: AdcChannel): AdcChannel => ({
    readRaw: () => made(name, "readRaw", () => channel.readRaw()),
  });
  return {
    output: (name, initial) =>
      made(name, "output", () => {
        const opened = output(name, lines.output(name, initial));
        drove?.(name, initial);
        return opened;
      }),
    input: (name) => made(name, "input", () => input(name, lines.input(name))),
    pwm: (device, channel) => made(device, "pwm", () => pwm(device, lines.pwm(device, channel))),
    adc: (device, channel) => made(channel, "adc", () => adc(channel, lines.adc(device, channel))),
  };
}
