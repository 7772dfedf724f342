/**
 * What people reported of the system before this one, each as a scenario. More of the same stands in modbus-meters.test.ts
 * (dead, frozen and refusing meters), power-cut.test.ts (every change of a file), dc-faults.test.ts (every step of a DC
 * session), unplugged.test.ts and core/dc/plausibility.test.ts (ages of samples).
 */
import t from "tap";
import type { Line, StationRun } from "./station-run.ts";
import { allow, charging, command, present, runStation, script, sim, unplug, untilCharging } from "./station-run.ts";

const dcFile = new URL("configurations/dc-station.yaml", import.meta.url);
const takesDc = (stayS: number): string =>
  "sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;" +
  `iso_wait_for_stop ${stayS};iso_wait_v2g_session_stopped;unplug`;
const runDc = (steps: readonly object[], until: number): Promise<StationRun> =>
  runStation({ file: dcFile, steps, until });
const raised = ({ lines }: StationRun): string[] =>
  lines.filter(({ kind, action }) => kind === "error" && action === "raise").map(({ type }) => type as string);
const supplyOrders = ({ lines }: StationRun, name: string): Line[] =>
  lines.filter((line) => line.kind === "supply" && line.dir === "cmd" && line.name === name);
const modeOf = ({ args }: Line): string => (args as { readonly mode: string }).mode;

t.test("stale meter values were sent on as new", async (t) => {
  const silence = (at_s: number, value: boolean): object => sim(at_s, "silence", { value }, "car_meter");
  const run = await runStation({
    station: "modbus-meters",
    steps: [script(0, charging), silence(20, true), silence(40, false)],
    until: 50,
  });
  const readings = run.of("powermeter");
  t.same(
    readings.filter(({ t: at }) => at > 21.5 && at < 40).map(({ t: at }) => at),
    [],
    "a meter that says nothing has nothing to say",
  );
  const times = readings.map(({ timestamp }) => timestamp);
  t.equal(new Set(times).size, times.length, "and no reading is told twice");
});

t.test("a gap of two seconds was blamed on the voltage", async (t) => {
  const gap = (at_s: number, value: boolean): object => sim(at_s, "silence", { value }, "supply");
  const short = await runDc([script(0, takesDc(30)), gap(20, true), gap(21.4, false)], 30);
  t.same(raised(short), [], "a gap of less than a second and a half is none");
  t.equal(short.states("evse").at(-1), "Charging");
  const run = await runDc([script(0, takesDc(30)), gap(20, true), gap(22, false)], 30);
  t.match(run.one("error", { action: "raise", type: "evse_manager/Internal" }, 0, "evse"), {
    sub_type: "SupplySilent",
    message: "The supply is on and tells nothing",
  });
  t.notOk(
    raised(run).some((type) => /MREC5|Plausibility/.test(type)),
    "and says nothing of a voltage",
  );
});

t.test("a set-point that was kept survived off", async (t) => {
  const steps = [
    // Pulled out of the cable check: the next one begins with the very set-point this one ended with.
    script(0, takesDc(10)),
    script(9, "unplug"),
    script(15, takesDc(10)),
    sim(50, "set_battery_voltage", { value: 300 }, "hlc_of_vehicle"),
    script(60, takesDc(10)),
  ];
  const run = await runDc(steps, 110);
  const orders = run.lines.filter(({ kind, dir }) => kind === "supply" && dir === "cmd");
  const starts = orders.flatMap((line, index) => {
    const before = orders[index - 1];
    const isStart = line.name === "setMode" && modeOf(line) === "Export";
    const wasOn = orders.slice(0, index).findLast(({ name }) => name === "setMode");
    return isStart && (wasOn === undefined || modeOf(wasOn) === "Off") ? [before] : [];
  });
  t.ok(starts.length >= 5, "a cable check, then cable check and precharge, twice");
  t.ok(
    starts.every((before) => before?.name === "setExportVoltageCurrent"),
    "whenever it is switched on it has just been told to what",
  );
});

