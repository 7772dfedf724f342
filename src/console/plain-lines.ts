/** The news of a station, a line each: for a log file, a pipe, the journal. */
import type { EventLine, EventLineListener } from "../runtime/event-line.ts";
import { RepeatLimit } from "../runtime/repeat-limit.ts";
import type { LogEntry } from "./log-entry.ts";
import { describeLine } from "./log-entry.ts";
import type { ErrorFields, StationState } from "./station-view.ts";
import { connectorWith, foldLine, initialStation } from "./station-view.ts";

const meterIntervalMs = 10_000;
/** Less is a limit that settles, not one that changes. */
const limitStepA = 0.1;

export function formatPlainLine({ atMs, module, what, detail }: LogEntry): string {
  const seconds = (atMs / 1000).toFixed(1).padStart(8);
  return `${seconds} s  ${module.padEnd(12)}  ${what.padEnd(20)}  ${detail}`.trimEnd();
}

/** `write` gets lines without their newline. An error that comes and goes is told a few times, and then how often. */
export function plainLines(write: (text: string, tone: LogEntry["tone"]) => void): EventLineListener {
  const repeats = new RepeatLimit<LogEntry>();
  let station = initialStation();
  const toldLimitA = new Map<string, number>();
  const toldMeterMs = new Map<string, number>();

  return (line) => {
    station = foldLine(station, line);
    if (isTold(line, station)) {
      const entry = describeLine(line, station);
      if (entry !== undefined && passes(line, entry)) write(formatPlainLine(entry), entry.tone);
    }
  };

  function passes({ kind, tMs, fields }: EventLine, entry: LogEntry): boolean {
    for (const { about, times } of repeats.ended(tMs)) {
      write(formatPlainLine({ ...about, atMs: tMs, detail: `${times} times more: ${about.detail}` }), about.tone);
    }
    if (kind !== "error") return true;
    const { action, type, sub_type } = fields as ErrorFields;
    return repeats.passes(`${entry.module} ${action} ${type} ${sub_type}`, "", tMs, entry);
  }

  function isTold(line: EventLine, station: StationState): boolean {
    switch (line.kind) {
      case "limits": {
        const limitA = (line.fields as { max_current: number }).max_current;
        // A station begins with a limit of nothing; the first one that says something is news.
        if (Math.abs(limitA - (toldLimitA.get(line.module) ?? 0)) < limitStepA) return false;
        toldLimitA.set(line.module, limitA);
        return true;
      }
      case "powermeter": {
        const connector = connectorWith(station, line.module);
        if (connector?.state !== "Charging") {
          toldMeterMs.delete(line.module);
          return false;
        }
        const toldMs = Math.max(toldMeterMs.get(line.module) ?? 0, connector.stateSinceMs);
        if (line.tMs - toldMs < meterIntervalMs) return false;
        toldMeterMs.set(line.module, line.tMs);
        return true;
      }
      default:
        return true;
    }
  }
}
