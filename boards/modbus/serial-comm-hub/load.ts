import { DeviceError } from "../../../src/core/errors.ts";
import { createHub } from "./driver.ts";
import type { MakeClient } from "./link.ts";

/**
 * The driver with the package it takes, which is optional and loaded only where a hub is configured.
 * @throws DeviceError when it is not there.
 */
export async function loadHub(load: () => Promise<{ readonly default: unknown }> = () => import("modbus-serial")) {
  const library = await load().catch((error: unknown) => {
    throw new DeviceError(
      "modbus_serial_missing",
      "Modbus devices need the optional package modbus-serial, which is not installed (npm install modbus-serial)",
      error,
    );
  });
  return { create: createHub(library.default as MakeClient) };
}
