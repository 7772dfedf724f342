import type { PilotLetter, PowerOnReason } from "../board.ts";
import type { Machine } from "../machine.ts";
import type { Timing } from "../timing.ts";
import { timing as houseTiming } from "../timing.ts";

/** The letter the board sees, or `Disabled` while it tells nothing. */
export type PilotState = "Disabled" | PilotLetter;

export type PilotEvent =
  | { readonly kind: "pilot"; readonly letter: PilotState }
  | { readonly kind: "relay"; readonly on: boolean }
  /** `duty`: fraction; 0 is F, 1 is X1. */
  | { readonly kind: "setPwm"; readonly duty: number }
  | { readonly kind: "setX1" }
  | { readonly kind: "setF" }
  | { readonly kind: "allowPower"; readonly value: boolean; readonly reason: PowerOnReason }
  | { readonly kind: "setAuthorized"; readonly value: boolean }
  | { readonly kind: "forceUnlock" }
  | { readonly kind: "enable"; readonly value: boolean }
  | { readonly kind: "deadlineReached" };

/** What the vehicle did, as the charger hears it. EvseManager facts, section 1.2. */
export type CarEvent =
  | "CarPluggedIn"
  | "CarRequestedPower"
  | "CarRequestedStopPower"
  | "CarUnplugged"
  | "EFtoBCD"
  | "BCDtoEF"
  | "BCDtoE"
  /** The machine itself ended the PWM (X1 on A, E or a silent pilot; F as seen): the charger's last duty is void. */
  | "PilotStopped"
  /** The contactor may be closed from now on: commanded or fed back. */
  | "ContactorEngaged"
  /** The contactor is commanded open and confirmed, or has had the time to open where nothing confirms it. */
  | "ContactorReleased";

export type PilotEffect =
  | { readonly kind: "pilotX1" }
  | { readonly kind: "pilotF" }
  | { readonly kind: "pilotPwm"; readonly dutyPercent: number }
  | { readonly kind: "contactor"; readonly closed: boolean; readonly reason: PowerOnReason }
  | { readonly kind: "lock"; readonly locked: boolean }
  | { readonly kind: "enableBoard"; readonly value: boolean }
  | { readonly kind: "car"; readonly event: CarEvent };

export interface PilotOptions {
  /** Vehicles in D get power; otherwise D is treated as a vehicle that may not have any. */
  readonly hasVentilation: boolean;
  readonly lockInB: boolean;
  readonly unlockWhenDeauthorized: boolean;
  /** Offer at most 10 A to a vehicle in simplified mode. */
  readonly limitSimplifiedTo10A: boolean;
}

export interface ControlPilotState {
  readonly enabled: boolean;
  readonly pilot: PilotState;
  readonly pwmRunning: boolean;
  /** The high level grants power; the contactor follows when pilot and PWM agree. */
  readonly powerAllowed: boolean;
  readonly powerReason: PowerOnReason;
  readonly commandedClosed: boolean;
  readonly relaysOn: boolean;
  readonly plugged: boolean;
  /** The vehicle went from A to C without B: it has no resistor switch (IEC 61851-1 A.2.3). */
  readonly simplified: boolean;
  readonly c1DeadlineMs: number | null;
  readonly unlockDeadlineMs: number | null;
  readonly settleDeadlineMs: number | null;
  readonly released: boolean;
  readonly lockWish: boolean;
  readonly forceUnlocked: boolean;
  readonly authorized: boolean;
  /** null until the first decision: what the lock did before the start is not known. */
  readonly locked: boolean | null;
}

export const initialControlPilot: ControlPilotState = {
  enabled: false,
  pilot: "Disabled",
  pwmRunning: false,
  powerAllowed: false,
  powerReason: "PowerOff",
  commandedClosed: false,
  relaysOn: false,
  plugged: false,
  simplified: false,
  c1DeadlineMs: null,
  unlockDeadlineMs: null,
  settleDeadlineMs: null,
  released: true,
  lockWish: false,
  forceUnlocked: false,
  authorized: false,
  locked: null,
};

