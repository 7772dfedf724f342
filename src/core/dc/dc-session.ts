/**
 * The DC side of one session: cable check, precharge, current demand, and the supervision that goes with them. What the
 * pilot and the session do is the charger's; it hears from here what the high-level side permits. Source: DC charging
 * facts, sections 2 to 9.
 *
 * In every step that takes power away the supply goes off first, before anything else is told or done.
 */
import type { Machine } from "../machine.ts";
import type { Timing } from "../timing.ts";
import { timing as houseTiming } from "../timing.ts";
import type { CableCheckEffect, CableCheckEvent, CableCheckOptions, CableCheckState } from "./cable-check.ts";
import { cableCheckStepWords, createCableCheckMachine, initialCableCheck } from "./cable-check.ts";
import type { ChargeTarget, Ramp } from "./charge-target.ts";
import { clampTarget, ramped } from "./charge-target.ts";
import type { EarthVoltageState, IsolationMeasurement } from "./isolation.ts";
import { balanced, isBalanced, isIsolated, watchEarthVoltage } from "./isolation.ts";
import type { OverVoltageEffect, OverVoltageEvent, OverVoltageState } from "./over-voltage.ts";
import { createOverVoltageMachine, initialOverVoltage } from "./over-voltage.ts";
import { overVoltageLimits } from "./over-voltage-limits.ts";
import type { PlausibilityEvent, PlausibilityState, VoltageSource } from "./plausibility.ts";
import { createPlausibilityMachine, initialPlausibility } from "./plausibility.ts";
import type { SupplyCapabilities, SupplyPhase } from "./power-supply.ts";
import { unknownSupply } from "./power-supply.ts";
import type { PrechargeEvent, PrechargeState } from "./precharge.ts";
import { createPrechargeMachine, initialPrecharge } from "./precharge.ts";
import type { SupplyCommand, SupplyControl, SupplyStep } from "./supply-control.ts";
import { setPhase, setpointWithin, setSetpoint, supplyIsOff, switchOff, switchOn } from "./supply-control.ts";

export interface DcSessionOptions {
  readonly cableCheck: CableCheckOptions;
  /** `internal_over_voltage_duration_ms`. */
  readonly overVoltageDurationMs: number;
  readonly maxSpreadV: number;
  readonly spreadDurationMs: number;
  /** `dc_ramp_ampere_per_second`. */
  readonly rampAperS: number;
  /** Whose voltage the over-voltage supervision goes by: the external monitor's where there is one, else the fastest. */
  readonly voltageSource: VoltageSource;
  readonly hasOverVoltageMonitor: boolean;
  /** `hack_skoda_enyaq`: targets below 300 V or 0 A are not meant. */
  readonly ignoresLowTargets: boolean;
  /** `hack_present_current_offset`: added to what the vehicle is told. */
  readonly presentCurrentOffsetA: number;
}

/** Everything optional: unset is no limit. Source: DC charging facts, section 9. */
export interface DcDerating {
  readonly max_export_current_A?: number;
  readonly max_export_power_W?: number;
}

interface Budget {
  /** Ampere on the AC side; nothing of it means nothing at all. */
  readonly maxA: number;
  readonly maxW: number;
  readonly endsAtMs: number;
}

interface ToldLimits {
  readonly maxA: number;
  readonly maxW: number;
  readonly maxV: number;
}

export interface DcSessionState {
  readonly control: SupplyControl;
  /** Whatever took power away keeps it away: nothing switches the supply on before the next cable check. */
  readonly locked: boolean;
  readonly capabilities: SupplyCapabilities;
  readonly derating: DcDerating;
  readonly present: { readonly voltageV: number; readonly currentA: number } | null;
  readonly vehicleMaxV: number | null;
  readonly vehicleMaxA: number | null;
  /** As asked last; null before the first and after the contactor has opened. */
  readonly asked: ChargeTarget | null;
  readonly ramp: Ramp;
  /** When the current goes on towards its target; null when it is there. */
  readonly rampAtMs: number | null;
  readonly relaysClosed: boolean;
  readonly preparing: boolean;
  readonly demandActive: boolean;
  readonly budget: Budget | null;
  readonly told: ToldLimits | null;
  readonly cableCheck: CableCheckState;
  readonly precharge: PrechargeState;
  readonly overVoltage: OverVoltageState;
  readonly plausibility: PlausibilityState;
  readonly earthVoltage: EarthVoltageState;
}

