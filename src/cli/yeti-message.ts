/** A message of the Yeti protocol as a person writes it: JSON by the names of the schema. */
import type { FieldType, MessageType } from "../../boards/yeti/schema.ts";
import { longestVersionBytes } from "../../boards/yeti/schema.ts";
import { hint } from "../config/nearest-name.ts";
import { printable, quote } from "../config/quote.ts";
import { UsageError } from "../core/errors.ts";

type Members = Readonly<Record<string, unknown>>;

const highestUint32 = 0xffff_ffff;
const highestFloat = 3.4028234663852886e38;
const notFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/** @throws UsageError that names the member which is wrong. */
export function readYetiMessage(text: string, type: MessageType): object {
  const message = membersOf(parsed(text), "the message");
  const names = Object.keys(message);
  const [name] = names;
  if (name === undefined || names.length > 1) {
    throw refused(`the message must have exactly one member, not ${names.length === 0 ? "none" : names.join(", ")}`);
  }
  return read(message, type, "");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refused(`no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function membersOf(value: unknown, name: string): Members {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Members;
  throw refused(`${name} must be an object, not ${JSON.stringify(value)}`);
}

function read(members: Members, { fields }: MessageType, path: string): object {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined) {
        const owner = path === "" ? "the message" : path;
        throw refused(`${owner} has no member ${quote(name)}${hint(name, Object.keys(fields))}`);
      }
      return [name, readValue(value, field.type, path === "" ? name : `${path}.${name}`)];
    }),
  );
}

function readValue(value: unknown, type: FieldType, path: string): unknown {
  const refuse = (wanted: string): UsageError => refused(`${path} must be ${wanted}, not ${JSON.stringify(value)}`);
  if (type === "bool") {
    if (typeof value !== "boolean") throw refuse("true or false");
    return value;
  }
  if (type === "uint32") {
    const isWhole = typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= highestUint32;
    if (!isWhole) throw refuse(`a whole number from 0 to ${highestUint32}`);
    return value;
  }
  if (type === "float") {
    if (typeof value === "string" && Object.hasOwn(notFinite, value)) return notFinite[value];
    if (typeof value !== "number" || Math.abs(value) > highestFloat) throw refuse("a number that a float can hold");
    return Math.fround(value);
  }
  if (type === "version") {
    if (typeof value !== "string" || /\p{Surrogate}/u.test(value)) throw refuse("a text");
    const length = Buffer.byteLength(value);
    if (length > longestVersionBytes) throw refuse(`at most ${longestVersionBytes} bytes long (it has ${length})`);
    return value;
  }
  if ("names" in type) {
    if (typeof value === "string" && type.names.includes(value)) return value;
    const near = typeof value === "string" ? hint(value, type.names) : "";
    throw refused(`${path} must be one of ${type.names.join(", ")}, not ${JSON.stringify(value)}${near}`);
  }
  return read(membersOf(value, path), type, path);
}

const refused = (why: string): UsageError => new UsageError("yeti_message", printable(why));
