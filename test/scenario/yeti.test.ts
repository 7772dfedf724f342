/** The shipped driver of the Yeti board on a simulated line with an emulated controller: sessions, faults, and lines that lie. */
import t from "tap";
import { formatFinding } from "../../src/config/finding.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { shipped } from "../config/shipped-manifests.ts";
import type { StationRun } from "./station-run.ts";
import {
  charging,
  command,
  configurationFile,
  runStation,
  script,
  sim,
  unplug,
  untilCharging,
  whenUnplugged,
} from "./station-run.ts";

const station = "yeti";
const withoutResetLine = { set: ['bsp.reset_gpio_chip=""'] };

const below = (at_s: number, name: string, args: object = {}): object => sim(at_s, name, args, "bsp");
const run = (steps: readonly object[], more: object = {}): Promise<StationRun> =>
  runStation({ station, steps: [script(0, charging), ...steps], ...more });

/** To a tenth of a second: the controller looks at its states every 50 ms. */
const at = (t: number): string => t.toFixed(1);
const errors = (run: StationRun, implementation = "board_support"): string[] =>
  run
    .of("error", { implementation }, "bsp")
    .map(({ t, action, type, sub_type }) =>
      `${at(t)} ${action} ${(type as string).split("/")[1]} ${sub_type}`.trimEnd(),
    );
const contactor = (run: StationRun, fromS = 0): string[] =>
  run.lines
    .filter(({ t, kind }) => t >= fromS && (kind === "contactor" || kind === "contactor_command"))
    .map(({ t, kind, closed }) => `${at(t)} ${kind === "contactor" ? "is" : "shall be"} ${closed ? "closed" : "open"}`);
/** Where the contact really was, whatever anybody was told of it. */
const relay = (run: StationRun, fromS = 0): string[] =>
  run
    .of("relay", {}, "bsp_world")
    .filter(({ t }) => t >= fromS)
    .map(({ t, closed }) => `${at(t)} ${closed ? "closed" : "open"}`);
const letters = (run: StationRun, fromS = 0): string[] =>
  run
    .of("cp")
    .filter(({ t }) => t >= fromS)
    .map(({ t, to }) => `${at(t)} ${to}`);

const interruption = ["StoppingCharging", "ChargingPausedEVSE"];
const resumption = ["PrepareCharging", "ChargingStarted"];

t.test("a car charges", async (t) => {
  const session = await runStation({
    station,
    ev: "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 30;unplug",
  });
  t.same(session.events(), [...untilCharging, ...whenUnplugged]);
  t.same(session.pwm(), ["X1", "53.33", "X1"], "32 A, as the controller says it can");
  t.same(letters(session), ["1.7 B", "2.8 C", "32.8 A"]);
  t.same(contactor(session), ["2.8 shall be closed", "2.8 is closed", "32.8 shall be open", "32.8 is open"]);
  t.same(
    session.lines.filter(({ kind }) => kind === "lock_command").map(({ t, locked }) => `${at(t)} ${locked}`),
    ["1.7 true", "32.8 false"],
  );
  t.equal(session.energyWh(), 88.608, "16 A on three phases at 222 V for 29.935 s");
  t.same(session.of("error", {}, "bsp"), []);
  t.match(session.of("limits").at(-1), { max_current: 32 });
});

t.test("the phases are switched at the next A", async (t) => {
  const currents = async (more: object): Promise<unknown> => {
    const session = await runStation({
      station,
      steps: [
        {
          at_s: 1.7,
          command: {
            module: "bsp",
            implementation: "board_support",
            name: "ac_switch_three_phases_while_charging",
            args: { value: false },
          },
        },
        script(3, charging),
      ],
      until: 20,
      ...more,
    });
    return session.of("powermeter").at(-1)?.current_A;
  };
  t.same(await currents({}), { L1: 16, L2: 0, L3: 0, N: 0 });
});

