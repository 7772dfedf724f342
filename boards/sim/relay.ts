/**
 * A contactor with a mirror contact: it takes its time to move, and it can fail. It knows no clock; whoever holds it
 * calls `advance` at `movesAtMs`.
 */
export type RelayFault = "welded" | "stuckOpen";

/** Mechanical delay between coil and contact. */
export const relayDelay = { closeMs: 30, openMs: 20 } as const;

export class Relay {
  #commandedClosed = false;
  #contactClosed = false;
  #fault: RelayFault | null = null;
  #slowMs: number | null = null;
  #movesAtMs: number | null = null;

  get commandedClosed(): boolean {
    return this.#commandedClosed;
  }

  /** What the mirror contact tells. */
  get contactClosed(): boolean {
    return this.#contactClosed;
  }

  /** When the contact will have moved, or null while it rests. */
  get movesAtMs(): number | null {
    return this.#movesAtMs;
  }

  command(closed: boolean, nowMs: number): void {
    this.#commandedClosed = closed;
    this.#retarget(nowMs);
  }

  /** A welded contact is closed from now on, one stuck open is open from now on, whatever the coil says. */
  setFault(fault: RelayFault | null, nowMs: number): void {
    this.#fault = fault;
    this.#movesAtMs = null;
    this.#retarget(nowMs);
  }

  /** Delay of both directions in milliseconds; null restores the healthy ones. A movement under way is not changed. */
  setSlow(delayMs: number | null): void {
    this.#slowMs = delayMs;
  }

  /** Moves the contact if its time has come; true when it moved. */
  advance(nowMs: number): boolean {
    if (this.#movesAtMs === null || nowMs < this.#movesAtMs) return false;
    this.#movesAtMs = null;
    this.#contactClosed = !this.#contactClosed;
    return true;
  }

  #retarget(nowMs: number): void {
    const closed = this.#fault === null ? this.#commandedClosed : this.#fault === "welded";
    if (closed === this.#contactClosed) {
      this.#movesAtMs = null;
      return;
    }
    if (this.#movesAtMs !== null) return;
    const delayMs = this.#fault !== null ? 0 : (this.#slowMs ?? (closed ? relayDelay.closeMs : relayDelay.openMs));
    this.#movesAtMs = nowMs + delayMs;
  }
}
