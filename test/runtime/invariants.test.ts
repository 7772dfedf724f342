import t from "tap";
import { compose } from "../../src/daemon/compose.ts";
import type { InvariantBreach } from "../../src/runtime/invariants.ts";
import { watchInvariants } from "../../src/runtime/invariants.ts";
import { seededRandom } from "../../src/runtime/random.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import { configurationFile, configurationOf } from "../scenario/station-run.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A station that was never started, that says whatever a test makes it say, and what the watch makes of it. */
async function watched(set: readonly string[] = []) {
  const clock = new VirtualClock();
  const { station } = await compose(await configurationOf(configurationFile("station"), set), {
    clock,
    log: () => silent,
    random: (stream) => seededRandom(1, stream),
    simulate: true,
  });
  const breaches: InvariantBreach[] = [];
  watchInvariants(station, (breach) => breaches.push(breach));
  const say = (kind: string, fields: object, module = "connector_1"): void =>
    clock.turn(() => station.emit(module, kind, fields));
  return {
    say,
    names: () => breaches.map(({ name }) => name),
    breaches,
    until: (ms: number): void => clock.runUntil(ms, () => true),
    block: (value: boolean): void => station.queue.hold(value),
    session: (event: string, uuid = "one") => say("session_event", { event, uuid }),
    limits: (max_current: number) => say("limits", { max_current, nr_of_phases_available: 3 }),
    cp: (to: string) => say("cp", { from: "A", to }),
    pwm: (dutyPercent: number) => say("pwm", { mode: "pwm", duty_percent: dutyPercent }),
    x1: () => say("pwm", { mode: "X1", duty_percent: 100 }),
    command: (closed: boolean) =>
      say("contactor_command", { closed, reason: closed ? "FullPowerCharging" : "PowerOff" }),
    confirm: (closed: boolean) => say("contactor", { closed }),
    unlock: () => say("lock_command", { locked: false }),
    meter: (total: number) => say("powermeter", { energy_Wh_import: { total } }),
    fault: (action: "raise" | "clear", type = "evse_board_support/MREC8EmergencyStop") =>
      say(
        "error",
        { implementation: "board_support", action, type, sub_type: "", severity: "High", message: "" },
        "connector_1_powerpath",
      ),
  };
}

/** Everything that a close command needs, at 16 A. */
async function readyToClose(set: readonly string[] = []) {
  const world = await watched(set);
  world.session("TransactionStarted");
  world.limits(16);
  world.pwm(26.67);
  world.cp("C");
  return world;
}

async function closed(set: readonly string[] = []) {
  const world = await readyToClose(set);
  world.command(true);
  world.confirm(true);
  return world;
}

t.test("close_without_permission", async (t) => {
  const good = await closed();
  t.same(good.names(), [], "in C, with PWM, in a transaction, without an error");
  const missing: readonly (readonly [string, (world: Awaited<ReturnType<typeof watched>>) => void, RegExp])[] = [
    ["the pilot is in B", (world) => world.cp("B"), /pilot in B/],
    ["no PWM", (world) => world.x1(), /no PWM/],
    ["nobody is authorised", (world) => world.session("TransactionFinished"), /no transaction/],
    ["an error blocks", (world) => world.fault("raise"), /a blocking error/],
  ];
  for (const [what, spoil, detail] of missing) {
    const world = await readyToClose();
    spoil(world);
    world.command(true);
    t.equal(world.names()[0], "close_without_permission", what);
    t.match(world.breaches[0]?.detail, detail);
    t.equal(world.breaches[0]?.module, "connector_1");
  }
  const cleared = await readyToClose();
  cleared.fault("raise");
  cleared.fault("clear");
  cleared.command(true);
  t.same(cleared.names(), [], "an error that is gone");
  const warned = await readyToClose();
  warned.fault("raise", "evse_board_support/VendorWarning");
  warned.command(true);
  t.same(warned.names(), [], "a warning");
});

t.test("D counts as C where there is ventilation", async (t) => {
  for (const [ventilation, expected] of [
    [true, []],
    [false, ["close_without_permission"]],
  ] as const) {
    const world = await readyToClose([`connector_1.has_ventilation=${ventilation}`]);
    world.cp("D");
    world.command(true);
    t.same(world.names(), expected);
  }
});

