import t from "tap";
import { charging, command, runStation, script, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

const enable = (at_s: number, connector_id: number, source: string, state: string, priority: number): object =>
  command(at_s, "enable_disable", {
    connector_id,
    cmd_source: { enable_source: source, enable_state: state, enable_priority: priority },
  });

t.test("disabled while a vehicle charges: the session ends without waiting for the plug", async (t) => {
  const run = await runStation({ steps: [script(0, charging), enable(10, 1, "LocalAPI", "Disable", 100)], until: 20 });
  t.same(run.events(), [...untilCharging, ...whenUnplugged, "Disabled"]);
  t.match(run.event("TransactionFinished").transaction_finished, { reason: "EVSEDisabled" });
  t.match(run.event("Disabled"), {
    connector_id: 1,
    source: { enable_source: "LocalAPI", enable_state: "Disable", enable_priority: 100 },
  });
  t.same(run.pwm(), ["X1", "53.33", "X1", "F"]);
  t.equal(run.one("cp", {}, -1).to, "Disabled");
  t.ok(run.place(run.one("lock_command", { locked: false })) > run.place(run.one("contactor", { closed: false })));
});

t.test("disabled while a vehicle waits for its card", async (t) => {
  const run = await runStation({
    station: "manual-token",
    steps: [script(0, charging), enable(10, 0, "CSMS", "Disable", 100)],
    until: 20,
  });
  t.same(run.events(), ["Enabled", "SessionStarted", "AuthRequired", "SessionFinished", "Disabled"]);
  t.equal(run.event("Disabled").connector_id, undefined, "connector 0 is the station");
});

t.test("a vehicle that was there all the time begins a new session when the point is enabled again", async (t) => {
  const run = await runStation({
    steps: [
      script(0, charging),
      enable(10, 1, "LocalAPI", "Disable", 100),
      enable(15, 1, "LocalAPI", "Enable", 100),
      unplug(25),
    ],
  });
  t.same(run.events(), [...untilCharging, ...whenUnplugged, "Disabled", ...untilCharging, ...whenUnplugged]);
});

t.test("a vehicle that leaves while the point is disabled", async (t) => {
  const run = await runStation({
    station: "manual-token",
    steps: [
      script(0, charging),
      enable(10, 1, "LocalAPI", "Disable", 100),
      unplug(15),
      enable(20, 1, "LocalAPI", "Enable", 100),
    ],
  });
  t.same(run.events("connector_1", 0, 20).slice(-2), ["SessionFinished", "Disabled"]);
  t.test("leaves no session behind", async (t) => {
    t.same(run.events("connector_1", 20), ["Enabled"]);
  });
});

t.test(
  "who decides: the lowest number, at equal numbers who disables; connector 0 enables no connector that is disabled",
  async (t) => {
    const run = await runStation({
      until: 30,
      steps: [
        enable(1, 0, "CSMS", "Disable", 50),
        enable(2, 1, "LocalAPI", "Enable", 100),
        enable(3, 1, "LocalAPI", "Enable", 10),
        enable(4, 0, "CSMS", "Unassigned", 50),
        enable(5, 1, "LocalAPI", "Disable", 10),
        enable(6, 0, "CSMS", "Enable", 5),
        enable(7, 1, "CSMS", "Enable", 5),
        enable(8, 0, "MobileApp", "Disable", 5),
        enable(9, 0, "MobileApp", "Unassigned", 0),
      ],
    });
    t.same(
      run.of("command_result").map(({ t, result }) => [t, result]),
      [
        [1, false],
        [2, false],
        [3, true],
        [4, true],
        [5, false],
        [6, true],
        [7, true],
        [8, false],
        [9, true],
      ],
    );
    t.same(
      run.of("session_event").map(({ t, event }) => [t, event]),
      [
        [0, "Enabled"],
        [1, "Disabled"],
        [3, "Enabled"],
        [5, "Disabled"],
        [6, "Enabled"],
        [8, "Disabled"],
        [9, "Enabled"],
      ],
    );
    t.same(
      run.of("state").map(({ t, to }) => [t, to]),
      [
        [0, "Idle"],
        [1, "Disabled"],
        [3, "Idle"],
        [5, "Disabled"],
        [7, "Idle"],
        [8, "Disabled"],
        [9, "Idle"],
      ],
    );
  },
);

t.test("enabled again while it is being disabled: the transaction that has not ended goes on", async (t) => {
  const run = await runStation({
    steps: [
      script(0, charging),
      enable(10, 1, "LocalAPI", "Disable", 100),
      enable(10.005, 1, "LocalAPI", "Enable", 100),
      unplug(20),
    ],
  });
  t.equal(run.of("session_event", { event: "TransactionFinished" }).length, 1);
  t.match(run.event("TransactionFinished").transaction_finished, { reason: "EVDisconnected" });
  t.equal(run.event("TransactionFinished").t > 20, true);
});
