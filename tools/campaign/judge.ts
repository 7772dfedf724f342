/** Looks at what a station told in a session, and says what a person would complain about. */
import type { EventLine } from "../../src/runtime/event-line.ts";
import type { Story } from "./mess.ts";

export interface Complaint {
  /** The same for the same kind of trouble, whatever its circumstances. */
  readonly name: string;
  readonly module: string;
  readonly tMs: number;
  readonly detail: string;
}

interface Bill {
  readonly text: string;
  readonly life: number;
}

interface Transaction {
  readonly startedMs: number;
  readonly startWh: number | null;
  readonly bills: Bill[];
  /** The highest reading told while it was open. */
  mostWh: number;
}

interface PointState {
  readonly transactions: Map<string, Transaction>;
  open: string | null;
  state: string;
  closed: boolean;
  energyWh: number;
  locked: boolean;
  /** When it was fed back closed, and until when. */
  readonly closings: { readonly fromMs: number; toMs: number }[];
  sessions: number;
  sessionMs: number;
  sessionFromMs: number | null;
  /** Since the clean vehicle came. */
  charged: boolean;
  finished: boolean;
}

/** A told energy is rounded. */
const whTolerance = 1;
/** What the quickest charging brings between two readings: of the last one nobody was told before the daemon died. */
const mostUnheardWh = 20;

/**
 * Errors that stay when their cause is gone, by the names of what may have caused them: they end with the next start, or by
 * the hand of a person, and the station names them until then.
 */
const latches: readonly { readonly station: RegExp; readonly type: RegExp; readonly by: RegExp }[] = [
  // Behind the F of the first nobody sees that the vehicle has left, which ends the second.
  {
    station: /charge-control-c/,
    type: /MREC17EVSEContactorFault|MREC23ProximityFault/,
    by: /relay_(welded|stuck_open|slow)/,
  },
  { station: /charge-control-c/, type: /ConnectorLockFailed(Lock|Unlock)/, by: /lock_stuck/ },
  // Somebody moved it by hand: it is where it was left again once somebody moves it back.
  { station: /charge-control-c/, type: /ConnectorLockUnexpected(Open|Close)/, by: /lock_moved/ },
  // Proven wrong by the next vehicle, which is not seen while the station shows F.
  { station: /^(ac|dc|modbus)/, type: /MREC17EVSEContactorFault/, by: /relay_(stuck_open|slow)/ },
  // What looked like a voltage behind an open contactor stays a weld until somebody has looked.
  { station: /^dc/, type: /evse_manager\/Internal/, by: /freeze|silence|measurement|relay_|set_voltage/ },
];

/** A disk that took nothing is tried again so soon; until then a cut brings back what is over. */
const triedAgainMs = 12_000;

/** Faults after which a closed contactor is open, whatever else goes on, and by when its feedback says so. */
const openWithinMs = 600;
const opens: readonly { readonly name: string; readonly when: (value: unknown) => boolean }[] = [
  { name: "rcm", when: (value) => value === true },
  { name: "adc_silent", when: (value) => value === true },
  // Out of C and D, or in no state at all.
  { name: "cp_voltage", when: (value) => typeof value === "number" && (value < 2 || value > 8) },
];
/** What keeps a contactor closed, or nobody from noticing. */
const hampers = /relay_|block_main|"kill"|freeze|silence|port_gone|noise|mcu_reset/;

export class Judge {
  readonly #story: Story;
  readonly #points = new Map<string, PointState>();
  readonly #errors = new Map<string, { readonly module: string; readonly type: string }>();
  readonly #complaints: Complaint[] = [];
  #life = 0;
  /** The daemon died with something to say that the disk had refused. */
  #forgetful = false;
  #dead = false;
  #latched = false;
  #looked = false;
  kills = 0;

