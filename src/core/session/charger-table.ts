import type { Draft } from "./charger-draft.ts";
import {
  arm,
  disarm,
  isArmed,
  isFaulted,
  reading,
  say,
  supplyOff,
  to5Percent,
  toF,
  toNominal,
  toX1,
  withdrawPower,
} from "./charger-draft.ts";
import {
  authorize,
  cancelReservation,
  deauthorize,
  finishStored,
  mayAuthorize,
  meterStarted,
  meterStopped,
  startStored,
  stopMeter,
  storeFinishOverdue,
  storeReading,
  storeStartOverdue,
} from "./charger-lifecycle.ts";
import { enforceLimits, expireLimits, overCurrentLasted, watchCurrent } from "./charger-limits.ts";
import { internalError, withdrawAuthorization } from "./charger-specs.ts";
import type { ChargerEventKind, ChargerStateName, DeadlineName, EventOf, Shutdown } from "./charger-state.ts";
import { noBcb } from "./charger-state.ts";
import { decidingEntry, isEnabled, withEntry } from "./enable-table.ts";

export type Cell<K extends ChargerEventKind> = (d: Draft, event: EventOf<K>) => void;
export type Row = { readonly [K in ChargerEventKind]: Cell<K> };

/** The event means nothing here. */
export const ignored = (): void => {};

const reply = (d: Draft, call: number | undefined, result: boolean): void => {
  if (call !== undefined) d.out.push({ kind: "reply", call, result });
};

const refuse: Cell<"reserve"> = (d, event) => reply(d, event.call, false);

const setPaused =
  (value: boolean): Cell<"pause"> & Cell<"resume"> =>
  (d, event) => {
    if (d.s.transactionActive) d.s.paused = value;
    reply(d, event.call, d.s.transactionActive);
  };

const stopTransaction: Cell<"stopTransaction"> = (d, event) => {
  if (d.s.transactionActive && !d.s.cancelled) {
    if (d.s.hlcActive && event.reason === "EmergencyStop") {
      d.out.push({ kind: "hlc", name: "error_emergency_shutdown" });
      if (d.options.chargeMode === "DC") {
        toX1(d);
        supplyOff(d);
        withdrawPower(d);
      }
    }
    if (d.s.hlcActive && event.reason === "PowerLoss") d.out.push({ kind: "hlc", name: "error_utility_interrupt" });
    d.s.cancelled = true;
    d.s.stopReason = event.reason;
    d.s.stopToken = event.idTag ?? null;
    deauthorize(d);
  }
  reply(d, event.call, d.s.transactionActive);
};

const forceUnlock: Cell<"forceUnlock"> = (d, event) => {
  if (d.options.hasLock) {
    stopTransaction(d, { kind: "stopTransaction", reason: "UnlockCommand" });
    d.out.push({ kind: "forceUnlock" });
  }
  reply(d, event.call, d.options.hasLock);
};

/** EvseManager facts, section 2.11, without the defect that any call at all ends a Disabled state. */
const enableDisable: Cell<"enableDisable"> = (d, event) => {
  const wasEnabled = isEnabled(decidingEntry(d.s.enableTable));
  d.s.enableTable = withEntry(d.s.enableTable, event.source);
  const winner = decidingEntry(d.s.enableTable);
  const enabled = isEnabled(winner);
  if (event.connectorId !== 0) d.s.connectorEnabled = enabled;
  d.s.lastConnectorId = event.connectorId;
  d.s.lastSource = winner;
  d.s.disableRequested = !enabled || !d.s.connectorEnabled;
  if (enabled && !wasEnabled) {
    say(d, "Enabled", { source: winner, ...(event.connectorId === 0 ? {} : { connector_id: 1 }) });
    // A transaction that is being billed was ended by the disabling; one that is only being stopped goes on.
    if (d.s.stopReason === "EVSEDisabled" && d.s.name !== "Finished") d.s.stopReason = null;
  }
  if (d.s.disableRequested && d.s.transactionActive && d.s.stopReason === null) d.s.stopReason = "EVSEDisabled";
  reply(d, event.call, enabled);
};

const reserve: Cell<"reserve"> = (d, event) => {
  const held = d.s.reservation;
  const refusedNow = isFaulted(d) || d.s.plugged || (held !== null && held >= 0 && held !== event.id);
  if (refusedNow) {
    reply(d, event.call, false);
    return;
  }
  d.s.reservation = event.id < 0 ? -1 : event.id;
  if (held === null) d.out.push({ kind: "session", event: { uuid: "", event: "ReservationStart" } });
  reply(d, event.call, true);
};

