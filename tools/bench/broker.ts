/** How long the energy broker takes for a day of quarter hours, and how that grows with the tree. */

import type { EnergyManagerSettings, EnergyManagerState } from "../../src/core/energy/energy-manager.ts";
import { createEnergyManagerMachine, initialEnergyManagerState } from "../../src/core/energy/energy-manager.ts";
import type { EnergyFlowRequest, ScheduleReqEntry } from "../../src/core/energy/flow.ts";
import type { Row } from "./row.ts";
import { median } from "./row.ts";

const sizes = [1, 8, 64, 512] as const;
const perNode = 8;
const runs = 15;
const minuteMs = 60_000;
const slotsOfADay = 96;
const startMs = Date.UTC(2026, 0, 1);

const settings: EnergyManagerSettings = {
  nominalVoltageV: 230,
  sliceA: 0.5,
  sliceW: 500,
  updateIntervalMs: 1000,
  slots: { intervalMs: 15 * minuteMs, totalMs: 24 * 60 * minuteMs },
  phases: {
    mode: "Both",
    maxSwitches: 0,
    stickyness: "DontChange",
    powerHysteresisW: 200,
    timeHysteresisMs: 600_000,
  },
};

function entry(maxA: number, atMs = startMs, more: object = {}): ScheduleReqEntry {
  const limits = { ac_max_current_A: { value: maxA, source: "bench" }, ...more };
  return { timestamp: new Date(atMs).toISOString(), limits_to_root: limits, limits_to_leaves: limits };
}

/** Sunny at noon, in ampere and in watt: enough for everybody's minimum at night, for a half of all at noon. */
function day(evses: number): ScheduleReqEntry[] {
  return Array.from({ length: slotsOfADay }, (_, slot) => {
    const sun = Math.max(0, Math.sin(((slot - 24) / 48) * Math.PI));
    const maxA = evses * (7 + 13 * sun);
    const power = { total_power_W: { value: maxA * 690 * 0.9, source: "bench" } };
    return entry(maxA, startMs + slot * 15 * minuteMs, power);
  });
}

function tree(evses: number): EnergyFlowRequest {
  const node = (uuid: string, schedule: ScheduleReqEntry[], children: EnergyFlowRequest[]): EnergyFlowRequest => ({
    uuid,
    node_type: "Generic",
    children,
    schedule_import: schedule,
    schedule_export: [],
    schedule_setpoints: [],
  });
  const vehicle = (index: number): EnergyFlowRequest => ({
    ...node(
      `connector_${index}`,
      [
        entry(index % 2 === 0 ? 32 : 16, startMs, {
          ac_min_current_A: { value: 6, source: "bench" },
          ac_max_phase_count: { value: 3, source: "bench" },
          ac_min_phase_count: { value: 1, source: "bench" },
          ac_number_of_active_phases: 3,
        }),
      ],
      [],
    ),
    node_type: "Evse",
    evse_state: "Charging",
  });
  const floors = Array.from({ length: Math.ceil(evses / perNode) }, (_, floor) =>
    node(
      `floor_${floor}`,
      [entry(160)],
      Array.from({ length: Math.min(perNode, evses - floor * perNode) }, (__, index) =>
        vehicle(floor * perNode + index),
      ),
    ),
  );
  return node("grid", day(evses), floors);
}

interface Cost {
  readonly evses: number;
  /** All rounds until the whole day is planned, less what they take without news; and the longest of them. */
  readonly planMs: number;
  readonly longestMs: number;
  readonly roundMs: number;
}

function measure(evses: number): Cost {
  const machine = createEnergyManagerMachine(settings);
  let state: EnergyManagerState = initialEnergyManagerState;
  let nowMs = 0;
  const round = (request: EnergyFlowRequest): number => {
    nowMs += 1000;
    state = machine.step(state, { type: "requestReceived", request, wallMs: startMs + nowMs }, nowMs).state;
    const beganMs = performance.now();
    state = machine.step(state, machine.deadlineReached, nowMs).state;
    return performance.now() - beganMs;
  };
  const wishes = tree(evses);
  const planMs: number[] = [];
  const longestMs: number[] = [];
  const roundMs: number[] = [];
  for (let run = 0; run < runs; run++) {
    const request = { ...wishes, schedule_import: [...wishes.schedule_import] };
    const rounds = [round(request)];
    while (state.plan !== null && state.plan.starts.length > 0) rounds.push(round(request));
    const calm = Array.from({ length: 4 }, () => round({ ...request }));
    roundMs.push(...calm);
    planMs.push(rounds.reduce((sum, ms) => sum + ms - median(calm), 0));
    longestMs.push(Math.max(...rounds));
  }
  return { evses, planMs: median(planMs), longestMs: median(longestMs), roundMs: median(roundMs) };
}

export const broker: Row = {
  name: "broker",
  description: "energy broker: a day of quarter hours for 1 to 512 EVSEs",
  async measure(progress) {
    measure(64);
    const costs = sizes.map((evses) => {
      progress(`${evses} EVSEs`);
      return measure(evses);
    });
    const [, , many, most] = costs as [Cost, Cost, Cost, Cost];
    const growth = most.planMs / most.evses / (many.planMs / many.evses);
    return {
      figures: [
        {
          what: "cost of an EVSE among 512 to among 64",
          value: growth,
          unit: "×",
          target: { atMost: 2 },
          comparedTo: `${many.evses}: ${many.planMs.toFixed(1)} ms for a day`,
        },
        {
          what: "512 EVSEs, the longest round",
          value: most.longestMs,
          unit: "ms",
          target: { atMost: 50 },
          comparedTo: `a round without news: ${most.roundMs.toFixed(2)} ms`,
        },
      ],
      details: costs.map(
        ({ evses, planMs, longestMs, roundMs }) =>
          `${String(evses).padStart(3)} EVSEs: a day anew ${planMs.toFixed(2)} ms ` +
          `(${((planMs / evses) * 1000).toFixed(0)} µs an EVSE), the longest round ${longestMs.toFixed(2)} ms, ` +
          `one without news ${roundMs.toFixed(3)} ms`,
      ),
    };
  },
};
