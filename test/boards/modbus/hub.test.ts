/** The hub's driver on simulated wires: what becomes of a request, whatever the devices do. */
import t from "tap";
import { withCrc } from "../../../boards/modbus/rtu.ts";
import { SimulatedSlave } from "../../../boards/sim/modbus/slave.ts";
import type { Lines } from "../../../hal/lines.ts";
import type { ByteStreamListener, SerialPorts } from "../../../hal/serial-ports.ts";
import { DeviceError } from "../../../src/core/errors.ts";
import { hubBench } from "./hub-bench.ts";

/** Every register holds its own address. */
const counting = (unit: number): SimulatedSlave =>
  new SimulatedSlave(unit, {
    input: (address) => (address < 1000 ? address : undefined),
    coil: (address) => address % 3 === 0,
    write: (address) => address < 10,
    writeCoil: () => true,
  });

t.test("reads and writes", async (t) => {
  const bench = hubBench({ slaves: [counting(1)] });
  bench.read("words", 1, 5, 3);
  bench.read("long", 1, 100, 300);
  bench.call("coils", "modbus_read_coils", { target_device_id: 1, first_coil_address: 0, num_coils_to_read: 5 });
  bench.call("coil", "modbus_write_single_coil", { target_device_id: 1, coil_address: 0, data: true });
  bench.call("one", "modbus_write_single_register", { target_device_id: 1, register_address: 9, data: 7 });
  const many = { target_device_id: 1, first_register_address: 0, data_raw: { data: [1, 2, 3] } };
  bench.call("many", "modbus_write_multiple_registers", many);
  bench.read("absent", 1, 1000, 1);
  bench.until(2000);
  t.match(bench.answers.words, { status_code: "Success", value: [5, 6, 7] });
  t.same(
    bench.answers.long?.value,
    Array.from({ length: 300 }, (_, index) => 100 + index),
    "split into packets and joined",
  );
  t.same(bench.answers.coils?.value, [true, false, false, true, false]);
  for (const name of ["coil", "one", "many"]) t.equal(bench.answers[name]?.status_code, "Success", name);
  t.match(bench.answers.absent, { status_code: "Error", exception: 2 }, "refused, with the device's reason");
});

t.test("a late reply answers no later request", async (t) => {
  const slave = counting(1);
  const bench = hubBench({ slaves: [slave], config: { initial_timeout_ms: 200, retries: 0 } });
  slave.faults.lateMs = 300;
  bench.read("first", 1, 111, 1);
  bench.until(250);
  slave.faults.lateMs = 0;
  bench.read("second", 1, 333, 1, { lane: "safety" });
  bench.until(2000);
  t.equal(bench.answers.first?.status_code, "Timeout");
  t.match(bench.answers.second, { status_code: "Success", value: [333] });
});

t.test("a reply that comes after all is a sign of life", async (t) => {
  const slave = counting(1);
  const bench = hubBench({ slaves: [slave], config: { initial_timeout_ms: 200, retries: 0 } });
  slave.faults.lateMs = 250;
  bench.read("first", 1, 1, 1);
  bench.until(600);
  slave.faults.lateMs = 0;
  bench.read("next", 1, 2, 1);
  bench.until(650);
  t.equal(bench.answers.next?.status_code, "Success", "it is not left alone");
  t.match(bench.reading()?.value, { devices: [{ device_id: 1, timeouts: 1, late: 1, replies: 1 }] });
});

t.test("every way a reply can be wrong is an answer in the end, and no value", async (t) => {
  const wrongs = {
    silent: ["Timeout", (slave: SimulatedSlave) => (slave.faults.silent = true)],
    wrongUnit: ["Error", (slave: SimulatedSlave) => (slave.faults.wrongUnit = true)],
    wrongCrc: ["Error", (slave: SimulatedSlave) => (slave.faults.wrongCrc = true)],
    garbage: ["Error", (slave: SimulatedSlave) => (slave.faults.garbage = true)],
    exception: ["Error", (slave: SimulatedSlave) => (slave.faults.exception = 4)],
  } as const;
  for (const [name, [status_code, spoil]] of Object.entries(wrongs)) {
    const slave = counting(1);
    const bench = hubBench({ slaves: [slave] });
    spoil(slave);
    bench.read("reply", 1, 5, 2);
    bench.until(10_000);
    t.equal(bench.answers.reply?.status_code, status_code, name);
    t.equal(bench.answers.reply?.value, undefined, name);
  }
});

