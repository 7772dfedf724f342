/**
 * `ISO15118_ev`: the vehicle's side of the high-level communication, used by simulated vehicles. Whoever drives the
 * vehicle starts a conversation, hears when the vehicle wants its pilot in C (`ev_power_ready`), and ends it.
 *
 * `EAmount` is in Wh. `abort_charging` is a plug that was pulled: nothing is said any more. Source: simulation facts,
 * section 2.
 */
import * as v from "valibot";
import { energyTransferMode, paymentOption } from "./iso15118-values.ts";
import { definePort } from "./port.ts";
import { finite, noArgs, positive } from "./values.ts";

const dcParameters = v.strictObject({
  max_current_limit: positive,
  max_power_limit: positive,
  max_voltage_limit: positive,
  energy_capacity: positive,
  target_current: positive,
  target_voltage: positive,
  /** How far down it may be discharged; an addition. */
  min_voltage_limit: v.exactOptional(positive),
});

const dcBptParameters = v.strictObject({
  discharge_max_current_limit: positive,
  discharge_max_power_limit: positive,
  discharge_target_current: positive,
  discharge_minimal_soc: positive,
});

export const iso15118Ev = definePort({
  name: "ISO15118_ev",
  commands: {
    start_charging: {
      args: v.strictObject({
        EnergyTransferMode: energyTransferMode,
        SelectedPaymentOption: v.strictObject({
          payment_option: paymentOption,
          /** The vehicle ends the session rather than take the other one. */
          enforce_payment_option: v.boolean(),
        }),
        /** Seconds. */
        DepartureTime: positive,
        EAmount: positive,
      }),
      result: v.boolean(),
    },
    stop_charging: { args: noArgs },
    pause_charging: { args: noArgs },
    abort_charging: { args: noArgs },
    /** What the vehicle's pilot is in now. No vehicle asks for a cable check or for power before it is in C or D. */
    cp_state_changed: { args: v.strictObject({ cp_state: v.picklist(["A", "B", "C", "D", "E"]) }) },
    set_fault: { args: noArgs },
    set_dc_params: { args: v.strictObject({ EvParameters: dcParameters }) },
    set_bpt_dc_params: { args: v.strictObject({ EvBPTParameters: dcBptParameters }) },
    enable_sae_j2847_v2g_v2h: { args: noArgs },
    update_soc: { args: v.strictObject({ SoC: positive }) },
  },
  vars: {
    v2g_session_finished: v.null(),
    ev_power_ready: v.boolean(),
    /** Ampere per phase. */
    ac_evse_max_current: positive,
    ac_evse_target_power: finite,
    dc_power_on: v.null(),
    stop_from_charger: v.null(),
    /** ISO 15118-20 only. */
    pause_from_charger: v.null(),
    /** Watt into the battery, as the vehicle measures it; an addition. */
    dc_power: finite,
  },
  errors: ["generic"],
});