/** Remembers what errors ask for; what a state does about it stands in its guards. */
const noteShutdown: Cell<"shutdown"> = (d, event) => {
  const before = d.s.shutdown;
  d.s.shutdown = event.shutdown;
  if (before === "None" && event.shutdown !== "None") cancelReservation(d);
};

/**
 * The moment an error arrives while a vehicle may be charging: docs/faults.md has the table. Basic charging signals F
 * for a moment when current may flow, so that the vehicle knows it is no pause (IEC 61851-1 table A.5); with HLC the
 * vehicle is told in words.
 */
const shutDown: Cell<"shutdown"> = (d, event) => {
  const before = d.s.shutdown;
  noteShutdown(d, event);
  if (event.shutdown === before) return;
  if (event.shutdown === "None") {
    if (d.s.hlcActive) d.out.push({ kind: "hlc", name: "error_over" });
    return;
  }
  if (d.s.hlcActive) {
    if (event.shutdown === "Emergency") toX1(d);
    // What was an emergency is not told to be less: the vehicle has acted on it.
    if (event.shutdown === "Emergency") d.out.push({ kind: "hlc", name: "error_emergency_shutdown" });
    else if (before === "None") d.out.push({ kind: "hlc", name: "error_malfunction" });
  } else if (mayCurrentFlow(d, before) && d.options.stateFAfterFaultMs > 0) {
    toF(d);
    arm(d, "stateF", d.options.stateFAfterFaultMs);
  } else if (!isArmed(d, "stateF")) {
    toX1(d);
  }
  supplyOff(d);
  withdrawPower(d);
};

const mayCurrentFlow = (d: Draft, before: Shutdown): boolean =>
  before === "None" && d.s.iecAllow && d.s.output.mode === "nominal";

/** Without a session the pilot itself says that there is nothing to be had. */
const showFault: Cell<"shutdown"> = (d, event) => {
  noteShutdown(d, event);
  if (isFaulted(d)) toF(d);
  else toX1(d);
};

const stoppedAnyway: Cell<"shutdown"> = (d, event) => {
  noteShutdown(d, event);
  withdrawPower(d);
};

/** A meter that runs backwards within a transaction does not take back what was already measured. */
const noteReading: Cell<"powermeter"> = (d, event) => {
  const known = d.s.meter?.energy_Wh_import.total ?? Number.NEGATIVE_INFINITY;
  if (!d.s.transactionActive || event.value.energy_Wh_import.total >= known) d.s.meter = event.value;
  d.s.meterAtMs = d.nowMs;
  storeReading(d);
};

const watchedReading: Cell<"powermeter"> = (d, event) => {
  noteReading(d, event);
  if (d.options.chargeMode === "AC") watchCurrent(d, event.value);
};

const finalReading: Cell<"powermeter"> = (d, event) => {
  noteReading(d, event);
  if (isArmed(d, "finalReading") && d.s.contactorReleased) stopMeter(d);
};

/** The vehicle does not ask for power any more: a direct-current supply goes off in this turn, whatever the session does. */
const asksNoMore = (d: Draft): void => {
  d.s.iecAllow = false;
  // With DC the next closing waits for the next cable check: the supply may still be discharging.
  if (d.options.chargeMode === "DC") d.s.hlcAllow = false;
  supplyOff(d);
};

const bcbPulse: Cell<"CarRequestedPower"> = (d) => {
  d.s.iecAllow = true;
  if (!d.s.hlcActive || d.s.output.mode !== "X1") return;
  if (d.s.bcb.startedMs === null) {
    d.s.bcb = { startedMs: d.nowMs, pulseMs: d.nowMs, valid: 0 };
    arm(d, "bcb", d.timing.bcbWindowMs);
  } else {
    d.s.bcb = { ...d.s.bcb, pulseMs: d.nowMs };
  }
};

const bcbPulseEnd: Cell<"CarRequestedStopPower"> = (d) => {
  asksNoMore(d);
  const { pulseMs } = d.s.bcb;
  if (pulseMs === null) return;
  const lengthMs = d.nowMs - pulseMs;
  const isValid = lengthMs > d.timing.bcbPulseMinMs && lengthMs < d.timing.bcbPulseMaxMs;
  d.s.bcb = { ...d.s.bcb, pulseMs: null, valid: d.s.bcb.valid + (isValid ? 1 : 0) };
  if (d.s.bcb.valid >= 3) d.s.bcbDetected = true;
};

/** With 5 % nothing but the stack's word closes the contactor of AC, and without it the contactor opens ([V2G2-862]). */
const takePermission = (d: Draft): void => {
  d.s.hlcAllow = false;
  if (d.s.use5Percent && !d.s.contactorReleased && d.options.chargeMode === "AC") withdrawPower(d);
};

