/** The digital inputs' threshold: a fast PWM, smoothed by the board. Source: Charge Control C facts, section 7. */
import type { Lines } from "../../../hal/lines.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import type { PwmChannel } from "../../../hal/pwm-channel.ts";
import { keptLines, mayPass } from "../kept-lines.ts";
import { timing } from "../timing.ts";
import type { manifest } from "./manifest.ts";

const periodNs = 40_000;
const fullScaleMillivolts = 12_000;

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { clock, config, log } = context;

  let pwm: PwmChannel | null = null;

  function start(lines: Lines, retries: number): void {
    try {
      pwm = lines.pwm(config.pwm_device, config.pwmchannel);
      if (pwm.dutyNs > periodNs) pwm.setDutyNs(0);
      pwm.setPeriodNs(periodNs);
      pwm.setDutyNs(Math.trunc((config.threshold_voltage * periodNs) / fullScaleMillivolts));
      pwm.setEnabled(true);
    } catch (error) {
      // Without the threshold a monitor that has tripped looks like one that has not.
      if (!mayPass(error) || retries === 0) throw error;
      log.error("threshold_failure", { code: error.code, message: error.message });
      clock.schedule("threshold", clock.nowMs() + timing.thresholdRetryMs, () => start(lines, retries - 1));
    }
  }

  return {
    ready: () => start(keptLines(context.lines), timing.thresholdRetries),
    reading() {
      if (pwm === null) return { quality: "bad", value: null };
      return { quality: "good", value: { threshold_mv: Math.trunc((pwm.dutyNs * fullScaleMillivolts) / periodNs) } };
    },
    stop() {
      // Left as it is: what reads the inputs, the residual current monitor's among them, may outlive this module.
    },
  };
};
