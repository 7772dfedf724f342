import t from "tap";
import { currentOfDuty, drawnCurrentA } from "../../../boards/sim/vehicle-current.ts";

t.test("duty cycle to ampere", async (t) => {
  const table: [number, number][] = [
    [0, 0],
    [5, 0],
    [7.9, 0],
    [8, 4.8],
    [10, 6],
    [80, 48],
    [85, 52.5],
    [90, 65],
    [95.9, 79.75],
    [96, 80],
    [96.9, 80],
    [97, 0],
    [100, 0],
  ];
  for (const [duty, currentA] of table) t.equal(currentOfDuty(duty).toFixed(2), currentA.toFixed(2), `${duty} %`);
});

t.test("regulated takes the lesser of wish and grant, fixed takes its wish", async (t) => {
  t.equal(drawnCurrentA(26.7, 32, false).toFixed(2), "16.02");
  t.equal(drawnCurrentA(26.7, 10, false), 10);
  t.equal(drawnCurrentA(5, 20, false), 20);
  t.equal(drawnCurrentA(2.9, 20, false), 0);
  t.equal(drawnCurrentA(7.1, 20, false), 0);
  t.equal(drawnCurrentA(100, 20, false), 0);
  t.equal(drawnCurrentA(100, 20, true), 20);
});
