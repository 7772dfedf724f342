/** The bus below a driver, with one chip on it. Transactions take the time their bits take at 100 kHz. */
import type * as v from "valibot";
import type { I2cBus } from "../../../hal/i2c-buses.ts";
import type { ModuleContext, ModuleFactory } from "../../../hal/module.ts";
import { DeviceError } from "../../../src/core/errors.ts";
import { chips } from "../../lm75/chips.ts";
import { SimulatedChip } from "./chip.ts";
import type { manifest } from "./manifest.ts";

type SimHandlers = {
  readonly [C in keyof typeof manifest.sim]: (args: v.InferOutput<(typeof manifest.sim)[C]["args"]>) => void;
};

/** Nine bits each: eight and who acknowledges them. */
const byteMs = 0.09;

export const create: ModuleFactory<typeof manifest> = (context: ModuleContext<typeof manifest>) => {
  const { clock, config } = context;
  const chip = new SimulatedChip(chips[config.chip]);
  /** Transactions that something keeps from ending. */
  let held: (() => void)[] = [];

  function open(number: number): I2cBus {
    let isOpen = true;
    const transact = (address: number, bytes: number, tell: (error: DeviceError | null) => void): void => {
      const end = (): void => {
        if (!isOpen) return;
        if (chip.isHeld) held.push(end);
        else if (chip.isSilent || address !== config.i2c_address || number !== config.i2c_bus) {
          const what = `/dev/i2c-${number}, address 0x${address.toString(16)}: nobody acknowledges`;
          tell(new DeviceError("ENXIO", what));
        } else tell(null);
      };
      clock.schedule("i2c bus", clock.nowMs() + bytes * byteMs, end);
    };
    return {
      read: (address, register, count, done) =>
        transact(address, count + 3, (error) =>
          error === null ? done(null, chip.read(register, count)) : done(error),
        ),
      write: (address, register, bytes, done) =>
        transact(address, bytes.length + 2, (error) => {
          if (error === null) chip.write(register, bytes);
          done(error);
        }),
      close: () => {
        isOpen = false;
      },
    };
  }

  const sim: SimHandlers = {
    set_temperature_C: ({ value }) => {
      chip.temperatureC = value;
    },
    silence: ({ value }) => {
      chip.isSilent = value;
    },
    freeze: ({ value }) => chip.thaw(value),
    hang: ({ value }) => {
      chip.isHeld = value;
      const waiting = value ? [] : held;
      if (!value) held = [];
      for (const end of waiting) end();
    },
    reset: () => chip.reset(),
    sleep: () => chip.sleep(),
    spoil_next: ({ value }) => {
      chip.spoiltWord = value;
    },
  };
  return { i2cBuses: { open }, sim };
};
