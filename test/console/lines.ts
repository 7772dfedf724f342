import type { EventLine } from "../../src/runtime/event-line.ts";
import type { ModulePlan } from "../../src/runtime/station.ts";

export const line = (tS: number, module: string, kind: string, fields: object): EventLine => ({
  tMs: tS * 1000,
  module,
  kind,
  fields,
});

export const sessionEvent = (tS: number, event: string, payload: object = {}, module = "connector_1"): EventLine =>
  line(tS, module, "session_event", {
    uuid: "777fc608-7dd4-4d26-a5d3-7aaab042f986",
    event,
    timestamp: "2026-01-01T00:00:00.000Z",
    ...payload,
  });

export const reading = (energyWh: number) => ({
  timestamp: "2026-01-01T00:00:00.000Z",
  energy_Wh_import: { total: energyWh },
  power_W: { total: 10_656 },
  voltage_V: { L1: 222, L2: 222, L3: 222 },
  current_A: { L1: 16, L2: 16, L3: 16 },
});

export const token = { id_token: { value: "DEADBEEF", type: "ISO14443" }, authorization_type: "RFID" };

export const error = (tS: number, action: "raise" | "clear", type: string, module = "board_1"): EventLine =>
  line(tS, module, "error", {
    implementation: "board_support",
    action,
    type,
    sub_type: "",
    severity: "High",
    message: "injected",
  });

/** A session from the plug to the pause, 1 kWh. */
export const chargingLines: readonly EventLine[] = [
  line(0, "connector_1", "state", { from: null, to: "Idle" }),
  line(0, "connector_1", "pwm", { mode: "X1", duty_percent: 100 }),
  line(0, "connector_1", "limits", { max_current: 0, nr_of_phases_available: 3 }),
  line(0.1, "connector_1", "limits", { max_current: 32, nr_of_phases_available: 3 }),
  line(2, "board_1", "pilot", { high_V: 8.94, low_V: 9.05 }),
  line(2, "connector_1", "cp", { from: "A", to: "B" }),
  line(2, "connector_1", "lock_command", { locked: true }),
  line(2, "connector_1", "lock", { locked: true }),
  sessionEvent(2, "SessionStarted", { session_started: { reason: "EVConnected", meter_value: reading(500) } }),
  line(2, "auth", "token", { token, status: "Processing" }),
  line(2.2, "auth", "token", { token, status: "Accepted" }),
  sessionEvent(2.2, "TransactionStarted", { transaction_started: { id_tag: token, meter_value: reading(500) } }),
  line(2.2, "connector_1", "pwm", { mode: "pwm", duty_percent: 53.333333 }),
  line(4, "board_1", "pilot", { high_V: 5.96, low_V: -11.94 }),
  line(4, "connector_1", "cp", { from: "B", to: "C" }),
  line(4, "connector_1", "state", { from: "PrepareCharging", to: "Charging" }),
  sessionEvent(4, "ChargingStarted"),
  line(4, "connector_1", "contactor_command", { closed: true, reason: "FullPowerCharging" }),
  line(4.03, "connector_1", "contactor", { closed: true }),
  line(20, "connector_1", "powermeter", reading(1500)),
];

export const finishingLines: readonly EventLine[] = [
  line(30, "connector_1", "state", { from: "Charging", to: "Finished" }),
  sessionEvent(30, "TransactionFinished", {
    transaction_finished: { reason: "EVDisconnected", meter_value: reading(1510) },
  }),
  sessionEvent(30, "SessionFinished"),
];

export const parts = [{ id: "connector_1", parts: ["board_1"] }];

const bare: Omit<ModulePlan, "id" | "type"> = { config: {}, implementations: {}, connections: {}, evse: undefined };

/** A connector and its board. */
export const plan = (id: string, board?: string): ModulePlan => ({
  ...bare,
  id,
  type: "EvseManager",
  connections: board === undefined ? {} : { bsp: [{ moduleId: board, implementationId: "board_support" }] },
});

/** A node of the energy tree, with what stands below it. */
export const node = (id: string, ...below: readonly string[]): ModulePlan => {
  const targets = below.map((moduleId) => ({ moduleId, implementationId: "energy_grid" }));
  return { ...bare, id, type: "EnergyNode", connections: { energy_consumer: targets, evse_manager: targets } };
};
