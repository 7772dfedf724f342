/** One station in virtual time: runs as many seconds as it is told, and tells the CPU microseconds they took. */
import { readConfiguration } from "../../src/cli/configuration.ts";
import { compose } from "../../src/daemon/compose.ts";
import { createLogger } from "../../src/daemon/logger.ts";
import { formatEventLine } from "../../src/runtime/event-line.ts";
import { watchInvariants } from "../../src/runtime/invariants.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";

async function run(): Promise<void> {
  const { configuration } = await readConfiguration(process.argv[2] as string, {});
  const clock = new VirtualClock();
  const { station } = await compose(configuration, {
    clock,
    log: createLogger("silent"),
    random: (stream) => seededRandom(1, stream),
    simulate: true,
  });
  station.onLine(formatEventLine);
  watchInvariants(station, ({ name }) => {
    throw new Error(`invariant ${name} broken`);
  });
  station.ready();

  process.on("message", (seconds: number) => {
    const before = process.cpuUsage();
    clock.runUntil(clock.nowMs() + seconds * 1000);
    const { user, system } = process.cpuUsage(before);
    process.send?.(user + system);
  });
}

void run();
