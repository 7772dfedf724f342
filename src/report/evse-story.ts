import type { EvseReport, Lane, SessionSummary, Span } from "./report-data.ts";
import { Sampled } from "./sampled.ts";

/** The wiring of one EvseManager, as far as a report needs it. */
export interface EvseWiring {
  readonly id: string;
  readonly evseId: string;
  readonly connectorId: number;
  readonly mode: "AC" | "DC";
  /** Modules whose errors are those of this EVSE. */
  readonly own: ReadonlySet<string>;
}

type Fields = Readonly<Record<string, unknown>>;

/** A meter that has been silent for this long leaves a gap. */
const silenceMs = 10_000;
const phases = ["L1", "L2", "L3"] as const;
/** The positive level a letter stands for. IEC 61851-1 table A.2. */
const nominalPilotV: Readonly<Record<string, number>> = { A: 12, B: 9, C: 6, D: 3, E: 0, F: -12 };
/** IEC 61851-1 table A.8: the current a duty cycle offers. */
function offeredA(mode: string, dutyPercent: number): number {
  if (mode !== "pwm" || dutyPercent < 8 || dutyPercent > 97) return 0;
  if (dutyPercent < 10) return 6;
  return dutyPercent <= 85 ? dutyPercent * 0.6 : Math.min(80, (dutyPercent - 64) * 2.5);
}

interface OpenSession {
  readonly uuid: string;
  readonly beganMs: number;
  readonly startedBy: string;
  token: string | null;
  transactionBeganMs: number | null;
  transactionEndedMs: number | null;
  stopReason: string | null;
  meterStartWh: number | null;
  meterStopWh: number | null;
  closedMs: number;
  maxPowerW: number | null;
  maxCurrentA: number | null;
  readonly pauses: string[];
  readonly errors: string[];
}

class LaneDraft {
  readonly name: string;
  readonly #spans: Span[] = [];
  #open: { readonly fromMs: number; readonly name: string } | null = null;

  constructor(name: string) {
    this.name = name;
  }