t.test("one spoilt reply is asked for again", async (t) => {
  const slave = counting(1);
  const bench = hubBench({ slaves: [slave] });
  slave.faults.wrongCrc = true;
  bench.read("reply", 1, 5, 2);
  bench.until(20);
  slave.faults.wrongCrc = false;
  bench.until(1000);
  t.match(bench.answers.reply, { status_code: "Success", value: [5, 6] });
});

t.test("a device that is busy is asked again, one that refuses is not", async (t) => {
  const slave = counting(1);
  const bench = hubBench({ slaves: [slave] });
  slave.faults.exception = 6;
  bench.read("busy", 1, 5, 1);
  bench.until(1000);
  slave.faults.exception = 2;
  bench.read("refused", 1, 5, 1);
  bench.until(2000);
  t.match(bench.reading()?.value, { devices: [{ sent: 4, exceptions: 4 }] }, "three times, and once");
});

t.test("safety goes before control, control before metering", async (t) => {
  const bench = hubBench({ slaves: [counting(1)] });
  bench.read("running", 1, 0, 1);
  bench.until(5);
  bench.read("metering", 1, 1, 1, { lane: "metering" });
  bench.read("control", 1, 2, 1);
  bench.read("safety", 1, 3, 1, { lane: "safety" });
  bench.until(1000);
  const order = Object.entries(bench.answers)
    .sort(([, a], [, b]) => a.at - b.at)
    .map(([name]) => name);
  t.same(order, ["running", "safety", "control", "metering"]);
});

t.test("a deadline is kept, whatever is on the line", async (t) => {
  const [dead, well] = [counting(1), counting(2)];
  dead.faults.silent = true;
  const bench = hubBench({ slaves: [dead, well] });
  bench.read("dead", 1, 0, 1, { deadline_ms: 700 });
  bench.read("waiting", 2, 0, 1, { deadline_ms: 100 });
  bench.until(5000);
  t.match(bench.answers.waiting, { status_code: "Timeout", at: 100 });
  t.match(bench.answers.dead, { status_code: "Timeout", at: 700 });
  t.match(bench.reading()?.value, { devices: [{ device_id: 1 }, { device_id: 2, sent: 0 }] });
});

t.test("a device that dies does not take its neighbours' time", async (t) => {
  const slaves = [counting(1), counting(2), counting(3)];
  const bench = hubBench({ slaves });
  const times: number[] = [];
  for (let second = 0; second < 30; second++) {
    if (second === 10) for (const slave of slaves.slice(0, 1)) slave.faults.silent = true;
    for (const unit of [1, 2, 3]) bench.read(`${second} ${unit}`, unit, 0, 20, { lane: "metering" });
    bench.until((second + 1) * 1000);
    times.push(bench.answers[`${second} 3`]?.at ?? Number.NaN);
  }
  const periods = times.slice(1).map((at, index) => at - (times[index] as number));
  t.ok(
    periods.every((period) => period > 800 && period < 1200),
    `every period of a neighbour within 20 %: ${Math.min(...periods)} to ${Math.max(...periods)} ms`,
  );
  t.equal(bench.answers["29 1"]?.status_code, "Timeout");
});

t.test("a device that comes back is heard within five seconds", async (t) => {
  const slave = counting(1);
  slave.faults.silent = true;
  const bench = hubBench({ slaves: [slave] });
  let back = Number.NaN;
  for (let tenth = 0; tenth < 400 && Number.isNaN(back); tenth++) {
    if (tenth === 200) slave.faults.silent = false;
    bench.read("reply", 1, 0, 1);
    bench.until((tenth + 1) * 100);
    if (bench.answers.reply?.status_code === "Success") back = tenth / 10 - 20;
  }
  t.ok(back < 5, `${back} s`);
});

/** Wires of the test's own: what was written, and a way to answer. */
function wires() {
  const written: string[] = [];
  let listener: ByteStreamListener | undefined;
  let opened = 0;
  const serialPorts: SerialPorts = {
    open(_path, _settings, heard) {
      listener = heard;
      opened++;
      return {
        write: (bytes) => {
          written.push(Buffer.from(bytes).toString("hex"));
          return true;
        },
        close: () => {},
      };
    },
  };
  return { serialPorts, written, listener: () => listener as ByteStreamListener, opened: () => opened };
}