t.test("the configuration limits what the controller offers", async (t) => {
  const session = await run([], { set: ["bsp.caps_max_current_A=10"], until: 10 });
  t.same(session.pwm(), ["X1", "16.67"]);
  t.equal(session.currentA(10), 9.996, "16.66 %: rounded down, never up");
});

t.test("each flag of the controller is an error, and the contactor is open while it stands", async (t) => {
  const flags: readonly [flag: string, implementation: string, type: string, untilUnplugged: boolean][] = [
    ["diode_fault", "board_support", "DiodeFault", false],
    ["rcd_selftest_failed", "rcd", "Selftest", false],
    ["rcd_triggered", "board_support", "MREC2GroundFailure", true],
    ["ventilation_not_available", "board_support", "VentilationNotAvailable", false],
    ["connector_lock_failed", "connector_lock", "MREC1ConnectorLockFailure", true],
    ["cp_signal_fault", "board_support", "MREC14PilotFault", false],
    ["over_current", "board_support", "MREC4OverCurrentFailure", true],
  ];
  for (const [flag, implementation, type, untilUnplugged] of flags) {
    const session = await run(
      [below(10.1, "error_flag", { flag }), below(15.1, "error_flag", { flag, value: false }), unplug(20)],
      { until: 25 },
    );
    const [raised, cleared] = errors(session, implementation);
    t.equal(raised, `10.1 raise ${type}`);
    t.equal(cleared, `${untilUnplugged ? "20.0" : "15.1"} clear ${type}`);
    t.equal(errors(session, implementation).length, 2, flag);
    const open = session.one("contactor_command", { closed: false });
    t.equal(open.t, session.one("error", { implementation }, 0, "bsp").t, `${flag}: commanded open in that instant`);
    t.same(
      session.events("connector_1", 10),
      untilUnplugged ? [...interruption, ...whenUnplugged] : [...interruption, ...resumption, ...whenUnplugged],
      flag,
    );
  }
});

t.test("a flag that still stands when the vehicle has left keeps its error", async (t) => {
  const session = await run([
    below(10.1, "rcm"),
    unplug(15),
    script(18, charging),
    below(25.1, "rcm", { value: false }),
    unplug(30),
  ]);
  t.equal(errors(session)[0], "10.1 raise MREC2GroundFailure");
  t.equal(errors(session)[1], "25.1 clear MREC2GroundFailure", "the vehicle has left since");
  t.equal(contactor(session, 11)[0], "26.3 shall be closed", "nobody charges behind a tripped device");
});

t.test("an error that waits for the vehicle ends though F hides that it has left", async (t) => {
  const enabling = (at_s: number, enable_state: "Enable" | "Disable"): object =>
    command(at_s, "enable_disable", {
      connector_id: 1,
      cmd_source: { enable_source: "LocalAPI", enable_state, enable_priority: 1 },
    });
  const residual = (at_s: number, currentMa: number): object => script(at_s, `rcd_current ${currentMa}`);
  const overCurrent = (at_s: number, value: boolean): object =>
    below(at_s, "error_flag", { flag: "over_current", value });
  const cases: readonly [what: string, steps: readonly object[], type: string, clearedS: string][] = [
    ["a trip with nobody there", [residual(5, 20), residual(6, 0)], "MREC2GroundFailure", "15.3"],
    ["one that lasts longer", [below(5.1, "rcm"), below(18.1, "rcm", { value: false })], "MREC2GroundFailure", "18.1"],
    [
      "unplugged while disabled",
      [
        script(0, charging),
        overCurrent(5.1, true),
        overCurrent(6, false),
        enabling(7, "Disable"),
        unplug(9),
        enabling(12, "Enable"),
      ],
      "MREC4OverCurrentFailure",
      "17.3",
    ],
    [
      "unplugged once enabled again",
      [script(0, charging), residual(5.1, 20), enabling(7, "Disable"), enabling(9, "Enable"), unplug(19)],
      "MREC2GroundFailure",
      "19.0",
    ],
  ];
  for (const [what, steps, type, clearedS] of cases) {
    const session = await runStation({ station, steps: [...steps, script(25, charging)], until: 35 });
    t.match(errors(session)[0], `raise ${type}`, what);
    t.equal(errors(session)[1], `${clearedS} clear ${type}`, what);
    t.same(
      relay(session, 6).map((text) => text.split(" ")[1]),
      ["closed"],
      `${what}: it stays open until then, and the next vehicle charges`,
    );
    t.equal(session.states().at(-1), "Charging", what);
  }
  const stays = await runStation({
    station,
    steps: [
      script(0, charging),
      overCurrent(5.1, true),
      overCurrent(6, false),
      enabling(7, "Disable"),
      enabling(9, "Enable"),
    ],
    until: 40,
  });
  t.equal(errors(stays).length, 1, "the same vehicle is not tried again");
  t.equal(letters(stays, 9).at(-1), "17.3 B", "it is seen again, with nothing offered");
  t.equal(stays.states().at(-1), "Idle");
});

