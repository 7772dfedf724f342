import { appendFile, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Log } from "../../hal/log.ts";
import type { EventLine } from "../runtime/event-line.ts";
import type { RunDescription } from "../runtime/record-format.ts";
import { headerText, lineText, statesText } from "../runtime/record-format.ts";
import { StandingLines } from "../runtime/standing-lines.ts";
import type { ModulePlan } from "../runtime/station.ts";
import { removeOldSessionLogs } from "./old-session-logs.ts";

/** Makes the page of a record; rejects when it cannot. */
export type MakeReport = (record: string, html: string) => Promise<void>;

export interface SessionLogsOptions {
  readonly plans: readonly ModulePlan[];
  readonly description: () => RunDescription;
  readonly wallTimeMs: (atMs: number) => number;
  readonly log: Log;
  readonly report: MakeReport;
}

const writeEveryMs = 2000;
/** What waits for a disk that stands still; more is left out. */
const mostWaitingCharacters = 1024 * 1024;
/** What comes of the end of a session belongs to it. */
const afterEndMs = 1000;

/** Told many times a second, and told by the supply as well. */
const repeated: ReadonlySet<string> = new Set([
  "update_dc_present_values",
  "update_isolation_status",
  "voltage_measurement_V",
]);

interface Logged {
  /** Modules whose lines belong to this EVSE. */
  readonly own: ReadonlySet<string>;
  readonly withMessages: boolean;
  /** So many sessions stay in the folder of all of them, the newest. */
  readonly most: number;
  open: OpenLog | null;
}

interface OpenLog {
  readonly folder: string;
  record: string;
  csv: string;
  work: Promise<void>;
  waiting: number;
  failed: boolean;
  timer: NodeJS.Timeout | null;
  ends: NodeJS.Timeout | null;
}

/**
 * The logs of sessions, for those EVSEs that are configured to keep them: a folder a session, in it a table for people
 * (`eventlog.csv`) and, once the session has ended, its report (`eventlog.html`). Files that begin with `incomplete-` are of a session
 * that runs, or of one that a cut has ended; the record among them can still be reported by hand.
 */
export class SessionLogs {
  readonly #options: SessionLogsOptions;
  readonly #byEvse = new Map<string, Logged>();
  readonly #standing = new StandingLines();