export type DcSessionEvent =
  | { readonly type: "capabilitiesTold"; readonly capabilities: SupplyCapabilities }
  | { readonly type: "deratingSet"; readonly derating: DcDerating }
  | { readonly type: "supplyMeasured"; readonly voltageV: number; readonly currentA: number }
  | { readonly type: "isolationMeasured"; readonly measurement: IsolationMeasurement }
  | { readonly type: "selfTestEnded"; readonly passed: boolean }
  /** By the external monitor or by the billing meter. */
  | { readonly type: "voltageMeasured"; readonly source: VoltageSource; readonly voltageV: number }
  | { readonly type: "vehicleLimitsTold"; readonly maxV: number | null; readonly maxA: number | null }
  | { readonly type: "cableCheckRequested" }
  | { readonly type: "prechargeRequested" }
  | { readonly type: "targetTold"; readonly voltageV: number; readonly currentA: number }
  | { readonly type: "demandStarted" }
  | { readonly type: "demandFinished" }
  | { readonly type: "openRequested" }
  | { readonly type: "relaysChanged"; readonly closed: boolean }
  /** The charger waits for the vehicle to be ready, or does so no more. */
  | { readonly type: "preparing"; readonly value: boolean }
  | { readonly type: "limitsEnforced"; readonly maxA: number; readonly maxW: number; readonly validForMs: number }
  /** Whoever takes power away: an error, a stop, a pilot that left C. */
  | { readonly type: "shutDown" }
  | { readonly type: "vehicleLeft" }
  | { readonly type: "deadlineReached" };

/** Commands of the high-level port, by their names. */
export type HlcCommand =
  | { readonly name: "cable_check_finished"; readonly args: { readonly status: boolean } }
  | {
      readonly name: "update_isolation_status";
      readonly args: { readonly isolation_status: "Valid" | "Fault" | "No_IMD" };
    }
  | {
      readonly name: "update_dc_present_values";
      readonly args: {
        readonly present_voltage_current: {
          readonly evse_present_voltage: number;
          readonly evse_present_current: number;
        };
      };
    }
  | {
      readonly name: "update_dc_maximum_limits";
      readonly args: {
        readonly maximum_limits: {
          readonly evse_maximum_current_limit: number;
          readonly evse_maximum_power_limit: number;
          readonly evse_maximum_voltage_limit: number;
        };
      };
    }
  | {
      readonly name: "update_dc_minimum_limits";
      readonly args: {
        readonly minimum_limits: {
          readonly evse_minimum_current_limit: number;
          readonly evse_minimum_voltage_limit: number;
          readonly evse_minimum_power_limit: number;
        };
      };
    };

export type DcSessionEffect =
  | { readonly kind: "supply"; readonly command: SupplyCommand }
  | { readonly kind: "isolationMonitor"; readonly order: "start" | "stop" }
  | { readonly kind: "selfTest"; readonly voltageV: number }
  | { readonly kind: "overVoltageMonitor"; readonly order: "start" | "stop" | "reset" }
  | { readonly kind: "overVoltageLimits"; readonly emergencyV: number; readonly errorV: number }
  | { readonly kind: "hlcCommand"; readonly command: HlcCommand }
  /** The high-level side permits the contactor to close. */
  | { readonly kind: "allowClose" }
  | {
      readonly kind: "raise";
      readonly type: string;
      readonly subType: string;
      readonly severity: "High" | "Medium";
      readonly message: string;
    }
  /** The error is over, where it was one. */
  | { readonly kind: "clear"; readonly type: string }
  /** The vehicle asks for a voltage the supply does not have. */
  | { readonly kind: "refusedTarget"; readonly voltageV: number };

/** Voltage counts for the limits told to the vehicle from here on. */
const leastKnownV = 10;
/** Smaller changes of what a vehicle may draw are not told. */
const changeA = 0.1;
const changeW = 1;
const lowTargetV = 300;
const cableCheckFault = "evse_manager/MREC11CableCheckFault";

/** Before precharge a vehicle may ask, and is not heard yet. */
const followsTargets: ReadonlySet<SupplyPhase> = new Set(["PreCharge", "Charging"]);

