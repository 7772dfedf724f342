/** The shipped driver of the Charge Control C on simulated lines: a session, and every fault with what becomes of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { formatFinding } from "../../src/config/finding.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { shipped } from "../config/shipped-manifests.ts";
import type { StationRun } from "./station-run.ts";
import { charging, command, runStation, script, sim, unplug, untilCharging, whenUnplugged } from "./station-run.ts";

const station = "charge-control-c";

const below = (at_s: number, name: string, args: object = {}): object => sim(at_s, name, args, "bsp");
/** As if nothing ever were busy elsewhere: instants are exact. */
const prompt = below(0, "thread_delay", { value: 0 });
const run = (steps: readonly object[], more: object = {}): Promise<StationRun> =>
  runStation({ station, steps: [prompt, script(0, charging), ...steps], ...more });

/** The errors the board told, with their instants. */
const errors = (run: StationRun): string[] =>
  run
    .of("error", {}, "bsp")
    .map(({ t, action, type, sub_type }) => `${t} ${action} ${(type as string).split("/")[1]} ${sub_type}`.trimEnd());

const commandedOpen = (run: StationRun): number => run.one("contactor_command", { closed: false }).t;

t.test("a car charges", async (t) => {
  const session = await run([unplug(60)]);
  t.same(session.events(), [...untilCharging, ...whenUnplugged]);
  t.same(
    session.of("cp").map(({ t, from, to }) => `${t} ${from} ${to}`),
    ["0.26 Disabled A", "1.008 A B", "2.256 B C", "60.008 C A"],
  );
  t.same(session.pwm(), ["X1", "53.33", "X1"], "32 A, by board and cable");
  t.equal(session.one("contactor_command", { closed: true }).t, 2.256);
  t.equal(session.one("contactor", { closed: true }).t, 10.044, "no closing in the first 10 s");
  t.same([commandedOpen(session), session.one("contactor", { closed: false }).t], [60.008, 60.04]);
  t.same(errors(session), []);
});

t.test("no feedback: the contactor counts as open 250 ms after it was told to", async (t) => {
  const session = await run([unplug(20)], { set: ["bsp.contactor_1_feedback_type=none"] });
  t.equal(session.one("contactor", { closed: true }).t, 10.004);
  t.same([commandedOpen(session), session.one("contactor", { closed: false }).t], [20.008, 20.26]);
});

t.test("a second session waits until 10 s have passed since the last closing", async (t) => {
  const session = await run([unplug(12), script(13, charging)], { until: 30 });
  const closed = session.of("contactor", { closed: true }).map(({ t }) => t);
  t.same(closed, [10.044, 20.044]);
});

t.test("a pilot that leaves its windows", async (t) => {
  const session = await run([below(20, "cp_voltage", { value: -5 }), below(25, "cp_voltage", { value: null })], {
    until: 40,
  });
  t.same(errors(session), ["20.008 raise MREC14PilotFault CPOutOfRange", "25.008 clear MREC14PilotFault CPOutOfRange"]);
  t.equal(commandedOpen(session), 20.008);
  t.same(session.pwm("connector_1", 20), ["F", "X1", "53.33"]);
  t.same(session.contactor("connector_1", 20), ["open", "opened", "close", "closed"]);
});

t.test("a short between pilot and earth", async (t) => {
  const session = await run([below(20, "cp_voltage", { value: 0 }), below(25, "cp_voltage", { value: null })], {
    until: 40,
  });
  t.equal(errors(session)[0], "20.008 raise MREC14PilotFault CPShortFault");
  t.equal(commandedOpen(session), 20.008);
  t.equal(session.one("cp", { to: "E" }).t, 20.008);
  t.match(errors(session).at(-1), /clear MREC14PilotFault CPShortFault/);
});

t.test("a vehicle whose diode fails is out until it has left", async (t) => {
  const session = await run([script(20, "diode_fail;sleep 3600"), script(25, "unplug"), script(30, charging)], {
    until: 50,
  });
  t.same(errors(session), [
    "20.008 raise DiodeFault",
    // In F it loads the negative half too, which by the pilot alone cannot be told from a short.
    "20.02 raise MREC14PilotFault CPShortFault",
    "20.032 clear MREC14PilotFault CPShortFault",
    "25.008 clear DiodeFault",
  ]);
  t.equal(commandedOpen(session), 20.008);
  t.same(session.events("connector_1", 28).slice(-2), ["PrepareCharging", "ChargingStarted"]);
});

