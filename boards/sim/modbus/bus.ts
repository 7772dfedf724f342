/** The wires of a simulated Modbus line: devices attach to them, and the world below a hub carries the bytes. */
import * as v from "valibot";
import { definePort } from "../../../hal/port.ts";
import { SimulatedSlave } from "./slave.ts";

export const modbusBus = definePort({
  name: "simulated_modbus_line",
  commands: { attach: { args: v.strictObject({ slave: v.instance(SimulatedSlave) }) } },
  vars: {},
  errors: [],
});

/** Two words of a value, high word first. */
export function float32Words(value: number): readonly [number, number] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
}