export const initialDcSession: DcSessionState = {
  control: supplyIsOff,
  locked: true,
  capabilities: unknownSupply,
  derating: {},
  present: null,
  vehicleMaxV: null,
  vehicleMaxA: null,
  asked: null,
  ramp: { currentA: 0, atMs: 0 },
  rampAtMs: null,
  relaysClosed: false,
  preparing: false,
  demandActive: false,
  budget: null,
  told: null,
  cableCheck: initialCableCheck,
  precharge: initialPrecharge,
  overVoltage: initialOverVoltage,
  plausibility: initialPlausibility,
  earthVoltage: balanced,
};

class Draft {
  s: DcSessionState;
  /** What takes power away goes first. */
  readonly off: DcSessionEffect[] = [];
  readonly out: DcSessionEffect[] = [];
  readonly nowMs: number;

  constructor(state: DcSessionState, nowMs: number) {
    this.s = state;
    this.nowMs = nowMs;
  }

  change(changes: Partial<DcSessionState>): void {
    this.s = { ...this.s, ...changes };
  }
}

type Handlers = {
  readonly [T in DcSessionEvent["type"]]: (d: Draft, event: Extract<DcSessionEvent, { readonly type: T }>) => void;
};

export function createDcSessionMachine(
  options: DcSessionOptions,
  timing: Timing = houseTiming,
): Machine<DcSessionState, DcSessionEvent, DcSessionEffect> {
  const cableCheck = createCableCheckMachine(options.cableCheck, timing);
  const precharge = createPrechargeMachine(timing);
  const overVoltage = createOverVoltageMachine({ durationMs: options.overVoltageDurationMs }, timing);
  const plausibility = createPlausibilityMachine(
    { maxSpreadV: options.maxSpreadV, durationMs: options.spreadDurationMs },
    timing,
  );

  // -- Parts --

  function toOverVoltage(d: Draft, event: OverVoltageEvent): void {
    const { state, effects } = overVoltage.step(d.s.overVoltage, event, d.nowMs);
    d.change({ overVoltage: state });
    for (const effect of effects) tripped(d, effect);
  }

  function tripped(d: Draft, effect: OverVoltageEffect): void {
    lock(d);
    const type = "evse_manager/MREC5OverVoltage";
    if (effect.type === "trip") {
      const message = `${effect.voltageV} V at the connector, ${effect.limitV} V allowed`;
      d.out.push({ kind: "raise", type, subType: "", severity: effect.severity, message });
    } else {
      const message = "Nobody tells the voltage at the connector";
      d.out.push({ kind: "raise", type, subType: "NotMonitored", severity: "Medium", message });
    }
  }

  function toPlausibility(d: Draft, event: PlausibilityEvent): void {
    const { state, effects } = plausibility.step(d.s.plausibility, event, d.nowMs);
    d.change({ plausibility: state });
    for (const { spreadV, voltagesV } of effects) {
      lock(d);
      const told = Object.entries(voltagesV).map(([source, voltageV]) => `${source} ${voltageV} V`);
      d.out.push({
        kind: "raise",
        type: "evse_manager/VoltagePlausibilityFault",
        subType: "",
        severity: "High",
        message: `Voltages differ by ${spreadV} V: ${told.join(", ")}`,
      });
    }
  }

  function toPrecharge(d: Draft, event: PrechargeEvent): void {
    const { state, effects } = precharge.step(d.s.precharge, event, d.nowMs);
    d.change({ precharge: state });
    for (const effect of effects) {
      if (effect.type === "reached") {
        superviseVehicle(d);
        continue;
      }
      lock(d);
      const { targetV, presentV } = effect;
      d.out.push({
        kind: "raise",
        type: "evse_manager/Internal",
        subType: "Precharge",
        severity: "Medium",
        message: `Precharge: ${presentV ?? "no"} V instead of ${targetV ?? "a voltage nobody has told"} V`,
      });
    }
  }

  function toCableCheck(d: Draft, event: CableCheckEvent): void {
    const { state, effects } = cableCheck.step(d.s.cableCheck, event, d.nowMs);
    d.change({ cableCheck: state });
    for (const effect of effects) checked(d, effect);
  }

  function checked(d: Draft, effect: CableCheckEffect): void {
    switch (effect.type) {
      case "supplyOff":
        off(d);
        return;
      case "setSupply":
        told(d, setSetpoint(d.s.control, effect));
        return;
      case "supplyOn":
        on(d);
        return;
      case "allowClose":
        d.out.push({ kind: "allowClose" });
        return;
      case "startSelfTest":
        d.out.push({ kind: "selfTest", voltageV: effect.voltageV });
        return;
      case "startMonitor":
        d.out.push({ kind: "isolationMonitor", order: "start" });
        return;
      case "stopMonitor":
        d.out.push({ kind: "isolationMonitor", order: "stop" });
        return;
      case "tellIsolation":
        hlc(d, { name: "update_isolation_status", args: { isolation_status: effect.status } });
        return;
      case "finished":
        if (!effect.passed) lock(d);
        hlc(d, { name: "cable_check_finished", args: { status: effect.passed } });
        return;
      case "raiseResistanceFault":
        raiseResistance(d, "Resistance", "The isolation of the cable is too low");
        return;
      case "failed":
        d.out.push({
          kind: "raise",
          type: cableCheckFault,
          subType: "Self test failed",
          severity: "Medium",
          message: `Cable check, ${cableCheckStepWords[effect.step]}: ${effect.cause}`,
        });
    }
  }

  function raiseResistance(d: Draft, subType: "Resistance" | "VoltageToEarth", message: string): void {
    d.out.push({ kind: "raise", type: "evse_manager/MREC22ResistanceFault", subType, severity: "Medium", message });
  }

  function hlc(d: Draft, command: HlcCommand): void {
    d.out.push({ kind: "hlcCommand", command });
  }

  // -- Supply --

  function told(d: Draft, { control, commands }: SupplyStep): void {
    d.change({ control });
    for (const command of commands) d.out.push({ kind: "supply", command });
  }

  /** Supervision begins with the supply, whatever it is switched on for. */
  function on(d: Draft): void {
    if (d.s.control.on || d.s.locked) return;
    superviseCable(d);
    toOverVoltage(d, { type: "started" });
    if (d.s.overVoltage.name !== "tripped") told(d, switchOn(d.s.control));
  }

  /** Supervision of the voltage ends once the supply is off, not before. */
  function off(d: Draft): void {
    const { control, commands } = switchOff(d.s.control);
    const wasOn = d.s.control.on;
    d.change({ control, asked: null, rampAtMs: null, ramp: { currentA: 0, atMs: d.nowMs } });
    if (wasOn || d.off.length === 0) for (const command of commands) d.off.push({ kind: "supply", command });
    // One that has tripped goes on: it sees whether switching off has worked.
    if (d.s.overVoltage.name !== "tripped") toOverVoltage(d, { type: "stopped" });
  }

  function lock(d: Draft): void {
    off(d);
    d.change({ locked: true });
  }

  function stopSupervision(d: Draft): void {
    toOverVoltage(d, { type: "stopped" });
    toPlausibility(d, { type: "stopped" });
    if (options.hasOverVoltageMonitor) d.out.push({ kind: "overVoltageMonitor", order: "stop" });
  }

  /** Until the vehicle is to close its contactor its own limit does not count: the cable is tested above it. */
  function superviseCable(d: Draft): void {
    const { emergencyV } = overVoltageLimits(d.s.vehicleMaxV, d.s.capabilities.max_export_voltage_V);
    toOverVoltage(d, { type: "limitsSet", emergencyV, errorV: emergencyV });
  }

  function superviseVehicle(d: Draft): void {
    toOverVoltage(d, {
      type: "limitsSet",
      ...overVoltageLimits(d.s.vehicleMaxV, d.s.capabilities.max_export_voltage_V),
    });
  }

  // -- Limits and targets --

  /** What the station offers in DC now. */
  function offer({ s, nowMs }: Draft): ToldLimits {
    const { capabilities, derating, budget, present, asked } = s;
    const maxV = capabilities.max_export_voltage_V;
    const isGiven = budget !== null && nowMs < budget.endsAtMs && budget.maxA > 0 && budget.maxW > 0;
    if (!isGiven) return { maxA: 0, maxW: 0, maxV };
    const byCurrentW = (derating.max_export_current_A ?? Number.POSITIVE_INFINITY) * (present?.voltageV || maxV);
    const maxW = Math.min(
      budget.maxW,
      capabilities.max_export_power_W,
      derating.max_export_power_W ?? Number.POSITIVE_INFINITY,
      byCurrentW,
    );
    const knownV = [present?.voltageV, asked?.voltageV].find((voltageV) => (voltageV ?? 0) > leastKnownV);
    const maxA = Math.min(
      capabilities.max_export_current_A,
      derating.max_export_current_A ?? Number.POSITIVE_INFINITY,
      knownV === undefined ? Number.POSITIVE_INFINITY : maxW / knownV,
    );
    return { maxA, maxW, maxV };
  }

  function tellLimits(d: Draft): void {
    const limits = offer(d);
    const { told: before } = d.s;
    const isSame =
      before !== null &&
      Math.abs(before.maxA - limits.maxA) < changeA &&
      Math.abs(before.maxW - limits.maxW) < changeW &&
      before.maxV === limits.maxV &&
      // Nothing at all is never rounded to.
      before.maxA > 0 === limits.maxA > 0;
    if (isSame) return;
    d.change({ told: limits });
    hlc(d, {
      name: "update_dc_maximum_limits",
      args: {
        maximum_limits: {
          evse_maximum_current_limit: limits.maxA,
          evse_maximum_power_limit: limits.maxW,
          evse_maximum_voltage_limit: limits.maxV,
        },
      },
    });
  }

  function tellMinimum(d: Draft): void {
    const { min_export_current_A: leastA, min_export_voltage_V: leastV } = d.s.capabilities;
    hlc(d, {
      name: "update_dc_minimum_limits",
      args: {
        minimum_limits: {
          evse_minimum_current_limit: leastA,
          evse_minimum_voltage_limit: leastV,
          evse_minimum_power_limit: leastA * leastV,
        },
      },
    });
  }

  /** The next setpoint on the way to what the vehicle asks for. */
  function apply(d: Draft): void {
    const { asked, capabilities, vehicleMaxA, vehicleMaxV, present, ramp } = d.s;
    if (asked === null || d.s.locked || !followsTargets.has(d.s.control.phase)) return;
    const { maxA: stationMaxA, maxW: stationMaxW } = offer(d);
    const presentV = present?.voltageV ?? null;
    const limits = { vehicleMaxV, vehicleMaxA, stationMaxA, stationMaxW, presentV };
    const { target } = clampTarget(asked, limits, 0);
    const highest = clampTarget({ voltageV: asked.voltageV, currentA: Number.MAX_VALUE }, limits, 0).target.currentA;
    // Precharge moves a voltage, not a current.
    const rate = d.s.demandActive ? options.rampAperS : Number.POSITIVE_INFINITY;
    const currentA =
      rate === Number.POSITIVE_INFINITY ? target.currentA : ramped(ramp, target.currentA, highest, rate, d.nowMs);
    const setpoint = setpointWithin({ voltageV: target.voltageV, currentA }, capabilities);
    if (setpoint === null) {
      d.out.push({ kind: "refusedTarget", voltageV: target.voltageV });
      return;
    }
    d.change({
      ramp: { currentA, atMs: d.nowMs },
      rampAtMs: currentA === target.currentA ? null : d.nowMs + timing.dcRampStepMs,
    });
    told(d, setSetpoint(d.s.control, setpoint));
    if (d.s.relaysClosed) on(d);
  }

  // -- Measurements --

  /** An external monitor measures while current may flow; before, the supply's own word has to do. */
  function measured(d: Draft, source: VoltageSource, voltageV: number): void {
    const counts = source === (d.s.demandActive ? options.voltageSource : "powerSupply");
    if (counts) toOverVoltage(d, { type: "sampled", voltageV, takenAtMs: d.nowMs });
    toPlausibility(d, { type: "sampled", source, voltageV, takenAtMs: d.nowMs });
  }

  function judgeIsolation(d: Draft, measurement: IsolationMeasurement): void {
    const isGood = isIsolated(measurement.resistance_F_Ohm, options.cableCheck.isMegawatt);
    if (!isGood) lock(d);
    hlc(d, { name: "update_isolation_status", args: { isolation_status: isGood ? "Valid" : "Fault" } });
    if (!isGood) raiseResistance(d, "Resistance", `${measurement.resistance_F_Ohm} Ohm against earth`);
    const { max_export_voltage_V: maxExportV, min_export_voltage_V: minExportV } = d.s.capabilities;
    const earth = watchEarthVoltage(
      d.s.earthVoltage,
      isBalanced(measurement, { maxExportV, minExportV }),
      d.nowMs,
      timing,
    );
    d.change({ earthVoltage: earth.state });
    if (!earth.fault) return;
    lock(d);
    raiseResistance(d, "VoltageToEarth", "A pole is too far from earth");
  }

  const handlers: Handlers = {
    capabilitiesTold: (d, { capabilities }) => {
      d.change({ capabilities });
      tellMinimum(d);
      tellLimits(d);
      apply(d);
    },
    deratingSet: (d, { derating }) => {
      d.change({ derating });
      tellLimits(d);
      apply(d);
    },
    supplyMeasured: (d, { voltageV, currentA }) => {
      if (!Number.isFinite(voltageV) || !Number.isFinite(currentA)) return;
      d.change({ present: { voltageV, currentA } });
      measured(d, "powerSupply", voltageV);
      toCableCheck(d, { type: "supplyMeasured", voltageV });
      toPrecharge(d, { type: "supplyMeasured", voltageV });
      hlc(d, {
        name: "update_dc_present_values",
        args: {
          present_voltage_current: {
            evse_present_voltage: Math.max(0, voltageV),
            evse_present_current:
              currentA === 0 ? 0 : Math.sign(currentA) * (Math.abs(currentA) + options.presentCurrentOffsetA),
          },
        },
      });
      tellLimits(d);
    },
    isolationMeasured: (d, { measurement }) => {
      if (measurement.voltage_V !== undefined) measured(d, "isolationMonitor", measurement.voltage_V);
      toCableCheck(d, { type: "isolationMeasured", resistanceOhm: measurement.resistance_F_Ohm });
      if (d.s.demandActive) judgeIsolation(d, measurement);
    },
    selfTestEnded: (d, { passed }) => toCableCheck(d, { type: "selfTestEnded", passed }),
    voltageMeasured: (d, { source, voltageV }) => measured(d, source, voltageV),

    vehicleLimitsTold: (d, { maxV, maxA }) => {
      d.change({ vehicleMaxV: maxV ?? d.s.vehicleMaxV, vehicleMaxA: maxA ?? d.s.vehicleMaxA });
      if (options.hasOverVoltageMonitor) {
        const limits = overVoltageLimits(d.s.vehicleMaxV, d.s.capabilities.max_export_voltage_V);
        d.out.push({ kind: "overVoltageLimits", ...limits });
      }
      if (d.s.control.on && (d.s.demandActive || d.s.precharge.name === "reached")) superviseVehicle(d);
      if (maxV !== null) toCableCheck(d, { type: "vehicleMaxTold", voltageV: maxV });
      apply(d);
    },
    cableCheckRequested: (d) => {
      if (!d.s.preparing) return;
      d.change({ locked: false });
      d.out.push({ kind: "clear", type: cableCheckFault });
      told(d, setPhase(d.s.control, "CableCheck"));
      const { min_export_voltage_V: minExportV, max_export_voltage_V: maxExportV } = d.s.capabilities;
      toCableCheck(d, {
        type: "started",
        supply: { minExportV, maxExportV },
        relaysClosed: d.s.relaysClosed,
        vehicleMaxV: d.s.vehicleMaxV,
      });
      if (!options.cableCheck.hasIsolationMonitor) d.out.push({ kind: "allowClose" });
    },
    prechargeRequested: (d) => {
      if (!d.s.preparing) return;
      told(d, setPhase(d.s.control, "PreCharge"));
      toPrecharge(d, { type: "started" });
    },
    targetTold: (d, { voltageV, currentA }) => {
      if (options.ignoresLowTargets && (voltageV < lowTargetV || currentA < 0)) return;
      const last = d.s.asked?.voltageV ?? 0;
      const kept = Math.abs(voltageV) <= 1e-6 && last > 0 ? last : voltageV;
      d.change({ asked: { voltageV: kept, currentA } });
      // A current that stands still has not saved up any of its way.
      if (d.s.rampAtMs === null) d.change({ ramp: { ...d.s.ramp, atMs: d.nowMs } });
      toPrecharge(d, { type: "targetTold", voltageV: kept });
      apply(d);
    },
    demandStarted: (d) => {
      told(d, setPhase(d.s.control, "Charging"));
      d.change({ demandActive: true, ramp: { currentA: 0, atMs: d.nowMs }, earthVoltage: balanced });
      toPrecharge(d, { type: "ended" });
      superviseVehicle(d);
      if (options.hasOverVoltageMonitor) d.out.push({ kind: "overVoltageMonitor", order: "start" });
      toPlausibility(d, { type: "started" });
      apply(d);
    },
    demandFinished: (d) => {
      lock(d);
      d.change({ demandActive: false });
      stopSupervision(d);
    },
    openRequested: (d) => {
      lock(d);
      d.change({ demandActive: false });
      stopSupervision(d);
      d.out.push({ kind: "isolationMonitor", order: "stop" });
    },
    relaysChanged: (d, { closed }) => {
      if (closed === d.s.relaysClosed) return;
      if (!closed) {
        lock(d);
        d.change({ demandActive: false });
        stopSupervision(d);
      }
      d.change({ relaysClosed: closed });
      toCableCheck(d, { type: "relaysChanged", closed });
      if (closed) apply(d);
    },
    preparing: (d, { value }) => {
      d.change({ preparing: value });
      if (value) return;
      if (d.s.cableCheck.name !== "idle") toCableCheck(d, { type: "aborted" });
      toPrecharge(d, { type: "ended" });
    },
    limitsEnforced: (d, { maxA, maxW, validForMs }) => {
      d.change({ budget: { maxA, maxW, endsAtMs: d.nowMs + validForMs } });
      tellLimits(d);
      apply(d);
    },
    shutDown: (d) => {
      lock(d);
      d.change({ demandActive: false });
      if (d.s.cableCheck.name === "idle") d.out.push({ kind: "isolationMonitor", order: "stop" });
      else toCableCheck(d, { type: "aborted" });
      toPrecharge(d, { type: "ended" });
    },
    vehicleLeft: (d) => {
      lock(d);
      d.change({ demandActive: false, vehicleMaxV: null, vehicleMaxA: null, told: null, earthVoltage: balanced });
      if (d.s.cableCheck.name !== "idle") toCableCheck(d, { type: "aborted" });
      toPrecharge(d, { type: "ended" });
      toOverVoltage(d, { type: "reset" });
      toPlausibility(d, { type: "reset" });
      if (!options.hasOverVoltageMonitor) return;
      d.out.push({ kind: "overVoltageMonitor", order: "reset" }, { kind: "overVoltageMonitor", order: "stop" });
    },
    deadlineReached: (d) => {
      toOverVoltage(d, overVoltage.deadlineReached);
      toPlausibility(d, plausibility.deadlineReached);
      toCableCheck(d, cableCheck.deadlineReached);
      toPrecharge(d, precharge.deadlineReached);
      const { budget, rampAtMs } = d.s;
      if (budget !== null && d.nowMs >= budget.endsAtMs) {
        // Nobody renews what was given: nothing is given any more.
        d.change({ budget: null });
        tellLimits(d);
        apply(d);
      } else if (rampAtMs !== null && d.nowMs >= rampAtMs) {
        apply(d);
      }
    },
  };

  return {
    step: (state, event, nowMs) => {
      const d = new Draft(state, nowMs);
      (handlers[event.type] as (d: Draft, event: DcSessionEvent) => void)(d, event);
      return { state: d.s, effects: [...d.off, ...d.out] };
    },
    deadlineMs: (state) => {
      const due = [
        overVoltage.deadlineMs(state.overVoltage),
        plausibility.deadlineMs(state.plausibility),
        cableCheck.deadlineMs(state.cableCheck),
        precharge.deadlineMs(state.precharge),
        state.rampAtMs,
        state.budget?.endsAtMs ?? null,
      ].filter((at) => at !== null);
      return due.length === 0 ? null : Math.min(...due);
    },
    deadlineReached: { type: "deadlineReached" },
  };
}
