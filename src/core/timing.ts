/**
 * Every deadline of the house with the clause it comes from. Milliseconds.
 *
 * Sources: IEC 61851-1:2017 (table A.6 sequences, annex A), ISO 15118-3, EvseManager facts (sections 1.4 and 2.2) and
 * the promises of the configuration table (seed 004).
 */
export const timing = {
  /** IEC 61851-1 table A.6 sequence 9.2: the vehicle stays in C after the PWM ended; the contactor opens under load. */
  c1OpenUnderLoadMs: 6000,
  /** IEC 61851-1 annex A, state F: the plug is released after this time in F. */
  unlockAfterFMs: 5000,
  /** An opened contactor without feedback counts as open after this time; the lock waits for it. */
  contactorSettleMs: 250,
  /** A vehicle that shows no state C is woken up once after this time with power on offer (legacy wake-up). */
  wakeUpMs: 30_000,
  /** After the wake-up the vehicle has this long to ask for power before it counts as pausing. */
  pausedByEvAfterWakeUpMs: 10_000,
  /** ISO 15118-3 T_step_EF: length of state F (or E). */
  tStepEfMs: 4000,
  /** X1 after T_step_EF before the pilot goes on. */
  x1AfterTStepEfMs: 750,
  /** ISO 15118-3 T_step_X1. */
  tStepX1Ms: 3000,
  /** IEC 61851-1 table A.6 sequence 6: least time between two changes of the duty cycle while charging. */
  pwmUpdateIntervalMs: 5000,
  /** IEC 61851-1 table A.6 sequence 6: the vehicle has followed a change of the duty cycle by then. */
  vehicleFollowsMs: 5000,
  /** While the minimum currents of all vehicles do not fit, those who wait and those who charge change places. */
  energyTurnMs: 900_000,
  /** Requests of the energy tree come every second; who has been silent this long is forgotten. */
  energyRequestLifetimeMs: 10_000,
  /** After the stop was forced, the contactor has this long to be confirmed before the session ends without it. */
  stoppingForcedMs: 1000,
  /** A bill is closed with a reading taken after the contactor opened; the meter has this long to give one. */
  finalReadingMs: 2000,
  /** A reading older than this says nothing about the current that flows now. */
  staleReadingMs: 3000,
  /** AC with 5 %: falls back to nominal PWM when the high-level set-up has not finished by then. */
  x1FallbackToNominalMs: 10_000,
  /** The contactor is expected open by then; the stop goes on without its confirmation, with a fault. */
  stoppingMs: 20_000,
  /** DC: how long a session waits for energy before the vehicle is told that there is none. */
  waitForEnergyInAuthMs: 5000,
  /** A BCB pulse counts when it lasted longer than the first and shorter than the second (ISO 15118-3: 200..400 ms ± 50). */
  bcbPulseMinMs: 150,
  bcbPulseMaxMs: 450,
  /** A BCB sequence is complete this long after its first pulse began (3500 ms + 200). */
  bcbWindowMs: 3700,
  /** A meter has this long to answer the start or the end of a transaction. */
  meterTransactionMs: 10_000,
  /** A vehicle that is there within this time after the start begins with a random delay. Energy facts, section 6. */
  randomDelayAfterStartMs: 5000,
  /** The store has this long to answer at start-up. */
  storeLoadMs: 2000,
  /** ... and to have a transaction on the disk before it is told: after that it is told all the same. */
  storeSessionMs: 2000,
  /** The reading of a running transaction is stored this often: what a bill may lack after a cut that a meter forgets in. */
  storeReadingMs: 30_000,
  /** IEC 61851-23:2023 CC.3.4.2: an error shutdown that has not brought the voltage down by then becomes an emergency. */
  overVoltageEscalationMs: 2500,
  /** Over-voltage supervision without a sample for this long is none. */
  overVoltageSampleGapMs: 1500,
  /** Direct current: a supply that is on tells its voltage at least this often. */
  supplySampleGapMs: 2000,
  /** … and so does an isolation monitor what it measures, while current may flow. */
  isolationSampleGapMs: 5000,
  /** … one that was paused for precharge begins again by then, under load earlier. */
  isolationPauseMs: 10_000,
  /** … the voltage at the output has gone this long after the contactor has opened. */
  weldingCheckMs: 5000,
  /** A voltage measured longer ago than this is not compared with others. */
  voltageSampleMaxAgeMs: 3000,
  /** A voltage to earth that is too high counts from the second sample on, when it has lasted this long. */
  voltageToEarthMs: 2000,
  /** Cable check: the supply has reached the voltage it was set to, or lost it, by then. */
  cableCheckVoltageMs: 10_000,
  /** … and tells its voltage at least this often meanwhile. */
  cableCheckVoltageSampleMs: 2000,
  /** … an isolation monitor has ended its self test by then. */
  cableCheckSelfTestMs: 30_000,
  /** … and measures at least this often. */
  cableCheckIsolationSampleMs: 5000,
  /** … a vehicle that has not told its maximum voltage by then counts as one for 500 V. */
  cableCheckVehicleVoltageMs: 1000,
  /** Precharge: the voltage of the battery is reached by then; the vehicle waits 7 s (ISO 15118-2 V2G_EVCC_PreCharge). */
  prechargeMs: 6500,
  /** … and a vehicle that has it takes power by then, counted from its first request; its patience is over before. */
  prechargeUnusedMs: 20_000,
  /** A vehicle whose stack tells every request says what it wants at least this often while current may flow. */
  vehicleSilentMs: 5000,
  /** A current on its way to its target is set anew this often. */
  dcRampStepMs: 250,
} satisfies Record<string, number>;

export type Timing = { readonly [K in keyof typeof timing]: number };
