/**
 * `ac_rcd`: the residual current device. Tripping is the hardware's own doing; the port reports it as an error and
 * publishes the measured current for display only.
 */
import * as v from "valibot";
import { definePort } from "./port.ts";
import { finite, noArgs } from "./values.ts";

export const acRcd = definePort({
  name: "ac_rcd",
  commands: {
    self_test: { args: noArgs },
    /** Answers whether the device could be reset. */
    reset: { args: noArgs, result: v.boolean() },
  },
  vars: { rcd_current_mA: finite },
  errors: ["ac_rcd"],
});
