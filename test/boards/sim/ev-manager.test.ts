import t from "tap";
import { bench } from "./bench.ts";

function powered(script: string, vehicle = {}) {
  const world = bench({ script, vehicle });
  world.bsp("enable", { value: true });
  world.bsp("pwm_on", { value: 80 / 3 });
  return world;
}

/** Virtual milliseconds at which a letter was accepted: 10 ms after the tick that caused it. */
const ticks = (world: ReturnType<typeof bench>, letters: string) =>
  world.events
    .map((line) => line.split(" "))
    .filter(([, letter]) => letters.includes(letter ?? "?") && letter?.length === 1)
    .map(([atMs, letter]) => `${Number(atMs) - 10} ${letter}`);

t.test("sleeps floor(ms/250)+1 ticks, and not at all for 0", async (t) => {
  const world = powered("sleep 1;iec_wait_pwr_ready;sleep 0;draw_power_regulated 16,3;sleep 0.7;unplug");
  world.until(5000);
  t.same(ticks(world, "BC"), ["1000 B", "1250 C"]);
  t.equal(ticks(world, "A").at(-1), "1750 A");
});

t.test("waits for the PWM, and acts on the tick after it", async (t) => {
  const world = bench({ script: "iec_wait_pwr_ready;draw_power_regulated 16,3" });
  world.bsp("enable", { value: true });
  world.until(10_100);
  world.bsp("pwm_on", { value: 80 / 3 });
  t.ok(world.vehicle.scriptRunning());
  world.until(11_000);
  t.same(ticks(world, "C"), ["10250 C"]);
  t.notOk(world.vehicle.scriptRunning(), "the script has ended");
});

t.test("after its script the vehicle stays, and goes on reacting to the pilot", async (t) => {
  const world = powered("iec_wait_pwr_ready;draw_power_regulated 16,3");
  world.until(5000);
  world.bsp("cp_state_X1");
  world.until(6000);
  world.bsp("pwm_on", { value: 20 });
  world.until(7000);
  t.same(ticks(world, "BC"), ["0 B", "250 C", "5000 B", "6000 C"]);
});

t.test("a script given while one runs replaces the rest of it", async (t) => {
  const world = powered("iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 36000;unplug");
  world.until(20_000);
  world.run("pause;sleep 5;draw_power_regulated 16,3;sleep 36000");
  world.until(30_000);
  t.same(ticks(world, "BC").slice(-2), ["20000 B", "25000 C"]);
});

t.test("a script given after one has ended finds the vehicle as it is", async (t) => {
  const world = powered("iec_wait_pwr_ready;draw_power_regulated 16,3");
  world.until(5000);
  const before = world.events.length;
  world.run("sleep 1;pause");
  world.until(10_000);
  t.same(world.events.slice(before), ["6010 B"]);
});

t.test("execute needs an enabled vehicle at rest, and resets it", async (t) => {
  const world = bench();
  const execute = (value: string) => world.command("vehicle", "main", "execute_charging_session", { value });
  execute("unplug");
  t.equal(world.logs.filter((line) => line === "vehicle script_refused").length, 1);
  world.command("vehicle", "main", "enable", { value: true });
  world.command("vehicle", "main", "enable", { value: true });
  t.ok(world.logs.includes("vehicle enable_unchanged"));
  execute("set_soc 80;iec_wait_pwr_ready");
  world.until(1000);
  execute("unplug");
  t.equal(world.logs.filter((line) => line === "vehicle script_refused").length, 2);
  world.command("vehicle", "main", "modify_charging_session", { value: "sleep 0" });
  world.until(2000);
  t.equal(world.events.at(-1), "10 B");
  execute("sleep 10");
  world.until(3000);
  t.match(world.events.at(-1), /A$/, "a fresh vehicle is not plugged in");
  t.same(world.socs.slice(-2), [80, 30]);
});

