import { UsageError } from "../core/errors.ts";
import type { RecordedLine, RecordHeader } from "../runtime/record-format.ts";
import { isGap, isLine, isStates, isTurn, readRecord, recordedTimeMs, taken } from "../runtime/record-reader.ts";
import type { EvseWiring } from "./evse-story.ts";
import { EvseStory } from "./evse-story.ts";
import type { Remark, ReportData } from "./report-data.ts";

/** A page with more remarks than this helps nobody; the first and the last ones are shown. */
const mostRemarks = 4000;

interface Module {
  readonly id: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly connections?: Readonly<Record<string, readonly { readonly moduleId: string }[]>>;
}

/** @throws UsageError where the record cannot be read, or tells of no EVSE. */
export async function readReport(path: string, progress?: (nowMs: number) => void): Promise<ReportData> {
  const startedMs = await startOf(path);
  let reader: Reader | undefined;
  let isCut = false;
  for await (const item of readRecord(path)) {
    if (item.kind === "cut") isCut = true;
    else if (item.kind === "header") reader ??= taken(item.at, () => new Reader(item.header, startedMs));
    else {
      const { at, entry } = item;
      progress?.(entry.t);
      taken(at, () => reader?.hear(entry));
    }
  }
  const data = reader?.end(isCut);
  if (data === undefined) throw new UsageError("record", `${path}:1: cut in its header: there is nothing to report`);
  if (data.evses.length === 0) throw new UsageError("record", `${path}:1: no EvseManager in this record`);
  return data;
}

/** A station's clock may have been set right long after its start: what it took for the time last counts for all. */
async function startOf(path: string): Promise<number> {
  let startedMs = 0;
  for await (const item of readRecord(path)) {
    if (item.kind === "header") startedMs = recordedTimeMs(item.header.startedAt);
    else if (item.kind === "entry" && isLine(item.entry) && item.entry.line.kind === "session_event") {
      const { timestamp } = item.entry.line as { readonly timestamp?: unknown };
      const toldMs = recordedTimeMs(timestamp) - item.entry.t;
      // What is told late of a session that a cut has ended carries the time it was ended at.
      if (toldMs - startedMs > clockSetMs) startedMs = toldMs;
    }
  }
  return startedMs;
}

/** A difference this large is no rounding. */
const clockSetMs = 2000;

class Reader {
  readonly #header: RecordHeader;
  readonly #startedMs: number;
  readonly #stories: readonly EvseStory[];
  /** The stories a module's lines belong to. */
  readonly #byModule = new Map<string, EvseStory[]>();
  readonly #remarks: Remark[] = [];
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = 0;
  #lost = 0;
  #hasLines = false;

  constructor(header: RecordHeader, startedMs: number) {
    this.#header = header;
    this.#startedMs = startedMs;
    const { modules = [] } = (header.configuration ?? {}) as { readonly modules?: readonly Module[] };
    this.#stories = modules
      .filter(({ type }) => type === "EvseManager")
      .map((module) => new EvseStory(wiringOf(module)));
    for (const story of this.#stories) {
      for (const id of story.wiring.own) this.#byModule.set(id, [...(this.#byModule.get(id) ?? []), story]);
    }
  }

