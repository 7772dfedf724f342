/**
 * `ISO15118_charger`: the high-level communication (HLC) with the vehicle, station side. A stack for DIN 70121 and ISO
 * 15118 stands behind this port; what the station decides stays in the core.
 *
 * Commands tell the stack what the station is and does; they return at once and never decide anything for it. Variables
 * are what the vehicle wants and how far the conversation is. Values of the vehicle come on change only, except that
 * `dc_ev_target_voltage_current` may come with each request: a stack that repeats one is held to it, and its silence in the
 * charge loop takes power away after 5 s. Without, a vehicle that falls silent has it until the stack's own time-out. It keeps
 * the message timeouts of its standard; `cable_check_finished` and `authorization_response` have to come within them.
 *
 * The order of a DC session: `dlink_ready` (command) - `require_auth_eim` or `require_auth_pnc` -
 * `dc_ev_maximum_limits` - `start_cable_check` - `cable_check_finished` (command) - `start_pre_charge` -
 * `dc_ev_target_voltage_current` - `v2g_setup_finished` - `current_demand_started` - … - `current_demand_finished` -
 * `dc_open_contactor` - one of `dlink_terminate`, `dlink_pause`, `dlink_error`.
 *
 * The order of an AC session: `dlink_ready` (command) - `evcc_id` - `require_auth_eim` or `require_auth_pnc` -
 * `ac_ev_max_current` and the like - `v2g_setup_finished` - `ac_close_contactor` - `ac_contactor_closed {true}` (command,
 * within 3 s) - … - `ac_open_contactor` - one of `dlink_terminate`, `dlink_pause`, `dlink_error`. With a duty cycle of 5 %
 * those two variables alone close and open the contactor; with a nominal one the pilot does. `update_ac_max_current` is
 * what a vehicle of ISO 15118-2 is told in the charge loop, `update_ac_target_values` one of ISO 15118-20.
 *
 * The station tells what it is once when it is ready, and afterwards what has changed; `session_setup` comes with each
 * session. A stack that starts anew is told again what it misses by nobody: it has to keep what it has heard.
 * `stop_charging {true}` is a wish, taken back by `{false}`; after `send_error` power is away already.
 * Source: DC charging facts, sections 2 and 11.
 */
import * as v from "valibot";
import * as values from "./iso15118-values.ts";
import { definePort } from "./port.ts";
import { supplyCapabilities } from "./power-supply-dc.ts";
import { finite, positive, powermeterValue, providedIdToken, rfc3339 } from "./values.ts";

/** Something happened; nothing more to say. */
const happened = v.null();
const toldOnly = <S extends v.ObjectEntries>(entries: S) => ({ args: v.strictObject(entries) });

