import fc from "fast-check";
import t from "tap";
import type { DischargeLimits, TargetLimits } from "../../../src/core/dc/charge-target.ts";
import {
  clampDischarge,
  clampTarget,
  meantTarget,
  ramped,
  rampedBothWays,
} from "../../../src/core/dc/charge-target.ts";

const limits: TargetLimits = {
  vehicleMaxV: 500,
  vehicleMaxA: 300,
  stationMaxA: 200,
  stationMaxW: 60_000,
  presentV: 400,
};

t.test("what a vehicle asks for, within all limits", async (t) => {
  type Case = [
    title: string,
    asked: [voltageV: number, currentA: number],
    limits: Partial<TargetLimits>,
    lastV: number,
    expected: [voltageV: number, currentA: number],
  ];
  const cases: Case[] = [
    ["as asked", [400, 100], {}, 0, [400, 100]],
    ["more than the station offers", [400, 201], { stationMaxW: 1e6 }, 0, [400, 200]],
    ["as much as the station offers", [400, 200], { stationMaxW: 1e6 }, 0, [400, 200]],
    ["more than it stands itself", [400, 400], { stationMaxA: 1000, stationMaxW: 1e6 }, 0, [400, 300]],
    ["more volt than it stands itself", [501, 100], {}, 0, [500, 100]],
    [
      "it has told nothing",
      [501, 400],
      { vehicleMaxV: null, vehicleMaxA: null, stationMaxA: 500, stationMaxW: 1e6 },
      0,
      [501, 400],
    ],
    ["power at the present voltage", [450, 200], {}, 0, [450, 150]],
    [
      "power at the target, before there is a voltage",
      [450, 200],
      { presentV: null, stationMaxW: 45_000 },
      0,
      [450, 100],
    ],
    ["power at the target, at 0 V", [450, 200], { presentV: 0, stationMaxW: 45_000 }, 0, [450, 100]],
    ["hardly any power, at half a volt", [400, 100], { presentV: 0.5, stationMaxW: 0.25 }, 0, [400, 0.5]],
    ["no voltage: the one before", [0, 100], {}, 410, [410, 100]],
    ["hardly any voltage: the one before", [1e-6, 100], {}, 410, [410, 100]],
    ["a little voltage is one", [2e-6, 100], {}, 410, [2e-6, 100]],
    ["no voltage, and none before", [0, 100], { presentV: null }, 0, [0, 100]],
    ["no voltage, and little before", [0, 100], {}, 0.5, [0.5, 100]],
    ["power at half a volt between the poles", [450, 100], { presentV: 0.5, stationMaxW: 20 }, 0, [450, 40]],
    ["power at half a volt asked for", [0.5, 100], { presentV: null, stationMaxW: 20 }, 0, [0.5, 40]],
    ["the one before, within what it stands", [0, 100], {}, 600, [500, 100]],
    ["less than nothing", [-2, -2], {}, 0, [0, 0]],
    ["nothing offered", [400, 100], { stationMaxA: 0 }, 0, [400, 0]],
    ["no power offered", [400, 100], { stationMaxW: 0 }, 0, [400, 0]],
    ["a negative offer", [400, 100], { stationMaxA: -5, stationMaxW: -5 }, 0, [400, 0]],
  ];
  for (const [title, [voltageV, currentA], changed, lastV, [expectedV, expectedA]] of cases) {
    t.same(
      clampTarget(meantTarget({ voltageV, currentA }, lastV), { ...limits, ...changed }),
      { voltageV: expectedV, currentA: expectedA },
      title,
    );
  }
});

t.test("whatever is asked, nothing is exceeded", async () => {
  const any = fc.double({ min: -1e4, max: 1e4, noNaN: true });
  fc.assert(
    fc.property(any, any, any, any, any, any, any, (voltageV, currentA, maxV, maxA, stationA, stationW, presentV) => {
      const bounds = { vehicleMaxV: maxV, vehicleMaxA: maxA, stationMaxA: stationA, stationMaxW: stationW, presentV };
      const target = clampTarget({ voltageV, currentA }, bounds);
      const within = (value: number, limit: number): boolean => value >= 0 && value <= Math.max(0, limit) + 1e-9;
      const atV = presentV > 0 ? presentV : target.voltageV;
      return (
        within(target.voltageV, maxV) &&
        within(target.currentA, Math.min(maxA, stationA)) &&
        (atV <= 0 || within(target.currentA * atV, Math.max(0, stationW) + 1e-6))
      );
    }),
    { seed: 7 },
  );
});

