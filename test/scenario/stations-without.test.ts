import t from "tap";
import { charging, runStation, script, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

const steps = [script(0, charging), unplug(10)];

t.test("without anybody to ask for a card: free service", async (t) => {
  const run = await runStation({ station: "free-service", steps });
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  t.match(run.event("TransactionStarted").transaction_started, {
    id_tag: {
      id_token: { value: "FREESERVICE", type: "Local" },
      authorization_type: "RFID",
      prevalidated: true,
    },
  });
});

t.test("without a meter", async (t) => {
  const run = await runStation({ station: "no-meter", steps });
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  t.same(run.of("powermeter"), []);
  t.match(run.event("TransactionFinished").transaction_finished, {
    meter_value: { energy_Wh_import: { total: 0 }, timestamp: run.event("TransactionFinished").timestamp },
  });
});

t.test("without a lock", async (t) => {
  const run = await runStation({ station: "no-lock", steps });
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  t.same([...run.of("lock_command"), ...run.of("lock")], []);
});