  set(atMs: number, name: string | null): void {
    if (this.#open?.name === name) return;
    if (this.#open !== null && this.#open.fromMs < atMs) this.#spans.push({ ...this.#open, toMs: atMs });
    this.#open = name === null ? null : { fromMs: atMs, name };
  }

  end(atMs: number): Lane {
    if (this.#open !== null) this.#spans.push({ ...this.#open, toMs: atMs });
    this.#open = null;
    return { name: this.name, spans: this.#spans };
  }
}

/** What the event lines tell of one EVSE, gathered into what a report draws. */
export class EvseStory {
  readonly wiring: EvseWiring;
  readonly #state = new LaneDraft("State");
  readonly #letter = new LaneDraft("Pilot");
  readonly #permitted = new LaneDraft("Contactor, commanded");
  readonly #contactor = new LaneDraft("Contactor, confirmed");
  readonly #lock = new LaneDraft("Lock");
  readonly #errors = new LaneDraft("Errors");
  readonly #pilot = new Sampled(["pilot high", "pilot low"]);
  readonly #nominalPilot = new Sampled(["pilot high", "pilot low"]);
  readonly #offer: Sampled;
  readonly #electric: Sampled;
  readonly #target = new Sampled(["voltage target", "current target"]);
  readonly #power = new Sampled(["power"]);
  readonly #energy = new Sampled(["energy"]);
  readonly #sessions: SessionSummary[] = [];
  readonly #activeErrors = new Map<string, string>();
  #open: OpenSession | null = null;
  #duty = { mode: "X1", percent: 100 };
  #limitA: number | null = null;
  #closedSinceMs: number | null = null;
  #energyWh: number | null = null;
  #firstEnergyWh: number | null = null;

  constructor(wiring: EvseWiring) {
    this.wiring = wiring;
    this.#offer = new Sampled(["duty cycle", "offered", "limit"]);
    this.#electric = new Sampled(
      wiring.mode === "DC" ? ["voltage", "current"] : ["current L1", "current L2", "current L3"],
    );
  }

  hear(atMs: number, kind: string, fields: Fields): void {
    switch (kind) {
      case "state":
        this.#state.set(atMs, String(fields.to));
        return;
      case "cp":
        this.#hearLetter(atMs, String(fields.to));
        return;
      case "pilot":
        this.#pilot.add(atMs, [number(fields.high_V), number(fields.low_V)]);
        return;
      case "pwm":
        this.#duty = { mode: String(fields.mode), percent: number(fields.duty_percent) ?? 0 };
        this.#hearOffer(atMs);
        return;
      case "limits":
        this.#limitA = number(fields.max_current);
        this.#hearOffer(atMs);
        return;
      case "contactor_command":
        this.#permitted.set(atMs, fields.closed === true ? "closed" : "open");
        return;
      case "contactor":
        this.#hearContactor(atMs, fields.closed === true);
        return;
      case "lock":
        this.#lock.set(atMs, fields.locked === true ? "locked" : "unlocked");
        return;
      case "powermeter":
        this.#hearMeter(atMs, fields);
        return;
      case "supply":
        this.#hearSupply(atMs, fields);
        return;
      case "session_event":
        this.#hearSession(atMs, fields);
        return;
    }
  }

  /** An error of one of its modules. */
  hearError(atMs: number, module: string, { implementation, action, type, sub_type }: Fields): void {
    const name = `${type}${sub_type === "" || sub_type === undefined ? "" : ` ${sub_type}`}`;
    const key = `${module} ${implementation} ${name}`;
    if (action === "clear") this.#activeErrors.delete(key);
    else {
      this.#activeErrors.set(key, name);
      if (this.#open !== null && !this.#open.errors.includes(name)) this.#open.errors.push(name);
    }
    const names = [...new Set(this.#activeErrors.values())];
    this.#errors.set(atMs, names.length === 0 ? null : names.join(", "));
  }

  /** The daemon died: nothing is known until it tells again. */
  forget(atMs: number): void {
    for (const lane of this.#lanes()) lane.set(atMs, null);
    this.#electric.gap(atMs);
    this.#power.gap(atMs);
    this.#activeErrors.clear();
  }

  end(atMs: number): EvseReport {
    if (this.#open !== null) this.#closeSession(atMs, null);
    this.#offer.holdUntil(atMs);
    const isPilotNominal = this.#pilot.isEmpty;
    const pilot = isPilotNominal ? this.#nominalPilot : this.#pilot;
    pilot.holdUntil(atMs);
    this.#target.holdUntil(atMs);
    const { id, evseId, connectorId, mode } = this.wiring;
    return {
      id,
      evseId,
      connectorId,
      mode,
      sessions: this.#sessions,
      lanes: this.#lanes().map((lane) => lane.end(atMs)),
      isPilotNominal,
      tables: {
        pilot: pilot.table(),
        offer: this.#offer.table(),
        electric: this.#electric.table(),
        target: this.#target.table(),
        power: this.#power.table(),
        energy: this.#energy.table(),
      },
    };
  }

  #lanes(): LaneDraft[] {
    return [this.#state, this.#letter, this.#permitted, this.#contactor, this.#lock, this.#errors];
  }

  #hearLetter(atMs: number, letter: string): void {
    this.#letter.set(atMs, letter === "Disabled" ? null : letter);
    const highV = nominalPilotV[letter] ?? null;
    this.#nominalPilot.add(atMs, [highV, null]);
  }

  #hearOffer(atMs: number): void {
    const { mode, percent } = this.#duty;
    // 5 % offers nothing by itself: what flows is agreed by ISO 15118.
    this.#offer.add(atMs, [percent, offeredA(mode, percent), this.#limitA]);
  }

  #hearContactor(atMs: number, closed: boolean): void {
    this.#contactor.set(atMs, closed ? "closed" : "open");
    if (closed) this.#closedSinceMs ??= atMs;
    else this.#addClosed(atMs);
  }

  #addClosed(atMs: number): void {
    if (this.#closedSinceMs !== null && this.#open !== null) this.#open.closedMs += atMs - this.#closedSinceMs;
    this.#closedSinceMs = null;
  }

  #hearMeter(atMs: number, fields: Fields): void {
    const current = (fields.current_A ?? {}) as Fields;
    const power = number((fields.power_W as Fields | undefined)?.total);
    const energyWh = number((fields.energy_Wh_import as Fields | undefined)?.total);
    if (this.wiring.mode === "AC") {
      this.#mark(this.#electric, atMs);
      const amperes = phases.map((phase) => number(current[phase]));
      this.#electric.add(atMs, amperes);
      this.#hearCurrent(Math.max(...amperes.map((ampere) => ampere ?? 0)));
    }
    this.#mark(this.#power, atMs);
    this.#power.add(atMs, [power === null ? null : power / 1000]);
    if (energyWh !== null) {
      this.#energyWh = energyWh;
      this.#firstEnergyWh ??= energyWh;
      this.#mark(this.#energy, atMs);
      this.#energy.add(atMs, [(energyWh - this.#firstEnergyWh) / 1000]);
    }
    if (this.#open !== null && power !== null) this.#open.maxPowerW = Math.max(this.#open.maxPowerW ?? 0, power);
  }

  #hearCurrent(ampere: number): void {
    if (this.#open !== null) this.#open.maxCurrentA = Math.max(this.#open.maxCurrentA ?? 0, ampere);
  }

  #hearSupply(atMs: number, { name, value, args }: Fields): void {
    if (name === "voltage_current") {
      const { voltage_V, current_A } = value as Fields;
      this.#mark(this.#electric, atMs);
      this.#electric.add(atMs, [number(voltage_V), number(current_A)]);
      this.#hearCurrent(number(current_A) ?? 0);
    } else if (name === "setExportVoltageCurrent") {
      const { voltage, current } = args as Fields;
      this.#target.add(atMs, [number(voltage), number(current)]);
    } else if (name === "setMode" && (args as Fields).mode === "Off") {
      this.#target.holdUntil(atMs);
      this.#target.gap(atMs + 1);
    }
  }

  /** A gap where it has been silent. */
  #mark(sampled: Sampled, atMs: number): void {
    const { lastMs } = sampled;
    if (lastMs !== undefined && atMs - lastMs > silenceMs) sampled.gap(lastMs + 1);
  }

  #hearSession(atMs: number, fields: Fields): void {
    const event = String(fields.event);
    if (event === "SessionStarted" || event === "SessionResumed") {
      if (this.#open !== null && this.#open.uuid !== fields.uuid) this.#closeSession(atMs, null);
      this.#open ??= {
        uuid: String(fields.uuid),
        beganMs: atMs,
        startedBy: event === "SessionResumed" ? "resumed" : startReason(fields.session_started as Fields | undefined),
        token: null,
        transactionBeganMs: null,
        transactionEndedMs: null,
        stopReason: null,
        meterStartWh: null,
        meterStopWh: null,
        closedMs: 0,
        maxPowerW: null,
        maxCurrentA: null,
        pauses: [],
        errors: [...new Set(this.#activeErrors.values())],
      };
      return;
    }
    const open = this.#open;
    if (open === null) return;
    if (event === "TransactionStarted") {
      const started = (fields.transaction_started ?? {}) as Fields;
      open.transactionBeganMs = atMs;
      open.meterStartWh = meterWh(started);
      open.token = tokenOf(started);
    } else if (event === "TransactionFinished") {
      const finished = (fields.transaction_finished ?? {}) as Fields;
      open.transactionEndedMs = atMs;
      open.meterStopWh = meterWh(finished);
      open.stopReason = String(finished.reason);
    } else if (event === "ChargingPausedEV") open.pauses.push("vehicle");
    else if (event === "ChargingPausedEVSE") {
      const { reasons = [] } = (fields.charging_paused_evse ?? {}) as { readonly reasons?: readonly string[] };
      open.pauses.push(reasons.length === 0 ? "station" : `station: ${reasons.join(", ")}`);
    } else if (event === "SessionFinished") this.#closeSession(atMs, atMs);
  }

  #closeSession(atMs: number, endedMs: number | null): void {
    const open = this.#open;
    if (open === null) return;
    const wasClosed = this.#closedSinceMs !== null;
    this.#addClosed(atMs);
    if (wasClosed) this.#closedSinceMs = atMs;
    this.#open = null;
    const stopWh = open.meterStopWh ?? (open.meterStartWh === null ? null : this.#energyWh);
    const energyWh = open.meterStartWh === null || stopWh === null ? null : stopWh - open.meterStartWh;
    this.#sessions.push({ ...open, endedMs, energyWh });
  }
}

export function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function startReason(started: Fields | undefined): string {
  return started?.reason === "Authorized" ? "authorised first" : "plugged in";
}

function meterWh(payload: Fields): number | null {
  const { energy_Wh_import } = (payload.meter_value ?? {}) as { readonly energy_Wh_import?: Fields };
  return number(energy_Wh_import?.total);
}

/** A report is handed to others: enough to recognise a card one holds, and never more than half of it. */
function tokenOf(started: Fields): string | null {
  const tag = started.id_tag as { readonly authorization_type?: unknown; readonly id_token?: Fields } | undefined;
  const value = tag?.id_token?.value;
  if (typeof value !== "string") return null;
  const shown = Math.min(4, Math.floor(value.length / 2));
  return `${String(tag?.authorization_type)} …${value.slice(value.length - shown)}`;
}