interface Draft {
  readonly s: { -readonly [K in keyof ControlPilotState]: ControlPilotState[K] };
  readonly out: PilotEffect[];
  readonly nowMs: number;
  readonly options: PilotOptions;
  readonly timing: Timing;
}

type Action = (d: Draft) => void;

const tell =
  (event: CarEvent): Action =>
  (d) => {
    d.out.push({ kind: "car", event });
  };

function closeIfAllowed(d: Draft): void {
  if (!d.s.pwmRunning || !d.s.powerAllowed) return;
  d.s.commandedClosed = true;
  d.s.settleDeadlineMs = null;
  d.out.push({ kind: "contactor", closed: true, reason: d.s.powerReason });
}

/** The steps the tables are made of. Each does one thing and is named for it. */
const actions = {
  x1(d) {
    d.out.push({ kind: "pilotX1" });
    actions.pwmStopped(d);
  },
  pwmStopped(d) {
    if (d.s.pwmRunning) d.out.push({ kind: "car", event: "PilotStopped" });
    d.s.pwmRunning = false;
  },
  powerOff(d) {
    if (d.s.commandedClosed) {
      d.s.commandedClosed = false;
      // A closed contactor confirms by its feedback; one that was never fed back closed gets time to fall open.
      d.s.settleDeadlineMs = d.s.relaysOn ? null : d.nowMs + d.timing.contactorSettleMs;
    }
    d.s.powerAllowed = false;
    d.s.powerReason = "PowerOff";
    d.out.push({ kind: "contactor", closed: false, reason: "PowerOff" });
  },
  closeIfAllowed,
  startC1(d) {
    d.s.c1DeadlineMs = d.nowMs + d.timing.c1OpenUnderLoadMs;
  },
  stopC1(d) {
    d.s.c1DeadlineMs = null;
  },
  startUnlock(d) {
    d.s.unlockDeadlineMs = d.nowMs + d.timing.unlockAfterFMs;
  },
  leaveF(d) {
    d.s.unlockDeadlineMs = null;
  },
  wishLock(d) {
    d.s.lockWish = true;
  },
  wishUnlock(d) {
    d.s.lockWish = false;
    d.s.forceUnlocked = false;
  },
  lockInB(d) {
    if (d.options.lockInB) actions.wishLock(d);
    else actions.wishUnlock(d);
  },
  carGone(d) {
    d.s.plugged = false;
    d.s.simplified = false;
  },
  notSimplified(d) {
    d.s.simplified = false;
  },
  newCar(d) {
    d.s.plugged = true;
    d.s.simplified = false;
    d.out.push({ kind: "car", event: "CarPluggedIn" });
  },
  newSimplifiedCar(d) {
    d.s.plugged = true;
    d.s.simplified = true;
    d.out.push({ kind: "car", event: "CarPluggedIn" });
  },
  /** Out of E or F: a vehicle that came meanwhile is a new one. */
  newCarUnlessKnown(d) {
    if (!d.s.plugged) actions.newCar(d);
  },
  newSimplifiedCarUnlessKnown(d) {
    if (!d.s.plugged) actions.newSimplifiedCar(d);
  },
  /** A vehicle pulled while the pilot told nothing has left its session behind. */
  carUnpluggedIfKnown(d) {
    if (d.s.plugged) d.out.push({ kind: "car", event: "CarUnplugged" });
  },
  /** Out of E or F into C or D: the vehicle that stayed asks for power again, one that came meanwhile is new. */
  requestPowerOrNewCar(d) {
    if (d.s.plugged) d.out.push({ kind: "car", event: "CarRequestedPower" });
    else actions.newSimplifiedCar(d);
  },
  carUnplugged: tell("CarUnplugged"),
  carRequestedPower: tell("CarRequestedPower"),
  carRequestedStopPower: tell("CarRequestedStopPower"),
  efToBcd: tell("EFtoBCD"),
  bcdToEf: tell("BCDtoEF"),
  bcdToE: tell("BCDtoE"),
} satisfies Record<string, Action>;

export type PilotAction = keyof typeof actions;

