import t from "tap";
import type { EnergyFlowRequest, Setpoint } from "../../../src/core/energy/flow.ts";
import { nodeLimits } from "../../../src/core/energy/node-limits.ts";
import { measuredFrequencyHz, powerAtFrequency } from "../../../src/core/energy/setpoint.ts";
import { entry, limits, node, wallMs } from "./tree.ts";

const reading = (frequencyHz: number) => ({
  timestamp: "2026-01-01T00:00:00Z",
  energy_Wh_import: { total: 0 },
  frequency_Hz: { L1: frequencyHz },
});

t.test("power by frequency", async (t) => {
  const table = [
    { frequency_Hz: 49.8, total_power_W: -4000 },
    { frequency_Hz: 50, total_power_W: 0 },
    { frequency_Hz: 50.5, total_power_W: 10_000 },
  ];
  // The reference leaves out the division by the distance of the rows: right for rows one hertz apart only.
  const cases: [frequencyHz: number, expectedW: number][] = [
    [49, -4000],
    [49.8, -4000],
    [49.9, -2000],
    [50, 0],
    [50.25, 5000],
    [50.4, 8000],
    [50.5, 10_000],
    [51, 10_000],
  ];
  for (const [frequencyHz, expectedW] of cases) {
    t.ok(Math.abs(powerAtFrequency(table, frequencyHz) - expectedW) < 1e-6, `${frequencyHz} Hz`);
  }
  t.equal(powerAtFrequency([], 50), 0);
  for (const frequencyHz of [49, 50, 51]) {
    t.equal(powerAtFrequency([{ frequency_Hz: 50, total_power_W: 700 }], frequencyHz), 700);
  }
});

t.test("where the frequency is measured", async (t) => {
  const tree = node("n", {}, []);
  t.equal(measuredFrequencyHz(tree), undefined);
  t.equal(measuredFrequencyHz({ ...tree, energy_usage_leaves: reading(49) }), 49);
  t.equal(measuredFrequencyHz({ ...tree, energy_usage_leaves: reading(49), energy_usage_root: reading(51) }), 51);
});

t.test("a target one way is a limit there and leaves nothing for the other", async (t) => {
  const table = [
    { frequency_Hz: 49, total_power_W: -3000 },
    { frequency_Hz: 51, total_power_W: 3000 },
  ];
  type Expected = [importA?: number, importW?: number, exportA?: number, exportW?: number];
  const cases: [Partial<Setpoint>, frequencyHz: number | undefined, Expected][] = [
    [{ ac_current_A: 10 }, undefined, [10, 9000, 0, 9000]],
    [{ ac_current_A: 20 }, undefined, [16, 9000, 0, 9000]],
    [{ ac_current_A: 0 }, undefined, [0, 9000, 0, 9000]],
    [{ ac_current_A: -10 }, undefined, [0, 9000, 10, 9000]],
    [{ total_power_W: 5000 }, undefined, [16, 5000, 16, 0]],
    [{ total_power_W: -5000 }, undefined, [16, 0, 16, 5000]],
    [{ total_power_W: -20_000 }, undefined, [16, 0, 16, 9000]],
    [{ frequency_table: table }, 50.5, [16, 1500, 16, 0]],
    [{ frequency_table: table }, 49.5, [16, 0, 16, 1500]],
    [{ frequency_table: table }, undefined, [16, 9000, 16, 9000]],
    [{ ac_current_A: 10, total_power_W: 1 }, undefined, [10, 9000, 0, 9000]],
    [{ total_power_W: 5000, frequency_table: table }, 49, [16, 5000, 16, 0]],
  ];
  for (const [setpoint, frequencyHz, expected] of cases) {
    const schedule = [entry(limits("n", { maxA: 16, maxW: 9000 }))];
    const tree: EnergyFlowRequest = {
      ...node("n", {}, []),
      schedule_import: schedule,
      schedule_export: schedule,
      schedule_setpoints: [{ timestamp: "2026-01-01T00:00:00Z", setpoint: { source: "s", priority: 0, ...setpoint } }],
      ...(frequencyHz !== undefined && { energy_usage_root: reading(frequencyHz) }),
    };
    const { importing, exporting } = nodeLimits(tree, wallMs);
    const title = `${JSON.stringify(setpoint)} at ${frequencyHz} Hz`;
    t.same(
      [importing.maxA, importing.maxW, exporting.maxA, exporting.maxW].map((limit) => limit?.value),
      expected,
      title,
    );
  }
});

t.test("a target where there was no limit", async (t) => {
  const tree = { ...node("n", {}, []), schedule_export: [entry({})] };
  const at = "2026-01-01T00:00:00Z";
  const { importing, exporting } = nodeLimits(
    { ...tree, schedule_setpoints: [{ timestamp: at, setpoint: { source: "s", priority: 0, ac_current_A: -8 } }] },
    wallMs,
  );
  t.same(importing, { maxA: { value: 0, source: "s" } });
  t.same(exporting, { maxA: { value: 8, source: "s" } });
});