t.test("the plug was unlocked before the contactor was open", async (t) => {
  const ways: [title: string, step: object][] = [
    ["stopped", command(15, "stop_transaction", { request: { reason: "Local" } })],
    ["pulled out", unplug(15)],
    ["unlocked by force", command(15, "force_unlock", { connector_id: 1 })],
  ];
  for (const [title, step] of ways) {
    const run = await runStation({
      steps: [script(0, charging), sim(10, "relay_slow", { value: 3000 }), step, unplug(25)],
      until: 30,
    });
    const open = run.one("contactor", { closed: false });
    t.ok(open.t >= 18, `${title}: the contactor is slow: ${open.t} s`);
    t.ok(run.one("lock_command", { locked: false }).t >= open.t, title);
  }
});

t.test("a DC session began while there was an error", async (t) => {
  const error = { module: "board", implementation: "board_support", type: "evse_board_support/EnclosureOpen" };
  const asks = (at_s: number, variable: string): object => ({
    at_s,
    publish: { module: "hlc", implementation: "charger", variable, value: null },
  });
  /** Whatever it is told, it asks for power. */
  const deaf = (at_s: number): object => script(at_s, "draw_power_fixed 16,3;sleep 36000");
  const phaseOf = ({ args }: Line): string => (args as { readonly phase: string }).phase;
  /** The vehicle is there at 6 s, asks for its cable check at 10.5 s, has it until 16.5 s and its precharge from 16.6 s. */
  const cases: readonly [what: string, steps: readonly object[], raisedS: number, before: readonly string[]][] = [
    ["nobody is there yet", [], 1, []],
    ["plugged in, not identified", [deaf(9), asks(10, "start_cable_check"), asks(20, "start_pre_charge")], 6.2, []],
    [
      "identified, and the vehicle asks all the same",
      [deaf(9), asks(10, "start_cable_check"), asks(20, "start_pre_charge"), asks(22, "current_demand_started")],
      8,
      [],
    ],
    ["over before the vehicle asks", [{ at_s: 9, clear: error }, deaf(9), asks(9.5, "start_pre_charge")], 8, []],
    ["asked for the cable check, contactor still open", [deaf(12), asks(14, "start_cable_check")], 10.6, []],
    [
      "in the cable check",
      [deaf(12.5), asks(13, "start_cable_check"), asks(20, "start_pre_charge")],
      12,
      ["CableCheck"],
    ],
    [
      "in the cable check, over at once, and no other cable check",
      [{ at_s: 12.1, clear: error }, deaf(12.5), asks(13, "start_pre_charge"), asks(15, "current_demand_started")],
      12,
      ["CableCheck"],
    ],
    ["between cable check and precharge", [], 16.55, ["CableCheck"]],
    ["in the precharge", [deaf(17.5), asks(18, "start_pre_charge")], 17, ["CableCheck", "PreCharge"]],
    [
      "in the precharge, over at once, and no other cable check",
      [{ at_s: 17.1, clear: error }, deaf(17.3), asks(17.5, "start_pre_charge"), asks(19, "current_demand_started")],
      17,
      ["CableCheck", "PreCharge"],
    ],
  ];
  for (const [what, steps, raisedS, before] of cases) {
    const run = await runDc([{ at_s: raisedS, raise: error }, script(5, takesDc(10)), ...steps], 40);
    const on = supplyOrders(run, "setMode").filter((line) => modeOf(line) !== "Off");
    t.same(on.filter((line) => line.t < raisedS).map(phaseOf), before, `${what}: so far it came`);
    t.same(on.filter((line) => line.t >= raisedS).map(phaseOf), [], `${what}: the supply stays off from then on`);
    const contactor = run.of("contactor_command", {}, "evse").map(({ t: atS, closed }) => [closed, atS >= raisedS]);
    const isClosed = before.length > 0;
    t.same(
      contactor,
      isClosed
        ? [
            [true, false],
            [false, true],
          ]
        : [],
      `${what}: the contactor opens, or never closes`,
    );
    if (isClosed) t.equal(run.one("contactor_command", { closed: false }, 0, "evse").t, raisedS, `${what}: at once`);
  }
});

