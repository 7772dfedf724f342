/** The plug lock on a simulated motor: 300 ms from stop to stop, capacitors that take 2.5 s to 10 V and are looked at every 100 ms. */
import t from "tap";
import { create as createLock } from "../../../boards/charge-control-c/plug-lock/driver.ts";
import { manifest as lockManifest } from "../../../boards/charge-control-c/plug-lock/manifest.ts";
import { manifest as worldManifest } from "../../../boards/sim/charge-control-c/manifest.ts";
import { create as createWorld } from "../../../boards/sim/charge-control-c/world.ts";
import type { Lines } from "../../../hal/lines.ts";
import type { Log } from "../../../hal/log.ts";
import type { ConfigScalar, Manifest } from "../../../hal/manifest.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import { DeviceError } from "../../../src/core/errors.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import { Station } from "../../../src/runtime/station.ts";
import { VirtualClock } from "../../../src/runtime/virtual-clock.ts";
import { witnessed } from "./witnessed.ts";

function bench(given: Readonly<Record<string, ConfigScalar>> = {}, failingAtStart = "") {
  const clock = new VirtualClock();
  const story: string[] = [];
  const levels: Record<string, string> = {};
  let failing = failingAtStart;
  let failuresLeft = Number.POSITIVE_INFINITY;
  const quiet = (): void => {};
  const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const station = new Station({ clock, log: () => log, random: (stream) => seededRandom(1, stream) });
  station.faults.listen((action, { type, severity }) =>
    story.push(
      `${clock.nowMs()} ${action} ${type.replace(/^.*?\/(ConnectorLock)?/, "")} ${action === "raise" ? severity : ""}`.trim(),
    ),
  );
  const world: ModuleFactory<typeof worldManifest> = (context) => {
    const instance = createWorld(context);
    const lines = witnessed(instance.lines as Lines, (line, call, value) => {
      if (`${line} ${call}` === failing && failuresLeft-- > 0) throw new DeviceError("EIO", `${line} failed`);
      if (!line.startsWith("MOTOR") || (call !== "set" && call !== "output") || levels[line] === value) return;
      levels[line] = value as string;
      story.push(`${clock.nowMs()} ${line.slice(15)} ${value}`);
    });
    return { ...instance, lines };
  };
  const defaults = Object.entries(worldManifest.config).map(([key, { default: value }]) => [key, value] as const);
  const config = { ...Object.fromEntries(defaults), ...given };
  const plan = (id: string, manifest: Manifest, create: unknown, more: object = {}) => ({
    plan: { id, type: manifest.type, config, implementations: {}, connections: {}, evse: undefined, ...more },
    manifest,
    create: create as ModuleFactory,
  });
  station.make([plan("lock", lockManifest, createLock, { below: "world" }), plan("world", worldManifest, world)]);
  station.ready();
  const call = (name: string): void => clock.turn(() => station.command("lock", "connector_lock", name, {}, () => {}));
  const told = (): string[] => story.splice(0);
  return {
    told,
    until: (atMs: number) => clock.runUntil(atMs),
    lock: () => call("lock"),
    unlock: () => call("unlock"),
    stop: () => station.stop(false),
    /** That call fails, as often as `times` or until another is named. */
    fail: (call: string, times = Number.POSITIVE_INFINITY) => {
      failing = call;
      failuresLeft = times;
    },
    sim: (name: string, args: object = { value: true }) =>
      clock.turn(() => (station.sim("lock")?.[name] as ((args: object) => void) | undefined)?.(args)),
  };
}

/** Locked at 3600, the capacitors charged. */
function locked(given: Readonly<Record<string, ConfigScalar>> = {}) {
  const world = bench(given);
  world.until(3000);
  world.lock();
  world.until(4000);
  world.told();
  return world;
}

t.test("at the start the motor rests, and the lock stays as it is", async (t) => {
  const world = bench();
  world.until(10_000);
  t.same(world.told(), ["0 IN1_N high", "0 IN2 low"]);
});

