/**
 * The worker on a clock of a simulation: the same cycle over the same memory, and between "worker" and "main thread" the
 * same race. A report is late, in order; a grant is seen late, and then as it stands by then. How late the lines tell.
 */
import type { Clock } from "../../../hal/clock.ts";
import type { Lines } from "../../../hal/lines.ts";
import { MeasuringCycle } from "./cycle.ts";
import type { StartLink } from "./link.ts";
import type { InterlockPlan } from "./loop.ts";
import { openInterlockBoard } from "./loop.ts";
import { InterlockMemory } from "./memory.ts";
import type { Order } from "./order.ts";
import { firstOrder, ticksOf } from "./order.ts";
import { interlockTiming } from "./timing.ts";

export const inlineLink =
  (
    lines: Lines,
    plan: InterlockPlan,
    { clock, afterQueue }: { readonly clock: Clock; readonly afterQueue: (run: () => void) => void },
  ): StartLink =>
  (events) => {
    const memory = new InterlockMemory();
    const nowMs = (): number => clock.nowMs();
    const delayMs = lines.threadDelayMs ?? (() => 0);
    const seen: Order = firstOrder();
    let running = true;
    let toldMs = -1;
    let heardMs = 0;
    /** The grant as it will be seen; null while the one seen is the one that stands. */
    let coming: Order | null = null;

    const cycle = new MeasuringCycle(openInterlockBoard(lines, plan), memory, nowMs, (report) => {
      // What is told at once is heard at once.
      if (nowMs() !== toldMs) heardMs = Math.max(heardMs, nowMs() + delayMs());
      toldMs = nowMs();
      // A main thread that stands still hears nothing: its queue stands still too.
      clock.schedule("interlock report", heardMs, () =>
        afterQueue(() => {
          if (running) events.report(report);
        }),
      );
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
    const schedule = (name: string, forMs: number, run: () => void): void => {
      clock.schedule(name, nowMs() + Math.ceil(forMs), () => {
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
      get counts() {
        return memory.counts;
      },
      nowTicks: () => ticksOf(nowMs()),
      end,
      terminate: end,
    };
  };
