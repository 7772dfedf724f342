/** What `tools/mutate.ts` changes of the charger: cells of its table, guards and actions of its states, its deadlines. */

import { chargerMachine } from "../src/core/session/charger.ts";
import type { Guard, StateSpec } from "../src/core/session/charger-specs.ts";
import { chargerSpecs } from "../src/core/session/charger-specs.ts";
import type { ChargerStateName } from "../src/core/session/charger-state.ts";
import { chargerStates } from "../src/core/session/charger-state.ts";
import type { Row } from "../src/core/session/charger-table.ts";
import { chargerTable, ignored } from "../src/core/session/charger-table.ts";
import { timing } from "../src/core/timing.ts";
import { chargerFailures } from "../test/spec/charger-check.ts";
import type { Mutant, MutationTarget } from "./mutate.ts";

/** The tables are read-only by type only. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

function put<T extends object, K extends keyof T>(name: string, owner: T, key: K, value: T[K]): Mutant {
  return {
    name,
    apply() {
      const before = owner[key];
      owner[key] = value;
      return () => {
        owner[key] = before;
      };
    },
  };
}

type Handler = Row[keyof Row];

/** Each cell does nothing, and then what the same event does in each other state that does something else. */
function* cellMutants(): Iterable<Mutant> {
  const events = Object.keys(chargerTable.Idle) as (keyof Row)[];
  for (const state of chargerStates) {
    const row = chargerTable[state];
    for (const event of events) {
      const tried = new Set<Handler>([row[event]]);
      const replaced = (what: string, handler: Handler): Mutant =>
        // Rows share their object with others, so a row is replaced, never written to.
        put(`${state} x ${event}: ${what}`, chargerTable, state, { ...row, [event]: handler });
      if (!tried.has(ignored)) yield replaced("ignored", ignored);
      tried.add(ignored);
      for (const other of chargerStates) {
        const handler = chargerTable[other][event];
        if (tried.has(handler)) continue;
        tried.add(handler);
        yield replaced(`as in ${other}`, handler);
      }
    }
  }
}

function anotherState(state: ChargerStateName, not: Guard["to"]): ChargerStateName {
  const at = chargerStates.indexOf(state);
  const choices = [...chargerStates.slice(at + 1), ...chargerStates.slice(0, at)];
  const [choice] = choices.filter((name) => name !== not);
  if (choice === undefined) throw new Error("there is but one state");
  return choice;
}

function* specMutants(): Iterable<Mutant> {
  const nothing = (): void => {};
  for (const state of chargerStates) {
    const spec: Writable<StateSpec> = chargerSpecs[state];
    yield put(`${state}: enter dropped`, spec, "enter", nothing);
    if (spec.exit) yield put(`${state}: exit dropped`, spec, "exit", nothing);
    if (spec.upkeep) yield put(`${state}: upkeep dropped`, spec, "upkeep", nothing);
    for (const [at, guard] of spec.guards.entries()) {
      const { do: action, to, ...bare } = guard;
      const replaced = (what: string, ...guards: readonly Guard[]): Mutant =>
        put(`${state}, ${guard.name}: ${what}`, spec, "guards", spec.guards.toSpliced(at, 1, ...guards));
      yield replaced("dropped");
      if (action !== undefined) yield replaced("without action", to === undefined ? bare : { ...bare, to });
      if (to === undefined) continue;
      const other = anotherState(state, to);
      yield replaced(`to ${other}`, { ...guard, to: other });
    }
  }
}

const deadlines = [
  "wakeUpMs",
  "pausedByEvAfterWakeUpMs",
  "tStepEfMs",
  "x1AfterTStepEfMs",
  "tStepX1Ms",
  "pwmUpdateIntervalMs",
  "stoppingMs",
  "stoppingForcedMs",
  "finalReadingMs",
  "staleReadingMs",
  "x1FallbackToNominalMs",
  "waitForEnergyInAuthMs",
  "bcbPulseMinMs",
  "bcbPulseMaxMs",
  "bcbWindowMs",
  "meterTransactionMs",
  "storeSessionMs",
  "storeReadingMs",
] as const satisfies readonly (keyof typeof timing)[];

