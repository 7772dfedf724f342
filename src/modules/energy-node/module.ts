import type { ModuleFactory } from "../../../hal/module.ts";
import type { EnergyNodeEffect } from "../../core/energy/energy-node.ts";
import { capabilities, createEnergyNodeMachine, initialEnergyNodeState } from "../../core/energy/energy-node.ts";
import type { NodeRating } from "../../core/energy/external-limits.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { config, moduleId } = context;
  const rating: NodeRating = {
    source: `${moduleId}/module_config`,
    fuseLimitA: config.fuse_limit_A,
    phaseCount: config.phase_count,
    nominalVoltageV: config.nominal_voltage_V,
    enhanceExternalSchedule: config.enhance_external_schedule,
  };
  const consumers = context.require("energy_consumer");
  const mailbox = context.machine("node", createEnergyNodeMachine(moduleId, rating), initialEnergyNodeState, perform);

  const grid = context.provide("energy_grid", {
    enforce_limits: ({ value }, reply) => {
      mailbox.post({ type: "limitsEnforced", limits: value });
      reply(undefined);
    },
  });
  const external = context.provide("external_limits", {
    set_external_limits: ({ value }, reply) => {
      mailbox.post({ type: "externalLimitsSet", limits: value });
      reply(undefined);
    },
  });

  const consumerOf = new Map<string, (typeof consumers)[number]>();
  for (const consumer of consumers) {
    consumer.subscribe("energy_flow_request", (request) => {
      consumerOf.set(request.uuid, consumer);
      mailbox.post({ type: "childRequested", request });
    });
  }

  function perform(effect: EnergyNodeEffect): void {
    switch (effect.type) {
      case "publishRequest":
        grid.publish("energy_flow_request", effect.request);
        break;
      case "forwardLimits": {
        const addressed = consumerOf.get(effect.child ?? "");
        for (const consumer of addressed === undefined ? consumers : [addressed]) {
          consumer.call("enforce_limits", { value: effect.limits });
        }
        break;
      }
    }
  }

  return {
    ready: () => {
      external.publish("capabilities", capabilities(rating));
      mailbox.post({ type: "started", wallMs: context.clock.wallTimeMs() });
    },
  };
};