t.test("open_after_leaving_c", async (t) => {
  for (const [openMs, expected] of [
    [100, []],
    [101, ["open_after_leaving_c"]],
  ] as const) {
    const world = await closed();
    world.cp("B");
    world.until(openMs - 1);
    if (openMs <= 100) world.command(false);
    world.until(openMs);
    t.same(world.names(), expected, `open ${openMs} ms after`);
  }
  const back = await closed();
  back.cp("B");
  back.until(50);
  back.cp("C");
  back.until(1000);
  t.same(back.names(), [], "a vehicle that is back in C");
});

t.test("open_after_x1", async (t) => {
  for (const opens of [true, false]) {
    const world = await closed();
    world.x1();
    world.until(5999);
    if (opens) world.command(false);
    world.until(7000);
    t.same(world.names(), opens ? [] : ["open_after_x1"]);
    if (!opens) t.equal(world.breaches[0]?.tMs, 6000);
  }
  const resumed = await closed();
  resumed.x1();
  resumed.until(3000);
  resumed.pwm(26.67);
  resumed.until(10_000);
  t.same(resumed.names(), [], "the PWM is back");
});

t.test("open_on_blocking_error", async (t) => {
  for (const opens of [true, false]) {
    const world = await closed();
    world.until(10);
    world.fault("raise");
    if (opens) world.command(false);
    world.until(10);
    t.same(world.names(), opens ? [] : ["open_on_blocking_error"]);
  }
});

t.test("unlock_while_closed: commanded and confirmed both count", async (t) => {
  const world = await closed();
  world.command(false);
  world.unlock();
  t.same(world.names(), ["unlock_while_closed"], "not confirmed open");
  const commanded = await readyToClose();
  commanded.command(true);
  commanded.unlock();
  t.same(commanded.names(), ["unlock_while_closed"], "not confirmed closed");
  const open = await closed();
  open.command(false);
  open.confirm(false);
  open.unlock();
  t.same(open.names(), []);
});

t.test("duty_above_limit", async (t) => {
  for (const [reducedMs, expected] of [
    [4999, []],
    [5001, ["duty_above_limit"]],
  ] as const) {
    const world = await closed();
    world.limits(10);
    world.until(Math.min(reducedMs, 4999));
    if (reducedMs < 5000) world.pwm(16.67);
    world.until(6000);
    t.same(world.names(), expected, `followed after ${reducedMs} ms`);
  }
  const higher = await closed();
  higher.pwm(53.33);
  higher.until(6000);
  t.same(higher.names(), ["duty_above_limit"], "more than the limit from the start");
  const smallest = await closed();
  smallest.limits(5.95);
  smallest.pwm(10);
  smallest.until(6000);
  t.same(smallest.names(), [], "5.9 to 6.1 A are all said with 10 %");
});

t.test("one TransactionFinished for each TransactionStarted", async (t) => {
  const twice = await watched();
  twice.session("TransactionStarted");
  twice.session("TransactionFinished");
  t.same(twice.names(), []);
  twice.session("TransactionFinished");
  t.same(twice.names(), ["transaction_finished_twice"]);

  const none = await watched();
  none.session("TransactionStarted");
  none.session("SessionFinished");
  t.same(none.names(), ["transaction_not_finished"]);

  const other = await watched();
  other.session("TransactionStarted", "one");
  other.session("TransactionFinished", "two");
  t.same(other.names(), ["transaction_finished_twice"], "of another session");

  const resumed = await watched();
  resumed.session("SessionResumed");
  resumed.session("TransactionFinished");
  t.same(resumed.names(), [], "one found at start is closed, not begun");
});

t.test("billed_energy_fell", async (t) => {
  const world = await watched();
  world.meter(500);
  world.meter(0);
  world.session("TransactionStarted");
  world.meter(0);
  world.meter(10);
  world.meter(10);
  t.same(world.names(), [], "it may fall between two transactions");
  world.meter(9);
  t.same(world.names(), ["billed_energy_fell"]);
});

t.test("what another module says concerns nobody", async (t) => {
  const world = await watched();
  world.say("contactor_command", { closed: true, reason: "FullPowerCharging" }, "auth");
  t.same(world.names(), []);
});

t.test("what was allowed a moment ago may still be on offer", async (t) => {
  const world = await readyToClose();
  world.limits(32);
  world.pwm(53.33);
  world.until(1000);
  world.limits(0);
  world.until(1500);
  world.limits(32);
  world.until(5900);
  world.limits(10);
  world.until(6500);
  t.same(world.names(), [], "the first reduction was taken back, the second has just come");
  world.until(11_000);
  t.same(world.names(), ["duty_above_limit"]);
});

