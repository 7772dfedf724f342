/**
 * `ev_slac`: the vehicle's side of the matching (ISO 15118-3), used by simulated vehicles. `trigger_matching` answers
 * whether a matching begins; it does not while one runs or has succeeded.
 */
import * as v from "valibot";
import { definePort } from "./port.ts";
import { slac } from "./slac.ts";
import { noArgs } from "./values.ts";

export const evSlac = definePort({
  name: "ev_slac",
  commands: {
    reset: { args: noArgs },
    trigger_matching: { args: noArgs, result: v.boolean() },
  },
  vars: { state: slac.vars.state, dlink_ready: v.boolean(), ev_mac_address: slac.vars.ev_mac_address },
  errors: ["generic"],
});