t.test("disabling takes the vehicle away", async (t) => {
  const world = powered("iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 100");
  world.until(5000);
  world.command("vehicle", "main", "enable", { value: false });
  world.until(6000);
  t.notOk(world.vehicle.scriptRunning());
  t.equal(world.events.at(-1), "5010 A");
});

t.test("commands with a wrong argument count are skipped, a bad script changes nothing", async (t) => {
  const world = powered("sleep 1 2;iec_wait_pwr_ready;set_soc 140;plugin;sleep 100");
  world.until(1000);
  t.ok(world.logs.includes("vehicle command_skipped"));
  t.ok(world.logs.includes("vehicle soc_out_of_range"));
  t.ok(world.logs.includes("vehicle plugin_commands_unusable"));
  world.run("dance");
  t.ok(world.logs.includes("vehicle script_rejected"));
  t.ok(world.vehicle.scriptRunning());
});

t.test("plugin stands for the configured commands", async (t) => {
  const world = powered("sleep 1;plugin;unplug", { plugin_commands: "iec_wait_pwr_ready;sleep 1" });
  world.until(5000);
  t.same(
    world.events.map((line) => line.split(" ")[1]),
    ["A", "B"],
    "what came after it is gone",
  );
  const endless = powered("plugin", { plugin_commands: "plugin" });
  endless.until(1000);
  t.notOk(endless.vehicle.scriptRunning());
});

t.test("automatic execution, once or for ever, gives way to a script", async (t) => {
  const automatic = { auto_enable: true, auto_exec: true, auto_exec_commands: "iec_wait_pwr_ready;sleep 1;unplug" };
  const letters = (world: ReturnType<typeof bench>) => world.events.map((line) => line.split(" ")[1]).join("");
  const session = (vehicle: object, script?: string) => {
    const world = bench({ vehicle: vehicle as never, ...(script === undefined ? {} : { script }) });
    for (let atMs = 0; atMs < 8000; atMs += 250) {
      world.until(atMs);
      world.bsp("enable", { value: true });
      world.bsp("pwm_on", { value: 20 });
    }
    return world;
  };
  const once = session(automatic);
  t.match(letters(once), /^A*B+A+$/);
  t.notOk(once.vehicle.scriptRunning());
  const forever = session({ ...automatic, auto_exec_infinite: true });
  t.match(letters(forever), /^A*B+A+B+A+B+/);
  t.ok(forever.vehicle.scriptRunning());
  const given = session({ ...automatic, auto_exec_infinite: true }, "sleep 3");
  t.match(letters(given), /^A+$/);
  t.notOk(given.vehicle.scriptRunning());
});

t.test("the battery fills while power flows, and a full one does not end the session", async (t) => {
  const world = powered("iec_wait_pwr_ready;draw_power_regulated 16,3", { dc_energy_capacity: 11_040 });
  world.until(600_000);
  t.same(world.socs, [30], "no contactor, no power");
  world.permit(true);
  world.until(600_030 + 360_000 + 250);
  t.equal(Math.floor(Number(world.socs.at(-1))), 40, "10 % in six minutes");
  t.equal(world.socs.length, 11, "told at each whole percent");
  world.until(3_600_000);
  t.equal(world.socs.at(-1), 100);
  t.equal(world.events.at(-1), "600030 PowerOn");
});

t.test("a long sleep ends to the tick", async (t) => {
  const world = powered("sleep 36000;unplug");
  world.until(35_999_999);
  t.ok(world.vehicle.scriptRunning());
  world.until(36_000_000);
  t.notOk(world.vehicle.scriptRunning());
});

t.test("a board that loses the vehicle ends its script", async (t) => {
  const world = powered("iec_wait_pwr_ready;draw_power_regulated 16,3;sleep 100");
  world.until(5000);
  world.publish("board", "ev_board_support", "bsp_event", { event: "Disconnected" });
  world.until(6000);
  t.notOk(world.vehicle.scriptRunning());
  t.equal(world.events.at(-1), "5010 A");
});