t.test("faults of the pilot", async (t) => {
  const diode = await run([script(10, "diode_fail;sleep 3600"), unplug(20)]);
  t.same(errors(diode), ["10.0 raise DiodeFault", "20.0 clear DiodeFault"]);
  t.same(contactor(diode, 5), ["10.0 is open", "10.0 shall be open"], "the controller was faster");
  const level = await run([below(10.1, "cp_voltage", { value: -5 }), below(15.1, "cp_voltage", { value: null })], {
    until: 20,
  });
  t.equal(errors(level)[0], "10.1 raise MREC14PilotFault");
  t.match(errors(level)[1], /clear MREC14PilotFault$/);
});

t.test("the line is cut while a car charges", async (t) => {
  const session = await run([below(10.1, "silence"), below(22, "silence", { value: false }), unplug(36)]);
  t.same(errors(session), ["14.2 raise CommunicationFault McuToEverest", "23.5 clear CommunicationFault McuToEverest"]);
  t.same(
    contactor(session, 10).slice(0, 2),
    ["14.2 shall be open", "14.3 is open"],
    "5 s after it was last heard the controller is held in reset, and its contactor open 100 ms later",
  );
  t.same(session.events("connector_1", 10), [...interruption, ...resumption, ...whenUnplugged]);
  t.same(errors(session, "powermeter"), ["14.2 raise CommunicationFault", "24.0 clear CommunicationFault"]);
  t.equal(relay(session, 10)[0], "14.3 open");
  t.test("the bill goes on though the controller counts from zero", async (t) => {
    t.ok(session.energyWh(14) > 20 && session.energyWh(30) > session.energyWh(14));
  });
  t.same(letters(session, 10).slice(0, 2), ["22.5 B", "24.1 C"], "the pilot is told anew before anything is offered");
});

t.test("the line is cut and no reset line is wired", async (t) => {
  const session = await run(
    [below(10.1, "silence"), below(20, "silence", { value: false }), unplug(36)],
    withoutResetLine,
  );
  t.same(contactor(session, 10).slice(0, 1), ["14.1 shall be open"]);
  t.equal(relay(session, 10)[0], "20.1 open", "this one obeys nobody until the line is back");
  t.match(contactor(session, 10)[1], /^20\.\d+ is open$/, "nobody claims that it is open before that is known");
  t.ok(
    session.of("lock_command", { locked: false }).every(({ t }) => t > 36),
    "and the plug stays locked",
  );
  t.same(session.events("connector_1", 10), [...interruption, ...resumption, ...whenUnplugged]);
});

t.test("only the way back is cut: the withdrawal still gets through", async (t) => {
  const session = await run([below(10.1, "silence_to_host"), below(30, "silence_to_host", { value: false })], {
    ...withoutResetLine,
    until: 40,
  });
  t.equal(relay(session, 10)[0], "14.1 open");
  t.match(contactor(session, 10)[1], /^30\.\d is open$/, "which can be told only when the line is back");
});

t.test("a controller that hangs with its contactor closed is reset", async (t) => {
  const session = await run([below(10.1, "freeze"), unplug(36)]);
  t.same(contactor(session, 10).slice(0, 2), ["14.2 shall be open", "14.3 is open"]);
  t.same(session.events("connector_1", 10), [...interruption, ...resumption, ...whenUnplugged]);
});

