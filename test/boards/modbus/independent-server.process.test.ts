/**
 * Every model of a meter, and both isolation monitors, against a server that somebody else wrote (pymodbus), over a pair of
 * pseudo terminals, behind a gateway and over TCP, in real time. `.ci/run` installs what it takes and sets EVSED_NEEDS_PEERS,
 * so that there nothing is skipped.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { compose } from "../../../src/daemon/compose.ts";
import { createLogger } from "../../../src/daemon/logger.ts";
import { seededRandom } from "../../../src/runtime/random.ts";
import { SystemClock } from "../../../src/runtime/system-clock.ts";
import { configurationOf } from "../../scenario/station-run.ts";

const python = "/usr/bin/python3";
const isThere = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const missing = [
  ...(isThere(python, "-c", "import pymodbus, serial, serial_asyncio") ? [] : ["python3-pymodbus with python3-serial"]),
  ...(isThere("socat", "-V") ? [] : ["socat"]),
];
if (missing.length > 0 && process.env.EVSED_NEEDS_PEERS !== undefined) {
  throw new Error(`not installed: ${missing.join(", ")}`);
}
const skip = missing.length > 0 && `not installed: ${missing.join(", ")}`;

/** Registers by their wire addresses, as the meters' manuals have them, and what is to be read. */
const meters = {
  Eastron_SDM230: {
    registers: { input: { 0: 230.5, 6: 10.25, 12: 2362.5, 70: 50.02, 72: 1234.5, 74: 0.5 } },
    reading: {
      energy_Wh_import: { total: 1_234_500 },
      energy_Wh_export: { total: 500 },
      power_W: { total: 2362.5 },
      voltage_V: { L1: 230.5 },
      current_A: { L1: 10.25 },
      frequency_Hz: { L1: 50.02 },
    },
  },
  "Eastron_SDM630-V2": {
    registers: {
      input: {
        ...{ 0: 230.5, 2: 231.5, 4: 232.5, 6: 16.25, 8: 15.5, 10: 14.75, 12: 3745.6, 14: 3588.2, 16: 3429.4 },
        ...{ 24: 1.5, 26: -2.5, 28: 3.5, 52: 10763.2, 60: 2.5, 70: 49.98, 72: 12345.678, 74: 1.25 },
        ...{ 346: 4000.5, 348: 4100.25, 350: 4244.928, 352: 0.5, 354: 0.25, 356: 0.5 },
      },
    },
    reading: {
      energy_Wh_import: { total: 12_345_678, L1: 4_000_500, L2: 4_100_250, L3: 4_244_928 },
      energy_Wh_export: { total: 1250, L1: 500, L2: 250, L3: 500 },
      power_W: { total: 10763.2, L1: 3745.6, L2: 3588.2, L3: 3429.4 },
      voltage_V: { L1: 230.5, L2: 231.5, L3: 232.5 },
      VAR: { total: 2.5, L1: 1.5, L2: -2.5, L3: 3.5 },
      current_A: { L1: 16.25, L2: 15.5, L3: 14.75 },
      frequency_Hz: { L1: 49.98 },
    },
  },
  "Eastron_SDM72DM-V2": {
    registers: {
      input: {
        ...{ 0: 229.5, 2: 228.5, 4: 227.5, 6: 1.25, 8: 2.5, 10: 3.75, 12: 286.9, 14: 571.25, 16: 853.1 },
        ...{ 24: 0.5, 26: 1.5, 28: 2.5, 52: 1711.25, 60: 4.5, 70: 50, 72: 99.75, 74: 0.125 },
      },
    },
    reading: {
      energy_Wh_import: { total: 99_750 },
      energy_Wh_export: { total: 125 },
      power_W: { total: 1711.25, L1: 286.9, L2: 571.25, L3: 853.1 },
      voltage_V: { L1: 229.5, L2: 228.5, L3: 227.5 },
      VAR: { total: 4.5, L1: 0.5, L2: 1.5, L3: 2.5 },
      current_A: { L1: 1.25, L2: 2.5, L3: 3.75 },
      frequency_Hz: { L1: 50 },
    },
  },
  Eastron_SDM72DM: {
    registers: { input: { 52: -1500.5, 72: 7.5, 74: 8.25 } },
    reading: {
      energy_Wh_import: { total: 7500 },
      energy_Wh_export: { total: 8250 },
      power_W: { total: -1500.5 },
    },
  },
  "Klefr_693x-694x": {
    registers: {
      holding: {
        ...{ 20482: 230.25, 20484: 231.25, 20486: 232.25, 20488: 50.01, 20492: 5.5, 20494: 6.5, 20496: 7.5 },
        ...{ 20498: 4.511, 20500: 1.266, 20502: 1.503, 20504: 1.742, 20506: 0.06, 20508: 0.01, 20510: 0.02 },
        ...{ 20512: 0.03, 24588: 42.5, 24594: 14, 24596: 14.25, 24598: 14.25 },
        ...{ 24600: 0.75, 24606: 0.25, 24608: 0.25, 24610: 0.25 },
      },
    },
    reading: {
      energy_Wh_import: { total: 42_500, L1: 14_000, L2: 14_250, L3: 14_250 },
      energy_Wh_export: { total: 750, L1: 250, L2: 250, L3: 250 },
      power_W: { total: 4511, L1: 1266, L2: 1503, L3: 1742 },
      voltage_V: { L1: 230.25, L2: 231.25, L3: 232.25 },
      VAR: { total: 60, L1: 10, L2: 20, L3: 30 },
      current_A: { L1: 5.5, L2: 6.5, L3: 7.5 },
      frequency_Hz: { L1: 50.01 },
    },
  },
  test_dummy: {
    // The exponent is an input register: 40003 less the base of 30001. 25 × 0.001 × 10^4.
    registers: { holding: { 40002: [25] }, input: { 10002: [4] } },
    reading: { energy_Wh_import: { total: 250 } },
  },
} as const;

