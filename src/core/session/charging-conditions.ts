/**
 * Everything that has to hold before a vehicle charges at an EVSE, in the order in which a person would look: what is
 * missing first is the reason, the rest follows from it. For people only; the machines do not ask.
 */
import type { Condition } from "../condition.ts";
import { met, unmet } from "../condition.ts";
import type { DcSessionState } from "../dc/dc-session-state.ts";
import type { ActiveFault } from "../faults/inoperative.ts";
import { fatalFaults } from "../faults/inoperative.ts";
import { ampereForDuty, isPowerAvailable, leastSignallableA } from "../iec61851/duty-cycle.ts";
import { cableA, effectiveCurrentA } from "./charger-draft.ts";
import type { ChargerState, DeadlineName } from "./charger-state.ts";
import { decidingEntry, isEnabled } from "./enable-table.ts";
import type { EvseOptions, EvseState } from "./evse-state.ts";

/** Every condition, met or not. The last one is that of the contactor: what a board has to say comes before it. */
export function chargingConditions(state: EvseState, options: EvseOptions, nowMs: number): readonly Condition[] {
  const look: Look = { state, charger: state.charger, options, nowMs };
  return [
    started(look),
    boardAnswers(look),
    currentWithinOffer(look),
    noError(look),
    enabled(look),
    vehicleConnected(look),
    notReserved(look),
    sessionOpen(look),
    authorised(look),
    ...cableKnown(look),
    transaction(look),
    notHeldByUser(look),
    energy(look),
    ...noStep(look),
    ...highLevel(look),
    vehicleAsks(look),
    offer(look),
    contactor(look),
  ];
}

interface Look {
  readonly state: EvseState;
  readonly charger: ChargerState;
  readonly options: EvseOptions;
  readonly nowMs: number;
}

type Check = (look: Look) => Condition;

const amperes = (valueA: number): string => `${valueA.toFixed(1)} A`;

const secondsUntil = ({ nowMs }: Look, atMs: number): string => `${(Math.max(0, atMs - nowMs) / 1000).toFixed(1)} s`;

const secondsLeft = (look: Look, name: DeadlineName): string | null => {
  const deadlineMs = look.charger.deadlines[name];
  return deadlineMs === undefined ? null : secondsUntil(look, deadlineMs);
};

const startWords = {
  made: "the station has not been started",
  firstReading: "the station starts: it waits for a first reading of the meter",
  store: "the station starts: it waits for what the store keeps",
  meterStop: "the station starts: the meter ends what a run before has left",
  storeBill: "the station starts: it writes the bill of the run before",
  externalReady: "the station waits to be told that it may start (external_ready_to_start_charging)",
  running: "",
  stopped: "the station has been stopped",
} as const;

const started: Check = ({ state }) => {
  const words = startWords[state.startUp.phase];
  return words === "" ? met("station started") : unmet("station started", words);
};

const isLink = ({ type }: ActiveFault): boolean => type.endsWith("/CommunicationFault");
const overCurrentType = "evse_manager/MREC4OverCurrentFailure";

const boardAnswers: Check = ({ state }) => {
  const lost = state.faults.find((fault) => fault.source === "bsp" && isLink(fault));
  return lost === undefined
    ? met("board answers")
    : unmet("board answers", `the link to the board is lost${said(lost.description)}`);
};

/** A vehicle that was stopped for it stays stopped until it is pulled. */
const currentWithinOffer: Check = (look) => {
  const { state, charger } = look;
  const title = "current within the offer";
  if (state.faults.some(({ type }) => type === overCurrentType)) {
    return unmet(title, "over-current: the vehicle drew more than it was offered; it has to be pulled");
  }
  const left = secondsLeft(look, "overCurrent");
  if (left !== null) return met(title, `the vehicle draws more than it was offered: it is stopped in ${left}`);
  return met(title, charger.overCurrentDue ? "over-current: waits for a fresh reading of the meter" : "");
};

const noError: Check = (look) => {
  const { state, options } = look;
  const title = "no error";
  const fatal = fatalFaults(state.faults, options.charger.failOnPowermeterErrors);
  if (fatal.length > 0)
    return unmet(title, `${fatal.length === 1 ? "error" : "errors"}: ${fatal.map(named).join("; ")}`);
  const left = secondsLeft(look, "stateF");
  if (left !== null) return unmet(title, `an error is over; the pilot shows F for another ${left}`);
  const others = state.faults.map(({ type }) => type);
  return met(title, others.length === 0 ? "" : `not in the way: ${others.join(", ")}`);
};

