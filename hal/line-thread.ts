/**
 * A thread of its own over the lines of the machine: its work goes on while the event loop stands still. It opens the
 * lines by itself, loads no native package and knows only what it is started with. What it tells arrives in order.
 */
export type StartLineThread = (name: LineThreadName, data: object, events: LineThreadEvents) => LineThread;

/** What there is to be run. */
export type LineThreadName = "interlock";

export interface LineThreadEvents {
  message(message: unknown): void;
  /** It is gone, once. Null where it returned. */
  ended(error: Error | null): void;
}

export interface LineThread {
  /** Ends it, whatever it does; `ended` follows. */
  terminate(): void;
}
