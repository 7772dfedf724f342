import { overVoltageFault } from "../dc/dc-power.ts";
import { createDcSessionMachine } from "../dc/dc-session.ts";
import type { DcSessionEvent } from "../dc/dc-session-state.ts";
import { dischargeWay } from "../dc/discharge.ts";
import type { LimitsRes } from "../energy/flow.ts";
import type { ActiveFault, FaultIdentity } from "../faults/inoperative.ts";
import { describeInoperative, fatalFaults, isSameFault, shutdownFor } from "../faults/inoperative.ts";
import type { HighLevelEvent } from "../hlc/high-level.ts";
import { highLevelDeadlineMs, isHeard, stepHighLevel } from "../hlc/high-level.ts";
import type { CarEvent, PilotEvent } from "../iec61851/control-pilot.ts";
import { controlPilotMachine } from "../iec61851/control-pilot.ts";
import type { Machine } from "../machine.ts";
import type { MeterTransactionResponse } from "../powermeter.ts";
import type { Timing } from "../timing.ts";
import { timing as houseTiming } from "../timing.ts";
import { chargerMachine } from "./charger.ts";
import { fedBackA, isSwitchRefused, wantedOf } from "./charger-limits.ts";
import type { ChargerEffect, ChargerEvent, ChargerStateName } from "./charger-state.ts";
import type { EvseEffect, EvseEvent, EvseOptions, EvseState, OuterChargerEvent, StartUpPhase } from "./evse-state.ts";
import type { Draft } from "./evse-turn.ts";
import { arrange } from "./evse-turn.ts";
import type { RandomDelayEvent } from "./random-delay.ts";
import { isProtective, randomDelayMachine } from "./random-delay.ts";
import type { StoredSession, TransactionFinished } from "./stored-session.ts";
import { closingReading } from "./stored-session.ts";

/** Where a change of the limits changes what flows, or is about to. Energy facts, section 6. */
const isDelayed: Record<ChargerStateName, boolean> = {
  Disabled: false,
  Idle: false,
  WaitingForAuthentication: true,
  PrepareCharging: true,
  Charging: true,
  ChargingPausedEV: false,
  ChargingPausedEVSE: false,
  StoppingCharging: false,
  Finished: false,
  T_step_EF: false,
  T_step_X1: false,
  SwitchPhases: false,
};

/** Answers to this call number are for the clean-up at start. */
const startUpCall = 0;

/**
 * One EVSE: the control pilot, the charger and the errors that bear on both, in one step. What it wants of the hardware
 * is carried out before anything is told, and what takes power away before anything that gives it.
 */
