/** The driver alone between a station side that only commands and listens, and the world below, whose lines may fail. */
import t from "tap";
import type { ConfigScalar } from "../../../hal/manifest.ts";
import { DeviceError } from "../../../src/core/errors.ts";
import type { Bench } from "./bench.ts";
import { bench, charging } from "./bench.ts";
import type { Witness } from "./witnessed.ts";
import { witnessed } from "./witnessed.ts";

const watched = (given: Readonly<Record<string, ConfigScalar>>, witness: Witness): Bench =>
  bench(given, (lines) => witnessed(lines, witness));

const after = (world: Bench, fromMs: number): string[] =>
  world.events.filter((line) => Number(line.split(" ")[0]) >= fromMs);

t.test("what is published at the start", async (t) => {
  const world = bench();
  world.ready();
  world.bsp("enable", { value: true });
  world.until(1000);
  t.same(world.events, ["260 A"]);
  t.same(world.published.capabilities, [
    {
      max_current_A_import: 80,
      min_current_A_import: 6,
      max_phase_count_import: 3,
      min_phase_count_import: 3,
      max_current_A_export: 80,
      min_current_A_export: 6,
      max_phase_count_export: 3,
      min_phase_count_export: 3,
      supports_changing_phases_during_charging: false,
      supports_cp_state_E: true,
      connector_type: "IEC62196Type2Socket",
    },
  ]);
  t.equal(world.published.ac_pp_ampacity, undefined, "no plug is what everybody takes for granted");
});

t.test("phases by wiring and by the grid's line", async (t) => {
  const phases = (config: Record<string, ConfigScalar>, gridPhases: 1 | 3 = 3): unknown[] => {
    const world = bench(config);
    world.sim("grid_phases", { value: gridPhases });
    world.ready();
    world.until(1000);
    const [capabilities] = world.published.capabilities as Record<string, unknown>[];
    return [
      capabilities?.max_phase_count_import,
      capabilities?.min_phase_count_import,
      capabilities?.supports_changing_phases_during_charging,
    ];
  };
  t.same(phases({ switch_3ph1ph_wiring: "serial" }), [3, 1, true]);
  for (const grid_phase_count_active_low of [false, true]) {
    const grid = { grid_phase_count_gpio_line_name: "ROTARY_SWITCH_1_8_N", grid_phase_count_active_low };
    t.same(phases({ ...grid, switch_3ph1ph_wiring: "serial" }), [3, 1, true]);
    t.same(phases({ ...grid, switch_3ph1ph_wiring: "serial" }, 1), [1, 1, false]);
    t.same(phases(grid), [3, 3, false]);
    t.same(phases(grid, 1), [1, 1, false]);
  }
});

t.test("a line that something else still holds is asked for again", async (t) => {
  let busy = 3;
  const world = watched({ grid_phase_count_gpio_line_name: "ROTARY_SWITCH_1_8_N" }, (line, call) => {
    if (line === "ROTARY_SWITCH_1_8_N" && call === "input" && busy-- > 0) throw new DeviceError("EBUSY", "held");
  });
  world.ready();
  world.until(79);
  t.equal(world.published.capabilities, undefined);
  world.until(80);
  t.equal(world.published.capabilities?.length, 1, "30 ms busy, 50 ms stable");
});

