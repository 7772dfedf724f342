import t from "tap";
import { allow, charging, command, runStation, script, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

t.test("energy goes and comes back while a vehicle charges", async (t) => {
  const run = await runStation({ scenario: "energy-withheld" });
  t.same(run.events(), [
    ...untilCharging,
    "StoppingCharging",
    "ChargingPausedEVSE",
    "PrepareCharging",
    "ChargingStarted",
    ...whenUnplugged,
  ]);
  t.same(run.event("ChargingPausedEVSE").charging_paused_evse, { reasons: ["NoEnergy"] });
  t.same(run.pwm(), ["X1", "53.33", "X1", "53.33", "X1"]);
  const none = run.one("limits", { max_current: 0 }, -1);
  t.ok(none.t < 11.1, "heard within the second in which nodes speak");
  t.equal(run.one("pwm", { mode: "X1" }, 1).t, none.t);
});

t.test("no energy at the start: the session waits, however long, and no wake-up is tried", async (t) => {
  const run = await runStation({ steps: [allow(0.5, 0), script(0, charging), allow(60, null), unplug(70)] });
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  t.ok(run.event("PrepareCharging").t < 2);
  t.ok(run.event("ChargingStarted").t > 60);
  t.notOk(run.states().includes("T_step_EF"));
  t.same(run.pwm(), ["X1", "53.33", "X1"]);
});

t.test("less than 6 A is no charging at all, not a lower duty cycle", async (t) => {
  const run = await runStation({ steps: [script(0, charging), allow(10, 3), allow(20, 6), unplug(30)] });
  t.same(run.event("ChargingPausedEVSE").charging_paused_evse, { reasons: ["NoEnergy"] });
  t.same(run.pwm(), ["X1", "53.33", "X1", "10.00", "X1"]);
});

t.test(
  "while a vehicle charges, the duty cycle changes every 5 s at most, and to the limit then in force",
  async (t) => {
    const run = await runStation({
      steps: [script(0, charging), allow(10, 10), allow(11.5, 16), allow(12.5, 20), allow(13.5, 13), unplug(30)],
    });
    const changes = run.of("pwm", { mode: "pwm" });
    t.same(run.pwm(), ["X1", "53.33", "16.67", "21.67", "X1"]);
    const [, first, second] = changes;
    t.equal((second?.t ?? 0) - (first?.t ?? 0), 5);
    t.ok(run.currentA(20) <= 13);
  },
);

t.test("16 A are said with 26.67 %", async (t) => {
  const run = await runStation({ steps: [allow(0.5, 16), script(0, charging), unplug(10)] });
  t.same(run.pwm(), ["X1", "26.67", "X1"]);
});

t.test("the fuse limits what is offered", async (t) => {
  const run = await runStation({
    set: ["grid_connection_point.fuse_limit_A=13"],
    steps: [script(0, charging), allow(5, 20), unplug(20)],
  });
  t.same(run.pwm(), ["X1", "21.67", "X1"], "whatever is asked for from outside");
  t.equal(run.currentA(10), 13);
});

t.test("the configured most of a charging point limits what is offered", async (t) => {
  const run = await runStation({
    set: ["connector_1.max_current_import_A=16"],
    steps: [script(0, charging), unplug(10)],
  });
  t.same(run.pwm(), ["X1", "26.67", "X1"]);
});

t.test("limits that nobody renews end exactly when their validity does", async (t) => {
  const enforce = (at_s: number, ampere: number, valid_for: number): object => ({
    at_s,
    command: {
      module: "connector_1",
      implementation: "energy_grid",
      name: "enforce_limits",
      args: {
        value: {
          uuid: "connector_1",
          valid_for,
          limits_root_side: { ac_max_current_A: { value: ampere, source: "test" } },
          schedule: [],
        },
      },
    },
  });
  const run = await runStation({
    station: "limits-by-hand",
    steps: [enforce(0.5, 16, 10), script(0, charging), enforce(8, 20, 7), enforce(30, 16, 60), unplug(40)],
  });
  t.same(
    run
      .of("limits")
      .map(({ t, max_current }) => [t, max_current])
      .slice(2),
    [
      [0.5, 16],
      [8, 20],
      [15, 0],
      [30, 16],
    ],
  );
  t.same(run.event("ChargingPausedEVSE").charging_paused_evse, { reasons: ["NoEnergy"] });
  t.equal(run.one("pwm", { mode: "X1" }, 1).t, 15);
});

t.test(
  "a point that asks for nothing while idle gets its power when a vehicle comes, and again after a pause",
  async (t) => {
    const run = await runStation({
      set: ["connector_1.request_zero_power_in_idle=true"],
      steps: [
        script(0, charging),
        command(10, "pause_charging"),
        command(15, "resume_charging"),
        allow(20, 0),
        allow(25, null),
        unplug(30),
      ],
    });
    t.equal(run.events().filter((event) => event === "ChargingStarted").length, 3);
    t.equal(run.one("limits", {}, -1).max_current, 0, "nothing is taken from the others once it is idle again");
  },
);