t.test("a vehicle that wants ventilation gets none", async (t) => {
  const session = await run([below(20, "cp_voltage", { value: 3 }), below(25, "cp_voltage", { value: null })], {
    until: 40,
  });
  t.equal(errors(session)[0], "20.008 raise VentilationNotAvailable");
  t.equal(session.one("cp", { to: "D" }).t, 20.008, "the letter is told all the same");
  t.equal(commandedOpen(session), 20.008);
  t.match(errors(session)[1], /clear VentilationNotAvailable/);
});

t.test("conversions that time out are a pilot out of range and a proximity pin that cannot be read", async (t) => {
  const session = await run([below(20.1, "adc_silent"), below(25.1, "adc_silent", { value: false })], { until: 30 });
  t.same(errors(session), [
    "20.104 raise MREC14PilotFault CPOutOfRange",
    "20.5 raise MREC23ProximityFault MeasurementError",
    "25.104 clear MREC14PilotFault CPOutOfRange",
    "25.5 clear MREC23ProximityFault MeasurementError",
  ]);
  t.equal(commandedOpen(session), 20.104);
});

t.test("a plug pulled while the vehicle charges", async (t) => {
  const session = await run([below(20.1, "pp_removed"), below(25.1, "pp_removed", { value: false })], { until: 30 });
  t.same(errors(session), [
    "20.6 raise MREC23ProximityFault PlugRemoval",
    "25.5 clear MREC23ProximityFault PlugRemoval",
  ]);
  t.equal(commandedOpen(session), 20.6);
});

t.test("a proximity pin out of range; the same cable again ends it", async (t) => {
  const session = await run([below(20.1, "pp_voltage", { value: 0.5 }), below(25.1, "pp_voltage", { value: null })], {
    until: 30,
  });
  t.same(errors(session), [
    "20.5 raise MREC23ProximityFault MeasurementError",
    "25.5 clear MREC23ProximityFault MeasurementError",
  ]);
});

t.test("an attached cable has no proximity pin to be read", async (t) => {
  const session = await run([below(20.1, "pp_removed"), unplug(25)], {
    set: ["bsp.connector_type=IEC62196Type2Cable"],
  });
  t.same(errors(session), []);
});

t.test("the residual current monitor trips", async (t) => {
  const ground = "MREC2GroundFailure";
  for (const set of [["bsp.rcm_fault_active_low=true"], ["bsp.rcm_fault_active_low=false"]]) {
    const session = await run([below(20, "rcm"), below(25, "rcm", { value: false })], { set, until: 40 });
    t.same(errors(session), [`20 raise ${ground}`, `20 raise ${ground}`, `25 clear ${ground}`, `25 clear ${ground}`]);
    t.equal(commandedOpen(session), 20);
    t.equal(session.one("contactor", { closed: false }).t, 20.032);
    t.same(session.contactor("connector_1", 25), ["close", "closed"]);
  }
  const residual = await run([script(20, "rcd_current 6;sleep 3600")], { until: 22 });
  t.same(errors(residual), [`20.004 raise ${ground}`, `20.004 raise ${ground}`], "6 mA of a vehicle");
  const less = await run([script(20, "rcd_current 5.9;sleep 3600")], { until: 22 });
  t.same(errors(less), []);
});

t.test("a monitor that has tripped when the station starts", async (t) => {
  const session = await run([below(0, "rcm")], { until: 20 });
  t.equal(errors(session)[0], "1 raise MREC2GroundFailure", "once the inputs have their threshold");
  t.same(session.contactor(), []);
});

const emergencyStop = "evse_board_support/MREC8EmergencyStop";
const contactorFault = "evse_board_support/MREC17EVSEContactorFault";

t.test("interlock and station hear of each other late: open in time, and told the same", async (t) => {
  for (let seed = 1; seed <= 8; seed++) {
    // Just before the proximity pin is looked at: it is no plug that was pulled under load.
    const session = await runStation({ station, seed, steps: [script(0, charging), unplug(20.499)] });
    t.same(session.events(), [...untilCharging, ...whenUnplugged], `seed ${seed}`);
    t.same(session.contactor(), ["close", "closed", "open", "opened"]);
    const afterMs = 1000 * (commandedOpen(session) - 20.499);
    t.ok(afterMs > 4 && afterMs < 59, `${afterMs} ms: two samples, and up to 50 ms until it is heard`);
    t.same([errors(session), session.result.exit], [[], 0]);
  }
});

