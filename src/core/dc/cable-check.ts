/**
 * The cable check: before a vehicle is charged, its cable is put under voltage and the isolation against earth is
 * measured. Source: DC charging facts, section 3; IEC 61851-23:2023 CC.4.1.
 *
 * Every step has a deadline, and all of them together have one that is shorter than the vehicle's patience.
 */
import type { Machine } from "../machine.ts";
import type { Timing } from "../timing.ts";
import { timing as houseTiming } from "../timing.ts";
import { isIsolated } from "./isolation.ts";
import { assumedVehicleMaxV } from "./over-voltage-limits.ts";
import { testVoltageV } from "./test-voltage.ts";

export interface CableCheckOptions {
  /** Without an isolation monitor there is nothing to check. */
  readonly hasIsolationMonitor: boolean;
  readonly isMegawatt: boolean;
  /** `cable_check_enable_imd_self_test`. */
  readonly selfTest: boolean;
  /** `cable_check_enable_imd_self_test_relays_open`, and the voltage it takes place at. */
  readonly selfTestRelaysOpen: boolean;
  readonly relaysOpenVoltageV: number;
  readonly relaysClosedTimeoutMs: number;
  /** `dc_isolation_voltage_V`; 0: by the vehicle's maximum. */
  readonly isolationVoltageV: number;
  /** `cable_check_wait_number_of_imd_measurements`; 0: none is waited for. */
  readonly measurements: number;
  /** `cable_check_wait_below_60V_before_finish`. */
  readonly waitBelow60V: boolean;
  /** `hack_pause_imd_during_precharge`. */
  readonly pauseMonitor: boolean;
  /** All steps together; the vehicle waits 40 s (ISO 15118-2 V2G_EVCC_CableCheck_Timeout). */
  readonly totalMs: number;
}

/** What the supply can give, in volt. */
export interface SupplyRange {
  readonly minExportV: number;
  readonly maxExportV: number;
}

const steps = [
  "discharged",
  "relaysOpenVoltage",
  "relaysOpenSelfTest",
  "relaysClosed",
  "vehicleVoltage",
  "testVoltage",
  "selfTest",
  "isolation",
  "dischargedAgain",
] as const;
export type CableCheckStep = (typeof steps)[number];

/** What a step that fails is called where people read it. */
export const cableCheckStepWords: Readonly<Record<CableCheckStep, string>> = {
  discharged: "wait for less than 60 V before the check",
  relaysOpenVoltage: "voltage for the self test with open contactors",
  relaysOpenSelfTest: "self test of the isolation monitor with open contactors",
  relaysClosed: "contactors closed",
  vehicleVoltage: "maximum voltage of the vehicle",
  testVoltage: "test voltage",
  selfTest: "self test of the isolation monitor",
  isolation: "isolation measurement",
  dischargedAgain: "wait for less than 60 V after the check",
};

export type CableCheckCause =
  | "tooLate"
  | "noSamples"
  | "outOfRange"
  | "selfTestFailed"
  | "notIsolated"
  | "relaysOpened"
  | "outOfTime";

/** With open contactors these would test the station's own cable only. */
const needsRelays: ReadonlySet<CableCheckStep> = new Set(["vehicleVoltage", "testVoltage", "selfTest", "isolation"]);

interface Running {
  readonly supply: SupplyRange;
  readonly endsAtMs: number;
  readonly stepEndsAtMs: number;
  /** The next sample is due by then; null where none is waited for. */
  readonly sampleDueMs: number | null;
  readonly relaysClosed: boolean;
  readonly vehicleMaxV: number | null;
  readonly voltageV: number | null;
  /** The self test with open contactors went on; its result counts later. */
  readonly selfTest: "notStarted" | "running" | "passed" | "failed";
  readonly measured: number;
  readonly setV: number;
}

export type CableCheckState =
  | { readonly name: "idle" }
  | (Running & { readonly name: "checking"; readonly step: CableCheckStep })
  /** The supply is off; the vehicle is told once the voltage is gone, or has not gone in time. */
  | (Running & { readonly name: "failing"; readonly step: CableCheckStep; readonly cause: CableCheckCause });

type Checking = Extract<CableCheckState, { readonly name: "checking" }>;
type Failing = Extract<CableCheckState, { readonly name: "failing" }>;

