/** What the worker tells the main thread, in the order in which it happened. */
import type { PilotReading } from "../pilot-reading.ts";
import type { OpeningReason } from "./interlock.ts";

/** The pilot was evaluated anew: what the sampler shows then. */
export interface PilotReport {
  readonly kind: "pilot";
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

/** Something of the board did not answer; told once until it has answered again. */
export interface FailureReport {
  readonly kind: "failure";
  readonly what: "pilot" | "relay" | "rcm";
  readonly code: string;
  readonly message: string;
}

export type Report = PilotReport | OpenedReport | RcmReport | FailureReport;
