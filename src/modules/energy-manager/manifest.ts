/** Source: energy facts, section 2.1. */
import { energy, energyManager } from "../../../hal/energy.ts";
import { defineManifest } from "../../../hal/manifest.ts";

export const manifest = defineManifest({
  type: "EnergyManager",
  description: "Shares out what the energy tree offers among its EVSEs.",
  config: {
    nominal_ac_voltage: {
      type: "number",
      description: "Volt between phase and neutral, for the step between ampere and watt.",
      default: 230,
      minimum: 1,
    },
    update_interval: {
      type: "integer",
      description: "Seconds between two rounds. What a round gives ends after ten of them without renewal.",
      default: 1,
      minimum: 1,
    },
    schedule_interval_duration: {
      type: "integer",
      description: "Minutes of one slot of the schedules given along with the limits.",
      default: 60,
      minimum: 1,
    },
    schedule_total_duration: {
      type: "integer",
      description: "Hours the schedules given along with the limits reach ahead.",
      default: 1,
      minimum: 1,
    },
    slice_ampere: {
      type: "number",
      description: "Ampere per phase an EVSE is given at a time, in turn with the others.",
      default: 0.5,
      minimum: 0.001,
    },
    slice_watt: {
      type: "number",
      description: "Watt an EVSE limited in watt alone is given at a time, in turn with the others.",
      default: 500,
      minimum: 0.001,
    },
    debug: { type: "boolean", description: "Logs every round.", default: false },
    switch_3ph1ph_while_charging_mode: {
      type: "string",
      description: "Whether the phases may be switched to stay within a limit in watt: never, down only, or both ways.",
      default: "Never",
      enum: ["Never", "Oneway", "Both"],
    },
    switch_3ph1ph_max_nr_of_switches_per_session: {
      type: "integer",
      description: "Switches of the phases in a session; 0: no limit.",
      default: 0,
      minimum: 0,
    },
    switch_3ph1ph_switch_limit_stickyness: {
      type: "string",
      description: "Where the phases stay once the switches of a session are used up.",
      default: "DontChange",
      enum: ["SinglePhase", "ThreePhase", "DontChange"],
    },
    switch_3ph1ph_power_hysteresis_W: {
      type: "integer",
      description: "Watt above the three-phase minimum before three phases are used again.",
      default: 200,
      minimum: 0,
    },
    switch_3ph1ph_time_hysteresis_s: {
      type: "integer",
      description: "Seconds on one phase before three phases are used again; 0: off.",
      default: 600,
      minimum: 0,
    },
  },
  provides: { main: { port: energyManager, description: "The root of the tree." } },
  requires: { energy_trunk: { port: energy, description: "The node next to the grid." } },
});
