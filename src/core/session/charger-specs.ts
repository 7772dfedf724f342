import type { Draft } from "./charger-draft.ts";
import {
  arm,
  disarm,
  hasPower,
  isArmed,
  isFaulted,
  isGone,
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
  abandonStart,
  authorize,
  beginTransaction,
  deauthorize,
  endSession,
  finishTransaction,
  freeService,
  startSession,
} from "./charger-lifecycle.ts";
import type { ChargerStateName } from "./charger-state.ts";
import { noBcb } from "./charger-state.ts";
import type { PauseReason } from "./session-event.ts";

/** A condition that ends a state, or that does something and leaves the state (no `to`). The first that holds acts. */
export interface Guard {
  readonly name: string;
  when(d: Draft): boolean;
  do?(d: Draft): void;
  readonly to?: ChargerStateName | ((d: Draft) => ChargerStateName);
}

export interface StateSpec {
  enter(d: Draft): void;
  exit?(d: Draft): void;
  readonly guards: readonly Guard[];
  /** Done at the end of every step that stays in this state. */
  upkeep?(d: Draft): void;
}

const faulted: Guard["when"] = isFaulted;
const gone: Guard["when"] = isGone;
const unauthorized: Guard["when"] = (d) => !d.s.authorized;
const noTransaction: Guard["when"] = (d) => !d.s.transactionActive;
const disableRequested: Guard["when"] = (d) => d.s.disableRequested;
const paused: Guard["when"] = (d) => d.s.paused;

/** The reasons that end the charging part of a session, in the order of EvseManager facts, section 2.3. */
const stop = (name: string, when: Guard["when"]): Guard => ({ name, when, to: "StoppingCharging" });
const stopUnauthorized = stop("deauthorized", unauthorized);
const stopNoTransaction = stop("transaction stopped", noTransaction);
const stopGone = stop("EV unplugged", gone);
const stopDisabled = stop("disable requested", disableRequested);
const stopFaulted = stop("fatal error", faulted);

/** Basic charging: nothing but the pilot speaks. */
const isBasic = (d: Draft): boolean => !d.s.hlcActive;
const isOfferNominal = (d: Draft): boolean => d.s.output.mode === "nominal";
const isPlugAndCharge = (d: Draft): boolean => d.s.plugAndCharge;
const isMatchingStarted = (d: Draft): boolean => d.s.slac !== "UNMATCHED";
/** Matched under 5 %: the vehicle speaks, and is not woken up in the middle of a sentence. */
const isSpokenTo = (d: Draft): boolean => d.s.use5Percent && d.s.slac === "MATCHED";
const isAcHlc = (d: Draft): boolean => d.options.chargeMode === "AC" && d.options.hlcEnabled;

/** A socket's cable rating is awaited before anything is promised. EvseManager facts, section 2.3. */
const isCableKnown = (d: Draft): boolean =>
  d.s.capabilities.connector_type !== "IEC62196Type2Socket" || d.s.ampacity !== "None";

const isReadyToPrepare = (d: Draft): boolean =>
  d.s.authorized && d.s.transactionActive && !isArmed(d, "fivePercent") && isCableKnown(d);

function leaveFivePercent(d: Draft, output: "X1" | "nominal"): void {
  d.s.use5Percent = false;
  d.s.stepReturn = "PrepareCharging";
  d.s.stepReturnOutput = output;
  disarm(d, "fallback");
}

/** Only an EV that paused by itself keeps its offer: every other stop takes the PWM away. */
const isEvPause = (d: Draft): boolean => !d.s.iecAllow && isOfferKept(d);

function isOfferKept(d: Draft): boolean {
  return (
    !isGone(d) &&
    d.s.authorized &&
    d.s.transactionActive &&
    !d.s.paused &&
    !d.s.disableRequested &&
    !isFaulted(d) &&
    hasPower(d)
  );
}

function pauseReasons(d: Draft): PauseReason[] {
  const reasons: PauseReason[] = [];
  // An error that is gone again still holds the session until its state F has been shown in full.
  if (isFaulted(d) || isArmed(d, "stateF")) reasons.push("Error");
  if (!hasPower(d)) reasons.push("NoEnergy");
  if (d.s.paused) reasons.push("UserPause");
  return reasons;
}