/** `DNotVentilated`: a vehicle in D where the station cannot ventilate. */
export type PilotRow = PilotState | "DNotVentilated";

const gone = ["x1", "powerOff", "notSimplified", "stopC1", "wishUnlock"] as const;
const unplugged = ["x1", "powerOff", "carGone", "stopC1", "wishUnlock"] as const;
const toE = ["x1", "powerOff", "stopC1", "wishUnlock"] as const;
const toF = ["pwmStopped", "powerOff", "stopC1", "startUnlock"] as const;
const backToB = ["powerOff", "stopC1", "lockInB", "carRequestedStopPower"] as const;
const noVentilation = ["powerOff", "stopC1", "wishLock"] as const;

/**
 * From the row's letter to the column's: what is done, in this order. IEC 61851-1:2017 table A.6; EvseManager facts,
 * section 1.3, with its gaps closed: D without ventilation and a direct way out of E or F tell the charger what the
 * vehicle does.
 */
export const pilotTransitions: Record<PilotRow, Record<PilotRow, readonly PilotAction[]>> = {
  Disabled: {
    Disabled: [],
    A: ["x1", "powerOff", "carUnpluggedIfKnown", "carGone", "stopC1", "wishUnlock"],
    B: ["powerOff", "stopC1", "lockInB", "carRequestedStopPower", "newCar"],
    C: ["wishLock", "newSimplifiedCar"],
    D: ["wishLock", "newSimplifiedCar"],
    DNotVentilated: [...noVentilation, "newSimplifiedCar"],
    E: toE,
    F: toF,
  },
  A: {
    Disabled: gone,
    A: [],
    B: ["lockInB", "newCar"],
    C: ["wishLock", "newSimplifiedCar"],
    D: ["wishLock", "newSimplifiedCar"],
    DNotVentilated: [...noVentilation, "newSimplifiedCar"],
    E: toE,
    F: toF,
  },
  B: {
    Disabled: gone,
    A: [...unplugged, "carUnplugged"],
    B: ["lockInB"],
    C: ["wishLock", "carRequestedPower", "closeIfAllowed"],
    D: ["wishLock", "carRequestedPower", "closeIfAllowed"],
    DNotVentilated: noVentilation,
    E: [...toE, "bcdToEf", "bcdToE"],
    F: [...toF, "bcdToEf"],
  },
  C: {
    Disabled: [...gone, "carRequestedStopPower"],
    A: [...unplugged, "carUnplugged"],
    B: backToB,
    C: ["wishLock"],
    D: ["wishLock"],
    DNotVentilated: [...noVentilation, "carRequestedStopPower"],
    E: [...toE, "bcdToEf", "bcdToE"],
    F: [...toF, "bcdToEf"],
  },
  D: {
    Disabled: [...gone, "carRequestedStopPower"],
    A: [...unplugged, "carUnplugged"],
    B: backToB,
    C: ["wishLock"],
    D: ["wishLock"],
    DNotVentilated: [...noVentilation, "carRequestedStopPower"],
    E: [...toE, "bcdToEf", "bcdToE"],
    F: [...toF, "bcdToEf"],
  },
  DNotVentilated: {
    Disabled: gone,
    A: [...unplugged, "carUnplugged"],
    B: backToB,
    C: ["wishLock", "carRequestedPower"],
    D: ["wishLock", "carRequestedPower"],
    DNotVentilated: ["powerOff", "wishLock"],
    E: [...toE, "bcdToEf", "bcdToE"],
    F: [...toF, "bcdToEf"],
  },
  E: {
    Disabled: gone,
    A: [...unplugged, "carUnplugged"],
    B: [...backToB, "newCarUnlessKnown", "efToBcd"],
    C: ["wishLock", "efToBcd", "requestPowerOrNewCar"],
    D: ["wishLock", "efToBcd", "requestPowerOrNewCar"],
    DNotVentilated: [...noVentilation, "efToBcd", "newSimplifiedCarUnlessKnown"],
    E: ["wishUnlock"],
    F: toF,
  },
  F: {
    Disabled: ["leaveF", ...gone],
    A: ["leaveF", ...unplugged, "carUnplugged"],
    B: ["leaveF", ...backToB, "newCarUnlessKnown", "efToBcd"],
    C: ["leaveF", "wishLock", "efToBcd", "requestPowerOrNewCar"],
    D: ["leaveF", "wishLock", "efToBcd", "requestPowerOrNewCar"],
    DNotVentilated: ["leaveF", ...noVentilation, "efToBcd", "newSimplifiedCarUnlessKnown"],
    E: ["leaveF", ...toE],
    F: ["powerOff"],
  },
};