t.test("the main thread stands still for a second and the vehicle leaves: nothing but late", async (t) => {
  const session = await run([sim(20, "block_main", { value: 1 }, "evsed"), unplug(20.2)]);
  t.same(session.events(), [...untilCharging, ...whenUnplugged]);
  t.same([commandedOpen(session), session.one("contactor", { closed: false }).t], [21, 21.016]);
  t.same(errors(session), []);
});

t.test("the main thread stands still for 3 s: the grant runs out, and power is permitted anew", async (t) => {
  const session = await run([sim(20, "block_main", { value: 3 }, "evsed")], { until: 40 });
  const message = "The program did not get on; the contactors were opened.";
  t.same(errors(session), ["23 raise CommunicationFault", "24 clear CommunicationFault"]);
  t.equal(session.of("error", { action: "raise" }, "bsp")[0]?.message, message);
  t.same(session.contactor("connector_1", 20), ["open", "opened", "close", "closed"]);
  t.same(session.pwm("connector_1", 20), ["F", "X1", "53.33"]);
  const patient = await run([sim(20, "block_main", { value: 2 }, "evsed")], {
    until: 40,
    set: ["bsp.interlock_lifetime_ms=3000"],
  });
  t.same([errors(patient), patient.contactor("connector_1", 20)], [[], []], "a grant may last for 3 s");
});

t.test("who opened the contactor, and why", async (t) => {
  const cases: [title: string, steps: object[], reason: string][] = [
    ["the vehicle leaves", [unplug(20)], "interlock:left_c"],
    ["a pilot out of its windows", [below(20, "cp_voltage", { value: -5 })], "interlock:pilot_fault"],
    ["residual current", [below(20, "rcm")], "interlock:rcm"],
    ["a program that does not get on", [sim(20, "block_main", { value: 3 }, "evsed")], "interlock:grant_expired"],
    ["a person who pauses: the vehicle follows", [command(20, "pause_charging")], "interlock:left_c"],
    [
      "an error that has nothing to do with the pilot",
      [
        {
          at_s: 20,
          raise: { module: "bsp", implementation: "evse_board_support", type: emergencyStop, severity: "High" },
        },
      ],
      "PowerOff",
    ],
  ];
  for (const [title, steps, reason] of cases) {
    const opened = (await run(steps, { until: 30 })).of("contactor_command", { closed: false });
    t.equal(opened[0]?.reason, reason, title);
  }
});

t.test("a contactor that welds: a fault until the next start, and no unlock before it is open", async (t) => {
  const session = await run([below(20, "relay_welded"), unplug(22), below(25, "relay_welded", { value: false })], {
    until: 60,
  });
  t.same(errors(session), ["22.26 raise MREC17EVSEContactorFault"]);
  t.equal(session.one("contactor", { closed: false }).t, 25.032);
  t.same(session.states().at(-1), "Idle");
  t.equal(session.pwm().at(-1), "F");
});

t.test("a contactor that does not close", async (t) => {
  const session = await run([below(0, "relay_stuck_open"), unplug(30)], { until: 40 });
  t.same(errors(session), ["10.252 raise MREC17EVSEContactorFault"]);
  t.match(session.one("error", { type: contactorFault }, 0, "bsp").message, /R1\/S1 did not switch/);
  t.same(session.of("contactor", { closed: true }), []);
});

t.test("a slow contactor is waited for", async (t) => {
  const session = await run([below(0, "relay_slow", { value: 200 }), unplug(30)], { until: 40 });
  t.same(errors(session), []);
  t.equal(session.one("contactor", { closed: true }).t, 10.212);
});

t.test("the daemon dies while charging: the next one opens first, and finds a contactor that hangs", async (t) => {
  const kill = { at_s: 20, sim: { module: "evsed", name: "kill", args: { restart_s: 2 } } };
  const healthy = await run([kill], { until: 60 });
  t.same(errors(healthy), []);
  t.equal(healthy.one("cp", { from: "Disabled" }, 1).t, 22.26, "not before it is known where the contact is");
  t.same(
    healthy.of("contactor", { closed: true }).map(({ t }) => t),
    [10.044, 32.044],
  );
  const hanging = await run([below(19, "relay_welded"), kill], { until: 60 });
  t.same(errors(hanging), ["22.252 raise MREC17EVSEContactorFault"]);
  t.equal(hanging.one("contactor", { closed: true }, 1).t, 22.252, "told as it is fed back");
  t.same(
    hanging.contactor("connector_1", 22.3).filter((word) => word === "close"),
    [],
  );
});

