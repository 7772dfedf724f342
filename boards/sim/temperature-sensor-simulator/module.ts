import type * as v from "valibot";
import type { Timer } from "../../../hal/clock.ts";
import type { ModuleFactory } from "../../../hal/module.ts";
import type { manifest } from "./manifest.ts";

type SimHandlers = {
  readonly [C in keyof typeof manifest.sim]: (args: v.InferOutput<(typeof manifest.sim)[C]["args"]>) => void;
};

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { clock } = context;
  const config = context.implementationConfig("temperature_sensor");
  const port = context.provide("temperature_sensor", {});
  let { temperature_C: temperatureC, identification } = config;
  let frozenC: number | null = null;
  let isSilent = false;
  let timer: Timer | null = null;

  function tell(atMs: number): void {
    timer = clock.schedule("temperature", atMs, () => {
      const reading = {
        temperature: frozenC ?? temperatureC,
        ...(identification !== "" && { identification }),
        ...(config.location !== "" && { location: config.location }),
      };
      if (!isSilent) port.publish("temperatures", [reading]);
      // From the intended instant, so that a late turn does not shift those after it.
      tell(Math.max(atMs + config.publish_interval_ms, clock.nowMs()));
    });
  }

  const sim: SimHandlers = {
    set_temperature_C: ({ value }) => {
      temperatureC = value;
    },
    set_identification: ({ value }) => {
      identification = value;
    },
    silence: ({ value }) => {
      isSilent = value;
    },
    freeze: ({ value }) => {
      frozenC = value ? temperatureC : null;
    },
  };

  return {
    ready: () => tell(clock.nowMs()),
    stop: () => timer?.cancel(),
    sim,
  };
};
