/** The secret of a console that has one. Wrong ones are answered later and later, whoever tries. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Log } from "../../hal/log.ts";

const firstDelayMs = 1000;
const longestDelayMs = 60_000;

/** One for each line: leaving it and coming back forgets nothing. */
export class Login {
  readonly #digest: Buffer;
  readonly #log: Log;
  #failures = 0;

  constructor(secret: string, log: Log) {
    this.#digest = digest(secret);
    this.#log = log;
  }

  get failures(): number {
    return this.#failures;
  }

  /** Null: welcome. Otherwise how long nothing is heard. */
  attempt(text: string): number | null {
    if (timingSafeEqual(digest(text), this.#digest)) {
      if (this.#failures > 0) this.#log.warn("console.login_after_failures", { failures: this.#failures });
      else this.#log.info("console.login", {});
      this.#failures = 0;
      return null;
    }
    this.#failures++;
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(10, this.#failures - 1));
    this.#log.warn("console.wrong_secret", { failures: this.#failures, next_try_s: delayMs / 1000 });
    return delayMs;
  }
}

/** Of one length, whatever the text: comparing it tells nothing. */
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
