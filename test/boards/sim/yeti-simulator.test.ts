import t from "tap";
import { bench } from "./bench.ts";

/** A board that charges with 16 A on three phases since about 2 s. */
function charging(board = {}) {
  const world = bench({ script: "iec_wait_pwr_ready;draw_power_regulated 16,3", board });
  world.bsp("enable", { value: true });
  world.until(1000);
  world.bsp("pwm_on", { value: 80 / 3 });
  world.until(1900);
  world.permit(true);
  world.until(2000);
  return world;
}

t.test("tells what it is, and publishes A with no vehicle", async (t) => {
  const world = bench();
  world.until(20);
  t.same(world.events, ["10 A"]);
  t.match(world.published, {
    capabilities: [{ max_current_A_import: 32, min_current_A_import: 6, connector_type: "IEC62196Type2Cable" }],
    ac_nr_of_phases_available: [3],
    ac_pp_ampacity: [{ ampacity: "A_32" }],
    rcd_current_mA: [0.1],
    public_key_ocmf: ["TESTPUBLICKEY1"],
  });
  world.bsp("enable", { value: true });
  t.same(world.events, ["10 A", "20 A"], "and again when enabled");
});

t.test("a charging session at the pilot", async (t) => {
  const world = charging();
  t.same(world.events, ["10 B", "1010 C", "1930 PowerOn"]);
  world.until(10_000);
  world.run("pause");
  world.until(11_000);
  world.permit(false);
  world.run("unplug");
  world.until(12_000);
  t.match(world.events.slice(-3).join(), /^\d+ B,\d+ PowerOff,\d+ A$/);
  t.same(world.faults, []);
});

t.test("opens by itself within 30 ms of the pilot leaving C", async (t) => {
  const world = charging();
  world.run("pause");
  world.until(3000);
  const at = (event: string) => Number(world.events.findLast((line) => line.endsWith(` ${event}`))?.split(" ")[0]);
  t.equal(at("PowerOff") - at("B"), 20);
});

t.test("in C without PWM it stays closed while permitted, in D it opens", async (t) => {
  const world = charging();
  world.run("draw_power_fixed 16,3");
  world.until(3000);
  world.bsp("cp_state_X1");
  world.until(4000);
  t.equal(world.events.at(-1), "1930 PowerOn");
  world.permit(false);
  world.permit(true);
  world.until(5000);
  t.equal(world.events.at(-1), "4020 PowerOff", "permission alone does not close it again");
  world.bsp("pwm_on", { value: 20 });
  world.until(6000);
  t.equal(world.events.at(-1), "5030 PowerOn");

  world.command("board", "ev_board_support", "set_cp_state", { cp_state: "D" });
  world.until(7000);
  t.equal(world.events.at(-1), "6010 D", "ventilated, so it stays closed");
  world.bsp("cp_state_X1");
  world.until(8000);
  t.equal(world.events.at(-1), "7020 PowerOff");
});

t.test("what withdraws the contactor", async (t) => {
  const opens = (act: (world: ReturnType<typeof charging>) => void) => {
    const world = charging();
    act(world);
    world.until(2060);
    return world.events.filter((line) => line.endsWith("PowerOff"));
  };
  t.same(
    opens((world) => world.permit(false)),
    ["2020 PowerOff"],
  );
  t.same(
    opens((world) => world.bsp("cp_state_F")),
    ["2020 PowerOff"],
  );
  t.same(
    opens((world) => world.bsp("pwm_on", { value: 0 })),
    ["2020 PowerOff"],
  );
  t.same(
    opens((world) => world.bsp("enable", { value: false })),
    ["2020 PowerOff"],
  );
  t.same(
    opens((world) => world.sim("rcm")),
    ["2020 PowerOff"],
  );
  t.same(
    opens((world) => world.sim("cp_voltage", { value: 7.5 })),
    [],
    "in the gap between B and C it is still C",
  );
  t.same(
    opens((world) => world.sim("cp_voltage", { value: 10.5 })),
    ["2030 PowerOff"],
  );
  t.same(
    opens((world) => world.bsp("cp_state_X1")),
    [],
    "the vehicle is still in C",
  );
  t.same(
    opens((world) => world.stop(false)),
    ["2020 PowerOff"],
  );
});

