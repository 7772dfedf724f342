import t from "tap";
import { charging, runStation, script, sim, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

t.test(
  "unplugged while the main thread stands still for 3 s: the board opens by itself, the station hears of it later",
  async (t) => {
    const run = await runStation({
      steps: [script(0, charging), sim(10, "block_main", { value: 3 }, "evsed"), unplug(11)],
    });
    t.same(run.events(), [...untilCharging, ...whenUnplugged]);
    t.equal(run.one("cp", { to: "A" }, -1).t, 13);
    const until11 = (8.5 * 3 * 16 * 222) / 3600;
    t.ok(Math.abs(run.energyWh() - until11) < 1.5, "no current after the plug was pulled");
    t.equal(run.result.exit, 0);
  },
);

t.test("a station that stands still drops nothing it was told", async (t) => {
  const run = await runStation({
    ev: "sleep 10;iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 5;unplug",
    steps: [sim(9, "block_main", { value: 2 }, "evsed")],
  });
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
});

t.test("killed: the run is cut there", async (t) => {
  const run = await runStation({ steps: [script(0, charging), sim(10, "kill", {}, "evsed")] });
  t.same(run.lines.at(-1), { t: 10, module: "evsed", kind: "end", reason: "killed", exit: 0 });
  t.same(run.contactor(), ["close", "closed"], "without any shut-down");
});
