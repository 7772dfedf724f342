import { defineManifest } from "../../../hal/manifest.ts";

export const manifest = defineManifest({
  type: "CbTarragonDIs",
  description: "Charge Control C: the threshold above which its digital inputs read high",
  config: {
    pwm_device: { type: "string", default: "2084000.pwm", description: "PWM chip that makes the threshold" },
    pwmchannel: { type: "integer", default: 0, minimum: 0, description: "Channel of that chip" },
    threshold_voltage: {
      type: "integer",
      default: 6000,
      minimum: 0,
      maximum: 12000,
      description: "Threshold of all digital inputs, in millivolts",
    },
  },
  provides: {},
  requires: {},
});
