import { chalkStderr } from "chalk";
import { UsageError } from "../core/errors.ts";
import { runStation } from "../daemon/lifecycle.ts";
import type { LogFormat } from "../daemon/log-format.ts";
import { isJournal, logsFor } from "../daemon/log-format.ts";
import type { LogLevel, LogThreshold } from "../daemon/logger.ts";
import { createLogger } from "../daemon/logger.ts";
import { takeServiceManager } from "../daemon/service-manager.ts";
import { defaultRecordSize } from "../runtime/record-format.ts";
import type { ConfigurationOptions } from "./configuration.ts";
import { readConfiguration } from "./configuration.ts";

interface RunOptions extends ConfigurationOptions {
  readonly simulate?: boolean;
  readonly speed?: number;
  readonly record?: string;
  readonly recordSize?: number;
  readonly recordFiles?: number;
  readonly events?: boolean;
  readonly console?: boolean;
  readonly logLevel?: LogLevel;
  readonly logFormat?: LogFormat;
}

export async function run(path: string, options: RunOptions): Promise<void> {
  if (options.record === undefined && (options.recordSize !== undefined || options.recordFiles !== undefined)) {
    throw new UsageError("record", "--record-size and --record-files go with --record");
  }
  if (options.speed !== undefined && options.simulate !== true) {
    throw new UsageError("speed", "--speed goes with --simulate: a real vehicle cannot be hurried");
  }
  if (options.events === true && options.console === true) {
    throw new UsageError("console", "--events and --console both want stdout");
  }
  const { configuration } = await readConfiguration(path, {
    ...options,
    simulate: options.simulate === true,
  });
  const output =
    options.events === true ? "events" : options.console === true ? "console" : process.stdout.isTTY ? "live" : "plain";
  // Where a person looks at something else, logs are for what is wrong.
  const isWatched = output === "live" || output === "console";
  const threshold: LogThreshold = { level: options.logLevel ?? (isWatched ? "warn" : "info") };
  // Set by a service manager that keeps a folder for it.
  const { RUNTIME_DIRECTORY: runtimeDirectory } = process.env;
  let print: ((text: string) => void) | null = null;
  const journal = isJournal(2, process.env);
  const isTerminal = process.stderr.isTTY === true;
  const reader = {
    format: options.logFormat ?? (journal || isTerminal ? "pretty" : "json"),
    journal,
    chalk: isTerminal ? chalkStderr : null,
  };
  const logs = logsFor(reader, (text) => {
    if (print === null) process.stderr.write(text);
    else print(text.trimEnd());
  });
  process.exitCode = await runStation({
    configuration,
    simulate: options.simulate === true,
    speed: options.speed ?? 1,
    log: createLogger(threshold, { stream: logs, limitedBy: () => performance.now() }),
    logThreshold: threshold,
    output,
    title: path,
    ...(runtimeDirectory === undefined ? {} : { consoleSocket: `${runtimeDirectory}/console.sock` }),
    serviceManager: takeServiceManager(process.env),
    redirectLogs: (to) => {
      print = to;
    },
    ...(options.record === undefined ? {} : { record: recordOf(options.record, options) }),
  });
}

const bytesPerMebibyte = 1024 * 1024;

function recordOf(
  path: string,
  { recordSize, recordFiles }: RunOptions,
): NonNullable<Parameters<typeof runStation>[0]["record"]> {
  const { fileBytes, files } = defaultRecordSize;
  return {
    path,
    fileBytes: recordSize === undefined ? fileBytes : Math.round(recordSize * bytesPerMebibyte),
    files: recordFiles ?? files,
  };
}