const named = ({ source, type, sub_type, severity, description }: ActiveFault): string =>
  `${type}${sub_type === "" ? "" : `/${sub_type}`} (${severity}, ${source})${said(description)}`;

const said = (description: string): string => (description === "" ? "" : `: ${description}`);

const enabled: Check = ({ charger }) => {
  const title = "enabled";
  const entry = decidingEntry(charger.enableTable);
  const by = `by ${entry.enable_source}, priority ${entry.enable_priority}`;
  if (charger.disableRequested && !isEnabled(entry)) return unmet(title, `disabled ${by}`);
  // Who enables the EVSE as a whole leaves its connector as it was.
  if (charger.disableRequested) return unmet(title, `the connector is disabled; the EVSE as a whole is enabled ${by}`);
  return charger.name === "Disabled" ? unmet(title, "it is being enabled") : met(title, by);
};

const pilotWords = ({ state }: Look): string =>
  state.pilot.pilot === "Disabled" ? "the pilot is not looked at" : `pilot ${state.pilot.pilot}`;

const vehicleConnected: Check = (look) => {
  const { charger } = look;
  const title = "vehicle connected";
  return charger.plugged ? met(title, pilotWords(look)) : unmet(title, `no vehicle is connected (${pilotWords(look)})`);
};

const notReserved: Check = ({ charger }) => {
  const title = "not reserved for another";
  const { reservation } = charger;
  if (reservation === null) return met(title);
  const which = reservation < 0 ? "reserved" : `reserved, no. ${reservation}`;
  return charger.authorized
    ? met(title, which)
    : unmet(title, `${which}: only the token it is reserved for may charge`);
};

/** What ended the charging part of a session for good: only pulling the vehicle begins another one. */
const sessionOpen: Check = ({ charger }) => {
  const title = "session open";
  const { name, session, cancelled, vehicleLeft, stopReason } = charger;
  if (vehicleLeft) return unmet(title, "the vehicle of this session has gone; the session is being closed");
  if (cancelled || (name === "Finished" && charger.plugged)) {
    const why = stopReason === null ? "" : ` (${stopReason})`;
    return unmet(title, `this session has ended${why}: the vehicle has to be pulled and plugged in again`);
  }
  return met(title, session === null ? "none has begun" : session.id.slice(0, 8));
};

const authorised: Check = ({ charger, options }) => {
  const title = "authorised";
  if (charger.authorized) return met(title, options.charger.disableAuthentication ? "nobody is asked" : "");
  return unmet(title, charger.plugged ? "it waits for an authorisation" : "no token has been accepted");
};

const cableKnown = ({ charger }: Look): Condition[] => {
  if (charger.capabilities.connector_type !== "IEC62196Type2Socket") return [];
  const title = "cable known";
  const ratedA = cableA(charger);
  return [ratedA === null ? unmet(title, "the proximity pin tells no cable") : met(title, amperes(ratedA))];
};

const transaction: Check = ({ charger }) => {
  const title = "transaction begun";
  if (charger.transactionActive) return met(title);
  if (charger.transactionRefused) return unmet(title, "the meter refused to begin a transaction");
  if (charger.meterCall !== null) return unmet(title, "it waits for the meter to begin the transaction");
  if (charger.storeCall !== null) return unmet(title, "it waits for the store to have the transaction");
  return unmet(title, "no transaction has begun");
};

const notHeldByUser: Check = ({ charger }) => {
  const title = "not paused by the user";
  return charger.paused ? unmet(title, "paused by the user") : met(title);
};

const delayWords = (look: Look): string => {
  const { delay } = look.state;
  switch (delay.name) {
    case "off":
    case "idle":
      return "";
    case "drawing":
      return `; a random delay keeps it at ${amperes(delay.inForceA)}`;
    case "running": {
      const left = secondsUntil(look, delay.endsAtMs);
      return `; a random delay keeps it at ${amperes(delay.inForceA)} for ${left}, then ${amperes(delay.waiting.currentA)}`;
    }
  }
};

