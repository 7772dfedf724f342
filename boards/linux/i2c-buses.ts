/** I2C buses by the i2c-bus package. It is native and optional; it is loaded only where a driver needs a bus. */
import type { I2cBus, I2cBuses } from "../../hal/i2c-buses.ts";
import { DeviceError } from "../../src/core/errors.ts";

/** @throws DeviceError when the package, or its native part, is not there. */
export async function loadI2cBuses(
  load: () => Promise<typeof import("i2c-bus")> = () => import("i2c-bus"),
): Promise<I2cBuses> {
  const { default: library } = await load().catch((error: unknown) => {
    throw new DeviceError(
      "i2c_missing",
      "I2C devices need the optional package i2c-bus, which is not installed or was not built for this machine " +
        "(npm install i2c-bus)",
      error,
    );
  });
  return {
    open(number): I2cBus {
      const bus = library.openSync(number);
      let closed = false;
      let last: Promise<void> = Promise.resolve();
      const failure = (address: number, error: Error): DeviceError => {
        const code = (error as NodeJS.ErrnoException).code ?? "i2c";
        return new DeviceError(code, `/dev/i2c-${number}, address 0x${address.toString(16)}: ${error.message}`, error);
      };
      /** One after the other: files are closed only while nobody uses them. */
      const next = (run: (over: () => void) => void): void => {
        last = last.then(() => new Promise((over) => (closed ? over() : run(over))));
      };
      const ended = (address: number, error: Error | null, tell: (error: DeviceError | null) => void): void => {
        // The next one opens the bus anew: an adapter that was unplugged comes back as another file.
        if (error !== null) bus.closeSync();
        if (!closed) tell(error === null ? null : failure(address, error));
      };
      return {
        read(address, register, count, done) {
          const bytes = Buffer.alloc(count);
          next((over) =>
            bus.readI2cBlock(address, register, count, bytes, (error, read) => {
              const short = error ?? (read === count ? null : new Error(`${read} bytes of ${count}`));
              ended(address, short, (told) => (told === null ? done(null, bytes) : done(told)));
              over();
            }),
          );
        },
        write(address, register, bytes, done) {
          const sent = Buffer.from(bytes);
          next((over) =>
            bus.writeI2cBlock(address, register, sent.length, sent, (error) => {
              ended(address, error, done);
              over();
            }),
          );
        },
        close() {
          closed = true;
          last = last.then(() => bus.closeSync());
        },
      };
    },
  };
}