/** SLAC gave up: the vehicle is brought to look again through F. ISO 15118-3; EvseManager facts, section 2.4. */
const errorRoutine: Cell<"requestErrorRoutine"> = (d) => {
  d.s.hlcAllow = false;
  d.out.push({ kind: "slac", name: "reset" });
  supplyOff(d);
  withdrawPower(d);
  d.s.stepReturn = d.s.name;
  d.s.stepReturnOutput = d.s.use5Percent ? "fivePercent" : "X1";
  goTo(d, "T_step_EF");
};

const dlinkEnded =
  (how: "Pause" | "Terminate"): Cell<"dlinkPause"> & Cell<"dlinkTerminate"> =>
  (d) => {
    d.s.hlcAllow = false;
    d.s.dlinkEnded = how;
    toX1(d);
    d.out.push({ kind: "slac", name: how === "Pause" ? "dlink_pause" : "dlink_terminate" });
  };

/** Where the 5 % stay up, the vehicle that hung up is offered a link anew. */
const dlinkEndedForNow: Cell<"dlinkTerminate"> = (d, event) => {
  dlinkEnded("Terminate")(d, event);
  if (d.s.use5Percent || d.options.chargeMode === "DC") d.out.push({ kind: "slac", name: "enter_bcd" });
};

const dlinkFailed: Cell<"dlinkError"> = (d) => {
  d.s.hlcAllow = false;
  d.out.push({ kind: "slac", name: "dlink_error" });
  if (d.s.name === "StoppingCharging" && d.s.transactionActive && d.s.authorized && !d.s.disableRequested) {
    reinitialise(d);
    return;
  }
  toX1(d);
  supplyOff(d);
  withdrawPower(d);
};

/** In these the vehicle has been told to stop. */
const stopWasAsked: { readonly [N in ChargerStateName]?: true } = {
  ChargingPausedEV: true,
  ChargingPausedEVSE: true,
  StoppingCharging: true,
};

const reinitialise = (d: Draft): void => {
  if (d.s.output.mode !== "fivePercent") return;
  if (isFaulted(d)) {
    // Nothing is on offer: the session waits for the error's end, and the vehicle is found anew then.
    toX1(d);
    return;
  }
  if (stopWasAsked[d.s.name] === true) d.out.push({ kind: "hlc", name: "go_on" });
  withdrawPower(d);
  supplyOff(d);
  d.s.stepReturn = "T_step_EF";
  d.s.stepReturnOutput = "fivePercent";
  goTo(d, "T_step_X1");
};

const dlinkRetry: Cell<"dlinkError"> = (d) => {
  d.s.hlcAllow = false;
  d.out.push({ kind: "slac", name: "dlink_error" });
  reinitialise(d);
};

/** Asks the machine to enter a state at the end of this event. */
function goTo(d: Draft, name: ChargerStateName): void {
  d.s.requestedState = name;
}

