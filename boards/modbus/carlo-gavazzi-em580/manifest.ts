import { defineManifest } from "../../../hal/manifest.ts";
import { powermeter } from "../../../hal/powermeter.ts";
import { serialCommunicationHub } from "../../../hal/serial-communication-hub.ts";
import { meterSim } from "../meter-sim.ts";

export const manifest = defineManifest({
  type: "CarloGavazzi_EM580",
  description: "Carlo Gavazzi EM580, which signs transactions, and EM300 and ET300, which do not",
  config: {},
  provides: {
    main: {
      port: powermeter,
      description: "The meter",
      config: {
        powermeter_device_id: {
          type: "integer",
          default: 1,
          minimum: 0,
          maximum: 255,
          description: "Address of the meter on its line",
        },
        communication_retry_count: {
          type: "integer",
          default: 3,
          minimum: 1,
          maximum: 100,
          description: "How often an operation is tried, each with the hub's repetitions behind it",
        },
        communication_retry_delay_ms: {
          type: "integer",
          default: 500,
          minimum: 10,
          maximum: 10000,
          description: "Pause before it is tried again, in milliseconds",
        },
        communication_error_pause_delay_s: {
          type: "integer",
          default: 10,
          minimum: 1,
          maximum: 600,
          description: "Longest pause before a meter that was lost is set up anew, in seconds",
        },
        initial_connection_retry_count: {
          type: "integer",
          default: 10,
          minimum: 0,
          maximum: 100,
          description: "How often the set-up is tried at the start before it is an error; 0 is for ever",
        },
        initial_connection_retry_delay_ms: {
          type: "integer",
          default: 2000,
          minimum: 100,
          maximum: 60000,
          description: "Pause between two of these, in milliseconds",
        },
        timezone_offset_minutes: {
          type: "integer",
          default: 0,
          minimum: -1440,
          maximum: 1440,
          description: "Local time of the meter against UTC, in minutes",
        },
        live_measurement_interval_ms: {
          type: "integer",
          default: 1000,
          minimum: 500,
          maximum: 60000,
          description: "Between two readings, in milliseconds",
        },
        device_state_read_interval_ms: {
          type: "integer",
          default: 10000,
          minimum: 500,
          maximum: 60000,
          description: "Between two looks at the meter's own errors, in milliseconds",
        },
        public_key_format: {
          type: "string",
          enum: ["binary", "der"],
          default: "binary",
          description: "How the meter's public key is read and told",
        },
        monitor_transaction_state: {
          type: "boolean",
          default: false,
          description: "Raise an error when the meter ends a transaction by itself",
        },
      },
    },
  },
  requires: {
    serial_comm_hub: { port: serialCommunicationHub, description: "The line the meter is on" },
  },
  sim: meterSim,
});
