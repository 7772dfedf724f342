import type { FaultSource } from "../core/faults/inoperative.ts";
import { isFatal } from "../core/faults/inoperative.ts";
import { ampereForDuty } from "../core/iec61851/duty-cycle.ts";
import { DcWatch } from "./dc-invariants.ts";
import type { EventLine } from "./event-line.ts";
import type { ModulePlan, Station } from "./station.ts";

/** A safety invariant that did not hold. Design, section 3.5. */
export interface InvariantBreach {
  readonly name: string;
  readonly module: string;
  readonly tMs: number;
  readonly detail: string;
}

/** Leaving C or D opens the contactor within this time. */
const openAfterLeavingMs = 100;
/** So does the vehicle's staying in C after the PWM ended. */
const openAfterX1Ms = 6000;
/** A reduced limit is signalled within this time. */
const reduceDutyMs = 5000;
/** 5.9 to 6.1 A are all said with 10 %. */
const dutyToleranceA = 0.11;

/** While the main loop is blocked nothing is decided; what it then finds is looked at when it goes on. */
const lookAgainMs = 10;

type Breach = (name: string, detail: string) => void;

/** One EVSE as its event lines show it: nothing here knows the machines it watches. */
class EvseWatch {
  readonly #station: Station;
  readonly #breach: Breach;
  readonly #mayCloseIn: ReadonlySet<string>;
  #letter = "Disabled";
  #pwm = { running: false, offeredA: 0 };
  #commandedClosed = false;
  #fedBackClosed = false;
  #limitA = 0;
  /** What was allowed until when, newest last; what is over for longer than a reduction may take is forgotten. */
  #allowedBefore: { readonly untilMs: number; readonly limitA: number }[] = [];
  /** Counts changes, so that a check armed before one knows that it is void. */
  #pilotChanges = 0;
  readonly #blocking = new Set<string>();
  readonly #open = new Set<string>();
  /** A transaction runs, and not only one that the daemon before left open: where the disk knows nothing of it, none does. */
  #runs = false;
  #energyWh = Number.NEGATIVE_INFINITY;

  constructor(station: Station, plan: ModulePlan, breach: Breach) {
    this.#station = station;
    this.#breach = breach;
    const { has_ventilation } = plan.config as { readonly has_ventilation?: boolean };
    this.#mayCloseIn = new Set(has_ventilation === false ? ["C"] : ["C", "D"]);
  }

  hear(kind: string, fields: Readonly<Record<string, unknown>>): void {
    switch (kind) {
      case "cp":
        this.#pilotMoved(fields.to as string);
        return;
      case "pwm":
        this.#pwmSet(fields.mode as string, fields.duty_percent as number);
        return;
      case "contactor_command":
        this.#contactorCommanded(fields.closed as boolean);
        return;
      case "contactor":
        this.#fedBackClosed = fields.closed as boolean;
        return;
      case "lock_command":
        if (fields.locked === false && (this.#commandedClosed || this.#fedBackClosed)) {
          this.#breach("unlock_while_closed", "unlock commanded while the contactor is commanded or fed back closed");
        }
        return;
      case "limits":
        this.#limited(fields.max_current as number);
        return;
      case "session_event":
        this.#session(fields.event as string, fields.uuid as string);
        return;
      case "powermeter":
        this.#metered((fields.energy_Wh_import as { readonly total: number }).total);
        return;
      default:
    }
  }

  /** What was commanded before is void. Transactions that are open stay so: they are still to be finished. */
  daemonDied(): void {
    this.#letter = "Disabled";
    this.#pwm = { running: false, offeredA: 0 };
    this.#commandedClosed = false;
    this.#fedBackClosed = false;
    this.#limitA = 0;
    this.#allowedBefore = [];
    this.#pilotChanges++;
    this.#blocking.clear();
    this.#runs = false;
    this.#energyWh = Number.NEGATIVE_INFINITY;
  }

  fault(action: "raise" | "clear", key: string): void {
    if (action === "clear") {
      this.#blocking.delete(key);
      return;
    }
    this.#blocking.add(key);
    this.#later(0, () => this.#checkBlocking(key));
  }

  #checkBlocking(key: string): void {
    if (!this.#commandedClosed || !this.#blocking.has(key)) return;
    this.#breach("open_on_blocking_error", `${key.replaceAll("\n", " ")} is active and the contactor commanded closed`);
  }

  #later(delayMs: number, check: () => void): void {
    const { clock, queue } = this.#station;
    clock.schedule("invariant", clock.nowMs() + delayMs, () => {
      if (queue.isHeld) this.#later(lookAgainMs, check);
      else check();
    });
  }

