/**
 * Every time of the interlock with where it comes from. Milliseconds unless the name says otherwise. Sources: Charge
 * Control C facts, section 3; design, section 2.1.
 */
export const interlockTiming = {
  /** Both peak detectors are reset for at least this long. */
  peakResetMs: 1.5,
  /** Two periods of the PWM, so that each detector has seen both halves. */
  peakWaitMs: 2,
  /** A pair of conversions that took longer tells of another moment than it claims to; it takes 0.2 ms. */
  conversionMs: 20,
  /** This many cycles in a row of which no two agree are a pilot that shows nothing: 16 ms. */
  unsettledCycles: 4,
  /** A cycle during which the output changed says nothing. For longer than this nobody writes an output. */
  pilotChangesMs: 20,
  /** Section 6 of the facts: the threshold of the digital inputs is not there at once. */
  rcmStartMs: 1000,
  /** What does not answer is told this often while it goes on. */
  failureAgainMs: 500,
  /** A grant is renewed this often, by progress of the queue. */
  renewalMs: 100,
  /** Without a sample for this long the worker guards nothing any more. */
  silenceMs: 50,
  /** How often that is looked at while a relay may be closed, and while none may. */
  guardMs: 10,
  idleGuardMs: 100,
  /**
   * From its start to its first sample a thread has this long: a processor may be busy with the rest of a boot. Nothing is
   * offered before that sample, and the start of the unit waits for it.
   */
  startMs: 30_000,
  /** A worker that is gone, or silent for this long, is started anew; one that answers, first or again, is trusted after it. */
  recoveryMs: 1000,
  /** Who has not sampled for this long, a thread anew included, will not by itself: the whole program is to be started anew. */
  stalledMs: 5000,
} as const;

export const grantLifetimeMs = { default: 1500, minimum: 500, maximum: 3000 } as const;