const names = Object.keys(meters) as (keyof typeof meters)[];

/** An EM300 (model code 331): low word first, one character in each register of its serial number. */
const simpleGavazzi = {
  input: {
    0: [2305, 0, 2315, 0, 2325, 0],
    // The model code stands in the middle of the block.
    6: [0, 0, 0, 0, 0, 331],
    12: [16_250, 0, 15_500, 0, 14_750, 0, 37_456, 0, 35_882, 0, 34_294, 0],
    24: [0, 0, 0, 0, 0, 0, 15, 0, 65_511, 65_535, 35, 0],
    36: [0, 0, 0, 0, 42_096, 1, 0, 0, 25, 0, 0, 0, 0, 0],
    50: [65_535, 499],
    // 12345 kWh and 678 Wh; back 1 kWh and 250 Wh.
    1024: [12_345, 0, 678, 0, 0, 0, 0, 0, 1, 0, 250, 0],
    770: [0x1203, 0x1001],
    20480: [0x42, 0x58, 0x31, 0x32, 0x33, 0x34, 0x35],
    20496: [2024],
    20498: [0],
  },
};

/** Of each measurement a float32, its status (unit, validity) and its channel; what is set at the start can be written. */
const bender = {
  holding: {
    1000: [0x48fa, 0x0000, 2, 71],
    1008: [0x43c8, 0x0000, 4, 76],
    1016: [0x4348, 0x0000, 4, 76, 0xc348, 0x0000, 4, 76],
    3000: Array.from({ length: 29 }, () => 0),
    9800: [0x6973, 0x6f43, 0x4841, 0x3432, 0x3548, 0x5600, 0, 0, 0, 0],
    9820: [425, 512, 2026, 1, 1, 1],
  },
};
const dold = {
  input: { 0: [0, 1], 2000: [5120, 0, 400] },
  holding: { 0: [0, 0, 0], 2000: Array.from({ length: 11 }, () => 0) },
};

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
/** Two characters a word, a NUL behind an odd end. */
const text = (characters: string, count = Math.ceil(characters.length / 2)): number[] =>
  Array.from({ length: count }, (_, index) => {
    const [high = 0, low = 0] = Buffer.from(characters.slice(2 * index, 2 * index + 2));
    return (high << 8) | low;
  });
