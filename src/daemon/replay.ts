import type { Log } from "../../hal/log.ts";
import type { Configuration } from "../config/configuration.ts";
import { printable } from "../config/quote.ts";
import { UsageError } from "../core/errors.ts";
import { seededRandom } from "../runtime/random.ts";
import type {
  RecordEntry,
  RecordedLine,
  RecordedStates,
  RecordedTurn,
  RecordHeader,
} from "../runtime/record-format.ts";
import { stateText, unpacked } from "../runtime/record-format.ts";
import type { Place } from "../runtime/record-reader.ts";
import { isGap, isLine, isStates, isTurn, readRecord, taken } from "../runtime/record-reader.ts";
import type { Station } from "../runtime/station.ts";
import { VirtualClock } from "../runtime/virtual-clock.ts";
import { isWorld, moduleTypes } from "./catalogue.ts";
import { compose } from "./compose.ts";

export interface Difference extends Place {
  readonly n: number;
  readonly t: number;
  readonly to: string;
  readonly event: string;
  readonly recorded: string;
  readonly replayed: string;
  /** What the same machine was told before, the latest last. */
  readonly before: readonly { readonly n: number; readonly t: number; readonly event: string }[];
  /** Where the machine was when the event came. */
  readonly state: string;
}

export interface ReplayResult {
  readonly turns: number;
  /** Entries that the recorder had dropped. */
  readonly lost: number;
  /** The record ends in the middle of this line. */
  readonly cut?: Place;
  readonly difference?: Difference;
}

/** So much of the past is shown with a difference. */
const beforeCount = 5;

/**
 * Feeds the events of a record to the machines of today, in order, and compares the effects.
 * @throws UsageError naming file and line when the file is no record, or damaged.
 */
export async function replayRecord(path: string, progress?: (nowMs: number) => void): Promise<ReplayResult> {
  let replay: Replay | undefined;
  const ended = { turns: 0, lost: 0 };
  let cut: Place | undefined;
  for await (const item of readRecord(path)) {
    if (item.kind === "cut") {
      cut = item.at;
      replay?.forgetWhere();
      continue;
    }
    if (item.kind === "header") {
      if (replay?.continues(item.header) === true) continue;
      replay = new Replay(await makeStation(item.at, item.header), item.header);
      continue;
    }
    const { entry, at } = item;
    progress?.(entry.t);
    if (replay === undefined || isLine(entry)) continue;
    if (isTurn(entry)) ended.turns++;
    else if (isGap(entry)) ended.lost += entry.lost;
    const follow = replay;
    const difference = taken(at, () => follow.take(at, entry));
    if (difference !== undefined) return { ...ended, difference };
  }
  return { ...ended, ...(cut === undefined ? {} : { cut }) };
}

class Replay {
  readonly #station: Station;
  #header: RecordHeader;
  /** False at a gap, and before the first states of a record that begins in the middle. */
  #knowsWhere: boolean;
  readonly #before = new Map<string, RecordedTurn[]>();

  constructor(station: Station, header: RecordHeader) {
    this.#station = station;
    this.#header = header;
    this.#knowsWhere = header.file === 0;
  }

  continues(header: RecordHeader): boolean {
    const isNext = header.run === this.#header.run && header.file === this.#header.file + 1;
    if (isNext) this.#header = header;
    return isNext;
  }

  forgetWhere(): void {
    this.#knowsWhere = false;
  }

  fate(daemon: "killed" | "restarted"): void {
    // What the machines had read from files before stands in their events, so that none are needed here.
    if (daemon === "killed") this.#station.forgetDaemon(({ type }) => isWorld(type));
    else this.#station.remakeDaemon();
  }

  take(at: Place, entry: Exclude<RecordEntry, RecordedLine>): Difference | undefined {
    if (isTurn(entry)) return this.turn(at, entry);
    if (isStates(entry)) this.states(entry);
    else if (isGap(entry)) this.forgetWhere();
    else this.fate(entry.daemon);
    return undefined;
  }

  turn(at: Place, turn: RecordedTurn): Difference | undefined {
    const { to, event, effects, t } = turn;
    const before = this.#before.get(to) ?? [];
    const stateBefore = this.#stateOf(to);
    const replayed = this.#effectsOf(to, event, t);
    const recorded = JSON.stringify(effects);
    this.#before.set(to, [...before, turn].slice(-beforeCount));
    if (recorded === replayed) return undefined;
    const eventText = JSON.stringify(event);
    return { ...at, n: turn.n, t, to, event: eventText, recorded, replayed, ...this.#context(before, stateBefore) };
  }

  /** Machines that were followed from their beginning are there already, whatever their states are made of today. */
  states({ states }: RecordedStates): void {
    if (this.#knowsWhere) return;
    for (const [address, state] of Object.entries(states)) this.#station.queue.putState(address, unpacked(state));
    this.#knowsWhere = true;
  }

  /** The effects as JSON, or in words why there are none. */
  #effectsOf(to: string, event: unknown, t: number): string {
    try {
      const effects = this.#station.queue.replay(to, event, t);
      return effects === undefined ? "no such machine" : JSON.stringify(effects);
    } catch (error) {
      return `the machine of today fails: ${(error as Error).message}`;
    }
  }

  #stateOf(address: string): unknown {
    return this.#station.queue.stateOf(address);
  }

  #context(before: readonly RecordedTurn[], state: unknown): Pick<Difference, "before" | "state"> {
    return {
      before: before.map(({ n, t, event }) => ({ n, t, event: JSON.stringify(event) })),
      state: stateText(state),
    };
  }
}

async function makeStation({ file, line }: Place, header: RecordHeader): Promise<Station> {
  const wrong = (how: string, cause?: unknown): UsageError =>
    new UsageError("record", `${file}:${line}: ${how}`, cause);
  const configuration = header.configuration as Configuration | null | undefined;
  if (!Array.isArray(configuration?.modules)) throw wrong("no configuration in the header");
  const types = (configuration.modules as readonly (Configuration["modules"][number] | null)[]).map((one) => one?.type);
  const unknown = types.find((type) => type === undefined || !moduleTypes.includes(type));
  if (unknown !== undefined || types.includes(undefined))
    throw wrong(`unknown module type ${printable(String(unknown))}`);
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
    throw wrong("the configuration in the header makes no station", error);
  }
}
