import t from "tap";
import { manifest as yetiSimulator } from "../../boards/sim/yeti-simulator/manifest.ts";
import { simHelp } from "../../src/daemon/sim-help.ts";
import { types } from "./scenario-world.ts";

t.test("what sim steps can do", async (t) => {
  t.equal(
    simHelp(types),
    `What \`sim\` steps of a scenario can do, by module type ([argument] may be left out):

Board
  weld { [relay: 1 = 1], [value: boolean = true] }
      Welds a relay
  volts { value: number >= -15, <= 15 or null }
      Sets a voltage
  error { type: one of the names below }
      Causes one of a, b, c, d, e, f, g
  mode { value: on | off, [times: integer >= 0], any: anything }
      Chooses

evsed (the daemon itself: module: evsed)
  block_main { value: number > 0 }
      Blocks the main thread for \`value\` seconds: the event loop stands still, the interlock worker does not
  kill { [restart_s: number >= 0], [before_effect: integer >= 1], [in_change: integer >= 1], [last_change: missing | torn | whole] }
      Kills the daemon without bringing outputs to the safe state: the run ends or, with \`restart_s\`, the daemon starts anew that many seconds later in the same simulated world and with the same stored files. With \`before_effect\` it dies later: before it carries out the nth effect of its machines from now on; with \`in_change\` in the nth change of a file from now on, which the disk then holds as \`last_change\` says
  spare {}
      A death that was announced and has not come does not come any more
  disk_full { [value: boolean = true] }
      No file can be changed any more, until \`value\` false
  wall_clock_jump { value: number }
      The time of day jumps by \`value\` seconds, back where that is negative
`,
  );
});

t.test("the names every board has", async (t) => {
  const page = simHelp([yetiSimulator]);
  for (const name of ["relay_welded", "relay_stuck_open", "relay_slow", "pp_removed", "cp_voltage", "rcm"]) {
    t.match(page, `\n  ${name} {`);
  }
  t.notMatch(page, "undefined");
});
