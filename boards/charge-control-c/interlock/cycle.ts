/**
 * The worker's work, one measuring cycle after another: reset the peak detectors, wait, convert, read the pilot, and let
 * the interlock decide. It waits for nothing itself: a thread of its own paces it, or the clock of a simulation.
 *
 * Source: Charge Control C facts, section 3; design, section 2.1.
 */
import type { AdcChannel } from "../../../hal/adc-channel.ts";
import type { InputLine, Level, OutputLine } from "../../../hal/digital-line.ts";
import type { PilotLetter } from "../../../src/core/board.ts";
import { DeviceError } from "../../../src/core/errors.ts";
import { PilotSampler } from "../pilot-sampler.ts";
import type { OpeningReason, PilotView } from "./interlock.ts";
import { Interlock } from "./interlock.ts";
import type { InterlockMemory } from "./memory.ts";
import { OrderReader } from "./memory.ts";
import type { PilotSetting } from "./order.ts";
import { ticksOf } from "./order.ts";
import type { FailureReport, Report } from "./report.ts";
import { interlockTiming } from "./timing.ts";

/** What the worker holds of the board. */
export interface InterlockBoard {
  readonly positiveReset: OutputLine;
  readonly negativeReset: OutputLine;
  readonly positivePeak: AdcChannel;
  readonly negativePeak: AdcChannel;
  /** Bit 0 of `coils` is the first. */
  readonly coils: readonly OutputLine[];
  readonly rcm: { readonly line: InputLine; readonly trippedLevel: Level } | null;
  /** Ends the offer: +12 V without PWM. */
  driveX1(): void;
}

type FailingPart = FailureReport["what"];

export class MeasuringCycle {
  readonly #board: InterlockBoard;
  readonly #memory: InterlockMemory;
  readonly #nowMs: () => number;
  readonly #tell: (report: Report) => void;
  readonly #orders: OrderReader;
  readonly #sampler = new PilotSampler();
  readonly #interlock = new Interlock();
  readonly #view = { letter: null as PilotLetter | null, faulty: true, switching: false, tripped: false };
  /** What does not answer, and when that was told last. */
  readonly #failing = new Map<FailingPart, number>();
  readonly #startedMs: number;
  /** As the lines were last written; null while one did not take it. */
  #driven: number | null = null;
  #watching = 0;
  #tripped = false;
  /** Of the output when the cycle began. */
  #revision = 0;
  #resetFailed = false;
  /** Since when no cycle counted because the output was being changed; null while they do. */
  #discardingSinceMs: number | null = null;
  /** An offer that ended with its grant is not on the wire until the main thread makes another. */
  #endedRevision: number | null = null;

  /** `nowMs` never steps; where it begins does not matter. Nothing has been driven yet. */
  constructor(board: InterlockBoard, memory: InterlockMemory, nowMs: () => number, tell: (report: Report) => void) {
    this.#board = board;
    this.#memory = memory;
    this.#nowMs = nowMs;
    this.#tell = tell;
    this.#orders = new OrderReader(memory);
    this.#startedMs = nowMs();
  }

  /** Begins a cycle: the detectors are held at 0 V until `release`. */
  begin(): void {
    this.#orders.refresh();
    this.#revision = this.#orders.order.pilotRevision;
    this.#resetFailed = false;
    this.#setResets("high");
  }

  release(): void {
    this.#setResets("low");
  }

  /** Ends a cycle: converts, and acts on what it finds before it tells of it. */
  sample(): void {
    const evaluated = this.#convert();
    const rcmMoved = this.#readRcm();
    this.look();
    this.#memory.sampled(ticksOf(this.#nowMs()));
    if (rcmMoved) this.#tell({ kind: "rcm", tripped: this.#tripped });
    if (evaluated) this.#tellPilot();
  }

  /** Acts on the order as it stands; also between samples, whenever there is another one. */
  look(): void {
    // Again where anything came meanwhile: what was taken back while a line was being written does not stay closed.
    do this.#act();
    while (this.#orders.refresh() || (this.#interlock.coils & ~this.#memory.permitted) !== 0);
  }

  /** Everything off, whatever was driven before: the worker ends. */
  open(): void {
    this.#interlock.open();
    this.#driven = null;
    this.#drive();
  }

  // -- Pilot --

  #setResets(level: Level): void {
    try {
      this.#board.positiveReset.set(level);
      this.#board.negativeReset.set(level);
    } catch (error) {
      this.#failed("peak detectors", error);
      this.#resetFailed = true;
    }
  }