/** What a command sets off beyond itself, by the letter it meets. */
export type PilotCommand = "pwmStarted" | "pwmEnded" | "powerGranted";

const nothing: Record<PilotCommand, readonly PilotAction[]> = {
  pwmStarted: [],
  pwmEnded: [],
  powerGranted: [],
};
const askingForPower: Record<PilotCommand, readonly PilotAction[]> = {
  pwmStarted: ["stopC1", "closeIfAllowed"],
  pwmEnded: ["startC1"],
  powerGranted: ["closeIfAllowed"],
};

export const pilotCommands: Record<PilotRow, Record<PilotCommand, readonly PilotAction[]>> = {
  Disabled: nothing,
  A: nothing,
  B: nothing,
  C: askingForPower,
  D: askingForPower,
  DNotVentilated: nothing,
  E: nothing,
  F: nothing,
};

/** Letters in which a grant of power is kept; in the others it would outlive its reason. */
export const keepsGrant: Record<PilotRow, boolean> = {
  Disabled: false,
  A: false,
  B: true,
  C: true,
  D: true,
  DNotVentilated: false,
  E: false,
  F: false,
};

/** Letters in which a forced unlock holds until the lock is next let go, instead of acting once. */
export const keepsForcedUnlock: Record<PilotRow, boolean> = {
  Disabled: false,
  A: false,
  B: true,
  C: true,
  D: true,
  DNotVentilated: true,
  E: false,
  F: true,
};

/** 10 A as a duty cycle (fraction): what a vehicle in simplified mode may be limited to. */
const simplifiedDuty = 10 / 0.6 / 100;

function rowOf(pilot: PilotState, options: PilotOptions): PilotRow {
  return pilot === "D" && !options.hasVentilation ? "DNotVentilated" : pilot;
}

function perform(d: Draft, names: readonly PilotAction[]): void {
  for (const name of names) actions[name](d);
}

function setPilotOutput(d: Draft, duty: number): void {
  const row = rowOf(d.s.pilot, d.options);
  const wasRunning = d.s.pwmRunning;
  const limited = d.options.limitSimplifiedTo10A && d.s.simplified && duty < 1 ? Math.min(duty, simplifiedDuty) : duty;
  d.s.pwmRunning = limited > 0 && limited < 1;
  if (d.s.pwmRunning) d.out.push({ kind: "pilotPwm", dutyPercent: limited * 100 });
  else d.out.push({ kind: limited <= 0 ? "pilotF" : "pilotX1" });
  if (d.s.pwmRunning && !wasRunning) {
    perform(d, pilotCommands[row].pwmStarted);
    // A simplified vehicle cannot go from B to C: the running PWM stands for its request (IEC 61851-1 A.2.3).
    if (d.s.simplified && (row === "C" || row === "D")) d.out.push({ kind: "car", event: "CarRequestedPower" });
  } else if (!d.s.pwmRunning && wasRunning) {
    perform(d, pilotCommands[row].pwmEnded);
  }
}

