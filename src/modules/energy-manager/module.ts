import type { ModuleFactory } from "../../../hal/module.ts";
import type { EnergyManagerEffect } from "../../core/energy/energy-manager.ts";
import { createEnergyManagerMachine, initialEnergyManagerState } from "../../core/energy/energy-manager.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { config } = context;
  const machine = createEnergyManagerMachine({
    nominalVoltageV: config.nominal_ac_voltage,
    sliceA: config.slice_ampere,
    sliceW: config.slice_watt,
    updateIntervalMs: config.update_interval * 1000,
  });
  const trunks = context.require("energy_trunk");
  const mailbox = context.machine("distribution", machine, initialEnergyManagerState, perform);
  context.provide("main", {});
  for (const trunk of trunks) {
    trunk.subscribe("energy_flow_request", (request) =>
      mailbox.post({ type: "requestReceived", request, wallMs: context.clock.wallTimeMs() }),
    );
  }

  function perform(effect: EnergyManagerEffect): void {
    switch (effect.type) {
      case "enforceLimits":
        for (const trunk of trunks) trunk.call("enforce_limits", { value: effect.limits });
        break;
      case "reportLimits": {
        const { uuid, valid_for, limits_root_side } = effect.limits;
        context.emit("energy", { uuid, valid_for, limits_root_side });
        break;
      }
    }
  }

  return {};
};
