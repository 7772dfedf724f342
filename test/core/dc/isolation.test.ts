import t from "tap";
import type { EarthVoltageState, IsolationMeasurement } from "../../../src/core/dc/isolation.ts";
import { balanced, isBalanced, isIsolated, watchEarthVoltage } from "../../../src/core/dc/isolation.ts";
import { testVoltageV } from "../../../src/core/dc/test-voltage.ts";

t.test("resistance", async (t) => {
  const cases: [resistanceOhm: number, ccs: boolean, mcs: boolean][] = [
    [0, false, false],
    [99_999, false, false],
    [100_000, true, false],
    [124_999, true, false],
    [125_000, true, true],
    [Number.NaN, false, false],
  ];
  for (const [resistanceOhm, ccs, mcs] of cases) {
    t.equal(isIsolated(resistanceOhm, false), ccs, `${resistanceOhm} Ohm`);
    t.equal(isIsolated(resistanceOhm, true), mcs, `${resistanceOhm} Ohm, MCS`);
  }
});

t.test("voltages to earth", async (t) => {
  const high = { maxExportV: 1000, minExportV: 150 };
  const low = { maxExportV: 500, minExportV: 150 };
  const measured = (voltage_V: number, l1e: number, l2e: number): IsolationMeasurement => ({
    resistance_F_Ohm: 1e6,
    voltage_V,
    voltage_to_earth_l1e_V: l1e,
    voltage_to_earth_l2e_V: l2e,
  });
  const cases: [IsolationMeasurement, typeof high, boolean, string][] = [
    [measured(400, 200, -200), high, true, "in the middle"],
    [measured(400, 439.9, -40), high, true, "0.1 V below"],
    [measured(400, 440, -40), high, false, "1.1 times the voltage"],
    [measured(400, 40, -440), high, false, "the other pole"],
    [measured(400, 549.9, 0), low, true, "a supply up to 500 V: 0.1 V below"],
    [measured(400, 550, 0), low, false, "a supply up to 500 V"],
    [measured(150, 900, 0), high, true, "no voltage to speak of"],
    [measured(150.1, 900, 0), high, false, "just above"],
    [{ resistance_F_Ohm: 1e6, voltage_V: 400, voltage_to_earth_l1e_V: 900 }, high, true, "one is not told"],
    [{ resistance_F_Ohm: 1e6, voltage_to_earth_l1e_V: 900, voltage_to_earth_l2e_V: 0 }, high, true, "no voltage told"],
  ];
  for (const [measurement, rating, expected, title] of cases) t.equal(isBalanced(measurement, rating), expected, title);
});

t.test("how long they may be wrong", async (t) => {
  const faults = (samples: readonly (readonly [nowMs: number, isGood: boolean])[]): number[] => {
    let state: EarthVoltageState = balanced;
    return samples.flatMap(([nowMs, isGood]) => {
      const step = watchEarthVoltage(state, isGood, nowMs);
      state = step.state;
      return step.fault ? [nowMs] : [];
    });
  };
  t.same(
    faults([
      [0, false],
      [1999, false],
    ]),
    [],
    "a millisecond less",
  );
  t.same(
    faults([
      [0, false],
      [2000, false],
    ]),
    [2000],
  );
  t.same(faults([[0, false]]), [], "one is none");
  t.same(
    faults([
      [0, false],
      [1000, true],
      [2000, false],
      [3999, false],
    ]),
    [],
    "a good one in between",
  );
  t.same(
    faults([
      [0, false],
      [1000, true],
      [2000, false],
      [4000, false],
    ]),
    [4000],
  );
  t.same(
    faults([
      [0, false],
      [1000, false],
      [2500, false],
    ]),
    [2500],
  );
});

t.test("the test voltage of the cable check", async (t) => {
  const cases: [vehicleMaxV: number, supplyMaxV: number, expected: number][] = [
    [400, 1000, 450],
    [450, 1000, 500],
    [480, 1000, 500],
    [500, 920, 500],
    [400, 430, 430],
    [800, 1000, 880],
    [950, 1000, 1000],
    [920, 500, 500],
  ];
  for (const [vehicleMaxV, supplyMaxV, expected] of cases) {
    t.ok(Math.abs(testVoltageV(vehicleMaxV, supplyMaxV) - expected) < 1e-9, `${vehicleMaxV} V of ${supplyMaxV} V`);
  }
});
