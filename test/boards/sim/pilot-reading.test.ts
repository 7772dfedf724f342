import t from "tap";
import type { PilotSource, PilotVoltages, VehicleLoad } from "../../../boards/sim/pilot-circuit.ts";
import { pilotVoltages } from "../../../boards/sim/pilot-circuit.ts";
import { letterOf, measured, readPilot, TwoEqualSamples } from "../../../boards/sim/pilot-reading.ts";
import type { PilotLetter } from "../../../src/core/board.ts";
import { seededRandom } from "../../../src/runtime/random.ts";

t.test("windows of ±1.1 V, edges included", async (t) => {
  const edges: [number, PilotLetter][] = [
    [13.1, "A"],
    [10.9, "A"],
    [10.1, "B"],
    [7.9, "B"],
    [7.1, "C"],
    [4.9, "C"],
    [4.1, "D"],
    [1.9, "D"],
    [1.1, "E"],
    [-1.1, "E"],
    [-10.9, "F"],
    [-13.1, "F"],
  ];
  for (const [voltageV, letter] of edges) t.equal(letterOf(voltageV, null), letter, `${voltageV} V`);
});

t.test("a gap keeps the letter of either neighbour and no other", async (t) => {
  const gaps: [number, string][] = [
    [13.2, "A"],
    [10.89, "AB"],
    [10.11, "AB"],
    [7.89, "BC"],
    [7.11, "BC"],
    [4.89, "CD"],
    [4.11, "CD"],
    [1.89, "DE"],
    [1.11, "DE"],
    [-1.11, "EF"],
    [-6, "EF"],
    [-10.89, "EF"],
    [-13.2, "F"],
  ];
  const letters: PilotLetter[] = ["A", "B", "C", "D", "E", "F"];
  for (const [voltageV, kept] of gaps) {
    for (const letter of letters) {
      t.equal(letterOf(voltageV, letter), kept.includes(letter) ? letter : null, `${voltageV} V from ${letter}`);
    }
    t.equal(letterOf(voltageV, null), null, `${voltageV} V from nothing`);
  }
});

const pwm: PilotSource = { mode: "pwm", dutyPercent: 50 };

t.test("every load is read as its letter by every source, with noise", async (t) => {
  const random = seededRandom(1, "noise");
  const loads: VehicleLoad[] = ["A", "B", "C", "D", "E"];
  for (let round = 0; round < 200; round++) {
    for (const load of loads) {
      for (const source of [{ mode: "X1" } as const, pwm]) {
        const voltages = measured(pilotVoltages(source, { load, diodeFailed: false }), random);
        const sample = readPilot(source, voltages, null);
        if (sample.letter !== load || sample.diodeFault) t.fail(`${source.mode} ${load}: ${JSON.stringify(voltages)}`);
      }
      if (load === "E") continue;
      const down = measured(pilotVoltages({ mode: "F" }, { load, diodeFailed: false }), random);
      if (readPilot({ mode: "F" }, down, null).letter !== "F") t.fail(`F ${load}: ${JSON.stringify(down)}`);
    }
  }
});

t.test("the low half tells faults apart", async (t) => {
  const read = (highV: number, lowV: number) => readPilot(pwm, { highV, lowV }, "C");
  t.same(read(6, -12), { letter: "C", diodeFault: false });
  t.same(read(6, -10.9), { letter: "C", diodeFault: false }, "inside the window of -12 V");
  t.same(read(6, -6), { letter: "C", diodeFault: true }, "mirrored");
  t.same(read(6, -7.1), { letter: "C", diodeFault: true }, "mirrored within 1.1 V");
  t.same(read(6, -8), { letter: null, diodeFault: false }, "neither -12 V nor mirrored");
  t.same(read(0, 0), { letter: "E", diodeFault: false });
  t.same(read(0, -12), { letter: null, diodeFault: false }, "a short would hold both halves");
  t.same(read(12, -12), { letter: "A", diodeFault: false }, "an open wire mirrors by nature");
});

t.test("a missing diode shows while PWM runs and while the wire is held at F, not with X1", async (t) => {
  for (const load of ["B", "C", "D"] as const) {
    const vehicle = { load, diodeFailed: true };
    const read = (source: PilotSource) => readPilot(source, pilotVoltages(source, vehicle), null);
    t.same(read(pwm), { letter: load, diodeFault: true });
    t.same(read({ mode: "F" }), { letter: "F", diodeFault: true });
    t.same(read({ mode: "X1" }), { letter: load, diodeFault: false });
  }
});

t.test("noise stays within one percent", async (t) => {
  const random = seededRandom(2, "noise");
  const exact: PilotVoltages = { highV: 9, lowV: -12 };
  for (let round = 0; round < 1000; round++) {
    const { highV, lowV } = measured(exact, random);
    if (Math.abs(highV - 9) > 0.09 || Math.abs(lowV + 12) > 0.12) t.fail(`${highV} ${lowV}`);
  }
});

t.test("the second equal sample confirms the first", async (t) => {
  const samples = new TwoEqualSamples();
  const b = { letter: "B", diodeFault: false } as const;
  t.notOk(samples.confirms(b));
  t.ok(samples.confirms(b));
  t.notOk(samples.confirms({ letter: "C", diodeFault: false }));
  t.notOk(samples.confirms({ letter: "C", diodeFault: true }), "the same letter with a fault is another sample");
  t.notOk(samples.confirms({ letter: null, diodeFault: false }));
  t.ok(samples.confirms({ letter: null, diodeFault: false }));
  samples.restart();
  t.notOk(samples.confirms({ letter: null, diodeFault: false }));
});
