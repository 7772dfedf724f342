/**
 * The conversation with the vehicle, and what brings it about, at their ports. Source: DC charging facts, sections 1, 2
 * and 11.
 */

import type { iso15118Charger } from "../../../hal/iso15118-charger.ts";
import type { ModuleContext } from "../../../hal/module.ts";
import type { CommandArgs, CommandName, VarName, VarValue } from "../../../hal/port.ts";
import type { HighLevelEffect, HighLevelOptions, OuterHighLevelEvent } from "../../core/hlc/high-level.ts";
import type { EnergyTransferMode } from "../../core/hlc/values.ts";
import type { EvseEvent } from "../../core/session/evse-state.ts";
import { saeModeOf } from "./dc-side.ts";
import type { manifest } from "./manifest.ts";
import { vehicleWords } from "./vehicle-words.ts";

type Context = ModuleContext<typeof manifest>;
type Hlc = typeof iso15118Charger;
type Order = Extract<HighLevelEffect, { kind: "hlcCommand" | "slacCommand" }>;

/** Whether the vehicle is spoken to at all. */
export function isHighLevel({ config, require }: Context): boolean {
  const isWanted = config.charge_mode === "DC" || config.ac_hlc_enabled;
  return isWanted && require("slac").length > 0 && require("hlc").length > 0;
}

/** What a vehicle that is not spoken to may have. */
export const basicModes = ({ config }: Context): EnergyTransferMode[] => [
  config.charge_mode === "AC" ? "AC_three_phase_core" : config.connector_type === "cMCS" ? "MCS" : "DC_extended",
];

/** Null: no vehicle is offered to be discharged. */
function bptOf({ charge_mode, bpt_channel, bpt_generator_mode, bpt_grid_code_island_method }: Context["config"]) {
  if (charge_mode !== "DC" || bpt_channel === "None" || bpt_generator_mode === "None") return null;
  return {
    bpt_channel,
    generator_mode: bpt_generator_mode,
    ...(bpt_grid_code_island_method !== "None" && { grid_code_detection: bpt_grid_code_island_method }),
  };
}

/** Null: the vehicle is not spoken to. */
export function highLevelOptions(context: Context): HighLevelOptions | null {
  const { config } = context;
  if (!isHighLevel(context)) return null;
  return {
    offer: {
      chargeMode: config.charge_mode,
      connectorType: config.connector_type,
      evseId: config.evse_id,
      evseIdDin: config.evse_id_din,
      externalPayment: config.payment_enable_eim,
      receiptRequired: config.ev_receipt_required,
      freeService: config.disable_authentication,
      debug: config.session_logging,
      saeMode: saeModeOf(config),
      bpt: bptOf(config),
      acBpt: false,
      nominalVoltageV: config.ac_nominal_voltage,
      maxCurrentImportA: config.max_current_import_A,
    },
    identification: {
      connectorId: config.connector_id,
      autocharge: !config.enable_autocharge ? "off" : config.autocharge_use_slac_instead_of_hlc ? "modem" : "stack",
      answersAfterStep: config.dbg_hlc_auth_after_tstep,
    },
    plugAndCharge: {
      enabled: config.payment_enable_contract,
      centralValidation: config.central_contract_validation_allowed,
      certificateInstallation: config.contract_certificate_installation_enabled,
    },
    noEnergyPause: config.zero_power_ignore_pause
      ? null
      : config.zero_power_allow_ev_to_ignore_pause
        ? "AllowEvToIgnorePause"
        : "PauseBeforeCableCheck",
    cableCheckRestMs: config.hack_sleep_in_cable_check * 1000,
    cableCheckRestVolkswagenMs: config.hack_sleep_in_cable_check_volkswagen * 1000,
    fixesWholeAmperes: config.hack_fix_hlc_integer_current_requests,
  };
}

/** What a variable makes happen, beside being told. */
type Meanings = { readonly [V in VarName<Hlc>]?: (value: VarValue<Hlc, V>) => readonly EvseEvent[] };

const dc = (event: Extract<EvseEvent, { kind: "dc" }>["event"]): readonly EvseEvent[] => [{ kind: "dc", event }];
const said = (event: OuterHighLevelEvent): readonly EvseEvent[] => [{ kind: "highLevel", event }];
/** What a vehicle does not say (there are negative numbers for that) is not known. */
const known = (value: number | undefined): number | null => (value === undefined || value < 0 ? null : value);

