import { type DestinationStream, destination, pino } from "pino";
import type { Log } from "../../hal/log.ts";

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Structured logs on stderr, one pino child a module; the message is a short event name, data stands in fields. */
export function createLogger(level: LogLevel, stream?: DestinationStream): (component: string) => Log {
  const root = pino({ level, base: null }, stream ?? destination({ fd: 2, sync: true }));
  return (component) => {
    const child = root.child({ component });
    const at =
      (name: "debug" | "info" | "warn" | "error") =>
      (event: string, fields: object = {}): void =>
        child[name](fields, event);
    return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  };
}