t.test("while the main loop is blocked nobody decides; the error is seen to when it goes on", async (t) => {
  const world = await closed();
  world.block(true);
  world.fault("raise");
  world.until(2000);
  t.same(world.names(), []);
  world.block(false);
  world.until(2100);
  t.same(world.names(), ["open_on_blocking_error"]);
});

/** A DC station that says whatever a test makes it say. */
async function watchedDc(set: readonly string[] = []) {
  const clock = new VirtualClock();
  const { station } = await compose(await configurationOf(configurationFile("dc-station"), set), {
    clock,
    log: () => silent,
    random: (stream) => seededRandom(1, stream),
    simulate: true,
  });
  const breaches: InvariantBreach[] = [];
  watchInvariants(station, (breach) => breaches.push(breach));
  const say = (kind: string, fields: object, module = "evse"): void =>
    clock.turn(() => station.emit(module, kind, fields));
  const drive = (mode: "export" | "off", voltageV: number): void =>
    clock.turn(() =>
      station.command(
        "evse_dc_circuit",
        "circuit",
        "drive",
        {
          source: { mode, voltageV, currentA: 10, powerW: 1e5, voltsPerSecond: 1e6, amperesPerSecond: 100, errorV: 0 },
        },
        () => {},
      ),
    );
  return {
    names: () => breaches.map(({ name }) => name),
    until: (ms: number): void => clock.runUntil(ms, () => true),
    cp: (to: string) => say("cp", { from: "B", to }),
    mode: (mode: string, phase = "Charging") => say("supply", { dir: "cmd", name: "setMode", args: { mode, phase } }),
    confirm: (closed: boolean) => say("contactor", { closed }),
    inrush: (contactor: string) => say("inrush", { contactor, difference_V: 300 }, "evse_dc_circuit"),
    lostSupply: () =>
      say(
        "error",
        { implementation: "main", action: "raise", type: "power_supply_DC/CommunicationFault", sub_type: "" },
        "supply",
      ),
    drive,
  };
}

t.test("DC: the supply goes off in the turn that leaves C, and is on nowhere else", async (t) => {
  const orderly = await watchedDc();
  orderly.cp("C");
  orderly.mode("Export");
  orderly.until(1000);
  // In either order of the words.
  orderly.cp("B");
  orderly.mode("Off");
  orderly.until(2000);
  t.same(orderly.names(), []);

  const left = await watchedDc();
  left.cp("C");
  left.mode("Export");
  left.until(1000);
  left.cp("B");
  left.until(1001);
  left.mode("Off");
  t.same(left.names(), ["supply_on_outside_c"]);

  const inB = await watchedDc();
  inB.cp("B");
  inB.mode("Export", "CableCheck");
  inB.until(1);
  t.same(inB.names(), ["supply_on_outside_c"]);
  const tested = await watchedDc(["evse.cable_check_enable_imd_self_test_relays_open=true"]);
  tested.cp("B");
  tested.mode("Export", "CableCheck");
  tested.until(1);
  t.same(tested.names(), [], "the self test with relays open");
});

t.test("DC: a second after the contactor opened there are less than 60 V", async (t) => {
  const on = await watchedDc();
  on.drive("export", 400);
  on.confirm(true);
  on.until(500);
  on.confirm(false);
  on.until(1499);
  t.same(on.names(), []);
  on.until(1500);
  t.same(on.names(), ["voltage_after_opening"]);

  const off = await watchedDc();
  off.drive("export", 400);
  off.confirm(true);
  off.until(500);
  off.drive("off", 0);
  off.confirm(false);
  off.until(3000);
  t.same(off.names(), []);

  const unheard = await watchedDc();
  unheard.drive("export", 400);
  unheard.confirm(true);
  unheard.lostSupply();
  unheard.confirm(false);
  unheard.until(1400);
  unheard.drive("off", 0);
  unheard.until(2500);
  t.same(unheard.names(), [], "a supply that is not reached goes off by itself a second later");
});

t.test("DC: the station's contactor closes into no voltage; the vehicle's is the vehicle's", async (t) => {
  const world = await watchedDc();
  world.inrush("vehicle");
  t.same(world.names(), []);
  world.inrush("station");
  t.same(world.names(), ["close_into_voltage"]);
});