/** What an event does wherever nothing else is said. */
const anywhere: Row = {
  start: ignored,
  CarPluggedIn: (d) => {
    d.s.plugged = true;
  },
  CarRequestedPower: (d) => {
    d.s.iecAllow = true;
  },
  CarRequestedStopPower: asksNoMore,
  CarUnplugged: (d) => {
    asksNoMore(d);
    d.s.plugged = false;
    d.s.pilotInEOrF = false;
    d.s.vehicleLeft = true;
  },
  EFtoBCD: (d) => {
    d.s.pilotInEOrF = false;
  },
  // The pilot has opened the contactor and dropped the grant: a vehicle back from E or F asks anew.
  BCDtoEF: (d) => {
    asksNoMore(d);
    d.s.pilotInEOrF = true;
  },
  BCDtoE: asksNoMore,
  PilotStopped: (d) => {
    d.s.output = { mode: "X1" };
  },
  ContactorEngaged: (d) => {
    d.s.contactorReleased = false;
  },
  ContactorReleased: (d) => {
    d.s.contactorReleased = true;
    d.s.releasedAtMs = d.nowMs;
  },
  authorize: ignored,
  withdrawAuthorization: ignored,
  stopTransaction,
  pause: setPaused(true),
  resume: setPaused(false),
  reserve: refuse,
  cancelReservation,
  enableDisable,
  forceUnlock,
  enforceLimits: (d, event) => enforceLimits(d, event.limits, event.validForMs, event.dischargeA),
  capabilities: (d, event) => {
    const { max_phase_count_import: max, min_phase_count_import: min } = event.capabilities;
    d.s.capabilities = event.capabilities;
    if (d.s.activePhases === 0) d.s.activePhases = max;
    else if (d.s.activePhases > max) d.s.activePhases = min;
    // A board that derates counts from now on, not from the next limit.
    d.s.limitA = Math.min(d.s.limitA, event.capabilities.max_current_A_import);
  },
  proximity: (d, event) => {
    d.s.ampacity = event.ampacity;
  },
  phasesAvailable: (d, event) => {
    d.s.phasesAvailable = event.count;
  },
  powermeter: noteReading,
  shutdown: shutDown,
  meterStarted: (d, event) => meterStarted(d, event.call, event.response),
  meterStopped: ignored,
  sessionStored: ignored,
  sessionIdDrawn: (d, event) => {
    d.s.nextSessionId = event.id;
  },
  slacState: (d, event) => {
    const isLost = d.s.slac === "MATCHED" && event.state === "UNMATCHED";
    d.s.slac = event.state;
    const isThere = d.s.plugged && !d.s.vehicleLeft;
    if (!isLost || !isThere || !d.s.hlcActive || !d.s.use5Percent || d.s.dlinkEnded !== null) return;
    d.s.dlinkEnded = "Lost";
    supplyOff(d);
    takePermission(d);
  },
  v2gSetupFinished: (d) => {
    d.s.v2gSetupFinished = true;
    d.s.hlcActive = true;
  },
  hlcAllowPower: (d, event) => {
    if (event.value) d.s.hlcAllow = true;
    else takePermission(d);
  },
  currentDemandStarted: ignored,
  requestErrorRoutine: ignored,
  dlinkPause: dlinkEnded("Pause"),
  dlinkTerminate: dlinkEnded("Terminate"),
  dlinkError: dlinkRetry,
  deadlineReached: (d) => reachDeadlines(d),
};

const acceptToken: Cell<"authorize"> = (d, event) => {
  if (!mayAuthorize(d)) return;
  // A place kept for anybody with a reservation (-1) becomes the place of the one who has come.
  const held = d.s.reservation ?? -1;
  if (event.reservationId !== undefined && held < 0) d.s.reservation = event.reservationId;
  authorize(d, event.token);
};

const takeBackToken: Cell<"withdrawAuthorization"> = (d) => {
  if (d.s.transactionActive) return;
  if (d.s.authorized) cancelReservation(d);
  if (d.s.session !== null) withdrawAuthorization(d);
};

/** The vehicle is brought to look again, before or after its user was identified. */
const helperStep: Row = {
  ...anywhere,
  authorize: acceptToken,
  withdrawAuthorization: (d) => {
    if (d.s.transactionActive || !d.s.authorized) return;
    cancelReservation(d);
    say(d, "Deauthorized", { authorization_event: reading(d) });
    deauthorize(d);
  },
};

/** State by state, event by event: a missing one does not compile. */
export const chargerTable: Record<ChargerStateName, Row> = {
  Disabled: {
    ...anywhere,
    CarRequestedPower: ignored,
    shutdown: noteShutdown,
    v2gSetupFinished: ignored,
    hlcAllowPower: ignored,
    dlinkPause: ignored,
    dlinkTerminate: ignored,
    dlinkError: ignored,
  },
  Idle: {
    ...anywhere,
    start: (d) => {
      if (d.s.started) return;
      d.s.started = true;
      d.out.push({ kind: "enableBoard", value: true });
      // A station that was disabled before it began tells so itself, on entering that state.
      if (!d.s.disableRequested) say(d, "Enabled", { source: d.s.lastSource });
    },
    ContactorReleased: (d, event) => {
      const isLate = !d.s.contactorReleased;
      anywhere.ContactorReleased(d, event);
      if (isLate) d.out.push({ kind: "clear", type: internalError });
    },
    CarRequestedPower: ignored,
    CarUnplugged: (d) => {
      d.s.plugged = false;
      d.s.pilotInEOrF = false;
    },
    authorize: (d, event) => {
      if (!isFaulted(d)) acceptToken(d, event);
    },
    withdrawAuthorization: takeBackToken,
    reserve,
    shutdown: showFault,
    v2gSetupFinished: ignored,
    hlcAllowPower: ignored,
    dlinkPause: ignored,
    dlinkTerminate: ignored,
    dlinkError: ignored,
  },
  WaitingForAuthentication: {
    ...anywhere,
    authorize: acceptToken,
    withdrawAuthorization: takeBackToken,
    shutdown: stoppedAnyway,
    sessionStored: (d, event) => startStored(d, event.call),
    requestErrorRoutine: errorRoutine,
  },
  PrepareCharging: {
    ...anywhere,
    // No cable check has permitted a closing: whatever the high level tells, nothing closes into a battery's voltage.
    currentDemandStarted: (d) => {
      if (d.options.chargeMode === "DC" && d.s.hlcAllow) goTo(d, "Charging");
    },
    requestErrorRoutine: errorRoutine,
    dlinkTerminate: dlinkEndedForNow,
  },
  Charging: {
    ...anywhere,
    ContactorReleased: (d, event) => {
      anywhere.ContactorReleased(d, event);
      // Opened below, under load for want of PWM: what is on offer has to be built up anew.
      goTo(d, "StoppingCharging");
    },
    powermeter: watchedReading,
  },
  ChargingPausedEV: {
    ...anywhere,
    CarRequestedPower: bcbPulse,
    CarRequestedStopPower: bcbPulseEnd,
    powermeter: watchedReading,
  },
  ChargingPausedEVSE: anywhere,
  StoppingCharging: {
    ...anywhere,
    CarRequestedPower: bcbPulse,
    CarRequestedStopPower: bcbPulseEnd,
    dlinkError: dlinkFailed,
  },
  Finished: {
    ...anywhere,
    powermeter: finalReading,
    meterStopped: (d, event) => meterStopped(d, event.call, event.response),
    sessionStored: (d, event) => finishStored(d, event.call, event.timestamp),
    v2gSetupFinished: ignored,
    hlcAllowPower: ignored,
    dlinkError: dlinkFailed,
  },
  T_step_EF: helperStep,
  T_step_X1: helperStep,
  SwitchPhases: anywhere,
};

