import t from "tap";
import { manifest as circuitManifest } from "../../../boards/sim/dc-circuit/manifest.ts";
import { create as createCircuit } from "../../../boards/sim/dc-circuit/module.ts";
import { manifest as imdManifest } from "../../../boards/sim/imd-simulator/manifest.ts";
import { create as createImd } from "../../../boards/sim/imd-simulator/module.ts";
import { manifest as ovmManifest } from "../../../boards/sim/ovm-simulator/manifest.ts";
import { create as createOvm } from "../../../boards/sim/ovm-simulator/module.ts";
import type { Watch } from "../../../boards/sim/ovm-simulator/over-voltage-watch.ts";
import { judge, judgeAgainAtMs, watching } from "../../../boards/sim/ovm-simulator/over-voltage-watch.ts";
import type { IsolationMeasurement } from "../../../src/core/dc/isolation.ts";
import { dcBench } from "./dc-bench.ts";

function monitors(
  imd: Readonly<Record<string, number | boolean>> = {},
  ovm: Readonly<Record<string, number | boolean>> = {},
) {
  const wires = { dc_circuit: "circuit/circuit" };
  const world = dcBench({
    circuit: { manifest: circuitManifest, create: createCircuit },
    imd: { manifest: imdManifest, create: createImd, implementations: { main: imd }, wires },
    ovm: { manifest: ovmManifest, create: createOvm, implementations: { main: ovm }, wires },
  });
  const isolation = world.heard<IsolationMeasurement>("imd/main", "isolation_measurement");
  const results = world.heard<boolean>("imd/main", "self_test_result");
  const volts = world.heard<number>("ovm/main", "voltage_measurement_V");
  world.ready();
  const output = (voltageV: number, mode = "export") =>
    world.command("circuit/circuit", "drive", {
      source: { mode, voltageV, currentA: 10, powerW: 1e5, voltsPerSecond: 1e6, amperesPerSecond: 1e3, errorV: 0 },
    });
  const limits = (emergency: number, error: number) =>
    world.command("ovm/main", "set_limits", {
      emergency_over_voltage_limit_V: emergency,
      error_over_voltage_limit_V: error,
    });
  return { ...world, isolation, results, volts, output, limits };
}

t.test("isolation: the first sample comes at once, the others with the interval, none after stop", async (t) => {
  const { until, command, isolation } = monitors({ interval: 500 });
  until(1000);
  t.same(isolation, []);
  command("imd/main", "start");
  command("imd/main", "start");
  until(2100);
  t.same(
    isolation.map(([atMs]) => atMs),
    [1020, 1520, 2020],
  );
  command("imd/main", "stop");
  until(5000);
  t.equal(isolation.length, 3);
});

t.test("isolation: both poles stand where the voltage puts them", async (t) => {
  const { until, command, isolation, output, sim } = monitors();
  output(400);
  command("imd/main", "start");
  until(500);
  sim("imd", "set_resistance", { value: 99_999 });
  sim("imd", "set_pole_share", { value: 1.25 });
  until(1500);
  t.same(
    isolation.map(([, value]) => value),
    [
      { resistance_F_Ohm: 900_000, voltage_V: 400, voltage_to_earth_l1e_V: 200, voltage_to_earth_l2e_V: -200 },
      { resistance_F_Ohm: 99_999, voltage_V: 400, voltage_to_earth_l1e_V: 500, voltage_to_earth_l2e_V: 100 },
    ],
  );
});

t.test("isolation: a self test takes three seconds and ends as configured, or as a scenario says", async (t) => {
  const { until, command, results, sim } = monitors({ selftest_success: false });
  const test = () => command("imd/main", "start_self_test", { test_voltage_V: 400 });
  test();
  until(10_000);
  sim("imd", "set_self_test", { duration_s: 20 });
  test();
  until(40_000);
  sim("imd", "set_self_test", { success: null });
  test();
  until(100_000);
  t.same(results, [
    [3000, false],
    [30_000, true],
  ]);
});

t.test("isolation: a device with a fault measures nothing", async (t) => {
  const { until, command, isolation, sim, faults } = monitors();
  command("imd/main", "start");
  sim("imd", "fault", { type: "DeviceFault" });
  until(3000);
  t.same(isolation, []);
  sim("imd", "fault", { type: "DeviceFault", value: false });
  sim("imd", "freeze");
  sim("imd", "set_resistance", { value: 1 });
  until(4000);
  t.equal(isolation.at(-1)?.[1].resistance_F_Ohm, 900_000);
  sim("imd", "silence");
  until(9000);
  t.equal(isolation.length, 1);
  t.same(faults, ["0 raise DeviceFault High", "3000 clear DeviceFault High"]);
});

