/** Deadlines of authorisation in milliseconds. The lifetime of an authorisation is configured: `connection_timeout`. */
export const authTiming = {
  /**
   * A validator has this long to answer; a later answer counts for nothing. Above the slowest a dummy validator may be
   * configured to (120 s), and far above what a central system takes. Source: auth facts, section 7.
   */
  validatorAnswerMs: 125_000,
} as const;
