/**
 * The random delay of the UK smart charge point regulations: charging points that follow the same tariff shall not all
 * change their load in the same second. It stands in the way of the limits on their way to the charger. Source: energy
 * facts, section 6.
 */
import type { LimitsRes } from "../energy/flow.ts";
import type { Machine } from "../machine.ts";
import type { Timing } from "../timing.ts";
import { timing as houseTiming } from "../timing.ts";

export interface RandomDelayOptions {
  /** Begins switched on. */
  readonly enabled: boolean;
  readonly maxDurationS: number;
  /** Every change of current is delayed, not only those from and to zero. */
  readonly atAnyChange: boolean;
}

interface Waiting {
  readonly limits: LimitsRes;
  /** Ampere per phase. */
  readonly currentA: number;
}

/** Limits as they came, with what they mean to the vehicle. */
export interface ComingLimits extends Waiting {
  /** They come from a rating of the installation, or nobody knows where from: following them can not wait. */
  readonly protects: boolean;
  readonly validForMs: number;
}

export type RandomDelayEvent =
  /** The charging point begins to serve. */
  | { readonly kind: "started" }
  | { readonly kind: "enable" }
  | { readonly kind: "disable" }
  | { readonly kind: "cancel" }
  /** From the next delay on. */
  | { readonly kind: "setMaxDuration"; readonly maxDurationS: number }
  /** Whether a vehicle is about to charge or charges; otherwise there is nothing to delay. */
  | { readonly kind: "vehicle"; readonly charges: boolean }
  | ({ readonly kind: "limits" } & ComingLimits)
  | { readonly kind: "drawn"; readonly durationS: number }
  | { readonly kind: "deadlineReached" };

export type RandomDelayEffect =
  | { readonly kind: "enforce"; readonly limits: LimitsRes; readonly validForMs: number }
  /** Answered with `drawn`: a whole number of seconds below `maxDurationS`. */
  | { readonly kind: "drawDelay"; readonly maxDurationS: number }
  /** 0 s left: it is over. */
  | {
      readonly kind: "countdown";
      readonly leftS: number;
      readonly afterA: number;
      readonly duringA: number;
      readonly startedAtMs: number;
    };

interface Settings {
  readonly maxDurationS: number;
  readonly vehicleCharges: boolean;
  /** Until then the first limit counts as a change from nothing; null once that is over. */
  readonly freshUntilMs: number | null;
  /** Ampere last let through, and how long that holds. */
  readonly inForceA: number;
  readonly validUntilMs: number;
}

/** What is in force stays in force; the latest limits wait for their time. */
interface Hold {
  readonly startedAtMs: number;
  readonly waiting: Waiting;
}

export type RandomDelayState =
  /** Limits go through. */
  | (Settings & { readonly name: "off" })
  /** Limits go through; a change starts a delay. */
  | (Settings & { readonly name: "idle" })
  /** A delay has begun; its length is being drawn. */
  | (Settings & Hold & { readonly name: "drawing" })
  | (Settings & Hold & { readonly name: "running"; readonly endsAtMs: number });

type Held = Extract<RandomDelayState, { name: "drawing" | "running" }>;

export function initialRandomDelay({ enabled, maxDurationS }: RandomDelayOptions): RandomDelayState {
  return {
    name: enabled ? "idle" : "off",
    maxDurationS,
    vehicleCharges: false,
    freshUntilMs: null,
    inForceA: 0,
    validUntilMs: 0,
  };
}

/** Less is no change. */
const changeA = 0.1;
/** Amounts below this are rounding. */
const negligibleA = 1e-9;

/**
 * How sources end that are ratings of the installation. A limit named by one of them protects a fuse, a cable or a
 * board; so may one that nobody put a name to.
 */
const ratings = [
  "/module_config",
  "/evse_board_support_caps",
  "/powersupply_dc_caps",
  "/pp_ampacity",
  "AcTemperatureDerating",
];

/** `source`: those who limit, joined with commas. */
export function isProtective(source: string): boolean {
  return source.split(",").some((name) => name === "" || ratings.some((rating) => name.endsWith(rating)));
}