  #pilotMoved(to: string): void {
    const left = this.#mayCloseIn.has(this.#letter) && !this.#mayCloseIn.has(to);
    this.#letter = to;
    this.#pilotChanges++;
    if (!left) return;
    const change = this.#pilotChanges;
    this.#later(openAfterLeavingMs, () => {
      if (this.#commandedClosed && this.#pilotChanges === change) {
        this.#breach("open_after_leaving_c", `the pilot left C/D for ${to} 100 ms ago`);
      }
    });
  }

  #pwmSet(mode: string, dutyPercent: number): void {
    const wasRunning = this.#pwm.running;
    this.#pwm = { running: mode === "pwm", offeredA: mode === "pwm" ? ampereForDuty(dutyPercent / 100) : 0 };
    if (this.#pwm.offeredA > this.#limitA + dutyToleranceA) this.#later(reduceDutyMs, () => this.#checkDuty());
    if (!wasRunning || this.#pwm.running || !this.#commandedClosed) return;
    this.#pilotChanges++;
    const change = this.#pilotChanges;
    this.#later(openAfterX1Ms, () => {
      if (this.#commandedClosed && !this.#pwm.running && this.#pilotChanges === change) {
        this.#breach("open_after_x1", "the PWM ended 6 s ago with the vehicle in C");
      }
    });
  }

  #limited(maxCurrentA: number): void {
    const reduced = maxCurrentA < this.#limitA;
    const nowMs = this.#station.clock.nowMs();
    this.#allowedBefore = this.#allowedBefore.filter(({ untilMs }) => untilMs > nowMs - reduceDutyMs);
    this.#allowedBefore.push({ untilMs: nowMs, limitA: this.#limitA });
    this.#limitA = maxCurrentA;
    if (reduced) this.#later(reduceDutyMs, () => this.#checkDuty());
  }

  #checkDuty(): void {
    // What was allowed within the time a reduction may take may still be on offer.
    const sinceMs = this.#station.clock.nowMs() - reduceDutyMs;
    const before = this.#allowedBefore.filter(({ untilMs }) => untilMs > sinceMs).map(({ limitA }) => limitA);
    const allowedA = Math.max(this.#limitA, ...before);
    if (this.#pwm.offeredA > allowedA + dutyToleranceA) {
      this.#breach("duty_above_limit", `${this.#pwm.offeredA} A on offer, ${allowedA} A allowed`);
    }
  }

  #contactorCommanded(closed: boolean): void {
    this.#commandedClosed = closed;
    if (!closed) return;
    const missing = [
      this.#mayCloseIn.has(this.#letter) ? "" : `pilot in ${this.#letter}`,
      this.#pwm.running ? "" : "no PWM",
      this.#open.size > 0 ? "" : "no transaction",
      this.#blocking.size === 0 ? "" : "a blocking error",
    ].filter((text) => text !== "");
    if (missing.length > 0) this.#breach("close_without_permission", missing.join(", "));
  }

  #session(event: string, uuid: string): void {
    if (event === "TransactionStarted" || event === "SessionResumed") {
      this.#open.add(uuid);
      this.#runs = true;
      this.#energyWh = Number.NEGATIVE_INFINITY;
    } else if (event === "TransactionFinished") {
      this.#runs = false;
      if (!this.#open.delete(uuid)) this.#breach("transaction_finished_twice", `no open transaction ${uuid}`);
    } else if (event === "SessionFinished" && this.#open.has(uuid)) {
      this.#breach("transaction_not_finished", `session ${uuid} ended with its transaction open`);
    }
  }

  #metered(energyWh: number): void {
    if (this.#runs && energyWh < this.#energyWh) {
      this.#breach("billed_energy_fell", `from ${this.#energyWh} Wh to ${energyWh} Wh`);
    }
    this.#energyWh = energyWh;
  }
}

