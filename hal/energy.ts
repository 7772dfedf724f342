/**
 * The ports of the energy tree. A node publishes what it and everything below it would like to have; enforced limits
 * come back down by the node's module id and end exactly `valid_for` seconds after they were given.
 */
import * as v from "valibot";
import { definePort } from "./port.ts";
import {
  count,
  energyFlowRequest,
  enforcedLimits,
  externalLimits,
  finite,
  noArgs,
  phaseCount,
  positive,
  rfc3339,
} from "./values.ts";

export const energy = definePort({
  name: "energy",
  commands: { enforce_limits: { args: v.strictObject({ value: enforcedLimits }) } },
  vars: { energy_flow_request: energyFlowRequest },
  errors: [],
});

export const energyManager = definePort({ name: "energy_manager", commands: {}, vars: {}, errors: [] });

export const externalEnergyLimits = definePort({
  name: "external_energy_limits",
  commands: { set_external_limits: { args: v.strictObject({ value: externalLimits }) } },
  vars: {
    capabilities: v.strictObject({
      max_current_A: positive,
      max_phase_count: v.exactOptional(phaseCount),
      nominal_voltage_V: positive,
      total_power_W: positive,
    }),
  },
  errors: [],
});

const price = v.strictObject({
  timestamp: rfc3339,
  value: v.strictObject({ value: finite, currency: v.pipe(v.string(), v.length(3)) }),
});

export const energyPriceInformation = definePort({
  name: "energy_price_information",
  commands: {},
  vars: { energy_pricing: v.strictObject({ schedule_import: v.array(price), schedule_export: v.array(price) }) },
  errors: [],
});

export const ukRandomDelay = definePort({
  name: "uk_random_delay",
  commands: {
    enable: { args: noArgs },
    disable: { args: noArgs },
    cancel: { args: noArgs },
    set_duration_s: { args: v.strictObject({ value: count }) },
  },
  vars: {
    countdown: v.strictObject({
      countdown_s: count,
      current_limit_after_delay_A: finite,
      current_limit_during_delay_A: finite,
      start_time: v.exactOptional(rfc3339),
    }),
  },
  errors: [],
});

const optionalLimit = v.exactOptional(positive);

export const dcExternalDerate = definePort({
  name: "dc_external_derate",
  commands: {
    set_external_derating: {
      args: v.strictObject({
        derate: v.strictObject({
          max_export_current_A: optionalLimit,
          max_import_current_A: optionalLimit,
          max_export_power_W: optionalLimit,
          max_import_power_W: optionalLimit,
        }),
      }),
    },
  },
  vars: { plug_temperature_C: finite },
  errors: [],
});
