import t from "tap";
import { manifest as circuitManifest } from "../../../boards/sim/dc-circuit/manifest.ts";
import { create as createCircuit } from "../../../boards/sim/dc-circuit/module.ts";
import { manifest } from "../../../boards/sim/dc-supply-simulator/manifest.ts";
import { create } from "../../../boards/sim/dc-supply-simulator/module.ts";
import { create as createBoard } from "../../../boards/sim/yeti-simulator/driver.ts";
import { manifest as boardManifest } from "../../../boards/sim/yeti-simulator/manifest.ts";
import type { VoltageCurrent } from "../../../src/core/dc/power-supply.ts";
import type { Powermeter } from "../../../src/core/powermeter.ts";
import { dcBench } from "./dc-bench.ts";

function supply(config: Readonly<Record<string, number | boolean>> = {}) {
  const world = dcBench({
    board: { manifest: boardManifest, create: createBoard, config: { connector_id: 1 } },
    circuit: { manifest: circuitManifest, create: createCircuit, wires: { board: "board/board_support" } },
    psu: { manifest, create, implementations: { main: config }, wires: { dc_circuit: "circuit/circuit" } },
  });
  const output = world.heard<VoltageCurrent>("psu/main", "voltage_current");
  const modes = world.heard<string>("psu/main", "mode");
  const capabilities = world.heard<Record<string, unknown>>("psu/main", "capabilities");
  const meter = world.heard<Powermeter>("psu/powermeter", "powermeter");
  world.ready();
  const mode = (name: string, phase = "Other") => world.command("psu/main", "setMode", { mode: name, phase });
  const set = (voltage: number, current: number) =>
    world.command("psu/main", "setExportVoltageCurrent", { voltage, current });
  const closed = (value: boolean) =>
    world.publish("board/board_support", "event", { event: value ? "PowerOn" : "PowerOff" });
  const battery = (voltageV: number | null, ohm = 0.1) =>
    world.command("circuit/circuit", "connect_battery", { battery: voltageV === null ? null : { voltageV, ohm } });
  const last = () => output.at(-1)?.[1];
  return { ...world, output, modes, capabilities, meter, mode, set, closed, battery, last };
}

t.test("tells what it can before anything else", async (t) => {
  const { capabilities, until } = supply({ max_current: 100, min_voltage: 150, bidirectional: false });
  until(10);
  t.match(capabilities[0]?.[1], {
    bidirectional: false,
    max_export_voltage_V: 900,
    min_export_voltage_V: 150,
    max_export_current_A: 100,
    min_export_current_A: 1,
    max_export_power_W: 150_000,
    current_regulation_tolerance_A: 2,
    peak_current_ripple_A: 2,
    conversion_efficiency_export: 0.9,
    conversion_efficiency_import: 0.85,
  });
});

t.test("ramps its output, four readings a second, nothing before it is on", async (t) => {
  const { until, set, mode, output, modes } = supply();
  set(400, 2);
  until(500);
  t.same(output.at(-1), [500, { voltage_V: 0, current_A: 0 }], "a setpoint alone does nothing");
  mode("Export", "CableCheck");
  until(1500);
  t.same(output.slice(-4), [
    [750, { voltage_V: 125, current_A: 0 }],
    [1000, { voltage_V: 250, current_A: 0 }],
    [1250, { voltage_V: 375, current_A: 0 }],
    [1500, { voltage_V: 400, current_A: 0 }],
  ]);
  mode("Off");
  until(2500);
  t.ok((output.at(-1)?.[1].voltage_V ?? 0) < 60, "below 60 V one second after it went off");
  t.same(modes, [
    [0, "Off"],
    [500, "Export"],
    [1500, "Off"],
  ]);
});

t.test("keeps every setpoint within what it can", async (t) => {
  const { until, set, mode, last, battery, closed } = supply({ max_voltage: 500, max_current: 50, max_power: 10_000 });
  mode("Export");
  set(48, 2);
  until(2000);
  t.same(last(), { voltage_V: 200, current_A: 0 }, "it cannot put out less");
  set(1000, 500);
  until(4000);
  t.same(last(), { voltage_V: 500, current_A: 0 });
  closed(true);
  battery(450, 0);
  until(6000);
  t.same(last(), { voltage_V: 450, current_A: 22.22 }, "10 kW");
  set(500, 0);
  until(8000);
  t.same(last(), { voltage_V: 450, current_A: 1 }, "and not less than one ampere");
});

