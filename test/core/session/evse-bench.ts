/** A station's EVSE on a desk: events in, lines out, a contactor that follows its command, a clock that only we move. */
import type { BspEvent } from "../../../src/core/board.ts";
import type { ActiveFault } from "../../../src/core/faults/inoperative.ts";
import type { HighLevelOptions } from "../../../src/core/hlc/high-level.ts";
import { evseMachine } from "../../../src/core/session/evse.ts";
import type { EvseEffect, EvseEvent, EvseOptions, EvseState } from "../../../src/core/session/evse-state.ts";
import { initialEvse } from "../../../src/core/session/evse-state.ts";
import { defaultOptions } from "../../spec/charger-check.ts";
import { capabilities as dcCapabilities, options as dcSession } from "../dc/dc-course.ts";

export const evseOptions: EvseOptions = {
  pilot: { hasVentilation: true, lockInB: true, unlockWhenDeauthorized: false, limitSimplifiedTo10A: false },
  charger: defaultOptions,
  randomDelay: { enabled: false, maxDurationS: 600, atAnyChange: true },
  dc: null,
  highLevel: null,
  inoperativeUsesVendorId: false,
  initialMeterValueTimeoutMs: 5000,
  waitsForExternalReady: false,
};

export const highLevel: HighLevelOptions = {
  offer: {
    chargeMode: "AC",
    connectorType: "cType2",
    evseId: "DE*PNX*E1",
    evseIdDin: "49A80737A45678",
    externalPayment: true,
    receiptRequired: false,
    freeService: false,
    debug: false,
    saeMode: "None",
    bpt: null,
    acBpt: false,
    nominalVoltageV: 230,
    maxCurrentImportA: 32,
  },
  identification: { connectorId: 1, autocharge: "off", answersAfterStep: false },
  plugAndCharge: { enabled: true, centralValidation: false, certificateInstallation: true },
  noEnergyPause: "PauseBeforeCableCheck",
  cableCheckRestMs: 0,
  cableCheckRestVolkswagenMs: 0,
  fixesWholeAmperes: false,
};

export function withCharger(more: Partial<EvseOptions["charger"]>): EvseOptions {
  const charger = { ...defaultOptions, ...more };
  const offer = { ...highLevel.offer, chargeMode: charger.chargeMode };
  return { ...evseOptions, charger, highLevel: charger.hlcEnabled ? { ...highLevel, offer } : null };
}

export const token = {
  id_token: { value: "TAG", type: "ISO14443" },
  authorization_type: "RFID",
} as const;

export const capabilities = {
  max_current_A_import: 32,
  min_current_A_import: 6,
  max_phase_count_import: 3,
  min_phase_count_import: 1,
  max_current_A_export: 0,
  min_current_A_export: 0,
  max_phase_count_export: 0,
  min_phase_count_export: 0,
  supports_changing_phases_during_charging: false,
  supports_cp_state_E: false,
  connector_type: "IEC62196Type2Cable",
} as const;

export const limits = (ampere: number, validForMs = 1_000_000): EvseEvent => ({
  kind: "enforceLimits",
  limits: { ac_max_current_A: { value: ampere, source: "bench" } },
  validForMs,
});

export const reading = (energyWh: number, currentA = 0): EvseEvent => ({
  kind: "powermeter",
  value: {
    timestamp: "2026-01-01T00:00:00Z",
    energy_Wh_import: { total: energyWh },
    current_A: { L1: currentA, L2: currentA, L3: currentA },
  },
});

export const enable = (state: "Enable" | "Disable", connectorId = 1): EvseEvent => ({
  kind: "enableDisable",
  call: 1,
  connectorId,
  source: { enable_source: "LocalAPI", enable_state: state, enable_priority: 100 },
});

export function fault(type: string, severity: ActiveFault["severity"] = "High", more: Partial<ActiveFault> = {}) {
  return { source: "bsp", type, sub_type: "", severity, description: "", vendor_id: "", ...more } as const;
}

export interface Bench {
  readonly state: EvseState;
  readonly effects: EvseEffect[];
  /** Session events since the last look, with what they say of reasons. */
  events(): string[];
  /** The outputs since the last look. */
  outputs(): string[];
  post(...events: (EvseEvent | BspEvent)[]): Bench;
  /** Lets time pass; deadlines are reached on the way. */
  wait(ms: number): Bench;
  nowMs(): number;
}

export function sessionWord(effect: EvseEffect): string[] {
  if (effect.kind !== "session") return [];
  const { event, session_started, charging_paused_evse, transaction_finished } = effect.event;
  const more =
    session_started?.reason ?? charging_paused_evse?.reasons.join("+") ?? transaction_finished?.reason ?? undefined;
  return [more === undefined ? event : `${event}(${more})`];
}

