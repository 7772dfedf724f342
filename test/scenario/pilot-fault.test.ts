import t from "tap";
import { charging, runStation, script, sim, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

const type = "evse_board_support/MREC14PilotFault";
const board = "connector_1_powerpath";

t.test(
  "a pilot voltage that is no state: the contactor opens at once; charging goes on when it is right again",
  async (t) => {
    const run = await runStation({
      steps: [
        script(0, charging),
        sim(10, "cp_voltage", { value: 14 }),
        sim(14, "cp_voltage", { value: null }),
        unplug(20),
      ],
    });
    t.same(run.events(), [
      ...untilCharging,
      "StoppingCharging",
      "ChargingPausedEVSE",
      "PrepareCharging",
      "ChargingStarted",
      ...whenUnplugged,
    ]);
    const fault = run.one("error", { type, action: "raise" }, 0, board);
    t.ok(fault.t - 10 <= 0.02, "noticed within 20 ms");
    t.equal(run.one("contactor_command", { closed: false }).t, fault.t);
    t.ok(run.one("contactor", { closed: false }).t - 10 <= 0.1);
  },
);

t.test("between two states the last one holds", async (t) => {
  const run = await runStation({
    steps: [
      script(0, charging),
      sim(10, "cp_voltage", { value: 7.5 }),
      sim(14, "cp_voltage", { value: null }),
      unplug(20),
    ],
  });
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  t.same(run.of("error", {}, board), []);
});

t.test("a negative voltage on the pilot", async (t) => {
  const run = await runStation({
    steps: [
      script(0, charging),
      sim(10, "cp_voltage", { value: -6 }),
      sim(14, "cp_voltage", { value: null }),
      unplug(20),
    ],
  });
  t.ok(run.one("contactor_command", { closed: false }).t - 10 <= 0.02);
  t.same(run.events("connector_1", 10), ["StoppingCharging", "ChargingPausedEVSE", ...whenUnplugged]);
});