/** After a pause the vehicle is found anew, unless it kept the link, and the stop it was told is taken back. */
function talkAgain(d: Draft): void {
  if (!d.options.hlcEnabled) return;
  if (d.s.dlinkEnded !== "Pause") d.out.push({ kind: "slac", name: "enter_bcd" });
  d.s.dlinkEnded = null;
  if (d.s.hlcActive) d.out.push({ kind: "hlc", name: "go_on" });
}

/** Back to where nobody is asked anew: what has begun is ended as any other. */
const stepAborted: Guard = {
  name: "abort",
  when: (d) => isFaulted(d) || isGone(d) || d.s.disableRequested,
  do: toX1,
  to: (d) => {
    const back = d.s.stepReturn ?? "PrepareCharging";
    return d.s.transactionActive && back !== "PrepareCharging" ? "StoppingCharging" : back;
  },
};

function returnFromStep(d: Draft): void {
  if (d.s.stepReturnOutput === "fivePercent") to5Percent(d);
  else if (d.s.stepReturnOutput === "nominal") toNominal(d, true);
  else toX1(d);
}

const isStopDone = (d: Draft): boolean => d.s.contactorReleased || !isArmed(d, "stopping");

/** Each state: what entering it does, what ends it, what it keeps up. EvseManager facts, sections 2.3 and 2.4. */
export const chargerSpecs: Record<ChargerStateName, StateSpec> = {
  Disabled: {
    enter(d) {
      toF(d);
      // The pilot forgets the vehicle as well, and tells of it anew once enabled.
      d.s.plugged = false;
      d.out.push({ kind: "enableBoard", value: false });
      say(d, "Disabled", {
        source: d.s.lastSource,
        ...(d.s.lastConnectorId === 0 ? {} : { connector_id: 1 }),
      });
      if (d.s.reservation !== null) {
        d.s.reservation = null;
        d.out.push({ kind: "session", event: { uuid: "", event: "ReservationEnd" } });
      }
    },
    exit(d) {
      d.out.push({ kind: "enableBoard", value: true });
    },
    guards: [{ name: "enabled", when: (d) => !d.s.disableRequested, to: "Idle" }],
  },

  Idle: {
    enter(d) {
      d.s.bcb = noBcb;
      d.s.bcbDetected = false;
      d.s.vehicleLeft = false;
      d.s.iecAllow = false;
      d.s.hlcAllow = false;
      d.s.hlcActive = d.options.chargeMode === "DC";
      d.s.v2gSetupFinished = false;
      d.s.wokenUp = false;
      d.s.dlinkEnded = null;
      d.s.publishedPause = [];
      if (isFaulted(d)) toF(d);
      else toX1(d);
      for (const type of ownErrors) {
        // Behind a contactor that may be closed the next vehicle is not taken in.
        if (type !== internalError || d.s.contactorReleased) d.out.push({ kind: "clear", type });
      }
    },
    guards: [
      { name: "disable requested", when: disableRequested, do: endSession, to: "Disabled" },
      { name: "EV plugged in", when: (d) => d.s.plugged && !isFaulted(d), to: "WaitingForAuthentication" },
    ],
  },

  WaitingForAuthentication: {
    enter(d) {
      withdrawPower(d);
      const authorizedBefore = d.s.authorized;
      if (d.s.session === null) startSession(d, "EVConnected");
      say(d, "AuthRequired");
      if (d.options.disableAuthentication) authorize(d, freeService);
      d.out.push({ kind: "energyRequest" });
      d.s.use5Percent =
        d.options.chargeMode === "DC" ||
        (isAcHlc(d) && d.options.use5Percent && (!authorizedBefore || d.options.enforceHlc));
      if (d.s.use5Percent) arm(d, "fivePercent", d.options.sleepBefore5PercentMs);
      if (d.options.chargeMode === "DC" && !hasPower(d)) arm(d, "dcEnergy", d.timing.waitForEnergyInAuthMs);
    },
    exit(d) {
      disarm(d, "fivePercent", "dcEnergy", "fallback", "meterStart");
      d.s.meterCall = null;
      abandonStart(d);
    },
    guards: [
      {
        name: "fatal error",
        when: faulted,
        do: (d) => {
          if (d.options.hlcEnabled) d.out.push({ kind: "slac", name: "reset" });
        },
        to: "Finished",
      },
      { name: "EV unplugged", when: gone, to: "Finished" },
      { name: "disable requested", when: disableRequested, to: "Finished" },
      { name: "session ended", when: (d) => d.s.session === null, to: "Finished" },
      {
        name: "begin transaction",
        when: (d) =>
          d.s.authorized &&
          !d.s.transactionActive &&
          !d.s.transactionRefused &&
          d.s.meterCall === null &&
          d.s.storeCall === null &&
          isCableKnown(d) &&
          !isArmed(d, "dcEnergy"),
        do: beginTransaction,
      },
      {
        name: "basic or DC",
        when: (d) => isReadyToPrepare(d) && !isAcHlc(d),
        to: "PrepareCharging",
      },
      {
        name: "HLC enforced",
        when: (d) => isReadyToPrepare(d) && !isPlugAndCharge(d) && d.options.enforceHlc,
        to: "PrepareCharging",
      },
      {
        name: "identified before matching, from 5 %",
        when: (d) => isReadyToPrepare(d) && !isPlugAndCharge(d) && !isMatchingStarted(d) && d.s.use5Percent,
        do: (d) => leaveFivePercent(d, "X1"),
        to: "T_step_EF",
      },
      {
        name: "identified, from X1",
        when: (d) => isReadyToPrepare(d) && !isPlugAndCharge(d) && !d.s.use5Percent,
        to: "PrepareCharging",
      },
      {
        name: "identified, HLC set up",
        when: (d) => isReadyToPrepare(d) && !isPlugAndCharge(d) && d.s.v2gSetupFinished,
        to: "PrepareCharging",
      },
      {
        name: "contract, HLC set up",
        when: (d) => isReadyToPrepare(d) && isPlugAndCharge(d) && d.s.v2gSetupFinished,
        do: (d) => {
          d.s.use5Percent = true;
          to5Percent(d);
        },
        to: "PrepareCharging",
      },
    ],
    upkeep(d) {
      // Identified, but the high-level set-up is not finished: it gets ten seconds (ISO 15118-3).
      if (isReadyToPrepare(d) && !isArmed(d, "fallback")) arm(d, "fallback", d.timing.x1FallbackToNominalMs);
    },
  },

  PrepareCharging: {
    enter(d) {
      say(d, "PrepareCharging");
      d.s.bcb = noBcb;
      d.s.bcbDetected = false;
      // Each cable check permits anew: after a pause the battery may still stand behind the contactor.
      if (d.options.chargeMode === "DC") d.s.hlcAllow = false;
      if (d.options.chargeMode === "DC" && !hasPower(d)) d.out.push({ kind: "hlc", name: "no_energy" });
    },
    exit(d) {
      disarm(d, "wakeUp", "pausedByEv");
    },
    guards: [
      stopFaulted,
      stopUnauthorized,
      stopNoTransaction,
      stopGone,
      stopDisabled,
      { name: "paused by EVSE", when: (d) => d.s.paused && isBasic(d), to: "ChargingPausedEVSE" },
      {
        name: "EV asks for power",
        when: (d) => d.options.chargeMode === "AC" && hasPower(d) && d.s.iecAllow && (!d.s.use5Percent || d.s.hlcAllow),
        to: "Charging",
      },
    ],
    upkeep(d) {
      if (d.options.chargeMode === "DC") {
        to5Percent(d);
        if (d.s.hlcAllow && d.s.iecAllow) d.out.push({ kind: "allowPower", value: true, reason: "DCCableCheck" });
        return;
      }
      if (d.s.use5Percent) to5Percent(d);
      else toNominal(d, true);
      // The vehicle's patience is counted only while there is something to be patient about.
      if (d.s.hlcActive || !hasPower(d) || isSpokenTo(d)) disarm(d, "wakeUp", "pausedByEv");
      else if (d.s.wokenUp && !isArmed(d, "pausedByEv")) arm(d, "pausedByEv", d.timing.pausedByEvAfterWakeUpMs);
      else if (!d.s.wokenUp && !isArmed(d, "wakeUp")) arm(d, "wakeUp", d.timing.wakeUpMs);
    },
  },

  Charging: {
    enter(d) {
      say(d, "ChargingStarted", { charging_state_changed_event: reading(d) });
      d.s.stopReason = null;
      d.s.stopToken = null;
      d.s.wokenUp = false;
      d.s.dlinkEnded = null;
      d.s.publishedPause = [];
      if (d.options.chargeMode === "AC") {
        if (d.s.use5Percent) to5Percent(d);
        else toNominal(d, false);
      }
      d.out.push({ kind: "allowPower", value: true, reason: "FullPowerCharging" });
    },
    exit(d) {
      disarm(d, "overCurrent", "noEnergy");
      d.s.overCurrentDue = false;
    },
    guards: [
      stopFaulted,
      stopUnauthorized,
      stopNoTransaction,
      stopGone,
      stop("paused by EVSE", paused),
      stop("IEC stop", (d) => !d.s.iecAllow),
      stopDisabled,
      stop("no energy", (d) => !hasPower(d) && (isBasic(d) || d.options.noEnergyTimeoutMs === 0)),
      { name: "phases", when: (d) => d.s.pendingPhases !== null && isBasic(d), to: "SwitchPhases" },
    ],
    upkeep(d) {
      if (!hasPower(d)) {
        if (!isArmed(d, "noEnergy")) arm(d, "noEnergy", d.options.noEnergyTimeoutMs);
        return;
      }
      disarm(d, "noEnergy");
      if (d.options.chargeMode === "AC" && !d.s.use5Percent) toNominal(d, false);
    },
  },

  ChargingPausedEV: {
    enter(d) {
      say(d, "ChargingPausedEV", { charging_state_changed_event: reading(d) });
    },
    exit(d) {
      disarm(d, "overCurrent", "bcb");
      d.s.overCurrentDue = false;
    },
    guards: [
      stopNoTransaction,
      stopUnauthorized,
      stopGone,
      stopDisabled,
      stop("fatal error with HLC", (d) => isFaulted(d) && !isBasic(d)),
      {
        name: "nothing to offer",
        when: (d) => isBasic(d) && (isFaulted(d) || d.s.paused || !hasPower(d)),
        to: "ChargingPausedEVSE",
      },
      { name: "EV asks for power", when: (d) => isBasic(d) && d.s.iecAllow, to: "PrepareCharging" },
      { name: "BCB toggle", when: (d) => !isBasic(d) && d.s.bcbDetected, do: talkAgain, to: "PrepareCharging" },
    ],
    upkeep(d) {
      // A nominal offer follows the limits even when the vehicle speaks the high level: it was made in ampere.
      if (isBasic(d) || isOfferNominal(d)) toNominal(d, false);
      // Without a link there is nobody whom the 5 % could invite; the vehicle may wake the station up.
      if (!isBasic(d) && d.s.dlinkEnded !== null) toX1(d);
    },
  },

  ChargingPausedEVSE: {
    enter(d) {
      if ((isOfferNominal(d) || isBasic(d) || !d.s.transactionActive) && !isArmed(d, "stateF")) toX1(d);
      d.s.publishedPause = [];
    },
    guards: [
      stopNoTransaction,
      stopUnauthorized,
      stopGone,
      stopDisabled,
      {
        name: "nothing holds it any more",
        when: (d) => pauseReasons(d).length === 0,
        do: talkAgain,
        to: "PrepareCharging",
      },
    ],
    upkeep(d) {
      const reasons = pauseReasons(d);
      if (reasons.length === 0 || reasons.join() === d.s.publishedPause.join()) return;
      d.s.publishedPause = reasons;
      say(d, "ChargingPausedEVSE", {
        charging_state_changed_event: reading(d),
        charging_paused_evse: { reasons },
      });
    },
  },

  StoppingCharging: {
    enter(d) {
      d.s.bcb = noBcb;
      d.s.bcbDetected = false;
      d.s.wokenUp = false;
      d.s.stopForced = false;
      say(d, "StoppingCharging");
      if (d.s.hlcActive) d.out.push({ kind: "hlc", name: "stop_charging" });
      else if (!isEvPause(d) && !isArmed(d, "stateF")) toX1(d);
      arm(d, "stopping", d.timing.stoppingMs);
    },
    exit(d) {
      disarm(d, "stopping");
    },
    upkeep(d) {
      // An offer left standing for a pausing vehicle follows the limits, and goes once it is no more than that.
      if (!isOfferNominal(d)) return;
      if (isOfferKept(d)) toNominal(d, false);
      else toX1(d);
    },
    guards: [
      {
        name: "session over",
        when: (d) => isStopDone(d) && (!d.s.transactionActive || isGone(d) || !d.s.authorized || d.s.disableRequested),
        to: "Finished",
      },
      {
        name: "paused by EVSE",
        when: (d) => isStopDone(d) && pauseReasons(d).length > 0,
        to: "ChargingPausedEVSE",
      },
      { name: "paused by EV", when: isStopDone, to: "ChargingPausedEV" },
    ],
  },

  Finished: {
    enter(d) {
      withdrawPower(d);
      supplyOff(d);
      // With HLC the 5 % stay for the messages that end the session; X1 comes with the end of the data link.
      if ((isOfferNominal(d) || isBasic(d)) && !isArmed(d, "stateF")) toX1(d);
      d.out.push({ kind: "energyRequest" });
      finishTransaction(d);
    },
    exit(d) {
      disarm(d, "finalReading", "meterStop", "stateF");
      d.s.meterCall = null;
    },
    guards: [
      {
        name: "disable requested",
        when: (d) => !d.s.transactionActive && d.s.disableRequested,
        do: endSession,
        to: "Disabled",
      },
      { name: "EV unplugged", when: (d) => !d.s.transactionActive && isGone(d), do: endSession, to: "Idle" },
    ],
  },

  T_step_EF: {
    enter(d) {
      // A link that failed is set up anew through X1 and then F (EvseManager facts, section 2.4).
      if (d.s.stepReturn === "T_step_EF") d.s.stepReturn = "WaitingForAuthentication";
      toF(d);
      arm(d, "stepEf", d.timing.tStepEfMs);
    },
    exit(d) {
      disarm(d, "stepEf", "stepEfX1");
    },
    guards: [
      stepAborted,
      {
        name: "done",
        when: (d) => !isArmed(d, "stepEf") && !isArmed(d, "stepEfX1"),
        do: returnFromStep,
        to: (d) => d.s.stepReturn ?? "PrepareCharging",
      },
    ],
  },

  T_step_X1: {
    enter(d) {
      toX1(d);
      arm(d, "stepX1", d.timing.tStepX1Ms);
    },
    exit(d) {
      disarm(d, "stepX1");
    },
    guards: [
      stepAborted,
      {
        name: "done",
        when: (d) => !isArmed(d, "stepX1"),
        do: returnFromStep,
        to: (d) => d.s.stepReturn ?? "PrepareCharging",
      },
    ],
  },

  SwitchPhases: {
    enter(d) {
      say(d, "SwitchingPhases");
      if (d.options.switchPhasesPilot === "F") toF(d);
      else toX1(d);
      arm(d, "switchPhases", d.options.switchPhasesDelayMs);
    },
    exit(d) {
      disarm(d, "switchPhases");
      toX1(d);
    },
    guards: [
      stopFaulted,
      stopUnauthorized,
      stopNoTransaction,
      stopGone,
      stopDisabled,
      {
        name: "switched",
        when: (d) => !isArmed(d, "switchPhases") && d.s.contactorReleased,
        do: switchPendingPhases,
        to: "PrepareCharging",
      },
    ],
  },
};

