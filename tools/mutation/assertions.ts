/**
 * The runner's assertions without its output: they compare with what the runner compares with, and the first that fails
 * ends the test, which is all that a change needs.
 */
import { createRequire } from "node:module";
import { join } from "node:path";

export class Failed extends Error {}

type Compare = (found: unknown, wanted: unknown) => { readonly match: boolean };

const requireHere = createRequire(join(process.cwd(), "package.json"));
const { match, same, strict }: Readonly<Record<"match" | "same" | "strict", Compare>> = createRequire(
  requireHere.resolve("tap"),
)("tcompare");

function must(isRight: boolean): true {
  if (!isRight) throw new Failed();
  return true;
}

export type Body = (t: Assertions) => unknown;

export class Assertions {
  /** Subtests run one after the other, awaited or not. */
  #running: Promise<void> = Promise.resolve();
  #failure: unknown = null;

  test(_name: string, ...given: readonly unknown[]): Promise<void> {
    const body = given.at(-1) as Body;
    this.#running = this.#running.then(() => runBody(body));
    this.#running.catch((failure: unknown) => {
      this.#failure ??= failure;
    });
    return this.#running;
  }

  async settled(): Promise<void> {
    await this.#running;
    if (this.#failure !== null) throw this.#failure;
  }

  equal = (found: unknown, wanted: unknown): true => must(Object.is(found, wanted));
  not = (found: unknown, wanted: unknown): true => must(!Object.is(found, wanted));
  same = (found: unknown, wanted: unknown): true => must(same(found, wanted).match);
  strictSame = (found: unknown, wanted: unknown): true => must(strict(found, wanted).match);
  match = (found: unknown, wanted: unknown): true => must(match(found, wanted).match);
  notMatch = (found: unknown, wanted: unknown): true => must(!match(found, wanted).match);
  ok = (found: unknown): true => must(Boolean(found));
  notOk = (found: unknown): true => must(!found);
  fail = (): true => must(false);
  pass = (): true => true;
  comment = (): void => {};
  setTimeout = (): void => {};

  throws(body: () => unknown, wanted?: unknown): unknown {
    try {
      body();
    } catch (error) {
      const found = wanted instanceof RegExp ? (error as Error).message : error;
      if (wanted !== undefined && typeof wanted !== "string") must(match(found, wanted).match);
      return error;
    }
    throw new Failed();
  }
}

export async function runBody(body: Body): Promise<void> {
  const t = new Assertions();
  await body(t);
  await t.settled();
}
