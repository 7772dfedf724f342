/**
 * `ev_board_support`: the vehicle's side of the pilot wire, used by simulated vehicles. `set_cp_state` switches the
 * vehicle's resistors; what the station then sees is up to the circuit between them.
 */
import * as v from "valibot";
import { bspEvent, proximityPilot } from "./evse-board-support.ts";
import { definePort } from "./port.ts";
import { finite, positive } from "./values.ts";

export const evBoardSupport = definePort({
  name: "ev_board_support",
  commands: {
    enable: { args: v.strictObject({ value: v.boolean() }) },
    set_cp_state: { args: v.strictObject({ cp_state: v.picklist(["A", "B", "C", "D", "E"]) }) },
    allow_power_on: { args: v.strictObject({ value: v.boolean() }) },
    diode_fail: { args: v.strictObject({ value: v.boolean() }) },
    /** Current the vehicle's own charger would take, ampere per phase. */
    set_ac_max_current: { args: v.strictObject({ current: positive }) },
    /** true: the vehicle draws that current whatever the pilot grants. It breaks the rules on purpose. */
    set_ac_current_mode: { args: v.strictObject({ fixed: v.boolean() }) },
    set_three_phases: { args: v.strictObject({ three_phases: v.boolean() }) },
    set_rcd_error: { args: v.strictObject({ rcd_current_mA: positive }) },
  },
  vars: {
    bsp_event: bspEvent,
    bsp_measurement: v.strictObject({
      proximity_pilot: proximityPilot,
      /** Percent, 0..100. */
      cp_pwm_duty_cycle: finite,
      rcd_current_mA: v.exactOptional(finite),
    }),
    ev_info: v.record(v.string(), v.unknown()),
  },
  errors: ["generic"],
});