t.test("over-voltage: each limit counts when it is reached, and not for less than its duration", async (t) => {
  const limits = { emergencyV: 550, errorV: 500 };
  const after = (...samples: readonly (readonly [ms: number, volts: number])[]): Watch =>
    samples.reduce((watch, [ms, volts]) => judge(watch, limits, volts, ms), watching);
  t.equal(after([0, 500], [399, 500]).verdict, "fine");
  t.equal(after([0, 500], [400, 500]).verdict, "error");
  t.equal(after([0, 499.9], [400, 499.9]).verdict, "fine");
  t.equal(after([0, 500], [200, 499.9], [400, 500], [799, 500]).verdict, "fine", "a dip begins it anew");
  t.equal(after([0, 549.9], [9, 549.9]).verdict, "fine");
  t.equal(after([0, 550], [8, 550]).verdict, "fine");
  t.equal(after([0, 550], [9, 550]).verdict, "emergency");
  t.equal(after([0, 500], [400, 500], [2899, 500]).verdict, "error");
  t.equal(after([0, 500], [400, 500], [2900, 500]).verdict, "emergency", "nobody switched off");
  t.equal(after([0, 500], [400, 500], [2000, 499.9], [5000, 499.9]).verdict, "error", "it does not clear itself");
  t.equal(judgeAgainAtMs(after([0, 100])), null);
  t.equal(judgeAgainAtMs(after([100, 560])), 109);
  t.equal(judgeAgainAtMs(after([100, 510])), 500);
  t.equal(judgeAgainAtMs(after([0, 510], [400, 510])), 2900);
  t.equal(judgeAgainAtMs(after([0, 560], [9, 560])), null);
});

t.test("over-voltage: stands from the millisecond it is due until the reset", async (t) => {
  const { until, command, output, limits, faults } = monitors();
  limits(550, 420);
  command("ovm/main", "start");
  output(430);
  until(1000);
  command("ovm/main", "stop");
  output(0, "off");
  until(2000);
  t.same(faults, ["401 raise MREC5OverVoltage Medium"]);
  command("ovm/main", "reset_over_voltage_error");
  output(600);
  until(3000);
  t.equal(faults.length, 2, "a reset monitor watches nothing");
  command("ovm/main", "start");
  until(4000);
  t.same(faults.slice(1), ["2000 clear MREC5OverVoltage Medium", "3009 raise MREC5OverVoltage High"]);
});

t.test("over-voltage: an error shutdown that helps nothing becomes an emergency", async (t) => {
  const { until, command, output, limits, faults } = monitors();
  limits(550, 420);
  command("ovm/main", "start");
  output(430);
  until(5000);
  t.same(faults, ["401 raise MREC5OverVoltage Medium", "2901 raise MREC5OverVoltage High"]);
  command("ovm/main", "reset_over_voltage_error");
  t.equal(faults.length, 4, "both are cleared");
});

t.test("over-voltage: tells often what it sees, more often while it moves", async (t) => {
  const { until, command, output, volts, sim } = monitors();
  output(400);
  command("ovm/main", "start");
  until(1000);
  t.same(volts.slice(-2), [
    [801, 400],
    [901, 400],
  ]);
  sim("ovm", "set_over_voltage_measurement_V", { value: 777 });
  t.same(volts.at(-1), [1000, 777]);
  sim("ovm", "set_over_voltage_measurement_V", { value: null });
  sim("ovm", "freeze");
  output(300);
  until(2000);
  t.equal(volts.at(-1)?.[1], 400);
  sim("ovm", "silence");
  const told = volts.length;
  until(3000);
  t.equal(volts.length, told);
});

t.test("over-voltage: the shutdowns of its configuration, and none after a stop", async (t) => {
  const emergency = monitors({}, { simulate_emergency_shutdown: true });
  emergency.command("ovm/main", "start");
  emergency.until(10_000);
  t.same(emergency.faults, ["5000 raise MREC5OverVoltage High"]);
  const stopped = monitors({}, { simulate_error_shutdown: true, simulate_error_delay: 2 });
  stopped.command("ovm/main", "start");
  stopped.until(1000);
  stopped.command("ovm/main", "stop");
  stopped.until(10_000);
  t.same(stopped.faults, []);
  stopped.command("ovm/main", "start");
  stopped.until(20_000);
  t.same(stopped.faults, ["12000 raise MREC5OverVoltage Medium"]);
});
