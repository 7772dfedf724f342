/**
 * The keys of a terminal one by one. It takes the terminal into raw mode and gives it back however the process ends:
 * when told, on exit, and while it stands still in the background of a shell.
 */
import { readFileSync } from "node:fs";
import { emitKeypressEvents } from "node:readline";
import type { ReadStream } from "node:tty";
import type { Key } from "./operator-panel.ts";

export interface KeyboardOptions {
  readonly stdin: ReadStream;
  readonly onKey: (key: Key) => void;
  /** Whether the terminal is the view's own at this moment: not so in the background of a shell. */
  readonly onHold: (held: boolean) => void;
}

export interface Keyboard {
  /** Stands still until the shell says `fg`. */
  suspend(): void;
  stop(): void;
}

/** A stop takes hold a little after it was asked for; where nobody can continue us, there is none. */
const settledMs = 50;
/** A shell that brings a running job back to the foreground tells nobody. */
const lookMs = 500;

export function startKeyboard({ stdin, onKey, onHold }: KeyboardOptions): Keyboard {
  let raw = false;
  let stopped = false;
  let look: NodeJS.Timeout | undefined;

  const hear = (text: string | undefined, key: { name?: string; ctrl?: boolean } | undefined): void =>
    onKey({ name: key?.name ?? text ?? "", text: text ?? "", ctrl: key?.ctrl === true });

  const release = (): void => {
    if (!raw) return;
    raw = false;
    try {
      stdin.setRawMode(false);
    } catch {
      // The terminal is gone; there is nothing left to restore.
    }
    stdin.pause();
  };
  const take = (): void => {
    // A background process that touches the terminal would be stopped by it.
    if (raw || stopped) return;
    if (!inForeground()) {
      onHold(true);
      look ??= setInterval(take, lookMs).unref();
      return;
    }
    clearInterval(look);
    look = undefined;
    raw = true;
    stdin.setRawMode(true);
    stdin.resume();
    onHold(false);
  };
  const suspend = (): void => {
    onHold(true);
    release();
    process.off("SIGTSTP", suspend);
    // The whole job, as the terminal would: a shell looks at what it started, perhaps npm.
    process.kill(0, "SIGTSTP");
    setTimeout(continued, settledMs);
  };
  const continued = (): void => {
    if (stopped) return;
    if (!process.listeners("SIGTSTP").includes(suspend)) process.on("SIGTSTP", suspend);
    take();
  };

  emitKeypressEvents(stdin);
  stdin.on("keypress", hear);
  process.on("SIGTSTP", suspend);
  process.on("SIGCONT", continued);
  process.once("exit", release);
  take();

  return {
    suspend,
    stop() {
      if (stopped) return;
      stopped = true;
      clearInterval(look);
      stdin.off("keypress", hear);
      process.off("SIGTSTP", suspend);
      process.off("SIGCONT", continued);
      process.off("exit", release);
      release();
    },
  };
}

/** Where the system does not say, it is taken to be so. Linux: proc(5), /proc/pid/stat, fields 5 and 8. */
function inForeground(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    // The name of the program may have spaces and brackets itself.
    const [, , , processGroup, , , terminalGroup] = stat.slice(stat.lastIndexOf(")") + 1).split(" ");
    // Without a terminal that controls it a process is in nobody's background.
    return terminalGroup === "-1" || processGroup === terminalGroup;
  } catch {
    return true;
  }
}
