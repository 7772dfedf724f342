/** What one value, and all of them with their keys, may come to, in characters of JSON. */
export const largestValue = 64 * 1024;
export const largestStore = 1024 * 1024;

/** The values of a store as JSON texts, so that what is kept is what was given at that moment and cannot change. */
export class Values {
  readonly #texts: Map<string, string>;
  #size = 0;

  /** `body` as `toBody` wrote it. */
  constructor(body?: string) {
    const given = body === undefined ? {} : (JSON.parse(body) as Readonly<Record<string, unknown>>);
    this.#texts = new Map(Object.entries(given).map(([key, value]) => [key, JSON.stringify(value)]));
    for (const [key, text] of this.#texts) this.#size += key.length + text.length;
  }

  /** False when the value is no JSON or there is no room for it; nothing is changed then. */
  set(key: string, value: unknown): boolean {
    const text = jsonOf(value);
    if (text === undefined || text.length > largestValue) return false;
    const size = this.#size - this.#sizeOf(key) + key.length + text.length;
    if (size > largestStore) return false;
    this.#size = size;
    this.#texts.set(key, text);
    return true;
  }

  /** A missing key is null. */
  get(key: string): unknown {
    const text = this.#texts.get(key);
    return text === undefined ? null : JSON.parse(text);
  }

  has(key: string): boolean {
    return this.#texts.has(key);
  }

  /** Whether there was such a key. */
  delete(key: string): boolean {
    this.#size -= this.#sizeOf(key);
    return this.#texts.delete(key);
  }

  toBody(): string {
    return `{${[...this.#texts].map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}`;
  }

  #sizeOf(key: string): number {
    const text = this.#texts.get(key);
    return text === undefined ? 0 : key.length + text.length;
  }
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    return undefined;
  }
}
