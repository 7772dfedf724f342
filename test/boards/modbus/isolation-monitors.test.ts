/** The drivers of both isolation monitors on simulated wires: what is told of them, and what never is. */
import t, { type Test } from "tap";
import { compose } from "../../../src/daemon/compose.ts";
import { createLogger } from "../../../src/daemon/logger.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import { VirtualClock } from "../../../src/runtime/virtual-clock.ts";
import { configurationFile, configurationOf } from "../../scenario/station-run.ts";

const monitors = ["bender", "dold"] as const;
type Monitor = (typeof monitors)[number];

async function bench(set: readonly string[] = []) {
  const clock = new VirtualClock();
  const { station } = await compose(await configurationOf(configurationFile("isolation-monitors"), set), {
    clock,
    log: createLogger("silent"),
    random: (stream) => seededRandom(1, stream),
    simulate: true,
  });
  const told: { id: string; name: string; at: number; value: unknown }[] = [];
  for (const id of [...monitors, "meter_1", "meter_2"]) {
    const names = id.startsWith("meter") ? ["powermeter"] : ["isolation_measurement", "self_test_result"];
    for (const name of names) {
      station.subscribe(id, "main", name, (value) => told.push({ id, name, at: clock.nowMs(), value }));
    }
  }
  const faults: string[] = [];
  station.faults.listen((action, { origin, type, sub_type }) =>
    faults.push(
      `${Math.round(clock.nowMs() / 1000)} ${action} ${origin.module_id} ${type.split("/")[1]} ${sub_type}`.trim(),
    ),
  );
  station.ready();
  return {
    station,
    faults,
    until: (s: number) => clock.runUntil(s * 1000),
    command: (id: string, name: string, args: object = {}) =>
      clock.turn(() => station.command(id, "main", name, args, () => {})),
    sim: (id: string, name: string, value: unknown) => clock.turn(() => station.sim(id)?.[name]?.({ value } as never)),
    of: (id: string, name: string, fromS = 0, toS = Number.POSITIVE_INFINITY) =>
      told.filter((line) => line.id === id && line.name === name && line.at >= fromS * 1000 && line.at < toS * 1000),
  };
}

const eachMonitor = (name: string, run: (t: Test, id: Monitor) => Promise<void>): void => {
  t.test(name, async (t) => {
    for (const id of monitors) await t.test(id, (t) => run(t, id));
  });
};

eachMonitor("measurements come between start and stop, once a second", async (t, id) => {
  const { until, command, sim, of } = await bench();
  sim(id, "set_resistance", 512_000);
  sim(id, "set_voltage_V", 400);
  until(10);
  t.same(of(id, "isolation_measurement"), [], "not started");
  command(id, "start");
  until(20);
  const measured = of(id, "isolation_measurement").map(({ value }) => value);
  t.ok(measured.length >= 9 && measured.length <= 11, `${measured.length} in 10 s`);
  const toEarth = id === "bender" ? { voltage_to_earth_l1e_V: 200, voltage_to_earth_l2e_V: -200 } : {};
  t.same(measured.at(-1), { resistance_F_Ohm: 512_000, voltage_V: 400, ...toEarth });
  command(id, "stop");
  until(30);
  t.same(of(id, "isolation_measurement", 21), []);
});

eachMonitor("a low resistance is a value and no error", async (t, id) => {
  const { until, command, sim, of, faults } = await bench();
  command(id, "start");
  sim(id, "set_resistance", 5000);
  until(10);
  t.match(of(id, "isolation_measurement").at(-1)?.value, { resistance_F_Ohm: 5000 });
  t.same(faults, []);
});

t.test("a resistance that the monitor calls invalid is never told", async (t) => {
  const { until, command, sim, of, station } = await bench();
  command("bender", "start");
  until(10);
  sim("bender", "invalid", true);
  until(20);
  t.same(of("bender", "isolation_measurement", 11.1), []);
  t.equal(station.instance("bender")?.reading?.().quality, "stale");
  sim("bender", "invalid", false);
  until(25);
  t.ok(of("bender", "isolation_measurement", 20).length > 2);
});

t.test("a voltage out of range is left out, a resistance beyond it is a little more", async (t) => {
  const { until, command, sim, of } = await bench();
  command("dold", "start");
  sim("dold", "invalid", true);
  sim("dold", "set_resistance", 9_000_000);
  until(10);
  t.same(of("dold", "isolation_measurement").at(-1)?.value, { resistance_F_Ohm: 2_000_001 });
});

