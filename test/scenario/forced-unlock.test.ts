import t from "tap";
import { charging, command, runStation, script, unplug, untilCharging } from "./station-run.ts";

const force = (at_s: number): object => command(at_s, "force_unlock", { connector_id: 1 });

t.test(
  "while a vehicle charges: the transaction ends, and the plug comes free once the contactor is open",
  async (t) => {
    const run = await runStation({ steps: [script(0, charging), force(10), unplug(15)] });
    t.same(run.events(), [
      ...untilCharging,
      "StoppingCharging",
      "ChargingFinished",
      "TransactionFinished",
      "SessionFinished",
    ]);
    t.match(run.event("TransactionFinished").transaction_finished, { reason: "UnlockCommand" });
    t.equal(run.one("command_result").result, true);
    const unlock = run.one("lock_command", { locked: false });
    t.ok(run.place(unlock) > run.place(run.one("contactor", { closed: false })));
    t.ok(unlock.t < 10.2, "not only when the vehicle leaves");
    t.equal(run.of("lock_command").length, 2, "and stays free");
  },
);

t.test("while a vehicle waits for its card: at once", async (t) => {
  const run = await runStation({ station: "manual-token", steps: [script(0, charging), force(5), unplug(10)] });
  t.equal(run.one("lock_command", { locked: false }).t, 5);
  t.same(run.events(), ["Enabled", "SessionStarted", "AuthRequired", "SessionFinished"]);
});

t.test("with nothing plugged in: done, nothing to see", async (t) => {
  const run = await runStation({ steps: [force(3)], until: 5 });
  t.equal(run.one("command_result").result, true);
});

t.test("the next vehicle is locked as ever", async (t) => {
  const visit = "iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 3;unplug";
  const run = await runStation({ steps: [script(0, charging), force(10), unplug(15), script(20, visit)] });
  t.same(
    run.of("lock_command").map(({ locked }) => locked),
    [true, false, true, false],
  );
});

t.test("without a lock it is refused, and charging goes on", async (t) => {
  const run = await runStation({ station: "no-lock", steps: [script(0, charging), force(10), unplug(15)] });
  t.equal(run.one("command_result").result, false);
  t.same(run.events("connector_1", 9, 15), []);
  t.same(run.of("lock_command"), []);
});