function* timingMutants(): Iterable<Mutant> {
  for (const key of deadlines) {
    yield put(`${key} + 1 ms`, timing, key, timing[key] + 1);
    yield put(`${key} - 1 ms`, timing, key, timing[key] - 1);
  }
}

const withTransaction = "PrepareCharging|Charging|ChargingPausedEV|ChargingPausedEVSE|StoppingCharging|SwitchPhases";
const withVehicle = `WaitingForAuthentication|${withTransaction.replace("StoppingCharging|", "")}|T_step_EF|T_step_X1`;

/** Changes nobody can see, each with the reason. */
const unseen: readonly (readonly [pattern: string, why: string])[] = [
  [".* x start: as in Idle", "a charger that has started does not start again"],
  [
    `(${withVehicle}) x CarPluggedIn: ignored`,
    "a state that is left when the vehicle goes has one: nothing new is plugged in",
  ],
  [`(${withVehicle}) x reserve: as in Idle`, "a vehicle is plugged in, which Idle refuses as well"],
  ["Charging x CarRequestedPower: ignored", "Charging is left when the vehicle does not ask: it asks already"],
  [
    "(?!StoppingCharging).* x CarRequestedStopPower: as in ChargingPausedEV",
    "no BCB pulse is measured there, so that none can end",
  ],
  [
    "WaitingForAuthentication x CarUnplugged: as in Idle",
    "the way leads to Idle in the same step, which forgets it all",
  ],
  [
    "(Disabled|Idle|T_step_EF|T_step_X1|SwitchPhases) x PilotStopped: ignored",
    "no PWM is on there, so that the pilot has none to stop",
  ],
  [
    "StoppingCharging x ContactorEngaged: ignored",
    "with the contactor released the state is left: it is engaged already",
  ],
  [
    "Disabled x authorize: as in (Idle|WaitingForAuthentication)",
    "a token does not count on the way to being disabled, nor there",
  ],
  [
    `(${withTransaction}) x authorize: as in (Idle|WaitingForAuthentication)`,
    "an authorised session takes no second token, and a stopped one none at all",
  ],
  [
    "(WaitingForAuthentication|T_step_EF|T_step_X1) x authorize: as in Idle",
    "left while faulted, which is all Idle looks at besides",
  ],
  ["Disabled x withdrawAuthorization: as in (Idle|T_step_EF)", "there is no session whose token could be taken back"],
  [
    `(${withTransaction}) x withdrawAuthorization: as in (Idle|T_step_EF)`,
    "a transaction runs, and nothing is withdrawn from one",
  ],
  [".* x powermeter: as in Finished", "no final reading is awaited there"],
  [`(${withTransaction}) x meterStarted: ignored`, "a transaction runs: an answer of the past changes nothing"],
  [".* x meterStopped: as in Finished", "no answer of the meter's to an end is awaited there"],
  [
    "(?!WaitingForAuthentication|Finished).* x sessionStored: as in (WaitingForAuthentication|Finished)",
    "nothing is on its way to the store there",
  ],
  ["Charging, EV unplugged: dropped", "a vehicle that left does not ask for power either: the IEC stop comes first"],
  ["T_step_X1, abort: without action", "X1 is on already"],
];

function equivalent(mutant: string): string | null {
  return unseen.find(([pattern]) => new RegExp(`^(${pattern})$`).test(mutant))?.[1] ?? null;
}

export const chargerTarget: MutationTarget = {
  name: "charger",
  *mutants() {
    yield* cellMutants();
    yield* specMutants();
    yield* timingMutants();
  },
  check: () => chargerFailures((options) => chargerMachine(options), true),
  equivalent,
};
