/**
 * Analogue inputs through the kernel's industrial I/O files. Other sensors are devices there too, in no fixed order, so
 * that the converter is known by its name.
 *
 * Source: Charge Control C facts, sections 1 and 9.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { AdcChannel } from "../../hal/adc-channel.ts";
import { DeviceError } from "../../src/core/errors.ts";
import type { FileAccess } from "./attribute.ts";
import { Attribute, readOnce } from "./attribute.ts";

/** @throws DeviceError when there is no such converter or channel. */
export function openAdc(root: string, files: FileAccess, device: string, channel: string): AdcChannel {
  const folder = join(root, "bus/iio/devices");
  const entries = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  const found = entries.find((entry) => {
    const name = join(folder, entry, "name");
    return existsSync(name) && readOnce(files, name) === device;
  });
  if (found === undefined) throw new DeviceError("no_such_adc", `no analogue converter ${device} below ${folder}`);
  const path = join(folder, found, `in_${channel}_raw`);
  if (!existsSync(path)) throw new DeviceError("no_such_adc", `analogue converter ${device} has no channel ${channel}`);
  const raw = new Attribute(files, path, "r");
  return {
    readRaw() {
      const value = raw.readInteger();
      if (value < 0) throw new DeviceError("garbage", `${path}: ${value} is no count`);
      return value;
    },
  };
}
