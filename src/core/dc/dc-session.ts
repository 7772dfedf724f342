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
import { meantTarget } from "./charge-target.ts";
import type { DcParts } from "./dc-draft.ts";
import { Draft, dcParts } from "./dc-draft.ts";
import { tellLimits, tellMinimum } from "./dc-offer.ts";
import {
  latch,
  lock,
  raiseLatched,
  superviseVehicle,
  toOverVoltage,
  toSupply,
  toWeldingCheck,
  unlatch,
} from "./dc-power.ts";
import { cableCheckFault, endPreparation, toCableCheck, toPrecharge } from "./dc-preparation.ts";
import type { DcSessionEffect } from "./dc-session-effects.ts";
import type { DcSessionEvent, DcSessionOptions, DcSessionState } from "./dc-session-state.ts";
import {
  beginSupervision,
  endSupervision,
  judgeIsolation,
  measured,
  supplySilentAtMs,
  toIsolationWatch,
  toPlausibility,
  watchSupply,
  watchVehicle,
} from "./dc-supervision.ts";
import { applyTarget } from "./dc-target.ts";
import { dischargeWay } from "./discharge.ts";
import { overVoltageLimits } from "./over-voltage-limits.ts";
import { setPhase } from "./supply-control.ts";

const lowTargetV = 300;

type Handlers = {
  readonly [T in DcSessionEvent["type"]]: (d: Draft, event: Extract<DcSessionEvent, { readonly type: T }>) => void;
};

/** What there is for the vehicle has changed. */
function offerAnew(d: Draft): void {
  tellLimits(d);
  applyTarget(d);
}

/** Nothing is asked for any more. */
function endDemand(d: Draft): void {
  lock(d);
  toPrecharge(d, { type: "ended" });
  d.change({ demandActive: false, saeActive: false, checkAwaited: false });
}

function beginCableCheck(d: Draft): void {
  d.change({ locked: false });
  d.tell({ kind: "clear", type: cableCheckFault });
  toSupply(d, setPhase(d.s.control, "CableCheck"));
  const { min_export_voltage_V: minExportV, max_export_voltage_V: maxExportV } = d.s.capabilities;
  toCableCheck(d, {
    type: "started",
    supply: { minExportV, maxExportV },
    relaysClosed: d.s.relaysClosed,
    vehicleMaxV: d.s.vehicleMaxV,
  });
  if (!d.parts.options.cableCheck.hasIsolationMonitor) d.tell({ kind: "allowClose" });
}

/** What both speak of has changed, and with it what there is to tell. */
function chooseService(d: Draft, bidirectionalService: boolean | null): void {
  if (bidirectionalService === d.s.bidirectionalService) return;
  d.change({ bidirectionalService });
  tellMinimum(d);
  offerAnew(d);
}

