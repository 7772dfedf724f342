/** The worker in a thread of its own: orders by shared memory, reports by messages. */
import type { StartLineThread } from "../../../hal/line-thread.ts";
import type { StartLink } from "./link.ts";
import type { InterlockPlan } from "./loop.ts";
import { InterlockMemory } from "./memory.ts";
import { monotonicMs } from "./monotonic.ts";
import { ticksOf } from "./order.ts";
import type { Report } from "./report.ts";

export const threadLink =
  (startThread: StartLineThread, plan: InterlockPlan, turn: (run: () => void) => void): StartLink =>
  (events) => {
    const memory = new InterlockMemory();
    const thread = startThread(
      "interlock",
      { plan, buffer: memory.buffer },
      {
        message: (message) => turn(() => events.report(message as Report)),
        ended: (error) => turn(() => events.ended(error)),
      },
    );
    return {
      write: (order) => memory.write(order),
      get cycles() {
        return memory.cycles;
      },
      get sampledTicks() {
        return memory.sampledTicks;
      },
      get counts() {
        return memory.counts;
      },
      nowTicks: () => ticksOf(monotonicMs()),
      end: () => memory.end(),
      terminate: () => thread.terminate(),
    };
  };
