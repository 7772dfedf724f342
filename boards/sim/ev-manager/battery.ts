/** The vehicle's battery. Power is constant between two calls, so its charge is exact whenever it is read. */
export class Battery {
  readonly #capacityWh: number;
  #storedWh: number;
  #powerW = 0;
  #integratedToMs: number;

  /** `socPercent` is clamped to 0..100. */
  constructor(capacityWh: number, socPercent: number, nowMs: number) {
    this.#capacityWh = capacityWh;
    this.#storedWh = capacityWh * clampedShare(socPercent);
    this.#integratedToMs = nowMs;
  }

  get capacityWh(): number {
    return this.#capacityWh;
  }

  setSoc(socPercent: number, nowMs: number): void {
    this.#storedWh = this.#capacityWh * clampedShare(socPercent);
    this.#integratedToMs = nowMs;
  }

  /** Power that goes into the battery from `nowMs` on. */
  setPower(powerW: number, nowMs: number): void {
    this.#integrate(nowMs);
    this.#powerW = powerW;
  }

  /** Percent, 0..100. A full battery takes no more, but does not end the session. */
  soc(nowMs: number): number {
    this.#integrate(nowMs);
    return (100 * this.#storedWh) / this.#capacityWh;
  }

  /** The charge rounded down, where an instant computed by `nextPercentAtMs` has reached its percent. */
  wholePercent(nowMs: number): number {
    return Math.floor(this.soc(nowMs) + 1e-9);
  }

  /** When the state of charge reaches the next whole percent, up or down, or null while it stands. */
  nextPercentAtMs(nowMs: number): number | null {
    const soc = this.soc(nowMs);
    const rises = this.#powerW > 0;
    if (this.#powerW === 0 || (rises ? soc >= 100 : soc <= 0)) return null;
    const next = rises ? this.wholePercent(nowMs) + 1 : Math.ceil(soc - 1e-9) - 1;
    const missingWh = ((next - soc) / 100) * this.#capacityWh;
    return nowMs + (missingWh / this.#powerW) * 3_600_000;
  }

  #integrate(nowMs: number): void {
    const addedWh = (this.#powerW * (nowMs - this.#integratedToMs)) / 3_600_000;
    this.#storedWh = Math.min(this.#capacityWh, Math.max(0, this.#storedWh + addedWh));
    this.#integratedToMs = nowMs;
  }
}

const clampedShare = (percent: number): number => Math.min(100, Math.max(0, percent)) / 100;
