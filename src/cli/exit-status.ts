/** Design, section 3.2. */
export const exitStatus = {
  done: 0,
  /** The run failed, a probed device stayed silent, a record differs. */
  failed: 1,
  /** Bad usage or configuration. */
  usage: 2,
  /** A safety invariant was broken. */
  invariant: 3,
} as const;
