import { UsageError } from "../core/errors.ts";
import { runStation } from "../daemon/lifecycle.ts";
import type { LogLevel } from "../daemon/logger.ts";
import { createLogger } from "../daemon/logger.ts";
import type { ConfigurationOptions } from "./configuration.ts";
import { readConfiguration } from "./configuration.ts";

interface RunOptions extends ConfigurationOptions {
  readonly simulate?: boolean;
  readonly speed?: number;
  readonly record?: string;
  readonly events?: boolean;
  readonly logLevel?: LogLevel;
}

export async function run(path: string, options: RunOptions): Promise<void> {
  if (options.speed !== undefined && options.simulate !== true) {
    throw new UsageError("speed", "--speed goes with --simulate: a real vehicle cannot be hurried");
  }
  const { configuration } = await readConfiguration(path, {
    ...options,
    simulate: options.simulate === true,
  });
  const output = options.events === true ? "events" : process.stdout.isTTY ? "live" : "plain";
  let print: ((text: string) => void) | null = null;
  const logs = {
    write(text: string): void {
      if (print === null) process.stderr.write(text);
      else print(text.trimEnd());
    },
  };
  process.exitCode = await runStation({
    configuration,
    simulate: options.simulate === true,
    speed: options.speed ?? 1,
    log: createLogger(options.logLevel ?? (output === "live" ? "warn" : "info"), logs),
    output,
    title: path,
    redirectLogs: (to) => {
      print = to;
    },
    ...(options.record === undefined ? {} : { record: options.record }),
  });
}
