import t from "tap";
import { unknownSupply } from "../../../src/core/dc/power-supply.ts";
import type { SupplyControl, SupplyStep } from "../../../src/core/dc/supply-control.ts";
import {
  setPhase,
  setpointWithin,
  setSetpoint,
  supplyIsOff,
  switchOff,
  switchOn,
} from "../../../src/core/dc/supply-control.ts";

/** Applies the steps one after the other; what each of them says, in short. */
function said(...steps: ((control: SupplyControl) => SupplyStep)[]): string[] {
  let control = supplyIsOff;
  return steps.map((step) => {
    const taken = step(control);
    control = taken.control;
    return taken.commands
      .map((command) =>
        command.type === "setMode" ? `${command.mode} ${command.phase}` : `${command.voltageV} V ${command.currentA} A`,
      )
      .join(", ");
  });
}

const at = (voltageV: number, currentA: number) => (control: SupplyControl) =>
  setSetpoint(control, { voltageV, currentA });
const phase = (name: Parameters<typeof setPhase>[1]) => (control: SupplyControl) => setPhase(control, name);

t.test("the supply is told what changes", async (t) => {
  t.same(said(phase("CableCheck"), at(450, 2), switchOn, switchOn, at(450, 2), at(450, 3)), [
    "",
    "450 V 2 A",
    "Export CableCheck",
    "",
    "",
    "450 V 3 A",
  ]);
  t.same(
    said(at(400, 2), switchOn, phase("PreCharge"), at(400, 2), phase("PreCharge"), phase("Charging")),
    ["400 V 2 A", "Export Other", "Export PreCharge", "", "", "Export Charging"],
    "a phase counts even where the setpoint stays",
  );
  t.same(
    said(phase("Charging"), at(400, 2), switchOn, switchOff, switchOff, at(400, 2), switchOn),
    ["", "400 V 2 A", "Export Charging", "Off Charging", "Off Other", "400 V 2 A", "Export Other"],
    "off is told every time, and forgets the setpoint",
  );
});

t.test("what the supply can give", async (t) => {
  const capabilities = {
    ...unknownSupply,
    min_export_voltage_V: 150,
    max_export_voltage_V: 1000,
    min_export_current_A: 1,
    max_export_current_A: 200,
  };
  const cases: [voltageV: number, currentA: number, expected: [number, number] | null][] = [
    [149.9, 10, null],
    [150, 10, [150, 10]],
    [1000, 10, [1000, 10]],
    [1000.1, 10, null],
    [400, 0, [400, 0]],
    [400, 0.5, [400, 1]],
    [400, 1, [400, 1]],
    [400, 200, [400, 200]],
    [400, 200.1, [400, 200]],
  ];
  for (const [voltageV, currentA, expected] of cases) {
    const setpoint = setpointWithin({ voltageV, currentA }, capabilities);
    t.same(setpoint && [setpoint.voltageV, setpoint.currentA], expected, `${voltageV} V ${currentA} A`);
  }
  t.equal(setpointWithin({ voltageV: 400, currentA: 1 }, unknownSupply), null, "a supply that has told nothing");
});
