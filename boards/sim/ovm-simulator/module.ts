/** A simulated over-voltage monitor. Source: simulation facts, section 4; DC charging facts, section 7. */
import type * as v from "valibot";
import type { Timer } from "../../../hal/clock.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import { readCircuit } from "../dc-circuit/port.ts";
import type { manifest } from "./manifest.ts";
import type { Limits } from "./over-voltage-watch.ts";
import { judge, judgeAgainAtMs, watching } from "./over-voltage-watch.ts";

type SimHandlers = {
  readonly [C in keyof typeof manifest.sim]: (args: v.InferOutput<(typeof manifest.sim)[C]["args"]>) => void;
};

/** While the voltage moves it looks this often, and at rest less: nothing could have happened meanwhile. */
const sampleMs = { moving: 5, resting: 100 } as const;
/** It tells the voltage this often, and at once what is over a limit. */
const tellMs = 20;
const errorType = "over_voltage_monitor/MREC5OverVoltage";
const escalated = "Escalated";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { clock } = context;
  const config = context.implementationConfig("main");
  const [circuit] = context.require("dc_circuit");
  const [supply] = context.require("power_supply");

  let limits: Limits = { emergencyV: Number.POSITIVE_INFINITY, errorV: Number.POSITIVE_INFINITY };
  let watch = watching;
  let running = false;
  let movesUntilMs = 0;
  let suppliedV = 0;
  let forcedV: number | null = null;
  let frozenV: number | null = null;
  let silent = false;
  const faults = new Set<string>();
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let timer: Timer | null = null;
  let staged: Timer | null = null;

  const main = context.provide("main", {
    set_limits: ({ emergency_over_voltage_limit_V, error_over_voltage_limit_V }) => {
      limits = { emergencyV: emergency_over_voltage_limit_V, errorV: error_over_voltage_limit_V };
      if (running) look();
    },
    start: () => {
      if (running) return;
      running = true;
      watch = { ...watching, verdict: watch.verdict, verdictAtMs: watch.verdictAtMs };
      stage();
      look();
    },
    stop,
    reset_over_voltage_error: () => {
      stop();
      watch = watching;
      main.clear(errorType);
      main.clear(errorType, escalated);
    },
  });

  circuit?.subscribe("moved", ({ settlesAtMs }) => {
    movesUntilMs = settlesAtMs;
    if (running) look();
  });
  supply?.subscribe("voltage_current", ({ voltage_V }) => {
    suppliedV = voltage_V;
    if (running && circuit === undefined) look();
  });

  function stop(): void {
    running = false;
    timer?.cancel();
    staged?.cancel();
  }

  function stage(): void {
    if (!config.simulate_error_shutdown && !config.simulate_emergency_shutdown) return;
    staged = clock.schedule("over-voltage by configuration", clock.nowMs() + config.simulate_error_delay * 1000, () =>
      raise(config.simulate_emergency_shutdown ? "emergency" : "error", seenV()),
    );
  }

  const seenV = (): number => frozenV ?? forcedV ?? (circuit === undefined ? suppliedV : readCircuit(circuit).supplyV);

  function look(): void {
    timer?.cancel();
    const nowMs = clock.nowMs();
    if (faults.size === 0) {
      const voltageV = seenV();
      const before = watch.verdict;
      watch = judge(watch, limits, voltageV, nowMs);
      if (watch.verdict !== before && watch.verdict !== "fine") raise(watch.verdict, voltageV);
      const isOver = watch.aboveErrorSinceMs === nowMs || watch.aboveEmergencySinceMs === nowMs;
      if (!silent && (isOver || nowMs - toldAtMs >= tellMs)) {
        toldAtMs = nowMs;
        main.publish("voltage_measurement_V", Math.round(voltageV * 10) / 10);
      }
    }
    const regularMs = nowMs + (nowMs < movesUntilMs ? sampleMs.moving : sampleMs.resting);
    const againMs = judgeAgainAtMs(watch) ?? Number.POSITIVE_INFINITY;
    timer = clock.schedule("over-voltage sample", Math.max(nowMs + 1, Math.min(regularMs, againMs)), look);
  }

  /** An error that becomes an emergency stands beside itself: at no moment is there none. */
  function raise(verdict: "error" | "emergency", voltageV: number): void {
    if (silent) return;
    const severity = verdict === "emergency" ? "High" : "Medium";
    const message = `${Math.round(voltageV * 10) / 10} V`;
    const more = main.isActive(errorType) ? { sub_type: escalated } : {};
    main.raise({ type: errorType, severity, message, ...more });
  }

  const sim: SimHandlers = {
    set_over_voltage_measurement_V: ({ value }) => {
      forcedV = value;
      if (running) look();
    },
    fault: ({ type, value }) => {
      if (value) {
        faults.add(type);
        main.raise({ type: `over_voltage_monitor/${type}`, severity: "High", message: "injected" });
      } else {
        faults.delete(type);
        main.clear(`over_voltage_monitor/${type}`);
      }
    },
    silence: ({ value }) => {
      silent = value;
    },
    freeze: ({ value }) => {
      frozenV = value ? seenV() : null;
    },
  };

  return { stop, sim };
};
