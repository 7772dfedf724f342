/** A DC session in virtual time: what it says, and how far one gets with an ordinary vehicle. */
import { createDcSessionMachine } from "../../../src/core/dc/dc-session.ts";
import type { DcSessionEffect } from "../../../src/core/dc/dc-session-effects.ts";
import type { DcSessionEvent, DcSessionOptions, DcSessionState } from "../../../src/core/dc/dc-session-state.ts";
import { initialDcSession } from "../../../src/core/dc/dc-session-state.ts";
import { unknownSupply } from "../../../src/core/dc/power-supply.ts";

export const options: DcSessionOptions = {
  cableCheck: {
    hasIsolationMonitor: true,
    isMegawatt: false,
    selfTest: false,
    selfTestRelaysOpen: false,
    relaysOpenVoltageV: 48,
    relaysClosedTimeoutMs: 5000,
    isolationVoltageV: 0,
    measurements: 1,
    waitBelow60V: true,
    pauseMonitor: false,
    totalMs: 35_000,
  },
  overVoltageDurationMs: 400,
  maxSpreadV: 50,
  spreadDurationMs: 30_000,
  rampAperS: 25,
  hasOverVoltageMonitor: false,
  ignoresLowTargets: false,
  presentCurrentOffsetA: 0,
  dischargesUnspoken: false,
  saeMode: "None",
};

export const capabilities = {
  ...unknownSupply,
  min_export_voltage_V: 150,
  max_export_voltage_V: 1000,
  max_export_current_A: 200,
  max_export_power_W: 60_000,
};

/** Present values go by with every sample: they have a test of their own. */
function words(effect: DcSessionEffect): string[] {
  switch (effect.kind) {
    case "supply":
      return effect.command.type === "setMode"
        ? [`${effect.command.mode} ${effect.command.phase}`]
        : [
            `${effect.command.type === "setImportVoltageCurrent" ? "from " : ""}${effect.command.voltageV} V ${effect.command.currentA} A`,
          ];
    case "isolationMonitor":
      return [`monitor ${effect.order}`];
    case "selfTest":
      return [`self test ${effect.voltageV} V`];
    case "overVoltageMonitor":
      return [`ovm ${effect.order}`];
    case "overVoltageLimits":
      return [`ovm ${effect.emergencyV} V ${effect.errorV} V`];
    case "allowClose":
      return ["allow close"];
    case "raise":
      return [`${effect.type.replace("evse_manager/", "")} ${effect.subType} ${effect.severity}`.replace("  ", " ")];
    case "keepLatch":
      return [effect.latched ? "latched" : "unlatched"];
    // Whether there is anything to clear, only the EVSE knows.
    case "clear":
      return [];
    case "refusedDischarge":
      return [`refused ${effect.powerW} W towards the grid`];
    case "refusedTarget":
      return [`refused ${effect.voltageV} V`];
    case "hlcCommand": {
      const { command } = effect;
      if (command.name === "update_dc_present_values") return [];
      if (command.name === "cable_check_finished") return [`cable check ${command.args.status ? "ok" : "not ok"}`];
      if (command.name === "update_isolation_status") return [`isolation ${command.args.isolation_status}`];
      if (command.name === "update_dc_maximum_limits") {
        const { evse_maximum_current_limit: a, evse_maximum_power_limit: w } = command.args.maximum_limits;
        const { evse_maximum_discharge_current_limit: backA, evse_maximum_discharge_power_limit: backW } =
          command.args.maximum_limits;
        const back = backA === undefined ? "" : `, back ${Math.round(backA * 10) / 10} A ${Math.round(backW ?? 0)} W`;
        return [`at most ${Math.round(a * 10) / 10} A ${Math.round(w)} W${back}`];
      }
      return [];
    }
  }
}

export class Course {
  readonly machine;
  state: DcSessionState = initialDcSession;
  nowMs = 0;
  #told: string[] = [];

  constructor(changed: Partial<DcSessionOptions> = {}) {
    this.machine = createDcSessionMachine({ ...options, ...changed });
  }

