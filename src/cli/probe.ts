import type { LogLevel } from "../daemon/logger.ts";
import { createLogger } from "../daemon/logger.ts";
import { probe as probeModule } from "../daemon/probe.ts";
import { SystemClock } from "../runtime/system-clock.ts";
import type { ConfigurationOptions } from "./configuration.ts";
import { readConfiguration } from "./configuration.ts";
import { tell } from "./tell.ts";

interface ProbeOptions extends ConfigurationOptions {
  readonly count?: number;
  readonly raw?: boolean;
  readonly simulate?: boolean;
  readonly logLevel: LogLevel;
}

export async function probe(path: string, moduleId: string, options: ProbeOptions): Promise<void> {
  const { configuration } = await readConfiguration(path, options);
  const clock = new SystemClock();
  // A device that is waited for may have no timer of its own.
  const alive = setInterval(() => {}, 2 ** 30);
  const interrupted = new Promise<void>((resolve, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
    process.once("uncaughtException", reject);
  });
  try {
    process.exitCode = await probeModule({
      configuration,
      moduleId,
      raw: options.raw === true,
      simulate: options.simulate === true,
      clock,
      log: createLogger(options.logLevel),
      write: (line) => process.stdout.write(`${line}\n`),
      tell: (text) => tell(`evsed: ${text}`),
      interrupted,
      ...(options.count === undefined ? {} : { count: options.count }),
    });
  } finally {
    // What the way out does to outputs may take a moment.
    await new Promise((resolve) => setTimeout(resolve, 50));
    clock.stop();
    clearInterval(alive);
  }
}