  constructor(story: Story) {
    this.#story = story;
    for (const { evse } of story.kind.points) {
      this.#points.set(evse, {
        transactions: new Map(),
        open: null,
        state: "",
        closed: false,
        closings: [],
        energyWh: 0,
        locked: false,
        sessions: 0,
        sessionMs: 0,
        sessionFromMs: null,
        charged: false,
        finished: false,
      });
    }
  }

  get sessions(): number {
    return [...this.#points.values()].reduce((sum, { sessions }) => sum + sessions, 0);
  }

  sessionMs(endMs: number): number {
    return [...this.#points.values()].reduce(
      (sum, { sessionMs, sessionFromMs }) => sum + sessionMs + (sessionFromMs === null ? 0 : endMs - sessionFromMs),
      0,
    );
  }

  /** An error that outlasts its cause was named, and kept the clean vehicle from charging. */
  get latched(): boolean {
    return this.#latched;
  }

  hear({ tMs, module, kind, fields }: EventLine): void {
    if (!this.#looked && tMs >= this.#story.cleanFromMs) this.#look();
    const told = fields as Readonly<Record<string, unknown>>;
    if (module === "evsed") {
      if (kind === "killed") this.#died(tMs);
      else if (kind === "restarted") this.#dead = false;
      return;
    }
    if (kind === "error") {
      const key = `${module}\n${told.implementation}\n${told.type}\n${told.sub_type}`;
      if (told.action === "raise") this.#errors.set(key, { module, type: told.type as string });
      else this.#errors.delete(key);
      return;
    }
    const point = this.#points.get(module);
    if (point === undefined) return;
    switch (kind) {
      case "state":
        point.state = told.to as string;
        // Here the bill is made up, though a disk that refuses it may hold back the telling; a welded contact goes on.
        if (point.state === "Finished") point.open = null;
        return;
      case "contactor":
        point.closed = told.closed as boolean;
        this.#followContactor(point, tMs);
        return;
      case "lock":
        point.locked = told.locked as boolean;
        return;
      case "powermeter":
        point.energyWh = (told.energy_Wh_import as { readonly total: number }).total;
        if (point.open !== null) {
          const transaction = point.transactions.get(point.open) as Transaction;
          transaction.mostWh = Math.max(transaction.mostWh, point.energyWh);
        }
        return;
      case "session_event":
        this.#session(point, module, tMs, told);
        return;
      default:
    }
  }

  #followContactor({ closed, closings }: PointState, tMs: number): void {
    const last = closings.at(-1);
    if (closed) closings.push({ fromMs: tMs, toMs: Number.POSITIVE_INFINITY });
    else if (last !== undefined) last.toMs = Math.min(last.toMs, tMs);
  }

  #lookForSafety(): void {
    const { kind, mess } = this.#story;
    if (mess.some(({ action }) => hampers.test(JSON.stringify(action)))) return;
    for (const { atMs, action } of mess) {
      if (action.kind !== "sim") continue;
      const { value } = action.args as { readonly value?: unknown };
      if (!opens.some(({ name, when }) => name === action.name && when(value))) continue;
      const isUndone = mess.some(
        (other) =>
          other.atMs >= atMs &&
          other.atMs <= atMs + openWithinMs &&
          other.action !== action &&
          other.action.kind === "sim" &&
          other.action.name === action.name,
      );
      const evse = kind.points.find(({ board }) => board === action.module)?.evse ?? "";
      const { closings = [] } = this.#points.get(evse) ?? {};
      const isClosed = closings.some(({ fromMs, toMs }) => fromMs <= atMs && toMs > atMs + openWithinMs);
      if (isClosed && !isUndone)
        this.#complain("not_safe_in_time", evse, atMs, `closed ${openWithinMs} ms after ${action.name}`);
    }
  }

  #complain(name: string, module: string, tMs: number, detail: string): void {
    this.#complaints.push({ name, module, tMs, detail });
  }

  #died(tMs: number): void {
    if (this.#diskWasFull(tMs)) this.#forgetful = true;
    this.kills++;
    this.#life++;
    this.#dead = true;
    // Of what goes on without the daemon it is told anew.
    this.#errors.clear();
    for (const point of this.#points.values()) {
      point.state = "";
      point.closed = false;
    }
  }

  #diskWasFull(tMs: number): boolean {
    const { mess, aftermath } = this.#story;
    const changes = [...mess, ...aftermath].flatMap(({ atMs, action }) =>
      action.kind === "sim" && action.name === "disk_full" && atMs <= tMs
        ? [{ atMs, full: (action.args as { readonly value: boolean }).value }]
        : [],
    );
    const last = changes.at(-1);
    return last !== undefined && (last.full || last.atMs > tMs - triedAgainMs);
  }

  #session(point: PointState, module: string, tMs: number, told: Readonly<Record<string, unknown>>): void {
    const { event, uuid } = told as { readonly event: string; readonly uuid: string };
    const isClean = tMs >= this.#story.cleanFromMs;
    switch (event) {
      case "SessionStarted":
        point.sessions++;
        point.sessionFromMs ??= tMs;
        return;
      case "TransactionStarted": {
        if (point.transactions.has(uuid)) this.#complain("transaction_started_twice", module, tMs, uuid);
        const { meter_value } = told.transaction_started as { meter_value?: { energy_Wh_import: { total: number } } };
        const startWh = meter_value?.energy_Wh_import.total ?? null;
        point.transactions.set(uuid, { startedMs: tMs, startWh, bills: [], mostWh: startWh ?? 0 });
        point.open = uuid;
        return;
      }
      case "TransactionFinished":
        this.#billed(point, module, tMs, told);
        return;
      case "ChargingStarted":
      case "ChargingResumed":
        if (isClean) point.charged = true;
        return;
      case "SessionFinished":
        if (point.sessionFromMs !== null) point.sessionMs += tMs - point.sessionFromMs;
        point.sessionFromMs = null;
        if (isClean) point.finished = true;
        return;
      default:
    }
  }

  #billed(point: PointState, module: string, tMs: number, told: Readonly<Record<string, unknown>>): void {
    const { uuid, transaction_finished: bill } = told as {
      readonly uuid: string;
      readonly transaction_finished: {
        readonly meter_value?: { readonly energy_Wh_import: { readonly total: number } };
      };
    };
    if (point.open === uuid) point.open = null;
    const transaction = point.transactions.get(uuid);
    if (transaction === undefined) {
      // Stored, and the power went before anybody was told: nothing was begun that anybody knows of, and nothing is owed.
      if (this.#life === 0) this.#complain("bill_for_nothing", module, tMs, `${uuid} was never begun`);
      return;
    }
    const text = JSON.stringify(told);
    for (const { text: before, life } of transaction.bills) {
      if (life === this.#life) this.#complain("billed_twice", module, tMs, `${uuid} in one life`);
      else if (before !== text && !this.#forgetful)
        this.#complain("billed_differently", module, tMs, `${before} and ${text}`);
    }
    transaction.bills.push({ text, life: this.#life });
    const endWh = bill.meter_value?.energy_Wh_import.total;
    if (endWh === undefined || transaction.startWh === null || this.#forgetful) return;
    if (endWh < transaction.startWh) {
      this.#complain("billed_less_than_nothing", module, tMs, `${transaction.startWh} to ${endWh} Wh`);
    }
    const unheardWh = this.#life === 0 ? 0 : mostUnheardWh;
    if (endWh > Math.max(transaction.mostWh, point.energyWh) + whTolerance + unheardWh) {
      this.#complain("billed_too_much", module, tMs, `${endWh} Wh, ${transaction.mostWh} Wh were ever read`);
    }
    if (this.#life === 0 && endWh < transaction.mostWh - whTolerance) {
      this.#complain("billed_too_little", module, tMs, `${endWh} Wh, ${transaction.mostWh} Wh were read`);
    }
  }

  /** Once everything was made good again, and before the clean vehicle comes. */
  #look(): void {
    this.#looked = true;
    const blocking = [...this.#errors.values()].filter(({ type }) => !type.endsWith("VendorWarning"));
    const messes = this.#story.mess.map(({ action }) => JSON.stringify(action)).join("\n");
    for (const { module, type } of blocking) {
      if (type === "evse_manager/Inoperative") continue;
      if (
        latches.some(
          (latch) => latch.station.test(this.#story.kind.name) && latch.type.test(type) && latch.by.test(messes),
        )
      )
        this.#latched = true;
      else this.#complain("error_stays", module, this.#story.cleanFromMs, type);
    }
    if (this.#latched) return;
    for (const [module, { state, closed }] of this.#points) {
      if (state !== "Idle") this.#complain("does_not_come_to_rest", module, this.#story.cleanFromMs, `in ${state}`);
      if (closed) this.#complain("closed_at_rest", module, this.#story.cleanFromMs, "the contactor is closed");
    }
  }

  verdict(endMs: number): readonly Complaint[] {
    if (!this.#looked) this.#look();
    this.#lookForSafety();
    if (this.#dead) this.#complain("stays_dead", "evsed", endMs, "the daemon did not come back");
    for (const [module, { transactions, charged, finished, state, closed }] of this.#points) {
      for (const [uuid, { bills, startedMs }] of transactions) {
        if (bills.length === 0 && !this.#forgetful) {
          this.#complain("transaction_lost", module, endMs, `${uuid}, begun at ${startedMs} ms, was never billed`);
        }
      }
      if (this.#latched) continue;
      if (!charged) this.#complain("clean_vehicle_not_charged", module, endMs, `in ${state}`);
      else if (!finished) this.#complain("clean_session_not_finished", module, endMs, `in ${state}`);
      if (closed) this.#complain("closed_at_the_end", module, endMs, "the contactor is closed");
    }
    return this.#complaints;
  }
}
