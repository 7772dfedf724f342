/** Runs where `i2c-device.c` is preloaded: what the port answers, as JSON. */
import { loadI2cBuses } from "../../../boards/linux/i2c-buses.ts";
import type { I2cBus } from "../../../hal/i2c-buses.ts";

const buses = await loadI2cBuses();
const bus = buses.open(7);
const answers: unknown[] = [];

const read = (on: I2cBus, address: number, register: number, count: number): Promise<void> =>
  new Promise((resolve) =>
    on.read(address, register, count, (error, bytes) => {
      answers.push(error === null ? [...(bytes ?? [])] : `${error.code} ${error.message}`);
      resolve();
    }),
  );
const write = (address: number, register: number, byte: number): Promise<void> =>
  new Promise((resolve) =>
    bus.write(address, register, Uint8Array.of(byte), (error) => {
      answers.push(error === null ? "written" : `${error.code} ${error.message}`);
      resolve();
    }),
  );

await Promise.all([read(bus, 0x49, 0, 2), read(bus, 0x49, 1, 1), write(0x49, 1, 0x60), read(bus, 0x49, 1, 1)]);
await read(bus, 0x48, 0, 2);
await write(0x48, 1, 0);
await read(bus, 0x49, 0, 2);
await read(buses.open(8), 0x49, 0, 2);
void read(bus, 0x49, 0, 2);
bus.close();
setImmediate(() => process.stdout.write(JSON.stringify(answers)));
