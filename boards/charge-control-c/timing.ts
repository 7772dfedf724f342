/** Every time of the Charge Control C with where it comes from. Milliseconds. Source: Charge Control C facts, sections 2 to 8. */
export const timing = {
  /** How often the contacts are looked at; what they tell is debounced for 10 ms. */
  contactsMs: 4,
  /** Section 3: +12 V stands this long before the output is let go for state E. */
  beforeStateEMs: 2,
  /** Section 4. */
  proximityIntervalMs: 500,
  /** A plug without which the pilot is still in C after this time was pulled under load. */
  plugRemovalMs: 100,
  /** Section 5: from start and from one closing to the next, so that no contact closes hot. */
  closingIntervalMs: 10_000,
  /** Section 5: a contact has moved and is fed back by then; one without feedback counts as open only then. */
  feedbackMs: 250,
  /** Section 2: the input that tells the phases of the grid is stable for this long. */
  phaseCountStableMs: 50,
  /** Section 2: how soon a line that something else still holds is asked for again. */
  lineBusyRetryMs: 10,
  /** How soon a board or a lock whose lines failed at the start is opened again. */
  openAgainMs: 1000,
  /** Section 6: the inputs have their threshold before the monitor is looked at, or the station does not start. */
  thresholdRetryMs: 100,
  thresholdRetries: 9,
  /** Section 8: how soon a motor that may still be driven is braked again. */
  brakeAgainMs: 10,
  /** A conversion of the lock's feedback that fails is asked for again so soon, and so often before it counts. */
  senseAgainMs: 10,
  senseLooks: 3,
  /** Section 8: how often the capacitors of the lock are looked at, and how long before a movement. */
  capacitorPollMs: 100,
  capacitorMs: 5000,
  /** Section 8: before the first movement they are charged from nothing. */
  capacitorAtStartMs: 400_000,
  /** Section 8. */
  lockMonitoringMs: 1000,
  /** A board that failed to answer counts as well again after this time without another failure. */
  wellAgainMs: 1000,
} satisfies Record<string, number>;