t.test("a reset line that leads nowhere: nobody claims that it opened the contactor", async (t) => {
  const session = await run([below(0, "reset_line", { value: false }), below(20.1, "freeze")], { until: 40 });
  t.same(contactor(session, 10), ["24.1 shall be open"]);
});

t.test("the controller resets itself while a car charges", async (t) => {
  const session = await run([below(10.1, "mcu_reset"), unplug(20)]);
  t.same(contactor(session, 10).slice(0, 2), ["10.2 is open", "10.3 is closed"], "told everything anew, and goes on");
  t.same(session.events("connector_1", 10), whenUnplugged);
  t.same(errors(session), []);
  t.ok(session.energyWh() > 40, "energy is not taken back");
});

t.test("a controller that boots again and again does not close its contactor each time", async (t) => {
  const boots = [10, 12, 14].map((at_s) => below(at_s, "mcu_reset"));
  const session = await run([script(0, charging), ...boots, unplug(120)], { until: 125 });
  t.same(errors(session), ["14.1 raise VendorError Resets", "74.2 clear VendorError Resets"]);
  t.same(
    relay(session, 9).slice(0, 6),
    ["10.0 open", "10.4 closed", "12.0 open", "12.4 closed", "14.0 open", "74.3 closed"],
    "not a third time, but after a minute of calm",
  );
});

t.test("the serial port is pulled and put back", async (t) => {
  const session = await run([below(10.1, "port_gone"), below(20, "port_gone", { value: false }), unplug(30)]);
  t.same(errors(session), ["10.1 raise CommunicationFault", "21.2 clear CommunicationFault"]);
  t.match(session.one("error", { action: "raise" }, 0, "bsp").message, "/dev/ttyUSB0");
  t.same(contactor(session, 10).slice(0, 2), ["10.1 shall be open", "10.2 is open"]);
  t.same(session.events("connector_1", 10), [...interruption, ...resumption, ...whenUnplugged]);
});

t.test("a serial port that is not there at the start is tried until it is", async (t) => {
  const session = await runStation({
    station,
    steps: [below(0, "port_gone"), below(10.5, "port_gone", { value: false }), script(15, charging), unplug(25)],
  });
  t.same(errors(session), ["0.0 raise CommunicationFault", "12.2 clear CommunicationFault"]);
  t.same(session.events("connector_1", 15), [...untilCharging.slice(1), ...whenUnplugged]);
});

t.test("a line that returns what is sent is refused", async (t) => {
  const session = await run([below(10.1, "echo"), below(20, "echo", { value: false }), unplug(30)]);
  t.same(errors(session), ["10.2 raise CommunicationFault Echo", "21.5 clear CommunicationFault Echo"]);
  t.same(contactor(session, 10).slice(0, 2), ["10.2 shall be open", "10.3 is open"]);
});

t.test("contacts that do not obey", async (t) => {
  const welded = await run([below(10.1, "relay_welded"), unplug(15), below(20, "relay_welded", { value: false })]);
  t.same(errors(welded), ["15.5 raise MREC17EVSEContactorFault", "20.0 clear MREC17EVSEContactorFault"]);
  t.equal(welded.one("lock_command", { locked: false }).t, 20.049, "the plug stays locked under a closed contact");
  const stuck = await run([below(1, "relay_stuck_open"), unplug(15)]);
  t.same(errors(stuck), ["5.8 raise MREC17EVSEContactorFault", "15.0 clear MREC17EVSEContactorFault"]);
  const slow = await run([below(1, "relay_slow", { value: 300 }), unplug(15)]);
  t.same(errors(slow), []);
});

t.test("a lock that does not open, and then does", async (t) => {
  const session = await run([below(10, "lock_stuck"), unplug(20), below(30.5, "lock_stuck", { value: false })], {
    until: 40,
  });
  t.same(errors(session, "connector_lock"), [
    "26.2 raise ConnectorLockFailedUnlock",
    "31.3 clear ConnectorLockFailedUnlock",
  ]);
});