t.test("lock, brake, unlock, brake: one line at a time", async (t) => {
  const world = bench();
  world.until(3000);
  world.told();
  world.lock();
  world.until(5000);
  t.same(world.told(), ["3000 IN2 high", "3600 IN1_N low"]);
  world.unlock();
  world.until(6000);
  t.same(world.told(), ["5000 IN2 low", "5600 IN2 high"]);
  world.lock();
  world.until(7000);
  t.same(world.told(), ["6000 IN1_N high", "6600 IN1_N low"]);
});

t.test("going out it rests: nothing would drive it open by mistake, nothing is left driven", async (t) => {
  const world = locked();
  world.stop();
  t.same(world.told(), ["4000 IN1_N high", "4000 IN2 low"], "by way of locking, not of unlocking");
  world.unlock();
  world.until(5000);
  t.same(world.told(), []);
  const moving = bench({ charged_threshold_voltage: 0 });
  moving.told();
  moving.lock();
  moving.until(300);
  moving.stop();
  moving.until(2000);
  t.same(moving.told(), ["0 IN2 high", "300 IN2 low"]);
});

t.test("the first movement waits until the capacitors are charged", async (t) => {
  const world = bench();
  world.told();
  world.lock();
  world.until(2599);
  t.same(world.told(), []);
  world.until(4000);
  t.same(world.told(), ["2600 IN2 high", "3200 IN1_N low"]);
});

t.test(
  "capacitors that never charge: an error after 5 s, and a movement after as much, or 400 s if it is the first",
  async (t) => {
    const world = bench();
    world.sim("capacitor_flat");
    world.told();
    world.lock();
    world.until(402_000);
    t.same(world.told(), ["5000 raise CapNotCharged High", "400000 IN2 high", "400600 IN1_N low"]);
    world.unlock();
    world.until(408_000);
    t.same(world.told(), ["407000 IN2 low", "407600 IN2 high"], "still not charged: the error stays");
    world.sim("capacitor_flat", { value: false });
    world.lock();
    world.until(412_000);
    t.same(world.told(), ["410600 clear CapNotCharged", "410600 IN1_N high", "411200 IN1_N low"]);
    world.sim("capacitor_flat");
    world.unlock();
    world.until(418_000);
    t.equal(world.told()[0], "417000 raise CapNotCharged Medium");
  },
);

t.test("no capacitors, no waiting", async (t) => {
  const world = bench({ charged_threshold_voltage: 0 });
  world.told();
  world.lock();
  t.same(world.told(), ["0 IN2 high"]);
});

t.test("a lock that does not lock, and one that does not unlock", async (t) => {
  const world = bench();
  world.until(3000);
  world.sim("lock_stuck");
  world.lock();
  world.until(4000);
  t.same(world.told().slice(-1), ["3600 raise FailedLock Medium"]);
  world.unlock();
  world.until(5000);
  t.same(world.told().slice(-1), ["4600 clear FailedLock"], "it is where it should be");
  world.sim("lock_stuck", { value: false });
  world.lock();
  world.until(6000);
  world.sim("lock_stuck");
  world.told();
  world.unlock();
  world.until(7000);
  t.same(world.told().slice(-1), ["6600 raise FailedUnlock Medium"]);
  world.lock();
  world.until(8000);
  t.notMatch(world.told().join(), /clear/, "a good lock says nothing of unlocking");
  world.sim("lock_stuck", { value: false });
  world.unlock();
  world.until(9000);
  t.same(world.told().slice(-1), ["8600 clear FailedUnlock"]);
});

t.test("a lock that gets stuck halfway: one error, not another one for where it is not", async (t) => {
  const table = [
    ["unlock", "FailedUnlock"],
    ["lock", "FailedLock"],
  ] as const;
  for (const [move, error] of table) {
    const world = locked({ enable_monitoring: true });
    if (move === "lock") {
      world.unlock();
      world.until(6000);
      world.told();
    }
    world.until(7000);
    world[move]();
    world.until(7013);
    world.sim("lock_stuck");
    world.until(12_000);
    const raised = world.told().filter((line) => line.includes("raise"));
    t.same(raised, [`7600 raise ${error} Medium`], move);
    world.sim("lock_stuck", { value: false });
    world[move]();
    world.until(14_000);
    t.match(world.told().at(-1), `clear ${error}`, "the next good movement ends it");
  }
});

