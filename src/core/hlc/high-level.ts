/**
 * The station's part in the high-level communication: what it tells the stack and the matching below it, when, and what
 * it makes of what the vehicle says about itself. What charges, and whether, is the charger's and the DC side's; this
 * follows them. Source: DC charging facts, sections 1, 2 and 8; EvseManager facts, section 1.8.
 */
import type { AuthorizationStatus, ProvidedIdToken } from "../auth/tokens.ts";
import type { ChargeTarget } from "../dc/charge-target.ts";
import type { DcDerating, DcSessionState } from "../dc/dc-session-state.ts";
import type { SupplyCapabilities } from "../dc/power-supply.ts";
import type { CarEvent } from "../iec61851/control-pilot.ts";
import type { Powermeter } from "../powermeter.ts";
import { effectiveCurrentA } from "../session/charger-draft.ts";
import type { ChargerState, ChargerStateName, HlcOrder } from "../session/charger-state.ts";
import type { DcOffer, DynamicMode } from "./dc-words.ts";
import { dynamicTarget, nothingOffered, wholeAmperes } from "./dc-words.ts";
import type { Granted, Identification, IdentificationOptions } from "./identification.ts";
import {
  accepted,
  answered,
  contractRequired,
  counts,
  externalRequired,
  modemFound,
  nobodyAsks,
  rejected,
  timedOut,
} from "./identification.ts";
import type { OfferGrounds, OfferOptions, PlugAndCharge } from "./offer.ts";
import { offer, offeredModes } from "./offer.ts";
import type { StationCommand } from "./station-command.ts";
import type { CarManufacturer, EnergyTransferMode, NoEnergyPauseMode, SessionFailure } from "./values.ts";
import { manufacturerOf } from "./values.ts";
import type { KnownVehicle, VehicleInfo } from "./vehicle-info.ts";
import { learned, unknownVehicle } from "./vehicle-info.ts";

export interface HighLevelOptions {
  readonly offer: OfferOptions;
  readonly identification: IdentificationOptions;
  readonly plugAndCharge: PlugAndCharge;
  /** What a vehicle is to do while there is no energy; null: it is not told. */
  readonly noEnergyPause: NoEnergyPauseMode | null;
  /** `hack_sleep_in_cable_check`, and how much more a vehicle of Volkswagen's gets: before it hears that the check passed. */
  readonly cableCheckRestMs: number;
  readonly cableCheckRestVolkswagenMs: number;
  /** `hack_fix_hlc_integer_current_requests`. */
  readonly fixesWholeAmperes: boolean;
}

export type SlacCommand =
  | { readonly name: "enter_bcd" | "leave_bcd" | "dlink_terminate" | "dlink_pause" | "dlink_error" }
  | { readonly name: "reset"; readonly enable: boolean };

/** What comes from outside: from the stack, the matching, and who is above. */
export type OuterHighLevelEvent =
  | { readonly type: "linkReady"; readonly value: boolean }
  | { readonly type: "modemFound"; readonly address: string }
  | { readonly type: "externalRequired" }
  | { readonly type: "contractRequired"; readonly token: ProvidedIdToken }
  | { readonly type: "evccIdTold"; readonly id: string }
  | { readonly type: "protocolSelected"; readonly protocol: string }
  | { readonly type: "vehicleTold"; readonly info: VehicleInfo }
  | { readonly type: "meterAsked" }
  | { readonly type: "targetTold"; readonly target: ChargeTarget }
  | { readonly type: "dynamicModeTold"; readonly mode: DynamicMode }
  | { readonly type: "failed"; readonly reason: SessionFailure }
  | {
      readonly type: "tokenRejected";
      readonly token: ProvidedIdToken;
      readonly status: AuthorizationStatus;
      readonly certificateStatus?: string;
    }
  | { readonly type: "plugAndChargeSet"; readonly change: Partial<PlugAndCharge> }
  | { readonly type: "modesAllowed"; readonly call: number; readonly modes: readonly EnergyTransferMode[] };

