/** A simulated isolation monitor at the output of the supply. Source: simulation facts, section 4. */
import type * as v from "valibot";
import type { Timer } from "../../../hal/clock.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import type { IsolationMeasurement } from "../../../src/core/dc/isolation.ts";
import { readCircuit } from "../dc-circuit/port.ts";
import type { manifest } from "./manifest.ts";

type SimHandlers = {
  readonly [C in keyof typeof manifest.sim]: (args: v.InferOutput<(typeof manifest.sim)[C]["args"]>) => void;
};

const firstSampleMs = 20;
const selfTestMs = 3000;

const tenths = (value: number): number => Math.round(value * 10) / 10;

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { clock } = context;
  const config = context.implementationConfig("main");
  const [circuit] = context.require("dc_circuit");

  let resistanceOhm = config.resistance_F_Ohm;
  let poleShare = 0.5;
  let selfTest: { readonly success: boolean | null; readonly durationMs: number } = {
    success: config.selftest_success,
    durationMs: selfTestMs,
  };
  let silent = false;
  let frozen: IsolationMeasurement | null = null;
  const faults = new Set<string>();
  let sampling: Timer | null = null;
  let testing: Timer | null = null;

  const main = context.provide("main", {
    start: () => {
      if (sampling === null) sample(clock.nowMs() + firstSampleMs);
    },
    stop: () => {
      sampling?.cancel();
      sampling = null;
    },
    start_self_test: () => {
      testing?.cancel();
      testing = clock.schedule("isolation self test", clock.nowMs() + selfTest.durationMs, () => {
        if (selfTest.success !== null && tells()) main.publish("self_test_result", selfTest.success);
      });
    },
  });

  const tells = (): boolean => !silent && faults.size === 0;

  function measured(): IsolationMeasurement {
    if (circuit === undefined) return { resistance_F_Ohm: resistanceOhm };
    const { supplyV } = readCircuit(circuit);
    return {
      resistance_F_Ohm: resistanceOhm,
      voltage_V: tenths(supplyV),
      voltage_to_earth_l1e_V: tenths(supplyV * poleShare),
      voltage_to_earth_l2e_V: tenths(supplyV * (poleShare - 1)),
    };
  }

  function sample(atMs: number): void {
    sampling = clock.schedule("isolation sample", atMs, () => {
      if (tells()) main.publish("isolation_measurement", frozen ?? measured());
      sample(Math.max(atMs + config.interval, clock.nowMs()));
    });
  }

  const sim: SimHandlers = {
    set_resistance: ({ value }) => {
      resistanceOhm = value;
    },
    set_pole_share: ({ value }) => {
      poleShare = value;
    },
    set_self_test: ({ success, duration_s }) => {
      selfTest = { success, durationMs: duration_s * 1000 };
    },
    fault: ({ type, value }) => {
      if (value) {
        faults.add(type);
        main.raise({ type: `isolation_monitor/${type}`, severity: "High", message: "injected" });
      } else {
        faults.delete(type);
        main.clear(`isolation_monitor/${type}`);
      }
    },
    silence: ({ value }) => {
      silent = value;
    },
    freeze: ({ value }) => {
      frozen = value ? measured() : null;
    },
  };

  return {
    stop() {
      sampling?.cancel();
      testing?.cancel();
    },
    sim,
  };
};
