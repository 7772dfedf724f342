import fc from "fast-check";
import { maxScriptLength, parseScript } from "../../boards/sim/ev-manager/script.ts";
import { mutatedText } from "./mutations.ts";
import type { ParserFuzz } from "./parser-fuzz.ts";
import { demand, openParser, together } from "./parser-fuzz.ts";

const bare =
  "plugin iec_wait_pwr_ready pause unplug error_e diode_fail wait_for_real_plugin iso_wait_pwm_is_running iso_wait_slac_matched iso_wait_pwr_ready iso_dc_power_on iso_stop_charging iso_wait_v2g_session_stopped iso_pause_charging iso_wait_for_resume".split(
    " ",
  );
const withNumber = "sleep rcd_current set_soc iso_wait_for_stop iso_start_bcb_toggle".split(" ");
const drawing = "draw_power_regulated draw_power_fixed iso_draw_power_regulated".split(" ");

const amount = fc.oneof(
  fc.nat(1_000_000_000).map(String),
  fc.double({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true }).map((value) => String(value)),
  fc.constantFrom("0", ".5", "1.", "1e2", "1e-3", "+4"),
);
const command = fc.oneof(
  fc.constantFrom(...bare).map((name) => [name]),
  fc.tuple(fc.constantFrom(...withNumber), amount).map((words) => [...words]),
  fc.tuple(fc.constantFrom(...drawing), amount, fc.constantFrom("1", "2", "3")).map((words) => [...words]),
  fc
    .tuple(fc.array(fc.stringMatching(/^[a-z_]{1,8}$/), { minLength: 1, maxLength: 4 }))
    .map(([words]) => ["iso_start_v2g_session", ...words]),
);

export const seeds = [
  "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 16,3;sleep 30;unplug",
  "sleep 1;iso_wait_slac_matched;iso_start_v2g_session dc;iso_wait_pwr_ready;iso_dc_power_on;iso_wait_for_stop 30;unplug",
  "rcd_current 10.3\ndiode_fail\r\nerror_e;pause",
];

const known: ReadonlySet<string> = new Set([...bare, ...withNumber, ...drawing, "iso_start_v2g_session"]);

export const vehicleScripts: ParserFuzz = {
  name: "script",
  about: "what a simulated vehicle is told to do",
  runsInTest: 400,
  async open() {
    const sound = openParser(
      fc.record({
        commands: fc.array(command, { maxLength: 30 }),
        between: fc.constantFrom(" ", ","),
        end: fc.constantFrom(";", "\n", "\r\n"),
        ended: fc.boolean(),
        loud: fc.boolean(),
      }),
      ({ commands, between, end, ended, loud }) => {
        const text = commands.map((words) => words.join(between)).join(end) + (ended && commands.length > 0 ? end : "");
        const result = parseScript(loud ? text.toUpperCase() : text);
        demand(result.ok, `refused: ${JSON.stringify(result)}`);
        const read = result.commands.map(({ name, args }) => [name, ...args]);
        demand(JSON.stringify(read) === JSON.stringify(commands), `read as ${JSON.stringify(read)}`);
        demand(
          result.commands.every(({ expectedCount }) => expectedCount === undefined),
          "an argument too many or few",
        );
      },
    );
    const almost = openParser(
      mutatedText(seeds, [...known, ";", ",", " ", "16", "-1", "1e999"]),
      (script) => {
        const result = parseScript(script);
        if (!result.ok) {
          demand(result.message !== "", "refused without a word");
          demand(result.offset >= 0 && result.offset <= script.length, `points to ${result.offset}`);
          return;
        }
        for (const { name, offset, args } of result.commands) {
          demand(known.has(name), `made up ${name}`);
          demand(script.slice(offset).toLowerCase().startsWith(name), `${name} is not at ${offset}`);
          demand(
            args.every((arg) => script.toLowerCase().includes(arg)),
            "made up an argument",
          );
        }
      },
      {
        "as long as may be": () => "sleep 1;".repeat(maxScriptLength / 8),
        "too long": () => "sleep 1;".repeat(1_000_000),
        "one long word": () => "x".repeat(maxScriptLength),
        "spaces only": () => " ".repeat(maxScriptLength),
        "line ends only": () => "\r".repeat(maxScriptLength),
        "a long number": () => `sleep ${"1".repeat(maxScriptLength - 10)}`,
      },
    );
    return together(sound, almost);
  },
};
