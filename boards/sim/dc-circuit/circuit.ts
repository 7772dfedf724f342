/**
 * The DC side of a station as a circuit: the supply with its output capacitor, the station's contactor, the inlet of the
 * vehicle, the vehicle's own contactor and its battery. Whoever measures looks at this and at nothing else.
 *
 * Between two changes every quantity is a ramp, a decay or at rest, so it is known at any instant and takes no ticks.
 * What the connected battery decides is simple: voltage follows battery and current, current follows the supply.
 */

export interface Source {
  readonly mode: "off" | "export" | "import";
  /** Export: the voltage it regulates to. Import: it draws while the vehicle stands above this. */
  readonly voltageV: number;
  readonly currentA: number;
  readonly powerW: number;
  readonly voltsPerSecond: number;
  readonly amperesPerSecond: number;
  /** A regulation that is off by this much, while it is on; not even a battery holds it down. */
  readonly errorV: number;
}

export interface BatteryTerminals {
  /** Without current. */
  readonly voltageV: number;
  readonly ohm: number;
}

export interface DcReading {
  /** On the supply's side of the station's contactor. */
  readonly supplyV: number;
  /** On the vehicle's side of it. */
  readonly inletV: number;
  /** Positive towards the vehicle. */
  readonly currentA: number;
  readonly exportedWh: number;
  readonly importedWh: number;
  /** The vehicle's contactor is closed. */
  readonly hasBattery: boolean;
}

/** From a value to another at a steady rate (units a second), or down to nothing. */
type Motion =
  | { readonly kind: "ramp"; readonly from: number; readonly to: number; readonly perSecond: number }
  | { readonly kind: "decay"; readonly from: number };

const atRest = (value: number): Motion => ({ kind: "ramp", from: value, to: value, perSecond: 1 });

/** Output and inlet are discharged actively: from 1000 V to 60 V in 0.6 s. IEC 61851-23:2023 asks for 1 s. */
const dischargeS = 0.2;
/** What is left below this is no movement any more. */
const dischargedV = 1;

function valueAfter(motion: Motion, seconds: number): number {
  if (motion.kind === "decay") return motion.from * Math.exp(-seconds / dischargeS);
  const { from, to, perSecond } = motion;
  const way = to - from;
  return Math.abs(way) <= perSecond * seconds ? to : from + Math.sign(way) * perSecond * seconds;
}

function endsAfterS(motion: Motion): number {
  if (motion.kind === "ramp") return Math.abs(motion.to - motion.from) / motion.perSecond;
  return motion.from <= dischargedV ? 0 : dischargeS * Math.log(motion.from / dischargedV);
}

const off: Source = {
  mode: "off",
  voltageV: 0,
  currentA: 0,
  powerW: 0,
  voltsPerSecond: 1,
  amperesPerSecond: 1,
  errorV: 0,
};

/** The current at which a battery takes this power. */
function currentOfPower(powerW: number, { voltageV, ohm }: BatteryTerminals): number {
  if (ohm === 0) return powerW / voltageV;
  return (Math.sqrt(voltageV * voltageV + 4 * ohm * powerW) - voltageV) / (2 * ohm);
}

function currentInto(battery: BatteryTerminals, source: Source): number {
  const ohm = Math.max(battery.ohm, 1e-3);
  if (source.mode === "export") {
    const byVoltageA = (source.voltageV - battery.voltageV) / ohm;
    return Math.max(0, Math.min(source.currentA, currentOfPower(source.powerW, battery), byVoltageA));
  }
  if (source.mode === "import") {
    const byVoltageA = (battery.voltageV - source.voltageV) / ohm;
    return -Math.max(0, Math.min(source.currentA, source.powerW / battery.voltageV, byVoltageA));
  }
  return 0;
}

