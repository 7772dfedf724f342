/** One device on a hub's line, as its driver speaks to it. */
import type { Connection } from "../../hal/module.ts";
import type { Lane, RegistersResult, serialCommunicationHub, WriteResult } from "../../hal/serial-communication-hub.ts";
import { DeviceError } from "../../src/core/errors.ts";
import type { Call, Procedure } from "./procedure.ts";

export type Hub = Connection<typeof serialCommunicationHub>;

/** The device was silent, not understood, or has refused: `exception` is its reason. */
export class LinkFailure extends DeviceError {
  readonly exception: number | undefined;

  constructor(result: WriteResult, what: string) {
    const { status_code, exception } = result;
    const why = exception === undefined ? status_code.toLowerCase() : `exception ${exception}`;
    super(status_code === "Timeout" ? "timeout" : exception === undefined ? "link" : "exception", `${what}: ${why}`);
    this.exception = exception;
  }
}

export type RegisterKind = "holding" | "input";

export interface DeviceOptions {
  readonly unit: number;
  readonly lane: Lane;
  readonly deadlineMs: number;
}

export class Device {
  readonly #hub: Hub;
  readonly #sent: { readonly target_device_id: number; readonly lane: Lane; readonly deadline_ms: number };
  readonly #unit: number;

  constructor(hub: Hub, { unit, lane, deadlineMs }: DeviceOptions) {
    this.#hub = hub;
    this.#unit = unit;
    this.#sent = { target_device_id: unit, lane, deadline_ms: deadlineMs };
  }

  /** @throws LinkFailure */
  *read(kind: RegisterKind, address: number, count: number): Procedure<readonly number[]> {
    const name = kind === "holding" ? "modbus_read_holding_registers" : "modbus_read_input_registers";
    const args = { ...this.#sent, first_register_address: address, num_registers_to_read: count };
    const what = `reading ${count} ${kind} registers from ${address} of device ${this.#unit}`;
    const call: Call = {
      start: (done, fail) =>
        this.#hub.call(name, args, (result: RegistersResult) =>
          result.status_code === "Success" ? done(result.value ?? []) : fail(new LinkFailure(result, what)),
        ),
    };
    return (yield call) as readonly number[];
  }

  /** By function 16, however few. @throws LinkFailure */
  *write(address: number, values: readonly number[]): Procedure {
    const args = { ...this.#sent, first_register_address: address, data_raw: { data: [...values] } };
    yield* this.#written(address, (tell) => this.#hub.call("modbus_write_multiple_registers", args, tell));
  }

  /** By function 6. @throws LinkFailure */
  *writeSingle(address: number, value: number): Procedure {
    const args = { ...this.#sent, register_address: address, data: value };
    yield* this.#written(address, (tell) => this.#hub.call("modbus_write_single_register", args, tell));
  }

  *#written(address: number, send: (tell: (result: WriteResult) => void) => void): Procedure {
    const what = `writing register ${address} of device ${this.#unit}`;
    const call: Call = {
      start: (done, fail) =>
        send((result) => (result.status_code === "Success" ? done(undefined) : fail(new LinkFailure(result, what)))),
    };
    yield call;
  }
}
