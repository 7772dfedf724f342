/**
 * The worker on a clock of a simulation: the same cycle over the same memory, and between "worker" and "main thread" the
 * same race. A report is late by up to 50 ms, in order; a grant is seen late by as much, and then as it stands by then.
 */
import type { Clock } from "../../../hal/clock.ts";
import type { Lines } from "../../../hal/lines.ts";
import type { Random } from "../../../hal/random.ts";
import { MeasuringCycle } from "./cycle.ts";
import type { StartLink } from "./link.ts";
import type { InterlockPlan } from "./loop.ts";
import { openInterlockBoard } from "./loop.ts";
import { InterlockMemory } from "./memory.ts";
import type { Order } from "./order.ts";
import { firstOrder, ticksOf } from "./order.ts";
import { interlockTiming } from "./timing.ts";

const longestDelayMs = 50;

export const inlineLink =
  (
    lines: Lines,
    plan: InterlockPlan,
    { clock, random }: { readonly clock: Clock; readonly random: Random },
  ): StartLink =>
  (events) => {
    const memory = new InterlockMemory();
    const nowMs = (): number => clock.nowMs();
    const delayMs = (): number => random.integer(0, longestDelayMs);
    const seen: Order = firstOrder();
    let running = true;
    let heardMs = 0;
    /** The grant as it will be seen; null while the one seen is the one that stands. */
    let coming: Order | null = null;

    const cycle = new MeasuringCycle(openInterlockBoard(lines, plan), memory, nowMs, (report) => {
      heardMs = Math.max(heardMs, nowMs() + delayMs());
      clock.schedule("interlock report", heardMs, () => {
        if (running) events.report(report);
      });
    });

    function write(order: Order): void {
      const { dutyHundredths, driven, watching, pilotRevision } = order;
      // Of the output nothing is late: a cycle looks at it before and after it converts.
      memory.write(Object.assign(seen, { dutyHundredths, driven, watching, pilotRevision }));
      const isWaiting = coming !== null;
      coming = { ...order };
      if (!isWaiting) clock.schedule("interlock order", nowMs() + delayMs(), see);
    }

    function see(): void {
      if (coming === null || !running) return;
      const { epoch, letters, coils, expiryTicks } = coming;
      coming = null;
      memory.write(Object.assign(seen, { epoch, letters, coils, expiryTicks }));
      cycle.look();
    }

    // Whole milliseconds: the least that is enough.
    const schedule = (name: string, delayMs: number, run: () => void): void => {
      clock.schedule(name, nowMs() + Math.ceil(delayMs), () => {
        if (running) run();
      });
    };
    function begin(): void {
      cycle.begin();
      schedule("pilot reset", interlockTiming.peakResetMs, release);
    }
    function release(): void {
      cycle.release();
      schedule("pilot sample", interlockTiming.peakWaitMs, sample);
    }
    function sample(): void {
      cycle.sample();
      begin();
    }
    begin();

    function end(): void {
      if (!running) return;
      running = false;
      cycle.open();
    }
    return {
      write,
      get cycles() {
        return memory.cycles;
      },
      get sampledTicks() {
        return memory.sampledTicks;
      },
      nowTicks: () => ticksOf(nowMs()),
      end,
      terminate: end,
    };
  };
