/**
 * What the main thread orders: up to when which relays may be closed, and what it does to the pilot. Whole numbers of 32
 * bits throughout, so that it fits the memory both threads share.
 */
import type { PilotLetter } from "../../../src/core/board.ts";

/** Bits of `letters`: the states in which a relay may be closed. D only where there is ventilation. */
export const letterBits = { C: 1, D: 2 } as const;

export interface Grant {
  /** The last opening the main thread has heard of. Where there was another one since, the grant is stale. */
  readonly epoch: number;
  readonly letters: number;
  /** One bit a relay; 0 takes the grant back. */
  readonly coils: number;
  readonly expiryTicks: number;
}

export interface PilotSetting {
  /** 100 is X1, 0 is F. */
  readonly dutyHundredths: number;
  readonly driven: number;
  /** 0 while the board is disabled and the wire is not looked at; another number each time that begins anew. */
  readonly watching: number;
  /** Odd while the output is being changed; another number once it has been. */
  readonly pilotRevision: number;
}

export type Order = { -readonly [K in keyof (Grant & PilotSetting)]: number };

export function firstOrder(): Order {
  return {
    epoch: firstEpoch,
    letters: 0,
    coils: 0,
    expiryTicks: 0,
    dutyHundredths: 0,
    driven: 0,
    watching: 0,
    pilotRevision: 0,
  };
}

export const firstEpoch = 1;

export const nextEpoch = (epoch: number): number => (epoch + 1) | 0;

export function allows(letters: number, letter: PilotLetter | null): boolean {
  return (letter === "C" && (letters & letterBits.C) !== 0) || (letter === "D" && (letters & letterBits.D) !== 0);
}

/** Ticks are milliseconds that begin again after 49 days: only differences of less than half of that mean anything. */
export const ticksOf = (ms: number): number => Math.floor(ms % 2 ** 32) | 0;

/** Milliseconds from one tick to a later one; negative where it is an earlier one. */
export const ticksBetween = (from: number, to: number): number => (to - from) | 0;

export const ticksAfter = (ticks: number, ms: number): number => (ticks + ms) | 0;