/** Ampere per phase that are kept although less is due; undefined while limits go through. */
export function heldCurrentA(state: RandomDelayState): number | undefined {
  if (state.name === "off" || state.name === "idle") return undefined;
  return state.inForceA > state.waiting.currentA ? state.inForceA : undefined;
}

interface Draft {
  state: RandomDelayState;
  readonly out: RandomDelayEffect[];
  readonly nowMs: number;
  readonly options: RandomDelayOptions;
  readonly timing: Timing;
}

type Row<S extends RandomDelayState> = {
  readonly [K in RandomDelayEvent["kind"]]: (
    d: Draft,
    event: Extract<RandomDelayEvent, { readonly kind: K }>,
    state: S,
  ) => void;
};

type Table = { readonly [N in RandomDelayState["name"]]: Row<Extract<RandomDelayState, { readonly name: N }>> };

function settings({ maxDurationS, vehicleCharges, freshUntilMs, inForceA, validUntilMs }: RandomDelayState): Settings {
  return { maxDurationS, vehicleCharges, freshUntilMs, inForceA, validUntilMs };
}

function isRelevant(fromA: number, toA: number, atAnyChange: boolean): boolean {
  if (atAnyChange) return Math.abs(toA - fromA) >= changeA - negligibleA;
  return fromA > changeA !== toA > changeA;
}

function letThrough(d: Draft, { limits, currentA }: Waiting, validForMs: number): void {
  d.state = { ...d.state, inForceA: currentA, validUntilMs: d.nowMs + validForMs };
  d.out.push({ kind: "enforce", limits, validForMs });
}

/** Only the current is held: without a word about phases they stay as they are. */
function holdBack(d: Draft, currentA: number, validForMs: number): void {
  d.state = { ...d.state, inForceA: currentA, validUntilMs: d.nowMs + validForMs };
  const limits: LimitsRes = { ac_max_current_A: { value: currentA, source: "random_delay" } };
  d.out.push({ kind: "enforce", limits, validForMs });
}

function tell(d: Draft, held: Held, leftS: number): void {
  d.out.push({
    kind: "countdown",
    leftS,
    afterA: held.waiting.currentA,
    duringA: d.state.inForceA,
    startedAtMs: held.startedAtMs,
  });
}

const noteVehicle: Row<RandomDelayState>["vehicle"] = (d, { charges }, state) => {
  d.state = { ...state, vehicleCharges: charges };
};

const noteMaxDuration: Row<RandomDelayState>["setMaxDuration"] = (d, { maxDurationS }, state) => {
  d.state = { ...state, maxDurationS };
};

const noteStart: Row<RandomDelayState>["started"] = (d, _event, state) => {
  d.state = { ...state, freshUntilMs: d.nowMs + d.timing.randomDelayAfterStartMs };
};

const nothing = (): void => {};

/** Over, for whatever reason: what waited counts now, unless its validity has passed while it waited. */
function release(d: Draft, held: Held, to: "off" | "idle"): void {
  const leftMs = held.validUntilMs - d.nowMs;
  d.state = { ...settings(held), name: to };
  tell(d, held, 0);
  if (leftMs > 0) letThrough(d, held.waiting, leftMs);
}

/** The station has power again: all of its kind begin at once, so whoever already has a vehicle begins from nothing. */
function isFresh({ freshUntilMs }: Settings, nowMs: number): boolean {
  return freshUntilMs !== null && nowMs < freshUntilMs;
}

const idleLimits: Row<RandomDelayState>["limits"] = (d, event, state) => {
  const fresh = isFresh(state, d.nowMs);
  const inForceA = fresh || d.nowMs >= state.validUntilMs ? 0 : state.inForceA;
  const cannotWait = event.protects && event.currentA < inForceA;
  const starts =
    state.vehicleCharges &&
    state.maxDurationS > 0 &&
    !cannotWait &&
    isRelevant(inForceA, event.currentA, d.options.atAnyChange);
  if (!starts) {
    letThrough(d, event, event.validForMs);
    return;
  }
  const waiting = { limits: event.limits, currentA: event.currentA };
  d.state = { ...settings(state), name: "drawing", freshUntilMs: null, startedAtMs: d.nowMs, waiting };
  holdBack(d, inForceA, event.validForMs);
  d.out.push({ kind: "drawDelay", maxDurationS: state.maxDurationS });
};