const handlers: Handlers = {
  capabilitiesTold: (d, { capabilities }) => {
    d.change({ capabilities });
    tellMinimum(d);
    offerAnew(d);
  },
  deratingSet: (d, { derating }) => {
    d.change({ derating });
    offerAnew(d);
  },
  supplyMeasured: (d, { voltageV, currentA }) => {
    if (!Number.isFinite(voltageV) || !Number.isFinite(currentA)) return;
    d.change({ present: { voltageV, currentA }, supplyHeardMs: d.nowMs });
    measured(d, "powerSupply", voltageV);
    toCableCheck(d, { type: "supplyMeasured", voltageV });
    toPrecharge(d, { type: "supplyMeasured", voltageV });
    toIsolationWatch(d, { type: "powerMeasured", powerW: voltageV * Math.abs(currentA) });
    toWeldingCheck(d, { type: "supplyMeasured", voltageV });
    const offsetA = d.parts.options.presentCurrentOffsetA;
    d.hlc({
      name: "update_dc_present_values",
      args: {
        present_voltage_current: {
          evse_present_voltage: Math.max(0, voltageV),
          evse_present_current: currentA === 0 ? 0 : Math.sign(currentA) * (Math.abs(currentA) + offsetA),
        },
      },
    });
    tellLimits(d);
  },
  isolationMeasured: (d, { measurement }) => {
    if (measurement.voltage_V !== undefined) measured(d, "isolationMonitor", measurement.voltage_V);
    toCableCheck(d, { type: "isolationMeasured", resistanceOhm: measurement.resistance_F_Ohm });
    toIsolationWatch(d, { type: "sampled" });
    if (d.s.demandActive) judgeIsolation(d, measurement);
  },
  selfTestEnded: (d, { passed }) => toCableCheck(d, { type: "selfTestEnded", passed }),
  voltageMeasured: (d, { source, voltageV }) => measured(d, source, voltageV),
  overVoltageReported: (d) => {
    lock(d);
    latch(d);
  },

  vehicleLimitsTold: (d, { maxV, maxA }) => {
    d.change({ vehicleMaxV: maxV ?? d.s.vehicleMaxV, vehicleMaxA: maxA ?? d.s.vehicleMaxA });
    if (d.parts.options.hasOverVoltageMonitor) {
      const limits = overVoltageLimits(d.s.vehicleMaxV, d.s.capabilities.max_export_voltage_V);
      d.tell({ kind: "overVoltageLimits", ...limits });
    }
    if (d.s.control.on && (d.s.demandActive || d.s.precharge.name === "reached")) superviseVehicle(d);
    if (maxV !== null) toCableCheck(d, { type: "vehicleMaxTold", voltageV: maxV });
    applyTarget(d);
  },
  cableCheckRequested: (d) => {
    // The charger may still wait for its energy, its meter or its store: the vehicle asks once.
    d.change({ checkAwaited: !d.s.preparing });
    if (d.s.preparing) beginCableCheck(d);
  },
  prechargeRequested: (d) => {
    if (!d.s.preparing) return;
    toSupply(d, setPhase(d.s.control, "PreCharge"));
    toPrecharge(d, { type: "started" });
  },
  targetTold: (d, { voltageV, currentA, repeated }) => {
    // SAE J2847/2 says by the limits which way it goes, not by the demand.
    const target = { voltageV, currentA: d.parts.options.saeMode === "None" ? currentA : Math.abs(currentA) };
    const isWatched = d.s.demandActive && (repeated === true || d.s.vehicleDueMs !== null);
    if (isWatched) d.change({ vehicleDueMs: d.nowMs + d.parts.timing.vehicleSilentMs });
    if (d.parts.options.ignoresLowTargets && (target.voltageV < lowTargetV || target.currentA < 0)) return;
    const asked = meantTarget(target, d.s.asked?.voltageV ?? 0);
    d.change({ asked });
    toPrecharge(d, { type: "targetTold", voltageV: asked.voltageV });
    applyTarget(d);
  },
  demandStarted: (d) => {
    toSupply(d, setPhase(d.s.control, "Charging"));
    // Where the charger has turned to an end meanwhile, the vehicle has a charge loop to leave, and no current.
    const rampingDown = !d.s.preparing;
    d.change({ demandActive: true, rampingDown, ramp: { currentA: 0, atMs: d.nowMs } });
    toPrecharge(d, { type: "ended" });
    superviseVehicle(d);
    beginSupervision(d);
    applyTarget(d);
  },
  stopAsked: (d) => {
    if (!d.s.demandActive || !d.s.control.on) return;
    d.change({ rampingDown: true, ramp: { ...d.s.ramp, atMs: d.nowMs } });
    applyTarget(d);
  },
  demandFinished: (d) => {
    endDemand(d);
    endSupervision(d);
  },
  openRequested: (d) => {
    endDemand(d);
    endSupervision(d);
    d.tell({ kind: "isolationMonitor", order: "stop" });
  },
  relaysChanged: (d, { closed }) => {
    if (closed === d.s.relaysClosed) return;
    if (!closed) {
      endDemand(d);
      endSupervision(d);
    }
    d.change({ relaysClosed: closed });
    toWeldingCheck(d, { type: closed ? "ended" : "opened" });
    toCableCheck(d, { type: "relaysChanged", closed });
    if (closed) applyTarget(d);
  },
  preparing: (d, { value }) => {
    const begins = value && d.s.checkAwaited;
    d.change({ preparing: value, checkAwaited: false });
    if (begins) beginCableCheck(d);
    if (!value) endPreparation(d);
  },
  limitsEnforced: (d, { maxA, maxW, discharges, validForMs }) => {
    const before = d.s.budget;
    d.change({ budget: { maxA, maxW, discharges, endsAtMs: d.nowMs + validForMs } });
    const isRefused = discharges && maxW > 0 && dischargeWay(d.s, d.parts.options) === null;
    if (isRefused && before?.discharges !== true) d.tell({ kind: "refusedDischarge", powerW: maxW });
    offerAnew(d);
  },
  saeModeActive: (d) => {
    if (d.parts.options.saeMode === "None") return;
    d.change({ saeActive: true });
    offerAnew(d);
  },
  serviceSelected: (d, { bidirectional }) => chooseService(d, bidirectional),
  serviceForgotten: (d) => chooseService(d, null),
  shutDown: (d) => {
    endDemand(d);
    toIsolationWatch(d, { type: "stopped" });
    if (d.s.cableCheck.name === "idle") d.tell({ kind: "isolationMonitor", order: "stop" });
    endPreparation(d);
  },
  vehicleFound: raiseLatched,
  vehicleLeft: (d) => {
    endDemand(d);
    d.change({ vehicleMaxV: null, vehicleMaxA: null, told: null, paces: {}, bidirectionalService: null });
    endPreparation(d);
    toOverVoltage(d, { type: "reset" });
    toPlausibility(d, { type: "reset" });
    toIsolationWatch(d, { type: "stopped" });
    unlatch(d);
    if (!d.parts.options.hasOverVoltageMonitor) return;
    d.tell({ kind: "overVoltageMonitor", order: "reset" }, { kind: "overVoltageMonitor", order: "stop" });
  },
  latchLoaded: (d) => d.change({ latched: true }),
  deadlineReached: (d) => {
    const { overVoltage, plausibility, cableCheck, precharge, isolationWatch, weldingCheck } = d.parts;
    toOverVoltage(d, overVoltage.deadlineReached);
    toPlausibility(d, plausibility.deadlineReached);
    toCableCheck(d, cableCheck.deadlineReached);
    toPrecharge(d, precharge.deadlineReached);
    toIsolationWatch(d, isolationWatch.deadlineReached);
    toWeldingCheck(d, weldingCheck.deadlineReached);
    watchSupply(d);
    watchVehicle(d);
    const { budget, rampAtMs } = d.s;
    if (budget !== null && d.nowMs >= budget.endsAtMs) {
      // Nobody renews what was given: nothing is given any more.
      d.change({ budget: null });
      offerAnew(d);
    } else if (rampAtMs !== null && d.nowMs >= rampAtMs) {
      applyTarget(d);
    }
  },
};

