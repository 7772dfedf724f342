import fc from "fast-check";
import t from "tap";
import { AcMeter, sumOf } from "../../../boards/sim/ac-meter.ts";

const stiff = { voltageV: 230, lineOhm: 0 };
const nothing = { L1: 0, L2: 0, L3: 0 };
const threeTimes16 = { L1: 16, L2: 16, L3: 16 };

t.test("11.04 kW for 30 s is 92 Wh, whenever it is read", async (t) => {
  const meter = new AcMeter(stiff, 0);
  meter.setLoad(threeTimes16, 1234.5);
  for (let atMs = 1500; atMs < 31_234; atMs += 750) meter.read(atMs);
  meter.setLoad(nothing, 31_234.5);
  t.equal(sumOf(meter.read(60_000).energyWh).toFixed(6), "92.000000");
});

t.test("the line takes half a volt an ampere", async (t) => {
  const meter = new AcMeter({ voltageV: 230, lineOhm: 0.5 }, 0);
  meter.setLoad({ L1: 16, L2: 0, L3: 0 }, 0);
  t.same(meter.read(3_600_000), {
    energyWh: { L1: 3552, L2: 0, L3: 0 },
    powerW: { L1: 3552, L2: 0, L3: 0 },
    voltageV: { L1: 222, L2: 230, L3: 230 },
    currentA: { L1: 16, L2: 0, L3: 0 },
  });
});

t.test("reset counts from zero and keeps the load", async (t) => {
  const meter = new AcMeter(stiff, 0);
  meter.setLoad({ L1: 10, L2: 0, L3: 0 }, 0);
  meter.reset(3_600_000);
  t.equal(meter.read(3_600_000).energyWh.L1, 0);
  t.equal(meter.read(7_200_000).energyWh.L1, 2300);
});

t.test("a month of reading every 750 ms does not drift", async (t) => {
  const meter = new AcMeter(stiff, 0);
  meter.setLoad(threeTimes16, 0);
  const hours = 30 * 24;
  for (let atMs = 0; atMs <= hours * 3_600_000; atMs += 750) meter.read(atMs);
  t.ok(Math.abs(sumOf(meter.read(hours * 3_600_000).energyWh) - 11_040 * hours) < 0.01);
});

t.test("reading changes nothing, and energy never falls", async () => {
  const step = fc.record({ afterMs: fc.nat(100_000), currentA: fc.nat(32), reads: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const read = new AcMeter(stiff, 0);
      const unread = new AcMeter(stiff, 0);
      let nowMs = 0;
      let lastWh = 0;
      for (const { afterMs, currentA, reads } of steps) {
        for (let index = 1; index <= reads; index++) {
          const energyWh = sumOf(read.read(nowMs + (afterMs * index) / (reads + 1)).energyWh);
          if (energyWh < lastWh) return false;
          lastWh = energyWh;
        }
        nowMs += afterMs;
        const load = { L1: currentA, L2: 0, L3: currentA };
        read.setLoad(load, nowMs);
        unread.setLoad(load, nowMs);
      }
      return Math.abs(sumOf(read.read(nowMs).energyWh) - sumOf(unread.read(nowMs).energyWh)) < 1e-6;
    }),
  );
});
