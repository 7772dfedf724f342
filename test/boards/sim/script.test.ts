import fc from "fast-check";
import t from "tap";
import { beyondReach, maxScriptLength, parseScript } from "../../../boards/sim/ev-manager/script.ts";

function parsed(script: string): unknown {
  const result = parseScript(script);
  return result.ok ? result.commands.map(({ name, args }) => [name, ...args].join(" ")) : result;
}

const rejected = (message: string, offset: number) => ({ ok: false, message, offset });

t.test("scripts that parse", async (t) => {
  const table: [string, string[]][] = [
    ["", []],
    ["unplug", ["unplug"]],
    ["sleep 1;unplug;", ["sleep 1", "unplug"]],
    ["sleep 1\nunplug\n", ["sleep 1", "unplug"]],
    ["sleep 1\r\nunplug\r\n", ["sleep 1", "unplug"]],
    ["SLEEP 0.5;UnPlug", ["sleep 0.5", "unplug"]],
    ["draw_power_regulated 16,3", ["draw_power_regulated 16 3"]],
    ["draw_power_fixed 16 1", ["draw_power_fixed 16 1"]],
    ["draw_power_fixed,16,x", ["draw_power_fixed 16 x"]],
    ["sleep 0", ["sleep 0"]],
    ["sleep 1e2", ["sleep 1e2"]],
    ["sleep .5", ["sleep .5"]],
    ["unplug ", ["unplug"]],
    ["set_soc 140", ["set_soc 140"]],
    [
      "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 30;unplug",
      ["sleep 1", "iec_wait_pwr_ready", "sleep 1", "draw_power_regulated 16 3", "sleep 30", "unplug"],
    ],
    [
      "wait_for_real_plugin;plugin;error_e;diode_fail;pause",
      ["wait_for_real_plugin", "plugin", "error_e", "diode_fail", "pause"],
    ],
  ];
  for (const [script, commands] of table) t.same(parsed(script), commands, JSON.stringify(script));
});

t.test("scripts that are rejected as a whole", async (t) => {
  const table: [string, string, number][] = [
    [";", 'unknown command ""', 0],
    ["sleep 1;;unplug", 'unknown command ""', 8],
    ["sleep 1;\nunplug", 'unknown command ""', 8],
    ["sleep 1; unplug", 'unknown command ""', 8],
    [" sleep 1", 'unknown command ""', 0],
    ["sleep 1;Dance 2;unplug", 'unknown command "dance"', 8],
    ["constructor", 'unknown command "constructor"', 0],
    ["sleep abc", 'sleep: duration "abc" is not a number', 6],
    ["unplug;sleep -1", "sleep: duration -1 is below 0", 13],
    ["sleep 2e9", "sleep: duration 2e9 is above 1000000000", 6],
    ["sleep 0x10", 'sleep: duration "0x10" is not a number', 6],
    ["sleep infinity", 'sleep: duration "infinity" is not a number', 6],
    ["draw_power_regulated a,3", 'draw_power_regulated: current "a" is not a number', 21],
    ["draw_power_regulated ,3", 'draw_power_regulated: current "" is not a number', 21],
    ["rcd_current -1", "rcd_current: residual current -1 is below 0", 12],
    ["set_soc full", 'set_soc: state of charge "full" is not a number', 8],
    ["iso_start_v2g_session", 'unknown command "iso_start_v2g_session"', 0],
    ["iso_start_v2g_session a b c d e", 'unknown command "iso_start_v2g_session"', 0],
  ];
  for (const [script, message, offset] of table) {
    t.same(parsed(script), rejected(message, offset), JSON.stringify(script));
  }
  const tooLong = "x".repeat(maxScriptLength + 1);
  t.same(parsed(tooLong), rejected(`script is longer than ${maxScriptLength} characters`, maxScriptLength));
});

t.test("what a vehicle without high-level communication cannot do", async (t) => {
  const reach = (script: string, ev: boolean, slac: boolean) => {
    const result = parseScript(script);
    return result.ok ? beyondReach(result.commands, { ev, slac }) : result;
  };
  const script = "sleep 1;iso_wait_pwm_is_running;iso_wait_slac_matched;iso_start_v2g_session DC";
  t.same(reach(script, false, false), { message: 'iso_wait_slac_matched needs a connection of "slac"', offset: 32 });
  t.same(reach(script, false, true), { message: 'iso_start_v2g_session needs a connection of "ev"', offset: 54 });
  t.equal(reach(script, true, true), undefined);
});

t.test("a wrong argument count parses, and the command is marked to be skipped", async (t) => {
  const table: [string, number, number][] = [
    ["sleep", 0, 1],
    ["sleep 1 2", 2, 1],
    ["sleep  1", 2, 1],
    ["unplug now", 1, 0],
    ["draw_power_regulated 16, 3", 3, 2],
    ["draw_power_regulated abc", 1, 2],
  ];
  for (const [script, given, expectedCount] of table) {
    const result = parseScript(script);
    t.ok(result.ok, script);
    if (!result.ok) continue;
    t.equal(result.commands[0]?.args.length, given, script);
    t.equal(result.commands[0]?.expectedCount, expectedCount, script);
  }
});

t.test("never throws, and points into the script", async () => {
  const fragments = fc.constantFrom(
    "sleep",
    "draw_power_regulated",
    "unplug",
    "iso_pause_charging",
    ";",
    " ",
    ",",
    "\n",
    "1",
    "-",
  );
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fragments, { maxLength: 40 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(anything, (script) => {
      const result = parseScript(script);
      if (!result.ok) return result.offset >= 0 && result.offset <= script.length && result.message !== "";
      return result.commands.every(
        ({ name, offset }) => script.slice(offset, offset + name.length).toLowerCase() === name,
      );
    }),
    { numRuns: 2000 },
  );
});
