/** A chip on a simulated I2C bus, by the shipped driver: what a vehicle is offered while the housing gets warm. */
import { readFileSync } from "node:fs";
import t from "tap";
import { readConfiguration } from "../../src/cli/configuration.ts";
import type { StationRun } from "./station-run.ts";
import { configurationFile, configurationOf, runStation, sim } from "./station-run.ts";

const charging = "sleep 1;iec_wait_pwr_ready;sleep 1;draw_power_regulated 32,3;sleep 36000";

const run = (until: number, steps: readonly object[], set: readonly string[] = []): Promise<StationRun> =>
  runStation({ station: "warm-station", ev: charging, until, steps, set });

const warm = (at_s: number, value: number): object => sim(at_s, "set_temperature_C", { value }, "sensor");

/** `duty@second`, from a time on. */
const duties = (run: StationRun, fromS: number): string[] =>
  run
    .of("pwm")
    .filter(({ t }) => t >= fromS)
    .map(
      ({ t, mode, duty_percent }) => `${mode === "pwm" ? (duty_percent as number).toFixed(2) : mode}@${Math.floor(t)}`,
    );

const errors = (run: StationRun): string[] =>
  run.of("error", {}, "sensor").map(({ t, action, type, message }) => `${Math.floor(t)} ${action} ${type}: ${message}`);

t.test("it gets warm: less current; it cools down: more, with the hysteresis; below the curve all of it", async (t) => {
  const session = await run(100, [warm(20, 55), warm(35, 60), warm(50, 58), warm(65, 52), warm(80, 40)]);
  // 55 degrees leave 24 A, 60 leave 16; of 58 nothing is seen with 3 K of hysteresis; 52 count as 55.
  t.strictSame(duties(session, 10), ["40.00@21", "26.67@35", "40.00@65", "53.33@81"]);
  t.strictSame(
    [19, 34, 49, 64, 79, 95].map((atS) => Math.round(session.currentA(atS))),
    [32, 24, 16, 16, 24, 32],
    "and the vehicle follows",
  );
  t.match(session.one("derating", { max_current_A: 16 }, 0, "derating"), { cause: "sensor.internal" });
  t.match(
    session.of("limits").findLast(({ t }) => t < 45),
    { max_current: 16 },
  );
});

t.test("too hot: charging pauses with the contactor open, and goes on when it has cooled down", async (t) => {
  const session = await run(60, [warm(20, 80), warm(40, 25)]);
  t.strictSame(session.events("connector_1", 10, 30), ["StoppingCharging", "ChargingPausedEVSE"]);
  t.strictSame(session.events("connector_1", 30), ["PrepareCharging", "ChargingStarted"]);
  t.equal(session.one("contactor_command", { closed: false }).t < 28, true);
  t.strictSame(duties(session, 41).at(-1)?.split("@")[0], "53.33");
});

t.test(
  "a sensor that is silent: an error within 5 s, the fallback when its reading is old, all back on its return",
  async (t) => {
    for (const fault of ["silence", "hang"]) {
      const session = await run(60, [sim(20.5, fault, {}, "sensor"), sim(45.2, fault, { value: false }, "sensor")]);
      const [raised = "", cleared = "", ...more] = errors(session);
      t.match(raised, /^2[1-5] raise generic\/CommunicationFault: /, fault);
      t.match(cleared, /^4[56] clear generic\/CommunicationFault/, fault);
      t.strictSame(more, [], fault);
      // The last reading is of 20 s; 6 A are 10 %.
      t.strictSame(
        duties(session, 10).map((duty) => duty.split("@")[0]),
        ["10.00", "53.33"],
        fault,
      );
      t.match(duties(session, 10)[0], /@3[01]$/, fault);
      t.match(duties(session, 10)[1], /@4[567]$/, fault);
    }
    const paused = await run(45, [sim(20.5, "silence", {}, "sensor")], ["derating.fallback_max_current_A=0"]);
    t.equal(
      paused.of("contactor_command", { closed: false }).length,
      1,
      "with a fallback of 0 A nobody charges blindly",
    );
  },
);

