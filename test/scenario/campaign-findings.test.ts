/** What `npm run campaign` has found, each as short as it could be made. docs/campaign.md has the table. */
import t from "tap";
import type { Line } from "./station-run.ts";
import { charging, runStation, script, sim, unplug } from "./station-run.ts";

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
