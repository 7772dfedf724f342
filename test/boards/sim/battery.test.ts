import t from "tap";
import { Battery } from "../../../boards/sim/ev-manager/battery.ts";

t.test("charges, stops at full, and is exact whenever it is read", async (t) => {
  const battery = new Battery(60_000, 30, 0);
  battery.setPower(12_000, 1000);
  t.equal(battery.soc(1000), 30);
  t.equal(battery.soc(1000 + 3_600_000).toFixed(6), "50.000000");
  t.equal(battery.soc(1000 + 10 * 3_600_000), 100);
  t.equal(battery.nextPercentAtMs(1000 + 10 * 3_600_000), null);
});

t.test("tells when the next whole percent is reached", async (t) => {
  const battery = new Battery(36_000, 50, 0);
  battery.setPower(3600, 0);
  let atMs = 0;
  for (let percent = 51; percent <= 100; percent++) {
    atMs = battery.nextPercentAtMs(atMs) ?? Number.NaN;
    t.equal(battery.wholePercent(atMs), percent);
  }
  t.equal(Math.round(atMs), 5 * 3_600_000);
});

t.test("clamps what it is told", async (t) => {
  const battery = new Battery(1000, 130, 0);
  t.equal(battery.soc(0), 100);
  battery.setSoc(-3, 0);
  t.equal(battery.soc(0), 0);
  t.equal(battery.nextPercentAtMs(0), null);
});