const energy: Check = (look) => {
  const { charger, options } = look;
  const title = "energy";
  const currentA = effectiveCurrentA(charger);
  const delayed = delayWords(look);
  const isDc = options.charger.chargeMode === "DC";
  if (charger.dischargeA > 0) return met(title, `${amperes(charger.dischargeA)} towards the grid`);
  if (isDc ? currentA > 0 : isPowerAvailable(currentA)) return met(title, `${amperes(currentA)}${delayed}`);
  const least = isDc ? "" : `, and only more than ${leastSignallableA} A can be offered`;
  return unmet(title, `no energy: ${amperes(currentA)} is left for it${least}${delayed}`);
};

/** Something the station does by itself, and then goes on. */
const noStep = (look: Look): Condition[] => {
  const title = "no step under way";
  switch (look.charger.name) {
    case "SwitchPhases":
      return [unmet(title, `the phases are switched; ${secondsLeft(look, "switchPhases") ?? "0.0 s"} to go`)];
    case "T_step_EF":
    case "T_step_X1":
      return [unmet(title, "the pilot wakes the vehicle (ISO 15118-3)")];
    case "StoppingCharging":
      return [unmet(title, `charging is being stopped; at most ${secondsLeft(look, "stopping") ?? "0.0 s"} to go`)];
    default:
      return [];
  }
};

const highLevel = ({ state, charger, options }: Look): Condition[] => {
  if (!options.charger.hlcEnabled || !charger.hlcActive) return [];
  const matched = "matched with the vehicle";
  return [
    charger.slac === "MATCHED" ? met(matched) : unmet(matched, `matching on the power line: ${charger.slac}`),
    ...(state.dc === null ? spokenTo(charger) : [currentAskedFor(state.dc)]),
  ];
};

const spokenTo = ({ v2gSetupFinished, hlcAllow }: ChargerState): Condition[] => [
  v2gSetupFinished
    ? met("vehicle spoken to")
    : unmet("vehicle spoken to", "the vehicle and the station have not agreed on how to charge"),
  hlcAllow
    ? met("power asked for in words")
    : unmet("power asked for in words", "the vehicle has not asked for power in words"),
];

function currentAskedFor({ cableCheck, precharge, demandActive }: DcSessionState): Condition {
  const title = "current asked for in words";
  if (demandActive) return met(title);
  if (cableCheck.name === "checking") return unmet(title, "the cable is being checked");
  if (cableCheck.name === "failing") return unmet(title, "the cable check has failed; its voltage is taken away");
  if (precharge.name === "raising") return unmet(title, "the voltage of the battery is being reached (precharge)");
  return unmet(title, "the vehicle has not asked for current in words");
}

const vehicleAsks: Check = (look) => {
  const { charger } = look;
  const title = "vehicle asks for power";
  // What a vehicle asked for that is looked at no more says nothing.
  if (!charger.plugged) return unmet(title, "no vehicle is connected");
  if (charger.iecAllow) return met(title, pilotWords(look));
  if (charger.name === "ChargingPausedEV") return unmet(title, `paused by the vehicle (${pilotWords(look)})`);
  const wokenUp = charger.wokenUp ? "; it has been woken up once" : "";
  return unmet(title, `the vehicle does not ask for power (${pilotWords(look)})${wokenUp}`);
};

const offer: Check = ({ charger }) => {
  const title = "offer on the pilot";
  const { output } = charger;
  switch (output.mode) {
    case "nominal":
      return met(title, `${amperes(ampereForDuty(output.duty))}, ${(output.duty * 100).toFixed(1)} % PWM`);
    case "fivePercent":
      return met(title, "digital communication, 5 % PWM");
    case "X1":
      return unmet(title, "the pilot offers nothing: X1");
    case "F":
      return unmet(title, "the pilot tells the vehicle that the station is not available: F");
    case "unknown":
      return unmet(title, "the pilot has not been set");
  }
};

const contactor: Check = ({ state }) => {
  const title = "contactor closed";
  const { commandedClosed, relaysOn, powerAllowed } = state.pilot;
  if (relaysOn) return commandedClosed ? met(title) : unmet(title, "commanded open, but still fed back closed");
  if (commandedClosed) return unmet(title, "told to close; the board has not confirmed it");
  return unmet(title, powerAllowed ? "it closes as soon as the vehicle asks under PWM" : "not told to close");
};