const onEvent: { [K in PilotEvent["kind"]]: (d: Draft, event: Extract<PilotEvent, { kind: K }>) => void } = {
  pilot(d, event) {
    if (!d.s.enabled) return;
    const from = rowOf(d.s.pilot, d.options);
    d.s.pilot = event.letter;
    perform(d, pilotTransitions[from][rowOf(event.letter, d.options)]);
  },
  relay(d, event) {
    d.s.relaysOn = event.on;
    if (!event.on) d.s.settleDeadlineMs = null;
  },
  setPwm(d, event) {
    setPilotOutput(d, event.duty);
  },
  setX1(d) {
    setPilotOutput(d, 1);
  },
  setF(d) {
    setPilotOutput(d, 0);
  },
  allowPower(d, event) {
    if (!event.value) {
      actions.powerOff(d);
      return;
    }
    const row = rowOf(d.s.pilot, d.options);
    if (!keepsGrant[row] || (d.s.powerAllowed && d.s.powerReason === event.reason)) return;
    d.s.powerAllowed = true;
    d.s.powerReason = event.reason;
    perform(d, pilotCommands[row].powerGranted);
  },
  setAuthorized(d, event) {
    d.s.authorized = event.value;
  },
  forceUnlock(d) {
    if (keepsForcedUnlock[rowOf(d.s.pilot, d.options)]) d.s.forceUnlocked = true;
    if (!isReleased(d.s)) return;
    // Moves the motor even when the lock is believed open: that is what the person at the plug asks for.
    d.s.locked = false;
    d.out.push({ kind: "lock", locked: false });
  },
  enable(d, event) {
    if (event.value === d.s.enabled) return;
    d.s.enabled = event.value;
    if (!event.value) {
      d.s.pilot = "Disabled";
      perform(d, ["powerOff", "carGone", "stopC1", "leaveF", "wishUnlock"]);
    }
    d.out.push({ kind: "enableBoard", value: event.value });
  },
  deadlineReached(d) {
    if (d.s.c1DeadlineMs !== null && d.nowMs >= d.s.c1DeadlineMs) perform(d, ["stopC1", "powerOff"]);
    if (d.s.unlockDeadlineMs !== null && d.nowMs >= d.s.unlockDeadlineMs) perform(d, ["leaveF", "wishUnlock"]);
    if (d.s.settleDeadlineMs !== null && d.nowMs >= d.s.settleDeadlineMs) d.s.settleDeadlineMs = null;
  },
};

function isReleased(s: ControlPilotState): boolean {
  return !s.commandedClosed && !s.relaysOn && s.settleDeadlineMs === null;
}

function wantsLock(d: Draft): boolean {
  const authorized = d.s.authorized || !d.options.unlockWhenDeauthorized;
  return d.s.lockWish && !d.s.forceUnlocked && authorized;
}

/** Locked while the contactor may be closed, or while the vehicle's letter asks for it. EvseManager facts, section 1.5. */
function decideLock(d: Draft): void {
  // Before the board has told its first letter nothing is known that could justify moving a lock.
  if (d.s.pilot === "Disabled" && d.s.locked === null) return;
  const locked = !d.s.released || wantsLock(d);
  if (locked === d.s.locked) return;
  d.s.locked = locked;
  d.out.push({ kind: "lock", locked });
}

function tellContactor(d: Draft): void {
  const released = isReleased(d.s);
  if (released === d.s.released) return;
  d.s.released = released;
  d.out.push({ kind: "car", event: released ? "ContactorReleased" : "ContactorEngaged" });
}

/**
 * The control pilot of IEC 61851-1: opens and closes the contactor with the vehicle's letter, rules the plug lock, and
 * tells the charger what the vehicle does. `timing` is a parameter for tests alone.
 */
export function controlPilotMachine(
  options: PilotOptions,
  timing: Timing = houseTiming,
): Machine<ControlPilotState, PilotEvent, PilotEffect> {
  return {
    step(state, event, nowMs) {
      const d: Draft = { s: { ...state }, out: [], nowMs, options, timing };
      (onEvent[event.kind] as (d: Draft, event: PilotEvent) => void)(d, event);
      tellContactor(d);
      decideLock(d);
      return { state: d.s, effects: d.out };
    },
    deadlineMs: (s) => earliest(s.c1DeadlineMs, s.unlockDeadlineMs, s.settleDeadlineMs),
    deadlineReached: { kind: "deadlineReached" },
  };
}

function earliest(...deadlines: (number | null)[]): number | null {
  let first: number | null = null;
  for (const deadline of deadlines) if (deadline !== null && (first === null || deadline < first)) first = deadline;
  return first;
}