t.test("a meter that tells no numbers, absurd ones, always the same ones or none", async (t) => {
  for (const value of ["nan", "absurd", "frozen", "silent"]) {
    const session = await run([below(10.1, "meter", { value }), below(20, "meter", { value: "sound" }), unplug(30)]);
    t.same(errors(session, "powermeter"), ["15.2 raise CommunicationFault", "20.7 clear CommunicationFault"], value);
    const between = session.of("powermeter").filter(({ t }) => t > 10.7 && t < 20.6);
    t.same(between, [], `${value}: no reading is told as new`);
    t.notMatch(session.text, /e\+3\d|null,"L2"/);
  }
});

t.test("the main thread hangs", async (t) => {
  const block = { at_s: 10.1, sim: { module: "evsed", name: "block_main", args: { value: 8 } } };
  t.test("for longer than the controller waits for keepalives: it opens", async (t) => {
    const session = await run([below(1, "host_watchdog"), block, unplug(36)]);
    t.equal(relay(session, 10)[0], "14.3 open", "5 s after the last one");
    t.same(errors(session), []);
  });
  t.test("what was said meanwhile is heard before anybody is called lost", async (t) => {
    const session = await run([block, unplug(36)]);
    t.same(errors(session), []);
    t.same(session.events("connector_1", 10), whenUnplugged);
  });
});

t.test("the daemon dies while a car charges and comes back", async (t) => {
  const kill = { at_s: 10.1, sim: { module: "evsed", name: "kill", args: { restart_s: 3 } } };
  const session = await run([kill, unplug(36)]);
  t.same(letters(session, 13), ["14.8 B", "15.0 C", "36.0 A"], "the controller was reset, and says what it sees");
  t.equal(session.result.breach, undefined);
});

t.test("a line that lies: 1 % of bytes flipped, of frames dropped and doubled", async (t) => {
  const noise = { flipped: 0.01, dropped: 0.01, doubled: 0.01 };
  let finished = 0;
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
  for (const seed of seeds) {
    const session = await run([below(0, "noise", noise), unplug(30)], { seed, until: 60 });
    t.equal(session.result.breach, undefined, `seed ${seed}: no invariant is broken`);
    t.ok(session.events().includes("ChargingStarted"), `seed ${seed}: the car charges`);
    if (session.events().includes("TransactionFinished")) finished++;
  }
  t.equal(finished, seeds.length, "and every session comes to its end");
});

t.test("a line so bad that nothing gets through is a lost one", async (t) => {
  const session = await run([below(10.1, "noise", { flipped: 0.3 })], { until: 30 });
  t.match(errors(session)[0], /^1[45]\.\d+ raise CommunicationFault McuToEverest$/);
  t.match(contactor(session, 10)[0], /shall be open$/);
});

t.test("what the configuration cannot be", async (t) => {
  const complaints = (...overrides: string[]): string[] => {
    const loaded = loadConfiguration({
      path: configurationFile(station),
      lookup: (type) => shipped.find((manifest) => manifest.type === type),
      types: shipped.map(({ type }) => type),
      overrides,
    });
    return [...loaded.warnings, ...(loaded.ok ? [] : loaded.complaints)].map((found) =>
      formatFinding(found).replace(/^.*: bsp\./, ""),
    );
  };
  t.same(complaints(), []);
  t.same(complaints("bsp.baud_rate=10000"), [
    "baud_rate must be one of 9600, 19200, 38400, 57600, 115200, 230400, not 10000",
  ]);
  t.same(complaints("bsp.caps_min_current_A=20", "bsp.caps_max_current_A=16"), [
    "caps_min_current_A: 20 A is more than the highest, 16 A",
  ]);
  t.same(complaints('bsp.reset_gpio_chip=""'), [
    "reset_gpio_chip: without a reset line the contactor cannot be forced open while the serial line is dead",
  ]);
});
