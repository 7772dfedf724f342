/** What a campaign counts, by kind of station. */

export interface Tally {
  seeds: number;
  sessions: number;
  kills: number;
  latched: number;
  virtualMs: number;
  /** Of every charging point: two of them live through two hours in one. */
  pointMs: number;
  /** From the beginning of a session to its end. */
  sessionMs: number;
  cpuMs: number;
}

export const emptyTally = (): Tally => ({
  seeds: 0,
  sessions: 0,
  kills: 0,
  latched: 0,
  virtualMs: 0,
  pointMs: 0,
  sessionMs: 0,
  cpuMs: 0,
});