const record = 'OCMF|{"FV":"1.0","TT":"0.30 EUR<=>T-1","RD":[{"RV":12345678,"RU":"Wh"}]}|{"SD":"3045022100"}';

/** An EM580 (model code 1760), which signs: numbers by the manual, low word first; what it does when it is commanded. */
const signingGavazzi = {
  both: {
    0: [2305, 0, 2315, 0, 2325, 0, ...zeros(5), 1760],
    12: [16_250, 0, 15_500, 0, 14_750, 0, ...zeros(34)],
    // 1: the phases come in order. 50.0 Hz.
    50: [1, 500],
    770: [0x1203, 0x1001],
    775: [253],
    // 12 345 678 Wh there, 1250 Wh back.
    1280: [24_910, 188, 0, 0, ...zeros(24), 1250, 0, 0, 0],
    2048: [...Array.from({ length: 61 }, () => 0x1111), ...Array.from({ length: 32 }, () => 0x2222)],
    9471: [0],
    // The key is 65 bytes long, its last word is half of it.
    9472: [...Array.from({ length: 32 }, () => 0x04aa), 0xbbcc],
    20480: [...text("BX123456789012", 7), 2026],
    20498: [0],
    26880: zeros(126),
    28672: zeros(65),
    28928: zeros(2),
    28944: zeros(text(record).length),
  },
  after: [
    { register: 28736, value: 0x42, set: { 28928: [1] } },
    { register: 28736, value: 0x45, set: { 28928: [2, text(record).length], 28944: text(record) } },
  ],
};

const stationOf = (serialPort: string, rtscts: boolean): string => `
active_modules:
  line:
    module: SerialCommHub
    config_implementation: { main: { serial_port: "${serialPort}", baudrate: 115200, rtscts: ${rtscts} } }
  gavazzi:
    module: CarloGavazzi_EM580
    config_implementation: { main: { powermeter_device_id: 20 } }
    connections: { serial_comm_hub: [{ module_id: line, implementation_id: main }] }
  signing:
    module: CarloGavazzi_EM580
    config_implementation: { main: { powermeter_device_id: 21, timezone_offset_minutes: 60 } }
    connections: { serial_comm_hub: [{ module_id: line, implementation_id: main }] }
  bender:
    module: Bender_isoCHA425HV
    connections: { serial_comm_hub: [{ module_id: line, implementation_id: main }] }
  dold:
    module: DoldRN5893
    config_module: { device_id: 30 }
    connections: { serial_comm_hub: [{ module_id: line, implementation_id: main }] }
${names
  .map(
    (model, index) => `
  meter_${index}:
    module: GenericPowermeter
    config_implementation: { main: { model: "${model}", powermeter_device_id: ${index + 10} } }
    connections: { serial_comm_hub: [{ module_id: line, implementation_id: main }] }`,
  )
  .join("")}
`;

const folder = mkdtempSync(join(tmpdir(), "modbus-"));
const children: ReturnType<typeof spawn>[] = [];
t.teardown(() => {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true });
});

function serve(kind: "rtu" | "tcp", where: string): void {
  const units = Object.fromEntries(names.map((name, index) => [index + 10, meters[name].registers]));
  const script = fileURLToPath(new URL("modbus_server.py", import.meta.url));
  const server = spawn(python, [script, kind, where], { stdio: ["pipe", "ignore", "ignore"] });
  server.stdin.end(`${JSON.stringify({ ...units, 3: bender, 20: simpleGavazzi, 21: signingGavazzi, 30: dold })}\n`);
  children.push(server);
}

const monitors = ["bender", "dold"] as const;

type Values = Readonly<Record<string, unknown>>;

interface Heard {
  /** The first reading of every meter and monitor, by module id; those that come within 20 s. */
  readonly readings: ReadonlyMap<string, Values>;
  /** Of the meter that signs: its answers, and what the server was told meanwhile. */
  readonly started: Values;
  readonly told: Readonly<Record<string, readonly number[] | undefined>>;
  readonly stopped: Values;
  readonly stateAfterwards: readonly number[] | undefined;
  readonly publicKey: unknown;
}