export type HighLevelEvent =
  | OuterHighLevelEvent
  | { readonly type: "started" }
  | { readonly type: "car"; readonly event: CarEvent }
  | { readonly type: "contactor"; readonly closed: boolean }
  | { readonly type: "order"; readonly name: HlcOrder }
  | { readonly type: "tokenAccepted"; readonly certificateStatus?: string }
  | { readonly type: "nobodyCame" }
  | { readonly type: "metered"; readonly value: Powermeter }
  /** The direct-current side has something to say. */
  | { readonly type: "passedOn"; readonly command: StationCommand }
  | { readonly type: "supplyMeasured" }
  | { readonly type: "deadlineReached" };

export type AllowedModesResult = "Accepted" | "IncompatibleEnergyTransfer" | "NoHlc";

export type HighLevelEffect =
  | { readonly kind: "hlcCommand"; readonly command: StationCommand }
  | { readonly kind: "slacCommand"; readonly command: SlacCommand }
  /** For the direct-current side. */
  | { readonly kind: "dcTarget"; readonly target: ChargeTarget; readonly repeated?: boolean }
  | { readonly kind: "noCommonPower"; readonly mode: DynamicMode }
  | { readonly kind: "providedToken"; readonly token: ProvidedIdToken }
  | { readonly kind: "vehicleInfo"; readonly info: VehicleInfo }
  | { readonly kind: "carManufacturer"; readonly manufacturer: CarManufacturer }
  | { readonly kind: "transferModes"; readonly modes: readonly EnergyTransferMode[] }
  | { readonly kind: "sessionFailed"; readonly uuid: string; readonly reason: SessionFailure }
  | { readonly kind: "protocol"; readonly protocol: string }
  | { readonly kind: "reply"; readonly call: number; readonly result: AllowedModesResult };

/** The offer as the stack knows it. */
interface Told {
  /** What it was made of: the same parts make the same offer. Null: it is to be made again. */
  readonly grounds: OfferGrounds | null;
  readonly commands: ReadonlyMap<string, string>;
}

const nothingTold: Told = { grounds: null, commands: new Map() };

export interface HighLevelState {
  readonly started: boolean;
  readonly told: Told;
  readonly plugAndCharge: PlugAndCharge;
  readonly allowedModes: readonly EnergyTransferMode[] | null;
  readonly identification: Identification;
  readonly vehicle: KnownVehicle;
  readonly sessionId: string | null;
  /** How the vehicle was last told to end, until it is told to go on. */
  readonly endTold: "stop_charging" | "pause_charging" | null;
  readonly protocol: string | null;
  readonly frequencyHz: number | null;
  readonly offered: DcOffer;
  /** Null: the vehicle asks for a voltage and a current itself. */
  readonly dynamic: DynamicMode | null;
  /** As the vehicle said it last. */
  readonly asked: ChargeTarget | null;
  /** As last made of the dynamic mode. */
  readonly target: ChargeTarget | null;
  /** When the vehicle hears that the cable check has passed; null: nothing is held back. */
  readonly passedAtMs: number | null;
}

export const initialHighLevel = ({ plugAndCharge }: HighLevelOptions): HighLevelState => ({
  started: false,
  told: nothingTold,
  plugAndCharge,
  allowedModes: null,
  identification: nobodyAsks,
  vehicle: unknownVehicle,
  sessionId: null,
  endTold: null,
  protocol: null,
  frequencyHz: null,
  offered: nothingOffered,
  dynamic: null,
  asked: null,
  target: null,
  passedAtMs: null,
});

/** Those whose decisions are followed. */
export interface Followed {
  readonly charger: ChargerState;
  readonly dc: DcSessionState | null;
}

export interface HighLevelStep {
  readonly state: HighLevelState;
  readonly effects: readonly HighLevelEffect[];
}

interface Draft {
  readonly s: { -readonly [K in keyof HighLevelState]: HighLevelState[K] };
  readonly out: HighLevelEffect[];
  readonly nowMs: number;
  readonly charger: ChargerState;
  readonly dc: DcSessionState | null;
}

