/** The devices of the direct-current side at their ports. Source: DC charging facts, sections 2, 5 and 11. */
import type { ModuleContext } from "../../../hal/module.ts";
import type { DcSessionEffect } from "../../core/dc/dc-session-effects.ts";
import type { DcSessionEvent, DcSessionOptions } from "../../core/dc/dc-session-state.ts";
import type { SaeMode } from "../../core/hlc/values.ts";
import type { EvseEvent } from "../../core/session/evse-state.ts";
import type { manifest } from "./manifest.ts";

type Context = ModuleContext<typeof manifest>;
export type DcDeviceEffect = Exclude<
  DcSessionEffect,
  { kind: "allowClose" | "raise" | "clear" | "keepLatch" | "hlcCommand" }
>;

/** `sae_j2847_2_bpt_enabled` and `sae_j2847_2_bpt_mode`. */
export const saeModeOf = (config: Context["config"]): SaeMode =>
  config.sae_j2847_2_bpt_enabled ? config.sae_j2847_2_bpt_mode : "None";

/** Null for alternating current. */
export function dcOptions({ config, require }: Context): DcSessionOptions | null {
  if (config.charge_mode !== "DC") return null;
  return {
    cableCheck: {
      hasIsolationMonitor: require("imd").length > 0,
      isMegawatt: config.connector_type === "cMCS",
      selfTest: config.cable_check_enable_imd_self_test,
      selfTestRelaysOpen: config.cable_check_enable_imd_self_test_relays_open,
      relaysOpenVoltageV: config.cable_check_relays_open_voltage_V,
      relaysClosedTimeoutMs: config.cable_check_relays_closed_timeout_s * 1000,
      isolationVoltageV: config.dc_isolation_voltage_V,
      measurements: config.cable_check_wait_number_of_imd_measurements,
      waitBelow60V: config.cable_check_wait_below_60V_before_finish,
      pauseMonitor: config.hack_pause_imd_during_precharge,
      totalMs: config.cable_check_timeout_s * 1000,
    },
    overVoltageDurationMs: config.internal_over_voltage_duration_ms,
    maxSpreadV: config.voltage_plausibility_max_spread_threshold_V,
    spreadDurationMs: config.voltage_plausibility_fault_duration_ms,
    rampAperS: config.dc_ramp_ampere_per_second,
    hasOverVoltageMonitor: require("over_voltage_monitor").length > 0,
    ignoresLowTargets: config.hack_skoda_enyaq,
    presentCurrentOffsetA: config.hack_present_current_offset,
    dischargesUnspoken: config.hack_allow_bpt_with_iso2,
    saeMode: saeModeOf(config),
  };
}

/** What is measured goes to the EVSE; what it wants goes to the devices. Both are told as event lines. */
export function wireDcSide(context: Context, post: (event: EvseEvent) => void) {
  const [supply] = context.require("powersupply_DC");
  const [monitor] = context.require("imd");
  const [overVoltageMonitor] = context.require("over_voltage_monitor");

  const told = (kind: "supply" | "imd" | "ovm", name: string, value: unknown): void =>
    context.emit(kind, { dir: "var", name, value });
  const ordered = (kind: "supply" | "imd" | "ovm", name: string, args: object): void =>
    context.emit(kind, { dir: "cmd", name, args });
  const dc = (event: Extract<EvseEvent, { kind: "dc" }>["event"] & DcSessionEvent): void => post({ kind: "dc", event });

  supply?.subscribe("capabilities", (capabilities) => {
    told("supply", "capabilities", capabilities);
    dc({ type: "capabilitiesTold", capabilities });
  });
  supply?.subscribe("voltage_current", (value) => {
    told("supply", "voltage_current", value);
    dc({ type: "supplyMeasured", voltageV: value.voltage_V, currentA: value.current_A });
  });
  supply?.subscribe("mode", (mode) => told("supply", "mode", mode));
  monitor?.subscribe("isolation_measurement", (measurement) => {
    told("imd", "isolation_measurement", measurement);
    dc({ type: "isolationMeasured", measurement });
  });
  monitor?.subscribe("self_test_result", (passed) => {
    told("imd", "self_test_result", passed);
    dc({ type: "selfTestEnded", passed });
  });
  overVoltageMonitor?.subscribe("voltage_measurement_V", (voltageV) => {
    told("ovm", "voltage_measurement_V", voltageV);
    dc({ type: "voltageMeasured", source: "overVoltageMonitor", voltageV });
  });

  function perform(effect: DcDeviceEffect): void {
    switch (effect.kind) {
      case "supply": {
        const { command } = effect;
        if (command.type === "setMode") {
          const { mode, phase } = command;
          supply?.call("setMode", { mode, phase });
          ordered("supply", "setMode", { mode, phase });
        } else {
          const args = { voltage: command.voltageV, current: command.currentA };
          supply?.call(command.type, args);
          ordered("supply", command.type, args);
        }
        return;
      }
      case "isolationMonitor":
        monitor?.call(effect.order, {});
        ordered("imd", effect.order, {});
        return;
      case "selfTest": {
        const args = { test_voltage_V: effect.voltageV };
        monitor?.call("start_self_test", args);
        ordered("imd", "start_self_test", args);
        return;
      }
      case "overVoltageMonitor": {
        const name = effect.order === "reset" ? "reset_over_voltage_error" : effect.order;
        overVoltageMonitor?.call(name, {});
        ordered("ovm", name, {});
        return;
      }
      case "overVoltageLimits": {
        const args = {
          emergency_over_voltage_limit_V: effect.emergencyV,
          error_over_voltage_limit_V: effect.errorV,
        };
        overVoltageMonitor?.call("set_limits", args);
        ordered("ovm", "set_limits", args);
        return;
      }
      case "refusedDischarge":
        context.log.error("evse.dc_discharge_not_possible", { power_W: effect.powerW });
        return;
      case "refusedTarget":
        context.log.error("evse.dc_target_out_of_range", { voltage_V: effect.voltageV });
    }
  }

  return {
    perform,
    /** Whatever a run before has left behind. */
    ready(): void {
      perform({ kind: "isolationMonitor", order: "stop" });
      if (overVoltageMonitor !== undefined) perform({ kind: "overVoltageMonitor", order: "stop" });
    },
  };
}
