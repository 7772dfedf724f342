/**
 * The main thread's end of the interlock. It grants and renews, it may open by lines of its own, and it opens as soon as
 * the worker is not there any more. It cannot close: closing is what the worker does with a grant. Design, section 2.1.
 */
import type { Clock, Timer } from "../../../hal/clock.ts";
import { DeviceError } from "../../../src/core/errors.ts";
import type { InterlockLink, StartLink } from "./link.ts";
import type { Order } from "./order.ts";
import { firstEpoch, firstOrder, ticksAfter, ticksBetween } from "./order.ts";
import type { FailureReport, OpenedReport, PilotReport, Report } from "./report.ts";
import { interlockTiming } from "./timing.ts";

export interface GuardEvents {
  pilot(report: PilotReport): void;
  rcm(tripped: boolean): void;
  /** Nothing closes again before `close` is called anew. */
  opened(reason: OpenedReport["reason"]): void;
  failure(report: Omit<FailureReport, "kind">): void;
  /** Nothing samples the pilot. All relays have been opened. */
  lost(message: string): void;
  /** It samples again, and has for a while. */
  back(): void;
}

export interface GuardOptions {
  readonly clock: Clock;
  /** Runs its argument behind everything that waits in the queue. */
  readonly afterQueue: (run: () => void) => void;
  readonly start: StartLink;
  /** Drives a relay's coil off, by a line of the main thread's own; in the order of the worker's coils. */
  readonly release: readonly (() => void)[];
  readonly letters: number;
  readonly lifetimeMs: number;
  /** What is on the wire. */
  readonly pilot: () => { readonly dutyPercent: number; readonly driven: boolean };
  readonly events: GuardEvents;
}

type Trust = "starting" | "sampling" | "lost";