  #step(event: DcSessionEvent): void {
    const { state, effects } = this.machine.step(this.state, event, this.nowMs);
    this.state = state;
    this.#told.push(...effects.flatMap(words));
  }

  /** What is said until then and by the events. */
  at(seconds: number, ...events: DcSessionEvent[]): string[] {
    this.#told = [];
    const toMs = Math.round(seconds * 1000);
    for (;;) {
      const dueMs = this.machine.deadlineMs(this.state);
      if (dueMs === null || dueMs > toMs) break;
      this.nowMs = Math.max(this.nowMs, dueMs);
      this.#step(this.machine.deadlineReached);
    }
    this.nowMs = toMs;
    for (const event of events) this.#step(event);
    return this.#told;
  }

  /** A sample of the voltage every 250 ms, and of the isolation while current flows; what is said on the way. */
  lasting(fromS: number, toS: number, voltageV: number, currentA = 0): string[] {
    const said: string[] = [];
    for (let at = fromS; at <= toS; at += 0.25) {
      said.push(...this.at(at, supply(voltageV, currentA), ...(this.state.demandActive ? [ohms(1e6)] : [])));
    }
    return said.filter((word) => word !== "isolation Valid");
  }
}

export const supply = (voltageV: number, currentA = 0): DcSessionEvent => ({
  type: "supplyMeasured",
  voltageV,
  currentA,
});
export const target = (voltageV: number, currentA: number): DcSessionEvent => ({
  type: "targetTold",
  voltageV,
  currentA,
});
export const ohms = (resistance_F_Ohm: number): DcSessionEvent => ({
  type: "isolationMeasured",
  measurement: { resistance_F_Ohm },
});
export const relays = (closed: boolean): DcSessionEvent => ({ type: "relaysChanged", closed });
export const limits = (maxA: number, maxW: number, validForMs = 1e9, discharges = false): DcSessionEvent => ({
  type: "limitsEnforced",
  maxA,
  maxW,
  discharges,
  validForMs,
});
export const simple = (
  type:
    | "cableCheckRequested"
    | "prechargeRequested"
    | "demandStarted"
    | "demandFinished"
    | "shutDown"
    | "openRequested"
    | "vehicleLeft"
    | "stopAsked"
    | "saeModeActive",
) => ({ type }) as DcSessionEvent;

/** A vehicle for 500 V and 150 A, limits of 60 kW. */
export function begun(changed: Partial<DcSessionOptions> = {}): Course {
  const course = new Course(changed);
  course.at(0, { type: "capabilitiesTold", capabilities }, limits(100, 60_000), { type: "preparing", value: true });
  course.at(0, { type: "vehicleLimitsTold", maxV: 500, maxA: 150 }, supply(0));
  return course;
}

export function checked(course = begun()): Course {
  course.at(1, simple("cableCheckRequested"));
  course.at(1, supply(0), relays(true));
  course.at(1.5, supply(500));
  course.at(2, ohms(1e6));
  course.at(2.5, supply(10));
  return course;
}

export function precharged(course = checked()): Course {
  course.at(3, simple("prechargeRequested"), target(400, 2));
  course.at(3.25, supply(400));
  return course;
}

export function charging(course = precharged()): Course {
  course.at(4, simple("demandStarted"), target(400, 100));
  course.at(4, { type: "preparing", value: false });
  return course;
}

/** A supply that also draws: 80 A, 40 kW, down to 200 V. */
export const bothDirections = {
  ...capabilities,
  bidirectional: true,
  max_import_voltage_V: 900,
  min_import_voltage_V: 200,
  max_import_current_A: 80,
  min_import_current_A: 1,
  max_import_power_W: 40_000,
};

/** The same with such a supply. */
export function bothWays(changed: Partial<DcSessionOptions> = {}, ...chosen: DcSessionEvent[]): Course {
  const course = begun(changed);
  course.at(0, { type: "capabilitiesTold", capabilities: bothDirections }, ...chosen);
  return precharged(checked(course));
}

export const service = (bidirectional: boolean): DcSessionEvent => ({ type: "serviceSelected", bidirectional });
export const back = (maxW: number, validForMs = 1e9): DcSessionEvent => limits(16, maxW, validForMs, true);
export const raised = (course: Course): [number, string] => [
  course.state.control.setpoint?.currentA ?? -1,
  course.state.control.direction,
];