/** What each deadline means once it has passed. Those without a line here only have to be gone: a guard waits for that. */
export const onDeadline: { readonly [D in DeadlineName]?: (d: Draft) => void } = {
  limits: expireLimits,
  wakeUp: (d) => {
    d.s.wokenUp = true;
    d.s.stepReturn = "PrepareCharging";
    d.s.stepReturnOutput = d.s.use5Percent ? "fivePercent" : "nominal";
    goTo(d, "T_step_EF");
  },
  pausedByEv: (d) => {
    // Enforced, and yet the vehicle has not said a word: it gets a nominal offer in the end.
    if (d.s.use5Percent && !d.s.v2gSetupFinished) d.s.use5Percent = false;
    else goTo(d, "ChargingPausedEV");
  },
  overCurrent: overCurrentLasted,
  stateF: (d) => {
    if (d.s.output.mode === "F") toX1(d);
  },
  stopping: (d) => {
    if (!d.s.stopForced) {
      d.s.stopForced = true;
      supplyOff(d);
      withdrawPower(d);
      arm(d, "stopping", d.timing.stoppingForcedMs);
    } else if (!d.s.contactorReleased) {
      d.out.push({
        kind: "raise",
        type: internalError,
        severity: "High",
        message: "the contactor was not confirmed open",
      });
    }
  },
  stepEf: (d) => {
    toX1(d);
    arm(d, "stepEfX1", d.timing.x1AfterTStepEfMs);
  },
  finalReading: stopMeter,
  meterStart: (d) => {
    if (d.s.meterCall !== null) meterStarted(d, d.s.meterCall);
  },
  meterStop: (d) => {
    if (d.s.meterCall !== null) meterStopped(d, d.s.meterCall);
  },
  storeStart: storeStartOverdue,
  storeFinish: storeFinishOverdue,
  fivePercent: (d) => {
    if (d.s.plugged) to5Percent(d);
  },
  fallback: (d) => {
    d.s.use5Percent = false;
    d.s.stepReturn = "PrepareCharging";
    d.s.stepReturnOutput = "nominal";
    goTo(d, d.s.plugAndCharge ? "T_step_EF" : "T_step_X1");
  },
  noEnergy: (d) => goTo(d, "StoppingCharging"),
  dcEnergy: (d) => {
    d.out.push({ kind: "hlc", name: "no_energy" });
  },
  bcb: (d) => {
    // Without a single valid pulse it was no toggle, however long it lasted.
    if (d.s.bcb.valid > 0) d.s.bcbDetected = true;
    d.s.bcb = noBcb;
  },
  pwmUpdate: (d) => toNominal(d, false),
};

function reachDeadlines(d: Draft): void {
  for (const [name, atMs] of Object.entries(d.s.deadlines) as [DeadlineName, number][]) {
    if (d.nowMs < atMs) continue;
    disarm(d, name);
    onDeadline[name]?.(d);
  }
}
