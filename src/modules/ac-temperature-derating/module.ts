import type { ModuleFactory } from "../../../hal/module.ts";
import type { ExternalLimits } from "../../core/energy/flow.ts";
import type { TemperatureDeratingEffect } from "../../core/energy/temperature-derating.ts";
import {
  createTemperatureDeratingMachine,
  initialTemperatureDeratingState,
} from "../../core/energy/temperature-derating.ts";
import { fullHour } from "../../core/energy/time-series.ts";
import { moduleIdOf, parseCurves, parseIgnored, refuseContradictions } from "./curves.ts";
import type { manifest } from "./manifest.ts";

/** Who limits, as the energy tree names it. */
const source = "AcTemperatureDerating";

export const create: ModuleFactory<typeof manifest> = (context) => {
  const { clock, config, log } = context;
  const sensors = context.require("temperature");
  const [node] = context.require("energy_node");
  const connected = sensors.map(({ moduleId }) => moduleId);
  const configured = parseCurves(config.derating_curves_json);
  const ignored = parseIgnored(config.temperature_provider_ignore_list);
  refuseContradictions(configured, ignored, connected);
  const unused = [...configured.keys()].filter((name) => !connected.includes(moduleIdOf(name)));
  const machine = createTemperatureDeratingMachine({
    curves: new Map([...configured].filter(([name]) => !unused.includes(name))),
    ignored,
    fallbackA: config.fallback_max_current_A,
    staleMs: config.temperature_stale_timeout_ms,
    debounceMs: config.update_debounce_ms,
    hysteresisK: config.hysteresis_K,
  });
  const mailbox = context.machine("derating", machine, initialTemperatureDeratingState, perform);
  for (const sensor of sensors) {
    const provider = sensor.moduleId;
    sensor.subscribe("temperatures", (temperatures) =>
      mailbox.post({ type: "temperaturesTold", provider, temperatures }),
    );
  }

  /** Whatever flows heats, in either direction. An empty schedule is the node's own. */
  function limitsOf(limitA: number | null): ExternalLimits {
    const schedule =
      limitA === null
        ? []
        : [
            {
              timestamp: fullHour(clock.wallTimeMs()),
              limits_to_root: {},
              limits_to_leaves: { ac_max_current_A: { value: limitA, source } },
            },
          ];
    return { schedule_import: schedule, schedule_export: schedule, schedule_setpoints: [] };
  }

  function perform(effect: TemperatureDeratingEffect): void {
    switch (effect.type) {
      case "limit":
        node?.call("set_external_limits", { value: limitsOf(effect.limitA) });
        context.emit("derating", { max_current_A: effect.limitA, cause: effect.cause });
        break;
      case "reportUnknown":
        if (effect.why === "notHeardYet") log.info("temperature_awaited", { reading: effect.reading });
        else log.warn("temperature_unknown", { reading: effect.reading, why: effect.why });
        break;
      case "reportKnown":
        log.info("temperature_known", { reading: effect.reading });
        break;
    }
  }

  return {
    ready() {
      for (const name of unused) log.warn("derating_curve_unused", { reading: name });
      mailbox.post({ type: "started" });
    },
  };
};
