import { type DestinationStream, destination, pino } from "pino";
import type { Log } from "../../hal/log.ts";
import { RepeatLimit } from "../runtime/repeat-limit.ts";

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  /** Standard error when absent. */
  readonly stream?: DestinationStream;
  /** By this clock a warning or an error that comes again and again is told a few times, and then how often; absent: always. */
  readonly limitedBy?: () => number;
}

interface Repeated {
  readonly level: "warn" | "error";
  readonly component: string;
  readonly event: string;
}

/** What is logged; changed, it holds for every component from then on. */
export interface LogThreshold {
  level: LogLevel;
}

/** Structured logs, one pino child a module; the message is a short event name, data stands in fields. */
export function createLogger(
  level: LogLevel | LogThreshold,
  { stream, limitedBy }: LoggerOptions = {},
): (component: string) => Log {
  const threshold = typeof level === "string" ? { level } : level;
  const root = pino({ level: "debug", base: null }, stream ?? destination({ fd: 2, sync: true }));
  const isWanted = (name: LogLevel): boolean => logLevels.indexOf(name) >= logLevels.indexOf(threshold.level);
  const limit = limitedBy === undefined ? null : { nowMs: limitedBy, repeats: new RepeatLimit<Repeated>() };

  function passes(about: Repeated, fields: object): boolean {
    if (limit === null) return true;
    const nowMs = limit.nowMs();
    for (const { about, times } of limit.repeats.ended(nowMs)) {
      if (isWanted(about.level))
        root[about.level]({ component: about.component, event: about.event, times }, "repeated");
    }
    const words = Object.values(fields).filter((value) => typeof value === "string");
    return limit.repeats.passes(`${about.component} ${about.level} ${about.event}`, words.join(" "), nowMs, about);
  }

  return (component) => {
    const child = root.child({ component });
    const at =
      (name: "debug" | "info") =>
      (event: string, fields: object = {}): void => {
        if (isWanted(name)) child[name](fields, event);
      };
    const limitedAt =
      (name: "warn" | "error") =>
      (event: string, fields: object = {}): void => {
        if (isWanted(name) && passes({ level: name, component, event }, fields)) child[name](fields, event);
      };
    return { debug: at("debug"), info: at("info"), warn: limitedAt("warn"), error: limitedAt("error") };
  };
}
