/**
 * A plug lock: a motor between two stops, its feedback, and the capacitors that drive it open when the supply fails.
 * Position and charge are worked out when somebody looks, from what has been driven since.
 */
const travelMs = 300;
/** Volts at the feedback at either stop, and anywhere between. */
const feedbackV = { locked: 0.3, unlocked: 3.1, between: 1.8 } as const;
const chargedV = 12;
const chargingMs = 3000;

export class SimulatedLock {
  /** 0 is open, 1 is locked. */
  #position = 0;
  #direction: -1 | 0 | 1 = 0;
  #stuck = false;
  #sinceMs: number;
  #chargingSinceMs: number | null;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
    this.#chargingSinceMs = nowMs;
  }

  /** -1 drives it open, 1 drives it closed, 0 lets it rest. */
  drive(direction: -1 | 0 | 1, nowMs: number): void {
    this.#follow(nowMs);
    this.#direction = direction;
  }

  setStuck(stuck: boolean, nowMs: number): void {
    this.#follow(nowMs);
    this.#stuck = stuck;
  }

  moveByHand(locked: boolean, nowMs: number): void {
    this.#follow(nowMs);
    this.#position = locked ? 1 : 0;
  }

  setFlat(flat: boolean, nowMs: number): void {
    this.#chargingSinceMs = flat ? null : nowMs;
  }

  feedbackV(nowMs: number): number {
    this.#follow(nowMs);
    if (this.#position === 0) return feedbackV.unlocked;
    return this.#position === 1 ? feedbackV.locked : feedbackV.between;
  }

  capacitorV(nowMs: number): number {
    if (this.#chargingSinceMs === null) return 0;
    return chargedV * Math.min(1, (nowMs - this.#chargingSinceMs) / chargingMs);
  }

  #follow(nowMs: number): void {
    const moved = this.#stuck ? 0 : (this.#direction * (nowMs - this.#sinceMs)) / travelMs;
    this.#position = Math.min(1, Math.max(0, this.#position + moved));
    this.#sinceMs = nowMs;
  }
}