t.test("F withdraws the permission", async (t) => {
  const world = charging();
  world.bsp("cp_state_F");
  world.until(2200);
  world.bsp("pwm_on", { value: 80 / 3 });
  world.until(4000);
  t.match(world.events.at(-1), /C$/);
  world.permit(true);
  world.until(4100);
  t.equal(world.events.at(-1), "4030 PowerOn");
});

t.test("while disabled the last pilot request waits", async (t) => {
  const world = bench({ script: "iec_wait_pwr_ready" });
  world.bsp("pwm_on", { value: 50 });
  world.bsp("cp_state_X1");
  world.bsp("pwm_on", { value: 20 });
  world.until(1000);
  t.same(world.measurements, [0, 100], "X1 is on the wire");
  world.bsp("enable", { value: true });
  t.same(world.measurements, [0, 100, 20]);
});

t.test("a voltage that is no state is a pilot fault until it is one again", async (t) => {
  const world = charging();
  world.sim("cp_voltage", { value: 10.5 });
  world.until(2500);
  world.sim("cp_voltage", { value: null });
  world.until(2600);
  t.same(world.faults, [
    "2010 raise board_support evse_board_support/MREC14PilotFault",
    "2510 clear board_support evse_board_support/MREC14PilotFault",
  ]);
});

t.test("a diode fault holds until A, a short is E", async (t) => {
  const world = charging();
  world.run("diode_fail;sleep 1;unplug");
  world.until(5000);
  t.match(world.faults.join(), /raise board_support \S+DiodeFault,\d+ clear board_support \S+DiodeFault$/);
  t.match(world.events.join(), /PowerOff,\d+ A$/);

  const shorted = charging();
  shorted.run("error_e");
  shorted.until(3000);
  t.match(shorted.events.join(), /\d+ E,\d+ PowerOff$/);
});

t.test("a welded contact is a contactor fault until it opens", async (t) => {
  const world = charging();
  world.sim("relay_welded");
  world.permit(false);
  world.until(3000);
  t.same(world.faults, ["2250 raise board_support evse_board_support/MREC17EVSEContactorFault"]);
  t.equal(world.events.at(-1), "1930 PowerOn");
  world.sim("relay_welded", { value: false });
  world.until(4000);
  t.equal(world.events.at(-1), "3020 PowerOff");
  t.equal(world.faults.at(-1), "3020 clear board_support evse_board_support/MREC17EVSEContactorFault");
});

t.test("a slow contact is one too, a stuck one never closes", async (t) => {
  const slow = charging();
  slow.sim("relay_slow");
  slow.permit(false);
  slow.until(3000);
  t.equal(slow.events.at(-1), "2500 PowerOff");
  t.same(slow.faults.length, 2);

  const stuck = charging();
  stuck.sim("relay_stuck_open");
  stuck.until(3000);
  t.equal(stuck.events.at(-1), "2000 PowerOff");
  t.match(stuck.faults, [/^2250 raise .*MREC17/]);
});

t.test("the residual current device trips above 5.0 mA and opens the contactor", async (t) => {
  const world = charging();
  world.command("board", "ev_board_support", "set_rcd_error", { rcd_current_mA: 5 });
  t.same(world.faults, []);
  world.command("board", "ev_board_support", "set_rcd_error", { rcd_current_mA: 5.1 });
  t.same(world.faults, ["2000 raise rcd ac_rcd/DC"]);
  t.equal(world.command("board", "rcd", "reset", {}), false);
  world.command("board", "ev_board_support", "set_rcd_error", { rcd_current_mA: 0.2 });
  t.same(world.faults.slice(1), ["2000 clear rcd ac_rcd/DC"]);
  t.same(world.published.rcd_current_mA, [0.1, 5, 5.1, 0.2]);
  world.run("unplug");
  world.until(3000);
  t.equal(world.published.rcd_current_mA?.at(-1), 0.1);
});

t.test("the meter tells what is drawn, every 750 ms, in whole Wh", async (t) => {
  const world = charging();
  world.until(61_930);
  const last = world.meter.at(-1);
  t.match(last, {
    timestamp: "2026-01-01T00:01:01.500Z",
    meter_id: "YETI_POWERMETER",
    power_W: { total: 10_656, L1: 3552, L2: 3552, L3: 3552 },
    voltage_V: { L1: 222, L2: 222, L3: 222 },
    current_A: { L1: 16, L2: 16, L3: 16, N: 0.2 },
    // 10,656 W from 1.93 s to 61.5 s
    energy_Wh_import: { total: 176, L1: 59, L2: 59, L3: 59 },
  });
  const hz = world.meter.map((reading) => reading.frequency_Hz?.L1 ?? 0);
  t.ok(hz.every((value) => value >= 49.875 && value <= 50.125));
  t.ok(new Set(hz).size > 10);
});