async function readAll(serialPort: string, rtscts = false): Promise<Heard> {
  const file = join(folder, `${Math.random()}.yaml`);
  writeFileSync(file, stationOf(serialPort, rtscts));
  const clock = new SystemClock();
  const { station } = await compose(await configurationOf(file), {
    clock,
    log: createLogger("silent"),
    random: (stream) => seededRandom(1, stream),
    simulate: false,
  });
  const readings = new Map<string, Values>();
  let publicKey: unknown;
  station.subscribe("signing", "main", "public_key_ocmf", (value) => {
    publicKey = value;
  });
  const command = (id: string, name: string, args: object): Promise<Values> =>
    new Promise((resolve) =>
      clock.turn(() => station.command(id, "main", name, args, (result) => resolve(result as Values))),
    );
  const words = async (address: number, count: number): Promise<readonly number[] | undefined> => {
    const asked = { target_device_id: 21, first_register_address: address, num_registers_to_read: count };
    return (await command("line", "modbus_read_holding_registers", asked)).value as readonly number[] | undefined;
  };
  const ids = station.plans().flatMap(({ id, type }) => (type === "SerialCommHub" ? [] : [id]));
  for (const id of ids) {
    station.subscribe(id, "main", "powermeter", (value) => readings.set(id, value as Record<string, unknown>));
  }
  for (const id of monitors) {
    station.subscribe(id, "main", "isolation_measurement", (value) =>
      readings.set(id, value as Record<string, unknown>),
    );
  }
  station.ready();
  for (const id of monitors) clock.turn(() => station.command(id, "main", "start", {}, () => {}));
  for (let waited = 0; waited < 200 && readings.size < ids.length; waited++) await pause(100);
  const started = await command("signing", "start_transaction", {
    value: {
      evse_id: "DE*PNX*E1",
      transaction_id: "T-1",
      identification_status: "ASSIGNED",
      identification_flags: ["RFID_PLAIN", "OCPP_AUTH"],
      identification_type: "ISO14443",
      identification_data: "DEADBEEF",
      tariff_text: "0.30 EUR",
    },
  });
  const told = {
    state: await words(28928, 1),
    identification: await words(28672, 7),
    data: await words(28679, 4),
    chargePoint: await words(28700, 6),
    tariff: await words(26880, 7),
    timezone: await words(28721, 1),
    time: await words(28722, 4),
  };
  const stopped = await command("signing", "stop_transaction", { transaction_id: "T-1" });
  const stateAfterwards = await words(28928, 1);
  station.stop(false);
  clock.stop();
  return { readings, started, told, stopped, stateAfterwards, publicKey };
}

function judgeTransaction(t: Test, { readings, started, told, stopped, stateAfterwards, publicKey }: Heard): void {
  const key = `${"04aa".repeat(32)}bb`;
  const signed = {
    signed_meter_data: JSON.stringify({ signedData: "1111".repeat(61), signature: "2222".repeat(32) }),
    signing_method: "ECDSA-brainpoolP256r1-SHA256",
    encoding_method: "plain",
    public_key: key,
  };
  t.equal(publicKey, key);
  t.match(readings.get("signing"), {
    meter_id: "BX123456789012.2026",
    phase_seq_error: false,
    energy_Wh_import: { total: 12_345_678 },
    energy_Wh_export: { total: 1250 },
    voltage_V: { L1: 230.5, L2: 231.5, L3: 232.5 },
    current_A: { L1: 16.25, L2: 15.5, L3: 14.75 },
    frequency_Hz: { L1: 50 },
    temperatures: [{ temperature: 25.3 }],
    signed_meter_value: signed,
  });
  t.same(started, { status: "OK" });
  const [low = 0, high = 0, ...more] = told.time ?? [];
  t.same(
    { ...told, time: more },
    {
      state: [1],
      identification: [1, 0, 1, 2, 0, 0, 10],
      data: text("DEADBEEF"),
      chargePoint: text("DE*PNX*E1", 6),
      tariff: text("0.30 EUR<=>T-1"),
      timezone: [60],
      time: [0, 0],
    },
    "what the meter was told of the transaction",
  );
  t.ok(Math.abs(high * 65_536 + low - Date.now() / 1000) < 60, "the time");
  t.same(stopped, {
    status: "OK",
    signed_meter_value: {
      signed_meter_data: record,
      signing_method: "",
      encoding_method: "OCMF",
      public_key: key,
    },
    start_signed_meter_value: signed,
  });
  t.same(stateAfterwards, [0], "the meter is free for the next one");
}

