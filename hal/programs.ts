/**
 * Other programs of the machine, for what the operating system is asked to do. None is waited for: what one prints and how it
 * ended comes in turns of their own.
 */
export interface ProgramOutcome {
  /** Exit status; null when it was killed or could not be started. */
  readonly code: number | null;
  /** The last of what it printed, standard output and error together. */
  readonly output: string;
}

export interface ProgramListener {
  /** A line it printed, without its end. */
  printed?(line: string): void;
  ended(outcome: ProgramOutcome): void;
}

export interface RunningProgram {
  /** Ends it and what it started. `ended` comes all the same. */
  stop(): void;
}

export interface Programs {
  /** `program` is looked for in PATH; `args` go to it as they are, through no shell. */
  run(program: string, args: readonly string[], listener: ProgramListener): RunningProgram;
  /** Ends this daemon in order, for whoever supervises it to start it anew. */
  endDaemon(): void;
}
