/**
 * `kvs`: what outlives a restart. A missing key loads as null. `store` and `delete` are answered once the change outlives
 * a power cut, and never when it does not get that far: whoever has to know waits with a deadline.
 */
import * as v from "valibot";
import { definePort } from "./port.ts";

const key = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.]+$/));

export const kvs = definePort({
  name: "kvs",
  commands: {
    store: { args: v.strictObject({ key, value: v.unknown() }) },
    load: { args: v.strictObject({ key }), result: v.unknown() },
    delete: { args: v.strictObject({ key }) },
    exists: { args: v.strictObject({ key }), result: v.boolean() },
  },
  vars: {},
  errors: [],
});
