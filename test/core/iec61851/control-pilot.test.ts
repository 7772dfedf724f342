import t from "tap";
import { controlPilotMachine, initialControlPilot } from "../../../src/core/iec61851/control-pilot.ts";
import type { ControlPilotFactory } from "../../spec/control-pilot-check.ts";
import { controlPilotDisputes, controlPilotFailures, controlPilotSpecSize } from "../../spec/control-pilot-check.ts";

const factory: ControlPilotFactory = (options) => controlPilotMachine(options);

t.test("every cell and every course of the hand-typed table", async (t) => {
  const failures = controlPilotFailures(factory);
  for (const failure of failures) t.fail(failure);
  t.equal(failures.length, 0);
  t.comment(`${controlPilotSpecSize.cells} cells, ${controlPilotSpecSize.courseSteps} steps of courses`);
});

t.test("no cell is left where machine and table differ", async (t) => {
  t.strictSame(controlPilotDisputes(factory), []);
});

t.test("the check notices a machine that does nothing", async (t) => {
  const idle: ControlPilotFactory = (options) => ({
    ...controlPilotMachine(options),
    step: (state) => ({ state, effects: [] }),
  });
  t.ok(controlPilotFailures(idle).length > 0);
  t.equal(controlPilotFailures(idle, true).length, 1);
});

t.test("a new machine knows nothing, wants nothing and is not enabled", async (t) => {
  const machine = factory({
    hasVentilation: true,
    lockInB: false,
    unlockWhenDeauthorized: false,
    limitSimplifiedTo10A: false,
  });
  t.match(initialControlPilot, {
    enabled: false,
    pilot: "Disabled",
    pwmRunning: false,
    powerAllowed: false,
    powerReason: "PowerOff",
    commandedClosed: false,
    relaysOn: false,
    plugged: false,
    simplified: false,
    released: true,
    lockWish: false,
    forceUnlocked: false,
    authorized: false,
    locked: null,
  });
  t.equal(machine.deadlineMs(initialControlPilot), null);
  t.strictSame(machine.deadlineReached, { kind: "deadlineReached" });
});
