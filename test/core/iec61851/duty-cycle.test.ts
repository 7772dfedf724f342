import t from "tap";
import {
  ampereForDuty,
  digitalCommunicationDuty,
  dutyForAmpere,
  isPowerAvailable,
} from "../../../src/core/iec61851/duty-cycle.ts";

const closeTo = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;

t.test("ampere to duty cycle, each boundary and a step to each side", async (t) => {
  // [ampere, duty cycle in percent, power available]
  const rows: [number, number, boolean][] = [
    [Number.NaN, 100, false],
    [Number.NEGATIVE_INFINITY, 100, false],
    [-16, 100, false],
    [0, 100, false],
    [5, 100, false],
    [5.89, 100, false],
    // No PWM is needed at exactly 5.9 A for want of power, though its duty cycle is that of 6 A.
    [5.9, 10, false],
    [5.91, 10, true],
    [6, 10, true],
    [6.09, 10, true],
    [6.1, 10, true],
    [6.12, 10.2, true],
    [6.6, 11, true],
    [10, 16.666666666666668, true],
    [13, 21.666666666666668, true],
    [16, 26.666666666666668, true],
    [20, 33.333333333333336, true],
    [25, 41.666666666666664, true],
    [32, 53.333333333333336, true],
    [50.4, 84, true],
    [51, 85, true],
    // No duty cycle stands for 51 to 52.5 A: the lower one is offered.
    [51.1, 85, true],
    [52, 85, true],
    [52.4, 85, true],
    [52.5, 85, true],
    [52.6, 85.04, true],
    [55, 86, true],
    [63, 89.2, true],
    [70, 92, true],
    [79.9, 95.96, true],
    [80, 96, true],
    [80.01, 97, true],
    [80.1, 97, true],
    [80.2, 100, true],
    [200, 100, true],
    [Number.POSITIVE_INFINITY, 100, true],
  ];
  for (const [ampere, percent, isAvailable] of rows) {
    const duty = dutyForAmpere(ampere);
    t.ok(closeTo(duty * 100, percent), `${ampere} A: ${duty * 100} %, not ${percent} %`);
    t.equal(isPowerAvailable(ampere), isAvailable, `${ampere} A is ${isAvailable ? "" : "not "}available`);
  }
});

t.test("digital communication is asked for with 5 %", async (t) => {
  t.equal(digitalCommunicationDuty, 0.05);
});

t.test("duty cycle to ampere, each boundary and a step to each side", async (t) => {
  // [duty cycle in percent, ampere]: IEC 61851-1:2017 table A.8
  const rows: [number, number][] = [
    [0, 0],
    [2, 0],
    [3, 0],
    [5, 0],
    [7, 0],
    [7.9, 0],
    [8, 6],
    [9.9, 6],
    [10, 6],
    [10.1, 6.06],
    [26.6666666667, 16],
    [50, 30],
    [84.9, 50.94],
    [85, 51],
    [85.1, 52.75],
    [90, 65],
    [95.9, 79.75],
    [96, 80],
    [96.1, 80],
    [97, 80],
    [97.1, 0],
    [100, 0],
  ];
  for (const [percent, ampere] of rows) {
    const got = ampereForDuty(percent / 100);
    t.ok(closeTo(got, ampere), `${percent} %: ${got} A, not ${ampere} A`);
  }
});

t.test("what is offered is never more than what was asked for", async (t) => {
  for (let tenths = 60; tenths <= 800; tenths += 1) {
    const ampere = tenths / 10;
    t.ok(ampereForDuty(dutyForAmpere(ampere)) <= ampere + 1e-9, `${ampere} A`);
  }
});
