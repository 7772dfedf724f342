/**
 * The conversation with the vehicle, and what brings it about, at their ports. Source: DC charging facts, sections 1, 2
 * and 11.
 */

import type { iso15118Charger } from "../../../hal/iso15118-charger.ts";
import type { ModuleContext } from "../../../hal/module.ts";
import type { CommandArgs, CommandName } from "../../../hal/port.ts";
import type { HlcCommand } from "../../core/dc/dc-session.ts";
import type { PilotState } from "../../core/iec61851/control-pilot.ts";
import type { ChargerEffect, HlcOrder } from "../../core/session/charger-state.ts";
import type { EvseEvent } from "../../core/session/evse.ts";
import type { manifest } from "./manifest.ts";

type Context = ModuleContext<typeof manifest>;
type Hlc = typeof iso15118Charger;
type SlacOrder = Extract<ChargerEffect, { kind: "slac" }>["name"];

/** The pilot says that a vehicle may be spoken to. */
const isThere: ReadonlySet<PilotState> = new Set(["B", "C", "D"]);

/** Whether the vehicle is spoken to at all. An AC session is a basic one whatever is wired, as yet. */
export function isHighLevel({ config, require }: Context): boolean {
  return config.charge_mode === "DC" && require("slac").length > 0 && require("hlc").length > 0;
}

/** A DC station serves what its connector is for. */
export function energyTransferModes({ config }: Context): ("DC_extended" | "MCS" | "AC_three_phase_core")[] {
  if (config.charge_mode === "AC") return ["AC_three_phase_core"];
  return [config.connector_type === "cMCS" ? "MCS" : "DC_extended"];
}

