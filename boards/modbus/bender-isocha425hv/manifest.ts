import { isolationMonitor } from "../../../hal/isolation-monitor.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { serialCommunicationHub } from "../../../hal/serial-communication-hub.ts";
import { imdSim } from "../imd-sim.ts";

const off = { type: "boolean", default: false } as const;
const delay = { type: "integer", minimum: 0, maximum: 99, default: 5 } as const;
const bits =
  "bits: 1 error, 2 +R1, 3 -R1, 4 +R2, 5 -R2, 6 under-voltage, 7 over-voltage, 8 test, 9 Ce, 10 Ue, 11 start";

export const manifest = defineManifest({
  type: "Bender_isoCHA425HV",
  description: "Bender isoCHA425HV, isoCHA and isoEV: isolation monitors of the DC side",
  config: {},
  provides: {
    main: {
      port: isolationMonitor,
      description: "The isolation monitor",
      dc: { voltageEveryMs: 1000 },
      config: {
        imd_device_id: {
          type: "integer",
          default: 3,
          minimum: 0,
          maximum: 255,
          description: "Address of the monitor on its line",
        },
        voltage_to_earth_monitoring_alarm_enable: { ...off, description: "Alarm of the voltages to earth" },
        r1_prealarm_kohm: {
          type: "integer",
          default: 250,
          minimum: 15,
          maximum: 600,
          description: "Resistance of the pre-alarm, in kiloohms",
        },
        r2_alarm_kohm: {
          type: "integer",
          default: 100,
          minimum: 15,
          maximum: 600,
          description: "Resistance of the alarm, in kiloohms; less than that of the pre-alarm",
        },
        undervoltage_alarm_enable: { ...off, description: "Alarm of a low DC voltage" },
        undervoltage_alarm_threshold_V: {
          type: "integer",
          default: 30,
          minimum: 0,
          maximum: 65535,
          description: "Below this, in volts",
        },
        overvoltage_alarm_enable: { ...off, description: "Alarm of a high DC voltage" },
        overvoltage_alarm_threshold_V: {
          type: "integer",
          default: 1050,
          minimum: 0,
          maximum: 65535,
          description: "Above this, in volts",
        },
        alarm_memory_enable: { ...off, description: "Alarms stay until they are reset at the monitor" },
        relais_r1_mode: { ...off, description: "Relay K1 is closed while there is no alarm" },
        relais_r2_mode: { ...off, description: "Relay K2 is closed while there is no alarm" },
        delay_startup_device: {
          type: "integer",
          default: 5,
          minimum: 0,
          maximum: 10,
          description: "Pause after the monitor was switched on, in seconds",
        },
        delay_t_on_k1_k2: { ...delay, description: "Pause before a relay switches, in seconds" },
        delay_t_off_k1_k2: { ...delay, description: "Pause before it switches back, in seconds" },
        chademo_mode: { ...off, description: "CHAdeMO instead of CCS" },
        selftest_enable_gridconnection: { ...off, description: "Self tests look at the connection to the grid too" },
        selftest_enable_at_start: {
          type: "boolean",
          default: true,
          description: "Self test when the monitor is switched on; not with `disable_device_on_stop`",
        },
        relay_k1_alarm_assignment: {
          type: "integer",
          default: 0,
          minimum: 0,
          maximum: 65535,
          description: `What switches relay K1; ${bits}`,
        },
        relay_k2_alarm_assignment: {
          type: "integer",
          default: 0,
          minimum: 0,
          maximum: 65535,
          description: `What switches relay K2; ${bits}`,
        },
        always_publish_measurements: { ...off, description: "Publish measurements even while stopped" },
        disable_device_on_stop: { ...off, description: "The monitor measures only between start and stop" },
      },
    },
  },
  requires: {
    serial_comm_hub: { port: serialCommunicationHub, description: "The line the monitor is on" },
  },
  sim: imdSim,
});
