/** `car_simulator` and `ev_manager`: the handle by which people and scripts drive a simulated vehicle. */
import * as v from "valibot";
import { definePort } from "./port.ts";

export const carSimulator = definePort({
  name: "car_simulator",
  commands: {
    enable: { args: v.strictObject({ value: v.boolean() }) },
    /** Starts a script; refused while disabled or while another one runs. */
    execute_charging_session: { args: v.strictObject({ value: v.string() }) },
    /** Replaces what is left of the running script and keeps the vehicle as it is. */
    modify_charging_session: { args: v.strictObject({ value: v.string() }) },
  },
  vars: { enabled: v.boolean() },
  errors: ["generic"],
});

export const evManager = definePort({
  name: "ev_manager",
  commands: {},
  vars: { ev_info: v.record(v.string(), v.unknown()) },
  errors: ["generic"],
});
