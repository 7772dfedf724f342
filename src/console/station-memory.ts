/** What the console remembers of a station from its event lines: a bounded past of everything people ask for. */
import type { ProvidedIdToken } from "../core/auth/tokens.ts";
import type { SessionEvent } from "../core/session/session-event.ts";
import type { EventLine } from "../runtime/event-line.ts";
import type { Station } from "../runtime/station.ts";
import type { LiveState } from "./live-state.ts";
import { foldLive, initialLive } from "./live-state.ts";
import { shortToken } from "./short-token.ts";
import type { ErrorFields } from "./station-view.ts";
import { energyOf } from "./station-view.ts";

export interface SessionRecord {
  readonly evse: string;
  readonly id: string;
  readonly startedMs: number;
  readonly finishedMs: number | null;
  /** Shortened; null before there is one. */
  readonly token: string | null;
  readonly energyWh: number;
  /** How the transaction ended; null while it runs. */
  readonly reason: string | null;
}

export interface PastFault {
  readonly module: string;
  readonly type: string;
  readonly subType: string;
  readonly severity: string;
  readonly message: string;
  readonly raisedMs: number;
  readonly clearedMs: number;
}

export interface PresentedToken {
  readonly value: string;
  readonly status: string;
  readonly atMs: number;
  /** The EVSEs it was presented for; none: whichever. */
  readonly evses: readonly number[];
}

const mostLines = 500;
const mostSessions = 20;
const mostFaults = 50;
const mostTokens = 20;

/** Lines that come all the time: the last one says it all, and that is kept elsewhere. */
const passing: readonly string[] = ["powermeter", "pilot", "meter", "energy", "random_delay"];
/** What the devices of direct current and the vehicle say in a loop: once by its name, until something happens. */
const looped: readonly string[] = ["hlc", "supply", "imd", "ovm"];

export class StationMemory {
  live: LiveState;
  sessions: readonly SessionRecord[] = [];
  faults: readonly PastFault[] = [];
  tokens: readonly PresentedToken[] = [];
  /** The newest last. */
  readonly lines: EventLine[] = [];
  readonly #looped = new Set<string>();
  readonly #followers = new Set<(line: EventLine) => void>();

  constructor(station: Station) {
    this.live = initialLive(station.plans());
    station.onLine((line) => this.#hear(line));
  }

  /** Hears every line that is not passing, until what is answered is called. */
  follow(hear: (line: EventLine) => void): () => void {
    this.#followers.add(hear);
    return () => this.#followers.delete(hear);
  }

  #hear(line: EventLine): void {
    const before = this.live;
    this.live = foldLive(before, line);
    if (passing.includes(line.kind) || this.#isRepeated(line)) return;
    this.lines.push(line);
    if (this.lines.length > mostLines) this.lines.shift();
    if (line.kind === "session_event") this.sessions = this.#withSession(line);
    if (line.kind === "token") this.tokens = withToken(this.tokens, line);
    if (line.kind === "error") this.faults = withPast(this.faults, line, before);
    for (const follow of this.#followers) follow(line);
  }

  #isRepeated({ module, kind, fields }: EventLine): boolean {
    if (kind === "session_event") this.#looped.clear();
    if (!looped.includes(kind)) return false;
    const key = `${module} ${kind} ${(fields as { readonly name?: string }).name}`;
    if (this.#looped.has(key)) return true;
    this.#looped.add(key);
    return false;
  }

  #withSession({ module, tMs, fields }: EventLine): readonly SessionRecord[] {
    const { event, uuid, transaction_finished } = fields as SessionEvent;
    const connector = this.live.station.connectors.find(({ id }) => id === module);
    if (uuid === "" || connector === undefined) return this.sessions;
    const known = this.sessions.find(({ id }) => id === uuid);
    if (known === undefined && event !== "SessionStarted" && event !== "SessionResumed") return this.sessions;
    const token = connector.session?.token ?? null;
    const record: SessionRecord = {
      evse: module,
      id: uuid,
      startedMs: known?.startedMs ?? tMs,
      finishedMs: event === "SessionFinished" ? tMs : (known?.finishedMs ?? null),
      token: token === null ? null : shortToken(token),
      energyWh: energyOf(connector),
      reason: transaction_finished?.reason ?? known?.reason ?? null,
    };
    return [...this.sessions.filter(({ id }) => id !== uuid), record].slice(-mostSessions);
  }
}

function withToken(known: readonly PresentedToken[], { tMs, fields }: EventLine): readonly PresentedToken[] {
  const { token, status } = fields as { readonly token: ProvidedIdToken; readonly status: string };
  const presented = {
    value: shortToken(token.id_token.value),
    status,
    atMs: tMs,
    evses: token.connectors ?? [],
  };
  return [...known, presented].slice(-mostTokens);
}

function withPast(past: readonly PastFault[], line: EventLine, before: LiveState): readonly PastFault[] {
  const { action, type, sub_type, severity, message } = line.fields as ErrorFields;
  if (action !== "clear") return past;
  const { connectors, faults } = before.station;
  const raised = [...faults, ...connectors.flatMap((connector) => connector.faults)].find(
    (fault) => fault.module === line.module && fault.type === type && fault.subType === sub_type,
  );
  const fault: PastFault = {
    module: line.module,
    type,
    subType: sub_type,
    severity,
    message,
    raisedMs: raised?.sinceMs ?? line.tMs,
    clearedMs: line.tMs,
  };
  return [...past, fault].slice(-mostFaults);
}
