import t from "tap";
import { runStation, untilCharging, whenUnplugged } from "./station-run.ts";

const visit = "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 30;unplug";

t.test("a vehicle plugs in, charges for half a minute and leaves", async (t) => {
  const run = await runStation({ ev: visit });

  t.test("session events come in order", async (t) => {
    t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  });

  t.test("states in order, passing ones included", async (t) => {
    t.same(run.states(), [
      "Idle",
      "WaitingForAuthentication",
      "PrepareCharging",
      "Charging",
      "StoppingCharging",
      "Finished",
      "Idle",
    ]);
    const states = run.of("state");
    t.same(
      states.map(({ from }) => from),
      [null, ...states.slice(0, -1).map(({ to }) => to)],
    );
  });

  t.test("pilot letters, duty cycle, contactor and lock", async (t) => {
    t.same(
      run.of("cp").map(({ to }) => to),
      ["A", "B", "C", "A"],
    );
    t.same(run.pwm(), ["X1", "53.33", "X1"], "32 A are said with 53.33 %");
    t.same(run.contactor(), ["close", "closed", "open", "opened"]);
    t.equal(run.one("contactor_command", { closed: true }).reason, "FullPowerCharging");
    t.equal(run.one("contactor_command", { closed: false }).reason, "PowerOff");
    t.same(
      run.of("lock_command").map(({ locked }) => locked),
      [true, false],
    );
    t.same(
      run.of("lock").map(({ locked }) => locked),
      [true, false],
    );
  });

  t.test("the contactor opens within 100 ms of the plug being pulled, and the lock after it", async (t) => {
    const left = run.one("cp", { from: "C" });
    const open = run.one("contactor_command", { closed: false });
    const opened = run.one("contactor", { closed: false });
    t.ok(open.t - left.t <= 0.1, `${open.t - left.t} s`);
    t.ok(run.place(opened) < run.place(run.one("lock_command", { locked: false })));
  });

  t.test("the plug is locked before anybody may charge", async (t) => {
    t.ok(run.place(run.one("lock_command", { locked: true })) < run.place(run.event("AuthRequired")));
  });

  t.test("about 0.09 kWh flow, and the bill tells them", async (t) => {
    t.equal(run.energyWh(), 89);
    t.match(run.event("TransactionStarted"), {
      transaction_started: {
        id_tag: { id_token: { value: "DEADBEEF", type: "ISO14443" }, authorization_type: "RFID" },
        meter_value: { energy_Wh_import: { total: 0 } },
        signed_meter_value: { signed_meter_data: "test start value" },
      },
    });
    t.match(run.event("TransactionFinished"), {
      transaction_finished: {
        reason: "EVDisconnected",
        meter_value: { energy_Wh_import: { total: 89 } },
        start_signed_meter_value: { signed_meter_data: "test start value" },
        signed_meter_value: { signed_meter_data: "test stop value" },
      },
    });
    t.match(run.event("SessionFinished"), { session_finished: { meter_value: { energy_Wh_import: { total: 89 } } } });
  });

  t.test("a reading taken after the contactor opened is awaited before the transaction ends", async (t) => {
    const finished = run.event("TransactionFinished").transaction_finished as {
      readonly meter_value: { readonly timestamp: string };
    };
    const readAt = (Date.parse(finished.meter_value.timestamp) - Date.parse("2026-01-01T00:00:00Z")) / 1000;
    t.ok(readAt > run.one("contactor", { closed: false }).t);
    t.ok(run.event("ChargingFinished").t >= readAt);
  });

  t.test("every event tells the session and its time", async (t) => {
    const events = run.of("session_event").filter(({ event }) => event !== "Enabled");
    const [first] = events;
    t.match(first?.uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    for (const event of events) {
      t.equal(event.uuid, first?.uuid);
      t.equal(Date.parse(event.timestamp as string), Date.parse("2026-01-01T00:00:00Z") + Math.round(event.t * 1000));
    }
    t.match(run.event("SessionStarted"), { session_started: { reason: "EVConnected", meter_value: {} } });
    t.match(run.event("Authorized"), { authorization_event: { meter_value: {} } });
    t.match(run.event("ChargingStarted"), { charging_state_changed_event: { meter_value: {} } });
    for (const name of ["AuthRequired", "PrepareCharging", "StoppingCharging", "ChargingFinished"]) {
      t.same(Object.keys(run.event(name)).sort(), ["event", "kind", "module", "t", "timestamp", "uuid"], name);
    }
  });

  t.test("the run ends 5 s after everything has come to rest", async (t) => {
    const rest = run.one("state", { to: "Idle" }, -1).t;
    t.same(run.lines.at(-1), { t: rest + 5, module: "evsed", kind: "end", reason: "idle", exit: 0 });
    t.equal(run.result.reason, "idle");
  });
});

t.test("session ids take the form that is configured", async (t) => {
  for (const [type, form] of [
    ["UUID", /^[0-9a-f-]{36}$/],
    ["UUID_BASE64", /^[0-9A-Za-z+/]{22}$/],
    ["SHORT_BASE64", /^[0-9A-Za-z+/]{16}$/],
  ] as const) {
    const run = await runStation({ set: [`connector_1.session_id_type=${type}`], ev: visit });
    t.match(run.event("SessionStarted").uuid, form, type);
  }
});
