/** So much of the same within so long, and then only how often. */
export interface RepeatLimitOptions {
  /** So many are told within a window, which begins with the first. */
  readonly most: number;
  readonly windowMs: number;
}

/** Told of a fault that comes again and again: five times a minute. */
export const faultRepeats: RepeatLimitOptions = { most: 5, windowMs: 60_000 };

/** More different ones than anybody reads: the oldest is forgotten. */
const mostKept = 500;

interface Window<T> {
  readonly about: T;
  readonly endMs: number;
  told: number;
  untold: number;
}

export interface Untold<T> {
  readonly about: T;
  readonly times: number;
}

export class RepeatLimit<T> {
  readonly #options: RepeatLimitOptions;
  readonly #windows = new Map<string, Window<T>>();

  constructor(options: RepeatLimitOptions = faultRepeats) {
    this.#options = options;
  }

  /** Whether this one is to be told. Numbers in `text` make no other one of it. `about`: what `ended` says of those untold. */
  passes(name: string, text: string, nowMs: number, about: T): boolean {
    const key = `${name}\n${text.replace(/\d+/g, "#")}`;
    let window = this.#windows.get(key);
    if (window === undefined || nowMs >= window.endMs) {
      window = { about, endMs: nowMs + this.#options.windowMs, told: 0, untold: window?.untold ?? 0 };
      this.#windows.delete(key);
      this.#windows.set(key, window);
      this.#forgetOldest();
    }
    if (window.told >= this.#options.most) {
      window.untold++;
      return false;
    }
    window.told++;
    return true;
  }

  /** What was not told in the windows that have ended; asked before something is told. */
  ended(nowMs: number): Untold<T>[] {
    const ended: Untold<T>[] = [];
    for (const [key, { about, endMs, untold }] of this.#windows) {
      if (nowMs < endMs) continue;
      if (untold > 0) ended.push({ about, times: untold });
      this.#windows.delete(key);
    }
    return ended;
  }

  #forgetOldest(): void {
    if (this.#windows.size <= mostKept) return;
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined) this.#windows.delete(oldest);
  }
}