const meanings: Meanings = {
  require_auth_eim: () => said({ type: "externalRequired" }),
  require_auth_pnc: (token) => said({ type: "contractRequired", token }),
  evcc_id: (id) => said({ type: "evccIdTold", id }),
  selected_protocol: (protocol) => said({ type: "protocolSelected", protocol }),
  meter_info_requested: () => said({ type: "meterAsked" }),
  hlc_session_failed: (reason) => said({ type: "failed", reason }),
  v2g_setup_finished: () => [{ kind: "v2gSetupFinished" }],
  ac_close_contactor: () => [{ kind: "hlcAllowPower", value: true }],
  ac_open_contactor: () => [{ kind: "hlcAllowPower", value: false }],
  start_cable_check: () => dc({ type: "cableCheckRequested" }),
  start_pre_charge: () => dc({ type: "prechargeRequested" }),
  current_demand_started: () => dc({ type: "demandStarted" }),
  current_demand_finished: () => dc({ type: "demandFinished" }),
  dc_open_contactor: () => dc({ type: "openRequested" }),
  dc_ev_maximum_limits: (limits) =>
    dc({
      type: "vehicleLimitsTold",
      maxV: known(limits.dc_ev_maximum_voltage_limit),
      maxA: known(limits.dc_ev_maximum_current_limit),
    }),
  dc_ev_target_voltage_current: ({ dc_ev_target_voltage: voltageV, dc_ev_target_current: currentA }) =>
    said({ type: "targetTold", target: { voltageV, currentA } }),
  d20_dc_dynamic_charge_mode: (values) =>
    said({
      type: "dynamicModeTold",
      mode: {
        maxChargeW: values.max_charge_power,
        minChargeW: values.min_charge_power,
        maxChargeA: values.max_charge_current,
        maxV: values.max_voltage,
        minV: values.min_voltage,
        ...(values.max_discharge_power !== undefined && { maxDischargeW: Math.abs(values.max_discharge_power) }),
        ...(values.min_discharge_power !== undefined && { minDischargeW: Math.abs(values.min_discharge_power) }),
        ...(values.max_discharge_current !== undefined && { maxDischargeA: Math.abs(values.max_discharge_current) }),
      },
    }),
  sae_bidi_mode_active: () => dc({ type: "saeModeActive" }),
  selected_service_parameters: ({ energy_transfer }) =>
    dc({ type: "serviceSelected", bidirectional: energy_transfer === "DC_BPT" || energy_transfer === "MCS_BPT" }),
  dlink_terminate: () => [{ kind: "dlinkTerminate" }, ...dc({ type: "serviceForgotten" })],
  dlink_pause: () => [{ kind: "dlinkPause" }],
  dlink_error: () => [{ kind: "dlinkError" }],
};

/** Told as lines, whether they mean anything to the EVSE or not; messages themselves belong in a log of their own. */
const toldVariables = [
  "require_auth_eim",
  "require_auth_pnc",
  "selected_payment_option",
  "evcc_id",
  "ac_close_contactor",
  "ac_open_contactor",
  "start_cable_check",
  "start_pre_charge",
  "dc_open_contactor",
  "v2g_setup_finished",
  "current_demand_started",
  "current_demand_finished",
  "sae_bidi_mode_active",
  "dc_ev_maximum_limits",
  "dc_ev_target_voltage_current",
  "d20_dc_dynamic_charge_mode",
  "dc_ev_status",
  "dc_ev_remaining_time",
  "dc_ev_energy_capacity",
  "dc_ev_energy_request",
  "dc_full_soc",
  "dc_bulk_soc",
  "dc_bulk_charging_complete",
  "dc_charging_complete",
  "dc_ev_present_voltage",
  "ac_eamount",
  "ac_ev_max_voltage",
  "ac_ev_max_current",
  "ac_ev_min_current",
  "ac_ev_power_limits",
  "ac_ev_present_powers",
  "ac_ev_dynamic_control_mode",
  "requested_energy_transfer_mode",
  "departure_time",
  "selected_service_parameters",
  "selected_protocol",
  "display_parameters",
  "meter_info_requested",
  "ev_termination",
  "hlc_session_failed",
  "dlink_terminate",
  "dlink_error",
  "dlink_pause",
  "ev_app_protocol",
] as const satisfies readonly VarName<Hlc>[];

export function wireHighLevel(context: Context, post: (event: EvseEvent) => void) {
  const enabled = isHighLevel(context);
  const [slac] = enabled ? context.require("slac") : [];
  const [hlc] = enabled ? context.require("hlc") : [];

  function call<C extends CommandName<Hlc>>(name: C, args: CommandArgs<Hlc, C>): void {
    hlc?.call(name, args);
    context.emit("hlc", { dir: "cmd", name, args });
  }

  function hear<V extends VarName<Hlc>>(name: V): void {
    const meaning = meanings[name] as ((value: VarValue<Hlc, V>) => readonly EvseEvent[]) | undefined;
    const words = vehicleWords[name] as ((value: VarValue<Hlc, V>) => object) | undefined;
    hlc?.subscribe(name, (value) => {
      context.emit("hlc", { dir: "var", name, value });
      for (const event of meaning?.(value) ?? []) post(event);
      if (words !== undefined) post({ kind: "highLevel", event: { type: "vehicleTold", info: words(value) } });
    });
  }
  for (const name of toldVariables) hear(name);

  slac?.subscribe("state", (state) => {
    context.emit("slac", { dir: "var", name: "state", value: state });
    post({ kind: "slacState", state });
  });
  slac?.subscribe("dlink_ready", (value) => {
    context.emit("slac", { dir: "var", name: "dlink_ready", value });
    post({ kind: "highLevel", event: { type: "linkReady", value } });
  });
  slac?.subscribe("ev_mac_address", (address) => {
    context.emit("slac", { dir: "var", name: "ev_mac_address", value: address });
    post({ kind: "highLevel", event: { type: "modemFound", address } });
  });
  slac?.subscribe("request_error_routine", () => {
    context.emit("slac", { dir: "var", name: "request_error_routine", value: null });
    post({ kind: "requestErrorRoutine" });
  });

  return {
    perform(effect: Order): void {
      if (effect.kind === "hlcCommand") {
        const { name, args } = effect.command;
        call(name, args as CommandArgs<Hlc, typeof name>);
        return;
      }
      const { command } = effect;
      const args = command.name === "reset" ? { enable: command.enable } : {};
      if (command.name === "reset") slac?.call("reset", { enable: command.enable });
      else slac?.call(command.name, {});
      context.emit("slac", { dir: "cmd", name: command.name, args });
    },
  };
}
