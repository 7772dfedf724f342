/** A chip of the LM75 family: its machine and a bus. */
import type { I2cBus } from "../../hal/i2c-buses.ts";
import type { ModuleContext, ModuleFactory, Reading } from "../../hal/module.ts";
import type { DeviceError } from "../../src/core/errors.ts";
import { chips } from "./chips.ts";
import type { manifest } from "./manifest.ts";
import type { MeasuringEffect } from "./measuring.ts";
import { createMeasuringMachine, initialMeasuringState } from "./measuring.ts";

const fault = "generic/CommunicationFault";
const subType = "CommunicationError";
/** A reading older than this says nothing about how warm it is now. */
const staleMs = 3000;

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config, log } = context;
  const { i2c_address: address, identification, location } = config;
  const port = context.provide("main", {});
  const machine = createMeasuringMachine(chips[config.chip]);
  const mailbox = context.machine("chip", machine, initialMeasuringState, perform);
  let bus: I2cBus | null = null;
  let last: { readonly value: object; readonly raw: readonly number[]; readonly atMs: number } | null = null;
  let hasFailed = false;

  const tell = (number: number) => (error: DeviceError | null, bytes?: Uint8Array) => {
    if (error !== null) mailbox.post({ type: "failed", number, message: error.message });
    else mailbox.post({ type: "answered", number, bytes: [...(bytes ?? [])] });
  };

  function perform(effect: MeasuringEffect): void {
    switch (effect.type) {
      case "read":
        bus?.read(address, effect.register, effect.count, tell(effect.number));
        return;
      case "write":
        bus?.write(address, effect.register, Uint8Array.of(effect.byte), tell(effect.number));
        return;
      case "measured": {
        const value = {
          temperature: effect.temperatureC,
          identification,
          ...(location !== "" && { location }),
        };
        last = { value, raw: effect.raw, atMs: clock.nowMs() };
        hasFailed = false;
        port.clear(fault, subType);
        port.publish("temperatures", [value]);
        return;
      }
      case "cycleFailed":
        hasFailed = true;
        log.debug("temperature_not_read", { message: effect.message });
        if (effect.isLoss) port.raise({ type: fault, sub_type: subType, severity: "High", message: effect.message });
        return;
    }
  }

  return {
    ready() {
      bus = context.i2cBuses.open(config.i2c_bus);
      mailbox.post({ type: "started" });
    },
    stop() {
      bus?.close();
      bus = null;
    },
    reading(): Reading {
      if (last === null) return { quality: "bad", value: null };
      const isStale = hasFailed || clock.nowMs() - last.atMs > staleMs;
      return { quality: isStale ? "stale" : "good", value: last.value, raw: { temperature: last.raw } };
    },
  };
};
