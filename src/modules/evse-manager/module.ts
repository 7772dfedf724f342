import type { Connection, ModuleFactory } from "../../../hal/module.ts";
import type { PortDescription, Reply } from "../../../hal/port.ts";
import type { powermeter } from "../../../hal/powermeter.ts";
import { fullHour } from "../../core/energy/time-series.ts";
import type { Fault } from "../../core/faults/fault.ts";
import type { FaultIdentity, FaultSource } from "../../core/faults/inoperative.ts";
import { withinCable } from "../../core/session/charger-limits.ts";
import { chargingConditions } from "../../core/session/charging-conditions.ts";
import type { EnergyWish } from "../../core/session/energy-request.ts";
import { energyRequest, energyWish, offeredBeyondLimitA, supplyWish } from "../../core/session/energy-request.ts";
import { evseMachine } from "../../core/session/evse.ts";
import type { EvseEffect, EvseEvent, EvseOptions, EvseState } from "../../core/session/evse-state.ts";
import { initialEvse } from "../../core/session/evse-state.ts";
import { heldCurrentA } from "../../core/session/random-delay.ts";
import type { SessionEvent } from "../../core/session/session-event.ts";
import type { StoredSession } from "../../core/session/stored-session.ts";
import { dcOptions, wireDcSide } from "./dc-side.ts";
import { basicModes, highLevelOptions, isHighLevel, wireHighLevel } from "./high-level.ts";
import type { manifest } from "./manifest.ts";
import { sessionFolder } from "./session-folder.ts";
import { drawSessionId } from "./session-id.ts";
import { readStoredSession } from "./stored-session.ts";

/** How often an EVSE tells the energy tree what it would like. Energy facts, section 5.1. */
const energyRequestIntervalMs = 1000;

type Result = Extract<EvseEffect, { kind: "reply" }>["result"];