t.test("what is no temperature changes nothing, and is no error", async (t) => {
  // -128 degrees; all lines high (-0.06 degrees); all lines low (0 degrees).
  for (const value of [0x8000, 0xffff, 0x0000]) {
    const session = await run(40, [warm(15, 60), sim(25.5, "spoil_next", { value }, "sensor")]);
    t.strictSame(duties(session, 10), ["26.67@16"], value.toString(16));
    t.strictSame(errors(session), []);
  }
});

t.test("a chip that fell asleep over its last temperature, or lost its settings, is set up again", async (t) => {
  for (const name of ["sleep", "reset"]) {
    const session = await run(40, [sim(19.5, name, {}, "sensor"), warm(19.6, 65)]);
    t.strictSame(duties(session, 10), ["18.33@21"], `${name}: 11 A`);
    t.strictSame(errors(session), []);
  }
});

t.test("the simulated sensor of the reference, in its own words", async (t) => {
  const session = await runStation({
    station: "warm-station",
    file: new URL("configurations/simulated-sensor.yaml", import.meta.url),
    ev: charging,
    until: 100,
    steps: [warm(20, 40), warm(40, 55), warm(60, 40), sim(75, "silence", {}, "sensor")],
  });
  t.strictSame(duties(session, 10), ["26.67@20", "10.00@40", "26.67@60", "X1@84"]);
});

t.test("what cannot be meant is refused before anything starts", async (t) => {
  const curves = (json: string): string => `derating.derating_curves_json='${json}'`;
  const refused = async (set: string, message: RegExp): Promise<void> => {
    await t.rejects(run(5, [], [set]), { message }, set);
  };
  await refused(curves("{"), /derating\.derating_curves_json: no JSON/);
  await refused(curves("[]"), /derating\.derating_curves_json: the whole of it/);
  await refused(curves("{}"), /no curve for sensor, which is connected/);
  await refused(curves('{"sensor": {"internal": []}}'), /at least one point/);
  await refused(curves('{"sensor": {"internal": [{"temp_C": 1, "max_current_A": -1}]}}'), /max_current_A/);
  await refused(
    curves('{"sensor.internal": [{"temp_C": 1, "max_current_A": 6}, {"temp_C": 1, "max_current_A": 9}]}'),
    /each temp_C may stand in a curve once/,
  );
  await refused(
    "derating.temperature_provider_ignore_list=sensor.internal",
    /sensor.internal has a derating curve and is in temperature_provider_ignore_list/,
  );
  await refused("derating.temperature_provider_ignore_list=sensor", /<module id>.<identification> is expected/);
  t.ok(await configurationOf(configurationFile("warm-station")));
});

t.test("a curve that cannot be meant is complained of where it stands in the file", async (t) => {
  const warm = readFileSync(configurationFile("warm-station"), "utf8");
  const told = async (curves: string): Promise<string> => {
    const file = `${t.testdir({
      "s.yaml": warm.replace(/derating_curves_json: \|\n( {8}.*\n)+/, () => `derating_curves_json: '${curves}'\n`),
    })}/s.yaml`;
    const { message } = await readConfiguration(file, {}).then(
      () => ({ message: "sound" }),
      (error: Error) => error,
    );
    return message.replace(file, "s.yaml");
  };
  t.equal(await told('{"sensor": {"internal": [{"temp_C": 50, "max_current_A": 32}]}}'), "sound");
  t.equal(
    await told('{"sensor": {"internal": [{"temp_C": 50, "max_current_A": -1}]}}'),
    "s.yaml:79:29: derating.derating_curves_json: sensor.internal.0.max_current_A: Invalid value: Expected >=0 but received -1",
  );
  t.equal(await told("{}"), "s.yaml:79:29: derating.derating_curves_json: no curve for sensor, which is connected");
});
