import type { ResolvedModule } from "./configuration.ts";
import type { Findings } from "./finding.ts";
import type { LeftOut } from "./left-out.ts";
import type { ModuleEntry } from "./module-entry.ts";

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