  constructor(options: SessionLogsOptions) {
    this.#options = options;
    for (const { id, type, config, connections } of options.plans) {
      const { session_logging, session_logging_xml, session_logging_max_sessions } = config as Settings;
      if (type !== "EvseManager" || session_logging !== true) continue;
      const own = Object.values(connections).flatMap((targets) => targets.map(({ moduleId }) => moduleId));
      this.#byEvse.set(id, {
        own: new Set([id, ...own]),
        withMessages: session_logging_xml === true,
        most: session_logging_max_sessions ?? Number.POSITIVE_INFINITY,
        open: null,
      });
    }
  }

  get isWanted(): boolean {
    return this.#byEvse.size > 0;
  }

  hear(line: EventLine): void {
    const { tMs, module, kind, fields } = line;
    this.#standing.hear(tMs, module, kind, fields);
    for (const [id, logged] of this.#byEvse) {
      if (module === id && kind === "session_event") this.#begin(id, logged, tMs, fields as SessionFields);
      if (logged.open === null || !logged.own.has(module)) continue;
      this.#write(logged, logged.open, line);
      if (module !== id || kind !== "session_event" || (fields as SessionFields).event !== "SessionFinished") continue;
      const { open } = logged;
      open.ends = setTimeout(() => this.#end(logged, open), afterEndMs);
      open.ends.unref();
    }
  }

  /** Resolves when what has been heard is in the files. Sessions that run stay incomplete. */
  async close(): Promise<void> {
    for (const logged of this.#byEvse.values()) {
      const { open } = logged;
      if (open === null) continue;
      if (open.ends !== null) this.#end(logged, open);
      else this.#flush(open);
      await open.work;
    }
  }

  #begin(id: string, logged: Logged, tMs: number, { event, session_started }: SessionFields): void {
    const folder = session_started?.logging_path;
    if (event !== "SessionStarted" || folder === undefined) return;
    if (logged.open !== null) this.#end(logged, logged.open);
    const open: OpenLog = {
      folder,
      record:
        headerText(this.#options.description(), 0) +
        statesText(
          tMs,
          [],
          [...this.#standing].filter(
            ({ line }) => logged.own.has(line.module) && !(line.module === id && line.kind === "session_event"),
          ),
        ),
      csv: "timestamp,origin,message,xml\n",
      work: mkdir(folder, { recursive: true }).then(
        () => {},
        (error: Error) => this.#fail(open, error),
      ),
      waiting: 0,
      failed: false,
      timer: null,
      ends: null,
    };
    logged.open = open;
  }

  #write({ withMessages }: Logged, open: OpenLog, { tMs, module, kind, fields }: EventLine): void {
    const { name } = fields as { readonly name?: string };
    if (open.failed || repeated.has(name ?? "") || open.waiting + open.record.length > mostWaitingCharacters) return;
    const isMessage = kind === "hlc" || kind === "slac";
    const { args, value, ...bare } = fields as Readonly<Record<string, unknown>>;
    open.record += lineText(tMs, module, kind, isMessage && !withMessages ? bare : fields);
    const row = rowOf(kind, fields as Readonly<Record<string, unknown>>);
    if (row !== undefined) {
      const message = isMessage && withMessages ? JSON.stringify(args ?? value ?? {}) : "";
      const timestamp = new Date(this.#options.wallTimeMs(tMs)).toISOString();
      open.csv += `${[timestamp, ...row, message].map(csvField).join(",")}\n`;
    }
    if (open.timer !== null) return;
    open.timer = setTimeout(() => this.#flush(open), writeEveryMs);
    open.timer.unref();
  }

  #flush(open: OpenLog): void {
    if (open.timer !== null) clearTimeout(open.timer);
    open.timer = null;
    const { record, csv } = open;
    open.record = "";
    open.csv = "";
    open.waiting += record.length;
    open.work = open.work.then(async () => {
      if (open.failed) return;
      try {
        await appendFile(pathOf(open, "record"), record);
        await appendFile(pathOf(open, "csv"), csv);
      } catch (error) {
        this.#fail(open, error as Error);
      }
      open.waiting -= record.length;
    });
  }

  #end(logged: Logged, open: OpenLog): void {
    if (open.ends !== null) clearTimeout(open.ends);
    open.ends = null;
    if (logged.open === open) logged.open = null;
    this.#flush(open);
    open.work = open.work.then(async () => {
      if (open.failed) return;
      try {
        await rename(pathOf(open, "csv"), join(open.folder, "eventlog.csv"));
        await this.#options.report(pathOf(open, "record"), join(open.folder, "eventlog.html"));
        await rm(pathOf(open, "record"));
        this.#options.log.info("session_log.written", { folder: open.folder });
      } catch (error) {
        this.#fail(open, error as Error);
      }
      await this.#makeRoom(dirname(open.folder), logged.most);
    });
  }

  async #makeRoom(root: string, most: number): Promise<void> {
    const inUse = new Set([...this.#byEvse.values()].flatMap(({ open }) => (open === null ? [] : [open.folder])));
    try {
      await removeOldSessionLogs(root, most, inUse);
    } catch (error) {
      this.#options.log.warn("session_log.not_removed", { folder: root, error: (error as Error).message });
    }
  }

  #fail(open: OpenLog, error: Error): void {
    open.failed = true;
    this.#options.log.error("session_log.not_written", { folder: open.folder, error: error.message });
  }
}

interface Settings {
  readonly session_logging?: boolean;
  readonly session_logging_xml?: boolean;
  readonly session_logging_max_sessions?: number;
}

interface SessionFields {
  readonly event: string;
  readonly session_started?: { readonly logging_path?: string };
}

const pathOf = ({ folder }: OpenLog, ending: string): string => join(folder, `incomplete-eventlog.${ending}`);

/** Origin and message as people read them; undefined for what is only drawn. */
function rowOf(kind: string, fields: Readonly<Record<string, unknown>>): [origin: string, message: string] | undefined {
  switch (kind) {
    case "session_event":
      return ["EVSE", String(fields.event)];
    case "state":
      return ["EVSE", `state ${fields.to}`];
    case "cp":
      return ["CAR", `pilot ${fields.to}`];
    case "pwm":
      return ["EVSE", `${fields.mode} ${fields.duty_percent} %`];
    case "contactor_command":
      return ["EVSE", `contactor told to ${fields.closed === true ? "close" : "open"} (${fields.reason})`];
    case "contactor":
      return ["SYS", `contactor ${fields.closed === true ? "closed" : "open"}`];
    case "error":
      return ["SYS", `${fields.action} ${fields.type} ${fields.sub_type} ${fields.message}`];
    case "hlc":
    case "slac":
      return [fields.dir === "var" ? "CAR" : "EVSE", `${kind} ${fields.name}`];
    default:
      return undefined;
  }
}

/** RFC 4180; and nothing that a spreadsheet would take for a formula. */
function csvField(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
