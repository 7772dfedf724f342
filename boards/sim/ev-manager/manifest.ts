import { carSimulator, evManager } from "../../../hal/car-simulator.ts";
import { evBoardSupport } from "../../../hal/ev-board-support.ts";
import { evSlac } from "../../../hal/ev-slac.ts";
import { iso15118Ev } from "../../../hal/iso15118-ev.ts";
import { kvs } from "../../../hal/kvs.ts";
import type { ConfigKey } from "../../../hal/manifest.ts";
import { defineManifest } from "../../../hal/manifest.ts";
import { powermeter } from "../../../hal/powermeter.ts";

const later = <const D extends number | boolean>(defaultValue: D, description: string) =>
  ({
    type: (typeof defaultValue === "number" ? "number" : "boolean") as D extends number ? "number" : "boolean",
    default: defaultValue,
    description,
    notEffectiveYet: true,
  }) as const satisfies ConfigKey;

const figure = (defaultValue: number, description: string) =>
  ({ type: "number", default: defaultValue, minimum: 0, description }) as const satisfies ConfigKey;

export const manifest = defineManifest({
  type: "EvManager",
  description: "A simulated vehicle that charges as a script tells it",
  config: {
    connector_id: { type: "integer", minimum: 0, description: "Connector the vehicle is plugged in at" },
    auto_enable: { type: "boolean", default: false, description: "Enable the vehicle at start" },
    auto_exec: { type: "boolean", default: false, description: "Run auto_exec_commands at start" },
    auto_exec_infinite: {
      type: "boolean",
      default: false,
      description: "Begin auto_exec_commands anew with a fresh vehicle each time they have ended",
    },
    auto_exec_commands: { type: "string", default: "", description: "The script of auto_exec" },
    plugin_commands: { type: "string", default: "", description: "What the command plugin stands for" },
    ac_nominal_voltage: {
      type: "number",
      default: 230,
      minimum: 0,
      description: "Volts between phase and neutral, for the charge of the battery",
    },
    dc_energy_capacity: {
      type: "number",
      default: 60_000,
      minimum: 1,
      description: "Capacity of the battery, watt-hours (AC too)",
    },
    max_current: {
      type: "number",
      default: 16,
      minimum: 0,
      description: "Ampere per phase the vehicle takes until a script says otherwise",
    },
    three_phases: {
      type: "boolean",
      default: true,
      description: "The vehicle uses three phases until a script says otherwise",
    },
    soc: {
      type: "number",
      default: 30,
      minimum: 0,
      maximum: 100,
      description: "Charge at the start of a run, percent",
    },
    dc_max_current_limit: figure(300, "Highest DC current of the vehicle, ampere"),
    dc_max_power_limit: figure(150_000, "Highest DC power of the vehicle, watt"),
    dc_max_voltage_limit: figure(900, "Highest DC voltage of the vehicle, volts"),
    dc_min_voltage_limit: figure(150, "Lowest DC voltage of the vehicle, volts: how far down it may be discharged"),
    dc_target_current: figure(5, "DC current the vehicle asks for, ampere"),
    dc_target_voltage: figure(200, "DC voltage the vehicle asks for, volts"),
    support_sae_j2847: {
      type: "boolean",
      default: false,
      description: "It can be discharged by SAE J2847/2, where the station can do so",
    },
    dc_discharge_max_current_limit: figure(300, "Highest DC discharge current of the vehicle, ampere"),
    dc_discharge_max_power_limit: figure(150_000, "Highest DC discharge power of the vehicle, watt"),
    dc_discharge_target_current: figure(5, "DC discharge current the vehicle asks for, ampere"),
    dc_discharge_v2g_minimal_soc: figure(20, "Charge at which discharging ends, percent"),
    departure_time: figure(86_400, "Seconds until departure, as told to the station"),
    e_amount: figure(0, "Energy asked for, as told to the station"),
    keep_cross_boot_plugin_state: later(false, "Keep the plug over a restart"),
    force_payment_option: {
      type: "boolean",
      default: false,
      description: "Insist on the payment option of the script",
    },
    session_logging: later(false, "Write a log of each session"),
    pause_charging_at_full_soc: later(false, "Pause when the battery is full"),
  },
  provides: {
    main: { port: carSimulator, description: "Takes scripts" },
    ev_manager: { port: evManager, description: "Tells about the vehicle" },
  },
  requires: {
    ev_board_support: { port: evBoardSupport, description: "The vehicle's side of the pilot" },
    ev: { port: iso15118Ev, min: 0, max: 1 },
    slac: { port: evSlac, min: 0, max: 1 },
    powermeter: { port: powermeter, min: 0, max: 1 },
    kvs: { port: kvs, min: 0, max: 1 },
  },
});