function earliestMs(parts: DcParts, s: DcSessionState): number | null {
  const due = [
    parts.overVoltage.deadlineMs(s.overVoltage),
    parts.plausibility.deadlineMs(s.plausibility),
    parts.cableCheck.deadlineMs(s.cableCheck),
    parts.precharge.deadlineMs(s.precharge),
    parts.isolationWatch.deadlineMs(s.isolationWatch),
    parts.weldingCheck.deadlineMs(s.weldingCheck),
    supplySilentAtMs({ s, parts }),
    s.vehicleDueMs,
    s.rampAtMs,
    s.budget?.endsAtMs ?? null,
  ].filter((at) => at !== null);
  return due.length === 0 ? null : Math.min(...due);
}

export function createDcSessionMachine(
  options: DcSessionOptions,
  timing: Timing = houseTiming,
): Machine<DcSessionState, DcSessionEvent, DcSessionEffect> {
  const parts = dcParts(options, timing);
  return {
    step: (state, event, nowMs) => {
      const d = new Draft(parts, state, nowMs);
      (handlers[event.type] as (d: Draft, event: DcSessionEvent) => void)(d, event);
      return { state: d.s, effects: [...d.off, ...d.out] };
    },
    deadlineMs: (state) => earliestMs(parts, state),
    deadlineReached: { type: "deadlineReached" },
  };
}