t.test("the way to a target: 25 A/s up, 100 A/s down, limits at once", async (t) => {
  const cases: [title: string, lastA: number, targetA: number, mostA: number, afterMs: number, expectedA: number][] = [
    ["up", 0, 100, 200, 1000, 25],
    ["up, there", 90, 100, 200, 1000, 100],
    ["down", 100, 0, 200, 500, 50],
    ["down, there", 10, 0, 200, 1000, 0],
    ["no time", 50, 100, 200, 0, 50],
    ["a clock that goes back", 50, 100, 200, -1000, 50],
    ["a limit counts at once", 100, 100, 40, 1, 40],
    ["a limit below nothing", 100, 100, -5, 1, 0],
    ["a limit above the target", 100, 50, 90, 50, 90],
    ["there already", 50, 50, 200, 1000, 50],
  ];
  for (const [title, currentA, targetA, mostA, afterMs, expectedA] of cases) {
    t.equal(ramped({ currentA, atMs: 5000 }, targetA, mostA, 25, 5000 + afterMs), expectedA, title);
  }
});

t.test("what comes from the vehicle, within all limits", async (t) => {
  const given = { stationMaxA: 50, stationMaxW: 11_040, presentV: 400 };
  const cases: [
    title: string,
    asked: [voltageV: number, currentA: number],
    limits: Partial<DischargeLimits>,
    expectedA: number,
  ][] = [
    ["as asked", [300, -20], {}, -20],
    ["asked without a direction", [300, 20], {}, -20],
    ["the grid's power at the present voltage", [300, -30], {}, -27.6],
    ["the supply's current", [300, -60], { stationMaxW: 1e6 }, -50],
    ["the power at the voltage asked for, before there is one", [300, -60], { presentV: null }, -36.8],
    ["the same at 0 V", [300, -60], { presentV: 0 }, -36.8],
    ["the power at half a volt between the poles", [300, -60], { presentV: 0.5, stationMaxW: 20 }, -40],
    ["the power at half a volt asked for", [0.5, -60], { presentV: null, stationMaxW: 20 }, -40],
    ["an ampere", [300, -1], {}, -1],
    ["hardly any power, at half a volt", [300, -60], { presentV: 0.5, stationMaxW: 0.25 }, -0.5],
    ["no voltage at all", [0, -60], { presentV: null }, 0],
    ["nothing asked", [300, 0], {}, 0],
    ["no current taken", [300, -20], { stationMaxA: 0 }, 0],
    ["no power taken", [300, -20], { stationMaxW: 0 }, 0],
    ["limits with a sign", [300, -20], { stationMaxA: -50, stationMaxW: -1 }, 0],
  ];
  for (const [title, [voltageV, currentA], changed, expectedA] of cases) {
    t.same(clampDischarge({ voltageV, currentA }, { ...given, ...changed }), { voltageV, currentA: expectedA }, title);
  }
  const none = clampDischarge({ voltageV: 300, currentA: 0 }, { ...given, presentV: null });
  t.ok(Object.is(none.currentA, 0), "nothing has no direction");
});

t.test("from one direction to the other: down to nothing first, then up; limits at once", async (t) => {
  type Case = [
    title: string,
    lastA: number,
    targetA: number,
    leastA: number,
    mostA: number,
    afterMs: number,
    A: number,
  ];
  const cases: Case[] = [
    ["from the vehicle", 0, -100, -200, 0, 1000, -25],
    ["from the vehicle, there", -90, -100, -200, 0, 1000, -100],
    ["less of it", -100, -20, -200, 0, 500, -50],
    ["no more of it", -100, 0, -200, 0, 500, -50],
    ["to the other direction: no further than nothing", -10, 100, -200, 200, 1000, 0],
    ["on its way there", -100, 100, -200, 200, 500, -50],
    ["and back", 100, -100, -200, 200, 500, 50],
    ["then up", 0, 100, -200, 200, 1000, 25],
    ["what limits counts at once", -100, -100, -40, 0, 1, -40],
    ["nothing may come any more", -100, -100, 0, 0, 1, 0],
    ["the grid turns: nothing at once", 100, -100, -200, 0, 1, 0],
    ["towards the vehicle as before", 50, 100, 0, 200, 1000, 75],
    ["little towards the vehicle", 0, 0.5, -200, 200, 1000, 0.5],
    ["little from it", 0, -0.5, -200, 200, 1000, -0.5],
    ["from little towards the vehicle", 0.5, 100, -200, 200, 1000, 25.5],
    ["from little from it", -0.5, -100, -200, 200, 1000, -25.5],
  ];
  for (const [title, currentA, targetA, leastA, mostA, afterMs, expectedA] of cases) {
    const nextA = rampedBothWays({ currentA, atMs: 5000 }, targetA, { leastA, mostA }, 25, 5000 + afterMs);
    t.equal(nextA, expectedA, title);
  }
});
