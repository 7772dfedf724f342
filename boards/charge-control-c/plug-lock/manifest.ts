import { connectorLock } from "../../../hal/connector-lock.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { lockSim } from "../lock-sim.ts";

const threshold = { type: "integer", minimum: 0, maximum: 3300 } as const;

export const manifest = defineManifest({
  type: "CbTarragonPlugLock",
  description: "Charge Control C: the motor that locks the plug in the socket, at connector X9",
  config: {
    sense_adc_device: { type: "string", default: "2198000.adc", description: "Converter of the lock's feedback" },
    sense_adc_channel: { type: "string", default: "voltage0", description: "Channel of the lock's feedback" },
    actuator_duration: {
      type: "integer",
      default: 600,
      minimum: 1,
      maximum: 4000,
      description: "How long the motor is driven for a movement, in milliseconds",
    },
    unlocked_threshold_voltage_min: {
      ...threshold,
      default: 2900,
      description: "Lowest feedback of an open lock, in millivolts",
    },
    unlocked_threshold_voltage_max: {
      ...threshold,
      default: 3300,
      description: "Highest feedback of an open lock, in millivolts",
    },
    locked_threshold_voltage_min: {
      ...threshold,
      default: 0,
      description: "Lowest feedback of a closed lock, in millivolts",
    },
    locked_threshold_voltage_max: {
      ...threshold,
      default: 850,
      description: "Highest feedback of a closed lock, in millivolts",
    },
    drv8872_in1_gpio_line_name: {
      type: "string",
      default: "MOTOR_1_DRIVER_IN1_N",
      description: "Line of the motor driver's first input",
    },
    drv8872_in1_active_low: { type: "boolean", default: true, description: "That line is inverted on the board" },
    drv8872_in2_gpio_line_name: {
      type: "string",
      default: "MOTOR_1_DRIVER_IN2",
      description: "Line of the motor driver's second input",
    },
    drv8872_in2_active_low: { type: "boolean", default: false, description: "That line is inverted on the board" },
    capcharge_adc_device: {
      type: "string",
      default: "2198000.adc",
      description: "Converter of the voltage at the capacitors that open the lock when the supply fails",
    },
    capcharge_adc_channel: { type: "string", default: "voltage4", description: "Channel of that voltage" },
    charged_threshold_voltage: {
      type: "integer",
      default: 10000,
      minimum: 0,
      maximum: 12000,
      description: "The capacitors are charged from here on, in millivolts; 0 where there are none",
    },
    enable_monitoring: {
      type: "boolean",
      default: false,
      description: "Look at the feedback every second, not only after a movement",
    },
  },
  provides: {
    connector_lock: { port: connectorLock, description: "The lock" },
  },
  requires: {},
  sim: lockSim,
});
