/**
 * The shape of every machine in the house: a pure function from (state, event, now) to (state, effects).
 *
 * A machine never awaits, sleeps, logs, draws random numbers or reads a clock. What it waits for stands in its
 * state as a deadline; the runtime arms one timer for the earliest one and posts `deadlineReached`.
 */
export interface Step<S, F> {
  readonly state: S;
  readonly effects: readonly F[];
}

export interface Machine<S, E, F> {
  /** `nowMs`: monotonic milliseconds since initialisation began. Never throws for an event it does not expect. */
  step(state: S, event: E, nowMs: number): Step<S, F>;
  /** The earliest instant at which the machine wants `deadlineReached`, or null when it waits for nothing. */
  deadlineMs(state: S): number | null;
  /** What the runtime posts when the deadline has passed. A late post is a late event and nothing else. */
  readonly deadlineReached: E;
}

/** What a machine does in each state with each event: one that is missing does not compile. */
export type MachineTable<S extends { readonly name: string }, E extends { readonly type: string }, F> = {
  readonly [N in S["name"]]: {
    readonly [T in E["type"]]: (
      state: Extract<S, { readonly name: N }>,
      event: Extract<E, { readonly type: T }>,
      nowMs: number,
    ) => Step<S, F>;
  };
};
