/** What `npm run campaign` has found, each as short as it could be made. docs/campaign.md has the table. */
import t from "tap";
import type { Line } from "./station-run.ts";
import { allow, charging, present, runStation, script, sim, unplug } from "./station-run.ts";

const takesDc =
  "sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;iso_wait_for_stop 60;" +
  "iso_wait_v2g_session_stopped;unplug";
const errors = (lines: readonly Line[], type: string): string[] =>
  lines.filter((line) => line.kind === "error" && line.type === type).map(({ t, action }) => `${t} ${action}`);

t.test(
  "a board that opened by itself in a DC session does not close into the battery when its cause is gone",
  async (t) => {
    const steps = [
      script(0, takesDc),
      sim(30, "rcm", { value: true }, "board"),
      sim(32, "rcm", { value: false }, "board"),
    ];
    const run = await runStation({
      file: new URL("configurations/dc-station.yaml", import.meta.url),
      steps,
      until: 60,
    });
    t.equal(run.result.exit, 0);
    t.same(
      run.lines.filter(({ kind }) => kind === "inrush"),
      [],
    );
    const opened = run.one("contactor", { closed: false }, 0, "evse");
    t.match(run.one("contactor_command", { closed: false }, 0, "evse"), { t: opened.t }, "and is told to stay open");
    t.match(run.of("contactor", {}, "evse").at(-1), { closed: false });
  },
);

t.test("an error of a tenth of a second in a DC session: the contactor waits for the next cable check", async (t) => {
  const at = { module: "board", implementation: "board_support", type: "evse_board_support/EnclosureOpen" };
  const steps = [script(0, takesDc), { at_s: 20, raise: { ...at, severity: "Medium" } }, { at_s: 20.116, clear: at }];
  const run = await runStation({ file: new URL("configurations/dc-station.yaml", import.meta.url), steps, until: 60 });
  t.equal(run.result.exit, 0);
  t.ok(run.events("evse", 20).includes("PrepareCharging"), "the station would go on");
  t.same(
    run.lines.filter(({ kind }) => kind === "inrush"),
    [],
    "and closes into no voltage",
  );
});

t.test("capacitors of the lock that are charged at last: nobody has to move the lock to end the error", async (t) => {
  const flat = (at_s: number, value: boolean): object => sim(at_s, "capacitor_flat", { value }, "plug_lock");
  const run = await runStation({
    station: "charge-control-c",
    steps: [script(0, charging), flat(15, true), unplug(20), flat(40, false)],
    until: 50,
  });
  const type = "connector_lock/ConnectorLockCapNotCharged";
  t.same(errors(run.lines, type), ["25.068 raise", "43.068 clear"], "charging takes them three seconds");
  t.equal(run.pwm().at(-1), "X1", "and the station is ready for the next vehicle");
});

t.test(
  "a bill that a full disk did not take in is on the disk soon after there is room, and is told once",
  async (t) => {
    const full = (at_s: number, value: boolean): object => sim(at_s, "disk_full", { value }, "evsed");
    const run = await runStation({
      station: "power-cut",
      steps: [
        script(0, charging),
        full(20, true),
        unplug(25),
        full(30, false),
        sim(50, "kill", { restart_s: 1 }, "evsed"),
      ],
      until: 60,
    });
    t.match(run.of("session_event", { event: "TransactionFinished" }), [
      { transaction_finished: { reason: "EVDisconnected" } },
    ]);
    t.same(run.of("session_event", { event: "SessionResumed" }), []);
  },
);

t.test("a vehicle without diode that leaves while the station shows F takes its error with it", async (t) => {
  const enable = (at_s: number, enable_state: string): object => ({
    at_s,
    command: {
      module: "connector_1",
      implementation: "evse",
      name: "enable_disable",
      args: { connector_id: 1, cmd_source: { enable_source: "LocalAPI", enable_state, enable_priority: 0 } },
    },
  });
  const run = await runStation({
    steps: [
      enable(2, "Disable"),
      script(5, "iec_wait_pwr_ready;sleep 1"),
      script(8, "diode_fail;sleep 36000"),
      unplug(10),
      enable(15, "Enable"),
      script(20, charging),
    ],
    until: 40,
  });
  const board = "connector_1_powerpath";
  t.match(
    run.of("error", { type: "evse_board_support/DiodeFault" }, board).map(({ action }) => action),
    ["raise", "clear"],
  );
  t.equal(run.states().at(-1), "Charging");
});