export const iso15118Charger = definePort({
  name: "ISO15118_charger",
  commands: {
    // -- What the station is --
    setup: toldOnly({
      evse_id: v.strictObject({ evse_id: v.string(), evse_id_din: v.exactOptional(v.string()) }),
      sae_j2847_mode: v.picklist(["None", "V2G", "V2H"]),
      debug_mode: v.boolean(),
    }),
    set_charging_parameters: toldOnly({ physical_values: values.setupPhysicalValues }),
    session_setup: toldOnly({
      payment_options: v.pipe(v.array(values.paymentOption), v.minLength(1), v.maxLength(2)),
      supported_certificate_service: v.boolean(),
      central_contract_validation_allowed: v.boolean(),
    }),
    /** What a vehicle can be discharged by. The limits for it are 0 until the vehicle has chosen that service. */
    bpt_setup: toldOnly({ bpt_config: values.bptSetup }),
    set_powersupply_capabilities: toldOnly({ capabilities: supplyCapabilities }),
    /** Not sent yet: for stations that pretend to be DC to learn the state of charge. */
    update_supported_app_protocols: {
      args: v.strictObject({ supported_app_protocols: values.supportedAppProtocols }),
      result: v.boolean(),
    },
    update_energy_transfer_modes: toldOnly({
      supported_energy_transfer_modes: v.pipe(v.array(values.energyTransferMode), v.minLength(1), v.maxLength(18)),
    }),
    /** Nothing has to be paid for; a newer addition of the interface. */
    set_free_service: toldOnly({ free_service: v.boolean() }),
    receipt_is_required: toldOnly({ receipt_required: v.boolean() }),

    // -- What the station decides --
    authorization_response: toldOnly({
      authorization_status: values.authorizationStatus,
      certificate_status: values.certificateStatus,
    }),
    /** The contactor is confirmed closed; in DC as well. */
    ac_contactor_closed: toldOnly({ status: v.boolean() }),
    dlink_ready: toldOnly({ value: v.boolean() }),
    cable_check_finished: toldOnly({ status: v.boolean() }),
    stop_charging: toldOnly({ stop: v.boolean() }),
    /** ISO 15118-20 only. */
    pause_charging: toldOnly({ pause: v.boolean() }),
    no_energy_pause_charging: toldOnly({ mode: values.noEnergyPauseMode }),
    send_error: toldOnly({ error: values.evseError }),
    reset_error: toldOnly({}),

    // -- What the station can and does just now --
    update_dc_maximum_limits: toldOnly({ maximum_limits: values.dcEvseMaximumLimits }),
    update_dc_minimum_limits: toldOnly({ minimum_limits: values.dcEvseMinimumLimits }),
    update_isolation_status: toldOnly({ isolation_status: values.isolationStatus }),
    update_dc_present_values: toldOnly({ present_voltage_current: values.dcEvsePresentVoltageCurrent }),
    update_ac_max_current: toldOnly({ max_current: v.pipe(positive, v.maxValue(400)) }),
    update_ac_parameters: toldOnly({ ac_parameters: values.acParameters }),
    update_ac_maximum_limits: toldOnly({ maximum_limits: values.acEvseLimits }),
    update_ac_minimum_limits: toldOnly({ minimum_limits: values.acEvseLimits }),
    update_ac_target_values: toldOnly({ target_values: values.acTargetValues }),
    update_ac_present_power: toldOnly({ present_power: values.acPresentPower }),
    update_meter_info: toldOnly({ powermeter: powermeterValue }),
  },
  vars: {
    // -- Who --
    require_auth_eim: happened,
    require_auth_pnc: providedIdToken,
    selected_payment_option: values.paymentOption,
    evcc_id: v.string(),

    // -- How far --
    ac_close_contactor: happened,
    ac_open_contactor: happened,
    start_cable_check: happened,
    start_pre_charge: happened,
    dc_open_contactor: happened,
    v2g_setup_finished: happened,
    current_demand_started: happened,
    current_demand_finished: happened,
    sae_bidi_mode_active: happened,

    // -- What the vehicle wants, DC --
    dc_ev_maximum_limits: values.dcEvMaximumLimits,
    dc_ev_target_voltage_current: values.dcEvTargetValues,
    d20_dc_dynamic_charge_mode: values.dcChargeDynamicModeValues,
    dc_ev_status: values.dcEvStatus,
    dc_ev_remaining_time: values.dcEvRemainingTime,
    /** Wh, as the next one. */
    dc_ev_energy_capacity: positive,
    dc_ev_energy_request: positive,
    /** Percent, as the next one. */
    dc_full_soc: values.percent,
    dc_bulk_soc: values.percent,
    dc_bulk_charging_complete: v.boolean(),
    dc_charging_complete: v.boolean(),
    dc_ev_present_voltage: finite,

    // -- What the vehicle wants, AC --
    /** Wh. */
    ac_eamount: positive,
    ac_ev_max_voltage: positive,
    ac_ev_max_current: positive,
    ac_ev_min_current: positive,
    ac_ev_power_limits: values.acEvPowerLimits,
    ac_ev_present_powers: values.acEvPresentPowers,
    ac_ev_dynamic_control_mode: values.acEvDynamicControlMode,

    // -- The conversation --
    requested_energy_transfer_mode: values.energyTransferMode,
    departure_time: rfc3339,
    selected_service_parameters: values.selectedServiceParameters,
    selected_protocol: v.string(),
    display_parameters: values.displayParameters,
    meter_info_requested: happened,
    ev_termination: values.evTermination,
    hlc_session_failed: values.hlcSessionFailed,
    dlink_terminate: happened,
    dlink_error: happened,
    dlink_pause: happened,

    // -- For those who look for a fault --
    ev_app_protocol: v.array(v.unknown()),
    v2g_messages: v.unknown(),
    supported_app_protocols_secc: values.supportedAppProtocols,
  },
  errors: ["generic"],
});
