/**
 * Lines configured by the onoff package: it exports a line, waits until it may be accessed, and sets its direction and
 * level in one write. The package is native and optional; it is loaded only where a driver needs lines of this machine.
 */
import { DeviceError } from "../../src/core/errors.ts";
import type { ConfigureLine } from "./gpio.ts";

/** @throws DeviceError when the package, or its native part, is not there. */
export async function loadOnoff(
  load: () => Promise<typeof import("onoff")> = () => import("onoff"),
): Promise<ConfigureLine> {
  const { Gpio } = await load().catch((error: unknown) => {
    throw new DeviceError(
      "onoff_missing",
      "GPIO lines need the optional package onoff, which is not installed or was not built for this machine " +
        "(npm install onoff)",
      error,
    );
  });
  // Kept, for a line that nobody refers to any more might be let go of.
  const lines = new Map<number, InstanceType<typeof Gpio>>();
  return (number, mode) => {
    const known = lines.get(number);
    if (known === undefined) lines.set(number, new Gpio(number, mode, undefined, { activeLow: false }));
    else {
      // Asked for again after it was not what it should be: no file more is opened for it, however often that is.
      known.setActiveLow(false);
      known.setDirection(mode);
    }
  };
}
