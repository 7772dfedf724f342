import t from "tap";
import { unknownSupply } from "../../../src/core/dc/power-supply.ts";
import type { SupplyControl, SupplyStep } from "../../../src/core/dc/supply-control.ts";
import {
  drawpointWithin,
  importRange,
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
        command.type === "setMode"
          ? `${command.mode} ${command.phase}`
          : `${command.type === "setImportVoltageCurrent" ? "from " : ""}${command.voltageV} V ${command.currentA} A`,
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

t.test("a supply that turns: the setpoint first, then the direction", async (t) => {
  t.same(
    said(
      phase("Charging"),
      at(400, 20),
      switchOn,
      at(400, 0),
      at(300, -5),
      at(300, -6),
      at(300, 0),
      at(400, 7),
      switchOff,
    ),
    [
      "",
      "400 V 20 A",
      "Export Charging",
      "400 V 0 A",
      "from 300 V 5 A, Import Charging",
      "from 300 V 6 A",
      "from 300 V 0 A",
      "400 V 7 A, Export Charging",
      "Off Charging",
    ],
  );
  t.same(
    said(phase("Charging"), at(300, -5), switchOn, phase("Other"), switchOff, switchOn),
    ["", "from 300 V 5 A", "Import Charging", "Import Other", "Off Other", "Export Other"],
    "off forgets the direction",
  );
});

t.test("what the supply can draw", async (t) => {
  const capabilities = {
    ...unknownSupply,
    bidirectional: true,
    min_export_voltage_V: 150,
    max_export_voltage_V: 1000,
    max_import_current_A: 100,
    max_import_power_W: 30_000,
  };
  const range = { min_import_voltage_V: 200, max_import_voltage_V: 900, min_import_current_A: 2 };
  const cases: [voltageV: number, currentA: number, change: object, expected: [number, number] | null][] = [
    [300, -20, range, [300, -20]],
    [200, -20, range, [200, -20]],
    [199.9, -20, range, [200, -20]],
    [0, -20, range, [200, -20]],
    [900, -20, range, [900, -20]],
    [900.1, -20, range, null],
    [300, -2, range, [300, -2]],
    [300, -1.9, range, [300, 0]],
    [300, 0, range, [300, 0]],
    [300, -100.1, range, [300, -100]],
    [149, -20, {}, [150, -20]],
    [300, -0.5, {}, [300, -0.5]],
    [1000.1, -20, {}, null],
    [300, -20, { bidirectional: false }, [300, 0]],
    [300, -20, { max_import_current_A: undefined }, [300, 0]],
  ];
  for (const [voltageV, currentA, change, expected] of cases) {
    const setpoint = drawpointWithin({ voltageV, currentA }, { ...capabilities, ...change });
    t.same(setpoint && [setpoint.voltageV, setpoint.currentA], expected, `${voltageV} V ${currentA} A`);
  }
});

t.test("what a supply says of drawing", async (t) => {
  const told = {
    ...unknownSupply,
    min_export_voltage_V: 150,
    max_export_voltage_V: 1000,
    min_import_voltage_V: 200,
    max_import_voltage_V: 900,
    min_import_current_A: 2,
    max_import_current_A: 100,
    max_import_power_W: 30_000,
  };
  const range = { leastV: 200, mostV: 900, leastA: 2, mostA: 100, mostW: 30_000 };
  t.same(importRange({ ...told, bidirectional: true }), range);
  t.same(importRange(told), { ...range, mostA: 0, mostW: 0 }, "one direction only, whatever it says of the other");
  t.same(
    importRange({ ...unknownSupply, bidirectional: true }),
    { leastV: 0, mostV: 60, leastA: 0, mostA: 0, mostW: 0 },
    "both directions, and nothing said of the other",
  );
});
