/** What the sampler makes of a recorded series of conversions: for traces taken in the field, and for its own tests. */
import type { PilotLetter } from "../../src/core/board.ts";
import type { PilotFault } from "./pilot-faults.ts";
import { PilotFaultChanges } from "./pilot-faults.ts";
import { PilotSampler } from "./pilot-sampler.ts";

export interface PilotConversion {
  readonly timeUs: number;
  readonly positiveRaw: number;
  readonly negativeRaw: number;
  readonly dutyPercent: number;
  readonly driven: boolean;
}

export type PilotTraceLine =
  | {
      readonly t: number;
      readonly kind: "cp";
      /** Null for the first letter of the trace. */
      readonly from: PilotLetter | null;
      readonly to: PilotLetter;
      readonly pos_mv: number;
      readonly neg_mv: number;
    }
  | {
      readonly t: number;
      readonly kind: "error";
      readonly implementation: "evse_board_support";
      readonly action: "raise" | "clear";
      readonly type: string;
      readonly sub_type: string;
      readonly severity: "High";
      readonly message: string;
    };

export class PilotTrace {
  readonly #sampler = new PilotSampler();
  readonly #faults = new PilotFaultChanges();
  #letter: PilotLetter | null = null;

  /** The lines this conversion causes: errors that come, the letter where it is another one, errors that go. */
  next({ timeUs, positiveRaw, negativeRaw, dutyPercent, driven }: PilotConversion): PilotTraceLine[] {
    const sampler = this.#sampler;
    if (!sampler.step(positiveRaw, negativeRaw, dutyPercent, driven)) return [];
    const t = Math.round(timeUs / 1000) / 1000;
    const error =
      (action: "raise" | "clear") =>
      ({ type, sub_type, severity, message }: PilotFault): PilotTraceLine => ({
        t,
        kind: "error",
        implementation: "evse_board_support",
        action,
        type,
        sub_type,
        severity,
        message,
      });
    return [
      ...this.#faults.raised(sampler).map(error("raise")),
      ...this.#letterLine(t),
      ...this.#faults.cleared(sampler).map(error("clear")),
    ];
  }

  #letterLine(t: number): PilotTraceLine[] {
    const { letter: to, positiveMillivolts, negativeMillivolts } = this.#sampler;
    const from = this.#letter;
    if (to === null || to === from) return [];
    this.#letter = to;
    return [{ t, kind: "cp", from, to, pos_mv: positiveMillivolts, neg_mv: negativeMillivolts }];
  }
}
