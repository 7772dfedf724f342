/**
 * One relay with its feedback contact. Only levels are looked at, once in every cycle: what matters is where the contact
 * is, not how many edges it took.
 *
 * Source: Charge Control C facts, sections 5 and 9.
 */
import type { InputLine, Level, OutputLine } from "../../hal/digital-line.ts";
import { timing } from "./timing.ts";

/** `no`: the feedback is high while the contact is closed. `nc`: low. */
export type FeedbackType = "no" | "nc";

export interface Feedback {
  readonly line: InputLine;
  readonly type: FeedbackType;
  /** How long a level stands before it counts. */
  readonly debounceMs: number;
}

/** `failed`: the contact is not where it was told to be, in time. `strayed`: it moved without being told. */
export type RelayTrouble = "failed" | "strayed";

export class Relay {
  readonly name: string;
  readonly #output: OutputLine;
  readonly #feedback: Feedback | null;
  readonly #closedLevel: Level;
  #commanded = false;
  #closed: boolean;
  /** The contact may move until then; null once it is known where it rests. */
  #movesUntilMs: number | null;
  /** Where the contact was before is not known: it is looked at when that time is over, not before. */
  #unknown = true;
  /** Since when the feedback has been showing another level than what counts; null while it does not. */
  #otherSinceMs: number | null = null;

  /** `output` was opened low, just now. */
  constructor(name: string, output: OutputLine, feedback: Feedback | null, nowMs: number) {
    this.name = name;
    this.#output = output;
    this.#feedback = feedback;
    this.#closedLevel = feedback?.type === "nc" ? "low" : "high";
    this.#closed = feedback !== null && feedback.line.read() === this.#closedLevel;
    this.#movesUntilMs = nowMs + timing.feedbackMs;
  }

  get commanded(): boolean {
    return this.#commanded;
  }

  /** As fed back; without feedback as long as it may be closed. */
  get closed(): boolean {
    return this.#closed;
  }

  get moving(): boolean {
    return this.#movesUntilMs !== null;
  }

  /** Switches now, before it returns. */
  switch(closed: boolean, nowMs: number): void {
    if (closed === this.#commanded) return;
    this.#commanded = closed;
    this.#movesUntilMs = nowMs + timing.feedbackMs;
    // Without feedback it counts as closed at once and as open when it must be. One that is called back on its way to
    // closing reads open all the time, and may touch all the same.
    this.#unknown = !closed && (this.#feedback === null || !this.#closed);
    if (this.#feedback === null && closed) this.#closed = true;
    this.#output.set(closed ? "high" : "low");
  }

  /** Drives the coil off once more, whatever was driven before. */
  release(nowMs: number): void {
    this.switch(false, nowMs);
    this.#output.set("low");
  }

  /** Once a cycle. */
  poll(nowMs: number): RelayTrouble | null {
    if (this.#awaitsInterlock(nowMs)) return null;
    const moved = this.#followFeedback(nowMs);
    if (this.#movesUntilMs === null) return moved && this.#closed !== this.#commanded ? "strayed" : null;
    const isThere = this.#closed === this.#commanded;
    if (isThere && !this.#unknown) {
      this.#movesUntilMs = null;
      return null;
    }
    if (nowMs < this.#movesUntilMs) return null;
    this.#movesUntilMs = null;
    this.#unknown = false;
    if (this.#feedback === null) this.#closed = this.#commanded;
    return this.#closed === this.#commanded ? null : "failed";
  }

  /** The interlock has not closed it yet, or has opened it by itself: it will say so, and the contact tells nothing new. */
  #awaitsInterlock(nowMs: number): boolean {
    const isOverdue = this.#movesUntilMs !== null && nowMs >= this.#movesUntilMs;
    return this.#commanded && !isOverdue && this.#output.read() === "low";
  }

  /** True when another level counts from now on. */
  #followFeedback(nowMs: number): boolean {
    if (this.#feedback === null) return false;
    if ((this.#feedback.line.read() === this.#closedLevel) === this.#closed) {
      this.#otherSinceMs = null;
      return false;
    }
    this.#otherSinceMs ??= nowMs;
    if (nowMs - this.#otherSinceMs < this.#feedback.debounceMs) return false;
    this.#otherSinceMs = null;
    this.#closed = !this.#closed;
    return true;
  }
}