/** What it waits for in each phase of its start. Who is told from outside when to begin is up before that. */
const startUpWords: Readonly<Record<EvseState["startUp"]["phase"], string | null>> = {
  made: "its start",
  firstReading: "the first reading of its meter",
  store: "the stored session",
  meterStop: "the end of the stored transaction at its meter",
  storeBill: "the stored bill",
  externalReady: null,
  running: null,
  stopped: null,
};

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { config, clock } = context;
  const [bsp] = context.require("bsp");
  const [lock] = context.require("connector_lock");
  const [rcd] = context.require("ac_rcd");
  const [store] = context.require("store");
  const gridMeter = context.require("powermeter_grid_side")[0];
  const carMeter = context.require("powermeter_car_side")[0];
  // People pay for what reached the vehicle: its own meter where there is one.
  const billingMeter: Connection<typeof powermeter> | undefined = carMeter ?? gridMeter;
  const storeKey = `${context.moduleId}_session`;
  const latchKey = `${context.moduleId}_over_voltage`;

  const options: EvseOptions = {
    pilot: {
      hasVentilation: config.has_ventilation,
      lockInB: config.lock_connector_in_state_b,
      unlockWhenDeauthorized: config.unlock_when_deauthorized,
      limitSimplifiedTo10A: config.hack_simplified_mode_limit_10A,
    },
    charger: {
      chargeMode: config.charge_mode,
      connectorId: config.connector_id,
      evseId: config.evse_id,
      hlcEnabled: isHighLevel(context),
      use5Percent: config.ac_hlc_use_5percent,
      enforceHlc: config.ac_enforce_hlc,
      acNominalVoltageV: config.ac_nominal_voltage,
      disableAuthentication: config.disable_authentication,
      overCurrentTolerancePercent: config.soft_over_current_tolerance_percent,
      overCurrentNoiseA: config.soft_over_current_measurement_noise_A,
      overCurrentTimeoutMs: config.soft_over_current_timeout_ms,
      stateFAfterFaultMs: config.state_F_after_fault_ms,
      switchPhasesDelayMs: config.switch_3ph1ph_delay_s * 1000,
      switchPhasesPilot: config.switch_3ph1ph_cp_state,
      failOnPowermeterErrors: config.fail_on_powermeter_errors,
      raiseMrec9: config.raise_mrec9,
      sleepBefore5PercentMs: config.sleep_before_enabling_pwm_hlc_mode_ms,
      noEnergyTimeoutMs: config.hlc_charge_loop_without_energy_timeout_s * 1000,
      hasMeter: billingMeter !== undefined,
      hasStore: store !== undefined,
      hasLock: lock !== undefined,
      maxCurrentImportA: config.max_current_import_A,
      maxCurrentExportA: config.max_current_export_A,
    },
    randomDelay: {
      enabled: config.uk_smartcharging_random_delay_enable,
      maxDurationS: config.uk_smartcharging_random_delay_max_duration,
      atAnyChange: config.uk_smartcharging_random_delay_at_any_change,
    },
    dc: dcOptions(context),
    highLevel: highLevelOptions(context),
    inoperativeUsesVendorId: config.inoperative_error_use_vendor_id,
    initialMeterValueTimeoutMs: config.initial_meter_value_timeout_ms,
    waitsForExternalReady: config.external_ready_to_start_charging,
  };

  const mailbox = context.machine("evse", evseMachine(options), initialEvse(options), perform);
  const highLevel = wireHighLevel(context, (event) => mailbox.post(event));
  const dcSide = wireDcSide(context, (event) => mailbox.post(event));
  const replies = new Map<number, Reply<Result>>();
  let calls = 0;

  /** Posts a command that answers; the reply finds its way back by number. */
  function ask<R extends Result>(reply: Reply<R>, event: (call: number) => EvseEvent): void {
    calls += 1;
    // Each call has its own kind of answer, and gets no other.
    replies.set(calls, reply as Reply<Result>);
    mailbox.post(event(calls));
  }

  const evse = context.provide("evse", {
    get_evse: (_args, reply) =>
      reply({ id: config.connector_id, connectors: [{ id: 1, type: config.connector_type }] }),
    enable_disable: ({ connector_id, cmd_source }, reply) =>
      ask(reply, (call) => ({ kind: "enableDisable", call, connectorId: connector_id, source: cmd_source })),
    authorize_response: ({ provided_token, validation_result }) => {
      const { authorization_status: status, certificate_status, reservation_id } = validation_result;
      const certificate = certificate_status === undefined ? {} : { certificateStatus: certificate_status };
      if (status !== "Accepted") {
        const event = { type: "tokenRejected", token: provided_token, status, ...certificate } as const;
        mailbox.post({ kind: "highLevel", event });
        return;
      }
      mailbox.post({
        kind: "authorize",
        token: provided_token,
        ...(reservation_id === undefined ? {} : { reservationId: reservation_id }),
        ...certificate,
      });
    },
    withdraw_authorization: () => mailbox.post({ kind: "withdrawAuthorization" }),
    reserve: ({ reservation_id }, reply) => ask(reply, (call) => ({ kind: "reserve", call, id: reservation_id })),
    cancel_reservation: () => mailbox.post({ kind: "cancelReservation" }),
    pause_charging: (_args, reply) => ask(reply, (call) => ({ kind: "pause", call })),
    resume_charging: (_args, reply) => ask(reply, (call) => ({ kind: "resume", call })),
    stop_transaction: ({ request }, reply) =>
      ask(reply, (call) => ({
        kind: "stopTransaction",
        call,
        reason: request.reason,
        ...(request.id_tag === undefined ? {} : { idTag: request.id_tag }),
      })),
    force_unlock: (_args, reply) => ask(reply, (call) => ({ kind: "forceUnlock", call })),
    external_ready_to_start_charging: (_args, reply) => ask(reply, (call) => ({ kind: "externalReady", call })),
    set_plug_and_charge_configuration: ({ plug_and_charge_configuration: change }) => {
      const { pnc_enabled, central_contract_validation_allowed, contract_certificate_installation_enabled } = change;
      const event = {
        type: "plugAndChargeSet",
        change: {
          ...(pnc_enabled !== undefined && { enabled: pnc_enabled }),
          ...(central_contract_validation_allowed !== undefined && {
            centralValidation: central_contract_validation_allowed,
          }),
          ...(contract_certificate_installation_enabled !== undefined && {
            certificateInstallation: contract_certificate_installation_enabled,
          }),
        },
      } as const;
      mailbox.post({ kind: "highLevel", event });
    },
    update_allowed_energy_transfer_modes: ({ allowed_energy_transfer_modes: modes }, reply) =>
      ask(reply, (call) => ({ kind: "highLevel", event: { type: "modesAllowed", call, modes } })),
  });
  const energyGrid = context.provide("energy_grid", {
    enforce_limits: ({ value }) => {
      if (value.uuid !== context.moduleId) return;
      evse.publish("enforced_limits", withinCable(mailbox.state.charger, value));
      mailbox.post({
        kind: "enforceLimits",
        limits: value.limits_root_side,
        validForMs: value.valid_for * 1000,
        ...(value.limited_by !== undefined && { limitedBy: value.limited_by }),
      });
    },
  });
  const tokenProvider = context.provide("token_provider", {});
  const randomDelay = context.provide("random_delay", {
    enable: () => mailbox.post({ kind: "randomDelay", order: { kind: "enable" } }),
    disable: () => mailbox.post({ kind: "randomDelay", order: { kind: "disable" } }),
    cancel: () => mailbox.post({ kind: "randomDelay", order: { kind: "cancel" } }),
    set_duration_s: ({ value }) =>
      mailbox.post({ kind: "randomDelay", order: { kind: "setMaxDuration", maxDurationS: value } }),
  });
  context.provide("dc_external_derate", {
    set_external_derating: ({ derate }) => {
      if (options.dc === null) context.log.warn("evse.dc_derating_without_dc", { ...derate });
      mailbox.post({ kind: "dcDerate", derating: derate });
    },
  });

  bsp?.subscribe("event", ({ event }) => mailbox.post({ kind: "bsp", event }));
  bsp?.subscribe("interlock_opened", ({ reason }) => mailbox.post({ kind: "interlockOpened", reason }));
  bsp?.subscribe("capabilities", (capabilities) => {
    evse.publish("hw_capabilities", capabilities);
    mailbox.post({ kind: "capabilities", capabilities });
  });
  bsp?.subscribe("ac_pp_ampacity", ({ ampacity }) => mailbox.post({ kind: "proximity", ampacity }));
  bsp?.subscribe("ac_nr_of_phases_available", (count) => mailbox.post({ kind: "phasesAvailable", count }));
  bsp?.subscribe("request_stop_transaction", ({ reason, id_tag }) =>
    mailbox.post({ kind: "stopTransaction", reason, ...(id_tag === undefined ? {} : { idTag: id_tag }) }),
  );
  bsp?.subscribe("telemetry", (telemetry) => evse.publish("telemetry", { ...telemetry }));
  billingMeter?.subscribe("powermeter", (value) => {
    evse.publish("powermeter", value);
    context.emit("powermeter", value);
    mailbox.post({ kind: "powermeter", value });
    const voltageV = value.voltage_V?.DC;
    if (voltageV !== undefined) {
      mailbox.post({ kind: "dc", event: { type: "voltageMeasured", source: "powermeter", voltageV } });
    }
  });

  watchFaults("bsp", bsp);
  watchFaults("connector_lock", lock);
  watchFaults("ac_rcd", rcd);
  // Either meter's error counts: the grid side one is what keeps the fuse.
  watchFaults("slac", context.require("slac")[0]);
  watchFaults("hlc", context.require("hlc")[0]);
  watchFaults("powersupply_DC", context.require("powersupply_DC")[0]);
  watchFaults("imd", context.require("imd")[0]);
  watchFaults("over_voltage_monitor", context.require("over_voltage_monitor")[0]);
  watchFaults("powermeter", gridMeter);
  watchFaults("powermeter", carMeter);
  evse.subscribeErrors((action, fault) => postFault("evse_manager", action, fault));

  function watchFaults(source: FaultSource, port: Connection<PortDescription> | undefined): void {
    port?.subscribeErrors((action, fault) => postFault(source, action, fault));
  }

  function postFault(source: FaultSource, action: "raise" | "clear", fault: Fault): void {
    const { type, sub_type, severity, description, vendor_id } = fault;
    if (type === "evse_manager/Inoperative") return;
    const identity: FaultIdentity = {
      source,
      // The EVSE clears its own ones whatever came of the telling.
      ...(source !== "evse_manager" && { origin: `${fault.origin.module_id}/${fault.origin.implementation_id}` }),
      type,
      sub_type,
    };
    if (action === "clear") mailbox.post({ kind: "faultCleared", ...identity });
    else mailbox.post({ kind: "faultRaised", fault: { ...identity, severity, description, vendor_id } });
  }

  const wishOptions = {
    moduleId: context.moduleId,
    maxCurrentImportA: config.max_current_import_A,
    maxCurrentExportA: config.max_current_export_A,
    requestZeroPowerInIdle: config.request_zero_power_in_idle,
  };
  let wish: EnergyWish | null = null;

  function publishEnergyRequest(priority: boolean): void {
    const { charger, dc, delay } = mailbox.state;
    const heldA = heldCurrentA(delay) ?? offeredBeyondLimitA(charger);
    wish = energyWish(
      charger,
      wishOptions,
      fullHour(clock.wallTimeMs()),
      wish,
      dc && options.dc && supplyWish(dc, options.dc),
    );
    energyGrid.publish("energy_flow_request", energyRequest(charger, wish, priority, heldA));
  }

  function askEnergyLater(): void {
    clock.schedule(`${context.moduleId}/energy_request`, clock.nowMs() + energyRequestIntervalMs, () => {
      publishEnergyRequest(false);
      askEnergyLater();
    });
  }

  function tellSession(event: SessionEvent): void {
    const isEnd = event.event === "SessionStarted" || event.event === "SessionFinished";
    if (isEnd && options.highLevel === null) evse.publish("ev_info", {});
    const timestamp = event.timestamp ?? new Date(clock.wallTimeMs()).toISOString();
    const dated = withFolder({ ...withReadingTime(event, timestamp), timestamp });
    evse.publish("session_event", dated);
    context.emit("session_event", dated);
  }

  /** Whoever hears of a session hears where its log will be. */
  function withFolder<T extends SessionEvent & { readonly timestamp: string }>(event: T): T {
    const { session_started, uuid, timestamp } = event;
    const folder = context.keepsSessionLogs && session_started ? sessionFolder(config, uuid, timestamp) : null;
    if (folder === null) return event;
    return { ...event, session_started: { ...session_started, logging_path: folder } };
  }

  function perform(effect: EvseEffect): void {
    switch (effect.kind) {
      case "pilotX1":
        bsp?.call("cp_state_X1", {});
        return;
      case "pilotF":
        bsp?.call("cp_state_F", {});
        return;
      case "pilotPwm":
        bsp?.call("pwm_on", { value: effect.dutyPercent });
        return;
      case "contactor":
        bsp?.call("allow_power_on", { value: { allow_power_on: effect.closed, reason: effect.reason } });
        return;
      case "lock":
        lock?.call(effect.locked ? "lock" : "unlock", {});
        return;
      case "enableBoard":
        bsp?.call("enable", { value: effect.value });
        return;
      case "overCurrentLimit":
        bsp?.call("ac_set_overcurrent_limit_A", { value: effect.currentA });
        return;
      case "switchPhases":
        bsp?.call("ac_switch_three_phases_while_charging", { value: effect.threePhases });
        return;
      case "cp":
        context.emit("cp", { from: effect.from, to: effect.to });
        return;
      case "pwm":
        context.emit("pwm", { mode: effect.mode, duty_percent: effect.dutyPercent });
        return;
      case "contactorCommand":
        context.emit("contactor_command", { closed: effect.closed, reason: effect.reason });
        return;
      case "contactorState":
        context.emit("contactor", { closed: effect.closed });
        return;
      case "lockCommand":
        context.emit("lock_command", { locked: effect.locked });
        return;
      case "lockState":
        context.emit("lock", { locked: effect.locked });
        return;
      case "state":
        context.emit("state", { from: effect.from, to: effect.to });
        return;
      case "session":
        tellSession(effect.event);
        return;
      case "limits": {
        const limits = { max_current: effect.maxCurrentA, nr_of_phases_available: effect.phases };
        evse.publish("limits", limits);
        context.emit("limits", limits);
        return;
      }
      case "drawDelay":
        mailbox.post({
          kind: "randomDelay",
          order: { kind: "drawn", durationS: context.random.integer(0, effect.maxDurationS - 1) },
        });
        return;
      case "countdown": {
        const countdown = {
          countdown_s: effect.leftS,
          current_limit_after_delay_A: effect.afterA,
          current_limit_during_delay_A: effect.duringA,
          start_time: new Date(clock.wallTimeMs(effect.startedAtMs)).toISOString(),
        };
        randomDelay.publish("countdown", countdown);
        context.emit("random_delay", countdown);
        return;
      }
      case "phasesRefused":
        context.log.error("evse.phases_not_switchable", { wanted: effect.wanted, active: effect.active });
        return;
      case "raise":
        evse.raise({
          type: effect.type,
          severity: effect.severity,
          message: effect.message,
          ...(effect.subType !== undefined && { sub_type: effect.subType }),
          ...(effect.vendorId === undefined ? {} : { vendor_id: effect.vendorId }),
        });
        return;
      case "clear":
        evse.clear(effect.type, effect.subType);
        return;
      case "meterStart":
        billingMeter?.call("start_transaction", { value: effect.request }, (response) =>
          mailbox.post({ kind: "meterStarted", call: effect.call, response }),
        );
        return;
      case "meterStop":
        billingMeter?.call("stop_transaction", { transaction_id: effect.transactionId }, (response) =>
          mailbox.post({ kind: "meterStopped", call: effect.call, response }),
        );
        return;
      case "storeSession": {
        const { call, session } = effect;
        const timestamp = new Date(clock.wallTimeMs()).toISOString();
        const value = session === null ? "" : { ...withReadingTime(session, timestamp), timestamp };
        store?.call("store", { key: storeKey, value }, () => mailbox.post({ kind: "sessionStored", call, timestamp }));
        return;
      }
      case "closedAfterCut":
        context.log.warn("evse.transaction_closed_after_cut", {
          id: effect.id,
          energy_Wh: effect.energyWh,
          reading: effect.reading,
        });
        return;
      case "storeOverdue":
        context.log.error("evse.session_not_stored", {
          id: effect.id,
          consequence: "should the power go, this transaction may be lost or told twice: look at the store's disk",
        });
        return;
      case "loadStore":
        store?.call("load", { key: storeKey }, (value) =>
          store.call("load", { key: latchKey }, (latched) =>
            mailbox.post({
              kind: "storeLoaded",
              session: readStoredSession(value, context.log),
              overVoltage: latched === true,
            }),
          ),
        );
        return;
      case "keepLatch":
        store?.call("store", { key: latchKey, value: effect.latched });
        return;
      case "drawSessionId":
        mailbox.post({ kind: "sessionIdDrawn", id: drawSessionId(config.session_id_type, context.random) });
        return;
      case "energyRequest":
        publishEnergyRequest(true);
        return;
      case "reply":
        replies.get(effect.call)?.(effect.result);
        replies.delete(effect.call);
        return;
      case "protocol":
        evse.publish("selected_protocol", effect.protocol);
        return;
      case "waitingForExternalReady":
        evse.publish("waiting_for_external_ready", effect.value);
        return;
      case "readyForCharging":
        evse.publish("evse_id", config.evse_id);
        if (options.highLevel === null) evse.publish("supported_energy_transfer_modes", basicModes(context));
        evse.publish("ready", true);
        if (options.dc !== null) dcSide.ready();
        context.emit("ready", { ready: true });
        askEnergyLater();
        return;
      case "hlcCommand":
      case "slacCommand":
        highLevel.perform(effect);
        return;
      case "noCommonPower":
        context.log.error("evse.dc_no_common_power", { ...effect.mode });
        return;
      case "providedToken":
        tokenProvider.publish("provided_token", effect.token);
        return;
      case "vehicleInfo":
        evse.publish("ev_info", effect.info);
        return;
      case "carManufacturer":
        evse.publish("car_manufacturer", effect.manufacturer);
        return;
      case "transferModes":
        evse.publish("supported_energy_transfer_modes", [...effect.modes]);
        return;
      case "sessionFailed":
        evse.publish("hlc_session_failed", { uuid: effect.uuid, reason: effect.reason });
        return;
      case "supply":
      case "isolationMonitor":
      case "selfTest":
      case "overVoltageMonitor":
      case "overVoltageLimits":
      case "refusedTarget":
      case "refusedDischarge":
        dcSide.perform(effect);
        return;
    }
  }

  return {
    ready: () => mailbox.post({ kind: "ready" }),
    waitsFor: () => startUpWords[mailbox.state.startUp.phase],
    conditions: () => chargingConditions(mailbox.state, options, clock.nowMs()),
    stop: (final) => mailbox.post({ kind: "stop", final }),
  };
};

/** A reading that stands for a meter without one carries the time of the event. */
function withReadingTime<T extends SessionEvent | StoredSession>(told: T, timestamp: string): T {
  const entries = Object.entries(told).map(([key, value]) => {
    const isPayload = typeof value === "object" && value !== null && "meter_value" in value;
    if (!isPayload || value.meter_value.timestamp !== "") return [key, value];
    return [key, { ...value, meter_value: { ...value.meter_value, timestamp } }];
  });
  return Object.fromEntries(entries) as T;
}