/** While these last nothing is decided yet, or the pilot shows X1 or F. */
const beforeStepEnds: ReadonlySet<ChargerStateName> = new Set(["WaitingForAuthentication", "T_step_EF", "T_step_X1"]);

const granted = ({ charger }: Draft): Granted => ({
  authorized: charger.authorized,
  byContract: charger.plugAndCharge,
  beforeStepEnds: beforeStepEnds.has(charger.name),
});

function tell(d: Draft, command: StationCommand): void {
  d.out.push({ kind: "hlcCommand", command });
}

function toSlac(d: Draft, command: SlacCommand): void {
  d.out.push({ kind: "slacCommand", command });
}

const deratable = [
  "max_export_current_A",
  "max_export_power_W",
  "max_import_current_A",
  "max_import_power_W",
] as const satisfies readonly (keyof DcDerating)[];

/** A derated supply is a smaller one. Voltages are never derated. Source: DC charging facts, section 9. */
function supplyOf({ dc }: Draft): SupplyCapabilities | null {
  if (dc === null) return null;
  const { capabilities, derating } = dc;
  const lowered = deratable.filter((key) => (derating[key] ?? Number.POSITIVE_INFINITY) < (capabilities[key] ?? 0));
  if (lowered.length === 0) return capabilities;
  return { ...capabilities, ...Object.fromEntries(lowered.map((key) => [key, derating[key]])) };
}

function groundsOf(d: Draft): OfferGrounds {
  const { charger, s } = d;
  return {
    plugAndCharge: s.plugAndCharge,
    paidExternally: charger.authorized && !charger.plugAndCharge,
    allowedModes: s.allowedModes,
    board: charger.capabilities,
    currentA: effectiveCurrentA(charger),
    phases: charger.activePhases,
    frequencyHz: s.frequencyHz,
    supply: supplyOf(d),
  };
}

/** What makes no difference to anybody. */
const isSameSupply = (a: SupplyCapabilities | null, b: SupplyCapabilities | null): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);

const isSame = (a: OfferGrounds, b: OfferGrounds): boolean =>
  a.plugAndCharge === b.plugAndCharge &&
  a.paidExternally === b.paidExternally &&
  a.allowedModes === b.allowedModes &&
  a.board === b.board &&
  a.currentA === b.currentA &&
  a.phases === b.phases &&
  a.frequencyHz === b.frequencyHz &&
  isSameSupply(a.supply, b.supply);

/** Tells what is news since it was last told. */
function follow(d: Draft, options: HighLevelOptions): void {
  if (!d.s.started) return;
  const grounds = groundsOf(d);
  const before = d.s.told;
  if (before.grounds !== null && isSame(before.grounds, grounds)) return;
  const commands = offer(options.offer, grounds);
  const known = new Map(commands.map((command) => [command.name as string, JSON.stringify(command.args)]));
  d.s.told = { grounds, commands: known };
  for (const command of commands) {
    if (before.commands.get(command.name) === known.get(command.name)) continue;
    tell(d, command);
    if (command.name !== "update_energy_transfer_modes") continue;
    d.out.push({ kind: "transferModes", modes: command.args.supported_energy_transfer_modes });
  }
}

function identify(d: Draft, { state, effects }: { state: Identification; effects: readonly HighLevelEffect[] }): void {
  d.s.identification = state;
  d.out.push(...effects);
}

function learn(d: Draft, news: VehicleInfo): void {
  const info = learned(d.s.vehicle.info, news);
  if (info === d.s.vehicle.info) return;
  d.s.vehicle = { ...d.s.vehicle, info };
  d.out.push({ kind: "vehicleInfo", info });
}

function recognise(d: Draft, address: string): void {
  const manufacturer = manufacturerOf(address);
  if (manufacturer === d.s.vehicle.manufacturer) return;
  d.s.vehicle = { ...d.s.vehicle, manufacturer };
  d.out.push({ kind: "carManufacturer", manufacturer });
}