t.test(
  "the main loop hangs while a vehicle leaves C and comes back: nothing closes into the supply's voltage",
  async (t) => {
    const hang = { at_s: 8, sim: { module: "evsed", name: "block_main", args: { value: 6 } } };
    const steps = [script(0, takesDc), hang, script(9.2, "pause;sleep 0.5;draw_power_fixed 16,3;sleep 36000")];
    const run = await runStation({
      file: new URL("configurations/dc-station.yaml", import.meta.url),
      steps,
      until: 40,
    });
    t.equal(run.result.exit, 0);
    t.same(
      run.lines.filter(({ kind }) => kind === "inrush"),
      [],
    );
  },
);

const campaignStation = (name: string): URL => new URL(`../../tools/campaign/stations/${name}.yaml`, import.meta.url);
const enabling = (at_s: number, enable_state: "Enable" | "Disable"): object => ({
  at_s,
  command: {
    module: "connector_1",
    implementation: "evse",
    name: "enable_disable",
    args: { connector_id: 1, cmd_source: { enable_source: "LocalAPI", enable_state, enable_priority: 0 } },
  },
});

t.test("a lock that gets stuck halfway could not be unlocked, and did not open by itself", async (t) => {
  const run = await runStation({
    file: campaignStation("charge-control-c"),
    steps: [
      // Nobody swipes a card: it may unlock at once.
      script(0, "sleep 1;iec_wait_pwr_ready"),
      enabling(20, "Disable"),
      sim(20.013, "lock_stuck", { value: true }, "lock_1"),
    ],
    until: 30,
  });
  const told = run.lines.filter(({ kind, type }) => kind === "error" && `${type}`.startsWith("connector_lock/"));
  t.same(
    told.map(({ type }) => type),
    ["connector_lock/ConnectorLockFailedUnlock"],
  );
});

for (const name of ["yeti", "charge-control-c"]) {
  t.test(`${name}: a vehicle without diode that left while disabled is forgotten when enabled`, async (t) => {
    const steps = [
      present(4, "TOKEN1"),
      script(5, charging),
      script(20, "diode_fail;sleep 36000"),
      enabling(22, "Disable"),
      unplug(25),
      enabling(30, "Enable"),
      script(35, charging),
      present(38, "TOKEN1"),
    ];
    const run = await runStation({ file: campaignStation(name), steps, until: 60 });
    t.same(
      run.of("error", { type: "evse_board_support/DiodeFault" }, "board_1").map(({ action }) => action),
      ["raise", "clear"],
    );
    t.equal(run.states().at(-1), "Charging");
  });
}

const quiet = (at_s: number, value: boolean): object => sim(at_s, "silence_to_host", { value }, "board_1");

t.test("the line of a Yeti is silent for two seconds while the vehicle leaves: it is noticed soon after", async (t) => {
  const steps = [present(4, "TOKEN1"), script(5, charging), quiet(20, true), unplug(20.5), quiet(22, false)];
  const run = await runStation({ file: campaignStation("yeti"), steps, until: 60 });
  t.equal(run.states().at(-1), "Idle", "the session has ended");
  t.ok(run.event("SessionFinished").t < 32);
  t.match(run.of("contactor").at(-1), { closed: false });
});

t.test(
  "the line of a Yeti eats that the contactor has opened: no error stays, and the next vehicle charges",
  async (t) => {
    const at = { module: "board_1", implementation: "board_support", type: "evse_board_support/EnclosureOpen" };
    const steps = [
      present(4, "TOKEN1"),
      script(5, charging),
      quiet(19.95, true),
      { at_s: 20, raise: { ...at, severity: "High" } },
      quiet(20.4, false),
      { at_s: 30, clear: at },
      unplug(40),
      script(45, charging),
      present(48, "TOKEN1"),
    ];
    const run = await runStation({ file: campaignStation("yeti"), steps, until: 70 });
    t.same(
      run.of("error", { type: "evse_board_support/MREC17EVSEContactorFault" }, "board_1").map(({ action }) => action),
      ["raise", "clear"],
    );
    t.ok(run.one("contactor", { closed: false }).t < 23, "it is asked for");
    t.equal(run.states().at(-1), "Charging");
  },
);