t.test("its current is gone in the turn of Off", async (t) => {
  const { until, set, mode, battery, closed, command, meter } = supply();
  set(400, 100);
  mode("Export");
  until(2000);
  closed(true);
  battery(380);
  until(60_000);
  t.match(meter.at(-1)?.[1], {
    meter_id: "DC_POWERMETER",
    current_A: { DC: 100 },
    voltage_V: { DC: 390 },
    power_W: { total: 39_000 },
  });
  mode("Off");
  t.match(command("circuit/circuit", "read"), { currentA: 0 });
  until(120_000);
  // 9666.67 Ws in the half second of the ramp, then 39 kW for 57.5 s.
  t.equal(meter.at(-1)?.[1].energy_Wh_import.total, 625.6);
});

t.test("a meter without signature takes no transactions", async (t) => {
  const { command } = supply();
  t.same(command("psu/powermeter", "stop_transaction", { transaction_id: "" }), { status: "NOT_SUPPORTED" });
});

t.test("feeds back, with a negative current", async (t) => {
  const { until, mode, battery, closed, command, last, meter } = supply();
  closed(true);
  battery(400);
  command("psu/main", "setImportVoltageCurrent", { voltage: 300, current: 50 });
  mode("Import", "Charging");
  until(60_000);
  t.same(last(), { voltage_V: 395, current_A: -50 });
  t.ok((meter.at(-1)?.[1].energy_Wh_export?.total ?? 0) > 320);
  t.equal(meter.at(-1)?.[1].energy_Wh_import.total, 0);
});

t.test("a fault takes the output away, and mode and setpoint come back with its end", async (t) => {
  const { until, set, mode, sim, modes, last, faults } = supply();
  set(400, 20);
  mode("Export");
  until(2000);
  sim("psu", "fault", { type: "OverTemperature" });
  set(300, 20);
  until(4000);
  t.ok((last()?.voltage_V ?? 0) < 60);
  sim("psu", "fault", { type: "OverTemperature", value: false });
  until(6000);
  t.equal(last()?.voltage_V, 300);
  t.same(
    modes.map(([, name]) => name),
    ["Off", "Export", "Fault", "Export"],
  );
  sim("psu", "fault", { type: "VendorWarning" });
  until(8000);
  t.equal(last()?.voltage_V, 300, "a warning stops nothing");
  t.same(faults, [
    "2000 raise OverTemperature High",
    "4000 clear OverTemperature High",
    "6000 raise VendorWarning Low",
  ]);
});

t.test("a supply that nobody reaches is silent and goes off within a second", async (t) => {
  const { until, set, mode, sim, output, command, faults } = supply();
  set(400, 20);
  mode("Export");
  until(2000);
  sim("psu", "fault", { type: "CommunicationFault" });
  const told = output.length;
  mode("Off");
  until(2990);
  t.match(command("circuit/circuit", "read"), { supplyV: 400 }, "it did not hear that");
  until(4000);
  t.ok((command("circuit/circuit", "read") as { supplyV: number }).supplyV < 60);
  t.equal(output.length, told);
  mode("Export");
  sim("psu", "fault", { type: "CommunicationFault", value: false });
  until(6000);
  t.equal(output.at(-1)?.[1].voltage_V, 400);
  t.same(faults, ["2000 raise CommunicationFault High", "4000 clear CommunicationFault High"]);
});

t.test("what a scenario can do to it", async (t) => {
  const { until, set, mode, sim, last, output, capabilities } = supply();
  sim("psu", "set_ramp", { value: 100 });
  set(400, 20);
  mode("Export");
  until(1000);
  t.equal(last()?.voltage_V, 100);
  sim("psu", "set_ramp", { value: 1e6 });
  sim("psu", "set_voltage_error", { value: 120 });
  until(2000);
  t.equal(last()?.voltage_V, 520);
  sim("psu", "set_voltage_error", { value: 0 });
  sim("psu", "set_measurement_error", { value: -7 });
  until(3000);
  t.equal(last()?.voltage_V, 393);
  sim("psu", "freeze");
  set(200, 20);
  until(4000);
  t.equal(last()?.voltage_V, 393);
  sim("psu", "silence");
  const told = output.length;
  until(5000);
  t.equal(output.length, told);
  sim("psu", "set_capabilities", { max_current_A: 30 });
  t.match(capabilities.at(-1)?.[1], { max_export_current_A: 30, max_export_power_W: 150_000 });
  sim("psu", "set_capabilities");
  t.match(capabilities.at(-1)?.[1], { max_export_current_A: 200 });
});
