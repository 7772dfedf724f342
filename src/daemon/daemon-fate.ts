import type { LastChange, MemoryFiles } from "../runtime/memory-files.ts";

/** How a scenario kills the daemon: at once, or in the middle of what it does later. */
export interface Death {
  /** Without it for good. */
  readonly restartMs?: number;
  readonly beforeEffect?: number;
  readonly inChange?: number;
  readonly lastChange?: LastChange;
}

/** What a scenario does to the daemon as a whole and to the machine below it. */
export interface DaemonFate {
  kill(death: Death): void;
  spare(): void;
  diskFull(value: boolean): void;
  jumpWallTime(byMs: number): void;
}

/** A daemon that nobody may harm. */
export const spared: DaemonFate = { kill() {}, spare() {}, diskFull() {}, jumpWallTime() {} };

interface Deaths {
  /** Kills it, at this instant. */
  readonly die: (restartMs: number | undefined) => void;
  readonly beforeEffect: (nth: number, die: () => void) => void;
  readonly files: MemoryFiles | undefined;
}

/** Kills the daemon when its hour has come. Files that are no simulated ones are changed whole. */
export function deathOf({ restartMs, beforeEffect, inChange, lastChange }: Death, deaths: Deaths): void {
  const die = (): void => deaths.die(restartMs);
  if (beforeEffect !== undefined) deaths.beforeEffect(beforeEffect, die);
  else if (inChange !== undefined) deaths.files?.cutAt(inChange, lastChange, die);
  else die();
}
