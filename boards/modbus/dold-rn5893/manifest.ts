import { isolationMonitor } from "../../../hal/isolation-monitor.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { serialCommunicationHub } from "../../../hal/serial-communication-hub.ts";
import { imdSim } from "../imd-sim.ts";

const off = { type: "boolean", default: false } as const;
const response = { type: "integer", minimum: 1, maximum: 500, default: 500 } as const;
/** The older spelling of the pre-alarm is understood too. */
const relay1Functions = [
  "INSULATION_FAULT_ALARM",
  "INSULATION_FAULT_PRE_ALARM",
  "INSULATION_FAULT_PREALARM",
  "DEVICE_FAULT",
  "INSULATION_FAULT_ALARM_OR_DEVICE_FAULT",
  "INSULATION_FAULT_ON_DC+",
  "INSULATION_FAULT_ON_DC+_OR_DEVICE_FAULT",
] as const;
const relay2Functions = [
  "INSULATION_FAULT_ALARM",
  "INSULATION_FAULT_PRE_ALARM",
  "INSULATION_FAULT_PREALARM",
  "DEVICE_FAULT",
  "INSULATION_FAULT_PRE_ALARM_OR_DEVICE_FAULT",
  "INSULATION_FAULT_PREALARM_OR_DEVICE_FAULT",
  "INSULATION_FAULT_ON_DC-",
  "INSULATION_FAULT_ON_DC-_OR_DEVICE_FAULT",
] as const;

export const manifest = defineManifest({
  type: "DoldRN5893",
  description: "Dold RN5893, with or without the coupling device RP5898: an isolation monitor of the DC side",
  config: {
    device_id: { type: "integer", minimum: 0, maximum: 255, description: "Address of the monitor on its line" },
    self_test_timeout_s: {
      type: "integer",
      default: 30,
      minimum: 1,
      description: "A self test that takes longer has failed, in seconds",
    },
    keep_measurement_active: { ...off, description: "The monitor measures even while stopped" },
    always_publish_measurements: {
      ...off,
      description: "Publish measurements even while stopped; needs `keep_measurement_active`",
    },
    timeout_release: { ...off, description: "The monitor reports an error when it is not asked for `timeout_s`" },
    timeout_s: { type: "number", default: 3, minimum: 2, maximum: 10, description: "That time, in seconds" },
    broken_wire_detect: {
      type: "string",
      enum: ["ON", "OFF", "ONLY_DURING_SELF_TEST"],
      default: "ON",
      description: "When the monitor looks for broken wires",
    },
    storing_insulation_fault: { ...off, description: "Faults stay until they are reset" },
    switching_mode_indicator_relay: {
      type: "string",
      enum: ["DE_ENERGIZED_ON_TRIP", "ENERGIZED_ON_TRIP"],
      default: "DE_ENERGIZED_ON_TRIP",
      description: "What the relays do when they trip",
    },
    power_supply_type: {
      type: "string",
      enum: ["AC", "DC", "3NAC"],
      default: "DC",
      description: "The monitored system",
    },
    response_value_alarm_kohm: { ...response, description: "Resistance of the alarm, in kiloohms" },
    response_value_pre_alarm_kohm: { ...response, description: "Resistance of the pre-alarm, in kiloohms" },
    coupling_device: {
      type: "string",
      enum: ["NONE", "RP5898"],
      default: "NONE",
      description: "What couples it to the system",
    },
    indicator_relay_k1_function: {
      type: "string",
      enum: relay1Functions,
      default: "INSULATION_FAULT_ALARM_OR_DEVICE_FAULT",
      description: "What switches relay K1",
    },
    indicator_relay_k2_function: {
      type: "string",
      enum: relay2Functions,
      default: "INSULATION_FAULT_PRE_ALARM_OR_DEVICE_FAULT",
      description: "What switches relay K2",
    },
    automatic_self_test: { ...off, description: "Self tests by itself; UL 2231 does not allow that" },
  },
  provides: {
    main: { port: isolationMonitor, description: "The isolation monitor", dc: { voltageEveryMs: 1000 } },
  },
  requires: {
    serial_comm_hub: { port: serialCommunicationHub, description: "The line the monitor is on" },
  },
  sim: imdSim,
});
