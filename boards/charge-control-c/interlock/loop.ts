/** The worker's loop: it blocks its thread, sleeps between the steps of a cycle and wakes for orders. */
import type { Lines } from "../../../hal/lines.ts";
import type { InterlockBoard } from "./cycle.ts";
import { MeasuringCycle } from "./cycle.ts";
import { InterlockMemory } from "./memory.ts";
import { monotonicMs } from "./monotonic.ts";
import type { Report } from "./report.ts";
import { interlockTiming } from "./timing.ts";

/** Which lines it works with, by name, so that it can be told to another thread. */
export interface InterlockPlan {
  readonly positiveReset: string;
  readonly negativeReset: string;
  readonly positivePeak: AdcName;
  readonly negativePeak: AdcName;
  readonly coils: readonly string[];
  readonly rcm: { readonly line: string; readonly activeLow: boolean } | null;
  readonly pwm: { readonly device: string; readonly channel: number };
}

export interface AdcName {
  readonly device: string;
  readonly channel: string;
}

/** Opens what the plan names. Relays and resets are low when this returns. */
export function openInterlockBoard(lines: Lines, plan: InterlockPlan): InterlockBoard {
  const pwm = lines.pwm(plan.pwm.device, plan.pwm.channel);
  return {
    coils: plan.coils.map((name) => lines.output(name, "low")),
    positiveReset: lines.output(plan.positiveReset, "low"),
    negativeReset: lines.output(plan.negativeReset, "low"),
    positivePeak: lines.adc(plan.positivePeak.device, plan.positivePeak.channel),
    negativePeak: lines.adc(plan.negativePeak.device, plan.negativePeak.channel),
    rcm:
      plan.rcm === null
        ? null
        : { line: lines.input(plan.rcm.line), trippedLevel: plan.rcm.activeLow ? "low" : "high" },
    driveX1: () => pwm.setDutyNs(pwm.periodNs),
  };
}

/** Returns when it was told to end. Whatever ends it, the relays are open then. */
export function runInterlock(
  lines: Lines,
  { plan, buffer }: { readonly plan: InterlockPlan; readonly buffer: SharedArrayBuffer },
  tell: (report: Report) => void,
): void {
  const memory = new InterlockMemory(buffer);
  const cycle = new MeasuringCycle(openInterlockBoard(lines, plan), memory, monotonicMs, tell);
  const sleep = (forMs: number): void => {
    const untilMs = monotonicMs() + forMs;
    for (let leftMs = forMs; leftMs > 0; leftMs = untilMs - monotonicMs()) {
      const { sequence } = memory;
      // Whatever came since the last look is looked at before going to sleep, and whatever comes wakes it.
      cycle.look();
      memory.wait(sequence, leftMs);
    }
  };
  try {
    while (!memory.ended) {
      cycle.begin();
      sleep(interlockTiming.peakResetMs);
      cycle.release();
      sleep(interlockTiming.peakWaitMs);
      cycle.sample();
    }
  } finally {
    cycle.open();
  }
}
