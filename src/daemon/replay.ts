import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Log } from "../../hal/log.ts";
import type { Configuration } from "../config/configuration.ts";
import { UsageError } from "../core/errors.ts";
import { seededRandom } from "../runtime/random.ts";
import type { RecordedFate, RecordedTurn, RecordHeader } from "../runtime/recorder.ts";
import { recordVersion } from "../runtime/recorder.ts";
import type { Station } from "../runtime/station.ts";
import { VirtualClock } from "../runtime/virtual-clock.ts";
import { isWorld, moduleTypes } from "./catalogue.ts";
import { compose } from "./compose.ts";

export interface Difference {
  readonly n: number;
  readonly t: number;
  readonly to: string;
  readonly event: string;
  readonly recorded: string;
  readonly replayed: string;
}

export interface ReplayResult {
  readonly turns: number;
  readonly difference?: Difference;
}

/**
 * Feeds the events of a record to the machines of today, in order, and compares the effects.
 * @throws UsageError naming file and line when the file is no record.
 */
export async function replayRecord(path: string): Promise<ReplayResult> {
  let station: Station | undefined;
  let line = 0;
  let turns = 0;
  for await (const text of linesOf(path)) {
    line++;
    const entry = parse(path, line, text);
    if (station === undefined) {
      station = await makeStation(path, entry);
      continue;
    }
    if (isFate(entry)) {
      // What the machines had read from files before stands in their events, so that none are needed here.
      if (entry.daemon === "killed") station.forgetDaemon(({ type }) => isWorld(type));
      else station.remakeDaemon();
      continue;
    }
    const turn = asTurn(path, line, entry);
    const replayed = replay(station, turn);
    turns++;
    const recorded = JSON.stringify(turn.effects);
    if (recorded === replayed) continue;
    return {
      turns,
      difference: { n: turn.n, t: turn.t, to: turn.to, event: JSON.stringify(turn.event), recorded, replayed },
    };
  }
  if (station === undefined) throw new UsageError("record", `${path}:1: not a record: the file is empty`);
  return { turns };
}

/** The effects as JSON, or in words why there are none. */
function replay(station: Station, { to, event, t }: RecordedTurn): string {
  try {
    const effects = station.queue.replay(to, event, t);
    return effects === undefined ? "no such machine" : JSON.stringify(effects);
  } catch (error) {
    return `the machine of today fails: ${(error as Error).message}`;
  }
}

const readErrors: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "is a directory, not a file",
  EACCES: "permission denied",
};

async function* linesOf(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, { encoding: "utf8" });
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    throw new UsageError("record", `${path}:1: ${readErrors[code] ?? `cannot be read (${code})`}`, error);
  } finally {
    stream.destroy();
  }
}

function parse(path: string, line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError("record", `${path}:${line}: not a record: a line that is no JSON`, error);
  }
}

async function makeStation(path: string, entry: unknown): Promise<Station> {
  const header = entry as Partial<RecordHeader> | null;
  if (header?.evsed !== "record") throw new UsageError("record", `${path}:1: not a record`);
  if (header.version !== recordVersion) {
    throw new UsageError("record", `${path}:1: record version ${header.version}, this is version ${recordVersion}`);
  }
  const configuration = header.configuration as Configuration | undefined;
  if (!Array.isArray(configuration?.modules))
    throw new UsageError("record", `${path}:1: no configuration in the header`);
  const unknown = configuration.modules.find((module) => !moduleTypes.includes(module.type));
  if (unknown !== undefined) throw new UsageError("record", `${path}:1: unknown module type ${unknown.type}`);
  const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
  try {
    const { station } = await compose(configuration, {
      clock: new VirtualClock(),
      log: () => silent,
      random: (stream) => seededRandom(0, stream),
      simulate: header.simulate === true,
      deaf: true,
    });
    return station;
  } catch (error) {
    throw new UsageError("record", `${path}:1: the configuration in the header makes no station`, error);
  }
}

function isFate(entry: unknown): entry is RecordedFate {
  const { t, daemon } = (entry ?? {}) as Partial<RecordedFate>;
  return typeof t === "number" && (daemon === "killed" || daemon === "restarted");
}

function asTurn(path: string, line: number, entry: unknown): RecordedTurn {
  const turn = entry as Partial<RecordedTurn> | null;
  if (
    typeof turn?.n !== "number" ||
    typeof turn.t !== "number" ||
    typeof turn.to !== "string" ||
    typeof turn.event !== "object" ||
    !Array.isArray(turn.effects)
  ) {
    throw new UsageError("record", `${path}:${line}: not an event of a record`);
  }
  return turn as RecordedTurn;
}
