import type { ResolvedModule } from "./configuration.ts";
import type { Findings } from "./finding.ts";
import { noteIdleKeys } from "./idle-keys.ts";
import type { LeftOut } from "./left-out.ts";
import type { ModuleEntry } from "./module-entry.ts";

/** What a schema cannot say about the keys of a module type. `types`: those of all modules beside it. */
type TypeCheck = (module: ResolvedModule, types: ReadonlySet<string>, findings: Findings) => void;

const yetiBaudRates: readonly number[] = [9600, 19200, 38400, 57600, 115200, 230400];

const checks: Readonly<Record<string, TypeCheck>> = {
  CbTarragonDriver({ id, config, positions }, types, findings) {
    if (config.rcm_enable !== true) return;
    const enabledAt = positions.config.rcm_enable ?? positions.id;
    if (!types.has("CbTarragonDIs")) {
      findings.complain(
        enabledAt,
        `${id}.rcm_enable: needs a module of type CbTarragonDIs; without its threshold the digital inputs tell nothing`,
      );
    }
    if (config.rcm_fault_active_low === false) {
      findings.warn(
        positions.config.rcm_fault_active_low ?? enabledAt,
        `${id}.rcm_fault_active_low: a broken wire to an active-high monitor looks like one that has not tripped`,
      );
    }
  },
  CbTarragonPlugLock({ id, config, positions }, _types, findings) {
    for (const state of ["unlocked", "locked"]) {
      const [lowest, highest] = [`${state}_threshold_voltage_min`, `${state}_threshold_voltage_max`];
      if (Number(config[lowest]) <= Number(config[highest])) continue;
      findings.complain(
        positions.config[lowest] ?? positions.config[highest] ?? positions.id,
        `${id}.${lowest}: ${config[lowest]} mV is above ${highest}, which is ${config[highest]} mV`,
      );
    }
  },
  EvseManager(module, _types, findings) {
    const { id, config, connections, positions } = module;
    noteIdleKeys(module, findings);
    if (config.charge_mode !== "DC") return;
    const at = positions.config.charge_mode ?? positions.id;
    for (const requirement of ["slac", "hlc", "powersupply_DC"]) {
      if ((connections[requirement] ?? []).length > 0) continue;
      findings.complain(at, `${id}.charge_mode: DC needs a connection ${requirement}`);
    }
    if ((connections.imd ?? []).length === 0) {
      findings.warn(at, `${id}.charge_mode: without a connection imd the cable is not checked for isolation`);
    }
  },
  YetiDriver({ id, config, positions }, _types, findings) {
    const at = (key: string) => positions.config[key] ?? positions.id;
    const { baud_rate, caps_min_current_A: minA = -1, caps_max_current_A: maxA = -1 } = config;
    if (typeof baud_rate === "number" && !yetiBaudRates.includes(baud_rate)) {
      findings.complain(
        at("baud_rate"),
        `${id}.baud_rate must be one of ${yetiBaudRates.join(", ")}, not ${baud_rate}`,
      );
    }
    if (Number(minA) >= 0 && Number(maxA) >= 0 && Number(minA) > Number(maxA)) {
      findings.complain(
        at("caps_min_current_A"),
        `${id}.caps_min_current_A: ${minA} A is more than the highest, ${maxA} A`,
      );
    }
    if (config.reset_gpio_chip === "") {
      findings.warn(
        at("reset_gpio_chip"),
        `${id}.reset_gpio_chip: without a reset line the contactor cannot be forced open while the serial line is dead`,
      );
    }
  },
};

/** Runs on values that passed their schema; a key that did not is absent. */
export function checkType(module: ResolvedModule, types: ReadonlySet<string>, findings: Findings): void {
  if (Object.hasOwn(checks, module.type)) checks[module.type]?.(module, types, findings);
}

/** Without either of these an EvseManager charges by IEC 61851 alone. */
const highLevel = ["slac", "hlc"];

/** What becomes of a module that stays while others it is connected to are left out. */
export function checkLeftOut(
  { id, at, requirements }: ModuleEntry,
  type: string,
  leftOut: ReadonlyMap<string, LeftOut>,
  findings: Findings,
): void {
  if (type !== "EvseManager") return;
  const missing = requirements.filter(
    (requirement) =>
      highLevel.includes(requirement.id) && requirement.connections.some(({ moduleId }) => leftOut.has(moduleId)),
  );
  if (missing.length === 0) return;
  const names = missing.map((requirement) => requirement.id).join(" and ");
  findings.warn(
    at,
    `${id}: basic charging (IEC 61851) only, since its ${names} ${missing.length > 1 ? "are" : "is"} left out`,
  );
}
