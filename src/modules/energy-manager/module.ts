import type { ModuleFactory } from "../../../hal/module.ts";
import type { EnergyManagerEffect } from "../../core/energy/energy-manager.ts";
import { createEnergyManagerMachine, initialEnergyManagerState } from "../../core/energy/energy-manager.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { config, log } = context;
  const machine = createEnergyManagerMachine({
    nominalVoltageV: config.nominal_ac_voltage,
    sliceA: config.slice_ampere,
    sliceW: config.slice_watt,
    updateIntervalMs: config.update_interval * 1000,
    tellsRounds: config.debug,
    slots: {
      intervalMs: config.schedule_interval_duration * 60_000,
      totalMs: config.schedule_total_duration * 3_600_000,
    },
    phases: {
      mode: config.switch_3ph1ph_while_charging_mode,
      maxSwitches: config.switch_3ph1ph_max_nr_of_switches_per_session,
      stickyness: config.switch_3ph1ph_switch_limit_stickyness,
      powerHysteresisW: config.switch_3ph1ph_power_hysteresis_W,
      timeHysteresisMs: config.switch_3ph1ph_time_hysteresis_s * 1000,
    },
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
        const { schedule: _schedule, ...told } = effect.limits;
        context.emit("energy", told);
        break;
      }
      case "reportRound":
        log.info(`round: ${effect.count} EVSEs, waiting: ${effect.waiting.join(", ") || "none"}`);
        break;
      case "reportSilence":
        log.warn("no request from the energy tree any more: limits are not renewed");
        break;
    }
  }

  return {};
};
