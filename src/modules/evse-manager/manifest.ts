/**
 * EvseManager: keys of both generations of the EVerest module are accepted; where their defaults differ, the older
 * published table decides (`ac_hlc_use_5percent`, `zero_power_ignore_pause`).
 */
import { acRcd } from "../../../hal/ac-rcd.ts";
import { authTokenProvider } from "../../../hal/auth.ts";
import { connectorLock } from "../../../hal/connector-lock.ts";
import { dcExternalDerate, energy, ukRandomDelay } from "../../../hal/energy.ts";
import { evseBoardSupport } from "../../../hal/evse-board-support.ts";
import { evseManager } from "../../../hal/evse-manager.ts";
import { iso15118Charger } from "../../../hal/iso15118-charger.ts";
import { isolationMonitor } from "../../../hal/isolation-monitor.ts";
import { kvs } from "../../../hal/kvs.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { overVoltageMonitor } from "../../../hal/over-voltage-monitor.ts";
import { powerSupplyDc } from "../../../hal/power-supply-dc.ts";
import { powermeter } from "../../../hal/powermeter.ts";
import { slac } from "../../../hal/slac.ts";

export const manifest = defineManifest({
  type: "EvseManager",
  description:
    "One charging point: control pilot, session, contactor and lock policy, current limits. The powermeter at the " +
    "car bills where there is one, else the one at the grid; the one at the grid always feeds energy management.",
  config: {
    connector_id: {
      type: "integer",
      minimum: 1,
      description: "Number of this charging point. Tokens, cars and clients address it by this number.",
    },
    connector_type: {
      type: "string",
      default: "Unknown",
      description: "Type of the connector as reported to clients, e.g. `cType2` or `sType2`.",
    },
    evse_id: { type: "string", default: "DE*PNX*E1234567*1", description: "EVSE ID after ISO 15118 and eMI3." },
    ac_nominal_voltage: {
      type: "number",
      default: 230,
      minimum: 1,
      maximum: 1000,
      description: "Voltage between phase and neutral in V; turns power limits into currents.",
    },
    has_ventilation: {
      type: "boolean",
      default: true,
      description: "Whether a car that asks for ventilation (state D) is charged; without, it is refused.",
    },
    max_current_import_A: {
      type: "number",
      default: 32,
      minimum: 0,
      description: "Most current the car may draw, in A. Board and cable may lower it further.",
    },
    max_current_export_A: {
      type: "number",
      default: 32,
      minimum: 0,
      notEffectiveYet: true,
      description: "Most current the car may feed back, in A. Board and cable may lower it further.",
    },
    charge_mode: {
      type: "string",
      default: "AC",
      enum: ["AC", "DC"],
      description:
        "What the connector delivers. DC needs slac, hlc and powersupply_DC, which exist in simulation so far.",
    },
    hack_simplified_mode_limit_10A: {
      type: "boolean",
      default: false,
      description:
        "Offer at most 10 A to a car that signals in simplified mode (A to C without B). IEC 61851-1:2019 A.2.3 " +
        "leaves that limit to the car.",
    },
    soft_over_current_tolerance_percent: {
      type: "number",
      default: 10,
      minimum: 0,
      description: "How far the measured current may exceed the offered one, in percent of the offer.",
    },
    soft_over_current_measurement_noise_A: {
      type: "number",
      default: 0.5,
      minimum: 0,
      description: "Measurement noise in A, added on top of the tolerance.",
    },
    soft_over_current_timeout_ms: {
      type: "integer",
      default: 7000,
      minimum: 6000,
      description:
        "How long an over-current may last before charging ends, in ms. A car has 5 s to follow a reduction.",
    },
    disable_authentication: {
      type: "boolean",
      default: false,
      description: "Free service: charging begins at plug-in, nobody is asked. Not together with Auth or OCPP.",
    },
    request_zero_power_in_idle: {
      type: "boolean",
      default: false,
      description:
        "Ask for no power while no car is there, which leaves it to other points; a session then first waits for " +
        "energy management.",
    },
    external_ready_to_start_charging: {
      type: "boolean",
      default: false,
      description: "Start only after `external_ready_to_start_charging` was called.",
    },
    initial_meter_value_timeout_ms: {
      type: "integer",
      default: 5000,
      minimum: 0,
      description: "How long start-up waits for a first powermeter value, in ms; 0 does not wait.",
    },
    switch_3ph1ph_delay_s: {
      type: "integer",
      default: 10,
      minimum: 0,
      description: "Pause between one phase and three, in s.",
    },
    switch_3ph1ph_cp_state: {
      type: "string",
      default: "X1",
      enum: ["X1", "F"],
      description:
        "Pilot during that pause. Some cars are damaged by a change of phases: only a board that says it can is switched.",
    },
    lock_connector_in_state_b: {
      type: "boolean",
      default: true,
      description: "Lock the plug as soon as a car is connected. Off deviates from IEC 61851-1:2019 table D.9.",
    },
    unlock_when_deauthorized: {
      type: "boolean",
      default: false,
      description: "Keep the plug locked only while authorised or while the contactor is closed.",
    },
    state_F_after_fault_ms: {
      type: "integer",
      default: 300,
      minimum: 0,
      description:
        "How long the pilot shows F when a fault ends charging, in ms. 0 leaves F out, for cars that never recover " +
        "from it, and deviates from IEC 61851-1:2017 table A.5.",
    },
    fail_on_powermeter_errors: {
      type: "boolean",
      default: true,
      description: "Whether an error of the billing powermeter takes the connector out of service.",
    },
    raise_mrec9: {
      type: "boolean",
      default: false,
      description: "Raise MREC9AuthorizationTimeout when nobody authorises in time. Better off with OCPP 1.6.",
    },
    inoperative_error_use_vendor_id: {
      type: "boolean",
      default: false,
      description: "Give the Inoperative error the vendor id of the error that caused it.",
    },
    session_id_type: {
      type: "string",
      default: "UUID",
      enum: ["UUID", "UUID_BASE64", "SHORT_BASE64"],
      description: "Form of session ids: 36 characters, the same in base64 (22), or a short base64 id (16).",
    },

    evse_id_din: {
      type: "string",
      default: "49A80737A45678",
      description: "EVSE ID after DIN SPEC 91286.",
    },
    payment_enable_eim: {
      type: "boolean",
      default: true,
      description: "Offer authorisation by card or app over ISO 15118.",
    },
    payment_enable_contract: {
      type: "boolean",
      default: true,
      description: "Offer authorisation by contract (plug and charge) over ISO 15118.",
    },
    central_contract_validation_allowed: {
      type: "boolean",
      default: false,
      description: "Offer the contract also where only the back end can verify it (TLS only).",
    },
    contract_certificate_installation_enabled: {
      type: "boolean",
      default: true,
      description: "Offer installation and update of contract certificates.",
    },
    ev_receipt_required: {
      type: "boolean",
      default: false,
      description: "Ask the car for receipts over ISO 15118.",
    },
    session_logging: {
      type: "boolean",
      default: false,
      description: "Write a log of each session: a table while it runs, its report at the end (`run` only).",
    },
    session_logging_path: {
      type: "string",
      default: "/tmp",
      description: "Folder of the session logs, in it one a session.",
    },
    session_logging_max_sessions: {
      type: "integer",
      default: 200,
      minimum: 1,
      description:
        "So many session logs are kept in that folder, the newest of all EVSEs that share it; older ones are deleted when a session ends. Not a key of EVerest.",
    },
    session_logging_xml: {
      type: "boolean",
      default: true,
      description: "Put the contents of ISO 15118 messages in the session log, not only their names.",
    },
    logfile_suffix: {
      type: "string",
      default: "session_uuid",
      description: "Name of a session's log folder; `session_uuid` stands for the session id.",
    },
    supported_iso_ac_bpt: {
      type: "boolean",
      default: false,
      notEffectiveYet: true,
      description: "Offer bidirectional AC charging after ISO 15118-20.",
    },
    ac_max_reactive_power: {
      type: "number",
      default: 0,
      notEffectiveYet: true,
      description: "Most reactive power offered over ISO 15118-20, in var.",
    },
    ac_hlc_enabled: {
      type: "boolean",
      default: false,
      description: "Use ISO 15118 while charging AC.",
    },
    ac_hlc_use_5percent: {
      type: "boolean",
      default: false,
      description: "Begin AC sessions with 5 % duty cycle to invite the car to ISO 15118.",
    },
    ac_enforce_hlc: {
      type: "boolean",
      default: false,
      description: "With 5 % duty cycle, wait for the car to match even when it is authorised already.",
    },
    ac_with_soc: {
      type: "boolean",
      default: false,
      notEffectiveYet: true,
      description: "Begin as a DC session to learn the state of charge, then charge AC.",
    },
    dbg_hlc_auth_after_tstep: {
      type: "boolean",
      default: false,
      description: "For tests: tell the car of the authorisation only after the X1 pause.",
    },
    sleep_before_enabling_pwm_hlc_mode_ms: {
      type: "integer",
      default: 500,
      minimum: 0,
      description: "Pause before the duty cycle changes to 5 %, in ms; SLAC must be listening by then.",
    },
    hlc_charge_loop_without_energy_timeout_s: {
      type: "integer",
      default: 5,
      minimum: 0,
      description: "How long an ISO 15118 charge loop may go on without energy, in s.",
    },
    zero_power_ignore_pause: {
      type: "boolean",
      default: false,
      description: "Go on as if there were energy instead of pausing an ISO 15118 session before cable check.",
    },
    zero_power_allow_ev_to_ignore_pause: {
      type: "boolean",
      default: false,
      description: "Let a car go on that ignores such a pause.",
    },
    enable_autocharge: {
      type: "boolean",
      default: false,
      description: "Authorise cars by their communication address.",
    },
    autocharge_use_slac_instead_of_hlc: {
      type: "boolean",
      default: false,
      description: "Take that address from SLAC instead of ISO 15118.",
    },
    uk_smartcharging_random_delay_enable: {
      type: "boolean",
      default: false,
      description: "Begin with the random delay of the UK smart charge point regulations switched on.",
    },
    uk_smartcharging_random_delay_max_duration: {
      type: "integer",
      default: 600,
      minimum: 0,
      description: "Longest random delay, in s. Each one is drawn anew, in whole seconds below this.",
    },
    uk_smartcharging_random_delay_at_any_change: {
      type: "boolean",
      default: true,
      description:
        "Delay every change of the current, not only from and to zero. Reductions that may protect a fuse, a cable or a " +
        "board are never delayed.",
    },
    bpt_channel: {
      type: "string",
      default: "None",
      enum: ["None", "Unified", "Separated"],
      description:
        "Power transfer channel offered for bidirectional charging (DC by ISO 15118-20, with `bpt_generator_mode`). A vehicle " +
        "that chooses it is discharged when the energy management sends power back to the grid.",
    },
    bpt_generator_mode: {
      type: "string",
      default: "None",
      enum: ["None", "GridFollowing", "GridForming"],
      description: "How the converter behaves towards the grid when the car feeds back.",
    },
    bpt_grid_code_island_method: {
      type: "string",
      default: "None",
      enum: ["None", "Active", "Passive"],
      description: "How islanding is detected; told with the channel.",
    },
    sae_j2847_2_bpt_enabled: {
      type: "boolean",
      default: false,
      description: "Discharge vehicles that speak SAE J2847-2 (DC).",
    },
    sae_j2847_2_bpt_mode: {
      type: "string",
      default: "V2G",
      enum: ["V2H", "V2G"],
      description: "Feed a home (nothing is charged) or the grid, with SAE J2847-2.",
    },
    dc_isolation_voltage_V: {
      type: "integer",
      default: 0,
      minimum: 0,
      description: "Test voltage of the cable check in V; 0 derives it as IEC 61851-23:2023 CC.4.1.2 says.",
    },
    dc_ramp_ampere_per_second: {
      type: "number",
      default: 25,
      minimum: 0,
      description: "How fast the DC current may rise, in A/s.",
    },
    internal_over_voltage_duration_ms: {
      type: "integer",
      default: 400,
      minimum: 0,
      description: "How long the DC voltage may be over its limit before MREC5OverVoltage, in ms.",
    },
    voltage_plausibility_max_spread_threshold_V: {
      type: "number",
      default: 50,
      minimum: 0,
      description: "How far apart the DC voltage readings of different devices may lie, in V.",
    },
    voltage_plausibility_fault_duration_ms: {
      type: "integer",
      default: 30000,
      minimum: 0,
      description: "How long they may lie further apart before it is a fault, in ms.",
    },
    cable_check_wait_number_of_imd_measurements: {
      type: "integer",
      default: 1,
      minimum: 0,
      description: "Isolation readings to wait for in the cable check; the last one is judged.",
    },
    cable_check_enable_imd_self_test: {
      type: "boolean",
      default: true,
      description: "Self test of the isolation monitor in the cable check; IEC 61851-23:2023 asks for it.",
    },
    cable_check_enable_imd_self_test_relays_open: {
      type: "boolean",
      default: false,
      description: "Begin that self test while the contactor is still open.",
    },
    cable_check_relays_open_voltage_V: {
      type: "integer",
      default: 48,
      minimum: 0,
      description: "Voltage of the self test with the contactor open, in V.",
    },
    cable_check_relays_closed_timeout_s: {
      type: "integer",
      default: 5,
      minimum: 0,
      description: "How long the cable check waits for the contactor to close, in s.",
    },
    cable_check_timeout_s: {
      type: "number",
      default: 35,
      minimum: 5,
      maximum: 40,
      description: "All steps of the cable check together, in s; the car waits 40 s. Not a key of EVerest.",
    },
    cable_check_wait_below_60V_before_finish: {
      type: "boolean",
      default: true,
      description:
        "End the cable check only when the output has fallen below 60 V. Off saves seconds with a supply that discharges itself.",
    },
    hack_sleep_in_cable_check: {
      type: "integer",
      default: 0,
      minimum: 0,
      description: "Extra time at the end of the cable check, in s.",
    },
    hack_sleep_in_cable_check_volkswagen: {
      type: "integer",
      default: 0,
      minimum: 0,
      description: "More of it for cars of the Volkswagen group, in s.",
    },
    hack_skoda_enyaq: {
      type: "boolean",
      default: false,
      description: "Bear with a car that first asks for a DC voltage below that of its battery.",
    },
    hack_present_current_offset: {
      type: "integer",
      default: 0,
      description: "Added to the DC current reported to the car, in A.",
    },
    hack_pause_imd_during_precharge: {
      type: "boolean",
      default: false,
      description: "Switch isolation monitoring off from cable check until current flows.",
    },
    hack_allow_bpt_with_iso2: {
      type: "boolean",
      default: false,
      description:
        "Let the supply discharge the car under DIN SPEC 70121 and ISO 15118-2, which know nothing of it: it is told of limits " +
        "as if it charged, and drawn from while it stands above the voltage it asks for.",
    },
    hack_fix_hlc_integer_current_requests: {
      type: "boolean",
      default: false,
      description: "Deliver the full DC current to a car that asks in whole amperes less than 1 A below the limit.",
    },
  },
  provides: {
    evse: { port: evseManager, description: "The charging point." },
    energy_grid: { port: energy, description: "Its leaf in the energy tree." },
    token_provider: { port: authTokenProvider, description: "Tokens from autocharge and plug and charge." },
    random_delay: { port: ukRandomDelay, description: "Random delay of the UK smart charge point regulations." },
    dc_external_derate: {
      port: dcExternalDerate,
      description: "Lower DC limits from outside, e.g. by temperature.",
    },
  },
  requires: {
    bsp: { port: evseBoardSupport, description: "The board: pilot and contactor." },
    ac_rcd: { port: acRcd, min: 0, description: "Residual current device; its errors end charging." },
    connector_lock: { port: connectorLock, min: 0, description: "Lock of the plug." },
    powermeter_grid_side: { port: powermeter, min: 0, description: "Powermeter before the charger." },
    powermeter_car_side: { port: powermeter, min: 0, description: "Powermeter at the car; bills where there is one." },
    slac: { port: slac, min: 0, description: "SLAC, for ISO 15118." },
    hlc: { port: iso15118Charger, min: 0, description: "ISO 15118 stack." },
    imd: { port: isolationMonitor, min: 0, description: "Isolation monitor (DC)." },
    over_voltage_monitor: { port: overVoltageMonitor, min: 0, description: "Over-voltage monitor (DC)." },
    powersupply_DC: { port: powerSupplyDc, min: 0, description: "Power supply (DC)." },
    store: { port: kvs, min: 0, description: "Where a session outlives a restart." },
  },
});
