/** Answers that are still owed, by number: what a machine can carry of a reply. */
export class Replies {
  readonly #owed = new Map<number, (result: never) => void>();
  #last = 0;

  keep<R>(reply: (result: R) => void): number {
    this.#last += 1;
    this.#owed.set(this.#last, reply);
    return this.#last;
  }

  /** The result is of the type of the reply kept under that number: each kind of question has its own answer. */
  answer(id: number, result: unknown): void {
    this.#owed.get(id)?.(result as never);
    this.#owed.delete(id);
  }
}