t.test("the time of day jumped", async (t) => {
  const jump = (at_s: number, value: number): object => sim(at_s, "wall_clock_jump", { value }, "evsed");
  const calm = await runStation({ steps: [script(0, charging), allow(8, 10)], until: 60 });
  const jumpy = await runStation({
    steps: [script(0, charging), allow(8, 10), jump(20, 86_400), jump(40, -172_800)],
    until: 60,
  });
  t.same(jumpy.states(), calm.states(), "nothing ends for it");
  t.same(jumpy.contactor(), calm.contactor());
  // Before the day from which the limit is to hold there is none: 10 A until then.
  t.equal(jumpy.pwm().slice(0, calm.pwm().length).join(), calm.pwm().join());
});

t.test("C to B, E or F in a high-level session", async (t) => {
  const ways: [title: string, step: object][] = [
    ["B", script(20, "pause;sleep 36000")],
    ["E", script(20, "error_e;sleep 36000")],
    ["F", sim(20, "cp_voltage", { value: -12 }, "board")],
  ];
  for (const [title, step] of ways) {
    const run = await runDc([script(0, takesDc(60)), step], 40);
    const left = run.lines.find(
      ({ kind, module, from, t: at }) => kind === "cp" && module === "evse" && from === "C" && at >= 20,
    );
    const after = (kind: string, wanted: (line: Line) => boolean): Line | undefined =>
      run.lines.find((line) => line.module === "evse" && line.kind === kind && line.t >= 20 && wanted(line));
    const off = after("supply", (line) => line.name === "setMode" && modeOf(line) === "Off");
    const open = after("contactor_command", ({ closed }) => closed === false);
    t.ok(left !== undefined && left.t < 20.5, `${title}: the vehicle has left C`);
    t.match(off, { t: left?.t }, `${title}: the supply goes off in that turn`);
    t.match(open, { t: left?.t }, `${title}: and the contactor is told to open`);
    t.equal(run.result.exit, 0, title);
  }
});

t.test("a later event undid state F", async (t) => {
  const error = {
    module: "connector_1_powerpath",
    implementation: "board_support",
    type: "evse_board_support/EnclosureOpen",
  };
  const idle = await runStation({
    station: "manual-token",
    steps: [
      { at_s: 5, raise: error },
      allow(8, 10),
      present(10, "CARD1"),
      command(12, "resume_charging"),
      command(14, "force_unlock", { connector_id: 1 }),
      allow(16, null),
      { at_s: 30, clear: error },
    ],
    until: 40,
  });
  t.same(
    idle
      .of("pwm", {})
      .filter(({ t: at }) => at >= 5)
      .map(({ t: at, mode }) => `${at} ${mode}`),
    ["5 F", "30 X1"],
  );
  const busy = await runStation({
    steps: [
      script(0, charging),
      { at_s: 20, raise: error },
      allow(20.1, 10),
      command(20.2, "resume_charging"),
      allow(22, null),
    ],
    until: 40,
  });
  t.same(busy.pwm("connector_1", 20), ["F", "X1"], "while charging: F for a moment, and nothing is offered after it");
});

t.test("after hours nothing went on", async (t) => {
  const hourS = 3600;
  const run = await runStation({
    steps: [
      script(0, charging),
      script(1 * hourS, "pause;sleep 360000"),
      script(6 * hourS, "draw_power_regulated 16,3;sleep 360000"),
      command(7 * hourS, "pause_charging"),
      command(12 * hourS, "resume_charging"),
      unplug(13 * hourS),
      script(13 * hourS + 60, charging),
    ],
    until: 13 * hourS + 90,
  });
  const chargingAt = (atS: number): boolean => run.currentA(atS) > 15;
  t.ok(chargingAt(0.5 * hourS) && !chargingAt(3 * hourS), "the vehicle pauses for five hours");
  t.ok(chargingAt(6 * hourS + 30), "and goes on");
  t.ok(!chargingAt(9 * hourS), "the user pauses for five hours");
  t.ok(chargingAt(12 * hourS + 60), "and goes on");
  t.equal(run.states().at(-1), "Charging", "and so does the next vehicle");
});

t.test("the power was cut with the vehicle plugged in", async (t) => {
  const run = await runStation({
    station: "power-cut",
    steps: [script(0, charging), sim(20, "kill", { restart_s: 600 }, "evsed")],
    until: 650,
  });
  t.same(run.events("connector_1", 20), ["SessionResumed", "TransactionFinished", ...untilCharging]);
  t.match(run.event("TransactionFinished"), { transaction_finished: { reason: "PowerLoss" } });
});