function forgetVehicle(d: Draft): void {
  const { manufacturer } = d.s.vehicle;
  d.s.vehicle = unknownVehicle;
  d.s.identification = nobodyAsks;
  d.s.protocol = null;
  d.s.allowedModes = null;
  d.s.dynamic = null;
  d.s.asked = null;
  d.s.target = null;
  d.s.passedAtMs = null;
  if (manufacturer !== "Unknown") d.out.push({ kind: "carManufacturer", manufacturer: "Unknown" });
}

/** A vehicle comes, or is brought to look again by way of E or F. */
function begin(d: Draft): void {
  toSlac(d, { name: "enter_bcd" });
  d.s.identification = { ...d.s.identification, waits: "nothing" };
  d.s.endTold = null;
  tell(d, { name: "reset_error", args: {} });
  tell(d, { name: "ac_contactor_closed", args: { status: false } });
  tell(d, { name: "stop_charging", args: { stop: false } });
}

/** EvseManager facts, section 1.8: matching follows the pilot. */
const onCar: { readonly [E in CarEvent]?: (d: Draft) => void } = {
  CarPluggedIn: begin,
  CarUnplugged(d) {
    toSlac(d, { name: "leave_bcd" });
    if (d.charger.slac !== "UNMATCHED") toSlac(d, { name: "reset", enable: false });
    forgetVehicle(d);
  },
  EFtoBCD: begin,
  BCDtoEF: (d) => toSlac(d, { name: "leave_bcd" }),
};

/** What the vehicle was told it may have counts for what it asks. */
function passOn(d: Draft, command: StationCommand, options: HighLevelOptions): void {
  switch (command.name) {
    case "update_dc_maximum_limits": {
      const limits = command.args.maximum_limits;
      d.s.offered = {
        ...d.s.offered,
        maxA: limits.evse_maximum_current_limit,
        maxW: limits.evse_maximum_power_limit,
        dischargeA: limits.evse_maximum_discharge_current_limit ?? 0,
        dischargeW: limits.evse_maximum_discharge_power_limit ?? 0,
      };
      break;
    }
    case "update_dc_minimum_limits":
      d.s.offered = {
        ...d.s.offered,
        minW: command.args.minimum_limits.evse_minimum_power_limit,
        minV: command.args.minimum_limits.evse_minimum_voltage_limit,
        minDischargeW: command.args.minimum_limits.evse_minimum_discharge_power_limit ?? 0,
      };
      break;
    case "cable_check_finished": {
      const isVolkswagen = d.s.vehicle.manufacturer === "VolkswagenGroup";
      const restMs = options.cableCheckRestMs + (isVolkswagen ? options.cableCheckRestVolkswagenMs : 0);
      d.s.passedAtMs = command.args.status && restMs > 0 ? d.nowMs + restMs : null;
      if (d.s.passedAtMs !== null) return;
    }
  }
  tell(d, options.offer.bpt === null ? command : withDischarge(command));
}

/** Whoever is offered to be discharged is told how much: nothing, until it has chosen that. */
function withDischarge(command: StationCommand): StationCommand {
  switch (command.name) {
    case "update_dc_maximum_limits": {
      const none = { evse_maximum_discharge_current_limit: 0, evse_maximum_discharge_power_limit: 0 };
      return { name: command.name, args: { maximum_limits: { ...none, ...command.args.maximum_limits } } };
    }
    case "update_dc_minimum_limits": {
      const none = { evse_minimum_discharge_current_limit: 0, evse_minimum_discharge_power_limit: 0 };
      return { name: command.name, args: { minimum_limits: { ...none, ...command.args.minimum_limits } } };
    }
    default:
      return command;
  }
}

/** Smaller steps than this are none. */
const stepA = 0.1;

