/** Deadlines of what the machine is asked to do. Source: Charge Control C facts, section 10. Milliseconds. */
export const timing = {
  /** Between telling that the machine restarts and restarting it. */
  rebootMs: 5000,
  /** A program that only looks something up. */
  lookUpMs: 30_000,
  downloadMs: 3_600_000,
  installMs: 3_600_000,
  /** Who asked for logs waits for their name meanwhile. */
  collectMs: 25_000,
  uploadMs: 1_800_000,
  /** A store has this long to tell why the machine was restarted, and to keep it. */
  storeMs: 2000,
  setTimeMs: 10_000,
} as const;