t.test("the order of writes", async (t) => {
  const writes: string[] = [];
  const world = watched({}, (line, call, value) => {
    if (["output", "set", "setPeriodNs", "setDutyNs", "setEnabled"].includes(call) && !line.endsWith("_PEAK_RST")) {
      writes.push(`${line} ${call} ${value}`);
    }
  });
  const told = (): string[] => writes.splice(0);
  world.ready();
  t.same(told(), [
    "RELAY_1_ENABLE output low",
    "CP_INVERT output low",
    "20fc000.pwm setPeriodNs 1000000",
    "20fc000.pwm setDutyNs 1000000",
    "RELAY_1_ENABLE set low",
  ]);
  world.until(250);
  t.same(told(), ["RELAY_1_ENABLE set low"], "the interlock begins with what it may close");
  world.bsp("enable", { value: true });
  world.until(300);
  t.same(told(), ["20fc000.pwm setDutyNs 1000000", "20fc000.pwm setEnabled true", "CP_INVERT set high"]);
  world.bsp("pwm_on", { value: 26.67 });
  t.same(told(), ["20fc000.pwm setDutyNs 266700"]);
  world.bsp("cp_state_F");
  t.same(told(), ["20fc000.pwm setDutyNs 0"]);
  world.bsp("cp_state_E");
  t.same(told(), ["20fc000.pwm setDutyNs 1000000"], "+12 V first");
  world.until(302);
  t.same(told(), ["CP_INVERT set low", "20fc000.pwm setEnabled false"]);
  world.bsp("cp_state_X1");
  t.same(told(), ["20fc000.pwm setDutyNs 1000000", "20fc000.pwm setEnabled true", "CP_INVERT set high"]);
  world.bsp("cp_state_E");
  world.bsp("cp_state_F");
  world.until(400);
  t.same(told(), ["20fc000.pwm setDutyNs 1000000", "20fc000.pwm setDutyNs 0"], "F came before E was there");
  world.bsp("cp_state_X1");
  t.same(told(), ["20fc000.pwm setDutyNs 1000000"]);
  world.bsp("cp_state_X1");
  t.same(told(), [], "what is there is not written again");
  world.bsp("cp_state_E");
  world.bsp("cp_state_X1");
  world.until(500);
  t.same(told(), ["20fc000.pwm setDutyNs 1000000", "20fc000.pwm setDutyNs 1000000"], "X1 came before E was there");
  world.bsp("cp_state_F");
  told();
  world.stop(false);
  const relayOff = "RELAY_1_ENABLE set low";
  t.same(told(), ["20fc000.pwm setDutyNs 1000000", relayOff, relayOff, relayOff], "X1: it will be back");
  world.stop(true);
  t.same(told().slice(0, 1), ["20fc000.pwm setDutyNs 0"], "F: it will not");
});

t.test("what was asked for while disabled takes effect when enabled, E too", async (t) => {
  const world = charging(bench());
  world.bsp("enable", { value: false });
  world.until(12_000);
  t.same(after(world, 11_000), ["11032 PowerOff"], "open, and no letter of the F that it shows");
  world.bsp("cp_state_E");
  world.until(12_500);
  world.bsp("enable", { value: true });
  world.until(13_000);
  t.match(after(world, 12_500), [/^125\d\d E$/]);
  world.bsp("enable", { value: false });
  world.bsp("pwm_on", { value: 50 });
  world.until(14_000);
  world.bsp("enable", { value: true });
  world.until(15_000);
  t.match(after(world, 14_000), [/^140\d\d C$/]);
});

t.test("what opens by itself, and that it closes only when permitted anew", async (t) => {
  const opensAfterMs = (act: (world: Bench) => void): number => {
    const world = charging(bench());
    t.match(world.events.at(-1), /^10\d\d\d PowerOn$/);
    act(world);
    world.until(30_000);
    const moved = after(world, 11_000).filter((line) => /Power/.test(line));
    t.equal(moved.length, 1, "opened, and not closed again");
    return Number(moved[0]?.split(" ")[0]) - 11_000;
  };
  // The contact takes 20 ms and counts 12 ms later; the pilot takes two samples before.
  const table: [what: string, afterMs: number, act: (world: Bench) => void][] = [
    ["permission withdrawn", 32, (world) => world.permit(false)],
    ["F", 32, (world) => world.bsp("cp_state_F")],
    ["E", 32, (world) => world.bsp("cp_state_E")],
    ["vehicle to B", 40, (world) => world.car("B")],
    ["vehicle gone", 40, (world) => world.car("A")],
    ["vehicle to D", 40, (world) => world.car("D")],
    ["short", 40, (world) => world.car("E")],
    ["14 V", 40, (world) => world.sim("cp_voltage", { value: 14 })],
  ];
  for (const [what, afterMs, act] of table) t.equal(opensAfterMs(act), afterMs, what);
});