export function evseMachine(
  options: EvseOptions,
  timing: Timing = houseTiming,
): Machine<EvseState, EvseEvent, EvseEffect> {
  const pilot = controlPilotMachine(options.pilot, timing);
  const charger = chargerMachine(options.charger, timing);
  const delay = randomDelayMachine(options.randomDelay, timing);
  const dc = options.dc && createDcSessionMachine(options.dc, timing);
  const { failOnPowermeterErrors } = options.charger;

  function toDc(d: Draft, event: DcSessionEvent): void {
    if (dc === null || d.s.dc === null) return;
    const wasLatched = d.s.dc.latched;
    const { state, effects } = dc.step(d.s.dc, event, d.nowMs);
    d.s.dc = state;
    // Shown before the store told of the over-voltage: behind F nobody would see the plug being pulled.
    if (state.latched && !wasLatched && d.s.charger.output.mode === "F") toPilot(d, { kind: "setX1" });
    for (const effect of effects) {
      if (effect.kind === "allowClose") toCharger(d, { kind: "hlcAllowPower", value: true });
      else if (effect.kind === "raise") raiseOwn(d, effect);
      else if (effect.kind === "clear") clearOwn(d, effect);
      else if (effect.kind === "hlcCommand") toHighLevel(d, { type: "passedOn", command: effect.command });
      else d.out.push(effect);
    }
  }

  /** `event` null: what it follows may have changed. */
  function toHighLevel(d: Draft, event: HighLevelEvent | null): void {
    if (options.highLevel === null || d.s.highLevel === null) return;
    const { state, effects } = stepHighLevel(d.s.highLevel, event, d.s, options.highLevel, d.nowMs);
    d.s.highLevel = state;
    for (const effect of effects) {
      if (effect.kind === "dcTarget") {
        const { target, repeated = false } = effect;
        toDc(d, { type: "targetTold", ...target, repeated });
      } else d.out.push(effect);
    }
  }

  function raiseOwn(d: Draft, effect: Extract<EvseEffect, { kind: "raise" }>): void {
    d.out.push(effect);
    addFault(d, {
      source: "evse_manager",
      type: effect.type,
      sub_type: effect.subType ?? "",
      severity: effect.severity,
      description: effect.message,
      vendor_id: "EVerest",
    });
  }

  /** Whatever its sub type. */
  function clearOwn(d: Draft, effect: Extract<EvseEffect, { kind: "clear" }>): void {
    for (const fault of d.s.faults) {
      if (fault.source !== "evse_manager" || fault.type !== effect.type) continue;
      removeFault(d, fault);
      d.out.push({ ...effect, ...(fault.sub_type !== "" && { subType: fault.sub_type }) });
    }
  }

  function toPilot(d: Draft, event: PilotEvent): void {
    const before = d.s.pilot.pilot;
    const { state, effects } = pilot.step(d.s.pilot, event, d.nowMs);
    d.s.pilot = state;
    if (state.pilot !== before) {
      d.out.push({ kind: "cp", from: before, to: state.pilot });
      if (state.pilot === "A") toDc(d, { type: "vehicleLeft" });
    }
    const told: CarEvent[] = [];
    // Once stopped, the charger hears of nothing that could make it offer power again, and the lock stays as it is.
    const stopped = d.s.startUp.phase === "stopped";
    for (const effect of effects) {
      if (stopped && (effect.kind === "car" || effect.kind === "lock")) continue;
      if (effect.kind === "car") told.push(effect.event);
      else if (effect.kind !== "lock" || options.charger.hasLock) d.out.push(effect);
    }
    for (const event of told) {
      toHighLevel(d, { type: "car", event });
      toCharger(d, { kind: event });
    }
    if (before === "Disabled" && d.s.charger.plugged) toDc(d, { type: "vehicleFound" });
    // Without a session there is no end of one that would take the error with it.
    if (state.pilot === "A" && before !== "A" && d.s.charger.name === "Idle") {
      clearOwn(d, { kind: "clear", type: overVoltageFault });
    }
  }

  function toCharger(d: Draft, event: ChargerEvent): void {
    if (d.unheard.push(event) > 1) return;
    for (let next = d.unheard[0]; next !== undefined; next = d.unheard[0]) {
      const { state, effects } = charger.step(d.s.charger, next, d.nowMs);
      const before = d.s.charger.name;
      d.s.charger = state;
      for (const effect of effects) carry(d, effect);
      const charges = isDelayed[state.name];
      if (charges !== isDelayed[before]) toDelay(d, { kind: "vehicle", charges });
      d.unheard.shift();
    }
  }

  function toDelay(d: Draft, event: RandomDelayEvent): void {
    const { state, effects } = delay.step(d.s.delay, event, d.nowMs);
    d.s.delay = state;
    for (const effect of effects) {
      if (effect.kind === "enforce") enforce(d, effect.limits, effect.validForMs);
      else d.out.push(effect);
    }
  }

  function enforce(d: Draft, limits: LimitsRes, validForMs: number): void {
    const backA = d.s.dc === null ? 0 : fedBackA(d.s.charger, options.charger, limits);
    const mayDischarge = d.s.dc !== null && options.dc !== null && dischargeWay(d.s.dc, options.dc) !== null;
    const dischargeA = mayDischarge ? backA : 0;
    toCharger(d, { kind: "enforceLimits", limits, validForMs, ...(dischargeA > 0 && { dischargeA }) });
    const { limitA, activePhases } = d.s.charger;
    const wattsPerAmpere = activePhases * options.charger.acNominalVoltageV;
    if (backA > 0) {
      const byPowerW = Math.abs(limits.total_power_W?.value ?? Number.POSITIVE_INFINITY);
      const maxW = Math.min(byPowerW, backA * wattsPerAmpere);
      toDc(d, { type: "limitsEnforced", maxA: backA, maxW, discharges: true, validForMs });
      return;
    }
    // A limit in ampere alone stands at the grid side: what it comes to in watt is what the supply may take.
    const inWatt = limits.total_power_W?.value ?? limitA * wattsPerAmpere;
    toDc(d, { type: "limitsEnforced", maxA: limitA, maxW: Math.max(0, inWatt), discharges: false, validForMs });
  }

  function tellRefusedPhases(d: Draft, wanted: number | undefined): void {
    const refused = wanted !== undefined && isSwitchRefused(d.s.charger, wanted) ? wanted : null;
    if (refused === d.s.refusedPhases) return;
    d.s.refusedPhases = refused;
    if (refused !== null) d.out.push({ kind: "phasesRefused", wanted: refused, active: d.s.charger.activePhases });
  }

  function carry(d: Draft, effect: ChargerEffect): void {
    switch (effect.kind) {
      case "setF":
        // Behind F nobody sees the plug being pulled that an over-voltage waits for.
        toPilot(d, d.s.dc?.latched === true ? { kind: "setX1" } : effect);
        return;
      case "setPwm":
      case "setX1":
      case "allowPower":
      case "setAuthorized":
      case "forceUnlock":
        toPilot(d, effect);
        return;
      case "enableBoard":
        toPilot(d, { kind: "enable", value: effect.value });
        return;
      case "raise":
        raiseOwn(d, effect);
        return;
      case "clear":
        clearOwn(d, effect);
        return;
      case "supplyOff":
        toDc(d, { type: "shutDown" });
        return;
      case "hlc":
        toHighLevel(d, { type: "order", name: effect.name });
        return;
      case "slac": {
        if (options.highLevel === null) return;
        const { name } = effect;
        const command = name === "reset" ? ({ name, enable: false } as const) : { name };
        d.out.push({ kind: "slacCommand", command });
        return;
      }
      case "state":
        d.out.push(effect);
        if (effect.to === "StoppingCharging") toDc(d, { type: "stopAsked" });
        if (effect.to === "PrepareCharging") toDc(d, { type: "preparing", value: true });
        else if (effect.from === "PrepareCharging") toDc(d, { type: "preparing", value: false });
        return;
      default:
        d.out.push(effect);
    }
  }

  function addFault(d: Draft, fault: ActiveFault): void {
    if (d.s.faults.some((other) => isSameFault(other, fault))) return;
    d.s.faults = [...d.s.faults, fault];
    weighFaults(d);
  }

  function removeFault(d: Draft, fault: FaultIdentity): void {
    d.s.faults = d.s.faults.filter((other) => !isSameFault(other, fault));
    weighFaults(d);
  }

  function weighFaults(d: Draft): void {
    const fatal = fatalFaults(d.s.faults, failOnPowermeterErrors);
    const shutdown = shutdownFor(fatal);
    const told = d.unheard.findLast((event) => event.kind === "shutdown")?.shutdown ?? d.s.charger.shutdown;
    if (shutdown !== told) toCharger(d, { kind: "shutdown", shutdown });
    const causes = fatal.length === 0 ? null : [...new Set(fatal.map((f) => `${f.type} ${f.sub_type}`))].sort().join();
    if (causes === d.s.inoperative) return;
    if (d.s.inoperative !== null) d.out.push({ kind: "clear", type: "evse_manager/Inoperative" });
    d.s.inoperative = causes;
    if (causes === null) return;
    const { message, description, vendorId } = describeInoperative(fatal, options.inoperativeUsesVendorId);
    d.out.push({
      kind: "raise",
      type: "evse_manager/Inoperative",
      severity: "High",
      message: description === "" ? message : `${message}: ${description}`,
      vendorId,
    });
  }

  function startUp(d: Draft, phase: StartUpPhase, waitMs: number | null): void {
    d.s.startUp = { ...d.s.startUp, phase, deadlineMs: waitMs === null ? null : d.nowMs + waitMs };
  }

  function askStore(d: Draft): void {
    if (!options.charger.hasStore) {
      closeOpenTransactions(d, null);
      return;
    }
    startUp(d, "store", timing.storeLoadMs);
    d.out.push({ kind: "loadStore" });
  }

  /** A session that was open when the power went is closed, never resumed. EvseManager facts, section 2.13. */
  function closeOpenTransactions(d: Draft, session: StoredSession | null): void {
    d.s.startUp = { ...d.s.startUp, session };
    if (session !== null) {
      d.out.push({ kind: "session", event: { uuid: session.id, event: "SessionResumed" } });
    }
    // Its bill was written, and perhaps told: the same again cannot be taken for another one.
    if (session?.finished !== undefined) tellResumed(d, session.finished, session.timestamp);
    if (!options.charger.hasMeter) {
      storeResumed(d, undefined);
      return;
    }
    startUp(d, "meterStop", timing.meterTransactionMs);
    d.out.push({ kind: "meterStop", call: startUpCall, transactionId: d.s.startUp.session?.id ?? "" });
  }

  /** Written before it is told, as every bill: the power may go again. */
  function storeResumed(d: Draft, response: MeterTransactionResponse | undefined): void {
    const { session } = d.s.startUp;
    if (session === null) {
      goOn(d);
      return;
    }
    const startSigned = response?.start_signed_meter_value ?? session.start_signed_meter_value;
    const closing = closingReading(session, d.s.charger.meter);
    d.out.push({
      kind: "closedAfterCut",
      id: session.id,
      energyWh:
        closing === null || session.readings === undefined
          ? null
          : closing.energy_Wh_import.total - session.readings.start.energy_Wh_import.total,
      reading: closing === null ? "none" : closing === d.s.charger.meter ? "meter" : "stored",
    });
    const finished: TransactionFinished = {
      meter_value: closing ?? { timestamp: "", energy_Wh_import: { total: 0 } },
      reason: "PowerLoss",
      ...(response?.signed_meter_value === undefined ? {} : { signed_meter_value: response.signed_meter_value }),
      ...(startSigned === undefined ? {} : { start_signed_meter_value: startSigned }),
    };
    startUp(d, "storeBill", timing.storeSessionMs);
    d.s.startUp = { ...d.s.startUp, session: { id: session.id, finished } };
    d.out.push({ kind: "storeSession", call: startUpCall, session: d.s.startUp.session });
  }

  function finishResumed(d: Draft, timestamp: string | undefined): void {
    const finished = d.s.startUp.session?.finished;
    if (finished !== undefined) tellResumed(d, finished, timestamp);
    goOn(d);
  }

  function tellResumed(d: Draft, finished: TransactionFinished, timestamp: string | undefined): void {
    d.out.push({
      kind: "session",
      event: {
        uuid: d.s.startUp.session?.id ?? "",
        event: "TransactionFinished",
        ...(timestamp === undefined ? {} : { timestamp }),
        transaction_finished: finished,
      },
    });
    d.out.push({ kind: "storeSession", call: startUpCall, session: null });
    d.s.startUp = { ...d.s.startUp, session: null };
  }

  function goOn(d: Draft): void {
    if (options.waitsForExternalReady) {
      startUp(d, "externalReady", null);
      d.out.push({ kind: "waitingForExternalReady", value: true });
      return;
    }
    run(d);
  }

  function run(d: Draft): void {
    startUp(d, "running", null);
    toDelay(d, { kind: "started" });
    toCharger(d, { kind: "start" });
    d.out.push({ kind: "readyForCharging" });
    toHighLevel(d, { type: "started" });
    d.out.push({ kind: "energyRequest" });
  }

  const onEvent: { [K in EvseEvent["kind"]]?: (d: Draft, event: Extract<EvseEvent, { kind: K }>) => void } = {
    bsp(d, { event }) {
      if (event === "PowerOn" || event === "PowerOff") {
        const on = event === "PowerOn";
        if (on !== d.s.reported.fedBack) {
          d.s.reported = { ...d.s.reported, fedBack: on };
          d.out.push({ kind: "contactorState", closed: on });
          toHighLevel(d, { type: "contactor", closed: on });
        }
        toDc(d, { type: "relaysChanged", closed: on });
        // A board that has opened by itself must not close by itself again: the battery stands on the other side.
        const openedItself = !on && d.s.dc !== null && d.s.pilot.commandedClosed;
        toPilot(d, { kind: "relay", on });
        if (!openedItself) return;
        toPilot(d, { kind: "allowPower", value: false, reason: "PowerOff" });
        const message = "The contactor has opened by itself";
        raiseOwn(d, {
          kind: "raise",
          type: "evse_manager/Internal",
          subType: "ContactorOpened",
          severity: "High",
          message,
        });
      } else {
        toPilot(d, { kind: "pilot", letter: event === "Disconnected" ? "Disabled" : event });
      }
    },
    enforceLimits(d, { limits, validForMs, limitedBy = "" }) {
      // Before the board has told its phases, nobody knows what limits mean.
      if (d.s.charger.activePhases === 0 || !(validForMs > 0)) return;
      tellRefusedPhases(d, limits.ac_max_phase_count?.value);
      const { currentA, source } = wantedOf(d.s.charger, options.charger, limits);
      toDelay(d, { kind: "limits", limits, currentA, protects: isProtective(source || limitedBy), validForMs });
    },
    randomDelay: (d, { order }) => toDelay(d, order),
    interlockOpened(d, { reason }) {
      if (d.s.reported.closed === false) return;
      d.s.reported = { ...d.s.reported, closed: false };
      d.out.push({ kind: "contactorCommand", closed: false, reason: `interlock:${reason}` });
    },
    dcDerate(d, { derating }) {
      d.s.dcDerating = derating;
      toDc(d, { type: "deratingSet", derating });
    },
    dc(d, { event }) {
      toDc(d, event);
      if (event.type === "supplyMeasured") toHighLevel(d, { type: "supplyMeasured" });
      if (event.type === "demandStarted") toCharger(d, { kind: "currentDemandStarted" });
    },
    highLevel(d, { event }) {
      toHighLevel(d, event);
      if (d.s.highLevel === null && event.type === "modesAllowed")
        d.out.push({ kind: "reply", call: event.call, result: "NoHlc" });
    },
    authorize(d, event) {
      if (d.s.highLevel !== null && !isHeard(d.s.highLevel, event.token)) return;
      const { certificateStatus } = event;
      toHighLevel(d, { type: "tokenAccepted", ...(certificateStatus !== undefined && { certificateStatus }) });
      toCharger(d, event);
    },
    withdrawAuthorization(d, event) {
      const isAwaited = !d.s.charger.authorized && !d.s.charger.transactionActive;
      toCharger(d, event);
      if (isAwaited) toHighLevel(d, { type: "nobodyCame" });
    },
    faultRaised: (d, { fault }) => {
      if (fault.type === "over_voltage_monitor/MREC5OverVoltage") toDc(d, { type: "overVoltageReported" });
      addFault(d, fault);
    },
    faultCleared: (d, fault) => {
      removeFault(d, fault);
    },
    ready(d) {
      d.out.push({ kind: "drawSessionId" });
      const waits = options.charger.hasMeter && options.initialMeterValueTimeoutMs > 0 && d.s.charger.meter === null;
      if (waits) startUp(d, "firstReading", options.initialMeterValueTimeoutMs);
      else askStore(d);
    },
    powermeter(d, event) {
      toCharger(d, event);
      toHighLevel(d, { type: "metered", value: event.value });
      if (d.s.startUp.phase === "firstReading") askStore(d);
    },
    storeLoaded(d, { session, overVoltage = false }) {
      if (overVoltage) toDc(d, { type: "latchLoaded" });
      if (overVoltage && d.s.charger.plugged) toDc(d, { type: "vehicleFound" });
      if (d.s.startUp.phase === "store") closeOpenTransactions(d, session);
    },
    sessionStored(d, event) {
      if (event.call !== startUpCall) toCharger(d, event);
      else if (d.s.startUp.phase === "storeBill") finishResumed(d, event.timestamp);
    },
    meterStopped(d, event) {
      if (event.call !== startUpCall) toCharger(d, event);
      else if (d.s.startUp.phase === "meterStop") storeResumed(d, event.response);
    },
    externalReady(d, { call }) {
      const waits = d.s.startUp.phase === "externalReady";
      if (waits) {
        d.out.push({ kind: "waitingForExternalReady", value: false });
        run(d);
      }
      if (call !== undefined) d.out.push({ kind: "reply", call, result: options.waitsForExternalReady });
    },
    stop(d, { final }) {
      startUp(d, "stopped", null);
      toPilot(d, { kind: final ? "setF" : "setX1" });
      toDc(d, { type: "shutDown" });
      toPilot(d, { kind: "allowPower", value: false, reason: "PowerOff" });
    },
    deadlineReached(d) {
      const { phase, deadlineMs } = d.s.startUp;
      if (deadlineMs !== null && d.nowMs >= deadlineMs) {
        if (phase === "firstReading") askStore(d);
        else if (phase === "store") closeOpenTransactions(d, null);
        else if (phase === "meterStop") storeResumed(d, undefined);
        else if (phase === "storeBill") {
          d.out.push({ kind: "storeOverdue", id: d.s.startUp.session?.id ?? "" });
          finishResumed(d, undefined);
        }
      }
      toPilot(d, { kind: "deadlineReached" });
      if (phase === "stopped") return;
      toDc(d, { type: "deadlineReached" });
      toCharger(d, { kind: "deadlineReached" });
      toHighLevel(d, { type: "deadlineReached" });
      toDelay(d, { kind: "deadlineReached" });
    },
  };

  return {
    step(state, event, nowMs) {
      // Once stopped, nothing switches on again; only the board is still heard.
      const isHeard = state.startUp.phase !== "stopped" || event.kind === "bsp" || event.kind === "deadlineReached";
      if (!isHeard) return { state, effects: [] };
      const d: Draft = { s: { ...state }, out: [], nowMs, unheard: [] };
      const handle = onEvent[event.kind] as ((d: Draft, event: EvseEvent) => void) | undefined;
      if (handle === undefined) toCharger(d, event as OuterChargerEvent);
      else handle(d, event);
      toHighLevel(d, null);
      return { state: d.s, effects: arrange(d) };
    },
    deadlineMs(state) {
      const deadlines = [
        state.startUp.deadlineMs,
        pilot.deadlineMs(state.pilot),
        state.startUp.phase === "stopped" ? null : charger.deadlineMs(state.charger),
        state.startUp.phase === "stopped" ? null : delay.deadlineMs(state.delay),
        state.startUp.phase === "stopped" || dc === null || state.dc === null ? null : dc.deadlineMs(state.dc),
        state.startUp.phase === "stopped" || state.highLevel === null ? null : highLevelDeadlineMs(state.highLevel),
      ].filter((deadline) => deadline !== null);
      return deadlines.length === 0 ? null : Math.min(...deadlines);
    },
    deadlineReached: { kind: "deadlineReached" },
  };
}
