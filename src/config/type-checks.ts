import type { ResolvedModule } from "./configuration.ts";
import type { Findings } from "./finding.ts";

/** What a schema cannot say about the keys of a module type. */
type TypeCheck = (module: ResolvedModule, findings: Findings) => void;

const checks: Readonly<Record<string, TypeCheck>> = {
  EvseManager({ id, config, positions }, findings) {
    if (config.charge_mode === "DC") {
      findings.complain(
        positions.config.charge_mode ?? positions.id,
        `${id}.charge_mode: DC charging is not supported yet`,
      );
    }
  },
};

/** Runs on values that passed their schema; a key that did not is absent. */
export function checkType(module: ResolvedModule, findings: Findings): void {
  if (Object.hasOwn(checks, module.type)) checks[module.type]?.(module, findings);
}