export type CableCheckEvent =
  | {
      readonly type: "started";
      readonly supply: SupplyRange;
      readonly relaysClosed: boolean;
      readonly vehicleMaxV: number | null;
    }
  | { readonly type: "supplyMeasured"; readonly voltageV: number }
  | { readonly type: "relaysChanged"; readonly closed: boolean }
  | { readonly type: "vehicleMaxTold"; readonly voltageV: number }
  | { readonly type: "selfTestEnded"; readonly passed: boolean }
  | { readonly type: "isolationMeasured"; readonly resistanceOhm: number }
  /** The vehicle left, or somebody stopped the session. */
  | { readonly type: "aborted" }
  | { readonly type: "deadlineReached" };

export type CableCheckEffect =
  | { readonly type: "supplyOff" }
  | { readonly type: "setSupply"; readonly voltageV: number; readonly currentA: number }
  | { readonly type: "supplyOn" }
  /** From here on the vehicle may bring the contactor to close. */
  | { readonly type: "allowClose" }
  | { readonly type: "startSelfTest"; readonly voltageV: number }
  | { readonly type: "startMonitor" }
  | { readonly type: "stopMonitor" }
  | { readonly type: "tellIsolation"; readonly status: "No_IMD" | "Valid" | "Fault" }
  | { readonly type: "raiseResistanceFault" }
  | { readonly type: "finished"; readonly passed: boolean }
  | { readonly type: "failed"; readonly step: CableCheckStep; readonly cause: CableCheckCause };

export const initialCableCheck: CableCheckState = { name: "idle" };

/** IEC 61851-23:2023 CC.4.1: low enough that a short circuit shows as a voltage that does not rise. */
const testCurrentA = 2;
const safeV = 60;
const toleranceV = 10;

class Draft {
  state: CableCheckState;
  readonly effects: CableCheckEffect[] = [];
  readonly nowMs: number;

  constructor(state: CableCheckState, nowMs: number) {
    this.state = state;
    this.nowMs = nowMs;
  }

  tell(...effects: CableCheckEffect[]): void {
    this.effects.push(...effects);
  }
}

