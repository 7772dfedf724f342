/** The digital inputs' threshold: a fast PWM, smoothed by the board. Source: Charge Control C facts, section 7. */
import type { ModuleFactory } from "../../../hal/module.ts";
import type { manifest } from "./manifest.ts";

const periodNs = 40_000;
const fullScaleMillivolts = 12_000;

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { config } = context;
  return {
    ready() {
      const pwm = context.lines.pwm(config.pwm_device, config.pwmchannel);
      if (pwm.dutyNs > periodNs) pwm.setDutyNs(0);
      pwm.setPeriodNs(periodNs);
      pwm.setDutyNs(Math.trunc((config.threshold_voltage * periodNs) / fullScaleMillivolts));
      pwm.setEnabled(true);
    },
    stop() {
      // Left as it is: what reads the inputs, the residual current monitor's among them, may outlive this module.
    },
  };
};