t.test("an over-voltage before a restart ends with its vehicle, whatever else is wrong by then", async (t) => {
  const fault = (at_s: number, value: boolean): object =>
    sim(at_s, "fault", { type: "OverCurrentDC", value }, "supply");
  const steps = [
    script(0, takesDc),
    sim(1, "set_voltage_error", { value: 600 }, "supply"),
    present(2, "TOKEN1"),
    fault(30, true),
    sim(31, "kill", { restart_s: 1 }, "evsed"),
    unplug(40),
    sim(40, "set_voltage_error", { value: 0 }, "supply"),
    fault(45, false),
    script(50, takesDc),
    present(52, "TOKEN1"),
  ];
  const run = await runStation({ file: campaignStation("dc"), steps, until: 80 });
  t.same(
    errors(run.lines, "evse_manager/MREC5OverVoltage").map((text) => text.split(" ")[1]),
    ["raise", "raise", "clear"],
    "told again after the restart, and over when the plug is pulled",
  );
  t.equal(run.states().at(-1), "Charging");
});

t.test("a main loop that hangs when the duty cycle is due is no breach of the limit", async (t) => {
  const steps = [
    script(13, "sleep 1;iec_wait_pwr_ready;draw_power_regulated 16,1;sleep 36000"),
    present(23.4, "TOKEN1"),
    allow(26.556, 16),
    sim(27.8, "block_main", { value: 6 }, "evsed"),
  ];
  const run = await runStation({ file: campaignStation("yeti"), steps, until: 45 });
  t.equal(run.result.exit, 0);
  t.match(run.of("pwm").at(-1), { mode: "pwm", duty_percent: 26.666666666666668 }, "16 A once it goes on");
});

t.test("yeti: a contactor that did not close gets another try when the connector is enabled again", async (t) => {
  const stuck = (at_s: number, value: boolean): object => sim(at_s, "relay_stuck_open", { relay: 1, value }, "board_1");
  const steps = [
    stuck(3, true),
    present(4, "TOKEN1"),
    script(5, charging),
    enabling(22, "Disable"),
    unplug(25),
    stuck(26, false),
    enabling(30, "Enable"),
    script(35, charging),
    present(38, "TOKEN1"),
  ];
  const run = await runStation({ file: campaignStation("yeti"), steps, until: 60 });
  t.same(
    run.of("error", { type: "evse_board_support/MREC17EVSEContactorFault" }, "board_1").map(({ action }) => action),
    ["raise", "clear"],
  );
  t.equal(run.states().at(-1), "Charging");
});

t.test(
  "a transaction that a full disk lost in a cut does not run on: the next vehicle's meter begins at zero",
  async (t) => {
    const steps = [
      sim(2, "disk_full", { value: true }, "evsed"),
      present(4, "TOKEN1"),
      script(5, charging),
      sim(35, "kill", { restart_s: 0.02 }, "evsed"),
      sim(40, "disk_full", { value: false }, "evsed"),
      unplug(45),
      script(60, charging),
      present(62, "TOKEN1"),
    ];
    for (const more of [[], [present(37, "TOKEN2")]]) {
      const run = await runStation({ file: campaignStation("ac"), steps: [...steps, ...more], until: 80 });
      t.equal(run.result.exit, 0);
      t.equal(run.states().at(-1), "Charging");
      t.equal(run.events().filter((event) => event === "TransactionFinished").length, more.length);
    }
  },
);

t.test("one phase that comes together with the first current is switched to before the contactor closes", async (t) => {
  const steps = [
    allow(1, 0),
    script(2, "iec_wait_pwr_ready"),
    present(8, "TOKEN1"),
    script(20, "draw_power_fixed 32,3;sleep 36000"),
    allow(30, 32, { ac_max_phase_count: { value: 1, source: "test" } }),
  ];
  const run = await runStation({ file: campaignStation("ac"), steps, until: 40 });
  t.equal(run.result.exit, 0);
  t.notOk(run.states().includes("SwitchPhases"), "there was nothing to interrupt");
  t.equal(run.states().at(-1), "Charging");
});

t.test("two meters are silent and one comes back: the station does not charge until both are there", async (t) => {
  const silent = (at_s: number, meter: string, value: boolean): object => sim(at_s, "silence", { value }, meter);
  const steps = [
    present(2, "TOKEN1"),
    script(3, charging),
    silent(40, "grid_meter", true),
    silent(45, "car_meter", true),
    silent(55, "grid_meter", false),
    silent(75, "car_meter", false),
  ];
  const run = await runStation({ file: campaignStation("modbus"), steps, until: 110 });
  t.equal(run.result.exit, 0);
  const back = (meter: string): number => run.one("error", { action: "clear" }, 0, meter).t;
  t.ok(back("grid_meter") < 75 && back("car_meter") > 75);
  const commands = run.of("contactor_command").map(({ t: at, closed }) => [Math.floor(at), closed]);
  t.same(commands, [
    [5, true],
    [42, false],
    [Math.floor(back("car_meter")), true],
  ]);
});

