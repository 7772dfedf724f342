/** The methods and their parameters. Source: configuration and API facts, section 7. */
import * as v from "valibot";

const integer = v.pipe(v.number(), v.integer());
const finite = v.pipe(v.number(), v.finite());

/** What else a client sends along, e.g. a token, changes nothing. */
export const methods = {
  "API.Hello": v.looseObject({}),
  "ChargePoint.GetEVSEInfos": v.looseObject({}),
  "ChargePoint.GetActiveErrors": v.looseObject({}),
  "EVSE.GetInfo": v.looseObject({ evse_index: integer }),
  "EVSE.GetStatus": v.looseObject({ evse_index: integer }),
  "EVSE.GetHardwareCapabilities": v.looseObject({ evse_index: integer }),
  "EVSE.GetMeterData": v.looseObject({ evse_index: integer }),
  "EVSE.SetChargingAllowed": v.looseObject({ evse_index: integer, charging_allowed: v.boolean() }),
  "EVSE.SetACChargingCurrent": v.looseObject({ evse_index: integer, max_current: finite }),
  "EVSE.SetACChargingPhaseCount": v.looseObject({ evse_index: integer, phase_count: integer }),
  "EVSE.SetDCChargingPower": v.looseObject({ evse_index: integer, max_power: finite }),
  "EVSE.EnableConnector": v.looseObject({
    evse_index: integer,
    connector_index: integer,
    enable: v.boolean(),
    priority: integer,
  }),
} as const;

export type MethodName = keyof typeof methods;
export type ParamsOf<M extends MethodName> = v.InferOutput<(typeof methods)[M]>;

/** A method with what was given to it. */
export type Call = { [M in MethodName]: { readonly method: M; readonly params: ParamsOf<M> } }[MethodName];

export const methodNames = Object.keys(methods) as readonly MethodName[];

/** Parameters by name, or in the order above. @throws Error saying what is wrong with them. */
export function callOf(method: MethodName, given: unknown): Call {
  const schema = methods[method];
  const names = Object.keys(schema.entries);
  if (Array.isArray(given) && given.length > names.length) throw new Error(`at most ${names.length} parameters`);
  const byName = Array.isArray(given)
    ? Object.fromEntries(given.map((value, place) => [names[place], value]))
    : (given ?? {});
  const read = v.safeParse(schema, byName);
  if (!read.success) {
    const [{ path, message }] = read.issues;
    throw new Error(`${path?.map(({ key }) => String(key)).join(".") ?? "params"}: ${message}`);
  }
  const known = Object.fromEntries(names.map((name) => [name, (read.output as Record<string, unknown>)[name]]));
  return { method, params: known } as Call;
}
