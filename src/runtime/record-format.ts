/**
 * A record of a run: a header with the configuration, then a line of JSON for every event a machine handled, with its
 * number, its time and the effects it caused, and one for every event line that was told. It is written behind the
 * effects, never before them. Where the daemon died and started anew there is a line as well. Files are not recorded:
 * what was read from them stands in the events.
 *
 * A record of `run` is a set of files. Each begins with a header and the states of all machines, so that it can be
 * replayed without those before it.
 */
export const recordVersion = 2;

/** Flash that is written day and night: 32 MiB go round. */
export const defaultRecordSize = { fileBytes: 4 * 1024 * 1024, files: 8 } as const;

export interface RecordHeader {
  readonly evsed: "record";
  readonly version: number;
  /** Tells the files of one run from those of another. */
  readonly run: string;
  /** Place of this file among those of the run, from 0. */
  readonly file: number;
  /** Wall time of `t` 0. */
  readonly startedAt: string;
  readonly simulate: boolean;
  readonly configuration: unknown;
}

export type RunDescription = Pick<RecordHeader, "run" | "startedAt" | "simulate" | "configuration">;

export interface RecordedTurn {
  readonly n: number;
  readonly t: number;
  readonly to: string;
  readonly event: unknown;
  readonly effects: readonly unknown[];
}

/** An event line as it was told; times in a record are milliseconds. */
export interface RecordedLine {
  readonly t: number;
  readonly line: { readonly module: string; readonly kind: string; readonly [field: string]: unknown };
}

export interface RecordedFate {
  readonly t: number;
  readonly daemon: "killed" | "restarted";
}

/** The recorder could not keep up: so many entries are missing here. */
export interface RecordedGap {
  readonly t: number;
  readonly lost: number;
}

/** The states of all machines, by address, between two events; and what was told before and still stands. */
export interface RecordedStates {
  readonly t: number;
  readonly states: Readonly<Record<string, unknown>>;
  readonly standing: readonly RecordedLine[];
}

export type RecordEntry = RecordedTurn | RecordedLine | RecordedFate | RecordedGap | RecordedStates;

export function headerText(run: RunDescription, file: number): string {
  const { run: id, startedAt, simulate, configuration } = run;
  const header: RecordHeader = {
    evsed: "record",
    version: recordVersion,
    run: id,
    file,
    startedAt,
    simulate,
    configuration,
  };
  return `${JSON.stringify(header)}\n`;
}

export function turnText(n: number, t: number, to: string, event: unknown, effects: readonly unknown[]): string {
  return `${JSON.stringify({ n, t, to, event, effects } satisfies RecordedTurn)}\n`;
}

export function lineText(t: number, module: string, kind: string, fields: object): string {
  return `${JSON.stringify({ t, line: { module, kind, ...fields } } satisfies RecordedLine)}\n`;
}

export function statesText(
  t: number,
  states: Iterable<readonly [address: string, state: unknown]>,
  standing: Iterable<RecordedLine>,
): string {
  return `${JSON.stringify({ t, states: Object.fromEntries(states), standing: [...standing] }, packed)}\n`;
}

/** As it would stand in a record: two states are the same when these are. */
export const stateText = (state: unknown): string => JSON.stringify(state, packed) ?? "undefined";

const mark = "#";

/** What JSON has no word for: maps, sets and numbers that are none. */
function packed(_key: string, value: unknown): unknown {
  if (value instanceof Map) return { [mark]: "map", of: [...value] };
  if (value instanceof Set) return { [mark]: "set", of: [...value] };
  if (typeof value === "number" && !Number.isFinite(value)) return { [mark]: "number", of: String(value) };
  return value;
}

/** A state as it stands in a record, and as a machine takes it. */
export function unpacked(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(unpacked);
  if (mark in value) {
    const { of } = value as unknown as { of: unknown };
    if (value[mark] === "map") return new Map((unpacked(of) as [unknown, unknown][]) ?? []);
    if (value[mark] === "set") return new Set(unpacked(of) as unknown[]);
    return Number(of);
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, unpacked(member)]));
}