t.test("a main loop that hangs when a contactor is due to open under X1 opens it once it goes on", async (t) => {
  const steps = [
    present(2, "TOKEN1"),
    script(3, "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_fixed 10,3;sleep 36000"),
    {
      at_s: 20,
      command: { module: "connector_1", implementation: "evse", name: "force_unlock", args: { connector_id: 1 } },
    },
    sim(25, "block_main", { value: 4 }, "evsed"),
  ];
  const run = await runStation({ file: campaignStation("ac-two"), steps, until: 45 });
  t.equal(run.result.exit, 0);
  t.match(run.one("contactor_command", { closed: false }), { t: 29 });
});

const lockFails = (at_s: number, value: boolean): object =>
  sim(at_s, "error_flag", { flag: "connector_lock_failed", value }, "board_1");

t.test("a Yeti's lock that fails with nobody there needs nobody to come and go", async (t) => {
  const steps = [
    lockFails(10, true),
    // The controller is reset, and tells of its lock once more while nobody is seen to be there.
    sim(40, "silence", { value: true }, "board_1"),
    sim(48, "silence", { value: false }, "board_1"),
    lockFails(60, false),
    script(70, charging),
    present(72, "TOKEN1"),
  ];
  const run = await runStation({ file: campaignStation("yeti"), steps, until: 100 });
  t.equal(run.result.exit, 0);
  t.same(errors(run.lines, "connector_lock/MREC1ConnectorLockFailure").at(-1), "60.039 clear");
  t.equal(run.states().at(-1), "Charging");
});

t.test("a vehicle that kept the voltage up until it was pulled out: what it leaves has its own second", async (t) => {
  const takes =
    "sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;iso_wait_for_stop 20;unplug";
  const steps = [
    script(14.592, takes),
    present(15.092, "TOKEN1"),
    sim(23.084, "misbehave", { at: "currentDemand", how: "silence" }, "hlc_of_vehicle"),
  ];
  const run = await runStation({ file: campaignStation("dc"), steps, until: 52 });
  t.equal(run.result.exit, 0);
  t.match(run.of("contactor", { closed: false }).at(-1), { t: 46.212 });
  t.match(run.of("cp", { to: "A" }).at(-1), { t: 47.102 }, "0.11 s before the second is over");
});

t.test(
  "a flag that went down while a Yeti was silent is asked about, though its vehicle is heard of at once",
  async (t) => {
    const steps = [
      script(14.895, charging),
      lockFails(20.902, true),
      sim(31.047, "silence", { value: true }, "board_1"),
      lockFails(40.527, false),
      sim(251.395, "silence", { value: false }, "board_1"),
      unplug(251.395),
      script(286.395, charging),
      present(288.895, "TOKEN1"),
    ];
    const run = await runStation({ file: campaignStation("yeti"), steps, until: 300 });
    t.equal(run.result.exit, 0);
    t.match(errors(run.lines, "connector_lock/MREC1ConnectorLockFailure").at(-1), /^252\.\d+ clear$/);
    t.equal(run.states().at(-1), "Charging");
  },
);

t.test("a Yeti's lock that opened while nobody heard it is not taken for one that does not open", async (t) => {
  const silent = (at_s: number, value: boolean): object => sim(at_s, "silence_to_host", { value }, "board_1");
  const steps = [
    script(42.188, "sleep 0.5;iec_wait_pwr_ready;sleep 3;draw_power_regulated 6,1;sleep 41;error_e;sleep 2;unplug"),
    silent(61.466, true),
    enabling(73.9, "Disable"),
    sim(262.718, "block_main", { value: 6 }, "evsed"),
    enabling(300.21, "Enable"),
    silent(300.21, false),
    unplug(300.21),
    script(335.21, charging),
    present(337.71, "TOKEN1"),
  ];
  const run = await runStation({ file: campaignStation("yeti"), steps, until: 350 });
  t.equal(run.result.exit, 0);
  t.same(errors(run.lines, "connector_lock/ConnectorLockFailedUnlock"), []);
  t.equal(run.states().at(-1), "Charging");
});
