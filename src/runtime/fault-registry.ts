import type { Clock } from "../../hal/clock.ts";
import type { Log } from "../../hal/log.ts";
import type { Random } from "../../hal/random.ts";
import { isDeclaredFault } from "../core/faults/catalogue.ts";
import type { Fault, FaultReport } from "../core/faults/fault.ts";

export type FaultListener = (action: "raise" | "clear", fault: Fault) => void;

/** Every active error of the station. Unique within (module, implementation, type, sub type); only its raiser clears it. */
export class FaultRegistry {
  readonly #active = new Map<string, Fault>();
  readonly #listeners: FaultListener[] = [];
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #log: Log;

  constructor(clock: Clock, random: Random, log: Log) {
    this.#clock = clock;
    this.#random = random;
    this.#log = log;
  }

  listen(listener: FaultListener): void {
    this.#listeners.push(listener);
  }

  /** An undeclared type is refused with an error in the log, an active one is ignored. */
  raise(moduleId: string, implementationId: string, namespaces: readonly string[], report: FaultReport): boolean {
    if (!isDeclaredFault(report.type, namespaces)) {
      this.#log.error("fault.undeclared", { module: moduleId, implementation: implementationId, type: report.type });
      return false;
    }
    const subType = report.sub_type ?? "";
    const key = faultKey(moduleId, implementationId, report.type, subType);
    if (this.#active.has(key)) return false;
    const fault: Fault = {
      type: report.type,
      sub_type: subType,
      message: report.message ?? "",
      description: report.message ?? "",
      severity: report.severity ?? "Low",
      vendor_id: report.vendor_id ?? "EVerest",
      origin: { module_id: moduleId, implementation_id: implementationId },
      timestamp: new Date(this.#clock.wallTimeMs()).toISOString(),
      uuid: this.#random.uuid(),
    };
    this.#active.set(key, fault);
    for (const listener of this.#listeners) listener("raise", fault);
    return true;
  }

  clear(moduleId: string, implementationId: string, type: string, subType = ""): boolean {
    const key = faultKey(moduleId, implementationId, type, subType);
    const fault = this.#active.get(key);
    if (fault === undefined) return false;
    this.#active.delete(key);
    for (const listener of this.#listeners) listener("clear", fault);
    return true;
  }

  isActive(moduleId: string, implementationId: string, type: string, subType = ""): boolean {
    return this.#active.has(faultKey(moduleId, implementationId, type, subType));
  }

  /** Their raiser is gone, or will raise them anew: nobody is told. */
  forget(which: (fault: Fault) => boolean): void {
    for (const [key, fault] of this.#active) if (which(fault)) this.#active.delete(key);
  }

  active(): Fault[] {
    return [...this.#active.values()];
  }
}

function faultKey(moduleId: string, implementationId: string, type: string, subType: string): string {
  return `${moduleId}\n${implementationId}\n${type}\n${subType}`;
}