t.test("a lock that did not move at all is watched where it was left", async (t) => {
  const world = locked({ enable_monitoring: true });
  world.sim("lock_stuck");
  world.unlock();
  world.until(5500);
  world.told();
  world.sim("lock_moved", { value: false });
  world.until(6500);
  t.same(world.told(), ["6000 raise UnexpectedOpen High"]);
});

t.test("a lock whose feedback could not be read after it had failed to move is watched on", async (t) => {
  const world = locked({ enable_monitoring: true });
  world.sim("lock_stuck");
  world.fail("voltage0 readRaw");
  world.unlock();
  world.until(4900);
  t.match(world.told().join(), /4600 raise VendorWarning Low,4620 raise FailedUnlock Medium$/);
  world.fail("");
  world.until(5500);
  t.same(world.told(), ["5000 clear VendorWarning"]);
});

t.test("windows count with both of their ends", async (t) => {
  // 300 mV are 372 counts and read 299 mV.
  const result = (given: Readonly<Record<string, ConfigScalar>>): boolean => {
    const world = bench({ charged_threshold_voltage: 0, ...given });
    world.lock();
    world.until(1000);
    return world.told().some((line) => line.includes("FailedLock"));
  };
  t.equal(result({ locked_threshold_voltage_max: 299 }), false);
  t.equal(result({ locked_threshold_voltage_max: 298 }), true);
  t.equal(result({ locked_threshold_voltage_min: 299 }), false);
  t.equal(result({ locked_threshold_voltage_min: 300 }), true);
});

t.test("a lock without feedback is always where it should be", async (t) => {
  const world = locked({
    unlocked_threshold_voltage_min: 0,
    unlocked_threshold_voltage_max: 3300,
    locked_threshold_voltage_min: 0,
    locked_threshold_voltage_max: 3300,
    enable_monitoring: true,
  });
  world.sim("lock_stuck");
  world.unlock();
  world.until(10_000);
  t.notMatch(world.told().join(), /raise/);
});

t.test("monitoring: the lock moved by hand", async (t) => {
  const world = locked({ enable_monitoring: true });
  world.sim("lock_moved", { value: false });
  world.until(5500);
  t.same(world.told(), ["5000 raise UnexpectedOpen High"]);
  world.sim("lock_moved", { value: true });
  world.until(6500);
  t.same(world.told(), ["6000 clear UnexpectedOpen"]);
  world.unlock();
  world.until(8100);
  world.told();
  world.sim("lock_moved", { value: true });
  world.until(9500);
  t.same(world.told(), ["9000 raise UnexpectedClose High"]);
  world.unlock();
  world.until(11_000);
  t.same(world.told(), ["9500 IN2 low", "10100 IN2 high", "10100 clear UnexpectedClose"]);
  const unwatched = locked();
  unwatched.sim("lock_moved", { value: false });
  unwatched.until(10_000);
  t.same(unwatched.told(), [], "only when it is asked for");
});

t.test("a command while the motor runs comes after it, the last one only", async (t) => {
  const world = bench({ charged_threshold_voltage: 0 });
  world.told();
  world.lock();
  world.until(100);
  world.unlock();
  world.lock();
  world.unlock();
  world.until(3000);
  t.same(world.told(), ["0 IN2 high", "600 IN1_N low", "600 IN2 low", "1200 IN2 high"]);
  world.lock();
  world.until(3100);
  world.unlock();
  world.lock();
  world.until(6000);
  t.same(world.told(), ["3000 IN1_N high", "3600 IN1_N low"], "it was going there anyway");
});

