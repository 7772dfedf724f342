/**
 * `slac`: finds out which vehicle of all that hear each other on the power line is the one in this connector (ISO
 * 15118-3). `enter_bcd` and `leave_bcd` follow the pilot; `reset {true}` begins anew and expects a vehicle at once.
 * `request_error_routine` asks for state F and another try. Source: DC charging facts, section 11.
 */
import * as v from "valibot";
import { definePort } from "./port.ts";
import { noArgs } from "./values.ts";

export const slac = definePort({
  name: "slac",
  commands: {
    reset: { args: v.strictObject({ enable: v.boolean() }) },
    enter_bcd: { args: noArgs },
    leave_bcd: { args: noArgs },
    dlink_terminate: { args: noArgs },
    dlink_error: { args: noArgs },
    dlink_pause: { args: noArgs },
  },
  vars: {
    state: v.picklist(["UNMATCHED", "MATCHING", "MATCHED"]),
    dlink_ready: v.boolean(),
    request_error_routine: v.null(),
    /** Upper case, with colons. */
    ev_mac_address: v.pipe(v.string(), v.regex(/^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/)),
  },
  errors: ["generic"],
});
