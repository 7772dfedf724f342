import t from "tap";
import { chargerMachine } from "../../../src/core/session/charger.ts";
import { chargerStates, initialCharger } from "../../../src/core/session/charger-state.ts";
import { chargerEvents } from "../../spec/charger.spec-table.ts";
import type { ChargerFactory } from "../../spec/charger-check.ts";
import {
  chargerDisputes,
  chargerFailures,
  chargerSpecCells,
  chargerSpecSize,
  defaultOptions,
} from "../../spec/charger-check.ts";

const factory: ChargerFactory = (options) => chargerMachine(options);

t.test("every cell and every course of the hand-typed table", async (t) => {
  const failures = chargerFailures(factory);
  for (const failure of failures) t.fail(failure);
  t.equal(failures.length, 0);
  t.comment(`${chargerSpecSize.cells} cells, ${chargerSpecSize.courseSteps} steps of courses`);
});

t.test("the table names every event in every state", async (t) => {
  const named = new Set(chargerSpecCells.map(({ state, event }) => `${state} x ${event}`));
  const events = new Set(Object.values(chargerEvents).flatMap((list) => list.map((event) => event.split(":")[0])));
  const missing: string[] = [];
  for (const state of chargerStates) {
    for (const event of events) if (!named.has(`${state} x ${event}`)) missing.push(`${state} x ${event}`);
  }
  t.strictSame(missing, []);
});

t.test("every state has an event that leads out of it", async (t) => {
  for (const state of chargerStates) {
    t.ok(
      chargerSpecCells.some((cell) => cell.state === state && cell.leads),
      state,
    );
  }
});

t.test("no cell is left where machine and table differ", async (t) => {
  t.strictSame(chargerDisputes(factory), []);
});

t.test("the check notices a machine that does nothing", async (t) => {
  const idle: ChargerFactory = (options) => ({
    ...chargerMachine(options),
    step: (state) => ({ state, effects: [] }),
  });
  t.ok(chargerFailures(idle).length > 0);
  t.equal(chargerFailures(idle, true).length, 1);
});

t.test("a new charger is idle, enabled, without limits, and has told nothing", async (t) => {
  const machine = factory(defaultOptions);
  const charger = initialCharger(defaultOptions);
  t.match(charger, {
    name: "Idle",
    started: false,
    session: null,
    transactionActive: false,
    authorized: false,
    disableRequested: false,
    connectorEnabled: true,
    reservation: null,
    shutdown: "None",
    plugged: false,
    iecAllow: false,
    hlcAllow: false,
    contactorReleased: true,
    limitA: 0,
    activePhases: 0,
    phasesAvailable: 0,
    hlcActive: false,
    capabilities: { max_current_A_import: 0, max_phase_count_import: 1, connector_type: "IEC62196Type2Cable" },
    output: { mode: "unknown" },
    deadlines: {},
  });
  t.equal(initialCharger({ ...defaultOptions, chargeMode: "DC" }).hlcActive, true);
  t.equal(machine.deadlineMs(charger), null);
  t.strictSame(machine.deadlineReached, { kind: "deadlineReached" });
});
