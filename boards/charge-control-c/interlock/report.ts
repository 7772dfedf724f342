/** What the worker tells the main thread, in the order in which it happened. */
import type { PilotReading } from "../pilot-reading.ts";
import type { OpeningReason } from "./interlock.ts";

/** The pilot was evaluated anew: what the sampler shows then. */
export interface PilotReport {
  readonly kind: "pilot";
  /** Since when the wire is looked at, by the number of the order. */
  readonly watching: number;
  readonly state: PilotReading | null;
  readonly diodeFault: boolean;
  readonly shortFault: boolean;
  readonly ventilationFault: boolean;
  readonly outOfRange: boolean;
}

/** It opened by itself, or refused a grant; grants that do not know this epoch are worthless from now on. */
export interface OpenedReport {
  readonly kind: "opened";
  readonly reason: OpeningReason | "failed";
  readonly epoch: number;
}

export interface RcmReport {
  readonly kind: "rcm";
  readonly tripped: boolean;
}

/** Something of the board does not answer; told again now and then while that goes on. */
export interface FailureReport {
  readonly kind: "failure";
  readonly what: "conversion" | "peak detectors" | "pilot" | "relay" | "residual current monitor";
  readonly code: string;
  readonly message: string;
}

export type Report = PilotReport | OpenedReport | RcmReport | FailureReport;
