/**
 * I2C buses of the machine, or whatever a simulation puts in their place: registers of chips by the address of the chip and
 * the number of the register, bytes in the order they have on the wire.
 *
 * Every transaction is answered once, in a turn of its own: with the bytes, or with the DeviceError that says what went wrong
 * (nobody acknowledged, the bus is held, there is no such bus). It may take a second and more where the bus is held: who asks
 * has a deadline of its own, and asks again only when the answer is there.
 */
import type { DeviceError } from "../src/core/errors.ts";

export interface I2cBus {
  /** At most 32 bytes. `bytes`: as many as asked for, absent with an error. */
  read(
    address: number,
    register: number,
    count: number,
    done: (error: DeviceError | null, bytes?: Uint8Array) => void,
  ): void;
  write(address: number, register: number, bytes: Uint8Array, done: (error: DeviceError | null) => void): void;
  /** Nothing is answered any more. */
  close(): void;
}

export interface I2cBuses {
  /** `number`: that of the operating system, `/dev/i2c-1` is 1. Whether there is one is told with the first transaction. */
  open(number: number): I2cBus;
}