export class InterlockGuard {
  readonly #options: GuardOptions;
  readonly #order: Order = firstOrder();
  #link: InterlockLink | null = null;
  #trust: Trust = "starting";
  readonly #startedMs: number;
  /** In this trust since then; while starting and as lost: without an interruption silent, or sampling. */
  #sinceMs: number;
  #silent = true;
  /** Of the last sample this end knows of; of its own start before the first. */
  #heardMs: number;
  /** How often the wire has begun to be looked at. */
  #watchings = 0;
  #renewal: Timer | null = null;
  #check: Timer | null = null;
  /** The last look did not count. */
  #lookedAway = false;
  #ended = false;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#startedMs = options.clock.nowMs();
    this.#sinceMs = this.#startedMs;
    this.#heardMs = this.#startedMs;
    this.#start();
    this.#scheduleCheck();
  }

  /** The worker samples: what it is granted it will do. */
  get trusted(): boolean {
    return this.#trust === "sampling";
  }

  /** How long nothing has sampled the pilot, give or take the time between two looks. */
  get unsampledMs(): number {
    return this.#ended ? 0 : this.#options.clock.nowMs() - this.#heardMs;
  }

  /** What the converters showed last; null where that is not known. */
  get counts(): InterlockLink["counts"] {
    return this.trusted ? (this.#link?.counts ?? null) : null;
  }

  /** Grants that this relay is closed, from now on and as long as the queue gets on. */
  close(coil: number): void {
    if (!this.trusted) throw new DeviceError("interlock_lost", "nothing samples the pilot");
    this.#order.coils |= 1 << coil;
    this.#renew();
    this.#scheduleRenewal();
    this.#scheduleCheck();
  }

  /** The relay's coil is off when this returns, and the grant for it is taken back. */
  open(coil: number): void {
    this.#order.coils &= ~(1 << coil);
    // First what keeps the worker from closing, then the line: nothing the worker does from here on closes it for good.
    this.#put();
    this.#options.release[coil]?.();
  }

  /** Changes the output; no cycle counts that has seen both what was and what is. */
  changePilot(change: () => void): void {
    const order = this.#order;
    order.pilotRevision = (order.pilotRevision + 1) | 0;
    this.#put();
    try {
      change();
    } finally {
      const { dutyPercent, driven } = this.#options.pilot();
      order.pilotRevision = (order.pilotRevision + 1) | 0;
      order.dutyHundredths = Math.round(100 * dutyPercent);
      order.driven = driven ? 1 : 0;
      this.#put();
    }
  }

  /** Whether the wire is looked at. What it shows is told again from the beginning. */
  watch(watching: boolean): void {
    this.#order.watching = watching ? ++this.#watchings : 0;
    this.#put();
  }

  end(): void {
    this.#ended = true;
    this.#openAll();
    this.#renewal?.cancel();
    this.#check?.cancel();
    this.#link?.end();
  }

  #start(): void {
    const { start } = this.#options;
    Object.assign(this.#order, { epoch: firstEpoch, coils: 0 });
    let current: InterlockLink | null = null;
    const isCurrent = (): boolean => current !== null && current === this.#link;
    current = start({
      report: (report) => {
        if (isCurrent() && !this.#ended) this.#hear(report);
      },
      ended: (error) => {
        if (!isCurrent() || this.#ended) return;
        this.#link = null;
        this.#lose(`The interlock ended: ${error?.message ?? "without a reason"}`);
        // Silent from now on, also where it was lost before: the next one is started after a while.
        this.#since(true);
      },
    });
    this.#link = current;
    this.#put();
  }

  #hear(report: Report): void {
    const { events } = this.#options;
    switch (report.kind) {
      case "pilot":
        // What it showed before it was looked at anew is of no interest any more.
        if (report.watching === this.#order.watching) events.pilot(report);
        return;
      case "rcm":
        events.rcm(report.tripped);
        return;
      case "failure":
        events.failure(report);
        return;
      case "opened":
        this.#order.epoch = report.epoch;
        this.#order.coils = 0;
        this.#put();
        events.opened(report.reason);
    }
  }

  #put(): void {
    this.#link?.write(this.#order);
  }

  // -- Grant --

  #renew(): void {
    const { letters, lifetimeMs } = this.#options;
    if (this.#link === null) return;
    this.#order.letters = letters;
    this.#order.expiryTicks = ticksAfter(this.#link.nowTicks(), lifetimeMs);
    this.#put();
  }

  /** A timer that fires proves little: the grant is renewed by what has gone through the queue. */
  #scheduleRenewal(): void {
    const { clock, afterQueue } = this.#options;
    if (this.#renewal !== null) return;
    const isRenewal = clock.schedule("grant", clock.nowMs() + interlockTiming.renewalMs, () =>
      afterQueue(() => {
        if (this.#renewal !== isRenewal) return;
        this.#renewal = null;
        if (this.#order.coils === 0) return;
        this.#renew();
        this.#scheduleRenewal();
      }),
    );
    this.#renewal = isRenewal;
  }

  // -- Watch over the worker --

  #scheduleCheck(): void {
    const { clock } = this.#options;
    this.#check?.cancel();
    const delayMs = this.#order.coils === 0 ? interlockTiming.idleGuardMs : interlockTiming.guardMs;
    const dueMs = clock.nowMs() + delayMs;
    this.#check = clock.schedule("interlock guard", dueMs, () => {
      // Whoever was away for long itself may know of nothing yet: it looks once more before it judges.
      const wasAway = clock.nowMs() - dueMs > interlockTiming.guardMs;
      if (!wasAway || this.#lookedAway) this.#look();
      this.#lookedAway = wasAway && !this.#lookedAway;
      this.#scheduleCheck();
    });
  }

  #look(): void {
    const nowMs = this.#options.clock.nowMs();
    const forMs = nowMs - this.#sinceMs;
    const silent = this.#isSilent();
    if (!silent) this.#heardMs = nowMs;
    switch (this.#trust) {
      case "starting":
        // Its first cycles may wait for what is still on the disk: a pause among them is none of one that guards.
        if (silent !== this.#silent) this.#since(silent);
        else if (!silent && forMs >= interlockTiming.recoveryMs) {
          this.#become("sampling");
          return;
        }
        if (nowMs - this.#startedMs >= interlockTiming.startMs) this.#lose("The interlock does not start.");
        return;
      case "sampling":
        if (silent) this.#lose(`The interlock took no sample for ${interlockTiming.silenceMs} ms.`);
        return;
      case "lost":
        if (silent !== this.#silent) this.#since(silent);
        else if (forMs >= interlockTiming.recoveryMs) this.#recover(nowMs);
    }
  }

  #isSilent(): boolean {
    const link = this.#link;
    if (link === null || link.cycles === 0) return true;
    return ticksBetween(link.sampledTicks, link.nowTicks()) > interlockTiming.silenceMs;
  }

  #recover(nowMs: number): void {
    if (!this.#silent) {
      this.#become("sampling");
      this.#options.events.back();
      return;
    }
    const link = this.#link;
    // One that has not begun yet has as long as the first one had.
    if (link?.cycles === 0 && nowMs - this.#sinceMs < interlockTiming.startMs) return;
    // One that hangs may still hold the lines: the next one is started when it is gone.
    this.#since(true);
    if (link === null) this.#start();
    else link.terminate();
  }

  #lose(message: string): void {
    this.#openAll();
    if (this.#trust === "lost") return;
    this.#become("lost");
    this.#since(true);
    this.#options.events.lost(message);
  }

  #openAll(): void {
    this.#order.coils = 0;
    this.#put();
    for (const release of this.#options.release) {
      try {
        release();
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
        this.#options.events.failure({ what: "relay", code: error.code, message: error.message });
      }
    }
  }

  #become(trust: Trust): void {
    this.#trust = trust;
    this.#sinceMs = this.#options.clock.nowMs();
  }

  #since(silent: boolean): void {
    this.#silent = silent;
    this.#sinceMs = this.#options.clock.nowMs();
  }
}
