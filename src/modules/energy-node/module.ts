import type { ModuleFactory } from "../../../hal/module.ts";
import type { EnergyNodeEffect } from "../../core/energy/energy-node.ts";
import { capabilities, createEnergyNodeMachine, initialEnergyNodeState } from "../../core/energy/energy-node.ts";
import type { NodeRating } from "../../core/energy/external-limits.ts";
import type { EnergyFlowRequest } from "../../core/energy/flow.ts";
import type { manifest } from "./manifest.ts";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { config, log, moduleId } = context;
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

  // Limits go to the consumer that has spoken of their addressee, and to all of them before anybody has.
  const consumerOf = new Map<string, (typeof consumers)[number]>();
  for (const consumer of consumers) {
    const learn = ({ uuid, children }: EnergyFlowRequest): void => {
      consumerOf.set(uuid, consumer);
      for (const child of children) learn(child);
    };
    consumer.subscribe("energy_flow_request", (request) => {
      learn(request);
      mailbox.post({ type: "childRequested", request });
    });
  }
  for (const meter of context.require("powermeter")) {
    meter.subscribe("powermeter", (usage) => mailbox.post({ type: "usageMeasured", usage }));
  }
  for (const tariff of context.require("price_information")) {
    tariff.subscribe("energy_pricing", (prices) => mailbox.post({ type: "pricesTold", prices }));
  }

  function perform(effect: EnergyNodeEffect): void {
    switch (effect.type) {
      case "publishRequest":
        grid.publish("energy_flow_request", effect.request);
        break;
      case "forwardLimits": {
        const addressed = consumerOf.get(effect.limits.uuid);
        for (const consumer of addressed === undefined ? consumers : [addressed]) {
          consumer.call("enforce_limits", { value: effect.limits });
        }
        break;
      }
      case "reportSilence":
        log.warn(`no request from ${effect.child} any more: its share goes to others`);
        break;
    }
  }

  return {
    ready: () => {
      external.publish("capabilities", capabilities(rating));
      mailbox.post({ type: "started", wallMs: context.clock.wallTimeMs() });
    },
  };
};
