/** Every time of the Yeti board with where it comes from. Milliseconds. Source: Yeti facts, sections 4 and 5. */
export const timing = {
  /** Section 5: how long the reset line is low. */
  resetPulseMs: 10,
  /** Section 4: the controller tells that it has booted within this time. */
  resetAnswerMs: 1000,
  /** Section 4: the first KeepAliveLo comes within this time. */
  firstKeepAliveMs: 5000,
  /** Section 4: as the protocol's own description asks for. */
  keepAliveMs: 1000,
  /** Section 4: the controller counts as lost when it has not been heard for this long. */
  lossMs: 5000,
  /** A line that cannot be opened, or is gone, is tried again this often. */
  reopenMs: 1000,
  /** A controller that was lost is held in reset this long, and then given another chance. */
  heldMs: 5000,
  /** A controller in reset drives no coil: its contactor has opened by then. */
  contactorOpensMs: 100,
  /** A withdrawal that is not confirmed is repeated this often: the line may have eaten it. */
  repeatMs: 100,
  /** A contactor that is still fed back closed by then is no matter of the line any more. */
  openingMs: 500,
  /** Board-support facts, section 5: the contactor is expected to close within this time. */
  closingMs: 3000,
  /** A meter that has told nothing for this long tells nothing. It should every second. */
  meterStaleMs: 5000,
  /** Section 6: the motor of the lock runs for 1 s. */
  lockMs: 2000,
  /** A controller that booted has told its states by then. */
  statesToldMs: 500,
  /** A controller that has not booted by itself for this long does not do so any more. */
  calmMs: 60_000,
  /** At the end of the process: less than it is given to bring itself to the safe state. */
  closeLineMs: 250,
  /** How often at most the controller is asked, by a reset, for what the line ate. */
  askAgainMs: 10_000,
  /** Keepalives that come together, as after a boot, tell nothing of how often they come. */
  burstMs: 200,
  /** Without current for this long, a contactor loses nothing by being opened. */
  idleMs: 5000,
  /** F hides the vehicle for no longer than this from an error that ends with it; its plug is unlocked after 5 s. */
  blindMs: 10_000,
  /** How often the errors of a bad line are told. */
  lineReportMs: 60_000,
} satisfies Record<string, number>;
