/** What a scenario can do to the simulated controller below the driver, its line and what hangs on it. */
import * as v from "valibot";
import { flagNames } from "./error-flags.ts";

const on = v.optional(v.boolean(), true);
/** The board has one contactor. */
const relay = v.optional(v.literal(1), 1);
const share = v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0);

export const boardSim = {
  relay_welded: { description: "The contact is closed and stays so", args: v.strictObject({ relay, value: on }) },
  relay_stuck_open: { description: "The contact is open and stays so", args: v.strictObject({ relay, value: on }) },
  relay_slow: {
    description: "The contact takes `value` milliseconds to move; 0 is healthy again",
    args: v.strictObject({ relay, value: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)), 500) }),
  },
  pp_removed: { description: "The proximity pin is open", args: v.strictObject({ value: on }) },
  cp_voltage: {
    description: "Holds the pilot at `value` volts; null lets go. Above 0 V the low half stays as it is",
    args: v.strictObject({ value: v.nullable(v.pipe(v.number(), v.minValue(-15), v.maxValue(15))) }),
  },
  rcm: { description: "Trips the residual current device, or releases it", args: v.strictObject({ value: on }) },
  error_flag: {
    description: `The controller raises (or with value false drops) one of ${flagNames.join(", ")}`,
    args: v.strictObject({ flag: v.picklist(flagNames), value: on }),
  },
  lock_stuck: { description: "The motor of the lock does not move it", args: v.strictObject({ value: on }) },
  mcu_reset: {
    description: "The controller resets itself",
    args: v.strictObject({ reason: v.optional(v.picklist(["USER", "WATCHDOG"]), "WATCHDOG") }),
  },
  freeze: {
    description: "The controller hangs with its outputs as they are, until it is reset or with value false",
    args: v.strictObject({ value: on }),
  },
  silence: { description: "The line is cut, both ways", args: v.strictObject({ value: on }) },
  silence_to_host: { description: "The line is cut on its way to the host", args: v.strictObject({ value: on }) },
  port_gone: { description: "The serial port is gone, as a pulled adapter", args: v.strictObject({ value: on }) },
  echo: { description: "The line returns what the host sends", args: v.strictObject({ value: on }) },
  noise: {
    description: "Shares of bytes flipped, and of frames dropped and doubled, both ways; all 0 is a clean line",
    args: v.strictObject({ flipped: share, dropped: share, doubled: share }),
  },
  meter: {
    description: "What the meter tells: sound values, no numbers at all, absurd ones, always the same ones, or nothing",
    args: v.strictObject({ value: v.picklist(["sound", "nan", "absurd", "frozen", "silent"]) }),
  },
  host_watchdog: {
    description:
      "Whether the controller opens the contactor when the host is not heard for 5 s; not every firmware does",
    args: v.strictObject({ value: on }),
  },
  reset_line: {
    description: "Whether the reset line reaches the controller",
    args: v.strictObject({ value: v.boolean() }),
  },
} as const;