/** Phases are never switched under a contactor that may be closed. */
export function switchPendingPhases(d: Draft): void {
  if (d.s.pendingPhases === null) return;
  d.out.push({ kind: "switchPhases", threePhases: d.s.pendingPhases === 3 });
  d.s.pendingPhases = null;
}

/** Also that of a contactor that was not confirmed open. */
export const internalError = "evse_manager/Internal";

/** Errors of the charger itself that a new session may forget. EvseManager facts, section 4.4. */
const ownErrors = [
  "evse_manager/MREC4OverCurrentFailure",
  internalError,
  "evse_manager/PowermeterTransactionStartFailed",
  "evse_manager/MREC9AuthorizationTimeout",
  "evse_manager/MREC22ResistanceFault",
  "evse_manager/MREC11CableCheckFault",
  "evse_manager/MREC5OverVoltage",
  "evse_manager/VoltagePlausibilityFault",
];

/** Takes back an authorisation that came to nothing. */
export function withdrawAuthorization(d: Draft): void {
  say(d, "Deauthorized", { authorization_event: reading(d) });
  if (d.s.authorized) {
    deauthorize(d);
    endSession(d);
    return;
  }
  say(d, "PluginTimeout");
  if (d.options.raiseMrec9) {
    d.out.push({
      kind: "raise",
      type: "evse_manager/MREC9AuthorizationTimeout",
      severity: "Medium",
      message: "no authorisation in time",
    });
  }
}