export class DcCircuit {
  #source = off;
  #battery: BatteryTerminals | null = null;
  #contactorClosed = false;
  #sinceMs: number;
  #supply = atRest(0);
  #inlet = atRest(0);
  #current = atRest(0);
  #exportedWh = 0;
  #importedWh = 0;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  setSource(source: Source, nowMs: number): void {
    this.#change(nowMs, () => {
      this.#source = source;
    });
  }

  /** The station's contactor. Answers the voltage difference it closed into. */
  setContactor(closed: boolean, nowMs: number): number {
    const { supplyV, inletV } = this.read(nowMs);
    const differenceV = closed && !this.#contactorClosed ? Math.abs(supplyV - inletV) : 0;
    this.#change(nowMs, () => {
      this.#contactorClosed = closed;
    });
    return differenceV;
  }

  /** The vehicle's contactor: a battery behind it, or null while it is open. Answers the difference it closed into. */
  setBattery(battery: BatteryTerminals | null, nowMs: number): number {
    const { inletV } = this.read(nowMs);
    const differenceV = battery !== null && this.#battery === null ? Math.abs(inletV - battery.voltageV) : 0;
    this.#change(nowMs, () => {
      this.#battery = battery;
    });
    return differenceV;
  }

  read(nowMs: number): DcReading {
    const seconds = (nowMs - this.#sinceMs) / 1000;
    const energyWh = this.#energyWh(seconds);
    return {
      ...this.#at(seconds),
      exportedWh: this.#exportedWh + Math.max(0, energyWh),
      importedWh: this.#importedWh + Math.max(0, -energyWh),
      hasBattery: this.#battery !== null,
    };
  }

  /** When everything will be at rest, if nobody touches it. */
  settlesAtMs(): number {
    const seconds = Math.max(...[this.#supply, this.#inlet, this.#current].map(endsAfterS));
    return this.#sinceMs + Math.ceil(seconds * 1000);
  }

  #at(seconds: number): { supplyV: number; inletV: number; currentA: number } {
    const currentA = valueAfter(this.#current, seconds);
    if (this.#battery !== null && this.#contactorClosed) {
      const errorV = this.#source.mode === "off" ? 0 : this.#source.errorV;
      const nodeV = this.#battery.voltageV + this.#battery.ohm * currentA + errorV;
      return { supplyV: nodeV, inletV: nodeV, currentA };
    }
    return { supplyV: valueAfter(this.#supply, seconds), inletV: valueAfter(this.#inlet, seconds), currentA };
  }

  /** The current does not change its sign between two changes that matter: it is not driven both ways at once. */
  #energyWh(seconds: number): number {
    const bendS = Math.min(seconds, endsAfterS(this.#current));
    return this.#energyBetweenWh(0, bendS) + this.#energyBetweenWh(bendS, seconds);
  }

  /** Simpson's rule: exact, since voltage and current are straight lines while current flows. */
  #energyBetweenWh(fromS: number, toS: number): number {
    const powerW = (seconds: number): number => {
      const { supplyV, currentA } = this.#at(seconds);
      return supplyV * currentA;
    };
    const sumW = powerW(fromS) + 4 * powerW((fromS + toS) / 2) + powerW(toS);
    return (((toS - fromS) / 6) * sumW) / 3600;
  }

  #change(nowMs: number, apply: () => void): void {
    const { supplyV, inletV, currentA, exportedWh, importedWh } = this.read(nowMs);
    this.#exportedWh = exportedWh;
    this.#importedWh = importedWh;
    this.#sinceMs = nowMs;
    apply();
    const source = this.#source;
    const battery = this.#battery;
    const clamped = battery !== null && this.#contactorClosed;
    this.#supply =
      source.mode === "export"
        ? { kind: "ramp", from: supplyV, to: source.voltageV + source.errorV, perSecond: source.voltsPerSecond }
        : { kind: "decay", from: supplyV };
    if (this.#contactorClosed) this.#inlet = clamped ? atRest(battery.voltageV) : this.#supply;
    else this.#inlet = battery === null ? { kind: "decay", from: inletV } : atRest(battery.voltageV);
    this.#current = !clamped
      ? atRest(0)
      : source.mode === "off"
        ? atRest(0)
        : {
            kind: "ramp",
            from: startOf(source, currentA),
            to: currentInto(battery, source),
            perSecond: source.amperesPerSecond,
          };
    // While a battery holds it, the output is where the battery is.
    if (clamped) this.#supply = atRest(this.#at(0).supplyV);
  }
}

/** A supply that turns from one direction to the other begins at nothing. */
function startOf(source: Source, currentA: number): number {
  const wanted = source.mode === "import" ? -1 : 1;
  return currentA * wanted > 0 ? currentA : 0;
}