export function createCableCheckMachine(
  options: CableCheckOptions,
  timing: Timing = houseTiming,
): Machine<CableCheckState, CableCheckEvent, CableCheckEffect> {
  const stepMs: Readonly<Record<CableCheckStep, number>> = {
    discharged: timing.cableCheckVoltageMs,
    relaysOpenVoltage: timing.cableCheckVoltageMs,
    relaysOpenSelfTest: timing.cableCheckSelfTestMs,
    relaysClosed: options.relaysClosedTimeoutMs,
    vehicleVoltage: timing.cableCheckVehicleVoltageMs,
    testVoltage: timing.cableCheckVoltageMs,
    selfTest: timing.cableCheckSelfTestMs,
    isolation: Number.POSITIVE_INFINITY,
    dischargedAgain: timing.cableCheckVoltageMs,
  };
  const sampleMs: Readonly<Partial<Record<CableCheckStep, number>>> = {
    discharged: timing.cableCheckVoltageSampleMs,
    relaysOpenVoltage: timing.cableCheckVoltageSampleMs,
    testVoltage: timing.cableCheckVoltageSampleMs,
    isolation: timing.cableCheckIsolationSampleMs,
    dischargedAgain: timing.cableCheckVoltageSampleMs,
  };

  const sampleDueMs = (step: CableCheckStep, nowMs: number): number | null => {
    const ms = sampleMs[step];
    return ms === undefined ? null : nowMs + ms;
  };

  function enter(d: Draft, state: Running, step: CableCheckStep): void {
    d.state = {
      ...state,
      name: "checking",
      step,
      stepEndsAtMs: d.nowMs + stepMs[step],
      sampleDueMs: sampleDueMs(step, d.nowMs),
    };
    begin[step](d, d.state);
  }

  function fail(d: Draft, { ...state }: Running, step: CableCheckStep, cause: CableCheckCause): void {
    d.tell({ type: "supplyOff" }, { type: "stopMonitor" });
    // What was measured before the supply went off says nothing about what is left.
    d.state = {
      ...state,
      name: "failing",
      step,
      cause,
      voltageV: null,
      stepEndsAtMs: d.nowMs + timing.cableCheckVoltageMs,
    };
    failing(d, d.state);
  }

  function failing(d: Draft, { voltageV, stepEndsAtMs, endsAtMs, step, cause }: Failing): void {
    const isDischarged = voltageV !== null && voltageV < safeV;
    if (!isDischarged && d.nowMs < Math.min(stepEndsAtMs, endsAtMs)) return;
    d.state = { name: "idle" };
    d.tell({ type: "finished", passed: false }, { type: "failed", step, cause });
  }

  /** Sets the supply and switches it on; refuses what it cannot give. */
  function supply(d: Draft, state: Checking, voltageV: number): boolean {
    if (voltageV < state.supply.minExportV || voltageV > state.supply.maxExportV) {
      fail(d, state, state.step, "outOfRange");
      return false;
    }
    d.state = { ...state, setV: voltageV };
    d.tell({ type: "setSupply", voltageV, currentA: testCurrentA }, { type: "supplyOn" });
    return true;
  }

  function passed(d: Draft): void {
    d.state = { name: "idle" };
    d.tell({ type: "finished", passed: true });
  }

  /** What a step does when it begins. A step that finds its goal reached goes on at once. */
  const begin: Readonly<Record<CableCheckStep, (d: Draft, state: Checking) => void>> = {
    discharged: () => {},
    relaysOpenVoltage: (d, state) => {
      supply(d, state, options.relaysOpenVoltageV);
    },
    relaysOpenSelfTest: () => {},
    relaysClosed: (d, state) => {
      if (state.relaysClosed) enter(d, state, "vehicleVoltage");
    },
    vehicleVoltage: (d, state) => {
      if (options.isolationVoltageV > 0 || state.vehicleMaxV !== null) enter(d, state, "testVoltage");
    },
    testVoltage: (d, state) => {
      const byVehicle = testVoltageV(state.vehicleMaxV ?? assumedVehicleMaxV, state.supply.maxExportV);
      supply(d, state, options.isolationVoltageV > 0 ? options.isolationVoltageV : byVehicle);
    },
    selfTest: (d, state) => {
      if (!options.selfTest || state.selfTest === "passed") enter(d, state, "isolation");
      else if (state.selfTest === "failed") fail(d, state, "selfTest", "selfTestFailed");
      else if (state.selfTest === "notStarted") {
        d.state = { ...state, selfTest: "running" };
        d.tell({ type: "startSelfTest", voltageV: state.setV });
      }
    },
    isolation: (d, state) => {
      d.tell({ type: "startMonitor" });
      if (options.measurements > 0) return;
      d.tell({ type: "tellIsolation", status: "Valid" });
      measured(d, state);
    },
    dischargedAgain: (d) => d.tell({ type: "supplyOff" }),
  };

  function measured(d: Draft, state: Checking): void {
    if (options.pauseMonitor) d.tell({ type: "stopMonitor" });
    if (options.waitBelow60V) enter(d, state, "dischargedAgain");
    else passed(d);
  }

  function isReached(voltageV: number, setV: number): boolean {
    return Math.abs(voltageV - setV) < toleranceV;
  }

  /** What a measured voltage means to the step. */
  const onVoltage: Readonly<Partial<Record<CableCheckStep, (d: Draft, state: Checking, voltageV: number) => void>>> = {
    discharged: (d, state, voltageV) => {
      if (voltageV >= safeV) return;
      d.tell({ type: "allowClose" });
      enter(d, state, options.selfTestRelaysOpen ? "relaysOpenVoltage" : "relaysClosed");
    },
    relaysOpenVoltage: (d, state, voltageV) => {
      if (!isReached(voltageV, state.setV)) return;
      d.tell({ type: "startSelfTest", voltageV: state.setV });
      const testing: Checking = { ...state, selfTest: "running" };
      enter(d, testing, options.selfTest ? "relaysClosed" : "relaysOpenSelfTest");
    },
    testVoltage: (d, state, voltageV) => {
      if (isReached(voltageV, state.setV)) enter(d, state, "selfTest");
    },
    dischargedAgain: (d, _state, voltageV) => {
      if (voltageV < safeV) passed(d);
    },
  };

  function onSelfTest(d: Draft, state: Checking, ok: boolean): void {
    const ended: Checking = { ...state, selfTest: ok ? "passed" : "failed" };
    d.state = ended;
    const { step } = state;
    if (step !== "selfTest" && step !== "relaysOpenSelfTest") return;
    if (!ok) {
      fail(d, ended, step, "selfTestFailed");
    } else if (step === "selfTest") {
      enter(d, ended, "isolation");
    } else {
      d.tell({ type: "supplyOff" });
      enter(d, ended, "relaysClosed");
    }
  }

  function onIsolation(d: Draft, state: Checking, resistanceOhm: number): void {
    if (state.step !== "isolation") return;
    const counted: Checking = {
      ...state,
      measured: state.measured + 1,
      sampleDueMs: d.nowMs + timing.cableCheckIsolationSampleMs,
    };
    d.state = counted;
    if (counted.measured < options.measurements) return;
    const isolated = isIsolated(resistanceOhm, options.isMegawatt);
    d.tell({ type: "tellIsolation", status: isolated ? "Valid" : "Fault" });
    if (isolated) {
      measured(d, counted);
    } else {
      fail(d, counted, "isolation", "notIsolated");
      d.tell({ type: "raiseResistanceFault" });
    }
  }

  function onDeadline(d: Draft, state: Checking): void {
    const { step, endsAtMs, stepEndsAtMs, sampleDueMs: dueMs } = state;
    if (d.nowMs >= endsAtMs) fail(d, state, step, "outOfTime");
    else if (dueMs !== null && d.nowMs >= dueMs) fail(d, state, step, "noSamples");
    else if (d.nowMs < stepEndsAtMs) return;
    // A vehicle that does not tell its maximum is taken for an ordinary one.
    else if (step === "vehicleVoltage") enter(d, state, "testVoltage");
    else fail(d, state, step, "tooLate");
  }

  function start(d: Draft, event: Extract<CableCheckEvent, { readonly type: "started" }>): void {
    if (!options.hasIsolationMonitor) {
      d.tell({ type: "tellIsolation", status: "No_IMD" }, { type: "finished", passed: true });
      return;
    }
    const { supply: range, relaysClosed, vehicleMaxV } = event;
    const state: Running = {
      supply: range,
      endsAtMs: d.nowMs + options.totalMs,
      stepEndsAtMs: 0,
      sampleDueMs: null,
      relaysClosed,
      vehicleMaxV,
      voltageV: null,
      selfTest: "notStarted",
      measured: 0,
      setV: 0,
    };
    enter(d, state, "discharged");
  }

  function whileRunning(d: Draft, event: CableCheckEvent, state: Checking | Failing): void {
    switch (event.type) {
      case "started":
        return;
      case "aborted":
        d.state = { name: "idle" };
        d.tell({ type: "supplyOff" }, { type: "stopMonitor" }, { type: "finished", passed: false });
        return;
      case "supplyMeasured": {
        const { voltageV } = event;
        if (!Number.isFinite(voltageV)) return;
        if (state.name === "failing") {
          failing(d, { ...state, voltageV });
          return;
        }
        const heard: Checking = {
          ...state,
          voltageV,
          sampleDueMs: state.step === "isolation" ? state.sampleDueMs : sampleDueMs(state.step, d.nowMs),
        };
        d.state = heard;
        onVoltage[state.step]?.(d, heard, voltageV);
        return;
      }
      case "deadlineReached":
        if (state.name === "failing") failing(d, state);
        else onDeadline(d, state);
        return;
    }
    if (state.name === "failing") return;
    switch (event.type) {
      case "relaysChanged":
        d.state = { ...state, relaysClosed: event.closed };
        if (event.closed && state.step === "relaysClosed") enter(d, { ...state, relaysClosed: true }, "vehicleVoltage");
        if (!event.closed && needsRelays.has(state.step)) fail(d, state, state.step, "relaysOpened");
        return;
      case "vehicleMaxTold":
        d.state = { ...state, vehicleMaxV: event.voltageV };
        if (state.step === "vehicleVoltage") enter(d, { ...state, vehicleMaxV: event.voltageV }, "testVoltage");
        return;
      case "selfTestEnded":
        onSelfTest(d, state, event.passed);
        return;
      case "isolationMeasured":
        onIsolation(d, state, event.resistanceOhm);
        return;
    }
  }

  return {
    step: (state, event, nowMs) => {
      const d = new Draft(state, nowMs);
      if (state.name === "idle") {
        if (event.type === "started") start(d, event);
      } else {
        whileRunning(d, event, state);
      }
      return { state: d.state, effects: d.effects };
    },
    deadlineMs: (state) => {
      if (state.name === "idle") return null;
      const { endsAtMs, stepEndsAtMs } = state;
      const dueMs = state.name === "checking" ? state.sampleDueMs : null;
      return Math.min(endsAtMs, stepEndsAtMs, dueMs ?? Number.POSITIVE_INFINITY);
    },
    deadlineReached: { type: "deadlineReached" },
  };
}