/** A power that both sides stand is another current at another voltage. */
function aim(d: Draft): void {
  if (d.s.dynamic === null) return;
  const target = dynamicTarget(d.s.dynamic, d.s.offered, d.dc?.present?.voltageV ?? null);
  if (target === null) {
    if (d.s.target !== null) d.out.push({ kind: "noCommonPower", mode: d.s.dynamic });
    d.s.target = null;
    return;
  }
  const before = d.s.target;
  const isSame =
    before !== null && before.voltageV === target.voltageV && Math.abs(before.currentA - target.currentA) < stepA;
  if (isSame) return;
  d.s.target = target;
  d.out.push({ kind: "dcTarget", target });
}

/** ISO 15118-20 alone knows a pause that the station asks for. */
const knowsPause = (d: Draft): boolean => d.s.protocol?.startsWith("ISO15118-20") ?? false;

const orders: { readonly [N in HlcOrder]: (d: Draft, options: HighLevelOptions) => void } = {
  stop_charging(d) {
    // Who has gone is told nothing.
    if (d.charger.vehicleLeft || !d.charger.plugged) return;
    d.s.endTold = knowsPause(d) && d.charger.paused ? "pause_charging" : "stop_charging";
    if (d.s.endTold === "stop_charging") tell(d, { name: "stop_charging", args: { stop: true } });
    else tell(d, { name: "pause_charging", args: { pause: true } });
  },
  go_on(d) {
    if (d.s.endTold === "pause_charging") tell(d, { name: "pause_charging", args: { pause: false } });
    else tell(d, { name: "stop_charging", args: { stop: false } });
    d.s.endTold = null;
  },
  no_energy(d, { noEnergyPause: mode }) {
    if (mode !== null) tell(d, { name: "no_energy_pause_charging", args: { mode } });
  },
  error_malfunction: (d) => tell(d, { name: "send_error", args: { error: "Error_Malfunction" } }),
  error_over: (d) => tell(d, { name: "reset_error", args: {} }),
  error_emergency_shutdown: (d) => tell(d, { name: "send_error", args: { error: "Error_EmergencyShutdown" } }),
  error_utility_interrupt: (d) => tell(d, { name: "send_error", args: { error: "Error_UtilityInterruptEvent" } }),
};

const noVoltage: StationCommand = {
  name: "update_dc_present_values",
  args: { present_voltage_current: { evse_present_voltage: 0, evse_present_current: 0 } },
};

type Handlers = {
  readonly [T in HighLevelEvent["type"]]: (
    d: Draft,
    event: Extract<HighLevelEvent, { readonly type: T }>,
    options: HighLevelOptions,
  ) => void;
};