  /** True when the pilot was evaluated anew. */
  #convert(): boolean {
    const sampler = this.#sampler;
    const { positivePeak, negativePeak } = this.#board;
    const startedMs = this.#nowMs();
    let [positiveRaw, negativeRaw, failed] = [0, 0, this.#resetFailed];
    try {
      positiveRaw = positivePeak.readRaw();
      negativeRaw = negativePeak.readRaw();
      this.#failing.delete("conversion");
    } catch (error) {
      this.#failed("conversion", error);
      failed = true;
    }
    // A conversion that took this long tells of another moment than it seems to.
    const endedMs = this.#nowMs();
    const late = endedMs - startedMs > interlockTiming.conversionMs;
    if (!this.#resetFailed) this.#failing.delete("peak detectors");
    if (failed) this.#memory.conversionFailed();
    else this.#memory.converted(positiveRaw, negativeRaw);
    this.#orders.refresh();
    const { dutyHundredths, driven, watching, pilotRevision } = this.#orders.order;
    if (watching !== this.#watching) sampler.restart();
    this.#watching = watching;
    const dutyPercent = pilotRevision === this.#endedRevision ? 100 : dutyHundredths / 100;
    if (watching === 0) {
      this.#discardingSinceMs = null;
      this.#view.letter = null;
      return false;
    }
    if (!failed && !late && this.#outputChanged(pilotRevision, endedMs)) return false;
    const evaluated =
      failed || late
        ? sampler.stepFailed(dutyPercent, driven !== 0)
        : sampler.step(positiveRaw, negativeRaw, dutyPercent, driven !== 0);
    this.#view.letter = driven === 0 ? "E" : sampler.letter;
    this.#view.faulty =
      sampler.faulty || sampler.state === "PilotFault" || sampler.unsettledCycles >= interlockTiming.unsettledCycles;
    return evaluated;
  }

  /** The detectors have seen two shapes: the cycle does not count. But nobody can keep all of them from counting. */
  #outputChanged(revision: number, nowMs: number): boolean {
    if (revision === this.#revision && revision % 2 === 0) {
      this.#discardingSinceMs = null;
      return false;
    }
    this.#discardingSinceMs ??= nowMs;
    return nowMs - this.#discardingSinceMs < interlockTiming.pilotChangesMs;
  }

  #tellPilot(): void {
    const { state, diodeFault, shortFault, ventilationFault, outOfRange } = this.#sampler;
    this.#tell({
      kind: "pilot",
      watching: this.#watching,
      state,
      diodeFault,
      shortFault,
      ventilationFault,
      outOfRange,
    });
  }

  // -- Residual current monitor --

  /** True when it tripped or was released. */
  #readRcm(): boolean {
    const { rcm } = this.#board;
    if (rcm === null || this.#nowMs() - this.#startedMs < interlockTiming.rcmStartMs) return false;
    let unheard = false;
    const before = this.#tripped;
    try {
      this.#tripped = rcm.line.read() === rcm.trippedLevel;
      this.#failing.delete("residual current monitor");
    } catch (error) {
      // A monitor that cannot be heard protects nobody.
      this.#failed("residual current monitor", error);
      unheard = true;
    }
    this.#view.tripped = this.#tripped || unheard;
    return this.#tripped !== before;
  }

  // -- Relays --

  #act(): void {
    const { order } = this.#orders;
    this.#view.switching = this.#isSwitching(order);
    const view: PilotView = this.#view;
    const reason = this.#interlock.step(order, this.#memory.permitted, view, ticksOf(this.#nowMs()));
    this.#drive();
    if (reason === null) return;
    if (reason === "interlock:grant_expired") this.#endOffer();
    this.#tellOpened(reason);
  }

  #isSwitching({ driven, dutyHundredths, pilotRevision }: PilotSetting): boolean {
    return driven !== 0 && dutyHundredths > 0 && dutyHundredths < 10_000 && pilotRevision !== this.#endedRevision;
  }

  #tellOpened(reason: OpeningReason | "failed"): void {
    this.#tell({ kind: "opened", reason, epoch: this.#interlock.epoch });
  }

  /** Lines are written where they are to change; opening ones first, and every one in spite of others that fail. */
  #drive(): void {
    const { coils } = this.#interlock;
    if (coils === this.#driven) return;
    let failure: unknown;
    for (const closing of [false, true]) {
      for (const [index, line] of this.#board.coils.entries()) {
        const bit = 1 << index;
        const closes = (coils & bit) !== 0;
        const known = this.#driven !== null && ((this.#driven ^ coils) & bit) === 0;
        if (known || closes !== closing || (closes && failure !== undefined)) continue;
        try {
          line.set(closes ? "high" : "low");
        } catch (error) {
          failure ??= error;
        }
      }
    }
    this.#driven = failure === undefined ? coils : null;
    this.#memory.drove(coils);
    if (failure === undefined) this.#failing.delete("relay");
    else this.#failedToDrive(failure);
  }

  /** A relay that cannot be switched: all of them open, again and again until the lines take it. */
  #failedToDrive(failure: unknown): void {
    const { coils } = this.#interlock;
    if (coils !== 0) {
      this.open();
      this.#tellOpened("failed");
    }
    this.#failed("relay", failure);
  }

  /** The core has stopped: whatever it offered, nothing is offered any more. */
  #endOffer(): void {
    this.#endedRevision = this.#orders.order.pilotRevision;
    try {
      this.#board.driveX1();
    } catch (error) {
      this.#failed("pilot", error);
    }
  }

  #failed(what: FailingPart, error: unknown): void {
    if (!(error instanceof DeviceError)) throw error;
    const nowMs = this.#nowMs();
    const toldMs = this.#failing.get(what);
    if (toldMs !== undefined && nowMs - toldMs < interlockTiming.failureAgainMs) return;
    this.#failing.set(what, nowMs);
    this.#tell({ kind: "failure", what, code: error.code, message: error.message });
  }
}