/** What is in force is renewed; something that protects ends the delay. */
function heldLimits(d: Draft, event: ComingLimits, state: Held): void {
  const { limits, currentA, protects, validForMs } = event;
  const renewed = { ...state, waiting: { limits, currentA }, validUntilMs: d.nowMs + validForMs };
  if (protects && currentA < state.inForceA) {
    release(d, renewed, "idle");
  } else {
    d.state = renewed;
    holdBack(d, state.inForceA, validForMs);
  }
}

const whileHeld = {
  started: noteStart,
  enable: (d: Draft, _event: unknown, state: Held) => release(d, state, "idle"),
  disable: (d: Draft, _event: unknown, state: Held) => release(d, state, "off"),
  cancel: (d: Draft, _event: unknown, state: Held) => release(d, state, "idle"),
  setMaxDuration: noteMaxDuration,
  vehicle: (d: Draft, event: { readonly charges: boolean }, state: Held) => {
    const noted = { ...state, vehicleCharges: event.charges };
    if (event.charges) d.state = noted;
    else release(d, noted, "idle");
  },
} as const;

const secondsLeft = (endsAtMs: number, nowMs: number): number => Math.ceil((endsAtMs - nowMs) / 1000);

const table: Table = {
  off: {
    started: noteStart,
    enable: (d, _event, state) => {
      d.state = { ...state, name: "idle" };
    },
    disable: nothing,
    cancel: nothing,
    setMaxDuration: noteMaxDuration,
    vehicle: noteVehicle,
    limits: (d, event) => letThrough(d, event, event.validForMs),
    drawn: nothing,
    deadlineReached: nothing,
  },
  idle: {
    started: noteStart,
    enable: nothing,
    disable: (d, _event, state) => {
      d.state = { ...state, name: "off" };
    },
    cancel: nothing,
    setMaxDuration: noteMaxDuration,
    vehicle: noteVehicle,
    limits: idleLimits,
    drawn: nothing,
    deadlineReached: nothing,
  },
  drawing: {
    ...whileHeld,
    limits: heldLimits,
    drawn: (d, { durationS }, state) => {
      const endsAtMs = state.startedAtMs + durationS * 1000;
      if (d.nowMs >= endsAtMs) {
        release(d, state, "idle");
        return;
      }
      const running = { ...state, name: "running", endsAtMs } as const;
      d.state = running;
      tell(d, running, secondsLeft(endsAtMs, d.nowMs));
    },
    deadlineReached: (d, _event, state) => {
      if (d.nowMs >= state.validUntilMs) release(d, state, "idle");
    },
  },
  running: {
    ...whileHeld,
    limits: (d, event, state) => {
      heldLimits(d, event, state);
      if (d.state.name === "running") tell(d, d.state, secondsLeft(state.endsAtMs, d.nowMs));
    },
    drawn: nothing,
    // Its own end, or that of limits nobody has renewed: what is not in force any more can not be held either.
    deadlineReached: (d, _event, state) => {
      if (d.nowMs >= Math.min(state.endsAtMs, state.validUntilMs)) release(d, state, "idle");
    },
  },
};

export function randomDelayMachine(
  options: RandomDelayOptions,
  timing: Timing = houseTiming,
): Machine<RandomDelayState, RandomDelayEvent, RandomDelayEffect> {
  return {
    step(state, event, nowMs) {
      const d: Draft = { state, out: [], nowMs, options, timing };
      const handle = table[state.name][event.kind] as (d: Draft, event: unknown, state: RandomDelayState) => void;
      handle(d, event, state);
      return { state: d.state, effects: d.out };
    },
    deadlineMs(state) {
      if (state.name === "running") return Math.min(state.endsAtMs, state.validUntilMs);
      return state.name === "drawing" ? state.validUntilMs : null;
    },
    deadlineReached: { kind: "deadlineReached" },
  };
}
