import t from "tap";
import type { PilotEvent } from "../../../src/core/iec61851/control-pilot.ts";
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

t.test("power that is granted for another reason closes for that reason", async (t) => {
  const machine = factory({
    hasVentilation: true,
    lockInB: false,
    unlockWhenDeauthorized: false,
    limitSimplifiedTo10A: false,
  });
  let state = initialControlPilot;
  const contactor = (event: PilotEvent): unknown[] => {
    const { state: next, effects } = machine.step(state, event, 0);
    state = next;
    return effects.flatMap((effect) => (effect.kind === "contactor" ? [effect.closed, effect.reason] : []));
  };
  contactor({ kind: "enable", value: true });
  contactor({ kind: "pilot", letter: "B" });
  contactor({ kind: "setPwm", duty: 0.05 });
  contactor({ kind: "pilot", letter: "C" });
  t.same(contactor({ kind: "allowPower", value: true, reason: "DCCableCheck" }), [true, "DCCableCheck"]);
  t.same(contactor({ kind: "allowPower", value: true, reason: "DCCableCheck" }), [], "once");
  t.same(contactor({ kind: "allowPower", value: true, reason: "FullPowerCharging" }), [true, "FullPowerCharging"]);
  contactor({ kind: "allowPower", value: false, reason: "PowerOff" });
  t.same(contactor({ kind: "allowPower", value: true, reason: "FullPowerCharging" }), [true, "FullPowerCharging"]);
});
