import type { RecordedLine } from "./record-format.ts";

/** Told on change only: the latest of each kind still stands. */
const told: ReadonlySet<string> = new Set([
  "state",
  "cp",
  "pilot",
  "pwm",
  "contactor_command",
  "contactor",
  "lock_command",
  "lock",
  "limits",
]);

interface ErrorFields {
  readonly action: string;
  readonly implementation: string;
  readonly type: string;
  readonly sub_type: string;
}

/** What somebody has to know who hears a station from now on: the latest lines, standing errors, the session that runs. */
export class StandingLines {
  readonly #lines = new Map<string, RecordedLine>();

  hear(t: number, module: string, kind: string, fields: object): void {
    if (told.has(kind)) this.#lines.set(`${module} ${kind}`, { t, line: { module, kind, ...fields } });
    else if (kind === "error") this.#hearError(t, module, fields as ErrorFields);
    else if (kind === "session_event") this.#hearSession(t, module, fields as { readonly event: string });
  }

  [Symbol.iterator](): Iterator<RecordedLine> {
    return [...this.#lines.values()].sort((a, b) => a.t - b.t)[Symbol.iterator]();
  }

  #hearError(t: number, module: string, fields: ErrorFields): void {
    const key = `${module} error ${fields.implementation} ${fields.type} ${fields.sub_type}`;
    if (fields.action === "clear") this.#lines.delete(key);
    else this.#lines.set(key, { t, line: { module, kind: "error", ...fields } });
  }

  #hearSession(t: number, module: string, fields: { readonly event: string }): void {
    const prefix = `${module} session_event `;
    if (fields.event === "SessionFinished") {
      for (const key of this.#lines.keys()) if (key.startsWith(prefix)) this.#lines.delete(key);
    } else this.#lines.set(`${prefix}${fields.event}`, { t, line: { module, kind: "session_event", ...fields } });
  }
}
