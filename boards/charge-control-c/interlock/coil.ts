import type { Level, OutputLine } from "../../../hal/digital-line.ts";
import type { InterlockGuard } from "./guard.ts";

/** A relay's line as the main thread has it: it drives the coil off itself, and can only ask for it to be driven on. */
export class GuardedCoil implements OutputLine {
  readonly #line: OutputLine;
  readonly #guard: () => InterlockGuard;
  readonly #number: number;

  /** `number`: which of the guard's coils the line drives. */
  constructor(line: OutputLine, guard: () => InterlockGuard, number: number) {
    this.#line = line;
    this.#guard = guard;
    this.#number = number;
  }

  set(level: Level): void {
    if (level === "low") this.#guard().open(this.#number);
    else this.#guard().close(this.#number);
  }

  /** What is driven, whoever drove it. */
  read(): Level {
    return this.#line.read();
  }
}
