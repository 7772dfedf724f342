/**
 * `serial_communication_hub`: Modbus devices that share one line. Addresses go onto the wire as they are; offsets such as
 * 30001 are the driver's business. Reads and writes longer than a packet are split and joined.
 *
 * Every call is answered, in a later turn: `Success`; `Timeout` when the device was silent or its `deadline_ms` passed; else
 * `Error`. `exception` is the device's own refusal, by its Modbus code: a device that refuses is there. One request is on the
 * line at a time; those that wait go by lane, `safety` first. A device that has been silent is left alone for some seconds,
 * and is then `Timeout` at once, so that its neighbours keep their pace; only `safety` is always sent.
 *
 * `lane` and `deadline_ms` are not in EVerest's interface and may be left out: `control`, and none.
 */
import * as v from "valibot";
import type { Schema } from "./port.ts";
import { definePort } from "./port.ts";
import { count } from "./values.ts";

export const lanes = ["safety", "control", "metering"] as const;
export type Lane = (typeof lanes)[number];

export type LinkStatus = "Success" | "Error" | "Timeout";

export interface RegistersResult {
  readonly status_code: LinkStatus;
  /** With `Success`: 0 to 65535 each. */
  readonly value?: readonly number[];
  /** Code of the Modbus exception the device answered with. */
  readonly exception?: number;
}

export interface CoilsResult {
  readonly status_code: LinkStatus;
  readonly value?: readonly boolean[];
  readonly exception?: number;
}

export interface WriteResult {
  readonly status_code: LinkStatus;
  readonly exception?: number;
}

const word = v.pipe(count, v.maxValue(0xffff));
const sent = {
  target_device_id: v.pipe(count, v.maxValue(0xff)),
  lane: v.exactOptional(v.picklist(lanes)),
  deadline_ms: v.exactOptional(v.pipe(count, v.minValue(1))),
};
const status = v.picklist(["Success", "Error", "Timeout"]) satisfies Schema<LinkStatus>;
const exception = v.exactOptional(count);

const registers: Schema<RegistersResult> = v.strictObject({
  status_code: status,
  value: v.exactOptional(v.array(word)),
  exception,
});
const coils: Schema<CoilsResult> = v.strictObject({
  status_code: status,
  value: v.exactOptional(v.array(v.boolean())),
  exception,
});
const written: Schema<WriteResult> = v.strictObject({ status_code: status, exception });
const readArgs = v.strictObject({
  ...sent,
  first_register_address: word,
  num_registers_to_read: v.pipe(word, v.minValue(1)),
});

export const serialCommunicationHub = definePort({
  name: "serial_communication_hub",
  commands: {
    modbus_read_holding_registers: { args: readArgs, result: registers },
    modbus_read_input_registers: { args: readArgs, result: registers },
    modbus_write_multiple_registers: {
      args: v.strictObject({
        ...sent,
        first_register_address: word,
        data_raw: v.strictObject({ data: v.pipe(v.array(word), v.minLength(1)) }),
      }),
      result: written,
    },
    modbus_write_single_register: {
      args: v.strictObject({ ...sent, register_address: word, data: word }),
      result: written,
    },
    modbus_read_coils: {
      args: v.strictObject({ ...sent, first_coil_address: word, num_coils_to_read: v.pipe(word, v.minValue(1)) }),
      result: coils,
    },
    modbus_write_single_coil: {
      args: v.strictObject({ ...sent, coil_address: word, data: v.boolean() }),
      result: written,
    },
  },
  vars: {},
  errors: [],
});
