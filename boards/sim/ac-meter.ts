/**
 * A three-phase energy meter on a supply with line resistance. Load is constant between two calls of `setLoad`, so
 * energy is exact whenever it is read and does not depend on how often.
 */
export interface PerPhase {
  readonly L1: number;
  readonly L2: number;
  readonly L3: number;
}

export interface AcReading {
  readonly energyWh: PerPhase;
  readonly powerW: PerPhase;
  readonly voltageV: PerPhase;
  readonly currentA: PerPhase;
}

export interface Supply {
  /** Phase to neutral without load. */
  readonly voltageV: number;
  /** What each ampere costs in volts. */
  readonly lineOhm: number;
}

const joulePerWh = 3600;
const noLoad: PerPhase = { L1: 0, L2: 0, L3: 0 };

function perPhase(value: (phase: keyof PerPhase) => number): PerPhase {
  return { L1: value("L1"), L2: value("L2"), L3: value("L3") };
}

export const sumOf = (phases: PerPhase): number => phases.L1 + phases.L2 + phases.L3;

export class AcMeter {
  readonly #supply: Supply;
  #currentA = noLoad;
  #voltageV: PerPhase;
  #powerW = noLoad;
  #energyJ = noLoad;
  #integratedToMs: number;

  constructor(supply: Supply, nowMs: number) {
    this.#supply = supply;
    this.#voltageV = perPhase(() => supply.voltageV);
    this.#integratedToMs = nowMs;
  }

  /** Ampere per phase from `nowMs` on. */
  setLoad(currentA: PerPhase, nowMs: number): void {
    this.#integrate(nowMs);
    const voltageV = perPhase((phase) => this.#supply.voltageV - this.#supply.lineOhm * currentA[phase]);
    this.#currentA = currentA;
    this.#voltageV = voltageV;
    this.#powerW = perPhase((phase) => voltageV[phase] * currentA[phase]);
  }

  /** Energy counts from zero again. */
  reset(nowMs: number): void {
    this.#energyJ = noLoad;
    this.#integratedToMs = nowMs;
  }

  read(nowMs: number): AcReading {
    this.#integrate(nowMs);
    return {
      energyWh: perPhase((phase) => this.#energyJ[phase] / joulePerWh),
      powerW: this.#powerW,
      voltageV: this.#voltageV,
      currentA: this.#currentA,
    };
  }

  #integrate(nowMs: number): void {
    const seconds = (nowMs - this.#integratedToMs) / 1000;
    const { L1, L2, L3 } = this.#energyJ;
    const power = this.#powerW;
    this.#energyJ = { L1: L1 + power.L1 * seconds, L2: L2 + power.L2 * seconds, L3: L3 + power.L3 * seconds };
    this.#integratedToMs = nowMs;
  }
}
