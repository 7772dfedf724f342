/** What a connector drew and what it was allowed, over the last minutes: the data of its plot. */

export interface CurrentSample {
  readonly atMs: number;
  /** The highest of its conductors, ampere. */
  readonly drawnA: number;
  readonly limitA: number;
}

/** In order of time; a sample holds until the next one. */
export type CurrentHistory = readonly CurrentSample[];

const keptMs = 15 * 60_000;
/** A meter that reads several times a second shall not make a station remember without end. */
const mostSamples = 1000;

export function withSample(history: CurrentHistory, sample: CurrentSample): CurrentHistory {
  const last = history.at(-1);
  if (last?.drawnA === sample.drawnA && last.limitA === sample.limitA) return history;
  const before = last?.atMs === sample.atMs ? history.slice(0, -1) : history;
  const oldestMs = sample.atMs - keptMs;
  // The last sample before that instant tells what held at it.
  const first = before.findLastIndex(({ atMs }) => atMs <= oldestMs);
  return [...before.slice(Math.max(0, first)), sample].slice(-mostSamples);
}

/** What held at an instant; undefined before the first sample. */
export const sampleAt = (history: CurrentHistory, atMs: number): CurrentSample | undefined =>
  history.findLast((sample) => sample.atMs <= atMs);