t.test("a new session counts from zero, told before its B; or goes on where that is off", async (t) => {
  for (const reset of [true, false]) {
    const world = charging({ reset_powermeter_on_session_start: reset });
    world.until(60_000);
    world.run("unplug;sleep 2;iec_wait_pwr_ready");
    world.until(62_300);
    t.match(world.events.at(-1), /B$/);
    const wh = world.meter.at(-1)?.energy_Wh_import.total;
    t.equal(wh, reset ? 0 : 172);
  }
});

t.test("phases are switched once the contactor is open", async (t) => {
  const world = charging();
  world.bsp("ac_switch_three_phases_while_charging", { value: false });
  world.until(3000);
  t.same(world.published.ac_nr_of_phases_available, [3]);
  world.permit(false);
  world.until(4000);
  t.same(world.published.ac_nr_of_phases_available, [3, 1]);
  world.permit(true);
  world.until(6000);
  t.match(world.meter.at(-1)?.current_A, { L1: 16, L2: 0, L3: 0 });
});

t.test("a fixed vehicle draws its amperes whatever the PWM grants, a regulated one does not", async (t) => {
  const world = charging();
  world.run("draw_power_fixed 20,1");
  world.until(4000);
  t.match(world.meter.at(-1)?.current_A, { L1: 20, L2: 0, L3: 0, N: 0.2 });
  world.bsp("cp_state_X1");
  world.until(6000);
  t.equal(world.meter.at(-1)?.current_A?.L1, 20);
  world.bsp("pwm_on", { value: 10 });
  world.run("draw_power_regulated 20,3");
  world.until(8000);
  t.match(world.meter.at(-1)?.current_A, { L1: 6, L2: 6, L3: 6 });
});

t.test("a socket knows by its proximity pin whether a plug is in", async (t) => {
  const world = bench({ board: { connector_type: "IEC62196Type2Socket" }, script: "sleep 1;iec_wait_pwr_ready" });
  world.until(2000);
  world.sim("pp_removed");
  world.sim("pp_removed", { value: false });
  world.run("unplug");
  world.until(3000);
  t.same(
    world.published.ac_pp_ampacity?.map((value) => (value as { ampacity: string }).ampacity),
    ["None", "A_32", "None", "A_32", "None"],
  );
});

t.test("signed values of a transaction", async (t) => {
  const world = bench();
  const value = { signing_method: "dummy", encoding_method: "plain" };
  const start = { ...value, signed_meter_data: "test start value" };
  t.same(world.command("board", "powermeter", "start_transaction", { value: {} }), {
    status: "OK",
    signed_meter_value: start,
  });
  t.same(world.command("board", "powermeter", "stop_transaction", { transaction_id: "" }), {
    status: "OK",
    start_signed_meter_value: start,
    signed_meter_value: { ...value, signed_meter_data: "test stop value" },
  });
});

t.test("injected errors are raised by the implementation they belong to", async (t) => {
  const world = bench();
  world.sim("error", { type: "BrownOut" });
  world.sim("error", { type: "ac_rcd_AC" });
  world.sim("error", { type: "lock_VendorError" });
  world.sim("error", { type: "powermeter/CommunicationFault" });
  world.sim("error", { type: "evse_board_support/BrownOut", value: false });
  t.same(world.faults, [
    "0 raise board_support evse_board_support/BrownOut",
    "0 raise rcd ac_rcd/AC",
    "0 raise connector_lock connector_lock/VendorError",
    "0 raise powermeter powermeter/CommunicationFault",
    "0 clear board_support evse_board_support/BrownOut",
  ]);
  world.until(5000);
  t.same(world.meter, [], "a meter that cannot be reached tells nothing");
  t.throws(() => world.sim("error", { type: "Nonsense" }));
});

t.test("the same seed gives the same readings, another one other noise", async (t) => {
  const run = (seed: number) => {
    const world = bench({ seed });
    world.until(10_000);
    return world.meter;
  };
  t.same(run(3), run(3));
  t.not(JSON.stringify(run(3)), JSON.stringify(run(4)));
});
