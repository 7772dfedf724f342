import type { Log } from "../../hal/log.ts";

/** Running later than this is worth a line in the log. */
const lateMs = 100;
/** And that at most this often. */
const reportIntervalMs = 10_000;

/** How late the clock's entries run: the one number that tells whether the event loop keeps up. */
export class LoopMonitor {
  readonly #log: Log;
  readonly #nowMs: () => number;
  #count = 0;
  #lateCount = 0;
  #worstMs = 0;
  #lastReportMs = Number.NEGATIVE_INFINITY;
  #unreported = 0;

  constructor(log: Log, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** `latenessMs`: real milliseconds between due and run. */
  ran(latenessMs: number, name: string): void {
    this.#count++;
    if (latenessMs > this.#worstMs) this.#worstMs = latenessMs;
    if (latenessMs < lateMs) return;
    this.#lateCount++;
    this.#unreported++;
    const nowMs = this.#nowMs();
    if (nowMs - this.#lastReportMs < reportIntervalMs) return;
    this.#log.warn("loop.late", { latenessMs: Math.round(latenessMs), timer: name, times: this.#unreported });
    this.#lastReportMs = nowMs;
    this.#unreported = 0;
  }

  get figures(): { readonly count: number; readonly late: number; readonly worstMs: number } {
    return { count: this.#count, late: this.#lateCount, worstMs: this.#worstMs };
  }
}
