/** One device of a station, looked at; in virtual time, on simulated wires. */
import { setImmediate } from "node:timers/promises";
import t from "tap";
import { createLogger } from "../../src/daemon/logger.ts";
import { probe } from "../../src/daemon/probe.ts";
import type { Station } from "../../src/runtime/station.ts";
import { VirtualClock } from "../../src/runtime/virtual-clock.ts";
import { configurationFile, configurationOf } from "../scenario/station-run.ts";

interface ProbeLine {
  readonly t: number;
  readonly kind: string;
  readonly module: string;
  readonly [field: string]: unknown;
}

async function probed(
  station: string,
  moduleId: string,
  options: {
    readonly count?: number;
    readonly raw?: boolean;
    readonly untilS?: number;
    readonly prepare?: (station: Station) => void;
  } = {},
) {
  const { count, raw = false, untilS = 60, prepare } = options;
  const clock = new VirtualClock();
  const lines: ProbeLine[] = [];
  const told: string[] = [];
  let interrupt = (): void => {};
  let status: number | undefined;
  const run = probe({
    configuration: await configurationOf(configurationFile(station)),
    moduleId,
    raw,
    simulate: true,
    clock,
    log: createLogger("silent"),
    write: (line) => void lines.push(JSON.parse(line) as ProbeLine),
    tell: (text) => void told.push(`${lines.length} ${text}`),
    interrupted: new Promise((resolve) => {
      interrupt = resolve;
    }),
    ...(count === undefined ? {} : { count }),
    ...(prepare === undefined ? {} : { prepare }),
  }).then((result) => {
    status = result;
  });
  // Once the station is made, time goes on between turns of the real loop.
  while (status === undefined) {
    await Promise.race([run, setImmediate()]);
    if (told.length > 0) clock.runUntil(clock.nowMs() + 100);
    if (clock.nowMs() >= untilS * 1000) interrupt();
  }
  return { lines, told, status };
}

t.test("a meter: a reading a second, and nothing else is started", async (t) => {
  const { lines, told, status } = await probed("modbus-meters", "car_meter", { count: 3 });
  t.equal(status, 0);
  t.same(
    lines.map(({ t, kind, module, quality }) => [t, kind, module, quality]),
    [1, 2, 3].map((t) => [t, "reading", "car_meter", "good"]),
  );
  t.match(lines[0]?.reading, { meter_id: "car_meter", voltage_V: { L1: 230 }, frequency_Hz: { L1: 50 } });
  t.notOk("raw" in (lines[0] as object));
  t.same(told, ["0 bringing up car_meter (GenericPowermeter), line (SerialCommHub)"]);
});

t.test("with the registers it was made of", async (t) => {
  const { lines } = await probed("modbus-meters", "car_meter", { count: 1, raw: true });
  // 230 V as float32: 0x43660000.
  t.match(lines[0]?.raw, { "input/0": 0x4366, "input/1": 0 });
});

const silence = (station: Station, fromS: number, value: boolean): void => {
  station.clock.schedule("test", fromS * 1000, () => station.sim("car_meter")?.silence?.({ value } as never));
};

t.test("a meter that is silent from the start: an error within ten seconds, and a failure at the end", async (t) => {
  const { lines, status } = await probed("modbus-meters", "car_meter", {
    count: 2,
    prepare: (station) => silence(station, 0, true),
  });
  t.equal(status, 1);
  const [error, ...readings] = lines;
  t.match(error, { kind: "error", action: "raise", type: "powermeter/CommunicationFault", severity: "High" });
  t.ok((error?.t ?? Number.NaN) < 10, `${error?.t} s`);
  t.same(
    readings.map(({ kind, quality, reading }) => [kind, quality, reading]),
    [
      ["reading", "bad", null],
      ["reading", "bad", null],
    ],
  );
});

t.test("a meter that falls silent and comes back", async (t) => {
  const { lines, status } = await probed("modbus-meters", "car_meter", {
    untilS: 40,
    prepare: (station) => {
      silence(station, 10.5, true);
      silence(station, 25.5, false);
    },
  });
  t.equal(status, 0, "it was asked to end");
  const [raised, cleared] = lines.filter(({ kind }) => kind === "error").map(({ t }) => t);
  t.ok((raised ?? Number.NaN) < 15.5, `raised after ${raised} s`);
  t.ok((cleared ?? Number.NaN) < 30.5, `cleared after ${cleared} s`);
  const qualities = (from: number, to: number): unknown[] => [
    ...new Set(lines.filter(({ t, kind }) => kind === "reading" && t > from && t < to).map(({ quality }) => quality)),
  ];
  t.same(qualities(0, 10.6), ["good"]);
  t.same(qualities(14, 25.6), ["stale"], "the last reading is shown for what it is");
  t.same(qualities(31, 40), ["good"]);
});

t.test("a board: what moves is said before", async (t) => {
  const { lines, told, status } = await probed("station", "connector_1_powerpath", { count: 1 });
  t.equal(status, 0);
  t.match(told[0], /^0 bringing up .*YetiSimulator.*contactors open/);
  t.match(lines[0]?.reading, { cp: "A", contactor_closed: false });
});

t.test("the Charge Control C: pilot, inputs and lock", async (t) => {
  const board = await probed("charge-control-c", "bsp", { count: 1 });
  t.match(board.lines[0]?.reading, { driven: false, contactor_closed: false, rcm_tripped: false, pos_mv: Number });
  const inputs = await probed("charge-control-c", "digital_inputs", { count: 1 });
  t.match(inputs.lines[0]?.reading, { threshold_mv: 6000 });
  const lock = await probed("charge-control-c", "plug_lock", { count: 1, raw: true });
  t.match(lock.lines[0], { quality: "good", reading: { assumed: null } });
});

t.test("what measures nothing, and what does not exist", async (t) => {
  await t.rejects(probed("modbus-meters", "energy_manager"), { code: "nothing_to_probe" });
  await t.rejects(probed("modbus-meters", "car_meters"), {
    code: "no_such_module",
    message: 'there is no module "car_meters"; did you mean "car_meter"?',
  });
});