const faultSourceOf: Readonly<Record<string, FaultSource>> = {
  bsp: "bsp",
  connector_lock: "connector_lock",
  ac_rcd: "ac_rcd",
  powermeter_grid_side: "powermeter",
  powermeter_car_side: "powermeter",
  slac: "slac",
  hlc: "hlc",
  powersupply_DC: "powersupply_DC",
  imd: "imd",
  over_voltage_monitor: "over_voltage_monitor",
};

/** Watches every EVSE of a station by its event lines. `onBreach` hears each breach as it happens. */
export function watchInvariants(station: Station, onBreach: (breach: InvariantBreach) => void): void {
  const watches = new Map<string, EvseWatch>();
  const direct = new Map<string, DcWatch>();
  const circuits = new Map<string, DcWatch>();
  const supplies = new Map<string, DcWatch>();
  const concerned = new Map<
    string,
    { readonly watch: EvseWatch; readonly source: FaultSource; readonly strict: boolean }[]
  >();
  for (const plan of station.plans()) {
    if (plan.type !== "EvseManager") continue;
    const breach: Breach = (name, detail) => onBreach({ name, module: plan.id, tMs: station.clock.nowMs(), detail });
    const watch = new EvseWatch(station, plan, breach);
    watches.set(plan.id, watch);
    const { charge_mode, fail_on_powermeter_errors } = plan.config as {
      readonly charge_mode?: string;
      readonly fail_on_powermeter_errors?: boolean;
    };
    const dc = charge_mode === "DC" ? new DcWatch(station, plan, breach) : undefined;
    if (dc !== undefined) {
      direct.set(plan.id, dc);
      if (dc.circuitId !== undefined) circuits.set(dc.circuitId, dc);
      for (const { moduleId } of plan.connections.powersupply_DC ?? []) supplies.set(moduleId, dc);
    }
    const strict = fail_on_powermeter_errors !== false;
    concerned.set(`${plan.id}\nevse`, [{ watch, source: "evse_manager", strict }]);
    for (const [requirement, targets] of Object.entries(plan.connections)) {
      const source = faultSourceOf[requirement];
      if (source === undefined) continue;
      for (const { moduleId, implementationId } of targets) {
        const key = `${moduleId}\n${implementationId}`;
        concerned.set(key, [...(concerned.get(key) ?? []), { watch, source, strict }]);
      }
    }
  }
  station.onLine((line: EventLine) => {
    if (line.kind === "killed") for (const watch of [...watches.values(), ...direct.values()]) watch.daemonDied();
    const fields = line.fields as Readonly<Record<string, unknown>>;
    if (line.kind === "error") {
      const { implementation, type, sub_type, action } = fields as Readonly<Record<string, string>>;
      supplies.get(line.module)?.supplyFault(type ?? "", action === "raise");
      for (const { watch, source, strict } of concerned.get(`${line.module}\n${implementation}`) ?? []) {
        if (isFatal(type ?? "", source, strict)) {
          watch.fault(action === "raise" ? "raise" : "clear", `${line.module}\n${type}\n${sub_type}`);
        }
      }
      return;
    }
    watches.get(line.module)?.hear(line.kind, fields);
    direct.get(line.module)?.hear(line.kind, fields);
    if (line.kind === "inrush") circuits.get(line.module)?.inrush(fields);
  });
}