t.test("a station that asks all the time for what is there does not keep the pilot from being looked at", async (t) => {
  const world = charging(bench());
  world.car("B");
  for (let atMs = 11_001; atMs <= 11_060; atMs++) {
    world.until(atMs);
    world.bsp("pwm_on", { value: 26.67 });
  }
  t.same(after(world, 11_000), ["11008 B", "11040 PowerOff"]);
});

t.test("in C it stays closed while the duty cycle pauses, and does not close without one", async (t) => {
  const world = charging(bench());
  world.bsp("cp_state_X1");
  world.until(21_000);
  t.same(after(world, 11_000), ["11012 C"], "the negative half changed, and one cycle saw both");
  world.permit(false);
  world.permit(true);
  world.until(32_000);
  t.same(after(world, 21_000), ["21032 PowerOff"]);
  world.bsp("pwm_on", { value: 20 });
  world.permit(true);
  world.until(33_000);
  t.match(after(world, 32_000).at(-1), / PowerOn$/);
});

t.test("each call to a line fails once: the error is told, nothing crashes, and in the end all is open", async (t) => {
  const config = { rcm_enable: true, rcm_fault_active_low: true, contactor_2_feedback_type: "nc" as const };
  const wiring = { ...config, switch_3ph1ph_wiring: "serial" };
  const counts = new Map<string, number>();
  const session = (witness: Witness): Bench => {
    const world = watched(wiring, witness);
    world.sim("rcm", { value: false });
    charging(world);
    world.bsp("pwm_on", { value: 50 });
    world.until(11_100);
    world.permit(false);
    world.until(11_500);
    world.bsp("cp_state_E");
    world.until(11_700);
    world.bsp("cp_state_X1");
    world.car("A");
    world.until(12_000);
    world.bsp("enable", { value: false });
    world.stop(false);
    world.until(12_500);
    return world;
  };
  // Without CbTarragonDIs every input reads high: an active-low monitor that has not tripped.
  const whole = session((line, call) => {
    const key = `${line} ${call}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  t.same(whole.faults, []);
  t.ok(counts.size > 25, `${counts.size} kinds of calls`);
  for (const [key, count] of counts) {
    // Each kind the first time, the last time, and at some instants while it charges.
    for (const at of new Set([1, Math.ceil(count * 0.4), count - 1, count])) {
      if (at < 1) continue;
      let seen = 0;
      const relays: Record<string, unknown> = {};
      const world = session((line, call, value) => {
        if (`${line} ${call}` === key && ++seen === at) throw new DeviceError("EIO", `${key} failed`);
        if (line.startsWith("RELAY") && (call === "set" || call === "output")) relays[line] = value;
      });
      const name = `${key}, time ${at} of ${count}`;
      for (const [line, level] of Object.entries(relays)) t.equal(level, "low", `${name}: ${line}`);
      // The last word is the interlock's, which ends; the driver has driven it low before.
      if (/^RELAY_._ENABLE set$/.test(key) && at === count) continue;
      const isConversion = key.endsWith("readRaw");
      if (!isConversion) t.match(world.faults.join(), /raise CommunicationFault/, name);
      else if (key.startsWith("voltage5")) t.match(world.faults.join(), /raise MREC23ProximityFault/, name);
      else t.same(world.faults, [], `${name}: a single sample`);
    }
  }
});

t.test("a board that cannot be opened: an error, every relay off that can be, and it is asked again", async (t) => {
  const wiring = { switch_3ph1ph_wiring: "serial", rcm_enable: true, rcm_fault_active_low: true } as const;
  const openings = new Set<string>();
  watched(wiring, (line, call) => {
    if (["output", "input", "pwm", "adc"].includes(call)) openings.add(`${line} ${call}`);
  }).ready();
  t.equal(openings.size, 11);
  for (const opening of openings) {
    const levels = new Map<string, unknown>();
    let failures = 3;
    const world = watched(wiring, (line, call, value) => {
      if (`${line} ${call}` === opening && failures-- > 0) throw new DeviceError("EIO", `${opening} failed`);
      if (line.startsWith("RELAY")) levels.set(line, value);
    });
    world.ready();
    const others = ["RELAY_1_ENABLE", "RELAY_2_ENABLE"].filter((line) => !opening.startsWith(line));
    for (const line of others) t.equal(levels.get(line), "low", `${opening}: ${line}`);
    world.bsp("enable", { value: true });
    world.bsp("cp_state_X1");
    world.until(2900);
    t.same([world.faults, world.events], [["0 raise CommunicationFault"], []], opening);
    world.until(5000);
    t.match(world.faults, ["0 raise CommunicationFault", /^30\d\d clear CommunicationFault/], opening);
    t.match(world.events, [/^3[23]\d\d A$/], opening);
  }
});

t.test("what is not there, or wired otherwise, is not waited for", async (t) => {
  for (const code of ["no_such_line", "no_such_adc", "no_such_pwm", "pwm_polarity"]) {
    const world = watched({}, (line, call) => {
      if (line === "CP_INVERT" && call === "output") throw new DeviceError(code, "wrong");
    });
    t.throws(() => world.ready(), { code });
  }
});

t.test("a conversion that comes late counts as one that failed: alone it is nothing, twice it opens", async (t) => {
  const opened = (lateByMs: number, times: number): string[] => {
    let left = 0;
    let world: Bench | null = null;
    world = watched({}, (line, call) => {
      if (line === "voltage3" && call === "readRaw" && left-- > 0) world?.stall(lateByMs);
    });
    charging(world);
    left = times;
    world.until(11_500);
    t.same(
      after(world, 11_000).filter((line) => / [A-F]$/.test(line)).length,
      world.faults.length / 2,
      "the letter is told again when the pilot is well again",
    );
    return [...world.faults, ...after(world, 11_000)].map((line) => line.split(" ").slice(1).join(" "));
  };
  t.same(opened(30, 1), []);
  t.same(opened(15, 5), []);
  t.same(opened(30, 2), [
    "raise MREC14PilotFault CPOutOfRange",
    "clear MREC14PilotFault CPOutOfRange",
    "C",
    "PowerOff",
  ]);
});

t.test("an event loop that was away for longer than the interlock may be silent", async (t) => {
  const world = charging(bench());
  world.until(11_001);
  world.stall(60);
  world.until(11_500);
  t.same([world.faults, after(world, 11_000)], [[], []], "judges nothing before it has looked again");
});

t.test("what it waits for at the start, and that it stands still", async (t) => {
  const world = bench();
  const told = (world: Bench): unknown => [world.station.waitsFor(), world.station.stalled()];
  t.same(told(world), ["bsp: its lines", null]);
  world.ready();
  world.until(200);
  t.same(told(world), ["bsp: where its contacts are", null]);
  world.until(1000);
  t.same(told(world), ["bsp: steady samples of the pilot", null]);
  world.until(1200);
  t.same(told(world), [null, null]);

  const dead = bench({}, (lines) => ({ ...lines, startThread: () => ({ terminate() {} }) }));
  dead.ready();
  dead.until(4900);
  t.same(told(dead), ["bsp: steady samples of the pilot", null], "a thread that does not begin");
  dead.until(5000);
  t.same(told(dead), ["bsp: steady samples of the pilot", "bsp: no sample of the pilot for 5000 ms"]);
  dead.stop(true);
  t.equal(dead.station.stalled(), null, "who has ended samples nothing");
});
