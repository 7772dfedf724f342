import t from "tap";
import type { Source } from "../../../boards/sim/dc-circuit/circuit.ts";
import { DcCircuit } from "../../../boards/sim/dc-circuit/circuit.ts";

const exporting = (change: Partial<Source> = {}): Source => ({
  mode: "export",
  voltageV: 400,
  currentA: 20,
  powerW: 150_000,
  voltsPerSecond: 500,
  amperesPerSecond: 200,
  errorV: 0,
  ...change,
});
const off = exporting({ mode: "off" });
const battery = { voltageV: 380, ohm: 0.1 };

/** Volts at the supply, volts at the inlet, ampere; rounded to a tenth. */
const shown = (circuit: DcCircuit, nowMs: number) => {
  const { supplyV, inletV, currentA } = circuit.read(nowMs);
  return [supplyV, inletV, currentA].map((value) => Math.round(value * 10) / 10);
};

t.test("an output without load ramps up and down, and discharges when it is off", async (t) => {
  const circuit = new DcCircuit(0);
  circuit.setSource(exporting(), 0);
  t.same(shown(circuit, 400), [200, 0, 0]);
  t.equal(circuit.settlesAtMs(), 800);
  t.same(shown(circuit, 900), [400, 0, 0], "no current with the contactor open, whatever the limit");
  circuit.setSource(exporting({ voltageV: 300 }), 1000);
  t.same(shown(circuit, 1100), [350, 0, 0]);
  circuit.setSource(exporting(), 1100);
  circuit.setSource(off, 2000);
  t.same(shown(circuit, 2200), [147.2, 0, 0], "a third after one time constant");
  t.same(shown(circuit, 2400), [54.1, 0, 0]);
});

t.test("the inlet follows the closed contactor, and loses its voltage within a second of the opening", async (t) => {
  const circuit = new DcCircuit(0);
  circuit.setSource(exporting({ voltageV: 1000, voltsPerSecond: 10_000 }), 0);
  circuit.setContactor(true, 0);
  t.same(shown(circuit, 1000), [1000, 1000, 0]);
  circuit.setContactor(false, 1000);
  t.same(shown(circuit, 2000), [1000, 6.7, 0]);
});

t.test("a battery holds the voltage and takes what the supply lets through, within every limit", async (t) => {
  const connected = (source: Source): DcCircuit => {
    const circuit = new DcCircuit(0);
    circuit.setContactor(true, 0);
    circuit.setBattery(battery, 0);
    circuit.setSource(source, 0);
    return circuit;
  };
  const byCurrent = connected(exporting());
  t.same(shown(byCurrent, 50), [381, 381, 10], "the current has a ramp");
  t.same(shown(byCurrent, 1000), [382, 382, 20]);
  t.same(shown(connected(exporting({ voltageV: 381 })), 1000), [381, 381, 10], "constant voltage");
  t.same(shown(connected(exporting({ powerW: 3810 })), 1000), [381, 381, 10], "constant power");
  t.same(shown(connected(exporting({ voltageV: 300 })), 1000), [380, 380, 0], "no way back through a rectifier");
  t.same(shown(connected(exporting({ mode: "import", voltageV: 300 })), 1000), [378, 378, -20]);
  t.same(shown(connected(exporting({ errorV: 100 })), 1000), [482, 482, 20], "a regulation that has failed");
  byCurrent.setSource(off, 2000);
  t.same(shown(byCurrent, 2000), [380, 380, 0], "off takes the current away at once");
});

t.test("energy is exact whenever it is read, in both directions", async (t) => {
  const circuit = new DcCircuit(0);
  circuit.setContactor(true, 0);
  circuit.setBattery({ voltageV: 400, ohm: 0 }, 0);
  circuit.setSource(exporting({ voltageV: 500, amperesPerSecond: 10 }), 0);
  // Two seconds of ramp to 20 A carry 400 V * 10 A * 2 s, an hour less two seconds 400 V * 20 A.
  const expectedWh = (400 * 10 * 2 + 400 * 20 * 3598) / 3600;
  t.ok(Math.abs(circuit.read(3_600_000).exportedWh - expectedWh) < 1e-6);
  circuit.setSource(exporting({ mode: "import", voltageV: 300, amperesPerSecond: 1e6 }), 3_600_000);
  t.ok(Math.abs(circuit.read(7_200_000).importedWh - 8000) < 0.1);
  t.ok(Math.abs(circuit.read(7_200_000).exportedWh - expectedWh) < 1e-6);
});

t.test("tells the difference a contactor closes into", async (t) => {
  const circuit = new DcCircuit(0);
  circuit.setSource(exporting({ voltsPerSecond: 1e6 }), 0);
  circuit.setBattery(battery, 10);
  t.equal(circuit.setContactor(true, 100), 20);
  t.equal(circuit.setContactor(true, 200), 0, "it is closed already");
  const other = new DcCircuit(0);
  t.equal(other.setContactor(true, 0), 0);
  t.equal(other.setBattery(battery, 0), 380);
});
