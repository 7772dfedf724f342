/**
 * `evse_board_support`: the pilot, the contactor and what else a board does for one connector.
 *
 * The board samples the pilot, debounces it and publishes each letter once valid; the core never debounces again.
 * `allow_power_on {false}` opens the contactor before it returns and cannot fail; `{true}` is a permission only: the
 * board closes when the pilot is in C (or D where ventilated) and the PWM runs. `PowerOn`/`PowerOff` report the
 * contactor as fed back, never as commanded. A board without feedback reports `PowerOff` when its contactor must
 * have opened. While disabled the board keeps the last pilot request and applies it on `enable {true}`, and then
 * publishes the letter it sees. Only the board clears the errors it raised.
 *
 * A board with an interlock of its own opens the contactor without being asked and says so with `interlock_opened`; it
 * stays open until `allow_power_on {true}` comes anew. This variable is not part of EVerest.
 *
 * Worst case from pilot change to published letter: 30 ms. Source: board-support facts, sections 1 to 5.
 */
import * as v from "valibot";
import type { Ampacity, BspEvent, HardwareCapabilities, PowerOnOff, Telemetry } from "../src/core/board.ts";
import type { Schema } from "./port.ts";
import { definePort } from "./port.ts";
import { finite, noArgs, phaseCount, positive, stopTransactionRequest } from "./values.ts";

const phases0to3 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3));

export const bspEvent: Schema<{ readonly event: BspEvent }> = v.strictObject({
  event: v.picklist(["A", "B", "C", "D", "E", "F", "PowerOn", "PowerOff", "Disconnected"]),
});

export const powerOnOff: Schema<PowerOnOff> = v.strictObject({
  allow_power_on: v.boolean(),
  reason: v.picklist(["DCCableCheck", "DCPreCharge", "FullPowerCharging", "PowerOff"]),
});

export const hardwareCapabilities: Schema<HardwareCapabilities> = v.strictObject({
  max_current_A_import: positive,
  min_current_A_import: positive,
  max_phase_count_import: phases0to3,
  min_phase_count_import: phases0to3,
  max_current_A_export: positive,
  min_current_A_export: positive,
  max_phase_count_export: phases0to3,
  min_phase_count_export: phases0to3,
  supports_changing_phases_during_charging: v.boolean(),
  supports_cp_state_E: v.boolean(),
  connector_type: v.picklist(["IEC62196Type2Cable", "IEC62196Type2Socket"]),
  max_plug_temperature_C: v.exactOptional(finite),
});

export const proximityPilot: Schema<{ readonly ampacity: Ampacity }> = v.strictObject({
  ampacity: v.picklist(["None", "A_13", "A_20", "A_32", "A_63_3ph_70_1ph"]),
});

const telemetry: Schema<Telemetry> = v.strictObject({
  evse_temperature_C: finite,
  plug_temperature_C: v.exactOptional(finite),
  fan_rpm: finite,
  supply_voltage_12V: finite,
  supply_voltage_minus_12V: finite,
  relais_on: v.boolean(),
});

export const evseBoardSupport = definePort({
  name: "evse_board_support",
  commands: {
    enable: { args: v.strictObject({ value: v.boolean() }) },
    /** `value`: duty cycle in percent, 0..100. */
    pwm_on: { args: v.strictObject({ value: v.pipe(finite, v.minValue(0), v.maxValue(100)) }) },
    cp_state_X1: { args: noArgs },
    cp_state_F: { args: noArgs },
    cp_state_E: { args: noArgs },
    allow_power_on: { args: v.strictObject({ value: powerOnOff }) },
    /** true = three phases, false = one. Only with `supports_changing_phases_during_charging`. */
    ac_switch_three_phases_while_charging: { args: v.strictObject({ value: v.boolean() }) },
    ac_set_overcurrent_limit_A: { args: v.strictObject({ value: positive }) },
  },
  vars: {
    event: bspEvent,
    ac_nr_of_phases_available: phaseCount,
    telemetry,
    capabilities: hardwareCapabilities,
    ac_pp_ampacity: proximityPilot,
    request_stop_transaction: stopTransactionRequest,
    interlock_opened: v.strictObject({
      /** The pilot left C (or D); a pilot fault; residual current; the station has not renewed its permission. */
      reason: v.picklist(["left_c", "pilot_fault", "rcm", "grant_expired"]),
    }),
  },
  errors: ["evse_board_support", "ac_rcd"],
});