t.test("replies in pieces, behind noise, with an echo", async (t) => {
  const { serialPorts, written, listener } = wires();
  const bench = hubBench({ serialPorts, config: { ignore_echo: true } });
  listener().opened();
  bench.read("reply", 17, 8, 1);
  bench.until(10);
  // Modbus over serial line: unit, function 4, register 8, one of them, checksum.
  t.same(written, ["11040008000 1b298".replace(" ", "")]);
  listener().received(Buffer.from(written[0] as string, "hex"));
  listener().received(Buffer.from("00", "hex"));
  const reply = withCrc(Buffer.from("1104020102", "hex"));
  for (const byte of reply) listener().received(Buffer.from([byte]));
  bench.until(11);
  t.match(bench.answers.reply, { status_code: "Success", value: [0x0102] });
});

t.test("our own bytes alone are no reply", async (t) => {
  const { serialPorts, written, listener } = wires();
  const bench = hubBench({ serialPorts, config: { ignore_echo: true, retries: 0 } });
  listener().opened();
  bench.call("write", "modbus_write_single_register", { target_device_id: 1, register_address: 1, data: 1 });
  bench.until(10);
  listener().received(Buffer.from(written[0] as string, "hex"));
  bench.until(2000);
  t.equal(bench.answers.write?.status_code, "Timeout", "a reply to this would look just like its echo");
});

t.test("whatever came before a request is dropped", async (t) => {
  const { serialPorts, listener } = wires();
  const bench = hubBench({ serialPorts });
  listener().opened();
  listener().received(withCrc(Buffer.from("0104020102", "hex")));
  bench.read("reply", 1, 0, 1);
  bench.until(100);
  t.equal(bench.answers.reply, undefined);
});

t.test("over TCP a reply names its request", async (t) => {
  const { serialPorts, written, listener } = wires();
  const bench = hubBench({ serialPorts, config: { serial_port: "tcp://127.0.0.1:502" } });
  listener().opened();
  bench.read("reply", 1, 8, 1);
  bench.until(1);
  t.same(written, ["000100000006010400080001"]);
  listener().received(Buffer.from("00070000000501040201ff", "hex"));
  t.equal(bench.answers.reply, undefined, "that of another request");
  listener().received(Buffer.from("0001000000050104020102", "hex"));
  t.match(bench.answers.reply, { status_code: "Success", value: [0x0102] });
});

t.test("a line that is lost is an error at once, and is opened again", async (t) => {
  const { serialPorts, listener, opened } = wires();
  const bench = hubBench({ serialPorts });
  listener().opened();
  bench.read("asked", 1, 0, 1);
  bench.until(10);
  listener().closed(new DeviceError("serial_gone", "pulled"));
  t.equal(bench.answers.asked?.status_code, "Error");
  bench.read("meanwhile", 1, 0, 1);
  bench.until(20);
  t.equal(bench.answers.meanwhile?.status_code, "Error");
  t.equal(opened(), 1);
  bench.until(1100);
  t.equal(opened(), 2);
  listener().opened();
  bench.read("again", 1, 0, 1);
  bench.until(1150);
  listener().received(withCrc(Buffer.from("0104020102", "hex")));
  bench.until(1160);
  t.equal(bench.answers.again?.status_code, "Success");
  t.same(bench.logs, ["line_lost", "line_back"]);
});

t.test("the driver chip sends while a request leaves, and listens before a reply can come", async (t) => {
  const { serialPorts, listener } = wires();
  const levels: string[] = [];
  let now = (): number => 0;
  const output = (name: string, initial: string) => {
    levels.push(`${name} ${initial}`);
    return { set: (level: string) => void levels.push(`${now().toFixed(2)} ${level}`), read: () => "low" as const };
  };
  const lines = { output } as unknown as Lines;
  const direction = { rxtx_gpio_chip: "gpiochip2", rxtx_gpio_line: 5, rxtx_gpio_tx_high: true };
  const bench = hubBench({ serialPorts, lines, config: { ...direction, baudrate: 9600 } });
  now = () => bench.clock.nowMs();
  listener().opened();
  bench.read("reply", 1, 0, 1);
  bench.until(400);
  // 3.5 characters of silence, then eight characters of ten bits.
  t.same(levels, ["gpiochip2/5 low", "3.65 high", "11.98 low"]);
});

t.test("a baud rate that no serial port has is refused", async (t) => {
  t.throws(() => hubBench({ config: { baudrate: 12_345 } }), { code: "baudrate" });
});