t.test("three phases and one, in every wiring", async (t) => {
  for (const wiring of ["serial", "simultaneous", "mutual"]) {
    const session = await run([unplug(20)], {
      set: [`bsp.switch_3ph1ph_wiring=${wiring}`, "bsp.contactor_2_feedback_type=no"],
    });
    t.same(session.contactor(), ["close", "closed", "open", "opened"], wiring);
    t.same(errors(session), []);
  }
});

t.test("a grid of one phase", async (t) => {
  const set = ["bsp.grid_phase_count_gpio_line_name=ROTARY_SWITCH_1_8_N", "bsp.grid_phase_count_active_low=true"];
  const phases = async (value: 1 | 3) => {
    const session = await run([below(0, "grid_phases", { value })], { set, until: 5 });
    return session.of("limits").at(-1)?.nr_of_phases_available;
  };
  t.same([await phases(3), await phases(1)], [3, 1]);
});

t.test("a lock that does not lock, and one that is opened by hand while the vehicle charges", async (t) => {
  const lockErrors = (run: StationRun): string[] =>
    run.of("error", {}, "plug_lock").map(({ t, action, type }) => `${t} ${action} ${(type as string).split("/")[1]}`);
  const stuck = await run([sim(0, "lock_stuck", {}, "plug_lock")], { until: 30 });
  // Looked at every 100 ms from 0.26 s on, the capacitors are charged at 2.56 s; the movement takes 600 ms.
  t.same(lockErrors(stuck), ["3.16 raise ConnectorLockFailedLock"]);
  t.same(stuck.contactor(), ["close", "open"], "before it could close");
  const opened = await run(
    [sim(20, "lock_moved", { value: false }, "plug_lock"), sim(25, "lock_moved", { value: true }, "plug_lock")],
    { until: 30 },
  );
  t.same(lockErrors(opened), ["20 raise ConnectorLockUnexpectedOpen", "25 clear ConnectorLockUnexpectedOpen"]);
  t.equal(commandedOpen(opened), 20);
});

t.test("check: what the residual current monitor needs, and what the lock's windows are", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tarragon-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "s.yaml");
  const told = (...config: string[]): string[] => toldOf("CbTarragonDriver", config);
  const toldOf = (type: string, config: readonly string[]): string[] => {
    const lines = ["active_modules:", "  bsp:", `    module: ${type}`, "    config_module:"];
    writeFileSync(path, [...lines, ...config.map((line) => `      ${line}`)].join("\n"));
    const lookup = (type: string) => shipped.find((manifest) => manifest.type === type);
    const loaded = loadConfiguration({ path, lookup, types: shipped.map(({ type }) => type) });
    const complaints = loaded.ok ? [] : loaded.complaints;
    return [...complaints, ...loaded.warnings].map((finding) => formatFinding(finding).replace(`${folder}/`, ""));
  };
  t.same(told("rcm_enable: true", "rcm_fault_active_low: true"), [
    "s.yaml:5:19: bsp.rcm_enable: needs a module of type CbTarragonDIs; without its threshold the digital inputs tell nothing",
  ]);
  t.same(
    told("rcm_enable: true")[1],
    "s.yaml:5:19: bsp.rcm_fault_active_low: a broken wire to an active-high monitor looks like one that has not tripped",
  );
  t.same(told("rcm_enable: false"), []);
  t.same(told("contactor_1_feedback_type: no"), [], "a string, as the file is YAML 1.2");
  t.match(told("switch_3ph1ph_wiring: parallel")[0], /s\.yaml:5:29: bsp\.switch_3ph1ph_wiring/);
  t.same(toldOf("CbTarragonPlugLock", ["locked_threshold_voltage_min: 851"]), [
    "s.yaml:5:37: bsp.locked_threshold_voltage_min: 851 mV is above locked_threshold_voltage_max, which is 850 mV",
  ]);
  t.same(toldOf("CbTarragonPlugLock", ["unlocked_threshold_voltage_max: 2900"]), []);
});
