import type { timing } from "../src/core/timing.ts";

export interface TimingSource {
  /** Where the bound comes from; null: a decision of this house. */
  readonly clause: string | null;
  /** The test that fails when it does not hold: file below `test/`, and the title in it. */
  readonly test: readonly [file: string, title: string];
}

const pilotTable = [
  "core/iec61851/control-pilot.test.ts",
  "every cell and every course of the hand-typed table",
] as const;
const chargerTable = ["core/session/charger.test.ts", "every cell and every course of the hand-typed table"] as const;
const cableCheck = ["core/dc/cable-check.test.ts", "every step that is not done in time names itself"] as const;

/** A deadline that is missing here does not compile. */
export const timingSources: { readonly [K in keyof typeof timing]: TimingSource } = {
  c1OpenUnderLoadMs: {
    clause: "IEC 61851-1:2017 table A.6, sequence 9.2",
    test: [
      "scenario/contactor-opens-in-time.test.ts",
      "one that does not is switched off 6 s after the PWM ended, and on again with the PWM",
    ],
  },
  unlockAfterFMs: { clause: "IEC 61851-1:2017 annex A, state F", test: pilotTable },
  contactorSettleMs: { clause: null, test: pilotTable },
  wakeUpMs: {
    clause: null,
    test: ["scenario/wake-up.test.ts", "a vehicle that does not ask for power is woken up once through F"],
  },
  pausedByEvAfterWakeUpMs: {
    clause: null,
    test: ["scenario/wake-up.test.ts", "a vehicle that does not ask for power is woken up once through F"],
  },
  tStepEfMs: { clause: "ISO 15118-3 T_step_EF", test: chargerTable },
  x1AfterTStepEfMs: { clause: null, test: chargerTable },
  tStepX1Ms: { clause: "ISO 15118-3 T_step_X1", test: chargerTable },
  pwmUpdateIntervalMs: {
    clause: "IEC 61851-1:2017 table A.6, sequence 6",
    test: [
      "scenario/energy-withheld.test.ts",
      "while a vehicle charges, the duty cycle changes every 5 s at most, and to the limit then in force",
    ],
  },
  vehicleFollowsMs: {
    clause: "IEC 61851-1:2017 table A.6, sequence 6",
    test: ["core/energy/making-room.test.ts", "a newcomer waits until the other has made room"],
  },
  energyTurnMs: { clause: null, test: ["core/energy/turns.test.ts", "the turn ends on its millisecond"] },
  energyRequestLifetimeMs: {
    clause: null,
    test: ["core/energy/energy-node.test.ts", "who is silent for ten seconds leaves its share to others"],
  },
  stoppingForcedMs: {
    clause: null,
    test: ["core/session/sequences.test.ts", "a welded contactor: twenty-one seconds, then an error that blocks"],
  },
  finalReadingMs: { clause: null, test: chargerTable },
  staleReadingMs: { clause: null, test: chargerTable },
  x1FallbackToNominalMs: { clause: null, test: chargerTable },
  stoppingMs: {
    clause: null,
    test: ["core/session/sequences.test.ts", "a welded contactor: twenty-one seconds, then an error that blocks"],
  },
  waitForEnergyInAuthMs: { clause: null, test: chargerTable },
  bcbPulseMinMs: { clause: "ISO 15118-3, BCB toggle", test: chargerTable },
  bcbPulseMaxMs: { clause: "ISO 15118-3, BCB toggle", test: chargerTable },
  bcbWindowMs: { clause: "ISO 15118-3, BCB toggle", test: chargerTable },
  meterTransactionMs: { clause: null, test: ["core/session/evse.test.ts", "each step has its patience"] },
  randomDelayAfterStartMs: {
    clause: null,
    test: ["scenario/random-delay.test.ts", "a vehicle that is there when the power comes back begins after a delay"],
  },
  storeLoadMs: { clause: null, test: ["core/session/evse.test.ts", "each step has its patience"] },
  storeSessionMs: {
    clause: null,
    test: ["core/session/evse.test.ts", "a store that does not take the bill is waited for two seconds"],
  },
  storeReadingMs: { clause: null, test: chargerTable },
  overVoltageEscalationMs: {
    clause: "IEC 61851-23:2023 CC.3.4.2",
    test: ["core/dc/over-voltage.test.ts", "an error shutdown that does not work becomes an emergency"],
  },
  overVoltageSampleGapMs: {
    clause: null,
    test: ["core/dc/over-voltage.test.ts", "a source that falls silent is no supervision"],
  },
  supplySampleGapMs: {
    clause: null,
    test: ["core/dc/dc-session.test.ts", "who falls silent is no supervision"],
  },
  isolationSampleGapMs: {
    clause: null,
    test: ["core/dc/dc-session.test.ts", "who falls silent is no supervision"],
  },
  isolationPauseMs: {
    clause: null,
    test: [
      "core/dc/dc-session.test.ts",
      "an isolation monitor that pauses for precharge goes on with the load, or soon",
    ],
  },
  weldingCheckMs: {
    clause: null,
    test: ["core/dc/dc-session.test.ts", "the voltage goes once the contactor is open"],
  },
  voltageSampleMaxAgeMs: {
    clause: null,
    test: ["core/dc/plausibility.test.ts", "one alone says nothing, and an old value is no witness"],
  },
  voltageToEarthMs: { clause: null, test: ["core/dc/isolation.test.ts", "how long they may be wrong"] },
  cableCheckVoltageMs: { clause: null, test: cableCheck },
  cableCheckVoltageSampleMs: { clause: null, test: cableCheck },
  cableCheckSelfTestMs: { clause: null, test: cableCheck },
  cableCheckIsolationSampleMs: { clause: null, test: cableCheck },
  cableCheckVehicleVoltageMs: {
    clause: null,
    test: ["core/dc/cable-check.test.ts", "a vehicle that does not tell its maximum voltage"],
  },
  prechargeMs: { clause: "ISO 15118-2 V2G_EVCC_PreCharge", test: ["core/dc/precharge.test.ts", "it is not"] },
  prechargeUnusedMs: { clause: null, test: ["core/dc/precharge.test.ts", "it is, and nobody takes power"] },
  vehicleSilentMs: {
    clause: null,
    test: ["core/dc/dc-session.test.ts", "a vehicle that falls silent has no power any more"],
  },
  dcRampStepMs: {
    clause: null,
    test: ["core/dc/charge-target.test.ts", "the way to a target: 25 A/s up, 100 A/s down, limits at once"],
  },
};