export function outputWord(effect: EvseEffect): string[] {
  switch (effect.kind) {
    case "pilotX1":
      return ["X1"];
    case "pilotF":
      return ["F"];
    case "pilotPwm":
      return [`pwm:${Math.round(effect.dutyPercent * 100) / 100}`];
    case "contactor":
      return [effect.closed ? "close" : "open"];
    case "lock":
      return [effect.locked ? "lock" : "unlock"];
    case "supply":
      return effect.command.type === "setMode" && effect.command.mode === "Off" ? ["supplyOff"] : [];
    case "switchPhases":
      return [effect.threePhases ? "threePhases" : "onePhase"];
    case "enableBoard":
      return [effect.value ? "boardOn" : "boardOff"];
    default:
      return [];
  }
}

/** `isWelded`: the contactor, once closed, stays closed. */
export function bench(options: EvseOptions = evseOptions, isWelded: () => boolean = () => false): Bench {
  const machine = evseMachine(options);
  let state = initialEvse(options);
  let nowMs = 0;
  let seenEvents = 0;
  let seenOutputs = 0;
  const effects: EvseEffect[] = [];
  let isClosed = false;

  function step(event: EvseEvent): void {
    const got = machine.step(state, event, nowMs);
    state = got.state;
    effects.push(...got.effects);
    for (const effect of got.effects) {
      if (effect.kind === "drawSessionId") step({ kind: "sessionIdDrawn", id: `id${effects.length}` });
      if (effect.kind !== "contactor" || effect.closed === isClosed) continue;
      if (!effect.closed && isWelded()) continue;
      isClosed = effect.closed;
      step({ kind: "bsp", event: isClosed ? "PowerOn" : "PowerOff" });
    }
  }

  const self: Bench = {
    get state() {
      return state;
    },
    effects,
    events() {
      const words = effects.slice(seenEvents).flatMap(sessionWord);
      seenEvents = effects.length;
      return words;
    },
    outputs() {
      const words = effects.slice(seenOutputs).flatMap(outputWord);
      seenOutputs = effects.length;
      return words;
    },
    post(...events) {
      for (const event of events) step(typeof event === "string" ? { kind: "bsp", event } : event);
      return self;
    },
    wait(ms) {
      const untilMs = nowMs + ms;
      for (let due = machine.deadlineMs(state); due !== null && due <= untilMs; due = machine.deadlineMs(state)) {
        nowMs = Math.max(nowMs, due);
        step(machine.deadlineReached);
      }
      nowMs = untilMs;
      return self;
    },
    nowMs: () => nowMs,
  };
  return self;
}

/** A started station with 16 A on three phases, nobody plugged in. */
export function startedBench(options: EvseOptions = evseOptions, isWelded?: () => boolean): Bench {
  const b = bench(options, isWelded).post(
    { kind: "capabilities", capabilities },
    { kind: "phasesAvailable", count: 3 },
    limits(16),
    { kind: "ready" },
    "A",
  );
  b.events();
  b.outputs();
  return b;
}

/** 16 A flowing. */
export function chargingBench(options: EvseOptions = evseOptions, isWelded?: () => boolean): Bench {
  const b = startedBench(options, isWelded)
    .post("B")
    .wait(1000)
    .post({ kind: "authorize", token })
    .wait(1000)
    .post("C");
  b.wait(10_000).events();
  b.outputs();
  return b;
}

export const dcOptions: EvseOptions & { readonly dc: NonNullable<EvseOptions["dc"]> } = {
  ...withCharger({ chargeMode: "DC", hlcEnabled: true, hasMeter: false, hasStore: false }),
  dc: dcSession,
};

export const dc = (event: Extract<EvseEvent, { kind: "dc" }>["event"]): EvseEvent => ({ kind: "dc", event });
export const supplied = (voltageV: number, currentA = 0): EvseEvent =>
  dc({ type: "supplyMeasured", voltageV, currentA });
export const isolation = (resistance_F_Ohm: number): EvseEvent =>
  dc({ type: "isolationMeasured", measurement: { resistance_F_Ohm } });

/** A vehicle for 500 V and 150 A at a supply of 60 kW, authorized, at 5 %. */
export function dcPlugged(options: EvseOptions = dcOptions): Bench {
  const b = startedBench(options).post(dc({ type: "capabilitiesTold", capabilities: dcCapabilities }), limits(32), "B");
  b.post({ kind: "authorize", token }).wait(600);
  return b.post(dc({ type: "vehicleLimitsTold", maxV: 500, maxA: 150 }));
}

/** … its cable checked; the contactor has closed by itself. */
export function dcChecked(options: EvseOptions = dcOptions): Bench {
  const b = dcPlugged(options).post("C", dc({ type: "cableCheckRequested" }));
  return b.post(supplied(0), supplied(500), isolation(1e6), supplied(10));
}

/** A DC session that charges: 400 V, 50 A asked for. */
export function dcCharging(options: EvseOptions = dcOptions): Bench {
  return dcChecked(options).post(
    dc({ type: "prechargeRequested" }),
    dc({ type: "targetTold", voltageV: 400, currentA: 2 }),
    supplied(400),
    dc({ type: "demandStarted" }),
    dc({ type: "targetTold", voltageV: 400, currentA: 50 }),
  );
}