const handlers: Handlers = {
  started(d, _event, options) {
    d.s.started = true;
    if (options.offer.chargeMode === "DC") tell(d, noVoltage);
    follow(d, options);
    tell(d, { name: "reset_error", args: {} });
  },
  car: (d, { event }) => onCar[event]?.(d),
  contactor: (d, { closed }) => tell(d, { name: "ac_contactor_closed", args: { status: closed } }),
  order: (d, { name }, options) => orders[name](d, options),
  linkReady: (d, { value }) => tell(d, { name: "dlink_ready", args: { value } }),
  modemFound(d, { address }, { identification }) {
    recognise(d, address);
    identify(d, modemFound(d.s.identification, address, granted(d), identification));
  },
  externalRequired: (d, _event, { identification }) =>
    identify(d, externalRequired(d.s.identification, granted(d), identification)),
  contractRequired: (d, { token }, { identification }) =>
    identify(d, contractRequired(d.s.identification, token, granted(d), identification)),
  evccIdTold(d, { id }) {
    d.s.identification = { ...d.s.identification, stackAddress: id };
    recognise(d, id);
    learn(d, { evcc_id: id });
  },
  protocolSelected(d, { protocol }) {
    d.s.protocol = protocol;
    d.out.push({ kind: "protocol", protocol });
  },
  vehicleTold: (d, { info }) => learn(d, info),
  meterAsked(d) {
    if (d.charger.meter !== null) tell(d, { name: "update_meter_info", args: { powermeter: d.charger.meter } });
  },
  targetTold(d, { target }, { fixesWholeAmperes }) {
    d.s.dynamic = null;
    d.s.target = null;
    const repeated = d.s.asked?.voltageV === target.voltageV && d.s.asked.currentA === target.currentA;
    d.s.asked = target;
    d.out.push({
      kind: "dcTarget",
      target: fixesWholeAmperes ? wholeAmperes(target, d.s.offered) : target,
      ...(repeated && { repeated }),
    });
  },
  dynamicModeTold(d, { mode }) {
    d.s.dynamic = mode;
    aim(d);
  },
  passedOn(d, { command }, options) {
    passOn(d, command, options);
    aim(d);
  },
  supplyMeasured: aim,
  deadlineReached(d) {
    if (d.s.passedAtMs === null || d.nowMs < d.s.passedAtMs) return;
    d.s.passedAtMs = null;
    // Whoever has gone on meanwhile, to an error or to an end, has no check that passed.
    if (d.charger.name === "PrepareCharging") tell(d, { name: "cable_check_finished", args: { status: true } });
  },
  failed: (d, { reason }) => d.out.push({ kind: "sessionFailed", uuid: d.charger.session?.id ?? "", reason }),
  tokenRejected: (d, { token, status, certificateStatus }) =>
    identify(d, rejected(d.s.identification, token, status, certificateStatus)),
  tokenAccepted(d, { certificateStatus }) {
    d.s.identification = accepted(d.s.identification, certificateStatus);
  },
  nobodyCame: (d) => identify(d, timedOut(d.s.identification)),
  plugAndChargeSet(d, { change }) {
    d.s.plugAndCharge = { ...d.s.plugAndCharge, ...change };
  },
  modesAllowed(d, { call, modes }, options) {
    const left = offeredModes(options.offer, groundsOf(d)).filter((mode) => modes.includes(mode));
    if (left.length > 0) d.s.allowedModes = left;
    d.out.push({ kind: "reply", call, result: left.length > 0 ? "Accepted" : "IncompatibleEnergyTransfer" });
  },
  metered(d, { value }, { offer: { chargeMode } }) {
    d.s.frequencyHz = value.frequency_Hz?.L1 === undefined ? d.s.frequencyHz : Math.round(value.frequency_Hz.L1);
    // Nobody listens in an empty place.
    if (d.charger.session === null || !d.charger.plugged) return;
    tell(d, { name: "update_meter_info", args: { powermeter: value } });
    if (chargeMode === "AC" && value.power_W !== undefined)
      tell(d, { name: "update_ac_present_power", args: { present_power: value.power_W } });
  },
};

export const highLevelDeadlineMs = (state: HighLevelState): number | null => state.passedAtMs;

/** Whether this token may count at all. */
export const isHeard = ({ identification }: HighLevelState, token: ProvidedIdToken): boolean =>
  counts(identification, token);

/** `event` null: something has changed with those that are followed. */
export function stepHighLevel(
  state: HighLevelState,
  event: HighLevelEvent | null,
  { charger, dc }: Followed,
  options: HighLevelOptions,
  nowMs: number,
): HighLevelStep {
  const d: Draft = { s: { ...state }, out: [], nowMs, charger, dc };
  const sessionId = charger.session?.id ?? null;
  if (sessionId !== d.s.sessionId) {
    d.s.sessionId = sessionId;
    d.s.vehicle = { ...d.s.vehicle, info: {} };
    d.out.push({ kind: "vehicleInfo", info: {} });
    // A stack hears of it with every session, and not only once.
    if (sessionId !== null) {
      const commands = new Map(d.s.told.commands);
      commands.delete("session_setup");
      d.s.told = { grounds: null, commands };
    }
  }
  if (event !== null)
    (handlers[event.type] as (d: Draft, e: HighLevelEvent, o: HighLevelOptions) => void)(d, event, options);
  identify(d, answered(d.s.identification, granted(d), options.identification));
  follow(d, options);
  return { state: d.s, effects: d.out };
}