t.test("a command while it waits for the capacitors takes the place of the one before", async (t) => {
  const world = bench();
  world.told();
  world.lock();
  world.until(1000);
  world.unlock();
  world.until(5000);
  t.same(world.told(), ["2600 IN1_N low", "3200 IN2 high"]);
});

t.test("lines that fail: the movement has failed, and the next one may succeed", async (t) => {
  const sense = bench({ charged_threshold_voltage: 0 });
  sense.fail("voltage0 readRaw");
  sense.lock();
  sense.until(1000);
  t.match(sense.told().join(), /600 raise VendorWarning Low,620 raise FailedLock Medium$/, "looked at three times");
  sense.fail("");
  sense.lock();
  sense.until(2000);
  t.match(sense.told().join(), /1600 clear VendorWarning,1600 clear FailedLock$/);
  sense.fail("voltage0 readRaw", 1);
  sense.unlock();
  sense.until(3000);
  t.match(sense.told().join(), /2600 raise VendorWarning Low,2610 clear VendorWarning$/, "one of them is enough");
  const world = bench();
  world.until(3000);
  world.fail("voltage4 readRaw");
  world.lock();
  world.until(500_000);
  t.match(world.told().join(), /8000 raise CapNotCharged High,403000 IN2 high/);
});

t.test("a motor that cannot be braked: an error, and braked as soon as it can be", async (t) => {
  const world = bench({ charged_threshold_voltage: 0 });
  world.lock();
  world.until(500);
  world.fail("MOTOR_1_DRIVER_IN1_N set");
  world.until(1000);
  t.same(world.told(), ["0 IN1_N high", "0 IN2 low", "0 IN2 high", "600 raise MREC1ConnectorLockFailure Medium"]);
  world.fail("");
  world.until(2000);
  t.same(world.told(), ["1010 IN1_N low", "1010 clear MREC1ConnectorLockFailure"]);
  world.unlock();
  world.until(3000);
  t.same(world.told(), ["2000 IN2 low", "2600 IN2 high"]);
});

t.test("a lock whose lines do not open at the start: an error, and what was asked for comes later", async (t) => {
  for (const call of ["MOTOR_1_DRIVER_IN1_N output", "MOTOR_1_DRIVER_IN2 output", "voltage0 adc", "voltage4 adc"]) {
    const world = bench({ charged_threshold_voltage: 0 }, call);
    world.lock();
    world.until(500);
    t.match(world.told().join(), /^(0 IN\w+ \w+,)*0 raise MREC1ConnectorLockFailure Medium$/, call);
    world.fail("");
    world.until(2000);
    const [cleared, ...moved] = world.told().slice(-3);
    t.same([cleared, ...moved], ["1000 clear MREC1ConnectorLockFailure", "1000 IN2 high", "1600 IN1_N low"], call);
  }
});

t.test("a line that fails on the way out is asked once more: no motor is left driven", async (t) => {
  for (const call of ["MOTOR_1_DRIVER_IN1_N set", "MOTOR_1_DRIVER_IN2 set"]) {
    const world = bench({ charged_threshold_voltage: 0 });
    world.lock();
    world.until(1000);
    world.told();
    world.fail(call, 1);
    world.stop();
    t.same(world.told(), ["1000 IN1_N high", "1000 IN2 low"], call);
  }
});

t.test("monitoring: one conversion that fails is a warning, three are a lock that nobody knows of", async (t) => {
  const world = bench({ charged_threshold_voltage: 0, enable_monitoring: true });
  world.lock();
  world.until(900);
  world.told();
  world.fail("voltage0 readRaw", 1);
  world.until(1500);
  t.same(world.told(), ["1000 raise VendorWarning Low", "1010 clear VendorWarning"]);
  world.fail("voltage0 readRaw", 3);
  world.until(3500);
  t.same(
    world.told().join(),
    "2010 raise VendorWarning Low,2030 raise UnexpectedOpen High,3030 clear VendorWarning,3030 clear UnexpectedOpen",
  );
});