  hear(entry: Parameters<typeof isLine>[0]): void {
    this.#fromMs = Math.min(this.#fromMs, this.#startedMs + entry.t);
    this.#toMs = Math.max(this.#toMs, this.#startedMs + entry.t);
    if (isTurn(entry)) return;
    if (isLine(entry)) this.#hearLine(entry, entry.t);
    else if (isGap(entry)) {
      this.#lost += entry.lost;
      this.#remark(entry.t, "evsed", "daemon", `${entry.lost} entries were dropped while recording`);
    } else if (isStates(entry)) {
      // What stood before the record begins; later it is known already.
      if (!this.#hasLines || this.#lost > 0) for (const line of entry.standing) this.#hearLine(line, entry.t, line.t);
    } else {
      this.#remark(entry.t, "evsed", "daemon", `the daemon was ${entry.daemon}`);
      if (entry.daemon === "killed") for (const story of this.#stories) story.forget(this.#startedMs + entry.t);
    }
  }

  end(isCut: boolean): ReportData {
    const evses = this.#stories.map((story) => story.end(this.#toMs));
    const tooMany = this.#remarks.length > mostRemarks;
    return {
      startedMs: this.#startedMs,
      fromMs: Math.min(this.#fromMs, this.#toMs),
      toMs: this.#toMs,
      simulated: this.#header.simulate,
      isCut,
      lost: this.#lost,
      evses,
      remarks: tooMany
        ? [...this.#remarks.slice(0, mostRemarks / 2), ...this.#remarks.slice(-mostRemarks / 2)]
        : this.#remarks,
    };
  }

  /** `toldMs`: when it was told, where that was before the record begins. */
  #hearLine({ line }: RecordedLine, t: number, toldMs = t): void {
    this.#hasLines = true;
    const { module, kind, ...fields } = line;
    const atMs = this.#startedMs + t;
    const stories = this.#byModule.get(module) ?? [];
    if (kind === "error") {
      for (const story of stories) story.hearError(atMs, module, fields);
    } else if (kind === "pilot") for (const story of stories) story.hear(atMs, kind, fields);
    else {
      // A session began when it began.
      const heardMs = kind === "session_event" ? this.#startedMs + toldMs : atMs;
      this.#stories.find(({ wiring }) => wiring.id === module)?.hear(heardMs, kind, fields);
    }
    const remark = remarkOf(kind, fields);
    if (remark !== undefined) this.#remark(toldMs, module, remark[0], remark[1]);
  }

  #remark(t: number, module: string, kind: Remark["kind"], text: string): void {
    this.#remarks.push({ atMs: this.#startedMs + t, module, kind, text });
  }
}

function wiringOf({ id, config, connections = {} }: Module): EvseWiring {
  return {
    id: String(id),
    evseId: String(config.evse_id ?? ""),
    connectorId: Number(config.connector_id ?? 1),
    mode: config.charge_mode === "DC" ? "DC" : "AC",
    own: new Set([id, ...Object.values(connections).flatMap((targets) => targets.map(({ moduleId }) => moduleId))]),
  };
}

/** Steps of ISO 15118 worth a line of their own. */
const steps: ReadonlySet<string> = new Set([
  "start_cable_check",
  "cable_check_finished",
  "start_pre_charge",
  "current_demand_started",
  "current_demand_finished",
  "v2g_setup_finished",
  "dlink_terminate",
  "dlink_error",
  "selected_protocol",
]);

function remarkOf(kind: string, fields: Readonly<Record<string, unknown>>): [Remark["kind"], string] | undefined {
  switch (kind) {
    case "session_event": {
      const event = String(fields.event);
      const { reasons } = (fields.charging_paused_evse ?? {}) as { readonly reasons?: readonly string[] };
      const { reason } = (fields.transaction_finished ?? {}) as { readonly reason?: string };
      const why = reasons?.join(", ") ?? reason;
      return ["session", why === undefined || why === "" ? event : `${event} (${why})`];
    }
    case "error": {
      const { action, type, sub_type, severity, message } = fields as Readonly<Record<string, string>>;
      const name = sub_type === "" || sub_type === undefined ? type : `${type} ${sub_type}`;
      return [
        "error",
        action === "clear" ? `cleared: ${name}` : `${severity}: ${name}${message ? `, ${message}` : ""}`,
      ];
    }
    case "state":
      return ["state", `${fields.from ?? "start"} → ${fields.to}`];
    case "contactor_command":
      return ["contactor", `told to ${fields.closed === true ? "close" : "open"} (${fields.reason})`];
    case "contactor":
      return ["contactor", fields.closed === true ? "closed" : "open"];
    case "hlc": {
      const name = String(fields.name);
      const value = typeof fields.value === "string" ? `: ${fields.value}` : "";
      return steps.has(name) ? ["energy transfer", `${name}${value}`] : undefined;
    }
    default:
      return undefined;
  }
}
