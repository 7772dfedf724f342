import t, { type Test } from "tap";
import type { StationRun } from "./station-run.ts";
import { charging, runStation, script, sim, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

const raise = (at_s: number, type: string, severity: string, implementation = "board_support"): object => ({
  at_s,
  raise: { module: "connector_1_powerpath", implementation, type, severity },
});
const clear = (at_s: number, type: string, implementation = "board_support"): object => ({
  at_s,
  clear: { module: "connector_1_powerpath", implementation, type },
});

const interruption = ["StoppingCharging", "ChargingPausedEVSE"];
const resumption = ["PrepareCharging", "ChargingStarted"];

/** F for 300 ms at the instant of the error, the contactor commanded open in that instant, and the plug locked. */
function checkInterruption(t: Test, run: StationRun, type: string): void {
  const error = run.lines.find((line) => line.kind === "error" && line.type === type && line.action === "raise");
  const open = run.one("contactor_command", { closed: false });
  const f = run.one("pwm", { mode: "F" });
  const x1 = run.one("pwm", { mode: "X1" }, 1);
  t.equal(open.t, error?.t, "the contactor is commanded open in the instant of the error");
  t.equal(f.t, error?.t, "so is state F");
  t.equal(Math.round((x1.t - f.t) * 1000), 300, "which lasts 300 ms");
  t.same(run.event("ChargingPausedEVSE").charging_paused_evse, { reasons: ["Error"] });
  t.match(run.one("error", { type: "evse_manager/Inoperative", action: "raise" }), { t: error?.t, severity: "High" });
  const gone = run.one("cp", { to: "A" }, -1);
  t.ok(run.one("lock_command", { locked: false }).t >= gone.t, "the plug stays locked until the vehicle has left");
}

t.test("the emergency stop is pressed and released", async (t) => {
  const run = await runStation({ scenario: "error-while-charging" });
  t.same(run.events(), [...untilCharging, ...interruption, ...resumption, ...whenUnplugged]);
  checkInterruption(t, run, "evse_board_support/MREC8EmergencyStop");
  t.equal(run.one("error", { type: "evse_manager/Inoperative", action: "clear" }).t, 20);
});

const passing = [
  { what: "a board error of High severity", type: "evse_board_support/MREC6UnderVoltage", severity: "High" },
  { what: "a board error of Medium severity", type: "evse_board_support/VendorError", severity: "Medium" },
  { what: "a board error of Low severity", type: "evse_board_support/EnclosureOpen", severity: "Low" },
  { what: "an error of the RCD", type: "ac_rcd/Selftest", severity: "High", implementation: "rcd" },
  {
    what: "an error of the lock",
    type: "connector_lock/MREC1ConnectorLockFailure",
    severity: "High",
    implementation: "connector_lock",
  },
  {
    what: "an error of the meter",
    type: "powermeter/CommunicationFault",
    severity: "Medium",
    implementation: "powermeter",
  },
];
for (const { what, type, severity, implementation } of passing) {
  t.test(`${what} interrupts, and charging goes on when it is gone`, async (t) => {
    const run = await runStation({
      steps: [
        script(0, charging),
        raise(10, type, severity, implementation),
        clear(20, type, implementation),
        unplug(30),
      ],
    });
    t.same(run.events(), [...untilCharging, ...interruption, ...resumption, ...whenUnplugged]);
    checkInterruption(t, run, type);
  });
}

t.test("a residual current of 10.5 mA trips, one of 0.2 mA releases", async (t) => {
  const run = await runStation({
    ev: "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 3;rcd_current 10.5;sleep 5;rcd_current 0.2;sleep 5;unplug",
  });
  t.same(run.events(), [...untilCharging, ...interruption, ...resumption, ...whenUnplugged]);
  checkInterruption(t, run, "ac_rcd/DC");
});

t.test("6 mA trip, 5 mA do not", async (t) => {
  const with_ = (current: number): string =>
    `sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 3;rcd_current ${current};sleep 5;unplug`;
  t.equal((await runStation({ ev: with_(6) })).of("error", { action: "raise" }, "connector_1_powerpath").length, 1);
  t.same((await runStation({ ev: with_(5) })).of("error", {}, "connector_1_powerpath"), []);
});

t.test("the diode of the vehicle fails: no more charging until it has left", async (t) => {
  const run = await runStation({
    ev: "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 5;diode_fail;sleep 10;unplug",
  });
  t.same(run.events(), [...untilCharging, ...interruption, ...whenUnplugged]);
  checkInterruption(t, run, "evse_board_support/DiodeFault");
  t.same(run.contactor(), ["close", "closed", "open", "opened"], "not even for the blink of an eye when it leaves");
});

t.test("the pilot is shorted: open at once, a pause, and the plug comes free", async (t) => {
  const run = await runStation({
    ev: "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 3;error_e;sleep 10;unplug",
  });
  t.same(
    run.of("cp").map(({ to }) => to),
    ["A", "B", "C", "E", "A"],
  );
  t.same(run.contactor(), ["close", "closed", "open", "opened"]);
  t.equal(run.one("contactor_command", { closed: false }).t, run.one("cp", { to: "E" }).t);
  t.ok(run.place(run.one("lock_command", { locked: false })) > run.place(run.one("contactor", { closed: false })));
  t.test("no PWM into a short", async (t) => {
    t.equal(run.one("pwm", { mode: "X1" }, 1).t, run.one("cp", { to: "E" }).t);
  });
});

t.test("a vehicle that draws more than it was offered is stopped after 7 s", async (t) => {
  const unruly = "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_fixed 18.5,3;sleep 30;unplug";
  const run = await runStation({ set: ["connector_1.max_current_import_A=16"], ev: unruly });
  t.same(run.events(), [...untilCharging, ...interruption, ...whenUnplugged]);
  const type = "evse_manager/MREC4OverCurrentFailure";
  checkInterruption(t, run, type);
  const firstReading = run.of("powermeter").find((line) => (line.current_A as { readonly L1: number }).L1 > 18);
  const error = run.one("error", { type, action: "raise" });
  t.equal(error.t, (firstReading?.t ?? 0) + 7);
  t.equal(run.one("error", { type, action: "clear" }).t, run.event("SessionFinished").t, "it takes a new visit");
});

t.test("18 A on an offer of 16 A are within tolerance", async (t) => {
  const run = await runStation({
    set: ["connector_1.max_current_import_A=16"],
    ev: "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_fixed 18,3;sleep 30;unplug",
  });
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
});

t.test("warnings interrupt nobody", async (t) => {
  const run = await runStation({
    steps: [
      script(0, charging),
      raise(10, "evse_board_support/MREC3HighTemperature", "Low"),
      raise(11, "evse_board_support/MREC18CableOverTempDerate", "High"),
      raise(12, "evse_board_support/VendorWarning", "High"),
      raise(13, "powermeter/VendorWarning", "High", "powermeter"),
      raise(14, "connector_lock/VendorWarning", "High", "connector_lock"),
      raise(15, "ac_rcd/VendorWarning", "High", "rcd"),
      unplug(20),
    ],
  });
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  t.same(run.of("error"), []);
});

t.test("meter errors count only where they are configured to", async (t) => {
  const run = await runStation({
    set: ["connector_1.fail_on_powermeter_errors=false"],
    steps: [script(0, charging), sim(10, "error", { type: "powermeter/CommunicationFault" }), unplug(20)],
  });
  t.same(run.events(), [...untilCharging, ...whenUnplugged]);
  t.equal(run.event("TransactionFinished").t, 22.03, "two seconds are given to a reading that does not come");
});

t.test("state F can be left out, and can be longer", async (t) => {
  for (const [ms, expected] of [
    [0, ["X1", "53.33", "X1", "53.33", "X1"]],
    [1000, ["X1", "53.33", "F", "X1", "53.33", "X1"]],
  ] as const) {
    const run = await runStation({
      set: [`connector_1.state_F_after_fault_ms=${ms}`],
      scenario: "error-while-charging",
    });
    t.same(run.pwm(), expected);
    if (ms > 0) t.equal(run.one("pwm", { mode: "X1" }, 1).t - run.one("pwm", { mode: "F" }).t, 1);
  }
});

t.test("an error that lasts 10 ms", async (t) => {
  const type = "evse_board_support/MREC8EmergencyStop";
  const run = await runStation({
    steps: [script(0, charging), raise(10, type, "High"), clear(10.01, type), unplug(20)],
  });
  t.same(run.contactor("connector_1", 9).slice(0, 2), ["open", "opened"]);
  t.test("is told as an error, and takes its 300 ms of F", async (t) => {
    t.same(run.events(), [...untilCharging, ...interruption, ...resumption, ...whenUnplugged]);
    checkInterruption(t, run, type);
  });
});