function judge(t: Test, heard: Heard): void {
  const { readings } = heard;
  judgeTransaction(t, heard);
  t.same(
    readings.get("bender"),
    {
      resistance_F_Ohm: 512_000,
      voltage_V: 400,
      voltage_to_earth_l1e_V: 200,
      voltage_to_earth_l2e_V: -200,
    },
    "Bender_isoCHA425HV",
  );
  t.same(readings.get("dold"), { resistance_F_Ohm: 512_000, voltage_V: 400 }, "DoldRN5893");
  for (const [index, name] of names.entries()) {
    const { timestamp, meter_id, ...reading } = readings.get(`meter_${index}`) ?? {};
    t.same(reading, meters[name].reading, name);
    t.equal(meter_id, `meter_${index}`);
    t.match(timestamp, /^20\d\d-/);
  }
  const { timestamp, ...reading } = readings.get("gavazzi") ?? {};
  t.match(timestamp, /^20\d\d-/);
  t.same(
    reading,
    {
      meter_id: "BX12345.2024",
      phase_seq_error: true,
      energy_Wh_import: { total: 12_345_678 },
      energy_Wh_export: { total: 1250 },
      power_W: { total: 10763.2, L1: 3745.6, L2: 3588.2, L3: 3429.4 },
      voltage_V: { L1: 230.5, L2: 231.5, L3: 232.5 },
      VAR: { total: 2.5, L1: 1.5, L2: -2.5, L3: 3.5 },
      current_A: { L1: 16.25, L2: 15.5, L3: 14.75 },
      frequency_Hz: { L1: 49.9 },
    },
    "CarloGavazzi_EM580 with an EM300",
  );
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Two ends that socat holds together; those that are files are waited for. */
async function joined(one: string, other: string, ...files: string[]): Promise<void> {
  children.push(spawn("socat", [one, other], { stdio: "ignore" }));
  for (let waited = 0; waited < 50 && !files.every((file) => existsSync(file)); waited++) await pause(100);
}

const terminal = (link: string): string => `pty,raw,echo=0,link=${link}`;

async function overSerialLine(): Promise<{ heard: Heard; settings: string }> {
  const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
  await joined(terminal(ours), terminal(theirs), ours, theirs);
  serve("rtu", theirs);
  const heard = await readAll(ours, true);
  return { heard, settings: spawnSync("stty", ["-aF", ours], { encoding: "utf8" }).stdout };
}

/** A serial line behind a gateway that passes its bytes on. */
async function overGateway(): Promise<Heard> {
  const port = await freePort();
  const behind = join(folder, "behind");
  await joined(terminal(behind), `tcp-listen:${port},bind=127.0.0.1,fork,reuseaddr`, behind);
  serve("rtu", behind);
  return readAll(`rtu+tcp://127.0.0.1:${port}`);
}

async function overTcp(): Promise<Heard> {
  const port = await freePort();
  serve("tcp", String(port));
  return readAll(`tcp://127.0.0.1:${port}`);
}

t.test("over a serial line, behind a gateway, over TCP", { skip }, async (t) => {
  const [serial, gateway, tcp] = await Promise.all([overSerialLine(), overGateway(), overTcp()]);
  await t.test("over a serial line", async (t) => {
    judge(t, serial.heard);
    t.match(serial.settings, /(?<!-)crtscts/, "with flow control, as configured");
  });
  await t.test("behind a gateway", async (t) => judge(t, gateway));
  await t.test("over TCP", async (t) => judge(t, tcp));
});
