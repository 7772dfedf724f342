/** `error_history`: the errors of a station, those that are over included. Filters are combined with "and". */
import * as v from "valibot";
import { definePort } from "./port.ts";

export const errorStates = ["Active", "ClearedByModule", "ClearedByReboot"] as const;

const origin = v.strictObject({ module_id: v.string(), implementation_id: v.string() });

const filters = v.strictObject({
  state_filter: v.exactOptional(v.picklist(errorStates)),
  origin_filter: v.exactOptional(origin),
  /** Exactly this type. */
  type_filter: v.exactOptional(v.string()),
  /** This severity or a higher one. */
  severity_filter: v.exactOptional(v.picklist(["HIGH_GE", "MEDIUM_GE", "LOW_GE"])),
  /** Both ends included, compared as text: RFC 3339 in UTC with milliseconds, as time stamps of errors are. */
  timeperiod_filter: v.exactOptional(v.strictObject({ timestamp_from: v.string(), timestamp_to: v.string() })),
  /** The error with this UUID. */
  handle_filter: v.exactOptional(v.string()),
});

export type ErrorFilters = v.InferOutput<typeof filters>;

const errorObject = v.strictObject({
  type: v.string(),
  sub_type: v.exactOptional(v.string()),
  description: v.string(),
  message: v.string(),
  severity: v.picklist(["Low", "Medium", "High"]),
  origin,
  timestamp: v.string(),
  uuid: v.string(),
  state: v.picklist(errorStates),
});

export type ErrorObject = v.InferOutput<typeof errorObject>;

export const errorHistory = definePort({
  name: "error_history",
  commands: {
    get_errors: { args: v.strictObject({ filters: v.optional(filters, {}) }), result: v.array(errorObject) },
  },
  vars: {},
  errors: [],
});