export function wireHighLevel(context: Context, post: (event: EvseEvent) => void) {
  const { config } = context;
  const enabled = isHighLevel(context);
  const [slac] = enabled ? context.require("slac") : [];
  const [hlc] = enabled ? context.require("hlc") : [];
  /** The vehicle waits to hear whether it is authorised. */
  let asked = false;
  let authorized = false;
  let matched = false;

  function call<C extends CommandName<Hlc>>(name: C, args: CommandArgs<Hlc, C>): void {
    if (hlc === undefined) return;
    hlc.call(name, args);
    context.emit("hlc", { dir: "cmd", name, args });
  }

  function callSlac(name: Exclude<SlacOrder, "reset"> | "leave_bcd"): void {
    if (slac === undefined) return;
    slac.call(name, {});
    context.emit("slac", { dir: "cmd", name, args: {} });
  }

  function resetSlac(): void {
    slac?.call("reset", { enable: false });
    if (slac !== undefined) context.emit("slac", { dir: "cmd", name: "reset", args: { enable: false } });
  }

  function answer(): void {
    if (!asked || !authorized) return;
    asked = false;
    call("authorization_response", {
      authorization_status: "Accepted",
      certificate_status: "NoCertificateAvailable",
    });
  }

  /** Told as a line, and passed on. */
  const heard = (name: string, value: unknown, ...events: EvseEvent[]): void => {
    context.emit("hlc", { dir: "var", name, value });
    for (const event of events) post(event);
  };

  hlc?.subscribe("require_auth_eim", (value) => {
    heard("require_auth_eim", value);
    asked = true;
    answer();
  });
  hlc?.subscribe("v2g_setup_finished", (value) => heard("v2g_setup_finished", value, { kind: "v2gSetupFinished" }));
  hlc?.subscribe("ac_close_contactor", (value) =>
    heard("ac_close_contactor", value, { kind: "hlcAllowPower", value: true }),
  );
  hlc?.subscribe("ac_open_contactor", (value) =>
    heard("ac_open_contactor", value, { kind: "hlcAllowPower", value: false }),
  );
  hlc?.subscribe("start_cable_check", (value) =>
    heard("start_cable_check", value, { kind: "dc", event: { type: "cableCheckRequested" } }),
  );
  hlc?.subscribe("start_pre_charge", (value) =>
    heard("start_pre_charge", value, { kind: "dc", event: { type: "prechargeRequested" } }),
  );
  hlc?.subscribe("current_demand_started", (value) =>
    heard("current_demand_started", value, { kind: "dc", event: { type: "demandStarted" } }),
  );
  hlc?.subscribe("current_demand_finished", (value) =>
    heard("current_demand_finished", value, { kind: "dc", event: { type: "demandFinished" } }),
  );
  hlc?.subscribe("dc_open_contactor", (value) =>
    heard("dc_open_contactor", value, { kind: "dc", event: { type: "openRequested" } }),
  );
  hlc?.subscribe("dc_ev_maximum_limits", (value) =>
    heard("dc_ev_maximum_limits", value, {
      kind: "dc",
      event: {
        type: "vehicleLimitsTold",
        maxV: value.dc_ev_maximum_voltage_limit ?? null,
        maxA: value.dc_ev_maximum_current_limit ?? null,
      },
    }),
  );
  hlc?.subscribe("dc_ev_target_voltage_current", (value) =>
    heard("dc_ev_target_voltage_current", value, {
      kind: "dc",
      event: { type: "targetTold", voltageV: value.dc_ev_target_voltage, currentA: value.dc_ev_target_current },
    }),
  );
  hlc?.subscribe("dlink_terminate", (value) => heard("dlink_terminate", value, { kind: "dlinkTerminate" }));
  hlc?.subscribe("dlink_pause", (value) => heard("dlink_pause", value, { kind: "dlinkPause" }));
  hlc?.subscribe("dlink_error", (value) => heard("dlink_error", value, { kind: "dlinkError" }));
  hlc?.subscribe("selected_protocol", (value) => heard("selected_protocol", value));
  hlc?.subscribe("evcc_id", (value) => heard("evcc_id", value));
  hlc?.subscribe("dc_ev_status", (value) => heard("dc_ev_status", value));
  hlc?.subscribe("hlc_session_failed", (value) => heard("hlc_session_failed", value));

  slac?.subscribe("state", (state) => {
    context.emit("slac", { dir: "var", name: "state", value: state });
    matched = state === "MATCHED";
    post({ kind: "slacState", state });
  });
  slac?.subscribe("dlink_ready", (value) => {
    context.emit("slac", { dir: "var", name: "dlink_ready", value });
    call("dlink_ready", { value });
  });
  slac?.subscribe("request_error_routine", () => {
    context.emit("slac", { dir: "var", name: "request_error_routine", value: null });
    post({ kind: "requestErrorRoutine" });
  });

  const orders: Record<HlcOrder, () => void> = {
    stop_charging: () => call("stop_charging", { stop: true }),
    go_on: () => call("stop_charging", { stop: false }),
    pause_charging: () => call("pause_charging", { pause: true }),
    no_energy: () => {
      if (config.zero_power_ignore_pause) return;
      const mode = config.zero_power_allow_ev_to_ignore_pause ? "AllowEvToIgnorePause" : "PauseBeforeCableCheck";
      call("no_energy_pause_charging", { mode });
    },
    error_malfunction: () => call("send_error", { error: "Error_Malfunction" }),
    error_emergency_shutdown: () => call("send_error", { error: "Error_EmergencyShutdown" }),
    error_over: () => call("reset_error", {}),
    error_utility_interrupt: () => call("send_error", { error: "Error_UtilityInterruptEvent" }),
    authorized: () => answer(),
    rejected: () =>
      call("authorization_response", {
        authorization_status: "Invalid",
        certificate_status: "NoCertificateAvailable",
      }),
  };

  return {
    order(effect: Extract<ChargerEffect, { kind: "hlc" | "slac" }>): void {
      if (effect.kind === "hlc") orders[effect.name]();
      else if (effect.name === "reset") resetSlac();
      else callSlac(effect.name);
    },
    command({ name, args }: HlcCommand): void {
      call(name, args as CommandArgs<Hlc, typeof name>);
    },
    /** The vehicle comes and goes, or is brought to look again by way of E or F. Section 2, rows 1 and 22. */
    pilot(from: PilotState, to: PilotState): void {
      if (!isThere.has(from) && isThere.has(to)) {
        callSlac("enter_bcd");
        asked = false;
        call("reset_error", {});
        call("ac_contactor_closed", { status: false });
        call("stop_charging", { stop: false });
      } else if (isThere.has(from) && (to === "E" || to === "F")) {
        callSlac("leave_bcd");
      } else if (to === "A" && from !== "A") {
        callSlac("leave_bcd");
        if (matched) resetSlac();
      }
    },
    contactor: (closed: boolean): void => call("ac_contactor_closed", { status: closed }),
    authorization(granted: boolean): void {
      authorized = granted;
      answer();
    },
    /** What the station is. Section 1. */
    ready(): void {
      call("session_setup", {
        payment_options: config.payment_enable_contract
          ? config.payment_enable_eim
            ? ["Contract", "ExternalPayment"]
            : ["Contract"]
          : ["ExternalPayment"],
        supported_certificate_service: config.payment_enable_contract,
        central_contract_validation_allowed: false,
      });
      if (config.charge_mode === "DC") {
        call("update_dc_present_values", {
          present_voltage_current: { evse_present_voltage: 0, evse_present_current: 0 },
        });
      }
      call("receipt_is_required", { receipt_required: false });
      call("setup", {
        evse_id: { evse_id: config.evse_id },
        sae_j2847_mode: "None",
        debug_mode: false,
      });
      call("update_energy_transfer_modes", { supported_energy_transfer_modes: energyTransferModes(context) });
      call("reset_error", {});
    },
  };
}
