import { chalkStderr } from "chalk";
import { UsageError } from "../core/errors.ts";
import { runStation } from "../daemon/lifecycle.ts";
import type { LogFormat } from "../daemon/log-format.ts";
import { isJournal, logsFor } from "../daemon/log-format.ts";
import type { LogLevel } from "../daemon/logger.ts";
import { createLogger } from "../daemon/logger.ts";
import { takeServiceManager } from "../daemon/service-manager.ts";
import { defaultRecordSize } from "../runtime/background-recorder.ts";
import type { ConfigurationOptions } from "./configuration.ts";
import { readConfiguration } from "./configuration.ts";

interface RunOptions extends ConfigurationOptions {
  readonly simulate?: boolean;
  readonly speed?: number;
  readonly record?: string;
  readonly recordSize?: number;
  readonly recordFiles?: number;
  readonly events?: boolean;
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
  const { configuration } = await readConfiguration(path, {
    ...options,
    simulate: options.simulate === true,
  });
  const output = options.events === true ? "events" : process.stdout.isTTY ? "live" : "plain";
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
    log: createLogger(options.logLevel ?? (output === "live" ? "warn" : "info"), {
      stream: logs,
      limitedBy: () => performance.now(),
    }),
    output,
    title: path,
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
