/**
 * Payloads to bytes and back, by the tables of the schema. Bytes are canonical: fields in ascending order, zero members of
 * sub-messages left out, the member of the payload always present.
 *
 * Unlike a general decoder it refuses what the schema does not allow, as the controller does: wire types that do not belong
 * to the field, enum values without a name, a version that is too long. Fields without a name here are skipped.
 *
 * Source: Yeti facts, section 3.
 */
import protobuf from "protobufjs/minimal.js";
import type { EverestToMcu, FieldTable, FieldType, McuToEverest, MessageType } from "./schema.ts";
import { everestToMcu, longestVersionBytes, mcuToEverest } from "./schema.ts";

type Writer = protobuf.Writer;
type Reader = protobuf.Reader;

/** `protobuf`: what stands there is not of the schema; `unknown`: nothing stands there that it has a name for. */
export type CodecError = "protobuf" | "unknown";
export type Decoded<M> =
  | { readonly ok: true; readonly message: M }
  | { readonly ok: false; readonly error: CodecError };

const wireType = { varint: 0, lengthDelimited: 2, fixed32: 5 } as const;

function wireTypeOf(type: FieldType): number {
  if (type === "float") return wireType.fixed32;
  if (type === "version") return wireType.lengthDelimited;
  return typeof type === "object" && "fields" in type ? wireType.lengthDelimited : wireType.varint;
}

// -- Encoding --

const isZero = (value: unknown): boolean => value === false || value === "" || Object.is(value, 0);

function writeValue(writer: Writer, id: number, type: FieldType, value: unknown): void {
  writer.uint32((id << 3) | wireTypeOf(type));
  if (type === "bool") writer.bool(value as boolean);
  else if (type === "uint32") writer.uint32(value as number);
  else if (type === "float") writer.float(value as number);
  else if (type === "version") writer.string(value as string);
  else if ("names" in type) writer.int32(type.names.indexOf(value as string));
  else {
    writer.fork();
    writeMembers(writer, type.fields, value as Readonly<Record<string, unknown>>);
    writer.ldelim();
  }
}

function writeMembers(writer: Writer, fields: FieldTable, values: Readonly<Record<string, unknown>>): void {
  for (const [name, { id, type }] of Object.entries(fields)) {
    const value = values[name];
    if (value === undefined || isZero(value)) continue;
    writeValue(writer, id, type, value);
  }
}

function encode({ fields }: MessageType, message: object): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const [name, value] of Object.entries(message)) {
    const field = fields[name];
    if (field !== undefined) writeValue(writer, field.id, field.type, value);
  }
  return writer.finish();
}

export const encodeEverestToMcu = (message: EverestToMcu): Uint8Array => encode(everestToMcu, message);
export const encodeMcuToEverest = (message: McuToEverest): Uint8Array => encode(mcuToEverest, message);

// -- Decoding --

class NotInSchema extends Error {}

function readValue(reader: Reader, type: FieldType): unknown {
  if (type === "bool") return reader.bool();
  if (type === "uint32") return reader.uint32();
  if (type === "float") return reader.float();
  if (type === "version") {
    const start = reader.pos;
    const text = reader.stringVerify();
    // The text and the one byte that tells its length.
    if (reader.pos - start > longestVersionBytes + 1) throw new NotInSchema("version");
    return text;
  }
  if ("names" in type) {
    const name = type.names[reader.int32()];
    if (name === undefined) throw new NotInSchema("enum");
    return name;
  }
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new NotInSchema("length");
  return readMembers(reader, type.fields, end);
}

/** Field tables by number, made once. */
const byNumber = new WeakMap<FieldTable, ReadonlyMap<number, { readonly name: string; readonly type: FieldType }>>();

function numbered(fields: FieldTable): ReadonlyMap<number, { readonly name: string; readonly type: FieldType }> {
  const known = byNumber.get(fields);
  if (known !== undefined) return known;
  const made = new Map(Object.entries(fields).map(([name, { id, type }]) => [id, { name, type }] as const));
  byNumber.set(fields, made);
  return made;
}

/** The field at the reader, or null where it is skipped. */
function readField(reader: Reader, fields: FieldTable): { readonly name: string; readonly value: unknown } | null {
  const tag = reader.uint32();
  const id = tag >>> 3;
  const field = numbered(fields).get(id);
  if (field === undefined) {
    reader.skipType(tag & 7, 0, id);
    return null;
  }
  if ((tag & 7) !== wireTypeOf(field.type)) throw new NotInSchema("wire type");
  return { name: field.name, value: readValue(reader, field.type) };
}

function readMembers(reader: Reader, fields: FieldTable, end: number): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  while (reader.pos < end) {
    const member = readField(reader, fields);
    if (member === null) continue;
    if (isZero(member.value)) delete members[member.name];
    else members[member.name] = member.value;
  }
  if (reader.pos !== end) throw new NotInSchema("length");
  return members;
}

function decode<M>({ fields }: MessageType, payload: Uint8Array): Decoded<M> {
  let member: { readonly name: string; readonly value: unknown } | null = null;
  try {
    const reader = protobuf.Reader.create(payload);
    // Of several members the last one counts.
    while (reader.pos < reader.len) member = readField(reader, fields) ?? member;
  } catch {
    // Whatever the library throws at bytes that are no message.
    return { ok: false, error: "protobuf" };
  }
  if (member === null) return { ok: false, error: "unknown" };
  return { ok: true, message: { [member.name]: member.value } as M };
}

/** The payload is not kept. */
export const decodeEverestToMcu = (payload: Uint8Array): Decoded<EverestToMcu> => decode(everestToMcu, payload);
/** The payload is not kept. */
export const decodeMcuToEverest = (payload: Uint8Array): Decoded<McuToEverest> => decode(mcuToEverest, payload);