eachMonitor("self test: passed, failed, and none while it runs", async (t, id) => {
  const { until, command, sim, of } = await bench();
  command(id, "start");
  until(10);
  command(id, "start_self_test", { test_voltage_V: 500 });
  until(25);
  t.same(
    of(id, "self_test_result").map(({ value }) => value),
    [true],
  );
  t.same(of(id, "isolation_measurement", 11.2, 14), [], "its own voltage is no measurement");
  t.ok(of(id, "isolation_measurement", 20).length > 3);
  sim(id, "self_test_fails", true);
  command(id, "start_self_test", { test_voltage_V: 500 });
  until(45);
  t.same(
    of(id, "self_test_result").map(({ value }) => value),
    [true, false],
  );
});

eachMonitor("self test of a monitor that does not answer fails", async (t, id) => {
  const { until, command, sim, of } = await bench();
  until(5);
  sim(id, "silence", true);
  command(id, "start_self_test", { test_voltage_V: 500 });
  until(15);
  t.same(
    of(id, "self_test_result").map(({ value }) => value),
    [false],
  );
});

eachMonitor("an error of its own, and its end", async (t, id) => {
  const { until, command, sim, of, faults } = await bench();
  command(id, "start");
  until(10);
  sim(id, "device_error", true);
  until(20);
  t.same(of(id, "isolation_measurement", 11.2), []);
  sim(id, "device_error", false);
  until(40);
  const subType = id === "dold" ? " DeviceFaultRegister" : "";
  t.same(
    faults.map((fault) => fault.replace(/^\d+ /, "")),
    [`raise ${id} DeviceFault${subType}`, `clear ${id} DeviceFault${subType}`],
  );
  t.ok(of(id, "isolation_measurement", 35).length > 2);
});

const keepTheirPace = async (t: Test, id: Monitor, baudrate: number): Promise<void> => {
  const { until, command, sim, of, faults } = await bench([`line.baudrate=${baudrate}`]);
  command(id, "start");
  until(20.5);
  sim(id, "silence", true);
  until(40);
  sim(id, "silence", false);
  until(60);
  const [raised = "", cleared = "", ...more] = faults;
  t.same(more, []);
  t.match(raised, new RegExp(`^2[1-5] raise ${id} CommunicationFault CommunicationError`));
  t.match(cleared, new RegExp(`^(4\\d|50|51) clear ${id} CommunicationFault CommunicationError`));
  for (const meter of ["meter_1", "meter_2"]) {
    // From the time of the measurement, as it is told.
    const times = of(meter, "powermeter", 5).map(({ value }) => Date.parse((value as { timestamp: string }).timestamp));
    const periods = times.slice(1).map((at, index) => at - (times[index] as number));
    const [shortest, longest] = [Math.min(...periods), Math.max(...periods)];
    t.ok(shortest >= 800 && longest <= 1200, `${meter} at ${baudrate} baud: ${shortest} to ${longest} ms`);
  }
  t.ok(of(id, "isolation_measurement", 52).length > 5);
};

eachMonitor("killed: the meters keep their pace, the error comes within 5 s and goes on return", async (t, id) => {
  for (const baudrate of [9600, 19_200]) await keepTheirPace(t, id, baudrate);
});

t.test(
  "a meter is killed: the other one and both monitors keep their pace, its error comes within 5 s and goes",
  async (t) => {
    const { until, command, sim, of, faults } = await bench();
    for (const id of monitors) command(id, "start");
    until(20.5);
    sim("meter_1", "silence", true);
    until(40);
    sim("meter_1", "silence", false);
    until(60);
    const [raised = "", cleared = "", ...more] = faults;
    t.same(more, []);
    t.match(raised, /^2[1-5] raise meter_1 CommunicationFault CommunicationError/);
    t.match(cleared, /^4[0-5] clear meter_1 CommunicationFault CommunicationError/);
    for (const [id, name] of [
      ["meter_2", "powermeter"],
      ["bender", "isolation_measurement"],
      ["dold", "isolation_measurement"],
    ] as const) {
      // A meter tells the time of the measurement.
      const times = of(id, name, 5).map(({ at, value }) => {
        const { timestamp } = value as { timestamp?: string };
        return timestamp === undefined ? at : Date.parse(timestamp);
      });
      const periods = times.slice(1).map((at, index) => at - (times[index] as number));
      const [shortest, longest] = [Math.min(...periods), Math.max(...periods)].map(Math.round);
      t.ok(times.length > 50 && shortest !== undefined && shortest >= 800, `${id}: ${shortest} to ${longest} ms`);
      t.ok(longest !== undefined && longest <= 1200, `${id}: ${shortest} to ${longest} ms`);
    }
  },
);

t.test("a Bender that is switched off between stop and start", async (t) => {
  const { until, command, of, station } = await bench(["bender.disable_device_on_stop=true"]);
  until(10);
  t.equal(station.instance("bender")?.reading?.().quality, "bad", "it measures nothing yet");
  command("bender", "start");
  until(15);
  t.ok(of("bender", "isolation_measurement").length > 2);
  command("bender", "stop");
  until(25);
  t.equal(station.instance("bender")?.reading?.().quality, "stale");
});
