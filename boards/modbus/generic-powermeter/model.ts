/** What a meter measures and where: the files in `models/`, checked. `docs/meter-model.schema.json` says the same to editors. */
import * as v from "valibot";
import type { Schema } from "../../../hal/port.ts";

export const valueTypes = ["float32", "int16", "int32", "int64", "uint16", "uint32", "uint64"] as const;
export type ValueType = (typeof valueTypes)[number];

export interface RegisterNumber {
  readonly register: number;
  /** 3 holding, 4 input. */
  readonly function: 3 | 4;
}

export interface ModelValue extends RegisterNumber {
  readonly type: ValueType;
  readonly word_order: "high_first" | "low_first";
  readonly multiplier: number;
  readonly exponent?: RegisterNumber;
}

const registerNumber = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99_999));
const functionCode = v.picklist([3, 4]);

const value = v.strictObject({
  register: registerNumber,
  function: functionCode,
  type: v.optional(v.picklist(valueTypes), "float32"),
  word_order: v.optional(v.picklist(["high_first", "low_first"]), "high_first"),
  multiplier: v.optional(v.pipe(v.number(), v.finite()), 1),
  exponent: v.exactOptional(v.strictObject({ register: registerNumber, function: functionCode })),
});

const maybe = v.exactOptional(value);
const phases = { L1: maybe, L2: maybe, L3: maybe };
const totals = v.strictObject({ total: value, ...phases });

const modelEntries = v.strictObject({
  $schema: v.exactOptional(v.string()),
  description: v.exactOptional(v.string()),
  energy_Wh_import: totals,
  energy_Wh_export: v.exactOptional(totals),
  power_W: v.exactOptional(totals),
  voltage_V: v.exactOptional(v.strictObject({ DC: maybe, ...phases })),
  VAR: v.exactOptional(totals),
  current_A: v.exactOptional(v.strictObject({ DC: maybe, ...phases, N: maybe })),
  frequency_Hz: v.exactOptional(v.strictObject({ ...phases, L1: value })),
});

export type MeterModel = v.InferOutput<typeof modelEntries>;
export const meterModel: Schema<MeterModel> = modelEntries;

export const quantities = [
  "energy_Wh_import",
  "energy_Wh_export",
  "power_W",
  "voltage_V",
  "VAR",
  "current_A",
  "frequency_Hz",
] as const;
export type Quantity = (typeof quantities)[number];

/** One value of a model, with its place in the powermeter struct. */
export interface Place {
  readonly quantity: Quantity;
  readonly member: string;
  readonly value: ModelValue;
}

export function placesOf(model: MeterModel): readonly Place[] {
  return quantities.flatMap((quantity) =>
    Object.entries(model[quantity] ?? {}).map(([member, found]) => ({ quantity, member, value: found as ModelValue })),
  );
}
