/** Deadlines of authorisation in milliseconds. The lifetime of an authorisation is configured: `connection_timeout`. */
export const authTiming = {
  /**
   * A validator has this long to answer; a later answer counts for nothing. Above the slowest a dummy validator may be
   * configured to (120 s), and far above what a central system takes. Source: auth facts, section 7.
   */
  validatorAnswerMs: 125_000,
  /** An EVSE has this long to say whether it can be reserved. It answers in its next turn unless it hangs. */
  evseAnswerMs: 5000,
  /** The store has this long to give the reservations of the last run; then there are none. */
  storeAnswerMs: 5000,
  /** What `set_connection_timeout` may be called with, in seconds. Source: auth facts, section 1. */
  connectionTimeoutS: { least: 10, most: 300 },
} as const;
