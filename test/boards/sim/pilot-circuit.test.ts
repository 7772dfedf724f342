import t from "tap";
import type { PilotSource, VehicleLoad } from "../../../boards/sim/pilot-circuit.ts";
import { pilotVoltages } from "../../../boards/sim/pilot-circuit.ts";

const sources: Record<string, PilotSource> = {
  X1: { mode: "X1" },
  pwm: { mode: "pwm", dutyPercent: 26.7 },
  F: { mode: "F" },
  E: { mode: "E" },
};

/** Source, load, diode failed, high and low volts: worked out by hand from Ohm's law. */
const table: [string, VehicleLoad, boolean, number, number][] = [
  ["X1", "A", false, 12, 12],
  ["X1", "B", false, 8.98, 8.98],
  ["X1", "C", false, 5.99, 5.99],
  ["X1", "D", false, 2.93, 2.93],
  ["X1", "E", false, 0, 0],
  ["pwm", "A", false, 12, -12],
  ["pwm", "B", false, 8.98, -12],
  ["pwm", "C", false, 5.99, -12],
  ["pwm", "D", false, 2.93, -12],
  ["pwm", "E", false, 0, 0],
  ["pwm", "A", true, 12, -12],
  ["pwm", "B", true, 8.79, -8.79],
  ["pwm", "C", true, 5.62, -5.62],
  ["pwm", "D", true, 2.37, -2.37],
  ["X1", "C", true, 5.62, 5.62],
  ["F", "A", false, -12, -12],
  ["F", "B", false, -12, -12],
  ["F", "C", false, -12, -12],
  ["F", "D", false, -12, -12],
  ["F", "E", false, 0, 0],
  ["F", "B", true, -8.79, -8.79],
  ["F", "C", true, -5.62, -5.62],
  ["F", "D", true, -2.37, -2.37],
  ["E", "A", false, 0, 0],
  ["E", "B", false, 0, 0],
  ["E", "C", true, 0, 0],
];

for (const [source, load, diodeFailed, highV, lowV] of table) {
  t.test(`${source}, load ${load}${diodeFailed ? " without diode" : ""}`, async (t) => {
    const voltages = pilotVoltages(sources[source] ?? { mode: "E" }, { load, diodeFailed });
    t.match(
      { highV: voltages.highV.toFixed(2), lowV: voltages.lowV.toFixed(2) },
      { highV: highV.toFixed(2), lowV: lowV.toFixed(2) },
    );
  });
}

t.test("a forced voltage above 0 V replaces the high half, any other one both", async (t) => {
  const vehicle = { load: "B", diodeFailed: false } as const;
  const pwm = { mode: "pwm", dutyPercent: 50 } as const;
  t.same(pilotVoltages(pwm, vehicle, 6), { highV: 6, lowV: -12 });
  t.same(pilotVoltages(pwm, vehicle, 0), { highV: 0, lowV: 0 });
  t.same(pilotVoltages(pwm, vehicle, -12), { highV: -12, lowV: -12 });
  t.same(pilotVoltages({ mode: "X1" }, vehicle, 7.5), { highV: 7.5, lowV: 7.5 });
});
